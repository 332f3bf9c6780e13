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

/// What a statement can take as a parameter; [`params!`](crate::params) asks for it.
pub trait Bind {
    /// The parameter where there is nothing: NULL, and still of a type.
    const NULL: Param<'static>;

    /// The parameter.
    fn bind(&self) -> Param<'_>;
}

impl<T: Bind + ?Sized> Bind for &T {
    const NULL: Param<'static> = T::NULL;

    fn bind(&self) -> Param<'_> {
        T::bind(self)
    }
}

impl<T: Bind> Bind for Option<T> {
    const NULL: Param<'static> = T::NULL;

    fn bind(&self) -> Param<'_> {
        self.as_ref().map_or(T::NULL, T::bind)
    }
}

impl<const LENGTH: usize> Bind for [u8; LENGTH] {
    const NULL: Param<'static> = Param::OptionalBytes(None);

    fn bind(&self) -> Param<'_> {
        Param::Bytes(self)
    }
}

macro_rules! binds {
    ($($type:ty: $null:ident, $value:ident => $param:expr;)+) => {$(
        impl Bind for $type {
            const NULL: Param<'static> = Param::$null(None);

            fn bind(&self) -> Param<'_> {
                let $value = self;
                $param
            }
        }
    )+};
}

binds! {
    str: OptionalText, text => Param::Text(text);
    String: OptionalText, text => Param::Text(text);
    i64: OptionalInteger, number => Param::Integer(*number);
    i32: OptionalInteger, number => Param::Integer(i64::from(*number));
    u32: OptionalInteger, number => Param::Integer(i64::from(*number));
    bool: OptionalInteger, flag => Param::Integer(i64::from(*flag));
    Timestamp: OptionalInteger, moment => Param::Integer(moment.millis());
    [u8]: OptionalBytes, bytes => Param::Bytes(bytes);
    Vec<u8>: OptionalBytes, bytes => Param::Bytes(bytes);
}

/// The parameters of a statement, in the order of their numbers: text, integers, moments, flags,
/// bytes, identifiers, [`words!`](crate::words) and [`json`](crate::store::json), or an `Option`
/// of one.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::store::Bind::bind(&$value)),*]
    };
}

/// Identifiers in parameters and in columns.
macro_rules! ids {
    ($($id:ident),+) => {$(
        impl Bind for $id {
            const NULL: Param<'static> = Param::OptionalText(None);

            fn bind(&self) -> Param<'_> {
                Param::Text(self.as_str())
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
