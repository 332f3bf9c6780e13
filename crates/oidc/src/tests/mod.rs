//! What it issues, it accepts; anything else it refuses.

mod grants;
mod keys;
mod tokens;
mod vectors;

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::{Algorithm, Expectations, Jwks, SigningKey, at_hash};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://id.example/pool";
const CLIENT: &str = "client1";
const NONCE: &str = "n-0S6_WzA2Mj";
const ACCESS_TOKEN: &str = "an access token";

fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate("one=").unwrap())
}

fn other_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate("two=").unwrap())
}

fn keys() -> Jwks {
    Jwks {
        keys: vec![key().jwk(), other_key().jwk()],
    }
}

fn claims() -> Map<String, Value> {
    let claims = json!({
        "iss": ISSUER,
        "sub": "6f1c7e0a",
        "aud": CLIENT,
        "exp": NOW + 3600,
        "iat": NOW,
        "nbf": NOW,
        "nonce": NONCE,
        "token_use": "id",
        "at_hash": at_hash(Algorithm::Rs256, ACCESS_TOKEN),
        "auth_time": NOW - 10,
        "email": "ana@example.com",
        "email_verified": true,
    });
    claims.as_object().unwrap().clone()
}

fn expected() -> Expectations<'static> {
    Expectations {
        issuer: ISSUER,
        client_id: CLIENT,
        nonce: Some(NONCE),
        now: NOW,
        issued_not_before: Some(NOW - 5),
        algorithms: &[Algorithm::Rs256],
        cognito: true,
        access_token: Some(ACCESS_TOKEN),
        leeway: 60,
        max_age: Some(60),
    }
}
