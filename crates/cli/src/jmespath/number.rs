//! Numbers as Python has them: integers of any size, and floating-point ones.

use std::cmp::Ordering;

use crate::python;
use crate::value::Value;

/// A number to reckon with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    /// An integer.
    Int(i128),
    /// Any other number, and integers beyond reckoning.
    Float(f64),
}

impl Number {
    /// The value as a number; a truth value is none.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(Self::Int(i128::from(*number))),
            Value::BigInt(digits) => Some(match digits.parse() {
                Ok(number) => Self::Int(number),
                Err(_) => Self::Float(digits.parse().unwrap_or(f64::NAN)),
            }),
            Value::Float(number) => Some(Self::Float(*number)),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "Python rounds here too")]
    pub(super) fn to_float(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Float(number) => number,
        }
    }

    pub(super) fn value(self) -> Value {
        match self {
            Self::Int(number) => {
                i64::try_from(number).map_or_else(|_| Value::BigInt(number.to_string()), Value::Int)
            }
            Self::Float(number) => Value::Float(number),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        if let (Self::Int(one), Self::Int(two)) = (self, other)
            && let Some(sum) = one.checked_add(two)
        {
            return Self::Int(sum);
        }
        Self::Float(self.to_float() + other.to_float())
    }

    pub(super) fn absolute(self) -> Self {
        match self {
            Self::Int(number) => Self::Int(number.saturating_abs()),
            Self::Float(number) => Self::Float(number.abs()),
        }
    }

    /// The nearest integer in a direction.
    pub(super) fn rounded(self, round: fn(f64) -> f64) -> Result<Value, String> {
        match self {
            Self::Int(_) => Ok(self.value()),
            Self::Float(number) => python::truncated(round(number)),
        }
    }

    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(one), Self::Int(two)) => Some(one.cmp(&two)),
            _ => self.to_float().partial_cmp(&other.to_float()),
        }
    }
}
