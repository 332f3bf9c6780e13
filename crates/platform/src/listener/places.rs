//! Who may be connected, and who gives way when there is no room.
//!
//! A connection is a *stranger's* until a call over it was verified or the chat socket that it
//! became was subscribed. Strangers are limited by address, and where all places are taken they
//! give way to newcomers: those of the address with the most of them first, the one that came
//! first before the others, and none whose request is being answered. Whoever is no stranger keeps
//! the place; the newcomer is turned away then.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use futures_util::task::AtomicWaker;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// The most connections that are held at once, however many descriptors there are.
const CONNECTIONS_MAX: usize = 65_536;
/// How many strangers of one address are held unless the settings say otherwise.
pub const PER_ADDRESS: usize = 1024;
/// The least number of descriptors that is kept for the database, outgoing calls and files.
const KEPT_MIN: usize = 48;
/// The greatest number that is kept for them.
const KEPT_MAX: usize = 512;
const KIB: usize = 1024;
/// How many connections that were told to go may still be open beyond the limit.
const LEAVING_MAX: usize = 8;

/// How many connections there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All of them.
    pub connections: usize,
    /// Those of one address over which nothing was verified yet; `None` for any number.
    pub per_address: Option<usize>,
}

impl Limits {
    /// What fits into a number of descriptors, with a share left for everything else.
    #[must_use]
    pub fn within(descriptors: usize, per_address: Option<usize>) -> Self {
        let kept = (descriptors / 8).clamp(KEPT_MIN, KEPT_MAX);
        Self {
            connections: descriptors.saturating_sub(kept).clamp(1, CONNECTIONS_MAX),
            per_address,
        }
    }
}

/// What one client has to itself: an IPv4 address, or an IPv6 network of 64 bits (RFC 4291 §2.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Origin(IpAddr);

impl Origin {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The places of a listener.
#[derive(Debug)]
pub struct Places {
    limits: Limits,
    state: Mutex<State>,
    left: Notify,
    /// The memory for long bodies, in KiB.
    bodies: Arc<Semaphore>,
}

/// A share of the memory for long bodies, given back when the last copy of it is dropped.
#[derive(Clone, Debug)]
pub(super) struct Share {
    _permit: Arc<OwnedSemaphorePermit>,
}

#[derive(Debug, Default)]
struct State {
    /// All connections, those that were told to go included.
    open: usize,
    /// Those that were told to go.
    leaving: usize,
    /// How many have come so far.
    arrivals: u64,
    /// Who may be told to go, in the order of arrival.
    strangers: HashMap<Origin, BTreeMap<u64, Arc<Known>>>,
    /// The same addresses by how many strangers they have, the largest last; among equals the one
    /// whose first came first.
    crowds: BTreeSet<(usize, Reverse<u64>, Origin)>,
}

/// What is known of a connection.
#[derive(Debug)]
struct Known {
    places: Arc<Places>,
    origin: Origin,
    number: u64,
    verified: AtomicBool,
    answering: AtomicBool,
    told_to_go: AtomicBool,
    /// Whoever serves the connection.
    task: AtomicWaker,
}

/// A connection's place, given up when it is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<Known>);

/// How a connection stands, for whoever answers its requests: each carries it among its extensions.
#[derive(Clone, Debug)]
pub struct Standing(Arc<Known>);

impl Places {
    /// Empty places.
    #[must_use]
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            state: Mutex::default(),
            left: Notify::new(),
            bodies: Arc::new(Semaphore::new(super::BODIES_BYTES_MAX / KIB)),
        })
    }

    /// How many connections are held.
    #[must_use]
    pub fn open(&self) -> usize {
        self.state().open
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while there are as many connections as there may ever be.
    pub(super) async fn room(&self) {
        while self.state().open >= self.limits.connections + LEAVING_MAX {
            self.left.notified().await;
        }
    }

    /// Waits until a connection has ended.
    pub(super) async fn one_left(&self) {
        self.left.notified().await;
    }

    /// A place for a newcomer, perhaps that of somebody who is told to go; `None` where everybody
    /// has a better right to theirs.
    pub(super) fn enter(self: &Arc<Self>, from: IpAddr) -> Option<Place> {
        let origin = Origin::of(from);
        let mut state = self.state();
        let crowd = state.strangers.get(&origin).map_or(0, BTreeMap::len);
        let crowded = self.limits.per_address.is_some_and(|most| crowd >= most);
        if crowded {
            state.dismiss(Some(origin)).then_some(())?;
        } else if state.open - state.leaving >= self.limits.connections {
            state.dismiss(None).then_some(())?;
        }
        state.arrivals += 1;
        let known = Arc::new(Known {
            places: Arc::clone(self),
            origin,
            number: state.arrivals,
            verified: AtomicBool::new(false),
            answering: AtomicBool::new(false),
            told_to_go: AtomicBool::new(false),
            task: AtomicWaker::new(),
        });
        state.open += 1;
        state.change(origin, |crowd| {
            crowd.insert(known.number, Arc::clone(&known));
        });
        Some(Place(known))
    }

    /// Tells one stranger to go; false when there is none who may be told.
    pub(super) fn dismiss(&self) -> bool {
        self.state().dismiss(None)
    }
}

