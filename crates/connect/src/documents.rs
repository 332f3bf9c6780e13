//! What providers publish, kept for a while: key sets and metadata documents.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::header;
use signback_oidc::{Discovery, Jwks};

use signback_platform::clock::Timestamp;

/// How long a document is used at least, whatever its `Cache-Control` says.
const FRESH_SECONDS_MIN: i64 = 5 * 60;
/// How long a document is used at most.
const FRESH_SECONDS_MAX: i64 = 24 * 60 * 60;
/// How long to wait before a document that is at hand is fetched again, however much it is asked
/// for: a token that names a key nobody has must not make the service call on every sign-in.
const AGAIN_AFTER_SECONDS: i64 = 60;
/// How long to wait after a failure while no document is at hand.
const RETRY_AFTER_SECONDS: i64 = 1;
/// How many documents of one kind are kept.
const DOCUMENTS_MAX: usize = 1000;

/// The providers' documents.
#[derive(Default)]
pub struct Documents {
    pub(crate) keys: Kept<Jwks>,
    pub(crate) metadata: Kept<Discovery>,
}

impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Documents")
    }
}

/// A document could not be had, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable(pub(crate) String);

/// Documents of one kind, by their URL.
pub(crate) struct Kept<T> {
    entries: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Entry<T>>>>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            entries: Mutex::default(),
        }
    }
}

impl<T> Kept<T> {
    /// The document at `url`, which `fetch` gets with the seconds that it may be used. With `renew`
    /// it is fetched again, once a minute at most. Callers that ask at the same time wait for the
    /// same fetch.
    pub(crate) async fn get(
        &self,
        now: Timestamp,
        url: &str,
        renew: bool,
        fetch: impl Future<Output = Result<(T, i64), Unavailable>>,
    ) -> Result<Arc<T>, Unavailable> {
        let entry = self.entry(url);
        let mut entry = entry.lock().await;
        if entry.is_due(now, renew) {
            if entry.document.is_some() {
                entry.renewed_at = Some(now);
            }
            match fetch.await {
                Ok((document, seconds)) => entry.replace(document, now, seconds),
                Err(why) => entry.failed = Some((now, why)),
            }
        }
        let why = entry.failed.as_ref().map(|(_, why)| why.clone());
        entry.document.clone().ok_or_else(|| {
            why.unwrap_or_else(|| Unavailable("it was not asked for yet".to_owned()))
        })
    }

    fn entry(&self, url: &str) -> Arc<tokio::sync::Mutex<Entry<T>>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(url) {
            return Arc::clone(entry);
        }
        if entries.len() >= DOCUMENTS_MAX {
            entries.clear();
        }
        Arc::clone(entries.entry(url.to_owned()).or_default())
    }
}

struct Entry<T> {
    document: Option<Arc<T>>,
    fresh_until: Timestamp,
    /// When it was last asked for again although there was one.
    renewed_at: Option<Timestamp>,
    failed: Option<(Timestamp, Unavailable)>,
}

impl<T> Default for Entry<T> {
    fn default() -> Self {
        Self {
            document: None,
            fresh_until: Timestamp::from_millis(0),
            renewed_at: None,
            failed: None,
        }
    }
}

impl<T> Entry<T> {
    /// Whether to fetch now.
    fn is_due(&self, now: Timestamp, renew: bool) -> bool {
        let since = |moment: Option<Timestamp>, seconds| {
            moment.is_none_or(|moment| now >= moment.plus_seconds(seconds))
        };
        if self.document.is_none() {
            let failed_at = self.failed.as_ref().map(|(moment, _)| *moment);
            return since(failed_at, RETRY_AFTER_SECONDS);
        }
        let wanted = renew || now >= self.fresh_until;
        wanted && since(self.renewed_at, AGAIN_AFTER_SECONDS)
    }

    /// A fresh document takes the old one's place entirely: what is gone from it is not believed
    /// any more.
    fn replace(&mut self, document: T, now: Timestamp, seconds: i64) {
        *self = Self {
            document: Some(Arc::new(document)),
            fresh_until: now.plus_seconds(seconds),
            renewed_at: self.renewed_at,
            failed: None,
        };
    }
}

/// The lifetime that `Cache-Control` gives, within our bounds.
pub(crate) fn fresh_seconds(cache_control: Option<&header::HeaderValue>) -> i64 {
    let directives = cache_control
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let max_age = directives.split(',').find_map(|directive| {
        let (name, value) = directive.trim().split_once('=')?;
        name.eq_ignore_ascii_case("max-age")
            .then(|| value.trim_matches('"').parse().ok())?
    });
    max_age
        .unwrap_or(FRESH_SECONDS_MIN)
        .clamp(FRESH_SECONDS_MIN, FRESH_SECONDS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(1_000_000).plus_seconds(seconds)
    }

    #[test]
    fn a_document_is_fetched_once_in_its_lifetime() {
        let mut entry = Entry::default();
        assert!(entry.is_due(at(0), false));
        entry.replace("keys", at(0), 300);
        assert!(!entry.is_due(at(299), false));
        assert!(entry.is_due(at(300), false));
    }

    #[test]
    fn an_unknown_key_has_it_fetched_again_once_a_minute() {
        let mut entry = Entry::default();
        entry.replace("keys", at(0), 300);
        // The keys may have changed right after they were fetched.
        assert!(entry.is_due(at(1), true));
        entry.renewed_at = Some(at(1));
        entry.replace("keys", at(1), 300);
        assert!(!entry.is_due(at(60), true));
        assert!(entry.is_due(at(61), true));
    }

    #[test]
    fn a_failure_keeps_the_old_document_and_waits() {
        let failure = |moment| Some((moment, Unavailable("no".into())));
        let mut entry = Entry {
            failed: failure(at(0)),
            ..Entry::default()
        };
        assert!(!entry.is_due(Timestamp::from_millis(1_000_999), false));
        assert!(entry.is_due(at(1), false));
        entry.replace("keys", at(1), 300);
        entry.renewed_at = Some(at(301));
        entry.failed = failure(at(301));
        assert!(!entry.is_due(at(360), false));
        assert!(entry.is_due(at(361), false));
        assert_eq!(entry.document.as_deref(), Some(&"keys"));
    }

    #[test]
    fn lifetimes_stay_within_five_minutes_and_a_day() {
        let seconds = |text: &str| fresh_seconds(Some(&text.parse().unwrap()));
        assert_eq!(fresh_seconds(None), 300);
        assert_eq!(seconds("no-store"), 300);
        assert_eq!(seconds("public, max-age=10"), 300);
        assert_eq!(seconds("public, Max-Age=3600, immutable"), 3600);
        assert_eq!(seconds("max-age=\"86401\""), 86_400);
        assert_eq!(seconds("max-age=x"), 300);
    }
}
