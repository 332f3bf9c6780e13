//! When keys stop working.

use jiff::{SignedDuration, Timestamp};

use crate::clock;
use crate::failure::Failure;
use crate::formats::timestamps;
use crate::python::sentences;
use crate::value::Value;

/// A moment, and how it is shown: with the offset that it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expiry {
    at: Timestamp,
    shown: String,
}

impl Expiry {
    /// The moment that a text names, if it names one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        // The command being replaced may have written the name of the zone.
        let named = text.strip_suffix("UTC").map(|text| format!("{text}Z"));
        let value = Value::Str(named.unwrap_or_else(|| text.to_owned()));
        Some(Self {
            at: timestamps::read(&value)?,
            shown: timestamps::shown(&value).ok()?,
        })
    }

    /// The moment that a source names.
    ///
    /// # Errors
    /// Text that is none, or that leaves the offset open.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let unknown = || {
            let problem = timestamps::shown(&Value::from(text)).err();
            let problem = problem.and_then(|said| Some(said.split_once("\": ")?.1.to_owned()));
            Failure::general(problem.unwrap_or_else(|| sentences::unknown_time(text)))
        };
        let expiry = Self::read(text).ok_or_else(unknown)?;
        let time = text.split_once(['T', ' ']).map_or("", |(_, time)| time);
        if time.contains(['Z', 'z', '+', '-', 'U', 'G']) {
            return Ok(expiry);
        }
        Err(Failure::general(sentences::OFFSET_IS_OPEN))
    }

    /// The moment that a member of a source's document names.
    ///
    /// # Errors
    /// A value that is no text, or that names none.
    pub(crate) fn of_member(value: &Value) -> Result<Self, Failure> {
        match value {
            Value::Str(text) => Self::parse(text),
            other => Err(Failure::general(sentences::no_time(other))),
        }
    }

    /// That moment.
    pub(crate) fn at(at: Timestamp) -> Self {
        let shown = at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
        Self { at, shown }
    }

    /// How long it is until then; less than nothing when it is over.
    pub(crate) fn remaining(&self) -> SignedDuration {
        self.at.duration_since(clock::now())
    }

    /// The moment as text for people, without an offset of its own.
    pub(crate) fn shown_in_utc(&self) -> String {
        self.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }

    /// The moment as text.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }
}
