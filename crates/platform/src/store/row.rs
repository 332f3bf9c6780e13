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

/// One row of a result; columns count from 0.
pub struct Row {
    values: Vec<Value>,
}

impl Row {
    pub(super) const fn new(values: Vec<Value>) -> Self {
        Self { values }
    }

    /// Reads all the columns.
    pub(crate) fn read<T: FromRow>(self) -> Result<T, Error> {
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

    /// The text in a column.
    pub fn text(&self, column: usize) -> Result<String, Error> {
        self.optional_text(column)?.ok_or(Error::Corrupt {
            what: "text column: it is NULL",
        })
    }

    /// The text in a column, unless it is NULL.
    pub fn optional_text(&self, column: usize) -> Result<Option<String>, Error> {
        match self.value(column)? {
            Value::Text(text) => Ok(Some(text.clone())),
            Value::Null => Ok(None),
            _ => Err(Error::Corrupt {
                what: "text column: it holds another type",
            }),
        }
    }

    /// The integer in a column.
    pub fn integer(&self, column: usize) -> Result<i64, Error> {
        self.optional_integer(column)?.ok_or(Error::Corrupt {
            what: "integer column: it is NULL",
        })
    }

    /// The integer in a column, unless it is NULL.
    pub fn optional_integer(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.value(column)? {
            Value::Integer(integer) => Ok(Some(*integer)),
            Value::Null => Ok(None),
            _ => Err(Error::Corrupt {
                what: "integer column: it holds another type",
            }),
        }
    }

    /// The bytes in a column.
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        self.optional_bytes(column)?.ok_or(Error::Corrupt {
            what: "bytes column: it is NULL",
        })
    }

    /// The bytes in a column, unless it is NULL.
    pub fn optional_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, Error> {
        match self.value(column)? {
            Value::Bytes(bytes) => Ok(Some(bytes.clone())),
            Value::Null => Ok(None),
            _ => Err(Error::Corrupt {
                what: "bytes column: it holds another type",
            }),
        }
    }

    /// The moment in a column of milliseconds.
    pub fn timestamp(&self, column: usize) -> Result<Timestamp, Error> {
        self.integer(column).map(Timestamp::from_millis)
    }

    /// The moment in a column of milliseconds, unless it is NULL.
    pub fn optional_timestamp(&self, column: usize) -> Result<Option<Timestamp>, Error> {
        Ok(self.optional_integer(column)?.map(Timestamp::from_millis))
    }

    /// Whether a column holds a number other than 0, or a true comparison.
    pub fn flag(&self, column: usize) -> Result<bool, Error> {
        self.integer(column).map(|number| number != 0)
    }

    fn value(&self, column: usize) -> Result<&Value, Error> {
        self.values.get(column).ok_or(Error::Corrupt {
            what: "column: the row has fewer",
        })
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
