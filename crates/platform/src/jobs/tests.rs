//! The queue on both databases, with a runner that only records what it was asked to do.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::*;
use crate::clock::{Clock, HeldTime};
use crate::ids::ContactId;
use crate::job;
use crate::on_both_databases;
use crate::random::SeededRandom;
use crate::settings::Settings;
use crate::store::{Keyring, Options, Store};
use crate::testing::Database;
use crate::{Inputs, Platform};

on_both_databases! {
    a_job_of_an_unknown_kind_waits_and_stops_no_other,
    jobs_run_when_they_are_due_in_the_order_of_their_times,
    scheduling_again_moves_the_job_and_cancelling_forgets_it,
    a_job_scheduled_during_its_own_run_stays,
    what_a_job_makes_due_runs_too,
    a_failure_waits_longer_each_time_and_then_the_job_is_given_up,
    a_hopeless_failure_is_given_up_at_once_and_a_panic_is_tried_again,
    what_the_database_cannot_do_now_is_no_failure_of_the_job,
    a_lease_keeps_others_away_until_it_runs_out,
    the_worker_takes_what_is_due_takes_over_old_leases_and_stops,
    two_workers_run_each_job_once,
}

/// Answers runs with what a test prepared, and `Ok` after that.
#[derive(Default)]
struct Script {
    store: Option<Store>,
    ran: Mutex<Vec<ContactId>>,
    given_up: AtomicUsize,
    answers: Mutex<VecDeque<Result<(), JobError>>>,
    /// Scheduled by the run itself.
    follow_up: Mutex<Option<(ContactId, i64)>>,
    panics: AtomicUsize,
}

/// What the script does.
const TABLE: &[&dyn Task<Script>] = &[job!(WAKE, Script::run, Script::give_up)];
/// The kind that the script does.
const WAKE: Kind<ContactId> = Kind::new("wake_flow");

impl Script {
    async fn run(&self, contact: &ContactId) -> Result<(), JobError> {
        self.ran.lock().unwrap().push(contact.clone());
        let follow_up = self.follow_up.lock().unwrap().take();
        if let Some((job, delay)) = follow_up {
            let store = self.store.as_ref().unwrap();
            store
                .transact(move |tx| {
                    let due = tx.now().plus_millis(delay);
                    schedule(tx, &WAKE, &job, due)
                })
                .await?;
        }
        if self.panics.load(Ordering::SeqCst) > 0 {
            self.panics.fetch_sub(1, Ordering::SeqCst);
            panic!("asked to by a test");
        }
        self.answers.lock().unwrap().pop_front().unwrap_or(Ok(()))
    }

    fn give_up(&self, _: &ContactId) -> impl Future<Output = Result<(), JobError>> + use<> {
        self.given_up.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(()))
    }
}

struct World {
    time: Arc<HeldTime>,
    platform: Platform,
    tasks: Arc<Tasks>,
    store: Store,
    queue: Queue,
    script: Arc<Script>,
}

impl World {
    fn new(database: &Database) -> Self {
        let time = Arc::new(HeldTime::at(Timestamp::from_millis(1_000_000)));
        let random = Arc::new(SeededRandom::new(1));
        let keyring = Keyring::generate(&*random);
        let inputs = Inputs {
            clock: Clock::new(Arc::clone(&time) as _),
            random,
        };
        let options = Options::new(database.url());
        let platform = Platform::open(Settings::default(), inputs, &options, keyring).unwrap();
        let store = platform.store.clone();
        let queue = Queue::new(&platform);
        let script = Arc::new(Script {
            store: Some(store.clone()),
            ..Script::default()
        });
        Self {
            time,
            platform,
            tasks: Arc::new(Tasks::default().with(&script, TABLE)),
            store,
            queue,
            script,
        }
    }

    async fn schedule(&self, job: ContactId, delay: i64) {
        self.store
            .transact(move |tx| {
                let due = tx.now().plus_millis(delay);
                schedule(tx, &WAKE, &job, due)
            })
            .await
            .unwrap();
    }

    async fn run_due(&self) -> usize {
        self.queue.run_due(&self.tasks).await.unwrap()
    }

    fn ran(&self) -> Vec<ContactId> {
        std::mem::take(&mut *self.script.ran.lock().unwrap())
    }

