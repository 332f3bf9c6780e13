//! Connect instances and what is associated with them.

mod api;

pub(crate) use api::OPERATIONS;

use crate::ids::{InstanceId, Scope};
use crate::store::{Error, Tx};

/// A Connect instance.
#[derive(Clone, Debug)]
pub struct Instance {}

/// An instance of an account and region.
pub fn by_id(
    _tx: &mut Tx<'_>,
    _scope: &Scope,
    _id: &InstanceId,
) -> Result<Option<Instance>, Error> {
    Ok(None)
}

/// Whether something is associated with an instance.
pub fn is_associated(
    _tx: &mut Tx<'_>,
    _id: &InstanceId,
    _integration_type: &str,
    _arn: &str,
) -> Result<bool, Error> {
    Ok(false)
}
