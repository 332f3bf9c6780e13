//! References into a contact's data, `$.Attributes.plan`, and texts that contain them.

use std::borrow::Cow;

use serde_json::Value;

use super::budget::{Budget, Overlong};

/// The first names that a reference inside a longer text may have. Anything else after a dollar
/// sign is text, so that "costs $.50" stays what it says.
const ROOTS: &[&str] = &[
    "Attributes",
    "AwsRegion",
    "Case",
    "Channel",
    "ContactId",
    "Customer",
    "CustomerEndpoint",
    "CustomerId",
    "DataTables",
    "Description",
    "External",
    "FlowAttributes",
    "InitialContactId",
    "InitiationMethod",
    "InstanceARN",
    "LambdaInvocation",
    "LanguageCode",
    "Lex",
    "Loop",
    "Media",
    "Metrics",
    "Modules",
    "Name",
    "PreviousContactId",
    "Queue",
    "References",
    "SegmentAttributes",
    "StoredCustomerInput",
    "SystemEndpoint",
    "Tags",
    "Views",
];

/// How many names a reference may have: data is never nested deeper.
const NAMES_MAX: usize = 16;

/// What references are looked up in.
pub trait Data {
    /// The value under the first name of a reference.
    fn root(&self, name: &str) -> Option<&Value>;
}

/// A reference to one value, for example `$.SegmentAttributes['connect:Subtype']`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    names: Vec<String>,
}

impl Reference {
    /// Reads a text that is one reference and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (reference, rest) =
            Self::scan(text, |character| !matches!(character, '.' | '[' | '$'))?;
        rest.is_empty().then_some(reference)
    }

    /// Reads a reference at the start of a longer text and gives what follows it.
    fn parse_prefix(text: &str) -> Option<(Self, &str)> {
        let (reference, rest) = Self::scan(text, |character| {
            character.is_alphanumeric() || matches!(character, '_' | '-' | ':')
        })?;
        ROOTS
            .contains(&reference.names[0].as_str())
            .then_some((reference, rest))
    }

    fn scan(text: &str, is_in_name: impl Fn(char) -> bool) -> Option<(Self, &str)> {
        let mut rest = text.strip_prefix('$')?;
        let mut names = Vec::new();
        while let Some((name, after)) = quoted_name(rest).or_else(|| plain_name(rest, &is_in_name))
        {
            names.push(name.to_owned());
            rest = after;
            if names.len() > NAMES_MAX {
                return None;
            }
        }
        (!names.is_empty()).then_some((Self { names }, rest))
    }

    /// The value as text; `None` when there is none, or when it is a list or an object.
    #[must_use]
    pub fn resolve<'d>(&self, data: &'d dyn Data) -> Option<Cow<'d, str>> {
        let (first, others) = self.names.split_first()?;
        let mut value = data.root(first)?;
        for name in others {
            value = match value {
                Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
                other => other.get(name)?,
            };
        }
        match value {
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(true) => Some(Cow::Borrowed("true")),
            Value::Bool(false) => Some(Cow::Borrowed("false")),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// `.['name']`, `['name']`, `["name"]` or `[0]` at the start of `text`.
fn quoted_name(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix(".[").or_else(|| text.strip_prefix('['))?;
    for quote in ['\'', '"'] {
        if let Some(name) = inside.strip_prefix(quote) {
            let (name, after) = name.split_once(quote)?;
            return Some((name, after.strip_prefix(']')?)).filter(|_| !name.is_empty());
        }
    }
    // Not to the next bracket: a text of nothing but openings would be walked once for each.
    let digits = inside
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(inside.len());
    let (index, after) = inside.split_at(digits);
    Some((index, after.strip_prefix(']')?)).filter(|_| !index.is_empty())
}

/// `.name` at the start of `text`.
fn plain_name(text: &str, is_in_name: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    let name = text.strip_prefix('.')?;
    let end = name
        .find(|character| !is_in_name(character))
        .unwrap_or(name.len());
    // A colon at the end belongs to the sentence: "Plan $.Attributes.plan: active".
    let end = name[..end].trim_end_matches([':', '-']).len();
    (end > 0).then(|| name.split_at(end))
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Reference(Reference),
}

/// A text in which references stand for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    parts: Vec<Part>,
}

impl Text {
    /// Takes a text apart; every text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if let Some(reference) = Reference::parse(text) {
            return Self {
                parts: vec![Part::Reference(reference)],
            };
        }
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(dollar) = rest.find('$') {
            literal.push_str(&rest[..dollar]);
            rest = &rest[dollar..];
            if let Some((reference, after)) = Reference::parse_prefix(rest) {
                parts.push(Part::Literal(std::mem::take(&mut literal)));
                parts.push(Part::Reference(reference));
                rest = after;
            } else {
                literal.push('$');
                rest = &rest[1..];
            }
        }
        literal.push_str(rest);
        parts.push(Part::Literal(literal));
        Self { parts }
    }

    /// How many references it has.
    #[must_use]
    pub fn references(&self) -> usize {
        let is_reference = |part: &&Part| matches!(part, Part::Reference(_));
        self.parts.iter().filter(is_reference).count()
    }

    /// The text with values in place of references; what has no value leaves nothing. Nothing longer
    /// than `bytes_max`, or than what the budget has left, is ever built.
    ///
    /// # Errors
    ///
    /// Exactly where it would be longer.
    pub fn fill(
        &self,
        data: &dyn Data,
        bytes_max: usize,
        budget: &mut Budget,
    ) -> Result<String, Overlong> {
        let mut filled = String::new();
        for part in &self.parts {
            let piece = match part {
                Part::Literal(text) => Cow::Borrowed(text.as_str()),
                Part::Reference(reference) => {
                    budget.resolve()?;
                    reference.resolve(data).unwrap_or_default()
                }
            };
            if filled.len() + piece.len() > bytes_max {
                return Err(Overlong::Text);
            }
            budget.fill(piece.len())?;
            filled.push_str(&piece);
        }
        Ok(filled)
    }

    /// The text to compare with: one without references is not built anew.
    ///
    /// # Errors
    ///
    /// Where it would be longer than the budget has left.
    pub fn operand(&self, data: &dyn Data, budget: &mut Budget) -> Result<Cow<'_, str>, Overlong> {
        match &self.parts[..] {
            [Part::Literal(text)] => Ok(Cow::Borrowed(text)),
            _ => self.fill(data, usize::MAX, budget).map(Cow::Owned),
        }
    }
}