    /// Waits until the workers of the queues have ended every job.
    async fn until_empty(&self, working: &[&Queue]) {
        loop {
            let ended = working.iter().map(|queue| Box::pin(queue.ended.notified()));
            let ended = futures_util::future::select_all(ended);
            if self.rows().await == 0 {
                return;
            }
            ended.await;
        }
    }

    /// The one job is there after its run, and gone after another.
    async fn runs_twice_a_second_apart(&self) {
        assert_eq!((self.run_due().await, self.rows().await), (1, 1));
        self.time.advance(1_000);
        assert_eq!((self.run_due().await, self.rows().await), (1, 0));
    }

    /// Leases what is due.
    async fn leased(&self) -> Vec<Leased> {
        let found = self.store.transact(|tx| lease(tx, 10)).await;
        found.unwrap().leased
    }

    /// Has the next run end so.
    fn answer(&self, answer: Result<(), JobError>) {
        self.script.answers.lock().unwrap().push_back(answer);
    }

    async fn rows(&self) -> i64 {
        self.store
            .read(|tx| tx.count("SELECT COUNT(*) FROM jobs", &[]))
            .await
            .unwrap()
    }
}

fn wake(contact: &str) -> ContactId {
    ContactId::new(contact)
}

async fn jobs_run_when_they_are_due_in_the_order_of_their_times(database: Database) {
    let world = World::new(&database);
    world.schedule(wake("later"), 2_000).await;
    world.schedule(wake("sooner"), 1_000).await;
    assert_eq!(world.run_due().await, 0);
    world.time.advance(2_000);
    assert_eq!(world.run_due().await, 2);
    assert_eq!(world.ran(), [wake("sooner"), wake("later")]);
    assert_eq!(world.rows().await, 0);
}

async fn scheduling_again_moves_the_job_and_cancelling_forgets_it(database: Database) {
    let world = World::new(&database);
    world.schedule(wake("one"), 0).await;
    world.schedule(wake("one"), 5_000).await;
    assert_eq!((world.run_due().await, world.rows().await), (0, 1));
    world
        .store
        .transact(|tx| cancel(tx, &WAKE, &wake("one")))
        .await
        .unwrap();
    world.time.advance(5_000);
    assert_eq!((world.run_due().await, world.rows().await), (0, 0));
}

async fn a_job_scheduled_during_its_own_run_stays(database: Database) {
    let world = World::new(&database);
    *world.script.follow_up.lock().unwrap() = Some((wake("one"), 1_000));
    world.schedule(wake("one"), 0).await;
    world.runs_twice_a_second_apart().await;
}

async fn what_a_job_makes_due_runs_too(database: Database) {
    let world = World::new(&database);
    *world.script.follow_up.lock().unwrap() = Some((wake("two"), 0));
    world.schedule(wake("one"), 0).await;
    assert_eq!(world.run_due().await, 2);
}

async fn a_failure_waits_longer_each_time_and_then_the_job_is_given_up(database: Database) {
    let world = World::new(&database);
    for _ in 0..worker::ATTEMPTS_MAX {
        world.answer(Err(anyhow::anyhow!("not now").into()));
    }
    world.schedule(wake("one"), 0).await;
    for attempt in 0..worker::ATTEMPTS_MAX {
        assert_eq!(world.run_due().await, 1, "attempt {attempt}");
        assert_eq!(world.run_due().await, 0, "it waits after attempt {attempt}");
        world.time.advance(300_000);
    }
    assert_eq!(world.script.given_up.load(Ordering::SeqCst), 1);
    assert_eq!((world.run_due().await, world.rows().await), (0, 0));
}

async fn a_hopeless_failure_is_given_up_at_once_and_a_panic_is_tried_again(database: Database) {
    let world = World::new(&database);
    world.answer(Err(JobError::Fail(anyhow::anyhow!("never"))));
    world.schedule(wake("one"), 0).await;
    assert_eq!((world.run_due().await, world.rows().await), (1, 0));
    assert_eq!(world.script.given_up.load(Ordering::SeqCst), 1);

    world.script.panics.store(1, Ordering::SeqCst);
    world.schedule(wake("two"), 0).await;
    world.runs_twice_a_second_apart().await;
}

