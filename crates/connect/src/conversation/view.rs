//! What references of a flow see of its contact.

use serde_json::{Map, Value, json};

use crate::contacts::Contact;
use crate::flows::engine::View;
use signback_platform::arn;

/// What references see of a contact.
pub(super) fn view(contact: &Contact) -> View {
    let segment: Map<String, Value> = contact
        .segment_attributes
        .iter()
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect();
    let document = json!({
        "ContactId": contact.id,
        "InitialContactId": contact.id,
        "Channel": "CHAT",
        "InitiationMethod": "API",
        "InstanceARN": arn::instance(&contact.scope, &contact.instance),
        "AwsRegion": contact.scope.region,
        "CustomerId": contact.customer_id,
        "CustomerEndpoint": { "DisplayName": contact.customer.display_name },
        "Media": { "InitialMessage": contact.initial_message },
        "Attributes": contact.attributes,
        "SegmentAttributes": segment,
    });
    let Value::Object(document) = document else {
        return View::default();
    };
    View { document }
}

/// A segment attribute without the names of its forms: `{"ValueString": "x"}` is `"x"`.
fn plain(value: &Value) -> Value {
    let Some((form, content)) = value.as_object().and_then(|forms| forms.iter().next()) else {
        return Value::Null;
    };
    match (form.as_str(), content) {
        ("ValueMap", Value::Object(members)) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
        ),
        ("ValueList", Value::Array(items)) => items.iter().map(plain).collect(),
        _ => content.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_attributes_are_seen_without_their_forms() {
        let value = json!({ "ValueMap": {
            "Status": { "ValueString": "AUTHENTICATED" },
            "Count": { "ValueInteger": 3 },
            "Others": { "ValueList": [{ "ValueString": "a" }] },
        } });
        let expected = json!({ "Status": "AUTHENTICATED", "Count": 3, "Others": ["a"] });
        assert_eq!(plain(&value), expected);
        assert_eq!(plain(&json!({})), Value::Null);
        assert_eq!(plain(&json!("x")), Value::Null);
    }
}
