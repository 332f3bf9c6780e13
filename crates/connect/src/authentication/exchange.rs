//! The exchange of a code for an ID token, and the token's verification.

use bytes::Bytes;
use http::{Request as HttpRequest, Response, StatusCode, header};
use serde_json::{Map, Value};
use signback_oidc::{
    Expectations, Grant, Jwks, ProviderSaid, TokenRefusal, TokenRequest, TokenResponse,
    verify_id_token,
};

use super::source::Provider;
use super::{Cause, Failure, ask};
use crate::Connect;
use crate::documents::Unavailable;
use signback_platform::clock::Timestamp;
use signback_platform::outbound;
use signback_platform::secret::Secret;

/// How far the provider's clock may be from ours.
const LEEWAY_SECONDS: i64 = 60;

/// What is posted for a code.
pub(super) struct Posted {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) code: Secret,
    pub(super) verifier: Secret,
}

/// What the token endpoint gave; the refresh token is dropped unread.
pub(super) struct Tokens {
    pub(super) id_token: Secret,
    /// To check that the ID token came with it, and to ask userinfo; not every provider gives one.
    pub(super) access_token: Option<Secret>,
}

/// Posts a code to the provider's token endpoint. It is posted again only while no connection
/// could be made: after a code has been sent, sending it again could revoke what it gave.
pub(super) async fn redeem(
    connect: &Connect,
    provider: &Provider,
    posted: &Posted,
) -> Result<Tokens, Failure> {
    let request = token_request(provider, posted)?;
    let post = || ask::send(connect, request.clone(), outbound::BODY_BYTES_MAX);
    let answer = ask::patiently(post, |error| matches!(error, outbound::Error::NotSent(..))).await;
    match answer {
        Ok(answer) => read_tokens(&answer, provider, posted),
        Err(outbound::Error::NotSent(why, _) | outbound::Error::Forbidden(why)) => {
            Err(Failure::new(Cause::TokenEndpointUnreachable, why))
        }
        Err(outbound::Error::NoAnswer(why, _)) => {
            Err(Failure::new(Cause::TokenEndpointNoAnswer, why))
        }
    }
}

fn token_request(provider: &Provider, posted: &Posted) -> Result<HttpRequest<Bytes>, Failure> {
    let form = TokenRequest {
        client_id: posted.client_id.clone(),
        authentication: provider.authentication.clone(),
        grant: Grant::AuthorizationCode {
            code: posted.code.expose().into(),
            redirect_uri: Some(posted.redirect_uri.clone()),
            code_verifier: Some(posted.verifier.expose().into()),
        },
    };
    let mut request = HttpRequest::post(&provider.token_endpoint)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "application/json");
    if let Some(authorization) = form.authorization() {
        request = request.header(header::AUTHORIZATION, authorization.expose());
    }
    request
        .body(Bytes::from(form.to_form()))
        .map_err(|_| Failure::new(Cause::TokenEndpointUnreachable, "the URL is malformed"))
}

fn read_tokens(
    answer: &Response<Bytes>,
    provider: &Provider,
    posted: &Posted,
) -> Result<Tokens, Failure> {
    let status = answer.status();
    let said = ProviderSaid::parse(answer.body()).map(|said| {
        let words = if repeats_a_secret(&said.words, provider, posted) {
            "something that repeats a secret"
        } else {
            &said.words
        };
        let cause = Cause::of_token_error(said.code);
        Failure::new(cause, format!("the provider said {words}"))
    });
    let accepted = matches!(status, StatusCode::OK | StatusCode::CREATED);
    match said {
        // Some providers answer 200 and mean an error.
        Some(failure) if accepted || status.is_client_error() => return Err(failure),
        _ if !accepted => {
            return Err(Failure::new(Cause::TokenEndpointStatus, status.as_str()));
        }
        _ => {}
    }
    let malformed = |why: String| Failure::new(Cause::TokenAnswerMalformed, why);
    if let Some(other) = other_content_type(answer) {
        return Err(malformed(format!("the answer is {other}, not JSON")));
    }
    let tokens =
        TokenResponse::parse(answer.body()).map_err(|refusal| malformed(refusal.to_string()))?;
    let id_token = tokens
        .id_token
        .ok_or_else(|| malformed("id_token: missing".to_owned()))?;
    let secret = |text: signback_oidc::Secret| Secret::new(text.expose());
    Ok(Tokens {
        id_token: secret(id_token),
        access_token: tokens.access_token.map(secret),
    })
}

/// The media type of an answer that says it is not JSON; most providers say `application/json`, some
/// nothing.
pub(super) fn other_content_type(answer: &Response<Bytes>) -> Option<String> {
    let named = answer.headers().get(header::CONTENT_TYPE)?;
    let named = String::from_utf8_lossy(named.as_bytes()).to_ascii_lowercase();
    let media_type = named.split(';').next().unwrap_or_default().trim();
    let is_json = media_type == "application/json" || media_type.ends_with("+json");
    (!is_json).then(|| media_type.to_owned())
}

/// Whether a provider's words hold one of the secrets that were posted.
fn repeats_a_secret(words: &str, provider: &Provider, posted: &Posted) -> bool {
    let client_secret = provider.authentication.secret();
    [posted.code.expose(), posted.verifier.expose()]
        .into_iter()
        .chain(client_secret.map(signback_oidc::Secret::expose))
        .any(|secret| words.contains(secret))
}

/// What an ID token has to fit, beyond its provider.
pub(super) struct Attempt {
    pub(super) client_id: String,
    pub(super) nonce: Secret,
    pub(super) issued_at: Timestamp,
}

/// Verifies an ID token and gives its claims. The access token is at hand unless the service was
/// started again between the exchange and now.
pub(super) async fn verify(
    connect: &Connect,
    provider: &Provider,
    attempt: &Attempt,
    id_token: &Secret,
    access_token: Option<&Secret>,
) -> Result<Map<String, Value>, Failure> {
    let now = if provider.outside {
        connect.platform.clock.machine_now()
    } else {
        connect.platform.clock.now()
    };
    let expected = Expectations {
        issuer: &provider.issuer,
        client_id: &attempt.client_id,
        nonce: Some(attempt.nonce.expose()),
        now: now.seconds(),
        issued_not_before: Some(attempt.issued_at.seconds()),
        algorithms: &provider.algorithms,
        cognito: provider.cognito,
        access_token: access_token.map(Secret::expose),
        leeway: LEEWAY_SECONDS,
        max_age: None,
    };
    let keys = keys(connect, provider, false).await?;
    let claims = match verify_id_token(id_token.expose(), &keys, &expected) {
        // A provider may have new keys, perhaps under the old name: it is asked once more.
        Err(TokenRefusal::UnknownKey | TokenRefusal::Signature) => {
            let keys = self::keys(connect, provider, true).await?;
            verify_id_token(id_token.expose(), &keys, &expected)
        }
        verdict => verdict,
    };
    claims
        .map(signback_oidc::Claims::into_map)
        .map_err(|refusal| Failure::new(Cause::IdTokenRefused, refusal.to_string()))
}

/// The provider's keys; while there are none at hand they are asked for a few times.
async fn keys(
    connect: &Connect,
    provider: &Provider,
    renew: bool,
) -> Result<std::sync::Arc<Jwks>, Failure> {
    let (kept, url) = (&connect.documents.keys, &provider.jwks_uri);
    let fetch = || ask::document(connect, kept, url, renew, Jwks::parse);
    let keys = ask::patiently(fetch, |_| true).await;
    keys.map_err(|Unavailable(why)| Failure::new(Cause::KeysUnavailable, why))
}
