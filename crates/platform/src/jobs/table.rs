//! The tables of jobs: what is done for each kind. A service exports its lines, and the program joins
//! them; the mechanism itself knows kinds as text only.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use super::{JobError, Kind};

/// A step of a job at work.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), JobError>> + Send + 'a>>;

/// Work of a service `S` for a subject.
type Step<S, I> = for<'a> fn(&'a S, &'a I) -> Running<'a>;

/// A line of a service's table: a kind of job, and what is done for it. Both steps may be run again
/// for the same job.
pub struct Line<S: 'static, I: 'static> {
    /// What rows call it.
    pub kind: &'static Kind<I>,
    /// Does the job.
    pub run: Step<S, I>,
    /// Ends what the job was for, visibly, after it failed for good or too often.
    pub give_up: Step<S, I>,
}

/// Makes a line of a table out of a kind and the two async functions for it:
/// `job!(EXPIRE_CHAT, expire_chat, give_up)`.
#[macro_export]
macro_rules! job {
    ($kind:expr, $run:expr, $give_up:expr) => {
        &$crate::jobs::Line {
            kind: &$kind,
            run: |service, subject| Box::pin($run(service, subject)),
            give_up: |service, subject| Box::pin($give_up(service, subject)),
        }
    };
}

/// A line, whatever its subject is.
pub trait Task<S>: Sync {
    /// The kind's name in rows.
    fn kind(&self) -> &'static str;
    /// Does the job for the subject of a row.
    fn run<'a>(&self, service: &'a S, subject: String) -> Running<'a>;
    /// Gives the job up for the subject of a row.
    fn give_up<'a>(&self, service: &'a S, subject: String) -> Running<'a>;
}

impl<S: Sync, I: From<String> + Send + Sync> Task<S> for Line<S, I> {
    fn kind(&self) -> &'static str {
        self.kind.name()
    }

    fn run<'a>(&self, service: &'a S, subject: String) -> Running<'a> {
        of(self.run, service, subject)
    }

    fn give_up<'a>(&self, service: &'a S, subject: String) -> Running<'a> {
        of(self.give_up, service, subject)
    }
}

fn of<S: Sync, I: From<String> + Send + Sync + 'static>(
    step: Step<S, I>,
    service: &S,
    subject: String,
) -> Running<'_> {
    Box::pin(async move {
        let subject = I::from(subject);
        step(service, &subject).await
    })
}

/// Which of a job's two steps is meant.
#[derive(Clone, Copy)]
pub enum Which {
    /// To do it.
    Run,
    /// To give it up.
    GiveUp,
}

type Joined = Box<dyn Fn(Which, String) -> Running<'static> + Send + Sync>;

/// The tables of all services, joined.
#[derive(Default)]
pub struct Tasks(HashMap<&'static str, Joined>);

impl Tasks {
    /// Adds a service's table.
    ///
    /// # Panics
    ///
    /// When two jobs have the same name, which every start would show.
    #[must_use]
    pub fn with<S: Send + Sync + 'static>(
        mut self,
        service: &Arc<S>,
        table: &'static [&'static dyn Task<S>],
    ) -> Self {
        for &task in table {
            let service = Arc::clone(service);
            let joined: Joined = Box::new(move |which, subject| {
                let service = Arc::clone(&service);
                Box::pin(async move {
                    match which {
                        Which::Run => task.run(&service, subject).await,
                        Which::GiveUp => task.give_up(&service, subject).await,
                    }
                })
            });
            let before = self.0.insert(task.kind(), joined);
            assert!(before.is_none(), "two jobs are called {}", task.kind());
        }
        self
    }

    /// Begins a step; `None` for a kind that this program does not know.
    #[must_use]
    pub fn begin(&self, which: Which, kind: &str, subject: &str) -> Option<Running<'static>> {
        Some(self.0.get(kind)?(which, subject.to_owned()))
    }
}
