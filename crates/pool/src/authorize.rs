//! The authorization request: what is asked, whether the client may ask it, and where errors go.

use signback_oidc::{AuthorizationErrorCode as Code, Challenge};

use super::authorization::{Authorization, Prompt, ResponseType};
use super::client::{Client, OWN_PROVIDER};
use super::redirect::error_location;

/// The greatest query that is looked at.
const QUERY_BYTES_MAX: usize = 16 * 1024;
/// The greatest nonce and login hint.
const TEXT_BYTES_MAX: usize = 2048;
/// The parameters of a query, in order.
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query.
    pub(crate) fn parse(query: &str) -> Result<Self, Shown> {
        if query.len() > QUERY_BYTES_MAX {
            return Err(Shown::TooLong);
        }
        let pairs = form_urlencoded::parse(query.as_bytes());
        Ok(Self(
            pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        ))
    }

    /// The first value of a parameter, unless it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(other, _)| other == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Whether a parameter that we know stands twice (RFC 6749 §3.1).
    fn repeats(&self, names: &[&str]) -> bool {
        names
            .iter()
            .any(|name| self.0.iter().filter(|(other, _)| other == name).count() > 1)
    }
}

/// Why a request cannot go on.
pub(crate) enum Problem {
    /// Shown to the person, because the address to return to cannot be trusted.
    Shown(Shown),
    /// Sent back to the redirect address.
    Sent(Return),
}

/// What is shown instead of a sign-in page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    UnknownClient,
    RedirectMismatch,
    MissingRedirect,
    Repeated,
    TooLong,
}

impl Shown {
    /// The same for whoever made the request.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::UnknownClient => "the pool has no such client",
            Self::RedirectMismatch => "redirect_uri is none of the client's callback addresses",
            Self::MissingRedirect => "redirect_uri is missing, and the client has no default",
            Self::Repeated => "client_id or redirect_uri is repeated",
            Self::TooLong => "the query is longer than 16 KiB",
        }
    }
}

/// A redirect with an error.
pub(crate) struct Return {
    pub(crate) location: String,
}

/// Checks a request, in the order in which it becomes known where to send an error.
pub(crate) fn check(
    client: Option<Client>,
    parameters: &Parameters,
) -> Result<Authorization, Problem> {
    if parameters.repeats(&["client_id", "redirect_uri"]) {
        return Err(Problem::Shown(Shown::Repeated));
    }
    let client = client.ok_or(Problem::Shown(Shown::UnknownClient))?;
    let (redirect_uri, redirect_uri_given) = redirect_uri(&client, parameters)?;
    let asked = Asked {
        parameters,
        client: &client,
        redirect_uri: &redirect_uri,
    };
    let response = asked.response_type()?;
    asked.check_form()?;
    let scope = asked.scope()?;
    let challenge = asked.challenge()?;
    asked.check_provider()?;
    let resource = asked.resource()?;
    let max_age = asked.max_age()?;
    let prompt = asked.prompt()?;
    Ok(Authorization {
        redirect_uri_given,
        response,
        state: parameters.owned("state"),
        scope,
        nonce: parameters.owned("nonce"),
        challenge,
        resource,
        max_age,
        login_hint: parameters.owned("login_hint"),
        prompt,
        redirect_uri,
        client,
    })
}

fn redirect_uri(client: &Client, parameters: &Parameters) -> Result<(String, bool), Problem> {
    match (
        parameters.get("redirect_uri"),
        &client.settings.default_redirect_uri,
    ) {
        (Some(given), _) => {
            // Equality of texts, nothing less (RFC 9700 §2.1).
            if client.settings.callback_urls.iter().any(|url| url == given) {
                Ok((given.to_owned(), true))
            } else {
                Err(Problem::Shown(Shown::RedirectMismatch))
            }
        }
        (None, Some(default)) => Ok((default.clone(), false)),
        (None, None) => Err(Problem::Shown(Shown::MissingRedirect)),
    }
}

/// A request whose errors can be sent back.
struct Asked<'a> {
    parameters: &'a Parameters,
    client: &'a Client,
    redirect_uri: &'a str,
}

