//! The websocket: a cursor on the transcript that a participant holds open.
//!
//! A socket sends what follows its cursor, from the first subscription on, and waits to be woken.
//! After each batch it sends a websocket ping with the last item's number; every client answers
//! that by itself (RFC 6455 §5.5.3), and since frames arrive in order the answer confirms
//! everything before. What is confirmed is saved now and then and when the socket ends, and the
//! participant's next socket goes on from there: items that were under way when a connection
//! broke are sent again, none is lost. Confirmations of the participant's other sockets count too,
//! so a planned hand-over starts where the older socket is.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};

use super::admission::Admission;
use super::frame::{self, Heard};
use super::offer::offer;
use crate::Connect;
use crate::contacts::{self, Participant};
use crate::sockets::Seat;
use crate::transcript::{self, Item, event, signs_in};
use signback_platform::store::{Error, Tx};

/// The largest frame that a client may send; theirs have about a hundred bytes.
const FRAME_BYTES_MAX: usize = 8 * 1024;
/// A socket reads little and seldom: small buffers, so that many can idle.
const READ_BUFFER_BYTES: usize = 512;
const WRITE_BUFFER_BYTES: usize = 1024;
/// The largest item is 16,384 characters, each at most 7 bytes as JSON in JSON.
const WRITE_BUFFER_BYTES_MAX: usize = 256 * 1024;
/// A client that sends nothing for so long is gone; they send a heartbeat every 10 seconds.
const IDLE: Duration = Duration::from_mins(1);
/// How long a client may take to accept a batch.
const SEND: Duration = Duration::from_secs(30);
/// How long a client may take to answer that the socket closes.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long the socket stays open after the chat's end; clients close it themselves.
const ENDED: Duration = Duration::from_secs(30);
/// How long confirmations may go unsaved.
const UNSAVED: Duration = Duration::from_secs(5);
/// How long to wait when the database has too much to do.
const BUSY: Duration = Duration::from_millis(100);
/// How often to look for items that another process said nothing of.
const POLL: Duration = Duration::from_secs(30);
/// How many items are read at once.
const BATCH_MAX: i64 = 50;

/// Serves an open websocket until it closes; `subscribed` is told that its client takes part in the
/// chat.
pub async fn socket<S>(
    connect: Arc<Connect>,
    stream: S,
    admission: Admission,
    subscribed: impl Fn() + Send + Sync + 'static,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES_MAX)
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let stream = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
    connect.platform.metrics.sockets.inc();
    let now = Instant::now();
    let mut socket = Socket {
        participant: admission.participant,
        seat: admission.seat,
        stream,
        cursor: None,
        sends: false,
        held_news: false,
        saved: 0,
        idle_at: now + IDLE,
        save_at: None,
        end_at: None,
        look_at: None,
        subscribed: Box::new(subscribed),
        connect,
    };
    let end = socket.run().await;
    tracing::debug!(contact = %socket.participant.contact, end = ?end, "a websocket ends");
    // Saved before the seat is given up: a successor finds it in one or the other.
    socket.save().await;
    if let End::Close(code) = end {
        socket.close(code).await;
    }
    socket.connect.platform.metrics.sockets.dec();
}

/// Why a socket ends.
#[derive(Debug)]
enum End {
    /// The client closed it, or the connection broke.
    Gone,
    /// This side closes it.
    Close(CloseCode),
}

struct Socket<S> {
    connect: Arc<Connect>,
    participant: Participant,
    seat: Seat,
    stream: WebSocketStream<S>,
    /// The last item that was sent; `None` before the first subscription.
    cursor: Option<i64>,
    /// Whether items are sent at present.
    sends: bool,
    /// Whether there was a reason to look while none were sent.
    held_news: bool,
    /// The last confirmed item that is saved.
    saved: i64,
    idle_at: Instant,
    save_at: Option<Instant>,
    /// When to close after the chat's end.
    end_at: Option<Instant>,
    /// When to look without being woken, where other processes may add items.
    look_at: Option<Instant>,
    /// Told of each subscription.
    subscribed: Box<dyn Fn() + Send + Sync>,
}

