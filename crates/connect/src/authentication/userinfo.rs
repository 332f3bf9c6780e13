//! The userinfo endpoint, for providers that keep their ID tokens thin (OpenID Connect Core §5.3).

use bytes::Bytes;
use http::{Request, StatusCode, header};
use serde_json::{Map, Value};

use super::exchange::other_content_type;
use super::source::Provider;
use super::{Cause, Failure, ask};
use crate::Connect;
use signback_platform::outbound;
use signback_platform::secret::Secret;

/// Claims about a token rather than a person, which only the token itself says.
const OF_THE_TOKEN: [&str; 14] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "azp",
    "at_hash",
    "c_hash",
    "auth_time",
    "acr",
    "amr",
    "token_use",
];
/// Addresses, each with the claim that says whether it is verified: the two are taken together.
const ADDRESSES: [(&str, &str); 2] = [
    ("email", "email_verified"),
    ("phone_number", "phone_number_verified"),
];
/// The claims that are a name.
const NAMES: [&str; 3] = ["name", "given_name", "family_name"];

/// Whether the claims have no address, or no name: too little for a profile.
fn says_too_little(claims: &Map<String, Value>) -> bool {
    let says = |name: &str| claims.get(name).is_some_and(Value::is_string);
    !ADDRESSES.iter().any(|(address, _)| says(address)) || !NAMES.into_iter().any(says)
}

/// The claims of a verified ID token, completed by what userinfo says of the same subject.
///
/// Without an access token nothing can be asked: a provider that gives none leaves it at the ID
/// token, and after a crash in between, `interrupted`, the sign-in ends in Error rather than with
/// half a profile.
pub(super) async fn complete(
    connect: &Connect,
    provider: &Provider,
    claims: Map<String, Value>,
    access_token: Option<&Secret>,
    interrupted: bool,
) -> Result<Map<String, Value>, Failure> {
    let Some(url) = &provider.userinfo_endpoint else {
        return Ok(claims);
    };
    if !says_too_little(&claims) {
        return Ok(claims);
    }
    match access_token {
        Some(token) => merged(claims, ask_for(connect, url, token).await?),
        None if interrupted => Err(Failure::new(
            Cause::Interrupted,
            "userinfo was not asked before the service stopped",
        )),
        None => Ok(claims),
    }
}

/// Asks the endpoint; a question changes nothing, so it is repeated if no answer comes.
async fn ask_for(
    connect: &Connect,
    url: &str,
    access_token: &Secret,
) -> Result<Map<String, Value>, Failure> {
    let unavailable = |why: String| Failure::new(Cause::UserinfoUnavailable, why);
    let request = Request::get(url)
        .header(header::ACCEPT, "application/json")
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", access_token.expose()),
        )
        .body(Bytes::new())
        .map_err(|_| unavailable("the URL or the access token is malformed".to_owned()))?;
    let get = || ask::send(connect, request.clone(), outbound::DOCUMENT_BYTES_MAX);
    let may_pass = |error: &outbound::Error| !matches!(error, outbound::Error::Forbidden(_));
    let answer = ask::patiently(get, may_pass).await;
    let answer = answer.map_err(|error| unavailable(error.to_string()))?;
    if answer.status() != StatusCode::OK {
        return Err(unavailable(format!("answered {}", answer.status())));
    }
    if let Some(other) = other_content_type(&answer) {
        return Err(unavailable(format!("the answer is {other}, not JSON")));
    }
    signback_oidc::strict_object(answer.body()).ok_or_else(|| {
        unavailable("the answer is not a JSON object whose members stand once".to_owned())
    })
}

/// Adds to the ID token's claims what only userinfo says. The subject has to be the same (OpenID
/// Connect Core §5.3.2).
fn merged(
    mut claims: Map<String, Value>,
    mut further: Map<String, Value>,
) -> Result<Map<String, Value>, Failure> {
    if further.get("sub") != claims.get("sub") {
        let why = "sub: missing, or not that of the ID token";
        return Err(Failure::new(Cause::UserinfoRefused, why));
    }
    further.retain(|name, value| !value.is_null() && !OF_THE_TOKEN.contains(&name.as_str()));
    for (address, verified) in ADDRESSES {
        // Whether one address is verified says nothing about another.
        if claims.get(address).is_some_and(Value::is_string) {
            further.remove(verified);
        } else {
            claims.remove(verified);
            claims.remove(address);
        }
    }
    for (name, value) in further {
        claims.entry(name).or_insert(value);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn together(token: &Value, userinfo: &Value) -> Value {
        merged(map(token), map(userinfo)).unwrap().into()
    }

    #[test]
    fn a_token_says_enough_with_an_address_and_a_name() {
        for (claims, little) in [
            (json!({"sub": "s"}), true),
            (json!({"email": "a@b.c"}), true),
            (json!({"name": "Ada"}), true),
            (json!({"email": "a@b.c", "given_name": "Ada"}), false),
            (json!({"phone_number": "+1", "name": "Ada"}), false),
            (json!({"email": null, "name": "Ada"}), true),
        ] {
            assert_eq!(says_too_little(&map(&claims)), little, "{claims}");
        }
    }

    #[test]
    fn the_token_goes_before_userinfo() {
        let claims = together(
            &json!({"sub": "s", "iss": "i", "name": "Ada"}),
            &json!({"sub": "s", "iss": "x", "aud": "x", "name": "Eve", "email": "a@b.c", "email_verified": true}),
        );
        let expected = json!({"sub": "s", "iss": "i", "name": "Ada", "email": "a@b.c", "email_verified": true});
        assert_eq!(claims, expected);
    }

    #[test]
    fn one_address_is_not_verified_by_another() {
        let claims = together(
            &json!({"sub": "s", "email": "victim@b.c"}),
            &json!({"sub": "s", "email": "own@b.c", "email_verified": true}),
        );
        assert_eq!(claims, json!({"sub": "s", "email": "victim@b.c"}));
        let claims = together(
            &json!({"sub": "s", "email_verified": true}),
            &json!({"sub": "s", "email": "victim@b.c"}),
        );
        assert_eq!(claims, json!({"sub": "s", "email": "victim@b.c"}));
    }

    #[test]
    fn another_subject_is_refused() {
        for userinfo in [
            json!({"sub": "t", "email": "a@b.c"}),
            json!({"email": "a@b.c"}),
        ] {
            let refused = merged(map(&json!({"sub": "s"})), map(&userinfo)).unwrap_err();
            assert_eq!(refused.cause, Cause::UserinfoRefused);
        }
    }
}
