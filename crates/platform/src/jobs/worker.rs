//! The worker: waits for a wake-up or the next due time, leases, runs, ends.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::hands::Hands;
use super::table::{Running, Tasks, Which};
use super::{Found, JobError, Leased};
use crate::Platform;
use crate::clock::Clock;
use crate::random::Random;
use crate::store::{self, Store};

/// How long a process may keep a job; after that another one takes it.
pub(super) const LEASE_MILLIS: i64 = 60_000;
/// How long one run may take, and [`Queue::run_due`] waits for the end of one; shorter than the
/// lease, so that two runs never overlap.
const RUN_MAX: Duration = Duration::from_secs(50);
/// How often the table is looked at without a reason.
pub(super) const POLL_MILLIS: i64 = 1_000;
/// The shortest wait for a due job, which another process may be about to take.
const PAUSE: Duration = Duration::from_millis(20);
/// The pause after the database failed.
const FAULT_PAUSE: Duration = Duration::from_secs(1);
/// The first pause after a failure; each further one doubles it.
const BACKOFF_FIRST_MILLIS: i64 = 1_000;
/// The longest pause after a failure.
const BACKOFF_MAX_MILLIS: i64 = 300_000;
/// How often a job is tried before it is given up.
pub(super) const ATTEMPTS_MAX: i64 = 10;
/// How long a job waits whose kind this program does not know: another version of it, on the same
/// database, may take it then.
pub(super) const UNKNOWN_MILLIS: i64 = 10_000;
/// How many jobs one [`Queue::run_due`] runs at most.
const RUN_DUE_MAX: usize = 10_000;
/// How often the end of a job is recorded while the database is busy.
const RECORD_ATTEMPTS_MAX: u32 = 5;
/// How long stopping waits for running jobs; what is left is taken over when its lease ends.
const STOP_WAIT: Duration = Duration::from_secs(5);

/// The worker's bell, and the hand that runs due jobs on demand.
#[derive(Clone)]
pub struct Queue {
    store: Store,
    clock: Clock,
    random: Arc<dyn Random>,
    wake: Arc<Notify>,
    /// Rung at the end of each run.
    pub(super) ended: Arc<Notify>,
    given_up: Counter,
    /// The kinds that were reported as unknown.
    unknown: Arc<Mutex<HashSet<String>>>,
}

impl Queue {
    /// The queue of a platform's store; commits that schedule something soon ring it.
    #[must_use]
    pub fn new(platform: &Platform) -> Self {
        let wake = Arc::new(Notify::new());
        let bell = Arc::clone(&wake);
        platform.store.on_commit(move |_, jobs| {
            if jobs {
                bell.notify_one();
            }
        });
        Self {
            store: platform.store.clone(),
            clock: platform.clock.clone(),
            random: Arc::clone(&platform.random),
            wake,
            ended: Arc::new(Notify::new()),
            given_up: platform.metrics.job_failures.clone(),
            unknown: Arc::default(),
        }
    }

    /// Runs jobs as they become due, until `stop` says so; then waits a little for those that run.
    pub async fn work(&self, tasks: Arc<Tasks>, mut stop: watch::Receiver<bool>) {
        if self.store.is_alone()
            && let Err(error) = super::release_all(&self.store).await
        {
            tracing::error!(%error, "cannot take over the jobs of the last process");
        }
        let mut hands = Hands::default();
        while !*stop.borrow() {
            let free = hands.free();
            let found = if free == 0 {
                None
            } else {
                Some(self.lease(free).await)
            };
            let wait = match found {
                None => None,
                Some(Ok(found)) => {
                    let full = found.leased.len() == free;
                    let wait = self.wait(&found);
                    for leased in found.leased {
                        let (queue, tasks) = (self.clone(), Arc::clone(&tasks));
                        hands.take(async move { queue.run(&tasks, leased).await });
                    }
                    (!full).then_some(wait)
                }
                Some(Err(store::Error::Closed)) => break,
                Some(Err(error)) => {
                    tracing::error!(%error, "cannot lease jobs");
                    Some(FAULT_PAUSE)
                }
            };
            tokio::select! {
                _ = stop.changed() => break,
                () = self.quiet(wait) => {}
                () = hands.room(), if wait.is_none() => {}
            }
        }
        if tokio::time::timeout(STOP_WAIT, hands.rest()).await.is_err() {
            tracing::warn!("jobs are left for the next process");
        }
    }

    /// Waits for the bell or the next due time; for ever when all hands are busy.
    async fn quiet(&self, wait: Option<Duration>) {
        match wait {
            Some(wait) => {
                // Either reason is enough to look.
                drop(tokio::time::timeout(wait, self.wake.notified()).await);
            }
            None => std::future::pending().await,
        }
    }

    /// How long there will be nothing due.
    fn wait(&self, found: &Found) -> Duration {
        let until_due = found.next_due.map_or(POLL_MILLIS, |due| {
            due.millis()
                .saturating_sub(self.clock.now().millis())
                .min(POLL_MILLIS)
        });
        Duration::from_millis(u64::try_from(until_due).unwrap_or(0)).max(PAUSE)
    }

