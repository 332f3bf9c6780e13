//! What goes some time after it has ended, and what belonged to pools and clients that are gone: a part
//! in each transaction, by jobs that call themselves again.

use signback_platform::job;
use signback_platform::jobs::{self, JobError, Kind, Task};
use signback_platform::store::{Error, Slice, Tx};

use crate::{Pools, rows};

/// Taking away what has ended. It has no subject: there is one of it.
const SWEEP: Kind<String> = Kind::new("sweep_pools");
/// Taking away what belonged to a pool that is gone.
pub(crate) const FORGET_POOL: Kind<String> = Kind::new("forget_user_pool");
/// Taking away what was issued to a client that is gone.
pub(crate) const FORGET_CLIENT: Kind<String> = Kind::new("forget_app_client");

/// How many rows one transaction takes away.
pub const SLICE_ROWS_MAX: i64 = 500;
/// How long sweeping rests once nothing is left to do.
const PAUSE_SECONDS: i64 = 60;

/// What waits for the pools to be done.
pub const JOBS: &[&dyn Task<Pools>] = &[
    job!(SWEEP, sweep, put_off),
    job!(FORGET_POOL, forget_pool, forget_pool),
    job!(FORGET_CLIENT, forget_client, forget_client),
];

/// Has what has ended taken away from now on, if that does not happen already.
///
/// # Errors
///
/// When the database fails.
pub fn begin(tx: &mut Tx<'_>) -> Result<(), Error> {
    jobs::begin_repeating(tx, &SWEEP, &String::new())
}

/// Has something taken away as soon as possible.
pub(crate) fn schedule(
    tx: &mut Tx<'_>,
    kind: &Kind<String>,
    subject: &String,
) -> Result<(), Error> {
    let now = tx.now();
    jobs::schedule(tx, kind, subject, now)
}

async fn sweep(pools: &Pools, _: &str) -> Result<(), JobError> {
    let rest = pools.platform.store.transact(|tx| {
        let mut slice = Slice::new(SLICE_ROWS_MAX);
        rows::sweep(tx, &mut slice)?;
        let now = tx.now();
        let pause = if slice.is_full() { 0 } else { PAUSE_SECONDS };
        jobs::schedule(tx, &SWEEP, &String::new(), now.plus_seconds(pause))
    });
    Ok(rest.await?)
}

/// Tries again later.
async fn put_off(pools: &Pools, _: &str) -> Result<(), JobError> {
    let later = pools.platform.store.transact(|tx| {
        let due = tx.now().plus_seconds(PAUSE_SECONDS);
        jobs::schedule(tx, &SWEEP, &String::new(), due)
    });
    Ok(later.await?)
}

async fn forget_pool(pools: &Pools, pool: &str) -> Result<(), JobError> {
    forget(pools, &FORGET_POOL, rows::forget_pool, pool).await
}

async fn forget_client(pools: &Pools, client: &str) -> Result<(), JobError> {
    forget(pools, &FORGET_CLIENT, rows::forget_client, client).await
}

async fn forget(
    pools: &Pools,
    kind: &'static Kind<String>,
    some: fn(&mut Tx<'_>, &mut Slice, &str) -> Result<bool, Error>,
    subject: &str,
) -> Result<(), JobError> {
    let subject = subject.to_owned();
    let rest = pools.platform.store.transact(move |tx| {
        let mut slice = Slice::new(SLICE_ROWS_MAX);
        if some(tx, &mut slice, &subject)? {
            return Ok(());
        }
        schedule(tx, kind, &subject)
    });
    Ok(rest.await?)
}
