//! What a store thread asks of a database.

use super::{Error, Param, Row};

/// What a transaction is begun for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// Many functions; rather fail than wait for a lock.
    Batch,
    /// The same, each function in a savepoint of its own.
    Savepoints,
    /// One function, which may wait for locks.
    Alone,
    /// Queries of one snapshot.
    Read,
}

/// One connection to a database.
pub(super) trait Driver {
    fn begin(&mut self, begin: Begin) -> Result<(), Error>;
    /// Marks the state to which [`Driver::undo`] returns.
    fn savepoint(&mut self) -> Result<(), Error>;
    /// Keeps what was done since the savepoint.
    fn release(&mut self) -> Result<(), Error>;
    /// Undoes what was done since the savepoint.
    fn undo(&mut self) -> Result<(), Error>;
    /// Makes the transaction durable.
    fn commit(&mut self) -> Result<(), Error>;
    /// Ends the transaction without a trace, whatever state it is in.
    fn roll_back(&mut self);
    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error>;
    /// Like `execute`, but may delay the statement until the next one.
    fn write(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<(), Error>;
    fn fetch(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Row>, Error>;
    /// Runs several statements without parameters.
    fn script(&mut self, sql: &str) -> Result<(), Error>;
    /// Has the database read a statement, without running it.
    #[cfg(test)]
    fn prepare_only(&mut self, sql: &'static str) -> Result<(), Error>;
    /// Keeps other processes from changing the schema until [`Driver::unlock_schema`].
    fn lock_schema(&mut self) -> Result<(), Error> {
        Ok(())
    }
    fn unlock_schema(&mut self) -> Result<(), Error> {
        Ok(())
    }
    /// The columns of all primary keys, each behind its table's name and a space, in the order of the
    /// names.
    fn keys(&mut self) -> Result<Vec<String>, Error>;
    /// The names of all tables.
    fn tables(&mut self) -> Result<Vec<String>, Error>;
}
