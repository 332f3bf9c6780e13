//! The beginning of a sign-in.

use super::{Block, Cause, SignIn, store};
use crate::contacts::Contact;
use crate::ids::{ContactId, SignInId};
use crate::jobs::{self, Job};
use crate::store::{Error, Tx};

/// Begins a sign-in for a contact; with a cause instead, the block takes its Error branch at once.
pub fn begin(
    _tx: &mut Tx<'_>,
    _contact: &mut Contact,
    _block: &Block,
) -> Result<Result<(), Cause>, Error> {
    Ok(Err(Cause::ProfilesNotEnabled))
}

/// Starts the clocks of a sign-in when a client sees its event for the first time.
pub fn offered(tx: &mut Tx<'_>, id: &SignInId) -> Result<(), Error> {
    let Some(mut sign_in) = store::lock(tx, id)? else {
        return Ok(());
    };
    let now = tx.now();
    if let Some(expires_at) = sign_in.offer(now) {
        store::save(tx, &sign_in)?;
        jobs::schedule(
            tx,
            &Job::ExpireAuthentication {
                sign_in: id.clone(),
            },
            expires_at,
        )?;
    }
    Ok(())
}

/// Ends the sign-in of a contact that ends: no event, no branch.
pub fn abandon(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    let Some(mut sign_in) = store::lock_unfinished(tx, contact)? else {
        return Ok(());
    };
    match sign_in.abandon() {
        Ok(()) => put_away(tx, &sign_in),
        Err(_) => Ok(()),
    }
}

/// Saves a finished sign-in and forgets what waits for it.
fn put_away(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<(), Error> {
    store::save(tx, sign_in)?;
    let id = || sign_in.id.clone();
    jobs::cancel(tx, &Job::ExpireAuthentication { sign_in: id() })?;
    jobs::cancel(tx, &Job::RunAuthentication { sign_in: id() })
}
