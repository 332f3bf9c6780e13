//! The slow hash (argon2id): kept memory, a fair queue in front, one core left to everything else.
//!
//! A hash takes 19 MiB and tens of milliseconds of a core, and whoever reaches a sign-in page can
//! ask for one. So there are as many pieces of memory as hash at once, kept and used again; whoever
//! comes meanwhile waits in a bounded queue, in which the pools take turns; and a name that nobody
//! has costs as much as any other.

mod argon;
mod turns;

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use argon2::Block;
use tokio::sync::oneshot;
use zeroize::Zeroize;

use crate::password::PASSWORD_BYTES_MAX;
use signback_platform::metrics::Metrics;
use signback_platform::random::Random;
use signback_platform::secret::Secret;
use signback_platform::store::Error;

use argon::{COST, Cost, Memory, NOBODY, matches, phc};
use turns::Turns;

/// How many passwords are hashed at once on a machine with many cores.
const AT_ONCE_MAX: usize = 5;
/// How many may wait for their turn.
const WAITING_MAX: usize = 512;
const SALT_LENGTH: usize = 16;
/// How much less a thread that hashes is worth to the scheduler than one that serves.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// One hash to be made. Dropped without having run, it tells whoever waits for it.
type Work = Box<dyn FnOnce(&mut Memory) + Send>;

/// Hashes passwords, a few at a time and never on a thread that serves. Clones share the memory.
#[derive(Clone)]
pub(crate) struct Hasher(Arc<Inner>);

struct Inner {
    cost: Cost,
    at_once: usize,
    metrics: Arc<Metrics>,
    state: Mutex<State>,
}

struct State {
    waiting: Turns<Work>,
    /// How many threads hash.
    at_work: usize,
    /// Memory that no thread works in, all of it zero.
    idle: Vec<Memory>,
}

impl Hasher {
    /// One core is left to everything else, where there is more than one.
    pub(crate) fn new(metrics: &Arc<Metrics>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let at_once = cores.saturating_sub(1).clamp(1, AT_ONCE_MAX);
        Self::with(metrics, COST, at_once, WAITING_MAX)
    }

    fn with(metrics: &Arc<Metrics>, cost: Cost, at_once: usize, waiting_max: usize) -> Self {
        Self(Arc::new(Inner {
            cost,
            at_once,
            metrics: Arc::clone(metrics),
            state: Mutex::new(State {
                waiting: Turns::new(waiting_max),
                at_work: 0,
                idle: Vec::new(),
            }),
        }))
    }

    /// How many passwords are hashed at once.
    pub(crate) fn at_once(&self) -> usize {
        self.0.at_once
    }

    /// Hashes a password of a pool's user, in the PHC form.
    pub(crate) async fn hash(
        &self,
        pool: &str,
        random: &dyn Random,
        password: &Secret,
    ) -> Result<String, Error> {
        let mut salt = [0; SALT_LENGTH];
        random.fill(&mut salt);
        let password = password.clone();
        let params = self.0.cost.params();
        self.run(pool, move |memory| {
            phc(&params, password.expose().as_bytes(), &salt, memory)
                .expect("a password far below 4 GiB and a salt of 16 bytes fit the cost")
        })
        .await
    }

    /// Whether the password is the one that was hashed. Without a hash it takes as long and is
    /// false, so that the time tells nobody which users there are.
    pub(crate) async fn verify(
        &self,
        pool: &str,
        password: &Secret,
        hash: Option<String>,
    ) -> Result<bool, Error> {
        let password = password.clone();
        self.run(pool, move |memory| {
            if password.expose().len() > PASSWORD_BYTES_MAX {
                return false;
            }
            let is_somebody = hash.is_some();
            let hash = hash.as_deref().unwrap_or(NOBODY);
            matches(password.expose().as_bytes(), hash, memory) && is_somebody
        })
        .await
    }

