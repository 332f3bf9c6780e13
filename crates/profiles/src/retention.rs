//! What belonged to domains that are gone: taken away a part in each transaction, by a job that calls
//! itself again.

use signback_platform::jobs::{self, JobError, Kind, Task, parts};
use signback_platform::store::{Error, Tx};
use signback_platform::{Platform, job};

use super::rows::domains as rows;

/// Taking away the profiles of a domain that is gone.
const FORGET_DOMAIN: Kind<String> = Kind::new("forget_profiles_domain");
/// How many rows one transaction takes away.
const SLICE_ROWS_MAX: i64 = 500;

/// What waits for the profiles to be done.
pub const JOBS: &[&dyn Task<Platform>] = &[job!(FORGET_DOMAIN, forget_domain, forget_domain)];

/// Has what belonged to a domain taken away as soon as possible.
pub(crate) fn schedule(tx: &mut Tx<'_>, domain: &str) -> Result<(), Error> {
    jobs::schedule_now(tx, &FORGET_DOMAIN, &domain.to_owned())
}

async fn forget_domain(platform: &Platform, domain: &str) -> Result<(), JobError> {
    let (store, domain) = (&platform.store, domain.to_owned());
    let some: parts::Part<String> = |tx, slice, domain| rows::forget_domain(tx, slice, domain);
    parts::forget(store, &FORGET_DOMAIN, domain, SLICE_ROWS_MAX, some).await
}
