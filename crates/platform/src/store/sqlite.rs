//! The SQLite driver: WAL, `synchronous=FULL`, one writer, a few readers, checkpoints apart.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags};

use super::driver::{Begin, Driver};
use super::files::Files;
use super::value::Value;
use super::{Error, Param, Row};

/// How many functions share one commit at most.
pub(super) const BATCH_MAX: usize = 256;
/// How many reads share one snapshot at most.
pub(super) const READ_BATCH_MAX: usize = 32;
/// How many prepared statements a connection keeps.
const STATEMENTS_MAX: usize = 512;
/// How long the log may grow before the writer itself copies it into the database, in pages.
const LOG_PAGES_MAX: u32 = 4000;
/// How long another process may hold the database.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The pause between two copies of the log into the database.
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(20);

/// What the writer and a reader may keep of the database in memory, in KiB.
const CACHE_KIB: [i64; 2] = [32 * 1024, 8 * 1024];

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Writes; a commit does not wait for the disk before [`Sqlite::wait_for_disk`].
    Writer,
    /// Writes what need not outlive the process.
    Volatile,
    /// Only reads.
    Reader,
}

/// A connection and the signal to the thread of the checkpoints.
pub(super) struct Sqlite {
    connection: Connection,
    written: Arc<Written>,
    /// Watched by whoever writes.
    files: Option<Arc<Files>>,
}

impl Sqlite {
    /// Opens the database file, making it if the role writes.
    pub(super) fn open(path: &Path, role: Role, written: Arc<Written>) -> Result<Self, Error> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if role != Role::Reader {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let connection = Connection::open_with_flags(path, flags).map_err(translate)?;
        configure(&connection, role).map_err(translate)?;
        Ok(Self {
            connection,
            written,
            files: None,
        })
    }

    /// From now on nothing is acknowledged that was written to a file without a name.
    pub(super) fn watch(&mut self, files: Arc<Files>) {
        self.files = Some(files);
    }

    fn check_files(&self) -> Result<(), Error> {
        self.files.as_ref().map_or(Ok(()), |files| files.check())
    }

    /// Whether SQLite was built with the settings of `.cargo/config.toml`, which a build from
    /// outside of the repository does not see: docs/decisions/build-settings.md.
    pub(super) fn has_build_settings(&self) -> bool {
        self.connection
            .query_row(
                "SELECT sqlite_compileoption_used('DEFAULT_MEMSTATUS=0')",
                [],
                |row| row.get(0),
            )
            .unwrap_or(false)
    }

    /// From now on a commit is on the disk, and everything before it, before it is acknowledged.
    pub(super) fn wait_for_disk(&self) -> Result<(), Error> {
        self.connection
            .pragma_update(None, "synchronous", "FULL")
            .map_err(translate)
    }

    fn prepare(&self, sql: &str, params: &[Param<'_>]) -> Result<CachedStatement<'_>, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(translate)?;
        if statement.parameter_count() != params.len() {
            return Err(Error::statement(format!(
                "{} parameters given for {}: {sql}",
                params.len(),
                statement.parameter_count()
            )));
        }
        for (index, param) in params.iter().enumerate() {
            // SQLite numbers `$n` by first appearance, PostgreSQL by n.
            let bound = statement
                .parameter_index(NAMES.get(index).copied().unwrap_or("$"))
                .map_err(translate)?
                .ok_or_else(|| Error::statement(format!("no ${} in: {sql}", index + 1)))?;
            statement
                .raw_bind_parameter(bound, param)
                .map_err(translate)?;
        }
        Ok(statement)
    }

    fn control(&self, sql: &str) -> Result<(), Error> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(translate)
    }
}

/// The placeholders by their number.
const NAMES: [&str; 32] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24", "$25", "$26", "$27", "$28",
    "$29", "$30", "$31", "$32",
];

fn configure(connection: &Connection, role: Role) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // A statement is planned once, not anew for each value of its parameters.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    match role {
        Role::Writer | Role::Volatile => {
            let disk = if role == Role::Writer {
                "NORMAL"
            } else {
                "OFF"
            };
            connection.pragma_update(None, "synchronous", disk)?;
            connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES_MAX)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB[0])?;
        }
        Role::Reader => {
            connection.pragma_update(None, "query_only", true)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB[1])?;
        }
    }
    Ok(())
}

