//! `GetAuthenticationUrl`: the customer's client asks where to sign in. If nobody can, the sign-in
//! ends at once and the flow goes on in error, rather than when the time limit is over.

use super::sign_in::{Ending, end};
use crate::Connect;
use crate::authentication::{
    AuthenticationUrl, GetAuthenticationUrl, NoUrl, Refused, authentication_url, invalid,
    participant_answer,
};
use signback_platform::answer::Answer;
use signback_platform::operation::{Call, Operation};
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[Operation::new(
    "connectparticipant",
    "GetAuthenticationUrl",
    wait!(get_authentication_url),
)];

async fn get_authentication_url(
    connect: &Connect,
    _call: &Call,
    input: GetAuthenticationUrl,
) -> Result<AuthenticationUrl, Answer> {
    match authentication_url(connect, input).await {
        Ok(url) => Ok(url),
        Err(NoUrl::RedirectUri(rule)) => Err(invalid(format!("RedirectUri {rule}"))),
        Err(NoUrl::Refused(refused)) => Err(participant_answer(refused)),
        Err(NoUrl::BreakOff(id, failure)) => {
            end(connect, &id, Ending::BreakOff(failure.clone())).await?;
            Err(participant_answer(Refused::NoSource(failure)))
        }
    }
}
