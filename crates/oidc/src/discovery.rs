//! The provider's metadata document, `OpenID` Connect Discovery 1.0.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Algorithm, OtherIssuer, json};

/// What a provider says about itself. Members that are not listed are ignored, as they may be
/// added at any time. The order is that of Cognito's document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    /// Where the browser goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    /// The PKCE methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code_challenge_methods_supported: Vec<String>,
    /// The claims that a token may carry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims_supported: Vec<String>,
    /// The grants of the token endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grant_types_supported: Vec<String>,
    /// The algorithms of ID tokens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token_signing_alg_values_supported: Vec<String>,
    /// The issuer, byte for byte as in its tokens.
    pub issuer: String,
    /// Where its keys are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// The response types of the authorization endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_types_supported: Vec<String>,
    /// The scopes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes_supported: Vec<String>,
    /// The kinds of subject.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subject_types_supported: Vec<String>,
    /// Where codes are exchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    /// How clients authenticate there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Where the attributes of a person are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    /// Whether authorization answers carry `iss` (RFC 9207).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub authorization_response_iss_parameter_supported: bool,
}

/// Why a metadata document is not believed: the member and the rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DiscoveryRefusal {
    /// Not a JSON object, or a member stands twice.
    #[error("the document is not a JSON object whose members stand once")]
    NotAnObject,
    /// A member is missing or of another type.
    #[error("{0}")]
    Member(String),
    /// It speaks for another issuer.
    #[error("{0}")]
    Issuer(OtherIssuer),
}

impl Discovery {
    /// Reads the document of a provider and checks that it is that issuer's, byte for byte. Members
    /// that are `null` count as left out. Which endpoints it needs, and whether they are secure, is
    /// for the reader to say.
    pub fn parse(document: &[u8], issuer: &str) -> Result<Self, DiscoveryRefusal> {
        let mut members = json::object(document).map_err(|_| DiscoveryRefusal::NotAnObject)?;
        members.retain(|_, value| !value.is_null());
        let discovery: Self = serde_json::from_value(serde_json::Value::Object(members))
            .map_err(|error| DiscoveryRefusal::Member(error.to_string()))?;
        if discovery.issuer != issuer {
            let other = OtherIssuer::new(Some(&discovery.issuer), issuer);
            return Err(DiscoveryRefusal::Issuer(other));
        }
        Ok(discovery)
    }

    /// The algorithms that ID tokens may be signed with: those announced that can be verified, or
    /// RS256, which every provider has.
    #[must_use]
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let announced = &self.id_token_signing_alg_values_supported;
        if announced.is_empty() {
            return vec![Algorithm::Rs256];
        }
        announced
            .iter()
            .filter_map(|name| Algorithm::from_name(name))
            .collect()
    }
}

/// Whether a URL is https, or http on this machine, without user information or fragment.
#[must_use]
pub fn is_secure_endpoint(url: &str) -> bool {
    let (secure, rest) = if let Some(rest) = url.strip_prefix("https://") {
        (true, rest)
    } else if let Some(rest) = url.strip_prefix("http://") {
        (false, rest)
    } else {
        return false;
    };
    let odd = |c: char| c.is_control() || c.is_whitespace() || c == '#' || c == '\\';
    if rest.contains(odd) {
        return false;
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.is_empty() || authority.starts_with(':') || authority.contains('@') {
        return false;
    }
    secure || is_loopback(authority)
}

fn is_loopback(authority: &str) -> bool {
    if let Some(rest) = authority.strip_prefix("[::1]") {
        return rest.is_empty() || rest.starts_with(':');
    }
    let host = authority
        .split_once(':')
        .map_or(authority, |(host, _)| host);
    host == "127.0.0.1" || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> serde_json::Value {
        json!({
            "issuer": "https://id.example",
            "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
            "id_token_signing_alg_values_supported": ["HS256", "none", "ES256", "RS256"],
            "something_new": {"a": 1},
        })
    }

    fn parse(document: &serde_json::Value) -> Result<Discovery, DiscoveryRefusal> {
        Discovery::parse(document.to_string().as_bytes(), "https://id.example")
    }

    #[test]
    fn a_document_is_read_and_unknown_members_are_ignored() {
        let discovery = parse(&document()).unwrap();
        assert_eq!(discovery.algorithms(), [Algorithm::Es256, Algorithm::Rs256]);
        let again = serde_json::to_vec(&discovery).unwrap();
        assert_eq!(
            Discovery::parse(&again, "https://id.example"),
            Ok(discovery)
        );
    }

    #[test]
    fn another_issuer_is_refused_down_to_the_slash() {
        let mut changed = document();
        changed["issuer"] = json!("https://id.example/");
        assert_eq!(
            parse(&changed).unwrap_err().to_string(),
            "issuer: https://id.example/ is not https://id.example"
        );
    }

    #[test]
    fn a_member_that_is_null_counts_as_left_out() {
        let mut changed = document();
        changed["userinfo_endpoint"] = json!(null);
        changed["scopes_supported"] = json!(null);
        let discovery = parse(&changed).unwrap();
        assert_eq!(discovery.userinfo_endpoint, None);
        assert_eq!(discovery.scopes_supported, [""; 0]);
    }

    #[test]
    fn a_refusal_names_the_member() {
        let mut changed = document();
        changed["issuer"] = json!(null);
        let refusal = parse(&changed).unwrap_err().to_string();
        assert!(refusal.contains("issuer"), "{refusal}");
        assert_eq!(
            Discovery::parse(b"[]", "x"),
            Err(DiscoveryRefusal::NotAnObject)
        );
    }

    #[test]
    fn endpoints_are_secure_or_on_this_machine() {
        for url in [
            "https://a/b",
            "https://a:1/b?c=d",
            "http://localhost:4545/x",
            "http://127.0.0.1/",
            "http://[::1]:80/",
            "http://p.auth.us-east-1.localhost:4545/",
        ] {
            assert!(is_secure_endpoint(url), "{url}");
        }
        for url in [
            "",
            "https://",
            "https:///x",
            "http://example.com/",
            "http://localhost.example/",
            "http://127.0.0.1@example.com/",
            "http://127.0.0.1.example.com/",
            "http://[::1].example/",
            "http://localhost\\@example.com/",
            "javascript:alert(1)",
            "https://a/b#c",
            "https://a /",
            "file:///etc/passwd",
        ] {
            assert!(!is_secure_endpoint(url), "{url}");
        }
    }
}
