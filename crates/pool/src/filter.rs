//! The filter of `ListUsers`: one comparison.

use super::pool::Pool;
use super::refusal::Refusal;
use super::user::User;

const SEARCHABLE: [&str; 10] = [
    "username",
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "cognito:user_status",
    "status",
    "sub",
];

/// One comparison: `attribute = "value"` or `attribute ^= "value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    attribute: String,
    prefix: bool,
    value: String,
}

impl Filter {
    /// Reads a filter; an empty text is none.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Refusal> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let malformed = || Refusal::parameter("Error while parsing filter");
        let (left, right) = text.split_once('=').ok_or_else(malformed)?;
        let (attribute, prefix) = match left.trim_end().strip_suffix('^') {
            Some(attribute) => (attribute, true),
            None => (left, false),
        };
        let attribute = unquoted_name(attribute.trim()).ok_or_else(malformed)?;
        let value = quoted(right.trim()).ok_or_else(malformed)?;
        if !SEARCHABLE.contains(&attribute) {
            return Err(Refusal::parameter(format!(
                "Invalid search attribute: {attribute}"
            )));
        }
        Ok(Some(Self {
            attribute: attribute.to_owned(),
            prefix,
            value,
        }))
    }

    /// The one sign-in name that could match, for a look-up instead of a search.
    pub(crate) fn exact_sub(&self) -> Option<&str> {
        (self.attribute == "sub" && !self.prefix).then_some(&*self.value)
    }

    /// The exact user name that is looked for.
    pub(crate) fn exact_username(&self) -> Option<&str> {
        (self.attribute == "username" && !self.prefix).then_some(&*self.value)
    }

    /// Whether the user fits.
    pub(crate) fn matches(&self, pool: &Pool, user: &User) -> bool {
        let actual = match self.attribute.as_str() {
            "username" => Some(pool.name_key(&user.username)),
            "sub" => Some(user.sub.clone()),
            "status" => Some(if user.enabled { "Enabled" } else { "Disabled" }.to_owned()),
            "cognito:user_status" => Some(user.status.name().to_owned()),
            "email" => user
                .attributes
                .get("email")
                .map(|email| email.to_lowercase()),
            name => user.attributes.get(name).cloned(),
        };
        let wanted = match self.attribute.as_str() {
            "username" => pool.name_key(&self.value),
            "email" => self.value.to_lowercase(),
            _ => self.value.clone(),
        };
        actual.is_some_and(|actual| {
            if self.prefix {
                actual.starts_with(&wanted)
            } else {
                actual == wanted
            }
        })
    }
}

/// A name may stand in quotation marks.
fn unquoted_name(text: &str) -> Option<&str> {
    let name = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => text,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "_:-".contains(c);
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

/// The text in quotation marks, in which a backslash makes the next character plain.
fn quoted(text: &str) -> Option<String> {
    let mut rest = text.strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match rest.next()? {
            '\\' => value.push(rest.next()?),
            '"' => break,
            other => value.push(other),
        }
    }
    rest.as_str().is_empty().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Filter {
        Filter::parse(text).unwrap().unwrap()
    }

    #[test]
    fn both_comparisons_are_read() {
        let filter = parsed(r#"given_name ^= "A\"na""#);
        assert_eq!((filter.prefix, &*filter.value), (true, "A\"na"));
        assert_eq!(parsed(r#""sub"="x""#).exact_sub(), Some("x"));
        assert_eq!(parsed(r#"username = "x""#).exact_username(), Some("x"));
        assert!(matches!(Filter::parse("  "), Ok(None)));
    }

    #[test]
    fn bad_filters_are_refused() {
        for text in [
            "email",
            "email = x",
            "email = \"x",
            "email == \"x\"",
            "= \"x\"",
            "a b=\"c\"",
        ] {
            assert!(
                matches!(Filter::parse(text), Err(Refusal::Parameter(m)) if m.contains("parsing")),
                "{text}"
            );
        }
        let refusal = Filter::parse("custom:foo = \"x\"");
        assert!(matches!(refusal, Err(Refusal::Parameter(m)) if m.ends_with(": custom:foo")));
    }
}
