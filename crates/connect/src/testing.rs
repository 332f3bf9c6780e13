//! A chat to test with: on a database of its own, without a flow. The database is PostgreSQL where
//! `SIGNBACK_TEST_POSTGRES` names a server, else SQLite.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value};

use crate::Connect;
use crate::contacts::{self, Contact, Customer, Participant, Role};
use crate::transcript::{self, Author, Item, NewItem, event};
use signback_platform::clock::{Clock, HeldTime, Timestamp};
use signback_platform::ids::{ContactId, FlowId, InstanceId, ParticipantId, Scope, SignInId};
use signback_platform::random::SeededRandom;
use signback_platform::secret::Secret;
use signback_platform::settings::Settings;
use signback_platform::store::scratch::Scratch;
use signback_platform::store::{Error, Keyring, Options, Tx, Url};
use signback_platform::token::Token;
use signback_platform::{Inputs, Platform};
use signback_pool::Pools;

/// A service with one chat, and a clock that a test moves.
pub(crate) struct Chat {
    pub(crate) connect: Arc<Connect>,
    pub(crate) time: Arc<HeldTime>,
    pub(crate) contact: ContactId,
    pub(crate) customer: Participant,
    /// Dropped with its server once the test ends.
    _scratch: Option<Scratch>,
}

static SEED: AtomicU64 = AtomicU64::new(1);

impl Chat {
    pub(crate) async fn open() -> Self {
        let time = Arc::new(HeldTime::at(Timestamp::from_millis(1_768_469_400_000)));
        let random = Arc::new(SeededRandom::new(SEED.fetch_add(1, Ordering::Relaxed)));
        let keyring = Keyring::generate(&*random);
        let inputs = Inputs {
            clock: Clock::new(Arc::<HeldTime>::clone(&time)),
            random,
        };
        let settings = Settings {
            websocket_url: "ws://127.0.0.1:1".to_owned(),
            ..Settings::default()
        };
        let scratch = std::env::var("SIGNBACK_TEST_POSTGRES")
            .ok()
            .map(|server| Scratch::create(&Secret::new(server)).unwrap());
        let url = scratch.as_ref().map_or(Url::Temporary, Scratch::url);
        let options = Options::new(url);
        let platform = Arc::new(Platform::open(settings, inputs, &options, keyring).unwrap());
        let connect = Connect::new(&platform, &Arc::new(Pools::new(&platform)));
        let customer = connect.platform.store.transact(contact).await.unwrap();
        Self {
            connect: Arc::new(connect),
            time,
            contact: customer.contact.clone(),
            customer,
            _scratch: scratch,
        }
    }

    /// Another participant.
    pub(crate) async fn join(&self, role: Role, name: &'static str) -> Participant {
        let contact = self.contact.clone();
        let join = move |tx: &mut Tx<'_>| {
            let (id, token) = contacts::new_participant(tx);
            let participant = participant(id, contact.clone(), role, name);
            contacts::insert_participant(tx, &participant, &token.hash())?;
            Ok::<_, Error>(participant)
        };
        self.connect.platform.store.transact(join).await.unwrap()
    }

    /// Does something to the contact under its lock.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Tx<'_>, &mut Contact) -> Result<T, Error> + Send + 'static,
    ) -> T {
        let id = self.contact.clone();
        let change = move |tx: &mut Tx<'_>| {
            let mut contact = contacts::lock(tx, &id)?.unwrap();
            change(tx, &mut contact)
        };
        self.connect.platform.store.transact(change).await.unwrap()
    }

    /// Adds an item that a function makes for the contact.
    pub(crate) async fn say(&self, item: impl Fn(&Contact) -> NewItem + Send + 'static) -> Item {
        self.change(move |tx, contact| transcript::append(tx, contact, item(contact)))
            .await
    }

    /// The contact as it is.
    pub(crate) async fn now(&self) -> Contact {
        self.change(|_, contact| Ok(contact.clone())).await
    }

    /// A connection of a participant: connection token and websocket ticket.
    pub(crate) async fn connect(&self, participant: &Participant) -> (Secret, Secret) {
        let participant = participant.clone();
        let connect = move |tx: &mut Tx<'_>| {
            contacts::connect(
                tx,
                &participant,
                contacts::Wanted {
                    websocket: true,
                    credentials: true,
                },
            )
        };
        let made = self.connect.platform.store.transact(connect).await.unwrap();
        (made.credentials.unwrap().0, made.ticket.unwrap().0)
    }
}

fn participant(id: ParticipantId, contact: ContactId, role: Role, name: &str) -> Participant {
    Participant {
        id,
        contact,
        instance: InstanceId::new("instance"),
        role,
        display_name: name.to_owned(),
    }
}

fn contact(tx: &mut Tx<'_>) -> Result<Participant, Error> {
    let (id, token) = contacts::new_participant(tx);
    let customer = participant(id, ContactId::new(tx.new_uuid()), Role::Customer, "Guest");
    contacts::insert_participant(tx, &customer, &token.hash())?;
    let now = tx.now();
    let contact = Contact {
        id: customer.contact.clone(),
        instance: customer.instance.clone(),
        scope: Scope {
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
        },
        flow: FlowId::new("flow"),
        customer: Customer {
            id: customer.id.clone(),
            display_name: customer.display_name.clone(),
        },
        system: ParticipantId::new(tx.new_uuid()),
        attributes: BTreeMap::new(),
        segment_attributes: Map::new(),
        customer_id: None,
        related: None,
        content_types: vec!["text/plain".to_owned()],
        initial_message: None,
        initiated_at: now,
        expires_at: now.plus_seconds(3600),
        connected_at: None,
        updated_at: now,
        ended: None,
    };
    contacts::insert(tx, &contact)?;
    Ok(customer)
}

/// A message of the customer's.
pub(crate) fn said(text: &'static str) -> impl Fn(&Contact) -> NewItem + Send + 'static {
    move |contact| NewItem::message(Author::customer(contact), "text/plain", text)
}

/// The announcement of a sign-in.
pub(crate) fn announced(contact: &Contact) -> NewItem {
    let content = Some(r#"{"SessionId":"s"}"#.to_owned());
    NewItem::event(
        Author::system(contact),
        event::AUTHENTICATION_INITIATED,
        content,
    )
    .announcing(SignInId::new("s"))
}

/// What an item says.
pub(crate) fn content(item: &Value) -> &str {
    item["Content"].as_str().unwrap_or_default()
}

/// Whose connection token this is.
pub(crate) async fn holder(chat: &Chat, token: &Secret) -> Option<Participant> {
    let token = token.clone();
    chat.connect
        .platform
        .store
        .transact(move |tx| contacts::by_connection_token(tx, &token))
        .await
        .unwrap()
}

/// Who may open a websocket with a ticket, which is used up.
pub(crate) async fn admitted(chat: &Chat, ticket: &Secret) -> Option<Participant> {
    let ticket = Token::parse(ticket.expose()).unwrap();
    chat.connect
        .platform
        .store
        .transact(move |tx| contacts::redeem_ticket(tx, &ticket))
        .await
        .unwrap()
}
