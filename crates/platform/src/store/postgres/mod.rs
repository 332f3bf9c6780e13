//! The PostgreSQL driver: a connection on a store thread of its own, with a small runtime that
//! only this thread drives.
//!
//! Statements whose outcome nobody waits for (begin, savepoints, [`Driver::write`]) are put on the
//! wire but not waited for: they travel with the next query or the commit, so a batch costs one
//! round trip for each query that needs its answer. Transactions are READ COMMITTED, what a write
//! relies on is locked or backed by a unique constraint. In a batch a lock is waited for only
//! briefly: two batches may hold what the other wants, and each runs its functions one by one then.

mod link;
mod notify;
mod tls;
mod value;

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_postgres::Client;

use super::driver::{Begin, Driver};
use super::{Error, Param, Row};
use crate::secret::Secret;
pub(super) use link::Link;
use link::Sent;
pub(super) use notify::{Entry, Notifier};

/// How many functions share one commit at most.
pub(super) const BATCH_MAX: usize = 128;
/// How many reads share one snapshot at most.
pub(super) const READ_BATCH_MAX: usize = 16;
/// How many threads write.
pub(super) const WRITERS: usize = 2;
/// After a failed connection attempt, how long further ones fail without trying.
const DOWN: Duration = Duration::from_millis(500);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Writes; locking clauses take effect.
    Writer,
    /// Only reads.
    Reader,
}

/// A connection that is made when it is needed, and made anew after it was lost.
pub(super) struct Postgres {
    runtime: Runtime,
    url: Secret,
    role: Role,
    link: Option<Link>,
    /// Set while the database cannot be reached.
    down: Option<(tokio::time::Instant, Error)>,
    /// Control statements that travel with the next statement.
    control: Vec<&'static str>,
    /// What was sent and not answered yet, and whether an earlier function of the batch sent it.
    sent: VecDeque<(Sent, Sender)>,
    /// The server answered since the transaction began.
    confirmed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    Earlier,
    Current,
}

