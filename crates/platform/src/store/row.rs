//! What is read out of a row: each column as what it holds, and records of several columns.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Error;
use super::value::Value;
use crate::clock::Timestamp;
use crate::ids::Scope;

/// What a row, or some of its columns, is read as.
///
/// One column is read as itself: text, integers, flags, moments, bytes, identifiers, [`words!`]
/// and [`Json`]. Several are a record, which [`columns!`](crate::columns) declares by their names.
/// An `Option` is `None` where all its columns are NULL.
///
/// [`words!`]: crate::words
pub trait FromRow: Sized {
    /// Takes the columns that it is made of, all of them even where one is wrong.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] where a column holds something else.
    fn read(cells: &mut Cells) -> Result<Self, Error>;
}

/// The columns of a row that are yet to be read.
pub struct Cells {
    values: std::vec::IntoIter<Value>,
    /// How many columns were read that are not NULL.
    filled: usize,
    /// Whether more columns were asked for than there are.
    missing: bool,
}

/// One row of a result.
pub(super) struct Row {
    values: Vec<Value>,
}

impl Row {
    pub(super) const fn new(values: Vec<Value>) -> Self {
        Self { values }
    }

    /// Reads all the columns.
    pub(super) fn read<T: FromRow>(self) -> Result<T, Error> {
        let mut cells = Cells {
            values: self.values.into_iter(),
            filled: 0,
            missing: false,
        };
        let read = T::read(&mut cells)?;
        if cells.missing || cells.values.next().is_some() {
            return Err(Error::Corrupt {
                what: "row: it has other columns",
            });
        }
        Ok(read)
    }
}

impl Cells {
    fn next(&mut self) -> Value {
        let next = self.values.next();
        self.missing |= next.is_none();
        let value = next.unwrap_or(Value::Null);
        self.filled += usize::from(value != Value::Null);
        value
    }
}

macro_rules! read_values {
    ($($type:ty, $name:literal: $value:pat => $read:expr;)+) => {$(
        impl FromRow for $type {
            fn read(cells: &mut Cells) -> Result<Self, Error> {
                match cells.next() {
                    $value => Ok($read),
                    _ => Err(Error::Corrupt { what: $name }),
                }
            }
        }
    )+};
}

read_values! {
    String, "text column": Value::Text(text) => text;
    i64, "integer column": Value::Integer(integer) => integer;
    Vec<u8>, "bytes column": Value::Bytes(bytes) => bytes;
    Timestamp, "column of a moment": Value::Integer(millis) => Self::from_millis(millis);
    bool, "column of a flag": Value::Integer(number) => number != 0;
}

impl FromRow for u32 {
    fn read(cells: &mut Cells) -> Result<Self, Error> {
        Self::try_from(i64::read(cells)?).map_err(|_| Error::Corrupt {
            what: "integer column: it is negative or too large",
        })
    }
}

impl<T: FromRow> FromRow for Option<T> {
    fn read(cells: &mut Cells) -> Result<Self, Error> {
        let filled = cells.filled;
        let read = T::read(cells);
        if cells.filled == filled {
            return Ok(None);
        }
        read.map(Some)
    }
}

/// A JSON document as its column holds it.
///
/// # Panics
///
/// When a map in it has other keys than text; stored documents have none.
pub fn json<T: Serialize + ?Sized>(document: &T) -> String {
    serde_json::to_string(document).expect("stored documents are maps with text keys")
}

/// A column that holds a JSON document.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRow for Json<T> {
    fn read(cells: &mut Cells) -> Result<Self, Error> {
        serde_json::from_str(&String::read(cells)?)
            .map(Self)
            .map_err(|_| Error::Corrupt { what: "document" })
    }
}

crate::columns! {
    impl Scope { account, region }
}
