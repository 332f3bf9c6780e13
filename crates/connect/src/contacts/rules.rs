//! What a chat may be started with and what may be said in it: pure rules. A problem is a
//! sentence that names the member.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The most that all of a contact's attributes may hold, names and values together, in UTF-8.
pub(crate) const ATTRIBUTES_BYTES_MAX: usize = 32_768;
/// The duration of a chat that is started without one.
pub(crate) const DURATION_MINUTES_DEFAULT: i64 = 25 * 60;
/// The content type that every chat supports.
pub(crate) const PLAIN: &str = "text/plain";
const INTERACTIVE: &str = "application/vnd.amazonaws.connect.message.interactive";
/// The greatest content of a message, in bytes, whatever its type (`SendMessage`, `ChatMessage`).
const CONTENT_BYTES_MAX: usize = 16_384;
/// The greatest answer to an interactive message, in bytes.
const RESPONSE_BYTES_MAX: usize = 25_600;
/// The longest action of such an answer.
const ACTION_CHARS_MAX: usize = 200;
const INTERACTIVE_RESPONSE: &str = "application/vnd.amazonaws.connect.message.interactive.response";
/// The segment attribute that says what kind of chat it is.
pub(crate) const SUBTYPE: &str = "connect:Subtype";
/// The segment attribute that says how the customer was authenticated.
const CUSTOMER_AUTHENTICATION: &str = "connect:CustomerAuthentication";

/// What is wrong with a contact's attributes, if anything: their names, or their size together.
#[must_use]
pub fn attributes_problem(attributes: &BTreeMap<String, String>) -> Option<String> {
    if let Some(name) = attributes.keys().find(|name| !is_attribute_name(name)) {
        return Some(format!(
            "Attributes: the name {name:?} has other characters than letters, digits, dash and underscore"
        ));
    }
    let bytes: usize = attributes
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    (bytes > ATTRIBUTES_BYTES_MAX).then(|| {
        format!("Attributes: names and values hold {bytes} bytes of UTF-8, more than {ATTRIBUTES_BYTES_MAX}")
    })
}

fn is_attribute_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_'))
}

/// What is wrong with the segment attributes that a chat is started with, if anything.
pub(crate) fn segment_attributes_problem(
    attributes: &Map<String, Value>,
    content_types: &[String],
) -> Option<String> {
    for (name, value) in attributes {
        let problem = match name.as_str() {
            SUBTYPE => subtype_problem(value, content_types),
            CUSTOMER_AUTHENTICATION => authentication_problem(value),
            name if is_attribute_name(name) => None,
            _ => Some("is none that a chat can be started with".to_owned()),
        };
        if let Some(problem) = problem {
            return Some(format!("SegmentAttributes: {name} {problem}"));
        }
        if let Some(problem) = value_problem(value) {
            return Some(format!("SegmentAttributes: {name} {problem}"));
        }
    }
    None
}

/// A value is exactly one of its forms.
fn value_problem(value: &Value) -> Option<String> {
    let forms = value.as_object().map_or(0, Map::len);
    (forms != 1).then(|| {
        format!(
            "has {forms} of ValueString, ValueInteger, ValueMap, ValueList and ValueArn, not one"
        )
    })
}

fn subtype_problem(value: &Value, content_types: &[String]) -> Option<String> {
    match value["ValueString"].as_str() {
        Some("connect:Chat") => None,
        Some("connect:Guide") => [INTERACTIVE, INTERACTIVE_RESPONSE]
            .into_iter()
            .find(|needed| !content_types.iter().any(|given| given == needed))
            .map(|missing| {
                format!("connect:Guide needs {missing} in SupportedMessagingContentTypes")
            }),
        _ => Some("is neither connect:Chat nor connect:Guide".to_owned()),
    }
}

/// A caller who authenticated the customer before the chat says so with a status.
fn authentication_problem(value: &Value) -> Option<String> {
    const STATUSES: [&str; 3] = ["AUTHENTICATED", "FAILED", "TIMEOUT"];
    const NAMES: [&str; 5] = [
        "IdentityProvider",
        "ClientId",
        "Status",
        "AssociatedCustomerId",
        "AuthenticationMethod",
    ];
    let Some(map) = value["ValueMap"].as_object() else {
        return Some("is no ValueMap".to_owned());
    };
    if let Some(name) = map.keys().find(|name| !NAMES.contains(&name.as_str())) {
        return Some(format!("has no member {name:?}"));
    }
    let status = map
        .get("Status")
        .and_then(|status| status["ValueString"].as_str());
    (map.contains_key("Status") && !status.is_some_and(|status| STATUSES.contains(&status)))
        .then(|| "has a Status other than AUTHENTICATED, FAILED and TIMEOUT".to_owned())
}

/// What is wrong with the content types that a chat is started with, if anything.
pub(crate) fn content_types_problem(types: &[String]) -> Option<String> {
    const KNOWN: [&str; 5] = [
        PLAIN,
        "text/markdown",
        "application/json",
        INTERACTIVE,
        INTERACTIVE_RESPONSE,
    ];
    if let Some(unknown) = types.iter().find(|given| !KNOWN.contains(&given.as_str())) {
        return Some(format!(
            "SupportedMessagingContentTypes: {unknown:?} is not a supported type"
        ));
    }
    (!types.iter().any(|given| given == PLAIN))
        .then(|| "SupportedMessagingContentTypes: text/plain must be among them".to_owned())
}

