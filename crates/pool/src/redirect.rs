//! The addresses that a browser is sent back to.

use signback_oidc::{AuthorizationErrorCode as Code, TokenResponse};
use signback_wire::percent_encode;

use super::authorization::{Authorization, ResponseType};

impl Authorization {
    /// The address with an error.
    pub(crate) fn error(&self, code: Code, description: &'static str) -> String {
        let fragment = self.response == ResponseType::Token;
        error_location(
            &self.redirect_uri,
            fragment,
            code,
            description,
            self.state.as_deref(),
        )
    }

    /// The address with a code.
    pub(crate) fn success(&self, code: &str) -> String {
        let mut parameters = vec![("code", code)];
        parameters.extend(self.state.as_deref().map(|state| ("state", state)));
        location(&self.redirect_uri, false, &parameters)
    }

    /// The address with tokens.
    pub(crate) fn success_with_tokens(&self, tokens: &TokenResponse) -> String {
        let expires_in = tokens.expires_in.unwrap_or_default().to_string();
        let mut parameters = Vec::new();
        for (name, token) in [
            ("id_token", &tokens.id_token),
            ("access_token", &tokens.access_token),
        ] {
            parameters.extend(token.as_ref().map(|token| (name, token.expose())));
        }
        parameters.push(("token_type", "Bearer"));
        parameters.push(("expires_in", &expires_in));
        parameters.extend(self.state.as_deref().map(|state| ("state", state)));
        location(&self.redirect_uri, true, &parameters)
    }
}

/// The address with an error.
pub(crate) fn error_location(
    redirect_uri: &str,
    fragment: bool,
    code: Code,
    description: &str,
    state: Option<&str>,
) -> String {
    let mut parameters = vec![("error_description", description), ("error", code.name())];
    parameters.extend(state.map(|state| ("state", state)));
    location(redirect_uri, fragment, &parameters)
}

fn location(redirect_uri: &str, fragment: bool, parameters: &[(&str, &str)]) -> String {
    let mut location = redirect_uri.to_owned();
    let mut separator = match (fragment, redirect_uri.contains('?')) {
        (true, _) => '#',
        (false, true) => '&',
        (false, false) => '?',
    };
    for (name, value) in parameters {
        location.push(separator);
        location.push_str(name);
        location.push('=');
        location.push_str(&percent_encode(value));
        separator = '&';
    }
    location
}
