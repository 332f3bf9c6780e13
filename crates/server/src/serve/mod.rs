//! The running service: opens the store, binds the address, applies the start data, says that it
//! is ready, and serves until it is told to stop.

mod banner;
mod connection;
mod process;
mod ready;
mod respond;
mod urls;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::App;
use crate::app::Demo;
use crate::bootstrap;
use crate::config::{Bootstrap, Serve, is_loopback_url};
use signback_platform::listener::{self, Limits, Places, tls};
use signback_platform::store;

pub use process::run;
pub use ready::Ready;
pub use respond::respond;
pub use signback_platform::Inputs;
pub use signback_platform::store::Url;

/// How long a stopping service waits for requests under way.
const DRAIN: Duration = Duration::from_secs(10);

/// Connections to the administrators' pages, which have places of their own, so that nobody keeps
/// administrators out.
const ADMIN_LIMITS: Limits = Limits {
    connections: 16,
    per_address: None,
};

/// A service that is up.
pub struct Running {
    /// The service's parts.
    pub app: Arc<App>,
    /// The address that was bound.
    pub address: SocketAddr,
    /// The address that was bound for metrics and controls, if they are apart.
    pub admin_address: Option<SocketAddr>,
    /// What the ready file says.
    pub ready: Ready,
    /// Where that file is.
    pub ready_file: PathBuf,
    stop: watch::Sender<bool>,
    serving: JoinSet<()>,
}

/// Starts the service and returns once it serves.
///
/// # Errors
///
/// When the database, the address, the certificate, the start data or the ready file cannot be
/// used; the message names which.
pub async fn start(mut serve: Serve, inputs: Inputs) -> anyhow::Result<Running> {
    let listener = TcpListener::bind(serve.listen)
        .await
        .with_context(|| format!("cannot listen on {}", serve.listen))?;
    let address = listener.local_addr()?;
    let tls = serve
        .tls
        .as_ref()
        .map(|(chain, key)| tls::acceptor(chain, key))
        .transpose()?;
    let admin = match serve.admin_listen {
        Some(admin) => Some(
            TcpListener::bind(admin)
                .await
                .with_context(|| format!("cannot listen on {admin} (--admin-listen)"))?,
        ),
        None => None,
    };
    let admin_address = admin.as_ref().map(TcpListener::local_addr).transpose()?;
    urls::set(&mut serve, address);
    for warning in urls::warnings(&serve) {
        tracing::warn!(url = %serve.settings.public_url, "{warning}");
    }

    let app = Arc::new(open(&serve, inputs)?);
    app.begin_sweeping().await?;
    let ready_file = ready::place(serve.ready_file.as_deref(), &app.platform.store)?;
    let start_data = start_data(&app, serve.bootstrap.as_ref()).await?;
    if serve.bootstrap == Some(Bootstrap::Demo) && serve.reach.is_trusted() {
        drop(app.demo.set(Demo::new(&start_data)?));
    }
    let (stop, stopped) = watch::channel(false);
    let mut serving = JoinSet::new();
    let (queue, tasks, stop_jobs) = (app.jobs.clone(), Arc::clone(&app.tasks), stopped.clone());
    serving.spawn(async move { queue.work(tasks, stop_jobs).await });
    // A browser would hold it against every other program on a loopback name.
    let tls_only = tls.is_some() && !is_loopback_url(&app.platform.settings.public_url);
    let door = |role| connection::Door {
        app: Arc::clone(&app),
        role,
        tls_only,
    };
    let mut role = connection::Role::Everything;
    if let (Some(admin), Some(address)) = (admin, admin_address) {
        role = connection::Role::Public;
        let door = door(connection::Role::Admin(address.ip()));
        let places = Places::new(ADMIN_LIMITS);
        let (tls, stopped) = (tls.clone(), stopped.clone());
        serving.spawn(listener::accept(admin, tls, door, places, stopped));
    }
    let places = Places::new(Limits::within(
        serve.descriptors,
        serve.connections_per_address,
    ));
    serving.spawn(listener::accept(listener, tls, door(role), places, stopped));

    let ready = Ready::new(&app.platform.settings, start_data);
    ready.write(&ready_file)?;
    tracing::info!(
        url = %app.platform.settings.public_url,
        ready_file = %ready_file.display(),
        "serving"
    );
    Ok(Running {
        app,
        address,
        admin_address,
        ready,
        ready_file,
        stop,
        serving,
    })
}

impl Running {
    /// Stops: no new connections, requests under way end, sockets close, the store drains.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        self.app.connect.sockets.close().await;
        let drained = async { while self.serving.join_next().await.is_some() {} };
        if tokio::time::timeout(DRAIN, drained).await.is_err() {
            tracing::warn!("some requests did not end in time");
        }
        self.serving.abort_all();
        self.app.platform.store.clone().close().await;
    }
}

/// Applies the start data; with test controls what comes of it is kept, to go back to.
async fn start_data(
    app: &App,
    bootstrap: Option<&Bootstrap>,
) -> anyhow::Result<Map<String, Value>> {
    let controls = app.platform.settings.test_controls;
    let store = &app.platform.store;
    if controls {
        store.begin_start().await?;
    }
    let applied = bootstrap::apply(app, bootstrap).await?;
    if controls {
        store.keep_start().await?;
    }
    Ok(applied)
}

fn open(serve: &Serve, inputs: Inputs) -> anyhow::Result<App> {
    let random = inputs.random.as_ref();
    let keyring = match (&serve.master_key_file, &serve.database) {
        (Some(path), _) => store::Keyring::read(path)?,
        (None, store::Url::Sqlite(database)) => {
            let folder = database.parent().unwrap_or_else(|| Path::new(""));
            store::Keyring::read_or_create(&folder.join("master.key"), random)?
        }
        (None, _) => store::Keyring::generate(random),
    };
    App::open(
        serve.settings.clone(),
        inputs,
        &store::Options::new(serve.database.clone()),
        keyring,
    )
}
