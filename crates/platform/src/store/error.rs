//! What can go wrong with the database, apart from anything a feature refuses.

use std::sync::Arc;

/// The database driver's own error.
pub(super) type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// A fault of the store. A refusal by a feature's rules is never one of these.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// Too much is waiting already; nothing was done.
    #[error("the database has too much waiting to be done")]
    Busy,
    /// The store was closed; nothing was done.
    #[error("the database is closed")]
    Closed,
    /// The connection was lost during COMMIT: it may have happened or not.
    #[error("the connection to the database was lost while committing: the outcome is unknown")]
    Unknown,
    /// The database cannot be reached, or its disk fails; nothing was done.
    #[error("the database is not available")]
    Unavailable(#[source] Cause),
    /// A statement failed; nothing was done.
    #[error("the database refused a statement")]
    Database(#[source] Cause),
    /// Text with the character U+0000, which PostgreSQL cannot store; nothing was done.
    #[error("text with the character U+0000 cannot be stored")]
    Nul,
    /// A row holds something the program never writes.
    #[error("cannot read the stored {what}")]
    Corrupt {
        /// What could not be read.
        what: &'static str,
    },
    /// Other transactions were in the way each time it was tried; nothing was done.
    #[error("the transaction kept conflicting with others")]
    Conflict,
    /// A sealed value was made with a key that is not in the ring, for another place, or changed.
    #[error("a sealed value cannot be opened with the master keys at hand")]
    Sealed,
    /// The transaction's function panicked; nothing was done.
    #[error("the transaction panicked")]
    Panicked,
    /// The store cannot be opened as the settings ask.
    #[error("cannot open the database: {what}")]
    Settings {
        /// What to change.
        what: String,
    },
}

impl Error {
    /// Whether the database is away or has too much to do: the same call may succeed a little
    /// later.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Closed | Self::Unknown | Self::Unavailable(_) | Self::Conflict
        )
    }

    /// What is behind a fault, where that is a database that is away or has too much to do.
    #[must_use]
    pub fn passing(fault: &anyhow::Error) -> Option<&Self> {
        let mut causes = fault.chain();
        causes.find_map(|cause| cause.downcast_ref().filter(|error: &&Self| error.passes()))
    }

    /// Whether a fault is that of somebody who sent U+0000 where text is looked up or stored.
    #[must_use]
    pub fn is_nul(fault: &anyhow::Error) -> bool {
        let mut causes = fault.chain();
        causes.any(|cause| matches!(cause.downcast_ref(), Some(Self::Nul)))
    }

    /// What a caller is told of an error that passes.
    #[must_use]
    pub const fn told(&self) -> &'static str {
        match self {
            Self::Busy => {
                "too much is waiting to be done: nothing was done for this call, try again shortly"
            }
            Self::Unknown => {
                "the database was lost while it committed: the call may have taken effect, try again shortly"
            }
            _ => "the database is not available: nothing was done, try again shortly",
        }
    }

    /// Wraps an error of the driver that only concerns one statement.
    pub(super) fn database(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Database(Arc::new(cause))
    }

    /// Wraps an error of the driver that concerns the whole connection.
    pub(super) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Unavailable(Arc::new(cause))
    }

    /// Wraps a mistake in a statement or its parameters.
    pub(super) fn statement(what: String) -> Self {
        Self::database(std::io::Error::new(std::io::ErrorKind::InvalidInput, what))
    }

    /// Whether the whole transaction failed, and running it again may help.
    pub(super) fn ends_the_batch(&self) -> bool {
        matches!(self, Self::Conflict | Self::Unavailable(_) | Self::Unknown)
    }
}