impl State {
    fn dismiss(&mut self, of: Option<Origin>) -> bool {
        let first_idle = |origin: &Origin| {
            let mut crowd = self.strangers.get(origin)?.values();
            crowd.find(|known| !known.answering.load(Ordering::SeqCst))
        };
        let found = if let Some(origin) = of {
            first_idle(&origin)
        } else {
            let mut largest_first = self.crowds.iter().rev();
            largest_first.find_map(|(_, _, origin)| first_idle(origin))
        };
        let Some(known) = found.map(Arc::clone) else {
            return false;
        };
        self.forget(&known);
        self.leaving += 1;
        known.told_to_go.store(true, Ordering::SeqCst);
        known.task.wake();
        true
    }

    /// Takes a connection off the list of those that may be told to go.
    fn forget(&mut self, known: &Known) {
        self.change(known.origin, |crowd| {
            crowd.remove(&known.number);
        });
    }

    fn change(&mut self, origin: Origin, change: impl FnOnce(&mut BTreeMap<u64, Arc<Known>>)) {
        let rank = |crowd: &BTreeMap<u64, Arc<Known>>| {
            let (eldest, _) = crowd.first_key_value()?;
            Some((crowd.len(), Reverse(*eldest), origin))
        };
        let crowd = self.strangers.entry(origin).or_default();
        if let Some(before) = rank(crowd) {
            self.crowds.remove(&before);
        }
        change(crowd);
        match rank(crowd) {
            Some(after) => drop(self.crowds.insert(after)),
            None => drop(self.strangers.remove(&origin)),
        }
    }
}

impl Place {
    pub(super) fn standing(&self) -> Standing {
        Standing(Arc::clone(&self.0))
    }

    /// Whether the connection is to end; `task` is woken once it is.
    pub(super) fn is_dismissed(&self, task: &Waker) -> bool {
        self.0.task.register(task);
        self.0.told_to_go.load(Ordering::SeqCst)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let known = &self.0;
        let mut state = known.places.state();
        state.open -= 1;
        if known.told_to_go.load(Ordering::SeqCst) {
            state.leaving -= 1;
        } else if !known.verified.load(Ordering::SeqCst) {
            state.forget(known);
        }
        drop(state);
        known.places.left.notify_one();
    }
}

impl Standing {
    /// Notes that a call over the connection was verified, or that its socket is subscribed: it is
    /// no stranger's any more.
    pub fn verify(&self) {
        if self.0.verified.load(Ordering::SeqCst) {
            return;
        }
        let mut state = self.0.places.state();
        // Whoever was told to go goes.
        if !self.0.told_to_go.load(Ordering::SeqCst)
            && !self.0.verified.swap(true, Ordering::SeqCst)
        {
            state.forget(&self.0);
        }
    }

    /// Whether nothing was verified over the connection yet.
    pub(super) fn is_strangers(&self) -> bool {
        !self.0.verified.load(Ordering::SeqCst)
    }

    /// Waits for memory for a body of that many bytes.
    ///
    /// # Panics
    ///
    /// Never: the semaphore is not closed.
    pub(super) async fn share(&self, bytes: usize) -> Share {
        let bodies = Arc::clone(&self.0.places.bodies);
        let kib = u32::try_from(bytes.div_ceil(KIB)).unwrap_or(u32::MAX);
        let permit = bodies.acquire_many_owned(kib).await;
        Share {
            _permit: Arc::new(permit.expect("the semaphore stays open")),
        }
    }

    /// Notes that a request was read to its end, and is being answered, or that it was.
    pub(super) fn answer(&self, answering: bool) {
        self.0.answering.store(answering, Ordering::SeqCst);
    }
}
