//! Everything that waits or is done after an answer: rows with a due time.
//!
//! A job is a kind and the key of the row that holds the truth, so scheduling it again moves it.
//! [`schedule`] and [`cancel`] are part of the transaction that wants them. The worker leases due
//! jobs in one short transaction, runs them outside any, and ends them in another: a process that
//! dies leaves a lease behind that runs out. So a job may run twice, and must not mind.

mod hands;
mod worker;

#[cfg(test)]
mod tests;

use crate::clock::Timestamp;
use crate::ids::{ContactId, SignInId};
use crate::store::{self, Store, Tx};

pub use worker::{Queue, Runner};

/// What can wait to be done.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Job {
    /// Exchange the accepted code, or handle the accepted error, of a sign-in.
    RunAuthentication {
        /// The sign-in.
        sign_in: SignInId,
    },
    /// End a sign-in whose time is up.
    ExpireAuthentication {
        /// The sign-in.
        sign_in: SignInId,
    },
    /// Go on with a flow that waited.
    WakeFlow {
        /// The contact whose flow it is.
        contact: ContactId,
    },
    /// End a contact whose customer never connected.
    ExpireConnect {
        /// The contact.
        contact: ContactId,
    },
    /// End a contact whose chat duration is over.
    ExpireChat {
        /// The contact.
        contact: ContactId,
    },
}

impl Job {
    const fn kind(&self) -> &'static str {
        match self {
            Self::RunAuthentication { .. } => "run_authentication",
            Self::ExpireAuthentication { .. } => "expire_authentication",
            Self::WakeFlow { .. } => "wake_flow",
            Self::ExpireConnect { .. } => "expire_connect",
            Self::ExpireChat { .. } => "expire_chat",
        }
    }

    fn subject(&self) -> &str {
        match self {
            Self::RunAuthentication { sign_in } | Self::ExpireAuthentication { sign_in } => {
                sign_in.as_str()
            }
            Self::WakeFlow { contact }
            | Self::ExpireConnect { contact }
            | Self::ExpireChat { contact } => contact.as_str(),
        }
    }

    fn from_row(kind: &str, subject: String) -> Result<Self, store::Error> {
        match kind {
            "run_authentication" => Ok(Self::RunAuthentication {
                sign_in: SignInId::new(subject),
            }),
            "expire_authentication" => Ok(Self::ExpireAuthentication {
                sign_in: SignInId::new(subject),
            }),
            "wake_flow" => Ok(Self::WakeFlow {
                contact: ContactId::new(subject),
            }),
            "expire_connect" => Ok(Self::ExpireConnect {
                contact: ContactId::new(subject),
            }),
            "expire_chat" => Ok(Self::ExpireChat {
                contact: ContactId::new(subject),
            }),
            _ => Err(store::Error::Corrupt {
                what: "kind of a job",
            }),
        }
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
pub fn schedule(tx: &mut Tx<'_>, job: &Job, due: Timestamp) -> Result<(), store::Error> {
    tx.write(
        "INSERT INTO jobs (kind, subject, due_at, failures, version, lease)
         VALUES ($1, $2, $3, 0, 1, 0)
         ON CONFLICT (kind, subject) DO UPDATE
         SET due_at = excluded.due_at, failures = 0, version = jobs.version + 1",
        &[job.kind().into(), job.subject().into(), due.into()],
    )?;
    // Later ones are found by polling.
    if due <= tx.now().plus_millis(worker::POLL_MILLIS) {
        tx.wake_jobs();
    }
    Ok(())
}

/// Forgets a job. One that runs at present is not stopped.
pub fn cancel(tx: &mut Tx<'_>, job: &Job) -> Result<(), store::Error> {
    tx.write(
        "DELETE FROM jobs WHERE kind = $1 AND subject = $2",
        &[job.kind().into(), job.subject().into()],
    )
}

/// A job, and the lease by which this process runs it.
#[derive(Clone, Debug)]
struct Leased {
    job: Job,
    version: i64,
    lease: i64,
    failures: i64,
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
    let rows = tx.fetch_all(
        "UPDATE jobs SET lease = lease + 1, leased_until = $1
         WHERE (kind, subject) IN (
             SELECT kind, subject FROM jobs
             WHERE due_at <= $2 AND (leased_until IS NULL OR leased_until <= $3)
             ORDER BY due_at LIMIT $4 /* FOR UPDATE SKIP LOCKED */)
         RETURNING kind, subject, version, lease, failures, due_at",
        &[
            machine_now.plus_millis(worker::LEASE_MILLIS).into(),
            tx.now().into(),
            machine_now.into(),
            limit.into(),
        ],
    )?;
    let mut leased = Vec::with_capacity(rows.len());
    for row in &rows {
        let lease = Leased {
            job: Job::from_row(&row.text(0)?, row.text(1)?)?,
            version: row.integer(2)?,
            lease: row.integer(3)?,
            failures: row.integer(4)?,
        };
        leased.push((row.integer(5)?, lease));
    }
    leased.sort_by_key(|(due_at, _)| *due_at);
    let next_due = tx
        .fetch_optional(
            "SELECT MIN(due_at) FROM jobs WHERE leased_until IS NULL",
            &[],
        )?
        .map(|row| row.optional_timestamp(0))
        .transpose()?
        .flatten();
    Ok(Found {
        leased: leased.into_iter().map(|(_, leased)| leased).collect(),
        next_due,
    })
}

/// Ends a run: the job is gone, unless it was scheduled anew meanwhile. Gives whether it was.
fn finish(tx: &mut Tx<'_>, leased: &Leased) -> Result<bool, store::Error> {
    let deleted = tx.execute(
        "DELETE FROM jobs WHERE kind = $1 AND subject = $2 AND version = $3 AND lease = $4",
        &[
            leased.job.kind().into(),
            leased.job.subject().into(),
            leased.version.into(),
            leased.lease.into(),
        ],
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
        &[
            due.into(),
            (leased.failures + i64::from(failed)).into(),
            leased.job.kind().into(),
            leased.job.subject().into(),
            leased.version.into(),
            leased.lease.into(),
        ],
    )?;
    release(tx, leased).map(drop)
}

fn release(tx: &mut Tx<'_>, leased: &Leased) -> Result<bool, store::Error> {
    let released = tx.execute(
        "UPDATE jobs SET leased_until = NULL WHERE kind = $1 AND subject = $2 AND lease = $3",
        &[
            leased.job.kind().into(),
            leased.job.subject().into(),
            leased.lease.into(),
        ],
    )?;
    if released > 0 {
        tx.wake_jobs();
    }
    Ok(released > 0)
}

/// How many jobs are due now, whether somebody runs them or not.
fn due_count(tx: &mut Tx<'_>) -> Result<i64, store::Error> {
    let now = tx.now();
    let row = tx.fetch_optional(
        "SELECT COUNT(*) FROM jobs WHERE due_at <= $1",
        &[now.into()],
    )?;
    row.map_or(Ok(0), |row| row.integer(0))
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
