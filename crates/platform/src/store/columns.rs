//! Columns by name: the list of a record's columns stands once, and nobody counts them.

/// Declares which columns a record is read from, for [`Tx::find`](crate::store::Tx::find) and
/// [`Tx::list`](crate::store::Tx::list).
///
/// It declares the record with it, or is about one that stands elsewhere (`impl`). What a column
/// holds follows from the type of the member, see [`FromRow`](crate::store::FromRow). Where the
/// statements call a column otherwise, that follows (`kind = "type"`); a member that is a record
/// itself lists its columns there. `as Json` reads a document.
///
/// A macro is declared as well that writes the list: alone (`select_thing!(columns)`, for
/// `RETURNING`), or as the beginning of a query.
///
/// A statement that gives one column needs no record: `tx.find::<i64>("SELECT COUNT(*) …", …)`.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use signback_platform::params;
/// use signback_platform::store::{Error, Tx};
///
/// signback_platform::columns! {
///     /// A thing, as its row has it.
///     struct Thing as select_thing {
///         name: String,
///         note: Option<String> = "n.note",
///         tags: BTreeMap<String, String> as Json,
///     }
/// }
///
/// fn thing(tx: &mut Tx<'_>, name: &str) -> Result<Option<Thing>, Error> {
///     tx.find(
///         select_thing!("FROM things LEFT JOIN notes n ON n.thing = things.id WHERE name = $1"),
///         params![name],
///     )
/// }
/// ```
#[macro_export]
macro_rules! columns {
    (
        $(#[$attribute:meta])*
        $visible:vis struct $record:ident as $select:ident {
            $(
                $(#[$doc:meta])*
                $column:ident: $type:ty $(as $reader:ident)? $(= $text:literal)?
            ),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visible struct $record {
            $($(#[$doc])* $visible $column: $type,)+
        }

        $crate::columns! {
            impl $record as $select { $($column $(as $reader)? $(= $text)?),+ }
        }
    };
    (
        impl $record:ident as $select:ident {
            $first:ident $(as $first_reader:ident)? $(= $first_text:literal)?
            $(, $column:ident $(as $reader:ident)? $(= $text:literal)?)* $(,)?
        }
    ) => {
        $crate::columns! {
            impl $record { $first $(as $first_reader)? $(, $column $(as $reader)?)* }
        }

        macro_rules! $select {
            (columns) => {
                concat!(
                    $crate::column_text!($first $($first_text)?)
                    $(, ", ", $crate::column_text!($column $($text)?))*
                )
            };
            ($rest:literal) => {
                concat!("SELECT ", $select!(columns), " ", $rest)
            };
        }
    };
    (impl $record:ident { $($column:ident $(as $reader:ident)?),+ $(,)? }) => {
        impl $crate::store::FromRow for $record {
            fn read(cells: &mut $crate::store::Cells) -> Result<Self, $crate::store::Error> {
                $(let $column = $crate::read_column!(cells $($reader)?);)+
                Ok(Self {
                    $($column: $column.map_err(|_| $crate::store::Error::Corrupt {
                        what: concat!(stringify!($record), "'s ", stringify!($column)),
                    })?,)+
                })
            }
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

/// Reads a column, through a wrapper if one is named.
#[doc(hidden)]
#[macro_export]
macro_rules! read_column {
    ($cells:ident) => {
        $crate::store::FromRow::read($cells)
    };
    ($cells:ident Json) => {
        <$crate::store::Json<_> as $crate::store::FromRow>::read($cells).map(|json| json.0)
    };
}

#[cfg(test)]
mod tests {
    use crate::ids::Scope;
    use crate::store::{Error, Row, Value};

    columns! {
        /// A thing.
        #[derive(Debug, PartialEq)]
        struct Thing as select_thing {
            name: String,
            part: Option<Part> = "p.number, p.new",
            scope: Scope = "account, region",
            numbers: Vec<u8> as Json,
        }
    }

    columns! {
        #[derive(Debug, PartialEq)]
        struct Part as select_part {
            number: Option<i64>,
            is_new: bool = "new",
        }
    }

    fn row(part: [Value; 2], numbers: &str) -> Row {
        let text = |text: &str| Value::Text(text.to_owned());
        let [number, is_new] = part;
        let values = [
            text("one"),
            number,
            is_new,
            text("1"),
            text("r"),
            text(numbers),
        ];
        Row::new(values.to_vec())
    }

    fn thing(part: Option<Part>) -> Thing {
        Thing {
            name: "one".into(),
            part,
            scope: Scope {
                account: "1".into(),
                region: "r".into(),
            },
            numbers: vec![7],
        }
    }

    #[test]
    fn the_list_and_the_reading_have_one_order() {
        let list = "name, p.number, p.new, account, region, numbers";
        assert_eq!(select_thing!(columns), list);
        assert_eq!(select_part!("FROM parts"), "SELECT number, new FROM parts");
        let whole = row([Value::Integer(5), Value::Integer(1)], "[7]");
        let part = Part {
            number: Some(5),
            is_new: true,
        };
        assert_eq!(whole.read::<Thing>().unwrap(), thing(Some(part)));
    }

    #[test]
    fn a_record_whose_columns_are_all_null_is_none() {
        let without = row([Value::Null, Value::Null], "[7]");
        assert_eq!(without.read::<Thing>().unwrap(), thing(None));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let fault = |row: Row| match row.read::<Thing>() {
            Err(Error::Corrupt { what }) => what,
            other => panic!("{other:?}"),
        };
        let halved = row([Value::Integer(5), Value::Null], "[7]");
        assert_eq!(fault(halved), "Thing's part");
        let broken = row([Value::Null, Value::Null], "[7");
        assert_eq!(fault(broken), "Thing's numbers");
        assert_eq!(fault(Row::new(Vec::new())), "Thing's name");
    }

    #[test]
    fn a_row_with_more_columns_is_corrupt() {
        let row = Row::new(vec![Value::Integer(1), Value::Integer(1), Value::Null]);
        assert!(matches!(row.read::<Part>(), Err(Error::Corrupt { .. })));
    }
}
