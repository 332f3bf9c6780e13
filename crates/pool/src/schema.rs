//! The attributes that the users of a pool can have.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;

/// The greatest value of an attribute, in bytes.
const VALUE_BYTES_MAX: usize = 2048;

/// One attribute of a schema, in the words of the interface model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct SchemaAttribute {
    pub(crate) name: String,
    pub(crate) attribute_data_type: Option<String>,
    #[serde(default)]
    pub(crate) developer_only_attribute: bool,
    pub(crate) mutable: Option<bool>,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number_attribute_constraints: Option<NumberConstraints>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) string_attribute_constraints: Option<StringConstraints>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct NumberConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_value: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct StringConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    min_length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<String>,
}

/// A user's attributes: every value is a text, as in the interface.
pub(crate) type Attributes = BTreeMap<String, String>;

const STANDARD: [(&str, &str); 20] = [
    ("sub", "String"),
    ("name", "String"),
    ("given_name", "String"),
    ("family_name", "String"),
    ("middle_name", "String"),
    ("nickname", "String"),
    ("preferred_username", "String"),
    ("profile", "String"),
    ("picture", "String"),
    ("website", "String"),
    ("email", "String"),
    ("email_verified", "Boolean"),
    ("gender", "String"),
    ("birthdate", "String"),
    ("zoneinfo", "String"),
    ("locale", "String"),
    ("phone_number", "String"),
    ("phone_number_verified", "Boolean"),
    ("address", "String"),
    ("updated_at", "Number"),
];

/// Whether every pool has the attribute.
pub(crate) fn is_standard(name: &str) -> bool {
    STANDARD.iter().any(|(standard, _)| *standard == name)
}

fn standard(name: &str, data_type: &str) -> SchemaAttribute {
    let lengths = match (name, data_type) {
        (_, "Boolean" | "Number") => None,
        ("sub", _) => Some(("1", "2048")),
        ("birthdate", _) => Some(("10", "10")),
        _ => Some(("0", "2048")),
    };
    SchemaAttribute {
        name: name.to_owned(),
        attribute_data_type: Some(data_type.to_owned()),
        developer_only_attribute: false,
        mutable: Some(name != "sub"),
        required: name == "sub",
        number_attribute_constraints: (data_type == "Number").then(|| NumberConstraints {
            min_value: Some("0".to_owned()),
            max_value: None,
        }),
        string_attribute_constraints: lengths.map(|(min, max)| StringConstraints {
            min_length: Some(min.to_owned()),
            max_length: Some(max.to_owned()),
        }),
    }
}

/// The whole schema of a new pool: the standard attributes, as changed by the request, and its own.
pub(crate) fn complete(wanted: Vec<SchemaAttribute>) -> Result<Vec<SchemaAttribute>, Refusal> {
    let mut schema: Vec<SchemaAttribute> = STANDARD
        .iter()
        .map(|(name, data_type)| standard(name, data_type))
        .collect();
    let mut seen = Vec::new();
    for attribute in wanted {
        if seen.contains(&attribute.name) {
            return Err(Refusal::parameter(format!(
                "Schema names {} twice.",
                attribute.name
            )));
        }
        seen.push(attribute.name.clone());
        attribute.check_constraints()?;
        match schema
            .iter_mut()
            .find(|standard| standard.name == attribute.name)
        {
            Some(standard) => standard.change(attribute)?,
            None => schema.push(attribute.into_custom()?),
        }
    }
    Ok(schema)
}

impl SchemaAttribute {
    /// The attribute's type.
    pub(crate) fn data_type(&self) -> &str {
        self.attribute_data_type.as_deref().unwrap_or("String")
    }

    fn change(&mut self, wanted: Self) -> Result<(), Refusal> {
        let name = &self.name;
        if wanted.developer_only_attribute {
            let message = format!("The standard attribute {name} cannot be developer-only.");
            return Err(Refusal::parameter(message));
        }
        if wanted
            .attribute_data_type
            .is_some_and(|wanted| wanted != self.data_type())
        {
            let message = format!(
                "The standard attribute {name} has the type {}.",
                self.data_type()
            );
            return Err(Refusal::parameter(message));
        }
        if name == "sub" && wanted.mutable == Some(true) {
            return Err(Refusal::parameter("The attribute sub cannot be mutable."));
        }
        self.required |= wanted.required;
        self.mutable = wanted.mutable.or(self.mutable);
        if let Some(constraints) = wanted.string_attribute_constraints {
            self.string_attribute_constraints = Some(constraints);
        }
        if let Some(constraints) = wanted.number_attribute_constraints {
            self.number_attribute_constraints = Some(constraints);
        }
        Ok(())
    }

    fn into_custom(mut self) -> Result<Self, Refusal> {
        if self.required {
            return Err(Refusal::parameter(
                "Required custom attributes are not supported currently.",
            ));
        }
        if self.attribute_data_type.is_none() {
            let message = format!("Schema: {} needs an AttributeDataType.", self.name);
            return Err(Refusal::parameter(message));
        }
        let prefix = if self.developer_only_attribute {
            "dev:custom:"
        } else {
            "custom:"
        };
        self.name = format!("{prefix}{}", self.name);
        // The interface's default for a new attribute.
        self.mutable = Some(self.mutable.unwrap_or(false));
        Ok(self)
    }

    fn check_constraints(&self) -> Result<(), Refusal> {
        let problem = || Refusal::parameter(format!("Schema: {} has bad constraints.", self.name));
        if let Some(lengths) = &self.string_attribute_constraints {
            let (min, max) = lengths.bounds().ok_or_else(problem)?;
            if min > max || max > VALUE_BYTES_MAX {
                return Err(problem());
            }
        }
        if let Some(range) = &self.number_attribute_constraints {
            let (min, max) = range.bounds().ok_or_else(problem)?;
            if min > max {
                return Err(problem());
            }
        }
        Ok(())
    }

