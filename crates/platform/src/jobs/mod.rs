//! Everything that waits or is done after an answer: rows with a due time.
//!
//! A job is a kind and the key of the row that holds the truth, so scheduling it again moves it.
//! [`schedule`] and [`cancel`] are part of the transaction that wants them. The worker leases due
//! jobs in one short transaction, runs them outside any, and ends them in another: a process that
//! dies leaves a lease behind that runs out. So a job may run twice, and must not mind.

mod hands;
pub mod parts;
mod table;
mod worker;

#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use crate::clock::Timestamp;
use crate::columns;
use crate::params;
use crate::store::{self, Store, Tx};

pub use table::{Line, Running, Task, Tasks, Which};
pub use worker::Queue;

/// What rows call a kind of job, and what its subject is: the key of the row that holds the truth.
///
/// The name stands in databases of every age and never changes.
pub struct Kind<I> {
    name: &'static str,
    subject: PhantomData<fn(&I)>,
}

impl<I> Kind<I> {
    /// The kind that rows call `name`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            subject: PhantomData,
        }
    }

    /// The name in rows.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// Why a job did not get done; the place that knows says whether trying again can help.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again later.
    #[error("the job is to be tried again")]
    Retry(#[source] anyhow::Error),
    /// It will never succeed.
    #[error("the job failed for good")]
    Fail(#[source] anyhow::Error),
}

impl From<store::Error> for JobError {
    fn from(error: store::Error) -> Self {
        Self::Retry(error.into())
    }
}

impl From<anyhow::Error> for JobError {
    fn from(error: anyhow::Error) -> Self {
        Self::Retry(error)
    }
}

/// Has a job run at `due`, or as soon as possible after it. A job of the same kind and subject
/// that waits already is moved; one that runs at present runs once more after that.
pub fn schedule<I: AsRef<str>>(
    tx: &mut Tx<'_>,
    kind: &Kind<I>,
    subject: &I,
    due: Timestamp,
) -> Result<(), store::Error> {
    tx.write(
        "INSERT INTO jobs (kind, subject, due_at, failures, version, lease)
         VALUES ($1, $2, $3, 0, 1, 0)
         ON CONFLICT (kind, subject) DO UPDATE
         SET due_at = excluded.due_at, failures = 0, version = jobs.version + 1",
        params![kind.name, subject.as_ref(), due],
    )?;
    // Later ones are found by polling.
    if due <= tx.now().plus_millis(worker::POLL_MILLIS) {
        tx.wake_jobs();
    }
    Ok(())
}

/// Schedules a job that is due at once.
///
/// # Errors
///
/// When the database fails.
pub fn schedule_now<I: AsRef<str>>(
    tx: &mut Tx<'_>,
    kind: &Kind<I>,
    subject: &I,
) -> Result<(), store::Error> {
    let now = tx.now();
    schedule(tx, kind, subject, now)
}

/// Has a job that repeats itself run soon, unless it waits already.
pub fn begin_repeating<I: AsRef<str>>(
    tx: &mut Tx<'_>,
    kind: &Kind<I>,
    subject: &I,
) -> Result<(), store::Error> {
    let now = tx.now();
    tx.write(
        "INSERT INTO jobs (kind, subject, due_at, failures, version, lease)
         VALUES ($1, $2, $3, 0, 1, 0) ON CONFLICT DO NOTHING",
        params![kind.name, subject.as_ref(), now],
    )?;
    tx.wake_jobs();
    Ok(())
}

/// Forgets a job. One that runs at present is not stopped.
pub fn cancel<I: AsRef<str>>(
    tx: &mut Tx<'_>,
    kind: &Kind<I>,
    subject: &I,
) -> Result<(), store::Error> {
    tx.write(
        "DELETE FROM jobs WHERE kind = $1 AND subject = $2",
        params![kind.name, subject.as_ref()],
    )
}

columns! {
    /// A job, and the lease by which this process runs it.
    #[derive(Clone, Debug)]
    struct Leased as select_leased {
        kind: String,
        subject: String,
        version: i64,
        lease: i64,
        failures: i64,
        due_at: Timestamp,
    }
}

/// What a look at the table of jobs gave.
struct Found {
    leased: Vec<Leased>,
    /// When the next job becomes due that nobody runs.
    next_due: Option<Timestamp>,
}

/// Leases up to `limit` due jobs, the longest due first.
fn lease(tx: &mut Tx<'_>, limit: i64) -> Result<Found, store::Error> {
    let machine_now = tx.machine_now();
    let mut leased: Vec<Leased> = tx.list(
        concat!(
            "UPDATE jobs SET lease = lease + 1, leased_until = $1
             WHERE (kind, subject) IN (
                 SELECT kind, subject FROM jobs
                 WHERE due_at <= $2 AND (leased_until IS NULL OR leased_until <= $3)
                 ORDER BY due_at LIMIT $4 /* FOR UPDATE SKIP LOCKED */)
             RETURNING ",
            select_leased!(columns)
        ),
        params![
            machine_now.plus_millis(worker::LEASE_MILLIS),
            tx.now(),
            machine_now,
            limit
        ],
    )?;
    leased.sort_by_key(|leased| leased.due_at);
    let next_due = tx.find(
        "SELECT MIN(due_at) FROM jobs WHERE leased_until IS NULL",
        &[],
    )?;
    Ok(Found {
        leased,
        next_due: next_due.flatten(),
    })
}

/// Ends a run: the job is gone, unless it was scheduled anew meanwhile. Gives whether it was.
fn finish(tx: &mut Tx<'_>, leased: &Leased) -> Result<bool, store::Error> {
    let deleted = tx.execute(
        "DELETE FROM jobs WHERE kind = $1 AND subject = $2 AND version = $3 AND lease = $4",
        params![leased.kind, leased.subject, leased.version, leased.lease],
    )?;
    Ok(deleted == 0 && release(tx, leased)?)
}

/// Ends a run that did not succeed: the job waits until `due`, unless it was scheduled anew.
/// `failed` counts as one of its failures.
fn put_off(
    tx: &mut Tx<'_>,
    leased: &Leased,
    due: Timestamp,
    failed: bool,
) -> Result<(), store::Error> {
    tx.write(
        "UPDATE jobs SET due_at = $1, failures = $2
         WHERE kind = $3 AND subject = $4 AND version = $5 AND lease = $6",
        params![
            due,
            leased.failures + i64::from(failed),
            leased.kind,
            leased.subject,
            leased.version,
            leased.lease
        ],
    )?;
    release(tx, leased).map(drop)
}

fn release(tx: &mut Tx<'_>, leased: &Leased) -> Result<bool, store::Error> {
    let released = tx.execute(
        "UPDATE jobs SET leased_until = NULL WHERE kind = $1 AND subject = $2 AND lease = $3",
        params![leased.kind, leased.subject, leased.lease],
    )?;
    if released > 0 {
        tx.wake_jobs();
    }
    Ok(released > 0)
}

/// How many jobs are due now, whether somebody runs them or not.
fn due_count(tx: &mut Tx<'_>) -> Result<i64, store::Error> {
    let now = tx.now();
    tx.count("SELECT COUNT(*) FROM jobs WHERE due_at <= $1", params![now])
}

/// Ends the leases that an earlier process left behind, where there can be no other process.
async fn release_all(store: &Store) -> Result<(), store::Error> {
    store
        .transact(|tx| {
            tx.write(
                "UPDATE jobs SET leased_until = NULL WHERE leased_until IS NOT NULL",
                &[],
            )
        })
        .await
}
