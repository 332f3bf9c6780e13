//! Access policies: JSON documents of Allow and Deny statements over actions and resources.
//!
//! The subset of the IAM policy language that this service needs: `Effect`, `Action`, `Resource`
//! and their wildcards. Deny wins; what nothing allows is denied. Members that this service does
//! not evaluate (`Condition`, `NotAction`, …) are refused when a policy is read, because ignoring
//! them would grant more than was written.

use serde::Deserialize;

/// The longest policy text that is read, in bytes.
const POLICY_LENGTH_MAX: usize = 20_480;

/// What an access key may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Policy {
    /// Everything in the key's account.
    Root,
    /// What the statements allow.
    Statements(Vec<Statement>),
}

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    allows: bool,
    actions: Vec<String>,
    resources: Vec<String>,
}

/// Why a policy text cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The text is longer than 20,480 bytes.
    #[error("the policy is longer than {POLICY_LENGTH_MAX} bytes")]
    TooLong,
    /// The text is not a policy document.
    #[error("the policy is not a document of Statement, Effect, Action and Resource: {0}")]
    Malformed(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Document {
    #[serde(rename = "Version")]
    _version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    statement: OneOrMore<StatementDocument>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct StatementDocument {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    action: OneOrMore<String>,
    resource: OneOrMore<String>,
}

#[derive(Deserialize, PartialEq)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::More(values) => values,
        }
    }
}

impl Policy {
    /// Reads a policy document; no document is root's policy.
    pub fn parse(text: Option<&str>) -> Result<Self, PolicyError> {
        let Some(text) = text else {
            return Ok(Self::Root);
        };
        if text.len() > POLICY_LENGTH_MAX {
            return Err(PolicyError::TooLong);
        }
        let document: Document = serde_json::from_str(text)
            .map_err(|error| PolicyError::Malformed(error.to_string()))?;
        let statements = document
            .statement
            .into_vec()
            .into_iter()
            .map(|statement| Statement {
                allows: statement.effect == Effect::Allow,
                actions: statement.action.into_vec(),
                resources: statement.resource.into_vec(),
            });
        Ok(Self::Statements(statements.collect()))
    }

    /// Whether the policy allows `action` (as `connect:StopContact`) on the resource's ARN.
    #[must_use]
    pub fn allows(&self, action: &str, resource: &str) -> bool {
        let Self::Statements(statements) = self else {
            return true;
        };
        let mut allowed = false;
        for statement in statements {
            if statement.covers(action, resource) {
                if !statement.allows {
                    return false;
                }
                allowed = true;
            }
        }
        allowed
    }
}

impl Statement {
    fn covers(&self, action: &str, resource: &str) -> bool {
        let action = action.to_ascii_lowercase();
        // Actions are matched without regard to case, resources to the letter.
        self.actions
            .iter()
            .any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
            && self
                .resources
                .iter()
                .any(|pattern| matches(pattern, resource))
    }
}

/// Whether `text` fits `pattern`, where `*` stands for any characters and `?` for one.
///
/// Linear in the product of the lengths at worst: the last star is the only point gone back to.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_at, taken)) = star {
            p = star_at + 1;
            t = taken + 1;
            star = Some((star_at, taken + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&rest| rest == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTANCE: &str = "arn:aws:connect:us-east-1:123456789012:instance/i-1";

    fn policy(text: &str) -> Policy {
        Policy::parse(Some(text)).unwrap()
    }

    #[test]
    fn wildcards_stand_for_any_characters() {
        assert!(matches("connect:*", "connect:stopcontact"));
        assert!(matches("*", ""));
        assert!(matches("a?c*e", "abcde"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("connect:Stop", "connect:stopcontact"));
        assert!(matches("*a*b*c*", "xxaxxbxxcxx"));
    }

    #[test]
    fn what_nothing_allows_is_denied_and_deny_wins() {
        let allow = r#"{"Effect":"Allow","Action":"connect:*","Resource":"*"}"#;
        let deny = r#"{"Effect":"Deny","Action":["connect:StopContact"],"Resource":"arn:*"}"#;
        let both = policy(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{allow},{deny}]}}"#
        ));
        assert!(both.allows("connect:DescribeContact", INSTANCE));
        assert!(!both.allows("connect:StopContact", INSTANCE));
        assert!(!both.allows("profile:SearchProfiles", INSTANCE));
    }

    #[test]
    fn actions_ignore_case_and_resources_do_not() {
        let policy = policy(&format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"Connect:stopcontact","Resource":"{INSTANCE}"}}}}"#
        ));
        assert!(policy.allows("connect:StopContact", INSTANCE));
        assert!(!policy.allows("connect:StopContact", &INSTANCE.to_uppercase()));
    }

    #[test]
    fn what_would_be_ignored_is_refused() {
        let text =
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}]}"#;
        assert!(matches!(
            Policy::parse(Some(text)),
            Err(PolicyError::Malformed(_))
        ));
        assert!(matches!(
            Policy::parse(Some("[]")),
            Err(PolicyError::Malformed(_))
        ));
        assert_eq!(
            Policy::parse(Some(&" ".repeat(30_000))),
            Err(PolicyError::TooLong)
        );
    }

    #[test]
    fn no_document_is_roots_policy() {
        assert!(
            Policy::parse(None)
                .unwrap()
                .allows("sts:GetCallerIdentity", "*")
        );
    }
}
