//! Who is connected to this process.
//!
//! A socket has nothing queued for it: it is woken, and reads what follows its cursor. So this is
//! only a list of whom to wake, and it costs an idle socket a few hundred bytes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use signback_platform::ids::{ContactId, ParticipantId};

/// How many sockets one participant may have open on this process.
const SOCKETS_MAX: usize = 5;
/// How fast sockets are told to close when the process ends: each of them comes back at once,
/// to this process's successor or to its neighbours.
const CLOSED_PER_SECOND: usize = 5_000;
/// The longest that telling them may take.
const CLOSING_MAX: Duration = Duration::from_secs(5);
/// In how many steps they are told.
const CLOSING_STEPS: u32 = 50;
/// How long sockets that were told have to finish.
const LEAVING_MAX: Duration = Duration::from_secs(2);

/// The open sockets of this process.
#[derive(Debug, Default)]
pub struct Sockets {
    open: Mutex<HashMap<ContactId, Vec<Arc<Handle>>>>,
    /// The process ends: nobody else is let in.
    ending: AtomicBool,
    /// One of them is gone.
    left: Notify,
}

/// What the process knows of an open socket.
#[derive(Debug)]
pub(crate) struct Handle {
    participant: ParticipantId,
    /// There may be news in the table, or the socket is to close.
    pub(crate) news: Notify,
    closing: AtomicBool,
    /// The last item that the participant's side confirmed on this socket.
    confirmed: AtomicI64,
}

/// Why a participant gets no further socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// They have as many as they may have.
    Participant,
    /// The process ends.
    Ending,
}

/// A socket's seat in the list, given up when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    sockets: Arc<Sockets>,
    contact: ContactId,
    handle: Arc<Handle>,
}

impl Sockets {
    fn open(&self) -> MutexGuard<'_, HashMap<ContactId, Vec<Arc<Handle>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the sockets of contacts that have new items.
    pub fn wake(&self, contacts: &[ContactId]) {
        let open = self.open();
        for handle in contacts
            .iter()
            .filter_map(|contact| open.get(contact))
            .flatten()
        {
            handle.news.notify_one();
        }
    }

    /// How many sockets are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.open().values().map(Vec::len).sum()
    }

    /// Tells every socket to close; new ones may come.
    pub fn close_all(&self) {
        self.open()
            .values()
            .flatten()
            .for_each(|handle| handle.close());
    }

    /// Lets nobody in any more, tells every socket to close, spread out, and waits a while for
    /// them to be gone.
    pub async fn close(&self) {
        self.ending.store(true, Ordering::SeqCst);
        let handles: Vec<Arc<Handle>> = self.open().values().flatten().map(Arc::clone).collect();
        let (step, pause) = pace(handles.len());
        for (number, some) in handles.chunks(step).enumerate() {
            if number > 0 {
                tokio::time::sleep(pause).await;
            }
            for handle in some {
                handle.close();
            }
        }
        let gone = async {
            while self.count() > 0 {
                self.left.notified().await;
            }
        };
        if tokio::time::timeout(LEAVING_MAX, gone).await.is_err() {
            tracing::debug!(
                count = self.count(),
                "some websockets did not close in time"
            );
        }
    }

    pub(crate) fn enter(
        self: &Arc<Self>,
        contact: &ContactId,
        participant: &ParticipantId,
    ) -> Result<Seat, Full> {
        let mut open = self.open();
        // Under the lock: whoever is let in now is told to close with the rest.
        if self.ending.load(Ordering::SeqCst) {
            return Err(Full::Ending);
        }
        let of_contact = open.entry(contact.clone()).or_default();
        let own = of_contact
            .iter()
            .filter(|handle| handle.participant == *participant)
            .count();
        if own >= SOCKETS_MAX {
            return Err(Full::Participant);
        }
        let handle = Arc::new(Handle {
            participant: participant.clone(),
            news: Notify::new(),
            closing: AtomicBool::new(false),
            confirmed: AtomicI64::new(0),
        });
        of_contact.push(Arc::clone(&handle));
        Ok(Seat {
            sockets: Arc::clone(self),
            contact: contact.clone(),
            handle,
        })
    }
}

