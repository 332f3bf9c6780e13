//! The loop of a store thread, the same for both databases.
//!
//! A writer takes a batch, begins, runs its functions, commits, and only then answers all: *group
//! commit*, so one wait for the disk serves the whole batch and whatever is acknowledged is on it.
//! A refusal waits too, since it may rest on what an earlier function of the batch wrote. If a
//! function's changes have to be undone, which is rare, the batch is run again with a savepoint for
//! each; if the batch as a whole fails, its functions are run again one by one.

use std::sync::Arc;
use std::time::Duration;

use super::context::Context;
use super::driver::{Begin, Driver};
use super::queue::{Queue, Work};
use super::tx::Wakes;
use super::{Env, Error, Tx};
use crate::ids::ContactId;

/// How often a transaction is tried while others are in its way.
const CONFLICTS_MAX: u32 = 10;
/// How often a transaction is tried on a connection that is lost.
const LOSSES_MAX: u32 = 3;
/// The longest pause between two tries.
const PAUSE_MAX: Duration = Duration::from_millis(500);

/// How the functions of a transaction ran.
enum Ran {
    /// All of them, with these outcomes, and they are committed.
    All(Vec<Result<(), Error>>),
    /// Up to one whose changes have to be undone; nothing is committed.
    OneToUndo,
}

/// A store thread's loop over one queue and one connection.
pub(super) struct Worker<D> {
    pub(super) driver: D,
    pub(super) queue: Arc<Queue>,
    pub(super) context: Context,
    pub(super) batch_max: usize,
}

/// Closes the queue when its thread ends by a panic, so that no caller waits for ever.
struct Abandon(Arc<Queue>);

impl Drop for Abandon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abandon();
        }
    }
}

impl<D: Driver> Worker<D> {
    /// Runs transactions until the queue is closed and empty.
    pub(super) fn run_writes(mut self) {
        let _guard = Abandon(Arc::clone(&self.queue));
        while let Some(mut batch) = self.queue.take(self.batch_max) {
            batch.retain(|work| !work.is_abandoned());
            self.run_batch(batch);
        }
    }

    /// Runs reads until the queue is closed and empty.
    pub(super) fn run_reads(mut self) {
        let _guard = Abandon(Arc::clone(&self.queue));
        while let Some(mut batch) = self.queue.take(self.batch_max) {
            batch.retain(|work| !work.is_abandoned());
            let mut reads = batch.into_iter();
            while reads.len() > 0 {
                self.run_snapshot(&mut reads);
            }
        }
    }

    fn run_batch(&mut self, mut batch: Vec<Box<dyn Work>>) {
        let mut begin = Begin::Batch;
        while batch.len() > 1 {
            match self.attempt(begin, &mut batch) {
                Ok(Ran::All(outcomes)) => return answer(batch, outcomes),
                Ok(Ran::OneToUndo) => begin = Begin::Savepoints,
                Err(Error::Unknown) => {
                    let outcomes = batch.iter().map(|_| Err(Error::Unknown)).collect();
                    return answer(batch, outcomes);
                }
                Err(error) => {
                    tracing::debug!(%error, size = batch.len(), "a batch is run one by one");
                    break;
                }
            }
        }
        for work in batch {
            self.run_alone(work);
        }
    }

    fn run_alone(&mut self, work: Box<dyn Work>) {
        let mut work = vec![work];
        for attempt in 1.. {
            match self.attempt(Begin::Alone, &mut work) {
                Ok(Ran::All(outcomes)) => return answer(work, outcomes),
                Ok(Ran::OneToUndo) => return answer(work, vec![Ok(())]),
                Err(error) if may_try_again(&error, attempt) => {
                    tracing::debug!(%error, attempt, "a transaction is run again");
                    std::thread::sleep(pause(&self.context.env, attempt));
                }
                Err(error) => return answer(work, vec![Err(error)]),
            }
        }
    }