impl Asked<'_> {
    fn refuse(&self, code: Code, description: &'static str) -> Problem {
        let fragment = self.parameters.get("response_type") == Some("token");
        let state = self.parameters.get("state");
        let location = error_location(self.redirect_uri, fragment, code, description, state);
        Problem::Sent(Return { location })
    }

    fn invalid(&self, description: &'static str) -> Problem {
        self.refuse(Code::InvalidRequest, description)
    }

    fn response_type(&self) -> Result<ResponseType, Problem> {
        let (response, flow) = match self.parameters.get("response_type") {
            Some("code") => (ResponseType::Code, "code"),
            Some("token") => (ResponseType::Token, "implicit"),
            Some(_) => return Err(self.invalid("response_type must be code or token")),
            None => return Err(self.invalid("response_type is missing")),
        };
        let settings = &self.client.settings;
        let allowed = settings.allowed_o_auth_flows_user_pool_client
            && settings
                .allowed_o_auth_flows
                .iter()
                .any(|allowed| allowed == flow);
        if allowed {
            Ok(response)
        } else {
            Err(self.refuse(
                Code::UnauthorizedClient,
                "the client may not use this response_type",
            ))
        }
    }

    fn check_form(&self) -> Result<(), Problem> {
        const ONCE: [&str; 13] = [
            "response_type",
            "state",
            "scope",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "identity_provider",
            "idp_identifier",
            "login_hint",
            "prompt",
            "max_age",
            "lang",
            "resource",
        ];
        if self.parameters.repeats(&ONCE) {
            return Err(self.invalid("a parameter is repeated"));
        }
        let long = |name| {
            self.parameters
                .get(name)
                .is_some_and(|v| v.len() > TEXT_BYTES_MAX)
        };
        if long("nonce") || long("login_hint") {
            return Err(self.invalid("a parameter is too long"));
        }
        // As the service that is stood in for: state must not be JSON.
        let state = self.parameters.get("state").unwrap_or_default();
        if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(state).is_ok() {
            return Err(
                self.invalid("state must not be JSON text; encode it, for example in base64")
            );
        }
        Ok(())
    }

    fn scope(&self) -> Result<String, Problem> {
        let allowed = &self.client.settings.allowed_o_auth_scopes;
        let Some(asked) = self.parameters.get("scope") else {
            return Ok(allowed.join(" "));
        };
        let mut scopes: Vec<&str> = Vec::new();
        for scope in asked.split(' ').filter(|scope| !scope.is_empty()) {
            if !allowed.iter().any(|allowed| allowed == scope) {
                return Err(self.refuse(Code::InvalidScope, "the client may not use this scope"));
            }
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        let needs_openid = ["phone", "email", "profile"];
        if scopes.iter().any(|scope| needs_openid.contains(scope)) && !scopes.contains(&"openid") {
            return Err(self.refuse(Code::InvalidScope, "this scope needs the scope openid"));
        }
        if scopes.is_empty() {
            return Ok(allowed.join(" "));
        }
        Ok(scopes.join(" "))
    }

    fn challenge(&self) -> Result<Option<String>, Problem> {
        let challenge = self.parameters.get("code_challenge");
        let method = self.parameters.get("code_challenge_method");
        match (challenge, method) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.invalid("code_challenge_method is missing")),
            (None, Some(_)) => Err(self.invalid("code_challenge is missing")),
            (Some(challenge), Some("S256")) => match Challenge::parse(challenge) {
                Some(challenge) => Ok(Some(challenge.as_str().to_owned())),
                None => Err(self.invalid("code_challenge is malformed")),
            },
            (Some(_), Some(_)) => Err(self.invalid("code_challenge_method must be S256")),
        }
    }

    fn check_provider(&self) -> Result<(), Problem> {
        let other = self
            .parameters
            .get("identity_provider")
            .is_some_and(|name| name != OWN_PROVIDER);
        if other || self.parameters.get("idp_identifier").is_some() {
            return Err(self.invalid("there is no such identity provider"));
        }
        if self.client.settings.has_local_users() {
            Ok(())
        } else {
            Err(self.refuse(
                Code::UnauthorizedClient,
                "the client has no identity provider",
            ))
        }
    }

    fn resource(&self) -> Result<Option<String>, Problem> {
        let Some(resource) = self.parameters.get("resource") else {
            return Ok(None);
        };
        let fits = match url::Url::parse(resource) {
            Ok(url) if url.scheme() == "http" => url.host_str() == Some("localhost"),
            Ok(url) => url.fragment().is_none(),
            Err(_) => false,
        };
        if fits && resource.len() <= TEXT_BYTES_MAX {
            Ok(Some(resource.to_owned()))
        } else {
            Err(self.invalid("resource is not acceptable"))
        }
    }

    fn max_age(&self) -> Result<Option<i64>, Problem> {
        match self.parameters.get("max_age").map(str::parse::<u32>) {
            None => Ok(None),
            Some(Ok(seconds)) => Ok(Some(i64::from(seconds))),
            Some(Err(_)) => Err(self.invalid("max_age is not a number of seconds")),
        }
    }

    fn prompt(&self) -> Result<Prompt, Problem> {
        let Some(asked) = self.parameters.get("prompt") else {
            return Ok(Prompt::IfNeeded);
        };
        let words: Vec<&str> = asked.split(' ').filter(|word| !word.is_empty()).collect();
        if words
            .iter()
            .any(|word| !["none", "login", "select_account", "consent"].contains(word))
        {
            return Err(self.invalid("prompt has an unknown value"));
        }
        if words.contains(&"none") {
            if words.len() > 1 {
                return Err(self.invalid("prompt=none cannot be combined"));
            }
            return Ok(Prompt::Never);
        }
        // Consent is only for providers behind this one; there is none.
        if words.contains(&"login") || words.contains(&"select_account") {
            Ok(Prompt::Always)
        } else {
            Ok(Prompt::IfNeeded)
        }
    }
}
