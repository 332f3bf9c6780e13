//! The templates: object types that work without being put, until a type of the same name is.
//!
//! What the original ones of these names contain is not published beyond their purpose; the
//! contents are ours.

use serde_json::json;

use super::definition::Definition;

/// A template and where its objects come from.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its name, which works as an object type.
    pub id: &'static str,
    /// The system that the objects come from.
    pub source_name: &'static str,
    /// What they are there.
    pub source_object: &'static str,
}

/// The type that takes a user pool's standard attributes into the standard profile.
pub const COGNITO: &str = "Cognito-attributes";

/// Every template, in the order of their names.
pub const TEMPLATES: &[Template] = &[
    Template {
        id: "CTR",
        source_name: "AmazonConnect",
        source_object: "CTR",
    },
    Template {
        id: "CTR-AutoAssociateOnly",
        source_name: "AmazonConnect",
        source_object: "CTR",
    },
    Template {
        id: "CTR-NoInferred",
        source_name: "AmazonConnect",
        source_object: "CTR",
    },
    Template {
        id: COGNITO,
        source_name: "Cognito",
        source_object: "attributes",
    },
];

/// The template called `id`.
#[must_use]
pub fn template(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id == id)
}

impl Template {
    /// The object type that the template stands for.
    #[must_use]
    pub fn definition(&self) -> Definition {
        if self.id == COGNITO {
            cognito()
        } else {
            contact_record(self.id)
        }
    }
}

fn cognito() -> Definition {
    let attribute = |claim: &str| json!({"Source": format!("_source.{claim}"), "Target": format!("_profile.Attributes.{claim}")});
    let address = |part: &str, target: &str| json!({"Source": format!("_source.address.{part}"), "Target": format!("_profile.Address.{target}")});
    // An address is one text, or an object with one text, or with parts.
    let street = "{{#if _source.address.street_address}}{{_source.address.street_address}}\
                  {{else}}{{_source.address.formatted}}{{_source.address}}{{/if}}";
    read(&json!({
        "Description": "The standard attributes of a user pool's customers",
        "TemplateId": COGNITO,
        "AllowProfileCreation": true,
        "Fields": {
            "sub": {"Source": "_source.sub"},
            "iss": {"Source": "_source.iss"},
            "given_name": {"Source": "_source.given_name", "Target": "_profile.FirstName", "ContentType": "NAME"},
            "middle_name": {"Source": "_source.middle_name", "Target": "_profile.MiddleName", "ContentType": "NAME"},
            "family_name": {"Source": "_source.family_name", "Target": "_profile.LastName", "ContentType": "NAME"},
            "email": {"Source": "_source.email", "Target": "_profile.EmailAddress", "ContentType": "EMAIL_ADDRESS"},
            "phone_number": {"Source": "_source.phone_number", "Target": "_profile.PhoneNumber", "ContentType": "PHONE_NUMBER"},
            "birthdate": {"Source": "_source.birthdate", "Target": "_profile.BirthDate"},
            "gender": {"Source": "_source.gender", "Target": "_profile.GenderString"},
            "street_address": {"Source": street, "Target": "_profile.Address.Address1"},
            "locality": address("locality", "City"),
            "region": address("region", "State"),
            "postal_code": address("postal_code", "PostalCode"),
            "country": address("country", "Country"),
            "name": attribute("name"),
            "nickname": attribute("nickname"),
            "preferred_username": attribute("preferred_username"),
            "profile": attribute("profile"),
            "picture": attribute("picture"),
            "website": attribute("website"),
            "zoneinfo": attribute("zoneinfo"),
            "locale": attribute("locale"),
            "updated_at": attribute("updated_at"),
        },
        "Keys": {
            "cognitoSub": [{"StandardIdentifiers": ["UNIQUE"], "FieldNames": ["iss", "sub"]}],
            "_email": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["email"]}],
            "_phone": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["phone_number"]}],
        },
    }))
}

fn contact_record(id: &str) -> Definition {
    let contact =
        json!([{"StandardIdentifiers": ["UNIQUE", "PROFILE"], "FieldNames": ["contactId"]}]);
    read(&json!({
        "Description": "Contact records",
        "TemplateId": id,
        "AllowProfileCreation": id != "CTR-AutoAssociateOnly",
        "Fields": {
            "contactId": {"Source": "_source.ContactId"},
            "phone": {"Source": "_source.CustomerEndpoint.Address", "ContentType": "PHONE_NUMBER"},
        },
        "Keys": {
            "_ctrContactId": contact,
            "_phone": [{"StandardIdentifiers": ["PROFILE"], "FieldNames": ["phone"]}],
        },
    }))
}

fn read(document: &serde_json::Value) -> Definition {
    serde_json::from_value(document.clone()).expect("templates fit the definition's type")
}

#[cfg(test)]
mod tests {
    use super::super::rules::problems;
    use super::*;

    #[test]
    fn templates_keep_the_rules_of_object_types() {
        for template in TEMPLATES {
            assert_eq!(
                problems(&template.definition()),
                Vec::<String>::new(),
                "{}",
                template.id
            );
        }
        assert!(template("Cognito-attributes").is_some());
        assert!(template("Nothing").is_none());
    }

    #[test]
    fn keys_are_tried_in_the_order_of_the_mapping() {
        let definition = cognito();
        let names: Vec<&str> = definition.all_keys().map(|(name, _)| name).collect();
        assert_eq!(names, ["cognitoSub", "_email", "_phone"]);
    }
}
