//! Wake-ups between processes: after commits the contacts are told to all others by NOTIFY, at
//! most every 10 ms. What is lost with a connection is found by polling.

use std::collections::BTreeSet;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio_postgres::{AsyncMessage, Client, Notification};

use super::{link, tls, value};
use crate::ids::ContactId;
use crate::secret::Secret;
use crate::store::Error;
use crate::store::listeners::Listeners;

/// The channel of everybody who works on the same tables.
const LISTEN: &str =
    "DO $$ BEGIN EXECUTE format('LISTEN %I', 'signback_' || current_schema()); END $$";
const NOTIFY: &str = "SELECT pg_notify('signback_' || current_schema(), $1)";
/// Lets this process in beside others, or alone: a lock of the session, shared or not.
const ENTER: &str = "SELECT pg_try_advisory_lock_shared(1936287599, hashtext(current_schema()))";
const ENTER_ALONE: &str = "SELECT pg_try_advisory_lock(1936287599, hashtext(current_schema()))";
/// How often entry is tried for: a process that was just told to stop may still be inside.
const ENTRY_ATTEMPTS_MAX: u32 = 100;
/// The pause between two tries.
const ENTRY_PAUSE: Duration = Duration::from_millis(20);
/// The shortest time between two notifications.
const PAUSE: Duration = Duration::from_millis(10);
/// How many contacts one notification names: their ids stay below the limit of 8,000 bytes.
const NAMED_MAX: usize = 200;
/// How many contacts may wait for the connection; more are left to polling.
const WAITING_MAX: usize = 20_000;
/// The pause before a lost connection is made anew.
const RECONNECT_PAUSE: Duration = Duration::from_millis(500);

/// What other processes are still to be told.
#[derive(Default)]
pub(in crate::store) struct Notifier {
    waiting: Mutex<BTreeSet<ContactId>>,
    added: Notify,
}

/// How a process asks to be let in to a database.
pub(in crate::store) struct Entry {
    /// It wants to be the only one.
    alone: bool,
    /// Whoever waits to hear whether it was let in the first time.
    waiting: Mutex<Option<Sender<Result<(), Error>>>>,
}

impl Entry {
    /// An entry whose first outcome is told to `waiting`.
    pub(in crate::store) const fn new(alone: bool, waiting: Sender<Result<(), Error>>) -> Self {
        Self {
            alone,
            waiting: Mutex::new(Some(waiting)),
        }
    }

    /// Tells how it went, if nobody was told before; gives whether somebody was told now.
    fn tell(&self, outcome: Result<(), Error>) -> bool {
        let waiting = self
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        waiting.is_some_and(|waiting| waiting.send(outcome).is_ok())
    }

    /// Asks on a new connection, and holds the place as long as that lasts.
    async fn ask(&self, client: &Client) -> Result<(), Error> {
        let sql = if self.alone { ENTER_ALONE } else { ENTER };
        for _ in 0..ENTRY_ATTEMPTS_MAX {
            let row = client.query_one(sql, &[]).await;
            let row = row.map_err(|error| value::unreachable(&error))?;
            if row.try_get(0).map_err(|error| value::unreachable(&error))? {
                return Ok(());
            }
            tokio::time::sleep(ENTRY_PAUSE).await;
        }
        let what = if self.alone {
            "another process uses it, and the test controls want it to themselves: stop that one, \
             or leave --test-controls out"
        } else {
            "a process with --test-controls has it to itself: stop that one, or name another database"
        };
        Err(Error::Settings {
            what: what.to_owned(),
        })
    }
}

impl Notifier {
    /// Has the other processes told of these contacts.
    pub(in crate::store) fn add(&self, contacts: &[ContactId]) {
        if contacts.is_empty() {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < WAITING_MAX {
            waiting.extend(contacts.iter().cloned());
        }
        drop(waiting);
        self.added.notify_one();
    }

    fn take(&self) -> Vec<ContactId> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        while taken.len() < NAMED_MAX
            && let Some(contact) = waiting.pop_first()
        {
            taken.push(contact);
        }
        taken
    }

    /// Tells and listens until `stop`, on one connection, which is made anew when it is lost.
    pub(in crate::store) fn run(
        self: &Arc<Self>,
        url: &Secret,
        listeners: &Arc<Listeners>,
        mut stop: watch::Receiver<bool>,
        entry: &Entry,
    ) {
        let runtime = match tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!(%error, "wake-ups between processes cannot be started");
                return;
            }
        };
        runtime.block_on(async {
            while !*stop.borrow() {
                let ended = tokio::select! {
                    ended = self.run_connection(url, listeners, entry) => ended,
                    _ = stop.changed() => break,
                };
                if let Err(error) = ended {
                    if entry.tell(Err(error.clone())) {
                        break;
                    }
                    tracing::warn!(%error, "wake-ups between processes are interrupted");
                }
                tokio::select! {
                    () = tokio::time::sleep(RECONNECT_PAUSE) => {}
                    _ = stop.changed() => {}
                }
            }
        });
    }

    async fn run_connection(
        &self,
        url: &Secret,
        listeners: &Arc<Listeners>,
        entry: &Entry,
    ) -> Result<(), Error> {
        let (client, mut connection) = link::config(url)?
            .connect(tls::connector()?)
            .await
            .map_err(|error| value::unreachable(&error))?;
        let messages = futures_util::stream::poll_fn(move |cx| connection.poll_message(cx));
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let receiving = tokio::spawn(async move {
            let mut messages = std::pin::pin!(messages);
            while let Some(Ok(message)) = futures_util::StreamExt::next(&mut messages).await {
                if let AsyncMessage::Notification(notification) = message
                    && told.send(notification).is_err()
                {
                    break;
                }
            }
        });
        let talking = async {
            entry.ask(&client).await?;
            entry.tell(Ok(()));
            client
                .batch_execute(LISTEN)
                .await
                .map_err(|error| value::unreachable(&error))?;
            let own = client
                .query_one("SELECT pg_backend_pid()", &[])
                .await
                .and_then(|row| row.try_get::<_, i32>(0))
                .map_err(|error| value::unreachable(&error))?;
            let hearing = async {
                while let Some(notification) = heard.recv().await {
                    if notification.process_id() != own {
                        hear(&notification, listeners);
                    }
                }
            };
            tokio::select! {
                told = self.tell(&client) => told,
                () = hearing => Ok(()),
            }
        };
        let ended = talking.await;
        receiving.abort();
        ended
    }

    async fn tell(&self, client: &Client) -> Result<(), Error> {
        loop {
            let contacts = self.take();
            if contacts.is_empty() {
                self.added.notified().await;
                continue;
            }
            let names: Vec<&str> = contacts.iter().map(ContactId::as_str).collect();
            client
                .execute(NOTIFY, &[&names.join(",")])
                .await
                .map_err(|error| value::unreachable(&error))?;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn hear(notification: &Notification, listeners: &Listeners) {
    let contacts: Vec<ContactId> = notification
        .payload()
        .split(',')
        .map(ContactId::new)
        .collect();
    listeners.tell(&contacts, false);
}