    /// Runs `work` in a piece of memory when its turn comes; busy if too many are waiting already.
    async fn run<T: Send + 'static>(
        &self,
        pool: &str,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, answered) = oneshot::channel();
        let metrics = Arc::clone(&self.0.metrics);
        let work: Work = Box::new(move |memory| {
            // Whoever asked may have gone while it waited.
            if !answer.is_closed() {
                metrics.password_hashes.inc();
                let _ = answer.send(work(memory));
            }
        });
        self.0.enqueue(pool, work);
        answered.await.map_err(|_| Error::Busy)
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(self: &Arc<Self>, pool: &str, work: Work) {
        let mut state = self.state();
        // What has to go is dropped, and whoever waits for it is told so.
        drop(state.waiting.push(pool, work));
        if state.at_work >= self.at_once {
            return;
        }
        state.at_work += 1;
        drop(state);
        let shift = Shift {
            inner: Arc::clone(self),
            is_over: false,
        };
        let thread = std::thread::Builder::new().name("password".to_owned());
        if let Err(error) = thread.spawn(move || shift.work()) {
            // The shift went with the function.
            tracing::error!(%error, "no thread can be started to hash passwords");
        }
    }

    /// Memory to work in; new only while there are fewer pieces than hash at once.
    fn memory(&self) -> Memory {
        let kept = self.state().idle.pop();
        kept.unwrap_or_else(|| vec![Block::new(); self.cost.params().block_count()])
    }
}

/// A thread's time at work, from the first thing that waits until nothing does.
struct Shift {
    inner: Arc<Inner>,
    /// Its memory is back and it is no longer counted.
    is_over: bool,
}

impl Shift {
    fn work(mut self) {
        // Threads that serve go before this one where there are not cores enough for all.
        #[cfg(target_os = "linux")]
        if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
            tracing::debug!(%error, "a thread that hashes keeps the priority of the others");
        }
        let mut memory = self.inner.memory();
        let mut is_clear = true;
        loop {
            let mut state = self.inner.state();
            match state.waiting.pop() {
                Some(work) => {
                    drop(state);
                    // The panic is told by its hook, and to whoever waits by the dropped answer.
                    drop(catch_unwind(AssertUnwindSafe(|| work(&mut memory))));
                    is_clear = false;
                }
                None if is_clear => {
                    state.idle.push(memory);
                    state.at_work -= 1;
                    drop(state);
                    self.is_over = true;
                    return;
                }
                None => {
                    drop(state);
                    // Out of what a hash leaves behind its first block can be computed, and with
                    // that a guess costs nothing. The next hash writes each block before it reads
                    // it, so clearing after the last one is enough.
                    memory.iter_mut().for_each(Zeroize::zeroize);
                    is_clear = true;
                }
            }
        }
    }
}

