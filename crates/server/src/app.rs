//! What lives as long as the process.

use std::sync::{Arc, OnceLock};

use anyhow::Context as _;

use crate::access;
use crate::authentication;
use crate::clock::Clock;
use crate::config::Config;
use crate::contacts;
use crate::flows;
use crate::jobs::{self, Job, JobError, Runner};
use crate::metrics::Metrics;
use crate::outbound;
use crate::pages::Demo;
use crate::provider;
use crate::random::Random;
use crate::serve::Inputs;
use crate::store::{self, Store};
use crate::transcript::Sockets;

/// The service's parts; handlers and jobs take it and their input, nothing else.
pub struct App {
    /// The settings, read once.
    pub config: Arc<Config>,
    /// The two times of the service.
    pub clock: Clock,
    /// The source of keys and secrets.
    pub random: Arc<dyn Random>,
    /// The database.
    pub store: Store,
    /// The one client for calls to the outside.
    pub outbound: outbound::Client,
    /// The open websockets; woken after a commit.
    pub sockets: Arc<Sockets>,
    /// Wakes the worker when a job is due.
    pub jobs: jobs::Queue,
    /// Access keys used lately.
    pub keys: access::Keys,
    /// Request rates, counted when they are enforced.
    pub throttles: access::Throttles,
    /// What the user pools keep in memory.
    pub provider: provider::State,
    /// What identity providers publish, kept for a while.
    pub documents: authentication::Documents,
    /// Counters for operators.
    pub metrics: Metrics,
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
        config: Config,
        inputs: Inputs,
        settings: &store::Settings,
        keyring: store::Keyring,
    ) -> anyhow::Result<Self> {
        let config = Arc::new(config);
        let env = store::Env {
            clock: inputs.clock.clone(),
            random: Arc::clone(&inputs.random),
            config: Arc::clone(&config),
        };
        let store =
            Store::open(settings, env.clone(), keyring).context("cannot open the database")?;
        let sockets = Arc::new(Sockets::default());
        let woken = Arc::clone(&sockets);
        store.on_commit(move |contacts, _| woken.wake(contacts));
        let jobs = jobs::Queue::new(&store, env);
        Ok(Self {
            outbound: outbound::Client::default(),
            keys: access::Keys::default(),
            throttles: access::Throttles::default(),
            provider: provider::State::default(),
            documents: authentication::Documents::default(),
            metrics: Metrics::default(),
            demo: OnceLock::new(),
            config,
            clock: inputs.clock,
            random: inputs.random,
            store,
            sockets,
            jobs,
        })
    }

    /// Forgets every account's data; access keys stay.
    pub(crate) async fn reset(&self) -> Result<(), store::Error> {
        self.store
            .reset(&["access_keys", "generated_texts"])
            .await?;
        self.provider.forget();
        Ok(())
    }
}

impl Runner for App {
    async fn run(&self, job: &Job) -> Result<(), JobError> {
        match job {
            Job::RunAuthentication { sign_in } => authentication::run(self, sign_in).await,
            Job::ExpireAuthentication { sign_in } => authentication::expire(self, sign_in).await,
            Job::WakeFlow { contact } => flows::wake(self, contact).await,
            Job::ExpireConnect { contact } => contacts::expire_connect(self, contact).await,
            Job::ExpireChat { contact } => contacts::expire_chat(self, contact).await,
        }
    }

    async fn give_up(&self, job: &Job) -> Result<(), JobError> {
        self.metrics.job_failures.inc();
        match job {
            Job::RunAuthentication { sign_in } | Job::ExpireAuthentication { sign_in } => {
                authentication::give_up(self, sign_in).await
            }
            Job::WakeFlow { contact }
            | Job::ExpireConnect { contact }
            | Job::ExpireChat { contact } => contacts::give_up(self, contact).await,
        }
    }
}
