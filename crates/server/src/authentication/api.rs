//! The operations.

use crate::api::Operation;

pub(crate) const OPERATIONS: &[Operation] = &[];
