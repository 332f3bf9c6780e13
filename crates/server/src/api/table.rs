//! The table of operations that are built: every feature's lines in one list.

use super::Operation;

/// Every operation that is built.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    const FEATURES: &[&[Operation]] = &[
        crate::instances::OPERATIONS,
        crate::contacts::OPERATIONS,
        crate::contacts::PARTICIPANT_OPERATIONS,
        crate::flows::OPERATIONS,
        crate::authentication::OPERATIONS,
        crate::transcript::OPERATIONS,
        crate::profiles::OPERATIONS,
        crate::provider::OPERATIONS,
        crate::access::OPERATIONS,
    ];
    FEATURES.iter().copied().flatten()
}
