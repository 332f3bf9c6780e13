//! Accessor paths into a source object: `_source.name`, `_source.custom:tier`,
//! `_source.['custom:tier']`, `_source.list[0].name`.

use serde_json::Value;

/// Most steps a path may have.
const STEPS_MAX: usize = 32;

/// A path below some value, one step per member or array element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) steps: Vec<String>,
}

impl Path {
    /// Reads a path; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        let mut first = true;
        while !rest.is_empty() || first {
            let (step, after) =
                step(rest, first).ok_or_else(|| format!("`{text}` is not a path"))?;
            steps.push(step);
            rest = after;
            first = false;
        }
        if steps.len() > STEPS_MAX {
            return Err(format!("a path has at most {STEPS_MAX} steps"));
        }
        Ok(Self { steps })
    }

    /// The value that the path leads to from `from`.
    pub(crate) fn follow<'a>(&self, from: &'a Value) -> Option<&'a Value> {
        follow(&self.steps, from)
    }
}

/// The value that `steps` lead to from `from`.
pub(crate) fn follow<'a>(steps: &[String], from: &'a Value) -> Option<&'a Value> {
    steps.iter().try_fold(from, |value, step| match value {
        Value::Object(members) => members.get(step),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Takes one step off the front of `text`: its name and what follows.
fn step(text: &str, first: bool) -> Option<(String, &str)> {
    let (dotted, text) = match text.strip_prefix('.') {
        Some(rest) if !first => (true, rest),
        Some(_) => return None,
        None => (first, text),
    };
    if let Some(inside) = text.strip_prefix('[') {
        return bracketed(inside);
    }
    if !dotted {
        return None;
    }
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let name = &text[..end];
    // What else could stand in a name means something in templates, or belongs into brackets.
    let plain = !name.is_empty()
        && !name.contains(|c: char| c.is_whitespace() || "]{}'\"~!#%&*();,<=>|+^`/\\".contains(c));
    plain.then(|| (name.to_owned(), &text[end..]))
}

/// Reads a step in brackets, with or without quotes, after its opening bracket.
fn bracketed(inside: &str) -> Option<(String, &str)> {
    for quote in ['\'', '"'] {
        if let Some(quoted) = inside.strip_prefix(quote) {
            let (name, after) = quoted.split_once(quote)?;
            let after = after.strip_prefix(']')?;
            return (!name.is_empty()).then(|| (name.to_owned(), after));
        }
    }
    let (name, after) = inside.split_once(']')?;
    (!name.is_empty() && !name.contains('[')).then(|| (name.to_owned(), after))
}

/// A value as the text of a field: numbers and booleans become their JSON text; what is missing
/// or has members of its own is empty.
pub(crate) fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(scalar @ (Value::Number(_) | Value::Bool(_))) => scalar.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn names_with_colons_and_dots_are_reached() {
        let object =
            json!({"_source": {"custom:tier": "gold", "a.b": 1, "list": [{"x": true}], "o": {}}});
        for (path, text) in [
            ("_source.custom:tier", "gold"),
            ("_source.['custom:tier']", "gold"),
            ("_source['custom:tier']", "gold"),
            ("_source.[custom:tier]", "gold"),
            ("_source[\"a.b\"]", "1"),
            ("_source.list[0].x", "true"),
            ("_source.list.0.x", "true"),
            ("_source.list", ""),
            ("_source.o", ""),
            ("_source.missing.deeper", ""),
        ] {
            assert_eq!(
                text_of(Path::parse(path).unwrap().follow(&object)),
                text,
                "{path}"
            );
        }
    }

    #[test]
    fn malformed_paths_are_refused() {
        for path in [
            "", ".", "a.", "a..b", ".a", "a[", "a[]", "a['b]", "a b", "a]b", "a[0]b",
        ] {
            assert!(Path::parse(path).is_err(), "{path}");
        }
        assert!(Path::parse(&vec!["a"; 33].join(".")).is_err());
    }

    proptest! {
        #[test]
        fn any_name_is_reached_in_brackets(name in "[^'\\[\\]]{1,20}") {
            let object = json!({"_source": {name.clone(): "found"}});
            let path = Path::parse(&format!("_source.['{name}']")).unwrap();
            prop_assert_eq!(text_of(path.follow(&object)), "found");
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
            let _ = Path::parse(&text);
        }
    }
}