impl Postgres {
    pub(super) fn new(url: Secret, role: Role) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::unavailable)?;
        Ok(Self {
            runtime,
            url,
            role,
            link: None,
            down: None,
            control: Vec::new(),
            sent: VecDeque::new(),
            confirmed: false,
        })
    }

    /// Connects unless there is a connection. After a failure the next attempts fail at once for
    /// a moment, so that what waits in the queue is answered instead of waiting one by one.
    fn connect(&mut self) -> Result<(), Error> {
        if self.link.as_ref().is_some_and(Link::is_open) {
            return Ok(());
        }
        self.link = None;
        self.sent.clear();
        self.control.clear();
        if let Some((until, error)) = &self.down
            && tokio::time::Instant::now() < *until
        {
            return Err(error.clone());
        }
        let connected = self
            .runtime
            .block_on(Link::connect(&self.url, self.role == Role::Writer));
        match connected {
            Ok(link) => {
                self.down = None;
                self.link = Some(link);
                Ok(())
            }
            Err(error) => {
                self.down = Some((tokio::time::Instant::now() + DOWN, error.clone()));
                Err(error)
            }
        }
    }

    /// Puts a request on the wire; its answer is looked at later.
    fn send(&mut self, sent: Sent) {
        self.sent.push_back((link::started(sent), Sender::Current));
    }

    /// Puts the waiting control statements on the wire.
    fn send_control(&mut self) -> Result<(), Error> {
        if !self.control.is_empty() {
            let client = self.client()?;
            let text = self.control.join(";");
            self.control.clear();
            self.send(Box::pin(async move {
                client.batch_execute(&text).await.map(|()| 0)
            }));
        }
        Ok(())
    }

    /// Sends a request behind what was sent, waits for all, and gives its answer. A failure of
    /// what was sent before wins: whatever came after it failed because of it.
    fn run<T>(
        &mut self,
        request: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, Error> {
        let sent = std::mem::take(&mut self.sent);
        let answered = self.runtime.block_on(async move {
            let mut request = std::pin::pin!(request);
            let early = futures_util::future::poll_immediate(&mut request).await;
            for (sent, sender) in sent {
                if let Err(error) = sent.await {
                    return Err((error, sender));
                }
            }
            let answer = match early {
                Some(answer) => answer,
                None => request.await,
            };
            answer.map_err(|error| (error, Sender::Current))
        });
        self.confirmed = true;
        answered.map_err(|(error, sender)| self.failed(&error, sender))
    }

    /// What a failure means for the function that runs.
    fn failed(&mut self, error: &tokio_postgres::Error, sender: Sender) -> Error {
        let translated = value::translate(error);
        if let Some(link) = &mut self.link
            && value::is_stale_statement(error)
        {
            link.forget_statements();
            return Error::Conflict;
        }
        if matches!(translated, Error::Unavailable(_)) {
            self.link = None;
        } else if sender == Sender::Earlier {
            // Not this function's fault: the batch is run one by one to find whose it is.
            return Error::Conflict;
        }
        translated
    }

    fn client(&self) -> Result<Arc<Client>, Error> {
        self.link.as_ref().map(Link::client).ok_or_else(lost)
    }

    fn statement(&mut self, sql: &'static str) -> Result<tokio_postgres::Statement, Error> {
        let link = self.link.as_ref().ok_or_else(lost)?;
        if let Some(statement) = link.statement(sql) {
            return Ok(statement);
        }
        let text = link::dialect(sql, self.role == Role::Writer);
        let client = link.client();
        let statement = self.run(async move { client.prepare(&text).await })?;
        self.link
            .as_mut()
            .ok_or_else(lost)?
            .keep(sql, statement.clone());
        Ok(statement)
    }

    /// Sends the control statements and prepares a statement for these parameters.
    fn prepare(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<(Arc<Client>, tokio_postgres::Statement), Error> {
        self.send_control()?;
        let statement = self.statement(sql)?;
        value::check(sql, &statement, params)?;
        Ok((self.client()?, statement))
    }
}

fn lost() -> Error {
    Error::unavailable(std::io::Error::from(std::io::ErrorKind::NotConnected))
}

const SAVEPOINT: &str = "SAVEPOINT one";
const RELEASE: &str = "RELEASE one";

impl Driver for Postgres {
    fn begin(&mut self, begin: Begin) -> Result<(), Error> {
        self.connect()?;
        self.confirmed = false;
        self.control.push(match begin {
            Begin::Batch | Begin::Savepoints => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Begin::Alone => "BEGIN ISOLATION LEVEL READ COMMITTED;SET LOCAL lock_timeout = '5s'",
            Begin::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        });
        Ok(())
    }

    fn savepoint(&mut self) -> Result<(), Error> {
        self.control.push(SAVEPOINT);
        for (_, sender) in &mut self.sent {
            *sender = Sender::Earlier;
        }
        Ok(())
    }

    fn release(&mut self) -> Result<(), Error> {
        if self.control.pop_if(|last| *last == SAVEPOINT).is_none() {
            self.control.push(RELEASE);
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<(), Error> {
        if self.control.pop_if(|last| *last == SAVEPOINT).is_none() {
            // What this function sent without waiting may have failed; it is undone all the same.
            self.sent.retain(|(_, sender)| *sender == Sender::Earlier);
            self.control.push("ROLLBACK TO one;RELEASE one");
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Error> {
        if self
            .control
            .first()
            .is_some_and(|first| first.starts_with("BEGIN"))
        {
            // Nothing was ever sent.
            self.control.clear();
            return Ok(());
        }
        self.control.pop_if(|last| *last == RELEASE);
        self.send_control()?;
        if !self.confirmed {
            // So that a connection that died long ago is not taken for one lost while committing.
            self.run(std::future::ready(Ok(())))?;
        }
        let client = self.client()?;
        let read_only = self.role == Role::Reader;
        // A COMMIT of a failed transaction answers success; `run` looks at every statement first.
        match self.run(async move { client.batch_execute("COMMIT").await }) {
            Err(Error::Unavailable(_)) if !read_only => Err(Error::Unknown),
            answer => answer,
        }
    }

    fn roll_back(&mut self) {
        self.sent.clear();
        let begun = !self
            .control
            .first()
            .is_some_and(|first| first.starts_with("BEGIN"));
        self.control.clear();
        if !begun {
            return;
        }
        if let Ok(client) = self.client()
            && let Err(error) = self.run(async move { client.batch_execute("ROLLBACK").await })
        {
            tracing::debug!(%error, "a transaction cannot be rolled back: its connection is dropped");
            self.link = None;
        }
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        let (client, statement) = self.prepare(sql, params)?;
        self.run(async move { client.execute_raw(&statement, params).await })
    }

    fn write(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<(), Error> {
        let (client, statement) = self.prepare(sql, params)?;
        let encoded = value::own(&statement, params)?;
        self.send(Box::pin(async move {
            client.execute_raw(&statement, encoded).await
        }));
        Ok(())
    }

    fn fetch(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Row>, Error> {
        let (client, statement) = self.prepare(sql, params)?;
        let rows = self.run(link::rows(client, statement, params))?;
        rows.iter().map(value::row).collect()
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.send_control()?;
        let client = self.client()?;
        self.run(async move { client.batch_execute(sql).await })
    }

    #[cfg(test)]
    fn prepare_only(&mut self, sql: &'static str) -> Result<(), Error> {
        self.send_control()?;
        self.statement(sql).map(drop)
    }

    fn lock_schema(&mut self) -> Result<(), Error> {
        self.connect()?;
        self.script(
            "SET lock_timeout = 0;
             SELECT pg_advisory_lock(1936287598, hashtext(current_schema()));
             SET lock_timeout = '100ms'",
        )
    }

    fn unlock_schema(&mut self) -> Result<(), Error> {
        self.script("SELECT pg_advisory_unlock(1936287598, hashtext(current_schema()))")
    }

    fn keys(&mut self) -> Result<Vec<String>, Error> {
        let rows = self.fetch(
            "SELECT t.relname || ' ' || c.attname FROM pg_index i
             JOIN pg_class t ON t.oid = i.indrelid
             JOIN pg_namespace n ON n.oid = t.relnamespace
             JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = ANY (i.indkey)
             WHERE i.indisprimary AND n.nspname = current_schema() ORDER BY t.relname, c.attnum",
            &[],
        )?;
        rows.into_iter().map(Row::read).collect()
    }

    fn tables(&mut self) -> Result<Vec<String>, Error> {
        let rows = self.fetch(
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
            &[],
        )?;
        rows.into_iter().map(Row::read).collect()
    }
}
