//! How many jobs run at once.
//!
//! Jobs that have just begun use the processors and the database: more than a few of them only
//! wait for each other, and keep both from those who wait for an answer. Jobs that have run for a
//! while wait for somebody outside, and many may do that.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

/// How many jobs run at once.
pub(super) const RUNNING_MAX: usize = 128;
/// How many of them may be fresh.
pub(super) const FRESH_MAX: usize = 24;
/// How long a job is fresh.
const FRESH_FOR: Duration = Duration::from_millis(250);

/// The jobs that run.
#[derive(Default)]
pub(super) struct Hands {
    running: JoinSet<()>,
    began: HashMap<Id, Instant>,
}

impl Hands {
    /// Runs a job.
    pub(super) fn take(&mut self, job: impl Future<Output = ()> + Send + 'static) {
        let id = self.running.spawn(job).id();
        self.began.insert(id, Instant::now());
    }

    /// How many jobs may begin now.
    pub(super) fn free(&mut self) -> usize {
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.forget(&ended);
        }
        let fresh = self.fresh().count();
        (RUNNING_MAX - self.began.len()).min(FRESH_MAX.saturating_sub(fresh))
    }

    /// Waits until a job has ended, or is no longer fresh.
    pub(super) async fn room(&mut self) {
        let oldest = self.fresh().min();
        let stale = async {
            match oldest {
                Some(began) => tokio::time::sleep_until(began + FRESH_FOR).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(ended) = self.running.join_next_with_id() => self.forget(&ended),
            () = stale => {}
        }
    }

    /// Waits until all have ended.
    pub(super) async fn rest(&mut self) {
        while self.running.join_next().await.is_some() {}
    }

    fn fresh(&self) -> impl Iterator<Item = Instant> {
        let now = Instant::now();
        let began = self.began.values().copied();
        began.filter(move |began| now.duration_since(*began) < FRESH_FOR)
    }

    fn forget(&mut self, ended: &Result<(Id, ()), tokio::task::JoinError>) {
        let id = match ended {
            Ok((id, ())) => *id,
            Err(error) => error.id(),
        };
        self.began.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn few_jobs_are_fresh_and_many_may_wait() {
        let mut hands = Hands::default();
        let mut waiting = 0;
        while waiting < RUNNING_MAX {
            assert_eq!(hands.free(), FRESH_MAX.min(RUNNING_MAX - waiting));
            for _ in 0..hands.free() {
                hands.take(std::future::pending());
                waiting += 1;
            }
            assert_eq!(hands.free(), 0);
            let begun = Instant::now();
            if waiting < RUNNING_MAX {
                hands.room().await;
                assert_eq!(begun.elapsed(), FRESH_FOR);
            }
        }
        tokio::time::sleep(FRESH_FOR).await;
        assert_eq!(hands.free(), 0, "all hands wait");
    }

    // The clock stands still while anything runs: how long the panic takes to be printed with its
    // backtrace makes no job stale.
    #[tokio::test(start_paused = true)]
    async fn a_job_that_has_ended_makes_room_at_once() {
        let begun = Instant::now();
        let mut hands = Hands::default();
        for _ in 1..FRESH_MAX {
            hands.take(std::future::pending());
        }
        hands.take(async {});
        hands.room().await;
        assert_eq!(hands.free(), 1);
        hands.take(async { panic!("asked to by a test") });
        hands.room().await;
        assert_eq!(hands.free(), 1);
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}