/// What is wrong with a message that a participant sends, if anything.
pub(crate) fn content_problem(
    content_type: &str,
    content: &str,
    supported: &[String],
) -> Option<String> {
    let bytes_max = match content_type {
        PLAIN | "text/markdown" | "application/json" => CONTENT_BYTES_MAX,
        INTERACTIVE_RESPONSE => RESPONSE_BYTES_MAX,
        _ => {
            return Some(format!(
                "ContentType: {content_type:?} is not one that participants send"
            ));
        }
    };
    if !supported.iter().any(|given| given == content_type) {
        return Some(format!(
            "ContentType: {content_type} is not supported by this chat"
        ));
    }
    let bytes = content.len();
    if bytes == 0 || bytes > bytes_max {
        return Some(format!(
            "Content: {bytes} bytes; {content_type} holds 1 to {bytes_max}"
        ));
    }
    (content_type == INTERACTIVE_RESPONSE)
        .then(|| response_problem(content))
        .flatten()
}

/// What is wrong with the answer to an interactive message, if anything: it names the version of
/// its form and what was chosen.
fn response_problem(content: &str) -> Option<String> {
    let document: Value = match serde_json::from_str(content) {
        Ok(document) => document,
        Err(error) => return Some(format!("Content: not JSON: {error}")),
    };
    if document["version"] != "1.0" {
        return Some("Content: version must be \"1.0\"".to_owned());
    }
    let action = document["action"]
        .as_str()
        .map(|action| action.chars().count());
    if action.is_some_and(|length| (1..=ACTION_CHARS_MAX).contains(&length)) {
        return None;
    }
    Some(format!(
        "Content: action must be text of 1 to {ACTION_CHARS_MAX} characters"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn segment(attributes: Value) -> Option<String> {
        let Value::Object(map) = attributes else {
            panic!("an object")
        };
        segment_attributes_problem(&map, &[PLAIN.to_owned()])
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn attributes_have_plain_names_and_fit_32_kib() {
        let of = |name: &str, length| BTreeMap::from([(name.to_owned(), "é".repeat(length))]);
        assert_eq!(attributes_problem(&of("a-B_9", 1)), None);
        assert_eq!(attributes_problem(&of("ab", 16_383)), None);
        assert!(
            attributes_problem(&of("abc", 16_383))
                .unwrap()
                .contains("32769 bytes")
        );
        for name in ["", "a b", "é", "$.a", "connect:x"] {
            assert!(
                attributes_problem(&of(name, 1))
                    .unwrap()
                    .starts_with("Attributes: the name"),
                "{name}"
            );
        }
    }

    #[test]
    fn a_guide_needs_the_interactive_types() {
        let guide = json!({"connect:Subtype": {"ValueString": "connect:Guide"}});
        assert!(
            segment(guide.clone())
                .unwrap()
                .contains("message.interactive")
        );
        let Value::Object(guide) = guide else {
            panic!("an object")
        };
        let all = texts(&[PLAIN, INTERACTIVE, INTERACTIVE_RESPONSE]);
        assert_eq!(segment_attributes_problem(&guide, &all), None);
        assert!(segment(json!({"connect:Subtype": {"ValueString": "connect:SMS"}})).is_some());
    }

    #[test]
    fn a_customer_authenticated_before_the_chat_has_a_status() {
        let with =
            |map: Value| segment(json!({"connect:CustomerAuthentication": {"ValueMap": map}}));
        assert_eq!(
            with(json!({"Status": {"ValueString": "AUTHENTICATED"}})),
            None
        );
        assert!(
            with(json!({"Status": {"ValueString": "YES"}}))
                .unwrap()
                .contains("Status")
        );
        assert!(
            with(json!({"Other": {"ValueString": "x"}}))
                .unwrap()
                .contains("\"Other\"")
        );
        assert!(segment(json!({"connect:CustomerAuthentication": {"ValueString": "x"}})).is_some());
    }

    #[test]
    fn other_segment_attributes_are_the_callers_own() {
        assert_eq!(segment(json!({"campaign-1": {"ValueInteger": 3}})), None);
        assert!(segment(json!({"connect:Channel": {"ValueString": "x"}})).is_some());
        assert!(
            segment(json!({"two": {"ValueString": "x", "ValueInteger": 1}}))
                .unwrap()
                .contains("2 of")
        );
        assert!(segment(json!({"none": {}})).unwrap().contains("0 of"));
    }

    #[test]
    fn plain_text_is_always_supported() {
        assert_eq!(
            content_types_problem(&texts(&["text/markdown", PLAIN])),
            None
        );
        assert!(
            content_types_problem(&texts(&["text/markdown"]))
                .unwrap()
                .contains("text/plain")
        );
        assert!(
            content_types_problem(&texts(&[PLAIN, "text/html"]))
                .unwrap()
                .contains("text/html")
        );
    }

    #[test]
    fn contents_are_limited_by_type_in_characters() {
        let supported = texts(&[PLAIN, "application/json"]);
        let problem = |kind: &str, length| content_problem(kind, &"ü".repeat(length), &supported);
        assert_eq!(problem(PLAIN, 8192), None);
        assert!(
            problem(PLAIN, 8193)
                .unwrap()
                .starts_with("Content: 16386 bytes")
        );
        assert!(problem(PLAIN, 0).is_some());
        assert_eq!(problem("application/json", 8192), None);
        assert!(problem("application/json", 8193).is_some());
        assert!(
            problem("text/markdown", 1)
                .unwrap()
                .contains("not supported by this chat")
        );
        assert!(
            problem(INTERACTIVE, 1)
                .unwrap()
                .contains("not one that participants send")
        );
    }
}
