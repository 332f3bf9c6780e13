//! Counters for operators, in the OpenMetrics text form.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// What is counted of calls.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct CallLabels {
    /// The service's name in the interface models.
    pub service: &'static str,
    /// The operation's name.
    pub operation: &'static str,
    /// The status of the answer.
    pub status: u16,
}

/// What is counted of sign-ins.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct SignInLabels {
    /// `succeeded`, `failed`, `timed_out` or `opted_out`.
    pub outcome: &'static str,
}

/// The service's counters.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Calls answered.
    pub calls: Family<CallLabels, Counter>,
    /// Sign-ins that ended.
    pub sign_ins: Family<SignInLabels, Counter>,
    /// Websockets that are open.
    pub sockets: Gauge,
    /// Jobs that failed and will be tried again, or were given up.
    pub job_failures: Counter,
    /// Passwords hashed, to be kept or to be compared.
    pub password_hashes: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("signback");
        let calls = Family::default();
        let sign_ins = Family::default();
        let sockets = Gauge::default();
        let job_failures = Counter::default();
        let password_hashes = Counter::default();
        registry.register("calls", "Calls answered", calls.clone());
        registry.register("sign_ins", "Sign-ins that ended", sign_ins.clone());
        registry.register("sockets", "Open websockets", sockets.clone());
        registry.register(
            "job_failures",
            "Runs of jobs that failed",
            job_failures.clone(),
        );
        registry.register(
            "password_hashes",
            "Passwords hashed, to be kept or to be compared",
            password_hashes.clone(),
        );
        Self {
            registry,
            calls,
            sign_ins,
            sockets,
            job_failures,
            password_hashes,
        }
    }
}

impl Metrics {
    /// Every counter in the OpenMetrics text form.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        match text::encode(&mut text, &self.registry) {
            Ok(()) => text,
            // A String takes every text.
            Err(_) => String::new(),
        }
    }
}