impl Drop for Shift {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // Its thread was never started. With nobody at work, nobody would ever answer those who
        // wait.
        let mut state = self.inner.state();
        state.at_work -= 1;
        if state.at_work == 0 {
            state.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{Argon2, PasswordVerifier};
    use signback_platform::random::SeededRandom;

    const CHEAP: Cost = Cost {
        kibibytes: 64,
        passes: 1,
    };

    fn hasher(cost: Cost, at_once: usize, waiting_max: usize) -> Hasher {
        Hasher::with(&Arc::default(), cost, at_once, waiting_max)
    }

    /// The memory that lies idle, in blocks; waits until no thread is at work.
    fn idle_blocks(hasher: &Hasher) -> Vec<usize> {
        loop {
            let state = hasher.0.state();
            if state.at_work == 0 {
                let cleared = |memory: &Memory| {
                    let mut words = memory.iter().flat_map(AsRef::<[u64]>::as_ref);
                    words.all(|word| *word == 0)
                };
                assert!(state.idle.iter().all(cleared), "something was left behind");
                return state.idle.iter().map(Vec::len).collect();
            }
            drop(state);
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_and_nobody_has_one() {
        let hasher = hasher(COST, 1, 9);
        let (right, wrong) = (
            Secret::new("Right-1-password"),
            Secret::new("Wrong-1-password"),
        );
        let random = SeededRandom::new(1);
        let hash = hasher.hash("p", &random, &right).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        let verify = |password, hash| hasher.verify("p", password, hash);
        assert!(verify(&right, Some(hash.clone())).await.unwrap());
        assert!(!verify(&wrong, Some(hash)).await.unwrap());
        assert!(!verify(&right, None).await.unwrap());
        assert_eq!(hasher.0.metrics.password_hashes.get(), 4);
        let broken = "$argon2id$broken".to_owned();
        assert!(!verify(&right, Some(broken)).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_are_those_that_any_argon2_makes() {
        let hash = hasher(CHEAP, 1, 9)
            .hash("p", &SeededRandom::new(1), &Secret::new("Right-1-password"))
            .await
            .unwrap();
        let verify = |password: &[u8]| Argon2::default().verify_password(password, &*hash);
        assert!(verify(b"Right-1-password").is_ok());
        assert!(verify(b"Wrong-1-password").is_err());
    }

    #[tokio::test]
    async fn any_number_of_hashes_leaves_as_much_memory_as_hash_at_once_and_nothing_in_it() {
        let hasher = hasher(CHEAP, 2, 1000);
        let asked: Vec<_> = (0..200)
            .map(|_| {
                let hasher = hasher.clone();
                tokio::spawn(async move {
                    let random = SeededRandom::new(1);
                    hasher.hash("p", &random, &Secret::new("x")).await.unwrap()
                })
            })
            .collect();
        for hash in asked {
            hash.await.unwrap();
        }
        let idle = idle_blocks(&hasher);
        assert!(
            idle.len() <= 2 && idle.iter().all(|blocks| *blocks == 64),
            "{idle:?}"
        );
        assert_eq!(hasher.0.metrics.password_hashes.get(), 200);
    }

    #[tokio::test]
    async fn too_many_at_once_are_told_so() {
        let refused = hasher(CHEAP, 1, 0)
            .verify("p", &Secret::new("x"), None)
            .await;
        assert!(matches!(refused, Err(Error::Busy)));
    }

    #[tokio::test]
    async fn a_pool_under_attack_leaves_the_others_their_turn() {
        let hasher = hasher(CHEAP, 1, 3);
        // The one at work waits until the queue is as it should be.
        let (go, gone) = std::sync::mpsc::channel::<()>();
        let (started, starts) = std::sync::mpsc::channel::<()>();
        hasher.0.enqueue(
            "attacked",
            Box::new(move |_| {
                started.send(()).unwrap();
                gone.recv().unwrap();
            }),
        );
        starts.recv().unwrap();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut asked = Vec::new();
        for (pool, name) in [
            ("attacked", "a1"),
            ("attacked", "a2"),
            ("attacked", "a3"),
            ("attacked", "a4"),
            ("other", "o1"),
        ] {
            let (answer, answered) = oneshot::channel();
            let order = Arc::clone(&order);
            hasher.0.enqueue(
                pool,
                Box::new(move |_| {
                    order.lock().unwrap().push(name);
                    let _ = answer.send(());
                }),
            );
            asked.push((name, answered));
        }
        go.send(()).unwrap();
        for (name, answered) in asked {
            let refused = answered.await.is_err();
            assert_eq!(refused, name == "a3" || name == "a4", "{name}");
        }
        assert_eq!(*order.lock().unwrap(), ["a1", "o1", "a2"]);
    }

    #[tokio::test]
    async fn nobody_waits_for_ever_when_a_hash_panics() {
        let hasher = hasher(CHEAP, 1, 9);
        let panicked = hasher.run("p", |_| panic!("on purpose")).await;
        assert!(matches!(panicked, Err::<(), _>(Error::Busy)));
        assert!(!hasher.verify("p", &Secret::new("x"), None).await.unwrap());
    }
}
