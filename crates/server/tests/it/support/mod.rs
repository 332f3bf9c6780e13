//! A service to test: in this process, on a port of its own, with a held clock, seeded randomness
//! and a database that is gone afterwards. Helpers panic when something is not as they need it.

mod customer;
mod folder;
mod http_client;
mod identity_provider;
mod start_data;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use signback_platform::Inputs;
use signback_platform::clock::{Clock, HeldTime, Timestamp};
use signback_platform::random::SeededRandom;
use signback_platform::secret::Secret;
use signback_platform::store::Url;
use signback_platform::store::scratch::Scratch;
use signback_server::config::{self, Bootstrap, Serve};
use signback_server::serve::{self, Running};
use signback_wire::sigv4::{Credentials, Scope};
use signback_wire::{EncodedRequest, Protocol, ReceivedResponse, Service, Style};

pub use customer::{Customer, EVENT, open_socket};
pub use folder::Folder;
pub use http_client::{Reply, exchange};
pub use identity_provider::{CLIENT, IdentityProvider, Manners};
pub use start_data::StartData;

/// When the tests' clock stands at first: 2026-01-15T09:30:00Z.
pub const START: Timestamp = Timestamp::from_millis(1_768_469_400_000);

/// How long a test that hangs may do so before it fails.
const HUNG: Duration = Duration::from_mins(5);

/// A service that is up.
pub struct Server {
    pub running: Running,
    pub time: Arc<HeldTime>,
}

/// What an operation answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// The error's code, empty for a success.
    pub code: String,
    /// The output document, or the error's body.
    pub document: Value,
    /// Seconds after which to try again, where the answer says so.
    pub retry_after: String,
}

impl Answer {
    /// The document of a success.
    pub fn done(self) -> Value {
        assert_eq!(self.status / 100, 2, "{self:?}");
        self.document
    }

