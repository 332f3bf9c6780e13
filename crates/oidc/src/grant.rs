//! The token endpoint: requests, answers, and the errors of RFC 6749 §5.2.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::{Secret, json};

/// What is exchanged for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A code that came back from the authorization endpoint.
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// The address it was sent to.
        redirect_uri: Option<String>,
        /// The PKCE verifier.
        code_verifier: Option<Secret>,
    },
    /// A refresh token of an earlier answer.
    RefreshToken {
        /// The token.
        refresh_token: Secret,
        /// Fewer scopes than before, if wanted.
        scope: Option<String>,
    },
    /// The client for itself.
    ClientCredentials {
        /// The scopes, separated by spaces.
        scope: Option<String>,
    },
}

/// How the client shows who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// A public client: only its id.
    None,
    /// The secret in the `Authorization` header.
    Basic(Secret),
    /// The secret in the form.
    Post(Secret),
}

impl ClientAuthentication {
    /// The secret that was sent.
    #[must_use]
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::None => None,
            Self::Basic(secret) | Self::Post(secret) => Some(secret),
        }
    }
}

/// A request to the token endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The client's id.
    pub client_id: String,
    /// How it authenticates.
    pub authentication: ClientAuthentication,
    /// What it brings.
    pub grant: Grant,
}

/// Why a token request cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RequestRefusal {
    /// A parameter that is needed is missing or empty.
    #[error("missing {0}")]
    Missing(&'static str),
    /// A parameter stands twice.
    #[error("a parameter is repeated")]
    Repeated,
    /// The client authenticates in two ways, or names two ids.
    #[error("the client authenticates in more than one way")]
    TwoAuthentications,
    /// The `Authorization` header is not a readable `Basic` one.
    #[error("the Authorization header is malformed")]
    Authorization,
    /// `grant_type` is none of those known.
    #[error("the grant type is not supported")]
    GrantType,
}

impl RequestRefusal {
    /// The error code that tells the client.
    #[must_use]
    pub fn code(self) -> TokenErrorCode {
        match self {
            Self::GrantType => TokenErrorCode::UnsupportedGrantType,
            Self::Authorization => TokenErrorCode::InvalidClient,
            Self::Missing(_) | Self::Repeated | Self::TwoAuthentications => {
                TokenErrorCode::InvalidRequest
            }
        }
    }
}

impl TokenRequest {
    /// Reads the form in the body and the `Authorization` header.
    pub fn parse(body: &[u8], authorization: Option<&str>) -> Result<Self, RequestRefusal> {
        let mut form = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if form.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(RequestRefusal::Repeated);
            }
        }
        // RFC 6749 §3.2: a parameter without a value counts as left out.
        form.retain(|_, value| !value.is_empty());
        let (client_id, authentication) = client(&mut form, authorization)?;
        let grant = grant(&mut form)?;
        Ok(Self {
            client_id,
            authentication,
            grant,
        })
    }

    /// The form to post. A `Basic` secret is not in it: see [`Self::authorization`].
    #[must_use]
    pub fn to_form(&self) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        match &self.grant {
            Grant::AuthorizationCode {
                code,
                redirect_uri,
                code_verifier,
            } => {
                form.append_pair("grant_type", "authorization_code");
                form.append_pair("code", code.expose());
                if let Some(redirect_uri) = redirect_uri {
                    form.append_pair("redirect_uri", redirect_uri);
                }
                if let Some(verifier) = code_verifier {
                    form.append_pair("code_verifier", verifier.expose());
                }
            }
            Grant::RefreshToken {
                refresh_token,
                scope,
            } => {
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("refresh_token", refresh_token.expose());
                if let Some(scope) = scope {
                    form.append_pair("scope", scope);
                }
            }
            Grant::ClientCredentials { scope } => {
                form.append_pair("grant_type", "client_credentials");
                if let Some(scope) = scope {
                    form.append_pair("scope", scope);
                }
            }
        }
        form.append_pair("client_id", &self.client_id);
        if let ClientAuthentication::Post(secret) = &self.authentication {
            form.append_pair("client_secret", secret.expose());
        }
        form.finish()
    }

    /// The `Authorization` header to send along, if the client authenticates that way.
    #[must_use]
    pub fn authorization(&self) -> Option<Secret> {
        let ClientAuthentication::Basic(secret) = &self.authentication else {
            return None;
        };
        // RFC 6749 §2.3.1: both halves are form-encoded first.
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encoded(&self.client_id), encoded(secret.expose()));
        Some(Secret::new(format!("Basic {}", STANDARD.encode(pair))))
    }
}

type Form = BTreeMap<String, String>;

fn client(
    form: &mut Form,
    authorization: Option<&str>,
) -> Result<(String, ClientAuthentication), RequestRefusal> {
    let client_id = form.remove("client_id");
    let posted = form.remove("client_secret").map(Secret::from);
    let Some(authorization) = authorization else {
        let authentication = posted.map_or(ClientAuthentication::None, ClientAuthentication::Post);
        let client_id = client_id.ok_or(RequestRefusal::Missing("client_id"))?;
        return Ok((client_id, authentication));
    };
    let (basic_id, secret) = basic(authorization).ok_or(RequestRefusal::Authorization)?;
    if posted.is_some() || client_id.is_some_and(|client_id| client_id != basic_id) {
        return Err(RequestRefusal::TwoAuthentications);
    }
    Ok((basic_id, ClientAuthentication::Basic(secret)))
}

fn basic(authorization: &str) -> Option<(String, Secret)> {
    let (scheme, credentials) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (client_id, secret) = pair.split_once(':')?;
    // A plus sign stays one: ids and secrets may have it, but never a space, and many clients
    // leave the encoding out.
    let decoded = |text| percent_decode_str(text).decode_utf8().ok();
    Some((
        decoded(client_id)?.into_owned(),
        Secret::new(decoded(secret)?),
    ))
}

