//! The moment at which a client first sees that a sign-in begins.

use super::rows;
use signback_platform::ids::SignInId;
use signback_platform::jobs;
use signback_platform::store::{Error, Tx};

/// Starts the clocks of a sign-in when a client sees its event for the first time.
pub fn offered(tx: &mut Tx<'_>, id: &SignInId) -> Result<(), Error> {
    let Some(mut sign_in) = rows::lock(tx, id)? else {
        return Ok(());
    };
    let now = tx.now();
    if let Some(expires_at) = sign_in.offer(now) {
        rows::save(tx, &sign_in)?;
        jobs::schedule(tx, &super::EXPIRE, id, expires_at)?;
    }
    Ok(())
}
