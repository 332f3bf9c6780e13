//! JSON objects from strangers: no member may stand twice.
//!
//! Parsers differ in which of two equal members they keep, so a token with such a pair can mean
//! one thing to the issuer and another to the reader (RFC 8725 §2.4, RFC 7519 §4).

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text is not an acceptable JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Malformed {
    NotAnObject,
    DuplicateMember,
}

/// Parses one JSON object; members that stand twice, at any depth, are refused.
#[must_use]
pub fn strict_object(bytes: &[u8]) -> Option<Map<String, Value>> {
    object(bytes).ok()
}

/// Parses one JSON object; members that stand twice, at any depth, are refused.
pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, Malformed> {
    let mut duplicate = false;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict {
        duplicate: &mut duplicate,
    }
    .deserialize(&mut reader);
    match value {
        Ok(Value::Object(members)) if reader.end().is_ok() => Ok(members),
        Err(_) if duplicate => Err(Malformed::DuplicateMember),
        _ => Err(Malformed::NotAnObject),
    }
}

struct Strict<'a> {
    duplicate: &'a mut bool,
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(Strict {
            duplicate: self.duplicate,
        })? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(Strict {
                duplicate: self.duplicate,
            })?;
            if members.insert(name, value).is_some() {
                *self.duplicate = true;
                return Err(de::Error::custom("a member stands twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_stand_twice_are_refused_at_any_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"\u0062":2}]}"#,
        ] {
            assert_eq!(
                object(text.as_bytes()),
                Err(Malformed::DuplicateMember),
                "{text}"
            );
        }
    }

    #[test]
    fn only_one_whole_object_is_accepted() {
        for text in ["", "[]", "1", "null", "{} {}", "{}x", "{", "\u{feff}{}"] {
            assert_eq!(
                object(text.as_bytes()),
                Err(Malformed::NotAnObject),
                "{text}"
            );
        }
        assert_eq!(
            object(b" {\"a\":[1,-2,1.5,true,null,\"x\"]} ")
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn deep_nesting_is_refused_and_does_not_overflow() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(object(deep.as_bytes()), Err(Malformed::NotAnObject));
    }
}
