//! Columns by name: the list of a table's columns stands once, and nobody counts them.

/// Declares the columns that statements read of a table, each with what it holds.
///
/// Gives a struct with a member for each column, its `read`, and a macro with the columns' list for
/// the statements. What a column holds is the name of the [`Row`](crate::store::Row)'s function that
/// reads it. Where the statements call a column otherwise, that follows: `kind: text = "type"`.
///
/// ```
/// use signback_platform::store::{Error, Tx};
///
/// signback_platform::columns! {
///     /// A thing, as its row has it.
///     struct ThingRow as thing_columns {
///         name: text,
///         note: optional_text,
///     }
/// }
///
/// fn thing(tx: &mut Tx<'_>, name: &str) -> Result<Option<ThingRow>, Error> {
///     let row = tx.fetch_optional(
///         concat!("SELECT ", thing_columns!(), " FROM things WHERE name = $1"),
///         &[name.into()],
///     )?;
///     row.as_ref().map(ThingRow::read).transpose()
/// }
/// ```
#[macro_export]
macro_rules! columns {
    (
        $(#[$attribute:meta])*
        $visible:vis struct $row:ident as $list:ident {
            $first:ident: $first_holds:ident $(= $first_text:literal)?
            $(, $column:ident: $holds:ident $(= $text:literal)?)* $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visible struct $row {
            $visible $first: $crate::column!($first_holds),
            $($visible $column: $crate::column!($holds),)*
        }

        impl $row {
            /// Reads a row that has the columns of the list, and perhaps more after them.
            $visible fn read(row: &$crate::store::Row) -> Result<Self, $crate::store::Error> {
                let mut place = 0..;
                let mut next = || place.next().unwrap_or_default();
                Ok(Self {
                    $first: row.$first_holds(next())?,
                    $($column: row.$holds(next())?,)*
                })
            }
        }

        macro_rules! $list {
            () => {
                concat!(
                    $crate::column_text!($first $($first_text)?)
                    $(, ", ", $crate::column_text!($column $($text)?))*
                )
            };
        }
    };
}

/// How a column is called in statements.
#[doc(hidden)]
#[macro_export]
macro_rules! column_text {
    ($column:ident) => {
        stringify!($column)
    };
    ($column:ident $text:literal) => {
        $text
    };
}

/// What the function of a row gives that reads a column.
#[doc(hidden)]
#[macro_export]
macro_rules! column {
    (text) => { String };
    (optional_text) => { Option<String> };
    (integer) => { i64 };
    (optional_integer) => { Option<i64> };
    (bytes) => { Vec<u8> };
    (optional_bytes) => { Option<Vec<u8>> };
    (timestamp) => { $crate::clock::Timestamp };
    (optional_timestamp) => { Option<$crate::clock::Timestamp> };
    (flag) => { bool };
}

#[cfg(test)]
mod tests {
    use crate::store::{Error, Row, Value};

    columns! {
        /// A thing.
        #[derive(Debug, PartialEq)]
        struct ThingRow as thing_columns {
            name: text,
            number: optional_integer,
            is_new: flag = "t.new",
        }
    }

    #[test]
    fn the_list_and_the_reading_have_one_order() {
        assert_eq!(thing_columns!(), "name, number, t.new");
        let values = [
            Value::Text("one".into()),
            Value::Null,
            Value::Integer(1),
            Value::Text("further".into()),
        ];
        let read = ThingRow::read(&Row::new(values.to_vec())).unwrap();
        let expected = ThingRow {
            name: "one".into(),
            number: None,
            is_new: true,
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn a_row_with_fewer_columns_is_corrupt() {
        let row = Row::new(vec![Value::Text("one".into())]);
        assert!(matches!(ThingRow::read(&row), Err(Error::Corrupt { .. })));
    }
}
