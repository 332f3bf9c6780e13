//! The last of a sign-in: its row without secrets, and nothing that waits for it.

use super::{SignIn, rows};
use crate::transcript;
use signback_platform::ids::ContactId;
use signback_platform::jobs;
use signback_platform::store::{Error, Tx};

/// Saves a finished sign-in and what waits for it.
pub(crate) fn put_away(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<(), Error> {
    rows::save(tx, sign_in)?;
    transcript::reveal_sign_in(tx, &sign_in.id)?;
    jobs::cancel(tx, &super::EXPIRE, &sign_in.id)?;
    jobs::cancel(tx, &super::RUN, &sign_in.id)
}

/// Ends the sign-in of a contact that ends: no event, no branch.
pub fn abandon(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    let Some(id) = rows::unfinished(tx, contact)? else {
        return Ok(());
    };
    let Some(mut sign_in) = rows::lock(tx, &id)? else {
        return Ok(());
    };
    match sign_in.abandon() {
        Ok(()) => put_away(tx, &sign_in),
        Err(_) => Ok(()),
    }
}