    /// The message of a refusal, checked for its status and code.
    pub fn refused(self, status: u16, code: &str) -> String {
        assert_eq!(
            (self.status, self.code.as_str()),
            (status, code),
            "{self:?}"
        );
        let message = self
            .document
            .get("message")
            .or(self.document.get("Message"));
        message
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

impl Server {
    /// A service with the demo's start data.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with further flags.
    pub async fn start_with(flags: &[&str]) -> Self {
        Self::open(flags, Some(Bootstrap::Demo), database().await).await
    }

    /// A service on a database, with the start data given.
    pub async fn open(flags: &[&str], bootstrap: Option<Bootstrap>, database: Url) -> Self {
        Self::open_at(flags, bootstrap, database, held()).await
    }

    /// The same on a clock that stands anywhere, for a service that was stopped before.
    pub async fn open_at(
        flags: &[&str],
        bootstrap: Option<Bootstrap>,
        database: Url,
        time: Arc<HeldTime>,
    ) -> Self {
        Self::open_with(flags, None, bootstrap, database, time).await
    }

    /// The same with the text of a `signback.toml`.
    pub async fn open_with(
        flags: &[&str],
        file: Option<&str>,
        bootstrap: Option<Bootstrap>,
        database: Url,
        time: Arc<HeldTime>,
    ) -> Self {
        let mut all = vec!["--listen", "127.0.0.1:0", "--test-controls"];
        all.extend(flags);
        let mut settings = settings(&all, file);
        settings.database = database;
        settings.bootstrap = bootstrap;
        Self::serve(settings, time).await.unwrap()
    }

    /// A service with the demo's start data and exactly these flags.
    pub async fn start_as(flags: &[&str]) -> anyhow::Result<Self> {
        let mut settings = settings(flags, None);
        settings.database = database().await;
        settings.bootstrap = Some(Bootstrap::Demo);
        Self::serve(settings, held()).await
    }

    /// A service that may have so many descriptors open, as far as it counts them.
    pub async fn start_within(descriptors: usize) -> Self {
        let mut settings = settings(&["--listen", "127.0.0.1:0", "--test-controls"], None);
        settings.database = database().await;
        settings.bootstrap = Some(Bootstrap::Demo);
        settings.descriptors = descriptors;
        Self::serve(settings, held()).await.unwrap()
    }

    /// A service as the settings say.
    pub async fn serve(mut settings: Serve, time: Arc<HeldTime>) -> anyhow::Result<Self> {
        static SEED: AtomicU32 = AtomicU32::new(1);
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        // The data folder of a database elsewhere is one for all.
        let folder = Folder::new(&format!("ready-{seed}"));
        if matches!(settings.database, Url::Postgres(_)) && settings.ready_file.is_none() {
            settings.ready_file = Some(folder.path().join("ready.json"));
        }
        let inputs = Inputs {
            clock: Clock::new(Arc::<HeldTime>::clone(&time)),
            random: Arc::new(SeededRandom::new(seed.into())),
        };
        let running = serve::start(settings, inputs).await?;
        Ok(Self { running, time })
    }

    /// Where it is called, whatever its public URL is.
    pub fn address(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// Ends the service as a crash does: what runs is cut off where it stands. Another one may
    /// open its database afterwards. Customers have to be gone: their sockets hold the service.
    pub async fn crash(self) {
        // The store lets go of its listeners with the last of its threads.
        let (alive, gone) = tokio::sync::oneshot::channel::<()>();
        let store = &self.running.app.platform.store;
        store.on_commit(move |_, _| assert!(!alive.is_closed()));
        drop(self);
        let gone = tokio::time::timeout(HUNG, gone).await;
        gone.expect("the service ends").unwrap_err();
    }

    /// An entry of the ready document.
    pub fn ready(&self, name: &str) -> String {
        self.running
            .ready
            .text(name)
            .unwrap_or_else(|| panic!("no {name} in the ready document"))
            .to_owned()
    }

    /// Moves the time and has everything done that becomes due, as the test control does.
    pub async fn advance(&self, seconds: u32) {
        let body = json!({"advance_seconds": seconds}).to_string();
        let reply = self.post("/_signback/clock", &[], body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
    }

    /// Has everything done that is due now.
    pub async fn settle(&self) {
        self.advance(0).await;
    }

    pub async fn get(&self, path: &str) -> Reply {
        exchange(&self.address(), "GET", path, &[], Vec::new()).await
    }

    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Reply {
        exchange(&self.address(), "POST", path, headers, body.into()).await
    }

    /// Calls an operation with the start data's access key.
    pub async fn call(&self, service: &str, operation: &str, input: Value) -> Answer {
        let key = (self.ready("access_key_id"), self.ready("secret_access_key"));
        self.call_as((&key.0, &key.1), service, operation, input)
            .await
    }

    /// Calls an operation with any access key.
    pub async fn call_as(
        &self,
        key: (&str, &str),
        service: &str,
        operation: &str,
        input: Value,
    ) -> Answer {
        self.call_at(0, key, service, operation, input).await
    }

    /// Calls an operation with a signature that was made some seconds from now.
    pub async fn call_at(
        &self,
        seconds: i64,
        key: (&str, &str),
        service: &str,
        operation: &str,
        input: Value,
    ) -> Answer {
        let reply = self
            .send(Some((key, seconds)), service, operation, &input)
            .await;
        answer(service, operation, &reply)
    }

    /// Calls an operation without a signature.
    pub async fn call_unsigned(&self, service: &str, operation: &str, input: Value) -> Reply {
        self.send(None, service, operation, &input).await
    }

    async fn send(
        &self,
        signed: Option<((&str, &str), i64)>,
        service: &str,
        operation: &str,
        input: &Value,
    ) -> Reply {
        let modelled = Service::builtin(service).unwrap();
        let operation = modelled.operation(operation).unwrap();
        let mut request =
            signback_wire::encode_request(modelled, operation, input, Style::Compact).unwrap();
        let url = &self.address();
        let host = url.strip_prefix("http://").unwrap().parse().unwrap();
        request.headers.insert("host", host);
        if let Some((key, seconds)) = signed {
            let credentials = Credentials {
                access_key_id: key.0,
                secret_access_key: key.1,
                session_token: None,
            };
            let scope = Scope {
                region: &self.ready("region"),
                service: &modelled.metadata().signing_name,
                time: self.running.app.platform.clock.machine_now().seconds() + seconds,
            };
            request.sign(&credentials, &scope).unwrap();
        }
        sent(url, request).await
    }
}

/// A clock that stands where the tests' clocks begin.
pub fn held() -> Arc<HeldTime> {
    Arc::new(HeldTime::at(START))
}

/// The settings that flags and the text of a `signback.toml` make.
pub fn settings(flags: &[&str], file: Option<&str>) -> Serve {
    let args: Vec<String> = flags.iter().map(ToString::to_string).collect();
    config::parse(&args, &|_| None, file)
        .map_err(|problems| problems.join("\n"))
        .unwrap()
}

/// Reads what an operation answered.
fn answer(service: &str, operation: &str, reply: &Reply) -> Answer {
    let modelled = Service::builtin(service).unwrap();
    let operation = modelled.operation(operation).unwrap();
    let received = ReceivedResponse {
        status: reply.status.try_into().unwrap(),
        headers: &reply.headers,
        body: &reply.body,
    };
    if reply.status / 100 == 2 {
        let document = signback_wire::decode_response(modelled, operation, &received).unwrap();
        return Answer {
            status: reply.status,
            code: String::new(),
            document,
            retry_after: reply.header("retry-after").to_owned(),
        };
    }
    let error = signback_wire::decode_error(modelled, operation, &received).unwrap();
    let mut document = if modelled.metadata().protocol == Protocol::Query {
        json!({})
    } else {
        serde_json::from_slice(&reply.body).unwrap_or_default()
    };
    if document.get("message").is_none() && document.get("Message").is_none() {
        document["message"] = error.message;
    }
    Answer {
        status: reply.status,
        code: error.code,
        document,
        retry_after: reply.header("retry-after").to_owned(),
    }
}

/// A database for one test: SQLite, or a new one on the PostgreSQL server that the environment
/// names.
pub async fn database() -> Url {
    /// They are dropped with their server: a test may look at its database until it ends.
    static MADE: Mutex<Vec<Scratch>> = Mutex::new(Vec::new());
    match std::env::var("SIGNBACK_TEST_POSTGRES") {
        Ok(server) => {
            let scratch = Scratch::create(&Secret::new(server)).unwrap();
            let url = scratch.url();
            MADE.lock().unwrap().push(scratch);
            url
        }
        Err(_) => Url::Temporary,
    }
}

/// Sends a request as it is encoded.
pub async fn sent(url: &str, request: EncodedRequest) -> Reply {
    let headers: Vec<(&str, &str)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    let (method, target) = (request.method.as_str(), request.target());
    exchange(url, method, &target, &headers, request.body).await
}