fn grant(form: &mut Form) -> Result<Grant, RequestRefusal> {
    let needed = |form: &mut Form, name: &'static str| {
        form.remove(name)
            .map(Secret::from)
            .ok_or(RequestRefusal::Missing(name))
    };
    match form.remove("grant_type").as_deref() {
        None => Err(RequestRefusal::Missing("grant_type")),
        Some("authorization_code") => Ok(Grant::AuthorizationCode {
            code: needed(form, "code")?,
            redirect_uri: form.remove("redirect_uri"),
            code_verifier: form.remove("code_verifier").map(Secret::from),
        }),
        Some("refresh_token") => Ok(Grant::RefreshToken {
            refresh_token: needed(form, "refresh_token")?,
            scope: form.remove("scope"),
        }),
        Some("client_credentials") => Ok(Grant::ClientCredentials {
            scope: form.remove("scope"),
        }),
        Some(_) => Err(RequestRefusal::GrantType),
    }
}

/// The tokens that the endpoint answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenResponse {
    /// Says who signed in; there if the scope `openid` was asked for.
    pub id_token: Option<Secret>,
    /// Opens the provider's interfaces; some providers give none for a sign-in alone.
    pub access_token: Option<Secret>,
    /// Gets new tokens later.
    pub refresh_token: Option<Secret>,
    /// Seconds until the access token ends.
    pub expires_in: Option<i64>,
}

/// Why an answer of the token endpoint cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ResponseRefusal {
    /// Not a JSON object, or a member stands twice.
    #[error("the answer is not a JSON object whose members stand once")]
    NotAnObject,
    /// A token is not a text.
    #[error("{0}: not a text")]
    Member(&'static str),
    /// The tokens are of another type than `Bearer`.
    #[error("token_type: not Bearer")]
    TokenType,
}

impl TokenResponse {
    /// The answer's body.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = serde_json::Map::new();
        let mut text = |name: &str, value: Option<&Secret>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), Value::from(value.expose()));
            }
        };
        text("id_token", self.id_token.as_ref());
        text("access_token", self.access_token.as_ref());
        text("refresh_token", self.refresh_token.as_ref());
        if let Some(seconds) = self.expires_in {
            members.insert("expires_in".to_owned(), Value::from(seconds));
        }
        members.insert("token_type".to_owned(), Value::from("Bearer"));
        Value::Object(members).to_string()
    }

    /// Reads the body of a successful answer. What is `null` or empty counts as left out, and an
    /// answer without `token_type` as one that says `Bearer`.
    pub fn parse(body: &[u8]) -> Result<Self, ResponseRefusal> {
        let mut members = json::object(body).map_err(|_| ResponseRefusal::NotAnObject)?;
        let mut text = |name: &'static str| match members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(_) => Err(ResponseRefusal::Member(name)),
        };
        let token_type = text("token_type")?;
        if token_type.is_some_and(|name| !name.eq_ignore_ascii_case("bearer")) {
            return Err(ResponseRefusal::TokenType);
        }
        Ok(Self {
            id_token: text("id_token")?.map(Secret::from),
            access_token: text("access_token")?.map(Secret::from),
            refresh_token: text("refresh_token")?.map(Secret::from),
            expires_in: members.get("expires_in").and_then(Value::as_i64),
        })
    }
}

/// The error codes of the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The client is unknown or its secret is wrong.
    InvalidClient,
    /// The code or refresh token is unknown, used, expired, revoked, or another client's.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// There is no such grant.
    UnsupportedGrantType,
    /// A scope does not exist or is not allowed.
    InvalidScope,
    /// Any other; what it said is not kept.
    #[serde(other)]
    Other,
}

impl TokenErrorCode {
    /// The code's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::Other => "other",
        }
    }
}

/// The body of an error answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenError {
    /// What went wrong.
    pub code: TokenErrorCode,
    /// A word more.
    pub description: Option<&'static str>,
}

impl TokenError {
    /// The error without a description.
    #[must_use]
    pub fn new(code: TokenErrorCode) -> Self {
        Self {
            code,
            description: None,
        }
    }

    /// The answer's body.
    #[must_use]
    pub fn to_json(self) -> String {
        match self.description {
            None => serde_json::json!({ "error": self.code.name() }),
            Some(description) => {
                serde_json::json!({ "error": self.code.name(), "error_description": description })
            }
        }
        .to_string()
    }
}

/// What a provider answered instead of tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSaid {
    /// The error's code.
    pub code: TokenErrorCode,
    /// The error's own name and, after a colon, its description, as they came.
    pub words: String,
}

impl ProviderSaid {
    /// Reads a provider's error answer (RFC 6749 §5.2).
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut members = json::object(body).ok()?;
        let name = members.remove("error").filter(Value::is_string)?;
        let mut words = name.as_str().unwrap_or_default().to_owned();
        if let Some(Value::String(description)) = members.remove("error_description") {
            words.push_str(": ");
            words.push_str(&description);
        }
        let code = serde_json::from_value(name).ok()?;
        Some(Self { code, words })
    }
}

/// The error codes that the authorization endpoint sends back (RFC 6749 §4.1.2.1, `OpenID` Connect
/// Core §3.1.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthorizationErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The client may not use this response type.
    UnauthorizedClient,
    /// The person declined.
    AccessDenied,
    /// A scope is unknown or not allowed.
    InvalidScope,
    /// The provider failed.
    ServerError,
    /// Nobody is signed in, and no page was wanted.
    LoginRequired,
}

impl AuthorizationErrorCode {
    /// The code's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::LoginRequired => "login_required",
        }
    }
}
