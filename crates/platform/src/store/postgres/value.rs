//! Parameters, rows and errors, between the store's types and PostgreSQL's.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::Statement;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::value::Value;
use crate::store::{Error, Param, Row};

type Fault = Box<dyn StdError + Sync + Send>;

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match *self {
            Self::Text(text) | Self::OptionalText(Some(text)) if is_text(ty) => {
                text.to_sql(ty, out)
            }
            Self::Integer(integer) | Self::OptionalInteger(Some(integer)) => match *ty {
                Type::INT8 => integer.to_sql(ty, out),
                Type::INT4 => i32::try_from(integer)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(integer)?.to_sql(ty, out),
                _ => Err(mismatch("an integer", ty)),
            },
            Self::Bytes(bytes) | Self::OptionalBytes(Some(bytes)) if *ty == Type::BYTEA => {
                bytes.to_sql(ty, out)
            }
            Self::OptionalText(None) if is_text(ty) => Ok(IsNull::Yes),
            Self::OptionalInteger(None) if is_integer(ty) => Ok(IsNull::Yes),
            Self::OptionalBytes(None) if *ty == Type::BYTEA => Ok(IsNull::Yes),
            Self::Text(_) | Self::OptionalText(_) => Err(mismatch("text", ty)),
            Self::OptionalInteger(_) => Err(mismatch("an integer", ty)),
            Self::Bytes(_) | Self::OptionalBytes(_) => Err(mismatch("bytes", ty)),
        }
    }

    fn accepts(_: &Type) -> bool {
        // The check needs the value: `to_sql` makes it.
        true
    }

    to_sql_checked!();
}

fn mismatch(given: &str, ty: &Type) -> Fault {
    format!("{given} was given for a parameter of type {ty}").into()
}

fn is_text(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN
    )
}

fn is_integer(ty: &Type) -> bool {
    matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2)
}

/// A parameter in the wire's form, for statements that are sent before they are waited for.
#[derive(Debug)]
pub(super) struct Encoded(Option<BytesMut>);

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Fault> {
        match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Encodes parameters for a statement.
pub(super) fn own(statement: &Statement, params: &[Param<'_>]) -> Result<Vec<Encoded>, Error> {
    let encode = |(param, ty): (&Param<'_>, &Type)| {
        let mut bytes = BytesMut::new();
        match param.to_sql(ty, &mut bytes) {
            Ok(IsNull::No) => Ok(Encoded(Some(bytes))),
            Ok(IsNull::Yes) => Ok(Encoded(None)),
            Err(error) => Err(Error::statement(error.to_string())),
        }
    };
    params.iter().zip(statement.params()).map(encode).collect()
}

/// Refuses a wrong number of parameters, on which the driver would panic.
pub(super) fn check(sql: &str, statement: &Statement, params: &[Param<'_>]) -> Result<(), Error> {
    let wanted = statement.params().len();
    if wanted != params.len() {
        return Err(Error::statement(format!(
            "{} parameters given for {wanted}: {sql}",
            params.len()
        )));
    }
    Ok(())
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Fault> {
        Ok(match *ty {
            Type::INT8 => Self::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Self::Integer(i16::from_sql(ty, raw)?.into()),
            Type::BOOL => Self::Integer(bool::from_sql(ty, raw)?.into()),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            _ => Self::Text(String::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Fault> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        is_text(ty) || is_integer(ty) || matches!(*ty, Type::BOOL | Type::BYTEA)
    }
}

pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row, Error> {
    (0..row.len())
        .map(|column| row.try_get(column).map_err(|error| translate(&error)))
        .collect::<Result<_, _>>()
        .map(Row::new)
}

/// The database's message without its details, which may quote rows.
#[derive(Debug, thiserror::Error)]
#[error("{message} (SQLSTATE {code}{})", constraint.as_ref().map(|c| format!(", constraint {c}")).unwrap_or_default())]
struct Refused {
    message: String,
    code: String,
    constraint: Option<String>,
}

/// What went wrong, without values.
pub(super) fn without_values(
    error: &tokio_postgres::Error,
) -> impl StdError + Send + Sync + 'static {
    match error.as_db_error() {
        Some(refused) => Refused {
            message: refused.message().to_owned(),
            code: refused.code().code().to_owned(),
            constraint: refused.constraint().map(str::to_owned),
        },
        None => Refused {
            message: match error.source() {
                Some(source) => format!("{error}: {source}"),
                None => error.to_string(),
            },
            code: "none".to_owned(),
            constraint: None,
        },
    }
}

pub(super) fn unreachable(error: &tokio_postgres::Error) -> Error {
    Error::unavailable(without_values(error))
}

/// A statement's columns changed after it was prepared: another process brought a new schema.
pub(super) fn is_stale_statement(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|refused| {
        *refused.code() == SqlState::FEATURE_NOT_SUPPORTED
            && refused.message().contains("cached plan")
    })
}

/// What an error means for the transaction.
pub(super) fn translate(error: &tokio_postgres::Error) -> Error {
    let Some(refused) = error.as_db_error() else {
        let is_lost = error.is_closed()
            || error
                .source()
                .is_some_and(<dyn StdError>::is::<std::io::Error>);
        return if is_lost {
            unreachable(error)
        } else {
            Error::database(without_values(error))
        };
    };
    let code = refused.code();
    if [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::IN_FAILED_SQL_TRANSACTION,
    ]
    .contains(code)
    {
        return Error::Conflict;
    }
    // Connection exceptions, insufficient resources, operator intervention, system errors; a
    // cancelled statement ran too long, which trying again does not help.
    let class = code.code().get(..2).unwrap_or_default();
    if ["08", "53", "57", "58"].contains(&class) && *code != SqlState::QUERY_CANCELED {
        return unreachable(error);
    }
    Error::database(without_values(error))
}
