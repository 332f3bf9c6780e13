//! Keys, and who signs with them. Where keys are found is no concern of a call.

use crate::call::expiry::Expiry;
use crate::failure::Failure;

/// A key pair, perhaps for a while only.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The access key's id.
    pub access_key: String,
    /// The secret part.
    pub secret_key: String,
    /// The session token of temporary keys.
    pub token: Option<String>,
    /// When they stop working.
    pub expires: Option<Expiry>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key", &self.access_key)
            .finish_non_exhaustive()
    }
}

/// Who signs the calls.
pub(crate) enum Signer<'a> {
    /// Nobody.
    Nobody,
    /// These keys.
    Keys(Credentials),
    /// Keys that are fetched when the first call needs them.
    Later(Box<dyn FnOnce() -> Result<Credentials, Failure> + 'a>),
}

impl<'a> Signer<'a> {
    /// Keys that are fetched when the first call needs them.
    pub(crate) fn later(fetch: impl FnOnce() -> Result<Credentials, Failure> + 'a) -> Self {
        Self::Later(Box::new(fetch))
    }

    /// The keys to sign with, if somebody signs.
    ///
    /// # Errors
    /// Keys that cannot be had.
    pub(super) fn keys(&mut self) -> Result<Option<&Credentials>, Failure> {
        if let Self::Later(_) = self
            && let Self::Later(fetch) = std::mem::replace(self, Self::later(spent))
        {
            *self = Self::Keys(fetch()?);
        }
        Ok(match self {
            Self::Keys(keys) => Some(keys),
            Self::Nobody | Self::Later(_) => None,
        })
    }
}

/// What stands for keys that could not be had: nothing goes out unsigned because of that.
fn spent() -> Result<Credentials, Failure> {
    Err(Failure::general("The keys could not be had."))
}

impl std::fmt::Debug for Signer<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Keys(_) => "Keys",
            Self::Later(_) => "Later",
        })
    }
}