impl<S> Socket<S>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    async fn run(&mut self) -> End {
        loop {
            if let Err(end) = self.turn().await {
                return end;
            }
        }
    }

    /// Waits for one thing to happen and deals with it.
    async fn turn(&mut self) -> Result<(), End> {
        let handle = Arc::clone(self.seat.handle());
        let wake_at = [self.save_at, self.end_at, self.look_at]
            .into_iter()
            .flatten()
            .fold(self.idle_at, Instant::min);
        tokio::select! {
            message = self.stream.next() => match message {
                Some(Ok(message)) => self.receive(message).await,
                Some(Err(error)) => {
                    tracing::debug!(%error, "a websocket broke");
                    Err(End::Gone)
                }
                None => Err(End::Gone),
            },
            () = handle.news.notified() => {
                if handle.is_closing() {
                    return Err(End::Close(CloseCode::Restart));
                }
                self.send_news().await
            }
            () = sleep_until(wake_at) => self.keep_time().await,
        }
    }

    async fn keep_time(&mut self) -> Result<(), End> {
        let now = Instant::now();
        if self.idle_at <= now {
            return Err(End::Close(CloseCode::Away));
        }
        if self.end_at.is_some_and(|end_at| end_at <= now) {
            return Err(End::Close(CloseCode::Normal));
        }
        if self.save_at.is_some_and(|save_at| save_at <= now) {
            self.save().await;
        }
        if self.look_at.is_some_and(|look_at| look_at <= now) {
            self.send_news().await?;
        }
        Ok(())
    }

    async fn receive(&mut self, message: Message) -> Result<(), End> {
        self.idle_at = Instant::now() + IDLE;
        match message {
            Message::Text(text) => match frame::read(&text) {
                Heard::Subscribe => self.subscribe().await,
                Heard::Unsubscribe => {
                    self.sends = false;
                    self.send(Message::text(frame::UNSUBSCRIBED)).await
                }
                Heard::Ping => self.send(Message::text(frame::PONG)).await,
                Heard::Heartbeat => self.send(Message::text(frame::HEARTBEAT)).await,
                Heard::Other => Ok(()),
            },
            Message::Pong(payload) => {
                self.confirm(&payload);
                Ok(())
            }
            // Queued by the library; this sends it.
            Message::Ping(_) => self.flush().await,
            // Its answer is queued too; the stream ends once that is sent.
            Message::Close(_) | Message::Binary(_) | Message::Frame(_) => Ok(()),
        }
    }

    /// Acknowledges a subscription, and with the first one starts to send. A later one goes on where
    /// this socket stands, and looks only if something was held back: one that comes again and again
    /// costs no look at the database.
    async fn subscribe(&mut self) -> Result<(), End> {
        // Before the client knows: from its knowing on the socket is one that stays.
        (self.subscribed)();
        self.send(Message::text(frame::SUBSCRIBED)).await?;
        self.sends = true;
        if self.cursor.is_some() {
            if std::mem::take(&mut self.held_news) {
                return self.send_news().await;
            }
            return Ok(());
        }
        // First the sister sockets, then the row: one that ends in between has saved before.
        let confirmed = self.seat.confirmed();
        let participant = self.participant.clone();
        let reached = loop {
            let participant = participant.clone();
            match self
                .connect
                .platform
                .store
                .transact(move |tx| arrive(tx, &participant))
                .await
            {
                Err(Error::Busy) => tokio::time::sleep(BUSY).await,
                reached => break reached.map_err(|error| failed(&error))?,
            }
        };
        self.saved = reached;
        self.held_news = false;
        self.cursor = Some(reached.max(confirmed));
        self.send_news().await
    }

    /// Sends what follows the cursor.
    async fn send_news(&mut self) -> Result<(), End> {
        self.look_at = (!self.connect.platform.store.is_alone()).then(|| Instant::now() + POLL);
        if !self.sends {
            self.held_news = true;
            return Ok(());
        }
        while let Some(cursor) = self.cursor {
            let items = match self.read(cursor).await {
                Ok(items) => items,
                Err(Error::Busy) => {
                    tokio::time::sleep(BUSY).await;
                    continue;
                }
                Err(error) => return Err(failed(&error)),
            };
            let Some(last) = items.last() else {
                return Ok(());
            };
            self.cursor = Some(last.sequence);
            let is_ended = last.content_type == event::CHAT_ENDED;
            match timeout(SEND, self.push(&items)).await {
                Ok(Ok(())) => {}
                Ok(Err(end)) => return Err(end),
                Err(_) => return Err(End::Close(CloseCode::Policy)),
            }
            if is_ended {
                self.end_at = Some(Instant::now() + ENDED);
            }
        }
        Ok(())
    }

    /// The next items. Announcements of sign-ins set their clocks off before they are sent.
    async fn read(&mut self, cursor: i64) -> Result<Vec<Item>, Error> {
        let contact = self.participant.contact.clone();
        let following =
            move |tx: &mut Tx<'_>| transcript::following(tx, &contact, cursor, BATCH_MAX);
        let items = self.connect.platform.store.read(following.clone()).await?;
        if !signs_in(self.participant.role)
            || items.iter().all(|item| item.pending_sign_in().is_none())
        {
            return Ok(items);
        }
        let offer = move |tx: &mut Tx<'_>| {
            let items = following(tx)?;
            offer(tx, items.iter().filter_map(Item::pending_sign_in))?;
            Ok(items)
        };
        let items = self.connect.platform.store.transact(offer).await?;
        tracing::info!(contact = %self.participant.contact, "a sign-in reaches its customer");
        Ok(items)
    }

    async fn push(&mut self, items: &[Item]) -> Result<(), End> {
        let now = self.connect.platform.clock.now();
        let mut last = None;
        for item in items
            .iter()
            .filter(|item| item.is_for(&self.participant.id, now))
        {
            let text = frame::chat(&item.pushed(self.participant.role));
            self.stream
                .feed(Message::text(text))
                .await
                .map_err(|_| End::Gone)?;
            last = Some(item.sequence);
        }
        if let Some(last) = last {
            let ping = Message::Ping(last.to_be_bytes().to_vec().into());
            self.stream.feed(ping).await.map_err(|_| End::Gone)?;
        }
        self.flush().await
    }

    /// Takes a pong as the confirmation of everything sent before its ping.
    fn confirm(&mut self, payload: &[u8]) {
        let Ok(number) = payload.try_into().map(i64::from_be_bytes) else {
            return;
        };
        if self.cursor.is_some_and(|cursor| number <= cursor) {
            self.seat.handle().confirm(number);
            if number > self.saved && self.save_at.is_none() {
                self.save_at = Some(Instant::now() + UNSAVED);
            }
        }
    }

    /// Saves what was confirmed. If that fails, the next socket sends some items again.
    async fn save(&mut self) {
        self.save_at = None;
        let confirmed = self.seat.handle().confirmed();
        if confirmed <= self.saved {
            return;
        }
        let participant = self.participant.id.clone();
        let save = move |tx: &mut Tx<'_>| contacts::save_reached(tx, &participant, confirmed);
        match self.connect.platform.store.transact(save).await {
            Ok(()) => self.saved = confirmed,
            Err(error) => tracing::debug!(%error, "what a websocket confirmed was not saved"),
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(SEND, self.stream.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        match timeout(SEND, self.stream.flush()).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    /// Closes the socket and waits for the client to agree.
    async fn close(&mut self, code: CloseCode) {
        let farewell = async {
            let frame = CloseFrame {
                code,
                reason: "".into(),
            };
            if self.stream.close(Some(frame)).await.is_ok() {
                while let Some(Ok(_)) = self.stream.next().await {}
            }
        };
        let _ = timeout(FAREWELL, farewell).await;
    }
}

fn failed(error: &Error) -> End {
    tracing::error!(%error, "a websocket ends: the transcript cannot be read");
    End::Close(CloseCode::Error)
}

/// A participant subscribes: the customer's first time ends the limit for connecting. Gives the
/// last item that is known to have reached them.
fn arrive(tx: &mut Tx<'_>, participant: &Participant) -> Result<i64, Error> {
    if participant.role == contacts::Role::Customer
        && let Some(mut contact) = contacts::lock(tx, &participant.contact)?
    {
        contacts::mark_connected(tx, &mut contact)?;
    }
    contacts::reached(tx, &participant.id)
}
