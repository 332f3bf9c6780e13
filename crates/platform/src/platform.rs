//! What every service stands on.

use std::sync::Arc;

use anyhow::Context as _;

use crate::clock::{Clock, SystemTime};
use crate::metrics::Metrics;
use crate::outbound;
use crate::random::{Random, SystemRandom};
use crate::seldom::Seldom;
use crate::settings::Settings;
use crate::store::{self, Env, Keyring, Store};

/// The two inputs of the process: time and randomness.
#[derive(Clone)]
pub struct Inputs {
    /// The clock.
    pub clock: Clock,
    /// The source of keys and secrets.
    pub random: Arc<dyn Random>,
}

impl Inputs {
    /// The machine's own clock and randomness.
    #[must_use]
    pub fn system() -> Self {
        Self {
            clock: Clock::new(Arc::new(SystemTime::default())),
            random: Arc::new(SystemRandom),
        }
    }
}

/// Infrastructure that lives as long as the process, and no service in it.
pub struct Platform {
    /// The settings, read once.
    pub settings: Arc<Settings>,
    /// The two times of the service.
    pub clock: Clock,
    /// The source of keys and secrets.
    pub random: Arc<dyn Random>,
    /// The database.
    pub store: Store,
    /// The one client for calls to the outside.
    pub outbound: outbound::Client,
    /// Counters for operators.
    pub metrics: Arc<Metrics>,
    /// Keeps calls that a database which is away fails from writing a line each.
    outages: Seldom,
}

impl Platform {
    /// Opens the store and puts the parts together.
    ///
    /// # Errors
    ///
    /// When the database cannot be opened or brought up to date.
    pub fn open(
        settings: Settings,
        inputs: Inputs,
        database: &store::Options,
        keyring: Keyring,
    ) -> anyhow::Result<Self> {
        let env = Env {
            clock: inputs.clock,
            random: inputs.random,
            settings: Arc::new(settings),
        };
        let store =
            Store::open(database, env.clone(), keyring).context("cannot open the database")?;
        Ok(Self {
            settings: env.settings,
            clock: env.clock,
            random: env.random,
            store,
            outbound: outbound::Client::default(),
            metrics: Arc::default(),
            outages: Seldom::default(),
        })
    }

    /// Logs that a call could not be answered since the database is away or has too much to do.
    pub fn report_outage(&self, outage: &store::Error) {
        if let Some(held_back) = self.outages.pass(self.clock.machine_now().millis()) {
            let error: &dyn std::error::Error = outage;
            let cause = error.source().map(tracing::field::display);
            if matches!(outage, store::Error::Busy) {
                tracing::warn!(held_back, "calls are refused: as many wait as may wait");
            } else {
                tracing::error!(%error, cause, held_back, "the database lets calls fail");
            }
        }
    }
}

impl AsRef<Platform> for Platform {
    fn as_ref(&self) -> &Platform {
        self
    }
}
