//! What a customer sees for the first time sets its clocks off.

use crate::authentication;
use signback_platform::ids::SignInId;
use signback_platform::store::{Error, Tx};

/// Starts the clocks of sign-ins whose announcements the customer is about to see.
pub(super) fn offer<'a>(
    tx: &mut Tx<'_>,
    announced: impl IntoIterator<Item = &'a SignInId>,
) -> Result<(), Error> {
    announced
        .into_iter()
        .try_for_each(|sign_in| authentication::offered(tx, sign_in))
}