    /// Runs the works in one transaction and commits it. An error means that none of them took
    /// effect, except [`Error::Unknown`].
    fn attempt(&mut self, begin: Begin, works: &mut [Box<dyn Work>]) -> Result<Ran, Error> {
        let mut wakes = Wakes::default();
        let ran = self.run_in_transaction(begin, works, &mut wakes);
        if let Err(error) = &ran {
            self.context.pulse.failed(error);
        }
        if !matches!(ran, Ok(Ran::All(_)) | Err(Error::Unknown)) {
            self.driver.roll_back();
        }
        let ran = ran?;
        if !wakes.is_empty() && matches!(ran, Ran::All(_)) {
            let contacts: Vec<ContactId> = wakes.contacts.into_iter().collect();
            self.context.listeners.tell(&contacts, wakes.jobs);
            if let Some(notifier) = &self.context.notifier {
                notifier.add(&contacts);
            }
        }
        Ok(ran)
    }

    fn run_in_transaction(
        &mut self,
        begin: Begin,
        works: &mut [Box<dyn Work>],
        wakes: &mut Wakes,
    ) -> Result<Ran, Error> {
        let savepoints = begin == Begin::Savepoints;
        let mut outcomes = Vec::with_capacity(works.len());
        self.driver.begin(begin)?;
        for work in works {
            if savepoints {
                self.driver.savepoint()?;
            }
            let mut own_wakes = Wakes::default();
            let mut tx = Tx::new(&mut self.driver, &self.context, &mut own_wakes);
            let ran = work.run(&mut tx);
            let (wrote, doom) = tx.end();
            let ran = doom.map_or(ran, Err);
            match ran {
                Err(error) if error.ends_the_batch() => return Err(error),
                // Alone, its failure is that of the transaction.
                Err(error) if begin == Begin::Alone => return Err(error),
                Ok(true) => {
                    if savepoints {
                        self.driver.release()?;
                    }
                    wakes.add(own_wakes);
                }
                _ if savepoints => self.driver.undo()?,
                Ok(false) if !wrote => {}
                Ok(false) | Err(_) => return Ok(Ran::OneToUndo),
            }
            outcomes.push(ran.map(drop));
        }
        self.driver.commit()?;
        Ok(Ran::All(outcomes))
    }

    /// Answers reads from one snapshot, as many as it serves: a failed statement ends it.
    fn run_snapshot(&mut self, reads: &mut std::vec::IntoIter<Box<dyn Work>>) {
        let mut begun = self.driver.begin(Begin::Read);
        for mut work in reads {
            let mut attempt = 1;
            let outcome = loop {
                let ran = begun.clone().and_then(|()| {
                    let mut wakes = Wakes::default();
                    let mut tx = Tx::new(&mut self.driver, &self.context, &mut wakes);
                    let ran = work.run(&mut tx);
                    tx.end().1.map_or(ran, Err)
                });
                match ran {
                    Err(error) if may_try_again(&error, attempt) => {
                        self.driver.roll_back();
                        std::thread::sleep(pause(&self.context.env, attempt));
                        attempt += 1;
                        begun = self.driver.begin(Begin::Read);
                    }
                    ran => break ran.map(drop),
                }
            };
            let failed = outcome.is_err();
            work.answer(outcome);
            if failed {
                return self.driver.roll_back();
            }
        }
        if let Err(error) = self.driver.commit() {
            tracing::debug!(%error, "a snapshot ended badly, after its answers");
            self.driver.roll_back();
        }
    }
}

fn may_try_again(error: &Error, attempt: u32) -> bool {
    match error {
        Error::Conflict => attempt < CONFLICTS_MAX,
        Error::Unavailable(_) => attempt < LOSSES_MAX,
        _ => false,
    }
}

fn answer(works: Vec<Box<dyn Work>>, outcomes: Vec<Result<(), Error>>) {
    for (work, outcome) in works.into_iter().zip(outcomes) {
        work.answer(outcome);
    }
}

/// A growing pause, drawn anew each time so that rivals do not meet again.
fn pause(env: &Env, attempt: u32) -> Duration {
    let longest = Duration::from_millis(1 << attempt.min(9)).min(PAUSE_MAX);
    let mut drawn = [0];
    env.random.fill(&mut drawn);
    longest.mul_f32(f32::from(drawn[0]) / 255.0)
}
