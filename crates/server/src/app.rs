//! What lives as long as the process: the services on their platform, and what the front door
//! keeps.

use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use serde_json::{Map, Value};

use crate::access;
use signback_connect::Connect;
use signback_platform::ids::Scope;
use signback_platform::jobs::{self, Tasks};
use signback_platform::settings::Settings;
use signback_platform::store;
use signback_platform::{Inputs, Platform};
use signback_pool::Pools;

/// The program's parts.
pub struct App {
    /// What every service stands on.
    pub platform: Arc<Platform>,
    /// The user pools.
    pub pools: Arc<Pools>,
    /// Amazon Connect's chat.
    pub connect: Arc<Connect>,
    /// Wakes the worker when a job is due.
    pub jobs: jobs::Queue,
    /// What is done for each kind of job.
    pub tasks: Arc<Tasks>,
    /// Access keys, those used lately at hand.
    pub keys: access::Keys,
    /// Request rates, counted when they are enforced.
    pub throttles: access::Throttles,
    /// Whose turn it is to have a long document read.
    pub(crate) long_documents: tokio::sync::Semaphore,
    /// What the demo page chats on, when the demo's start data was applied.
    pub demo: OnceLock<Demo>,
}

impl App {
    /// Opens the store and puts the parts together.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened or brought up to date.
    pub fn open(
        settings: Settings,
        inputs: Inputs,
        database: &store::Options,
        keyring: store::Keyring,
    ) -> anyhow::Result<Self> {
        let platform = Arc::new(Platform::open(settings, inputs, database, keyring)?);
        let pools = Arc::new(Pools::new(&platform));
        let connect = Arc::new(Connect::new(&platform, &pools));
        Ok(Self {
            jobs: jobs::Queue::new(&platform),
            tasks: Arc::new(
                Tasks::default()
                    .with(&pools, signback_pool::retention::JOBS)
                    .with(&platform, signback_profiles::JOBS)
                    .with(&connect, signback_connect::JOBS),
            ),
            keys: access::Keys::new(&platform),
            throttles: access::Throttles::default(),
            long_documents: tokio::sync::Semaphore::new(1),
            demo: OnceLock::new(),
            platform,
            pools,
            connect,
        })
    }

    /// Has what was kept long enough taken away from now on.
    pub(crate) async fn begin_sweeping(&self) -> Result<(), store::Error> {
        self.platform.store.transact(begin_sweeping).await
    }

    /// Goes back to the state after the start. Without the start data every account is empty; access
    /// keys stay, so that it can be filled.
    pub(crate) async fn reset(&self, start_data: bool) -> Result<(), store::Error> {
        const OPERATORS: &[&str] = &["access_keys", "generated_texts"];
        self.platform.clock.set_back();
        let restore = move |tx: &mut store::Tx<'_>| {
            // A pool's signing keys cost some hundred milliseconds: they stay as long as their pool.
            tx.go_back_to_start(&["pool_keys"], (!start_data).then_some(OPERATORS))?;
            signback_pool::forget_keys_of_no_pool(tx)?;
            begin_sweeping(tx)
        };
        self.platform.store.transact(restore).await?;
        self.pools.forget();
        self.throttles.forget();
        self.connect.sockets.close_all();
        Ok(())
    }
}

fn begin_sweeping(tx: &mut store::Tx<'_>) -> Result<(), store::Error> {
    signback_pool::retention::begin(tx)?;
    signback_connect::retention::begin(tx)
}

/// The instance and flow that the demo page chats on.
#[derive(Clone, Debug)]
pub struct Demo {
    /// The account and region of the start data.
    pub scope: Scope,
    /// The instance's id.
    pub instance_id: String,
    /// The flow's id.
    pub contact_flow_id: String,
}

impl Demo {
    /// The demo of the start data that was applied.
    pub(crate) fn new(start_data: &Map<String, Value>) -> anyhow::Result<Self> {
        let text = |name: &str| {
            let text = start_data.get(name).and_then(Value::as_str);
            text.map(str::to_owned)
                .with_context(|| format!("the start data has no {name}"))
        };
        Ok(Self {
            scope: Scope {
                account: text("account_id")?,
                region: text("region")?,
            },
            instance_id: text("instance_id")?,
            contact_flow_id: text("contact_flow_id")?,
        })
    }
}