    /// Runs everything that is due now and everything that this makes due, one after the other,
    /// and waits for what the worker runs. Gives how many jobs it ran itself.
    pub async fn run_due(&self, tasks: &Tasks) -> anyhow::Result<usize> {
        let mut count = 0;
        while count < RUN_DUE_MAX {
            let ended = self.ended.notified();
            if let Some(leased) = self.lease(1).await?.leased.pop() {
                self.run(tasks, leased).await;
                count += 1;
            } else if self.store.read(super::due_count).await? == 0 {
                return Ok(count);
            } else if tokio::time::timeout(RUN_MAX, ended).await.is_err() {
                anyhow::bail!("a due job does not end");
            }
        }
        anyhow::bail!("jobs keep becoming due")
    }

    async fn lease(&self, limit: usize) -> Result<Found, store::Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.store
            .transact_apart(move |tx| super::lease(tx, limit))
            .await
    }

    /// Runs a leased job and records how it ended.
    async fn run(&self, tasks: &Tasks, leased: Leased) {
        let begin = |which| tasks.begin(which, &leased.kind, &leased.subject);
        let next = match begin(Which::Run) {
            None => self.unknown(&leased.kind),
            Some(running) => self.outcome(&leased, guarded(running).await, begin).await,
        };
        if let Err(error) = self.record(&leased, next).await {
            report(
                &leased,
                &error.into(),
                "the end of a job is not recorded: it runs again",
            );
        }
        self.ended.notify_waiters();
    }

    /// What becomes of a job after its run.
    async fn outcome(
        &self,
        leased: &Leased,
        ran: Result<(), JobError>,
        begin: impl Fn(Which) -> Option<Running<'static>>,
    ) -> Next {
        let error = match ran {
            Ok(()) => return Next::Finish,
            Err(JobError::Retry(error)) if is_the_databases(&error) => {
                report(leased, &error, "a job waits for the database");
                return Next::PutOff { failed: false };
            }
            Err(JobError::Retry(error)) if leased.failures + 1 < ATTEMPTS_MAX => {
                report(leased, &error, "a job failed and is tried again");
                return Next::PutOff { failed: true };
            }
            Err(JobError::Retry(error) | JobError::Fail(error)) => error,
        };
        report(leased, &error, "a job is given up");
        self.given_up.inc();
        let Some(giving_up) = begin(Which::GiveUp) else {
            return Next::Finish;
        };
        match guarded(giving_up).await {
            Ok(()) => Next::Finish,
            Err(JobError::Retry(error) | JobError::Fail(error)) => {
                let outcome = "a job cannot be given up and is tried again";
                report(leased, &error, outcome);
                Next::PutOff { failed: true }
            }
        }
    }

    /// Leaves a job to another version of the program, and says so once.
    fn unknown(&self, kind: &str) -> Next {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        if unknown.insert(kind.to_owned()) {
            tracing::warn!(
                kind,
                "jobs of a kind that this version does not know are left to another one"
            );
        }
        Next::Leave
    }

    async fn record(&self, leased: &Leased, next: Next) -> Result<(), store::Error> {
        let pause = self.backoff(leased.failures);
        for attempt in 1.. {
            let leased = leased.clone();
            let recorded = self
                .store
                .transact(move |tx| match next {
                    Next::Finish => super::finish(tx, &leased).map(drop),
                    Next::PutOff { failed } => {
                        super::put_off(tx, &leased, tx.now().plus_millis(pause), failed)
                    }
                    Next::Leave => {
                        super::put_off(tx, &leased, tx.now().plus_millis(UNKNOWN_MILLIS), false)
                    }
                })
                .await;
            match recorded {
                Err(store::Error::Busy) if attempt < RECORD_ATTEMPTS_MAX => {
                    tokio::time::sleep(PAUSE * attempt).await;
                }
                recorded => return recorded,
            }
        }
        Ok(())
    }

    /// The pause before the next try: it doubles, and half of it is drawn.
    fn backoff(&self, failures: i64) -> i64 {
        let doublings = u32::try_from(failures).unwrap_or(0).min(16);
        let longest = (BACKOFF_FIRST_MILLIS << doublings).min(BACKOFF_MAX_MILLIS);
        let mut drawn = [0; 2];
        self.random.fill(&mut drawn);
        longest / 2 + longest / 2 * i64::from(u16::from_be_bytes(drawn)) / i64::from(u16::MAX)
    }
}

#[derive(Clone, Copy)]
enum Next {
    Finish,
    /// Once more, later; `failed` counts towards giving up.
    PutOff {
        failed: bool,
    },
    /// To whoever knows its kind.
    Leave,
}

/// Says how a job went. Its subject stays out: that of a sign-in opens it.
fn report(leased: &Leased, error: &anyhow::Error, outcome: &str) {
    let error = format!("{error:#}");
    tracing::warn!(
        kind = leased.kind,
        failures = leased.failures,
        error,
        "{outcome}"
    );
}

/// Whether a job failed only since the database was away or had too much to do.
fn is_the_databases(error: &anyhow::Error) -> bool {
    store::Error::passing(error).is_some()
}

/// Runs a step within the time a lease allows; a panic is a failure like others.
async fn guarded(step: Running<'static>) -> Result<(), JobError> {
    // Dropping the set ends the task with whoever waits for it.
    let mut task = JoinSet::new();
    task.spawn(tokio::time::timeout(RUN_MAX, step));
    match task.join_next().await {
        Some(Ok(Ok(result))) => result,
        Some(Ok(Err(_))) => Err(JobError::Retry(anyhow::anyhow!("it took too long"))),
        Some(Err(_)) | None => Err(JobError::Retry(anyhow::anyhow!("it panicked"))),
    }
}
