//! What goes into a statement and what comes out: text, integers and bytes, each perhaps absent.

use super::{Cells, Error, FromRow};
use crate::clock::Timestamp;
use crate::ids::{ContactId, FlowId, InstanceId, ItemId, ParticipantId, ProfileId, SignInId};

/// A parameter of a statement. An absent one still has a type, since PostgreSQL wants one.
#[derive(Clone, Copy)]
pub enum Param<'a> {
    /// Text.
    Text(&'a str),
    /// Text or NULL.
    OptionalText(Option<&'a str>),
    /// A 64-bit integer; times are milliseconds, flags 0 and 1.
    Integer(i64),
    /// A 64-bit integer or NULL.
    OptionalInteger(Option<i64>),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Bytes or NULL.
    OptionalBytes(Option<&'a [u8]>),
}

/// Hides the value: a driver's own logging prints parameters.
impl std::fmt::Debug for Param<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Param(hidden)")
    }
}

impl Param<'_> {
    /// Whether it is text with a NUL character, which PostgreSQL cannot hold.
    pub(super) fn holds_nul(&self) -> bool {
        match self {
            Self::Text(text) | Self::OptionalText(Some(text)) => text.contains('\0'),
            _ => false,
        }
    }
}

macro_rules! params_from {
    ($($type:ty, $value:ident => $param:expr;)+) => {$(
        impl<'a> From<$type> for Param<'a> {
            fn from($value: $type) -> Self {
                $param
            }
        }
    )+};
}

params_from! {
    &'a str, value => Self::Text(value);
    &'a String, value => Self::Text(value);
    Option<&'a str>, value => Self::OptionalText(value);
    Option<&'a String>, value => Self::OptionalText(value.map(String::as_str));
    &'a Option<String>, value => Self::OptionalText(value.as_deref());
    i64, value => Self::Integer(value);
    i32, value => Self::Integer(value.into());
    u32, value => Self::Integer(value.into());
    Option<i64>, value => Self::OptionalInteger(value);
    bool, value => Self::Integer(value.into());
    Timestamp, value => Self::Integer(value.millis());
    Option<Timestamp>, value => Self::OptionalInteger(value.map(Timestamp::millis));
    &'a [u8], value => Self::Bytes(value);
    &'a Vec<u8>, value => Self::Bytes(value);
    Option<&'a [u8]>, value => Self::OptionalBytes(value);
    Option<&'a Vec<u8>>, value => Self::OptionalBytes(value.map(Vec::as_slice));
    &'a Option<Vec<u8>>, value => Self::OptionalBytes(value.as_deref());
}

impl<'a, const LENGTH: usize> From<&'a [u8; LENGTH]> for Param<'a> {
    fn from(value: &'a [u8; LENGTH]) -> Self {
        Self::Bytes(value)
    }
}

/// Identifiers in parameters and in columns.
macro_rules! ids {
    ($($id:ident),+) => {$(
        impl<'a> From<&'a $id> for Param<'a> {
            fn from(id: &'a $id) -> Self {
                Self::Text(id.as_str())
            }
        }

        impl<'a> From<Option<&'a $id>> for Param<'a> {
            fn from(id: Option<&'a $id>) -> Self {
                Self::OptionalText(id.map($id::as_str))
            }
        }

        impl FromRow for $id {
            fn read(cells: &mut Cells) -> Result<Self, Error> {
                String::read(cells).map(Self::new)
            }
        }
    )+};
}

ids!(
    ContactId,
    FlowId,
    InstanceId,
    ItemId,
    ParticipantId,
    ProfileId,
    SignInId
);

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}
