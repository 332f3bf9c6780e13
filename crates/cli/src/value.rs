//! Values as the command line, its input documents and the service's answers hold them.
//!
//! The command being replaced shows values in many places, so a value keeps what JSON alone loses:
//! whether a number was written as an integer, integers of any size, byte strings and dates.

use indexmap::IndexMap;

/// A structure or map; members keep the order in which they came.
pub(crate) type Map = IndexMap<String, Value>;

/// What the name of a member begins with if it stands for a value that is no text, as YAML allows;
/// the rest is the value in Python's spelling. No text that people write begins with it.
pub(crate) const NO_TEXT: char = '\u{10fffe}';

/// Any value of an input or an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits in 64 bits.
    Int(i64),
    /// An integer that does not, as its decimal digits.
    BigInt(String),
    /// A number with a fraction or an exponent, and `NaN` and the infinities.
    Float(f64),
    /// Text.
    Str(String),
    /// A byte string: from `fileb://`, a decoded blob, or YAML's `!!binary`.
    Bytes(Vec<u8>),
    /// A calendar date or a date with a time, only ever read from YAML.
    Date(Date),
    /// A set, as YAML has them: nothing takes one, so only its spelling in messages is kept.
    Set(String),
    /// A list.
    List(Vec<Value>),
    /// A structure or map.
    Map(Map),
}

/// A date as YAML writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    /// Year, month and day.
    pub day: (i32, u8, u8),
    /// Hour, minute, second and microsecond, for a date with a time.
    pub time: Option<(u8, u8, u8, u32)>,
}

impl Value {
    /// The text, if this is text.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if this is a structure or map.
    pub(crate) fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The member of that name, if this is a map that has it.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_map()?.get(name)
    }

    /// The member of that name, if it is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// How many values there are in this one, long texts counted as several.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::size).sum::<usize>(),
            Self::Map(map) => 1 + map.values().map(Self::size).sum::<usize>(),
            Self::Str(text) => 1 + text.len() / 64,
            _ => 1,
        }
    }

    /// Whether this is `null`, `false`, zero, or empty.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(on) => !on,
            Self::Int(number) => *number == 0,
            Self::BigInt(_) | Self::Date(_) | Self::Set(_) => false,
            Self::Float(number) => *number == 0.0,
            Self::Str(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(map) => map.is_empty(),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text)
    }
}
