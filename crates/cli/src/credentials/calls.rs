//! Calls that are ready to be made: the order in which their settings are missed is the original's.

use signback_wire::Service;

use super::{instance, sso_session};
use crate::call::keys::Signer;
use crate::call::{Caller, endpoint};
use crate::failure::Failure;
use crate::session::Session;
use crate::value::{Map, Value};

/// Prepares calls that are signed by whom the function finds.
///
/// # Errors
/// The first setting that is missing or wrong.
pub(crate) fn prepared<'a>(
    session: &'a Session,
    service: &'a Service,
    signer: impl FnOnce() -> Result<Signer<'a>, Failure>,
) -> Result<Caller<'a>, Failure> {
    // A region that is none is told before a profile that there is not.
    let region = endpoint::region(session)?;
    session.profile()?;
    // The machine's region is asked for before its keys, but missed only after them.
    let region = match region {
        Some(region) => Some(region.to_owned()),
        None => instance::instance_region(session)?,
    };
    let signer = signer()?;
    sso_session::check(session)?;
    let region = region.ok_or_else(endpoint::no_region)?;
    Caller::new(session, service, &region, signer)
}

/// Makes one call that a source of keys needs, in circumstances of its own.
///
/// # Errors
/// A setting that is missing or wrong, or a call that fails.
pub(crate) fn call<'n>(
    session: &Session,
    service: &Service,
    operation: &str,
    signer: Signer<'_>,
    parameters: impl IntoIterator<Item = (&'n str, Value)>,
) -> Result<Map, Failure> {
    let operation = service
        .operation(operation)
        .expect("the model has the operation");
    let owned = |(name, value): (&str, Value)| (name.to_owned(), value);
    prepared(session, service, || Ok(signer))?
        .call(operation, parameters.into_iter().map(owned).collect())
}