/// How many sockets are told at once, and the pause between.
fn pace(count: usize) -> (usize, Duration) {
    let whole =
        Duration::from_millis(1000 * count as u64 / CLOSED_PER_SECOND as u64).min(CLOSING_MAX);
    let step = count.div_ceil(CLOSING_STEPS as usize).max(1);
    (step, whole / CLOSING_STEPS)
}

impl Handle {
    fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.news.notify_one();
    }

    /// Whether the socket is to close.
    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Notes that the items up to `sequence` reached the participant's side.
    pub(crate) fn confirm(&self, sequence: i64) {
        self.confirmed.fetch_max(sequence, Ordering::SeqCst);
    }

    /// The last item that reached the participant's side over this socket.
    pub(crate) fn confirmed(&self) -> i64 {
        self.confirmed.load(Ordering::SeqCst)
    }
}

impl Seat {
    pub(crate) fn handle(&self) -> &Arc<Handle> {
        &self.handle
    }

    /// The last item that is known here to have reached the participant, over any socket.
    pub(crate) fn confirmed(&self) -> i64 {
        let open = self.sockets.open();
        let own = open.get(&self.contact).into_iter().flatten();
        own.filter(|handle| handle.participant == self.handle.participant)
            .map(|handle| handle.confirmed())
            .max()
            .unwrap_or(0)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.sockets.open();
        if let Some(of_contact) = open.get_mut(&self.contact) {
            of_contact.retain(|handle| !Arc::ptr_eq(handle, &self.handle));
            if of_contact.is_empty() {
                open.remove(&self.contact);
            }
        }
        drop(open);
        self.sockets.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(sockets: &Arc<Sockets>, participant: &str) -> Result<Seat, Full> {
        sockets.enter(&ContactId::new("contact"), &ParticipantId::new(participant))
    }

    #[test]
    fn a_participant_has_five_sockets_at_most() {
        let sockets = Arc::new(Sockets::default());
        let mut seats: Vec<Seat> = (0..5).map(|_| enter(&sockets, "a").unwrap()).collect();
        assert_eq!(enter(&sockets, "a").unwrap_err(), Full::Participant);
        assert!(enter(&sockets, "b").is_ok());
        seats.pop();
        assert!(enter(&sockets, "a").is_ok());
    }

    #[test]
    fn what_one_socket_confirmed_its_sister_knows() {
        let sockets = Arc::new(Sockets::default());
        let first = enter(&sockets, "a").unwrap();
        let second = enter(&sockets, "a").unwrap();
        let stranger = enter(&sockets, "b").unwrap();
        first.handle().confirm(7);
        first.handle().confirm(3);
        assert_eq!((second.confirmed(), stranger.confirmed()), (7, 0));
    }

    #[test]
    fn an_empty_list_holds_nothing() {
        let sockets = Arc::new(Sockets::default());
        drop(enter(&sockets, "a").unwrap());
        assert!(sockets.open().is_empty());
    }

    #[test]
    fn a_few_are_told_at_once_and_many_within_the_limit() {
        assert_eq!(pace(0).0, 1);
        assert_eq!(pace(10), (1, Duration::from_micros(40)));
        assert_eq!(pace(50_000), (1000, Duration::from_millis(100)));
        assert_eq!(pace(1_000_000), (20_000, Duration::from_millis(100)));
    }

    #[tokio::test]
    async fn closing_tells_everyone_and_lets_nobody_in() {
        let sockets = Arc::new(Sockets::default());
        let seat = enter(&sockets, "a").unwrap();
        let leaving = async {
            seat.handle().news.notified().await;
            assert!(seat.handle().is_closing());
            drop(seat);
        };
        tokio::join!(sockets.close(), leaving);
        assert_eq!(enter(&sockets, "a").unwrap_err(), Full::Ending);
    }
}