impl Driver for Sqlite {
    fn begin(&mut self, begin: Begin) -> Result<(), Error> {
        self.check_files()?;
        self.control(if begin == Begin::Read {
            "BEGIN"
        } else {
            "BEGIN IMMEDIATE"
        })
    }

    fn savepoint(&mut self) -> Result<(), Error> {
        self.control("SAVEPOINT one")
    }

    fn release(&mut self) -> Result<(), Error> {
        self.control("RELEASE one")
    }

    fn undo(&mut self) -> Result<(), Error> {
        self.control("ROLLBACK TO one")?;
        self.control("RELEASE one")
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.control("COMMIT")?;
        self.written.mark();
        // Had it a name afterwards, then also when it was written.
        self.check_files().map_err(|_| Error::Unknown)
    }

    fn roll_back(&mut self) {
        // SQLite itself ends a transaction after some failures.
        if !self.connection.is_autocommit()
            && let Err(error) = self.control("ROLLBACK")
        {
            tracing::error!(%error, "a transaction cannot be rolled back");
        }
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        let changed = self
            .prepare(sql, params)?
            .raw_execute()
            .map_err(translate)?;
        Ok(changed as u64)
    }

    fn write(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<(), Error> {
        self.execute(sql, params).map(drop)
    }

    fn fetch(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Row>, Error> {
        let mut statement = self.prepare(sql, params)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        let mut fetched = Vec::new();
        while let Some(row) = rows.next().map_err(translate)? {
            let values = (0..columns).map(|column| value(row.get_ref(column).map_err(translate)?));
            fetched.push(Row::new(values.collect::<Result<_, _>>()?));
        }
        Ok(fetched)
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.connection.execute_batch(sql).map_err(translate)
    }

    #[cfg(test)]
    fn prepare_only(&mut self, sql: &'static str) -> Result<(), Error> {
        self.connection.prepare(sql).map(drop).map_err(translate)
    }

    fn keys(&mut self) -> Result<Vec<String>, Error> {
        let rows = self.fetch(
            "SELECT t.name || ' ' || c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
             WHERE t.type = 'table' AND c.pk > 0 ORDER BY t.name, c.pk",
            &[],
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    fn tables(&mut self) -> Result<Vec<String>, Error> {
        let rows = self.fetch(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            &[],
        )?;
        rows.into_iter().map(Row::read).collect()
    }
}

fn value(stored: ValueRef<'_>) -> Result<Value, Error> {
    match stored {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(integer) => Ok(Value::Integer(integer)),
        ValueRef::Text(text) => String::from_utf8(text.to_vec())
            .map(Value::Text)
            .map_err(|_| Error::Corrupt {
                what: "text: it is not UTF-8",
            }),
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        ValueRef::Real(_) => Err(Error::Corrupt {
            what: "value: it is a fraction",
        }),
    }
}

impl rusqlite::ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match *self {
            Self::Text(text) | Self::OptionalText(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Integer(integer) | Self::OptionalInteger(Some(integer)) => {
                ValueRef::Integer(integer)
            }
            Self::Bytes(bytes) | Self::OptionalBytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::OptionalText(None) | Self::OptionalInteger(None) | Self::OptionalBytes(None) => {
                ValueRef::Null
            }
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

fn translate(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Conflict,
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::OutOfMemory
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase,
        ) => Error::unavailable(error),
        _ => Error::database(error),
    }
}

/// The signal from the writer to the thread of the checkpoints.
#[derive(Default)]
pub(super) struct Written {
    state: Mutex<WrittenState>,
    changed: Condvar,
}

#[derive(Default)]
struct WrittenState {
    written: bool,
    closed: bool,
}

impl Written {
    fn mark(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.written {
            state.written = true;
            self.changed.notify_all();
        }
    }

    /// Ends the thread of the checkpoints.
    pub(super) fn close(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .closed = true;
        self.changed.notify_all();
    }

    /// Waits for a commit, then a little longer; false once it is closed.
    fn wait(&self) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self
            .changed
            .wait_while(state, |state| !state.written && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(state, CHECKPOINT_PAUSE, |state| !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        state.written = false;
        !state.closed
    }
}

/// Copies the log into the database after commits, beside the writer, so that no commit does.
pub(super) fn run_checkpoints(connection: &Sqlite) {
    while connection.written.wait() {
        let done =
            connection
                .connection
                .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(%error, "a checkpoint failed");
        }
    }
}
