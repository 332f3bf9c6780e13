//! What goes some time after it has ended, and what belonged to pools and clients that are gone: a part
//! in each transaction, by jobs that call themselves again.

use signback_platform::job;
use signback_platform::jobs::{self, JobError, Kind, Task, parts};
use signback_platform::store::{Error, Tx};

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

async fn sweep(pools: &Pools, _: &str) -> Result<(), JobError> {
    let store = &pools.platform.store;
    parts::sweep(store, &SWEEP, SLICE_ROWS_MAX, PAUSE_SECONDS, rows::sweep).await
}

async fn put_off(pools: &Pools, _: &str) -> Result<(), JobError> {
    parts::put_off(&pools.platform.store, &SWEEP, PAUSE_SECONDS).await
}

async fn forget_pool(pools: &Pools, pool: &str) -> Result<(), JobError> {
    let (store, pool) = (&pools.platform.store, pool.to_owned());
    let some: parts::Part<String> = |tx, slice, pool| rows::forget_pool(tx, slice, pool);
    parts::forget(store, &FORGET_POOL, pool, SLICE_ROWS_MAX, some).await
}

async fn forget_client(pools: &Pools, client: &str) -> Result<(), JobError> {
    let (store, client) = (&pools.platform.store, client.to_owned());
    let some: parts::Part<String> = |tx, slice, client| rows::forget_client(tx, slice, client);
    parts::forget(store, &FORGET_CLIENT, client, SLICE_ROWS_MAX, some).await
}