    /// The value as it is stored, if the attribute may be set to it.
    fn checked(&self, value: &str, creating: bool) -> Result<String, Refusal> {
        let name = &self.name;
        if name == "sub" || (!creating && self.mutable == Some(false)) {
            return Err(refused(name, "Attribute cannot be updated."));
        }
        if value.is_empty() {
            return if self.required && !creating {
                Err(refused(name, "The attribute is required."))
            } else {
                Ok(String::new())
            };
        }
        let is_flag = self.data_type() == "Boolean";
        let value = if is_flag {
            value.to_lowercase()
        } else {
            value.to_owned()
        };
        match self.objection(&value) {
            Some(why) => Err(refused(name, why)),
            None => Ok(value),
        }
    }

    /// Whether a value is one that the attribute may have; the reason if not.
    fn objection(&self, value: &str) -> Option<&'static str> {
        if value.len() > VALUE_BYTES_MAX {
            return Some("Value is too long.");
        }
        match (self.name.as_str(), self.data_type()) {
            ("email", _) if !is_email(value) => Some("Invalid email address format."),
            ("phone_number", _) if !is_phone_number(value) => Some("Invalid phone number format."),
            (_, "Boolean") if !matches!(value, "true" | "false") => Some("Value is not a boolean."),
            (_, "DateTime") if !is_date_time(value) => Some("Value is not a date and time."),
            (_, "Number") => self.number_objection(value),
            (_, "String") => self.string_objection(value),
            _ => None,
        }
    }

    fn number_objection(&self, value: &str) -> Option<&'static str> {
        let Ok(number) = value.parse::<f64>() else {
            return Some("Value is not a number.");
        };
        let constraints = self
            .number_attribute_constraints
            .clone()
            .unwrap_or_default();
        let (min, max) = constraints.bounds().unwrap_or((f64::MIN, f64::MAX));
        if number < min {
            Some("Value is less than the minimum.")
        } else if number > max || !number.is_finite() {
            Some("Value is greater than the maximum.")
        } else {
            None
        }
    }

    fn string_objection(&self, value: &str) -> Option<&'static str> {
        let constraints = self
            .string_attribute_constraints
            .clone()
            .unwrap_or_default();
        let (min, max) = constraints.bounds().unwrap_or((0, VALUE_BYTES_MAX));
        let length = value.chars().count();
        if length < min {
            Some("String is shorter than the minimum length.")
        } else if length > max {
            Some("String is longer than the maximum length.")
        } else {
            None
        }
    }
}

impl StringConstraints {
    fn bounds(&self) -> Option<(usize, usize)> {
        let bound = |text: &Option<String>, absent| match text {
            None => Some(absent),
            Some(text) => text.parse().ok(),
        };
        Some((
            bound(&self.min_length, 0)?,
            bound(&self.max_length, VALUE_BYTES_MAX)?,
        ))
    }
}

impl NumberConstraints {
    fn bounds(&self) -> Option<(f64, f64)> {
        let bound = |text: &Option<String>, absent| match text {
            None => Some(absent),
            Some(text) => text.parse::<f64>().ok().filter(|number| number.is_finite()),
        };
        Some((
            bound(&self.min_value, f64::MIN)?,
            bound(&self.max_value, f64::MAX)?,
        ))
    }
}

/// The addresses, and the attributes that say whether they are verified.
const PROOFS: [(&str, &str); 2] = [
    ("email", "email_verified"),
    ("phone_number", "phone_number_verified"),
];

fn refused(name: &str, why: &str) -> Refusal {
    Refusal::parameter(format!("Invalid user attributes: user.{name}: {why}\n"))
}

/// Lays `changes` over a user's attributes. An empty value removes an attribute. A new e-mail
/// address or phone number is unverified unless the same changes say otherwise.
pub(crate) fn change(
    schema: &[SchemaAttribute],
    attributes: &mut Attributes,
    changes: &[(String, String)],
    creating: bool,
) -> Result<(), Refusal> {
    let mut checked = Attributes::new();
    for (name, value) in changes {
        let attribute = schema.iter().find(|attribute| attribute.name == *name);
        let attribute =
            attribute.ok_or_else(|| refused(name, "Attribute does not exist in the schema."))?;
        checked.insert(name.clone(), attribute.checked(value, creating)?);
    }
    for (name, proof) in PROOFS {
        let new = checked
            .get(name)
            .is_some_and(|value| attributes.get(name) != Some(value));
        if new && !checked.contains_key(proof) {
            checked.insert(proof.to_owned(), "false".to_owned());
        }
    }
    for (name, value) in checked {
        if value.is_empty() {
            attributes.remove(&name);
        } else {
            attributes.insert(name, value);
        }
    }
    for (name, proof) in PROOFS {
        if attributes.contains_key(name) {
            continue;
        }
        if attributes.get(proof).is_some_and(|proof| proof == "true") {
            return Err(refused(proof, "There is nothing that could be verified."));
        }
        attributes.remove(proof);
    }
    Ok(())
}

/// Something before and after one `@`, without spaces.
pub(crate) fn is_email(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    match text.split_once('@') {
        Some((local, host)) => {
            !local.is_empty()
                && !host.is_empty()
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
                && !text.contains(odd)
        }
        None => false,
    }
}

/// A plus sign and up to 15 digits (E.164).
pub(crate) fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_date_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::Date>().is_ok()
}
