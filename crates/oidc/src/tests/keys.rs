//! Keys: what is published is what verifies, and unfit keys are named as such.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{claims, expected, key, keys};
use crate::{
    Algorithm, Expectations, Jwks, JwksRefusal, SigningKey, TokenRefusal, verify_id_token,
};

fn verify_with(jwk: &Value) -> Result<(), TokenRefusal> {
    let keys = Jwks::parse(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
    let token = key().issue(&claims()).unwrap();
    verify_id_token(&token, &keys, &expected()).map(|_| ())
}

fn jwk_with(name: &str, value: Value) -> Value {
    let mut jwk = serde_json::to_value(key().jwk()).unwrap();
    jwk[name] = value;
    jwk
}

#[test]
fn a_key_survives_its_storage() {
    let again = SigningKey::from_pkcs8("one=", &key().to_pkcs8().unwrap()).unwrap();
    assert_eq!(again.jwk(), key().jwk());
    let token = again.issue(&claims()).unwrap();
    assert!(verify_id_token(&token, &keys(), &expected()).is_ok());
    assert!(SigningKey::from_pkcs8("x", b"garbage").is_err());
    assert_eq!(format!("{again:?}"), "SigningKey { kid: \"one=\", .. }");
}

#[test]
fn a_key_is_published_as_cognito_does() {
    let published = serde_json::to_value(key().jwk()).unwrap();
    let names: Vec<&String> = published.as_object().unwrap().keys().collect();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(published["e"], "AQAB");
}

#[test]
fn a_published_set_reads_back() {
    let document = serde_json::to_vec(&keys()).unwrap();
    assert_eq!(Jwks::parse(&document), Ok(keys()));
    assert!(keys().contains("two=") && !keys().contains("three="));
}

#[test]
fn keys_of_unknown_kinds_are_passed_over() {
    let document = json!({"keys": [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "a"},
        {"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        "text",
        key().jwk(),
    ], "more": 1});
    let keys = Jwks::parse(document.to_string().as_bytes()).unwrap();
    assert_eq!(keys.keys, [key().jwk()]);
}

#[test]
fn an_unusable_set_is_refused() {
    for document in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#] {
        assert_eq!(
            Jwks::parse(document.as_bytes()),
            Err(JwksRefusal::Malformed),
            "{document}"
        );
    }
    let many = json!({ "keys": vec![1; crate::KEYS_MAX + 1] }).to_string();
    assert_eq!(Jwks::parse(many.as_bytes()), Err(JwksRefusal::TooMany));
}

#[test]
fn an_unfit_key_is_refused_by_reason() {
    let n = serde_json::to_value(key().jwk()).unwrap()["n"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        verify_with(&jwk_with("use", json!("enc"))),
        Err(TokenRefusal::KeyUse)
    );
    assert_eq!(
        verify_with(&jwk_with("key_ops", json!(["encrypt"]))),
        Err(TokenRefusal::KeyUse)
    );
    assert_eq!(
        verify_with(&jwk_with("alg", json!("RS512"))),
        Err(TokenRefusal::KeyType)
    );
    assert_eq!(
        verify_with(&jwk_with("n", json!(n[..172]))),
        Err(TokenRefusal::KeySize)
    );
    assert_eq!(
        verify_with(&jwk_with("kid", json!("three="))),
        Err(TokenRefusal::UnknownKey)
    );
    let curve = json!({"kty": "EC", "crv": "P-256", "kid": "one=",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    assert_eq!(verify_with(&curve), Err(TokenRefusal::KeyType));
}

#[test]
fn a_key_without_id_is_found_only_if_it_is_the_only_one() {
    let mut jwk = serde_json::to_value(key().jwk()).unwrap();
    jwk.as_object_mut().unwrap().remove("kid");
    assert_eq!(verify_with(&jwk), Ok(()), "whatever the token calls it");
    let unnamed = key()
        .sign(&json!({"alg": "RS256"}), &Value::Object(claims()))
        .unwrap();
    let judge = |keys: Value, token: &str| {
        let keys = Jwks::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
        verify_id_token(token, &keys, &expected()).map(|_| ())
    };
    assert_eq!(judge(json!([jwk]), &unnamed), Ok(()));
    assert_eq!(
        judge(json!([jwk, jwk]), &unnamed),
        Err(TokenRefusal::AmbiguousKey)
    );
    let named = key().issue(&claims()).unwrap();
    assert_eq!(
        judge(json!([jwk, jwk]), &named),
        Err(TokenRefusal::UnknownKey)
    );
}

#[test]
fn the_numbers_of_a_key_may_be_padded() {
    let n = serde_json::to_value(key().jwk()).unwrap()["n"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(verify_with(&jwk_with("n", json!(format!("{n}==")))), Ok(()));
    assert_eq!(verify_with(&jwk_with("e", json!("AQAB"))), Ok(()));
}

#[test]
fn two_keys_of_the_same_id_are_ambiguous() {
    let keys = Jwks {
        keys: vec![key().jwk(), key().jwk()],
    };
    let token = key().issue(&claims()).unwrap();
    let refusal = verify_id_token(&token, &keys, &expected()).unwrap_err();
    assert_eq!(refusal, TokenRefusal::AmbiguousKey);
}

#[test]
fn a_symmetric_signature_with_the_public_key_is_refused() {
    // The classic confusion: HS256 over the text of the key set.
    let token = key()
        .sign(&json!({"alg": "HS256", "kid": "one="}), &json!({}))
        .unwrap();
    let expected = Expectations {
        algorithms: &Algorithm::ALL,
        ..expected()
    };
    assert_eq!(
        verify_id_token(&token, &keys(), &expected),
        Err(TokenRefusal::Algorithm)
    );
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes: Vec<u8>, text in r#"\{"keys":\[\{"kty":"(RSA|EC|OKP)","crv":"(P-256|Ed25519)?","n":"[A-Za-z0-9]{0,9}","e":"[A-Za-z]{0,4}","x":"[A-Za-z]{0,44}"\}\]\}"#) {
        let _ = Jwks::parse(&bytes);
        if let Ok(keys) = Jwks::parse(text.as_bytes()) {
            let token = key().sign(&json!({"alg": "RS256"}), &Value::Object(claims())).unwrap();
            prop_assert!(verify_id_token(&token, &keys, &expected()).is_err());
        }
    }
}