/// A whole number that is written down or comes from the contact's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Written in the flow.
    Fixed(u32),
    /// Looked up when the action runs.
    Reference(Reference),
}

impl Amount {
    /// The number, if there is one.
    #[must_use]
    pub fn value(&self, data: &dyn Data) -> Option<u32> {
        match self {
            Self::Fixed(number) => Some(*number),
            Self::Reference(reference) => reference.resolve(data)?.trim().parse().ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    struct Document(Value);

    impl Data for Document {
        fn root(&self, name: &str) -> Option<&Value> {
            self.0.get(name)
        }
    }

    fn data() -> Document {
        Document(json!({
            "ContactId": "c-1",
            "Attributes": {"plan": "gold", "key with space": "spaced", "a:b": "colon"},
            "SegmentAttributes": {"connect:CustomerAuthentication": {"Status": "AUTHENTICATED"}},
            "External": {"count": 3, "ok": true, "list": ["x", "y"]},
        }))
    }

    fn filled_in(text: &str) -> String {
        let mut budget = Budget::default();
        Text::parse(text)
            .fill(&data(), usize::MAX, &mut budget)
            .unwrap()
    }

    #[test]
    fn references_find_their_values() {
        for (text, value) in [
            ("$.ContactId", Some("c-1")),
            ("$.Attributes.plan", Some("gold")),
            ("$.Attributes.['key with space']", Some("spaced")),
            ("$.Attributes['key with space']", Some("spaced")),
            ("$.Attributes.key with space", Some("spaced")),
            ("$.Attributes[\"plan\"]", Some("gold")),
            ("$['Attributes']['a:b']", Some("colon")),
            (
                "$.SegmentAttributes['connect:CustomerAuthentication']['Status']",
                Some("AUTHENTICATED"),
            ),
            ("$.External.count", Some("3")),
            ("$.External.ok", Some("true")),
            ("$.External.list[1]", Some("y")),
            ("$.External.list", None),
            ("$.External.list[7]", None),
            ("$.Attributes.absent", None),
            ("$.Attributes.plan.deeper", None),
            ("$.Nothing", None),
        ] {
            let reference =
                Reference::parse(text).unwrap_or_else(|| panic!("{text} is a reference"));
            assert_eq!(reference.resolve(&data()).as_deref(), value, "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_references() {
        for text in [
            "",
            "$",
            "$.",
            "plan",
            " $.ContactId",
            "$.Attributes.",
            "$.Attributes['x",
            "$[]",
            "$['']",
            "$.a$.b",
        ] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }

    #[test]
    fn texts_take_values_in() {
        for (text, filled) in [
            ("You have $.Attributes.plan.", "You have gold."),
            ("$.Attributes.plan: $.ContactId!", "gold: c-1!"),
            ("$.Attributes['plan']$.Attributes['plan']", "goldgold"),
            ("nothing: <$.Attributes.absent>", "nothing: <>"),
            ("costs $.50 or $5 or $", "costs $.50 or $5 or $"),
            ("$.Attributes.plan", "gold"),
            ("", ""),
            ("plain", "plain"),
        ] {
            assert_eq!(filled_in(text), filled, "{text}");
        }
    }

    #[test]
    fn a_text_that_would_be_too_long_is_not_built() {
        let text = Text::parse("plan $.Attributes.plan, plan $.Attributes.plan");
        for (bytes_max, bytes) in [(20, None), (19, Some(16)), (15, Some(9)), (8, Some(5))] {
            let mut budget = Budget::default();
            let filled = text.fill(&data(), bytes_max, &mut budget);
            let Some(bytes) = bytes else {
                assert_eq!(filled.as_deref(), Ok("plan gold, plan gold"));
                continue;
            };
            assert_eq!(filled, Err(Overlong::Text));
            assert_eq!(budget.spent().bytes, bytes);
        }
    }

    #[test]
    fn openings_without_end_are_walked_once() {
        // Some hundred thousand of them, each walked to the end, would take minutes here.
        let text = "$[".repeat(128_000);
        assert_eq!(Text::parse(&text).references(), 0);
        assert_eq!(Text::parse(&"$['".repeat(85_000)).references(), 0);
    }

    proptest! {
        #[test]
        fn any_text_can_be_filled(text in ".{0,80}") {
            let filled = filled_in(&text);
            prop_assert!(Reference::parse(&text).is_none() || filled.is_empty());
        }

        #[test]
        fn text_without_a_dollar_sign_stays_as_it_is(text in "[^$]{0,80}") {
            prop_assert_eq!(filled_in(&text), text);
        }
    }
}