async fn what_the_database_cannot_do_now_is_no_failure_of_the_job(database: Database) {
    let world = World::new(&database);
    for _ in 0..2 * worker::ATTEMPTS_MAX {
        let busy = anyhow::Error::new(store::Error::Busy).context("cannot end the sign-in");
        world.answer(Err(busy.into()));
    }
    world.schedule(wake("one"), 0).await;
    for _ in 0..2 * worker::ATTEMPTS_MAX {
        assert_eq!((world.run_due().await, world.rows().await), (1, 1));
        world.time.advance(300_000);
    }
    assert_eq!((world.run_due().await, world.rows().await), (1, 0));
    assert_eq!(world.script.given_up.load(Ordering::SeqCst), 0);
}

async fn a_lease_keeps_others_away_until_it_runs_out(database: Database) {
    let world = World::new(&database);
    world.schedule(wake("one"), 0).await;
    let first = world.leased().await.remove(0);
    assert!(world.leased().await.is_empty());
    world.time.advance(worker::LEASE_MILLIS);
    let second = world.leased().await.remove(0);
    // The first holder comes back too late: it ends nothing.
    let late = first.clone();
    assert!(
        !world
            .store
            .transact(move |tx| finish(tx, &late))
            .await
            .unwrap()
    );
    assert_eq!(world.rows().await, 1);
    world
        .store
        .transact(move |tx| finish(tx, &second))
        .await
        .unwrap();
    assert_eq!(world.rows().await, 0);
}

async fn the_worker_takes_what_is_due_takes_over_old_leases_and_stops(database: Database) {
    let world = World::new(&database);
    world.schedule(wake("left behind"), 0).await;
    world.store.transact(|tx| lease(tx, 10)).await.unwrap();
    if !world.store.is_alone() {
        // Another process may still be there: its lease is respected.
        world.time.advance(worker::LEASE_MILLIS);
    }
    let (stop, stopped) = watch::channel(false);
    let (queue, tasks) = (world.queue.clone(), Arc::clone(&world.tasks));
    let working = tokio::spawn(async move { queue.work(tasks, stopped).await });
    world.schedule(wake("new"), 0).await;
    world.until_empty(&[&world.queue]).await;
    let ran = world.ran();
    assert!(
        ran.contains(&wake("left behind")) && ran.contains(&wake("new")),
        "{ran:?}"
    );
    stop.send(true).unwrap();
    working.await.unwrap();
}

async fn a_job_of_an_unknown_kind_waits_and_stops_no_other(database: Database) {
    const UNKNOWN: Kind<ContactId> = Kind::new("of_the_next_version");
    let world = World::new(&database);
    let unknown = world.store.transact(|tx| {
        let now = tx.now();
        schedule(tx, &UNKNOWN, &wake("theirs"), now)
    });
    unknown.await.unwrap();
    world.time.advance(1);
    world.schedule(wake("ours"), 0).await;
    assert_eq!(world.run_due().await, 2);
    assert_eq!((world.ran(), world.rows().await), (vec![wake("ours")], 1));
    assert_eq!(world.run_due().await, 0);
    world.time.advance(worker::UNKNOWN_MILLIS);
    assert_eq!((world.run_due().await, world.rows().await), (1, 1));
}

async fn two_workers_run_each_job_once(database: Database) {
    let world = World::new(&database);
    let (stop, stopped) = watch::channel(false);
    let other = Queue::new(&world.platform);
    let working = [world.queue.clone(), other.clone()].map(|queue| {
        let (tasks, stopped) = (Arc::clone(&world.tasks), stopped.clone());
        tokio::spawn(async move { queue.work(tasks, stopped).await })
    });
    // Both have taken over what was left, nothing, before there is something to lease.
    world.schedule(wake("first"), 0).await;
    world.until_empty(&[&world.queue, &other]).await;
    for index in 0..100 {
        world.schedule(wake(&format!("contact {index}")), 0).await;
    }
    world.until_empty(&[&world.queue, &other]).await;
    assert_eq!(world.ran().len(), 101);
    stop.send(true).unwrap();
    for worker in working {
        worker.await.unwrap();
    }
}
