//! When a request is sent again, and after how long.

use std::time::Duration;

use crate::failure::Failure;
use crate::http::{Response, Trouble};
use crate::session::Session;
use crate::{clock, python};

/// How often a request is sent at most, unless the settings say otherwise.
const ATTEMPTS: u32 = 3;
/// The longest wait.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// What retries cost in all, before they are given up.
const QUOTA: u32 = 500;
/// How far a wait that the service asks for may exceed our own.
const ASKED_WAIT_EXCESS_MAX: Duration = Duration::from_secs(5);
/// The share of the usual wait that errors other than throttling get under the newer rules.
const UNTHROTTLED_SHARE: f64 = 0.05;

/// Statuses that are worth another attempt.
const TRANSIENT_STATUSES: [u16; 4] = [500, 502, 503, 504];
/// Codes that are worth another attempt.
const TRANSIENT_CODES: [&str; 3] = [
    "PriorRequestNotComplete",
    "RequestTimeout",
    "RequestTimeoutException",
];
/// Codes that say "too fast".
const THROTTLING_CODES: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// The retry settings of a command, and what is left of its quota.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// How often a request is sent at most.
    pub attempts_max: u32,
    /// `standard` or `adaptive`.
    pub mode: String,
    newer_rules: bool,
    quota: u32,
}

/// What is done about an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Wait, then send again.
    Wait(Duration),
    /// Report it; another attempt would not help.
    GiveUp,
    /// Report it; it was the last attempt.
    Exhausted,
}

impl Policy {
    /// Reads the settings.
    ///
    /// # Errors
    /// A setting that makes no sense.
    pub(crate) fn from_settings(session: &Session) -> Result<Self, Failure> {
        let attempts = session.setting(&["AWS_MAX_ATTEMPTS"], "max_attempts")?;
        let attempts = attempts
            .map(python::int)
            .transpose()
            .map_err(Failure::general)?;
        if let Some(attempts) = attempts.filter(|attempts| *attempts < 1) {
            return Err(Failure::general(format!(
                "Value provided to \"max_attempts\": {attempts} must be an integer greater than or equal to one."
            )));
        }
        let mode = session
            .setting(&["AWS_RETRY_MODE"], "retry_mode")?
            .unwrap_or("standard");
        if !["standard", "adaptive"].contains(&mode) {
            return Err(Failure::general(format!(
                "Invalid value provided to \"mode\": \"{mode}\" must be one of: \"standard\" or \"adaptive\""
            )));
        }
        let newer = session.environment.get("AWS_NEW_RETRIES_2026");
        Ok(Self {
            attempts_max: attempts.map_or(ATTEMPTS, |attempts| {
                u32::try_from(attempts).unwrap_or(u32::MAX)
            }),
            mode: mode.to_owned(),
            newer_rules: newer.is_some_and(|value| value.eq_ignore_ascii_case("true")),
            quota: QUOTA,
        })
    }

    /// What follows an answer with an error code, after that many attempts.
    pub(crate) fn after_answer(
        &mut self,
        attempt: u32,
        answer: &Response,
        code: &str,
        service: &str,
    ) -> Next {
        // Said of the last attempt, whatever became of it.
        if attempt >= self.attempts_max {
            return Next::Exhausted;
        }
        let throttled = THROTTLING_CODES.contains(&code);
        let transient = TRANSIENT_CODES.contains(&code)
            || TRANSIENT_STATUSES.contains(&answer.status)
            || (service == "sts" && code == "IDPCommunicationError");
        if !throttled && !transient {
            return Next::GiveUp;
        }
        let cost = if self.newer_rules && !throttled {
            14
        } else {
            5
        };
        let asked = answer.header("x-amz-retry-after");
        self.next(attempt, cost, throttled, asked.as_deref())
    }

    /// What follows an attempt without an answer.
    pub(crate) fn after_trouble(&mut self, attempt: u32, trouble: &Trouble) -> Next {
        match trouble {
            Trouble::Interrupted | Trouble::Tls(_) => Next::GiveUp,
            _ if self.newer_rules => self.next(attempt, 14, false, None),
            Trouble::ConnectTimeout | Trouble::ReadTimeout => self.next(attempt, 10, false, None),
            _ => self.next(attempt, 5, false, None),
        }
    }

    fn next(&mut self, attempt: u32, cost: u32, throttled: bool, asked: Option<&str>) -> Next {
        if attempt >= self.attempts_max {
            return Next::Exhausted;
        }
        let Some(quota) = self.quota.checked_sub(cost) else {
            return Next::GiveUp;
        };
        self.quota = quota;
        let mut longest = Duration::from_secs(
            1u64.checked_shl(attempt - 1)
                .unwrap_or(u64::MAX)
                .min(WAIT_MAX.as_secs()),
        );
        if self.newer_rules && !throttled {
            longest =
                Duration::from_secs_f64(2f64.powi(attempt.cast_signed() - 1) * UNTHROTTLED_SHARE)
                    .min(WAIT_MAX);
        }
        let wait = clock::up_to(longest);
        let asked = asked
            .filter(|_| self.newer_rules)
            .and_then(|millis| millis.parse().ok())
            .map(Duration::from_millis);
        Next::Wait(asked.map_or(wait, |asked| {
            wait.max(asked.min(wait + ASKED_WAIT_EXCESS_MAX))
        }))
    }
}
