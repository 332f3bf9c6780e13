//! ID tokens, claim by claim and bit by bit.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CLIENT, ISSUER, NOW, claims, expected, key, keys, other_key};
use crate::encoding::{from_base64url, to_base64url};
use crate::{AccessExpectations, OtherIssuer, TokenRefusal, verify_access_token, verify_id_token};

fn refusal(token: &str) -> TokenRefusal {
    verify_id_token(token, &keys(), &expected()).expect_err("the token should be refused")
}

/// The refusal of a token that is properly signed but has one claim set or removed.
fn with_claim(name: &str, value: Option<Value>) -> Result<(), TokenRefusal> {
    let mut claims = claims();
    match value {
        Some(value) => claims.insert(name.to_owned(), value),
        None => claims.remove(name),
    };
    let token = key().issue(&claims).unwrap();
    verify_id_token(&token, &keys(), &expected()).map(|_| ())
}

fn with_header(header: &Value) -> Result<(), TokenRefusal> {
    let token = key().sign(header, &Value::Object(claims())).unwrap();
    verify_id_token(&token, &keys(), &expected()).map(|_| ())
}

#[test]
fn what_it_issues_it_accepts() {
    let token = key().issue(&claims()).unwrap();
    let accepted = verify_id_token(&token, &keys(), &expected()).unwrap();
    assert_eq!(accepted.as_map(), &claims());
    assert_eq!(accepted.subject(), "6f1c7e0a");
    assert!(accepted.is_true("email_verified"));
    assert!(!format!("{accepted:?}").contains("ana"));
}

#[test]
fn each_claim_is_checked() {
    use TokenRefusal as R;
    let issuer = |found| R::Issuer(OtherIssuer::new(found, ISSUER));
    let slashed = format!("{ISSUER}/");
    let cases: Vec<(&str, Option<Value>, R)> = vec![
        ("iss", None, issuer(None)),
        ("iss", Some(json!(slashed)), issuer(Some(&slashed))),
        ("iss", Some(json!([ISSUER])), issuer(None)),
        ("aud", None, R::Audience),
        ("aud", Some(json!("client2")), R::Audience),
        ("aud", Some(json!([])), R::Audience),
        ("aud", Some(json!([CLIENT, 1])), R::Audience),
        ("aud", Some(json!([CLIENT, "other"])), R::AuthorizedParty),
        ("azp", Some(json!("other")), R::AuthorizedParty),
        ("exp", None, R::Expired),
        ("exp", Some(json!(NOW - 60)), R::Expired),
        ("exp", Some(json!("9999999999")), R::Expired),
        ("exp", Some(json!(-1e300)), R::Expired),
        ("iat", None, R::IssuedAt),
        ("iat", Some(json!(true)), R::IssuedAt),
        ("iat", Some(json!(NOW + 61)), R::IssuedInFuture),
        ("iat", Some(json!(1e300)), R::IssuedInFuture),
        ("iat", Some(json!(NOW - 66)), R::IssuedTooEarly),
        ("nbf", Some(json!(NOW + 61)), R::NotYetValid),
        ("nbf", Some(json!("now")), R::NotYetValid),
        ("nonce", None, R::NonceMissing),
        ("nonce", Some(json!(null)), R::NonceMissing),
        ("nonce", Some(json!(1)), R::Nonce),
        ("nonce", Some(json!("other")), R::Nonce),
        ("nonce", Some(json!("")), R::Nonce),
        ("sub", None, R::Subject),
        ("sub", Some(json!("")), R::Subject),
        ("sub", Some(json!("s".repeat(256))), R::Subject),
        ("sub", Some(json!(5)), R::Subject),
        ("at_hash", Some(json!("wrong")), R::AccessTokenHash),
        ("token_use", None, R::TokenUse),
        ("token_use", Some(json!("access")), R::TokenUse),
        ("auth_time", None, R::AuthenticationAge),
        ("auth_time", Some(json!(NOW - 121)), R::AuthenticationAge),
    ];
    for (name, value, refusal) in cases {
        assert_eq!(
            with_claim(name, value.clone()),
            Err(refusal),
            "{name} = {value:?}"
        );
    }
}

#[test]
fn claims_at_the_edge_are_accepted() {
    let cases = [
        ("aud", Some(json!([CLIENT]))),
        ("azp", Some(json!(CLIENT))),
        ("azp", Some(json!(null))),
        ("nbf", Some(json!(null))),
        ("at_hash", Some(json!(null))),
        ("exp", Some(json!(NOW - 59))),
        ("exp", Some(json!(1e300))),
        ("iat", Some(json!(NOW + 60))),
        ("iat", Some(json!(1_800_000_000.5))),
        ("nbf", None),
        ("at_hash", None),
        ("sub", Some(json!("s".repeat(255)))),
    ];
    for (name, value) in cases {
        assert_eq!(
            with_claim(name, value.clone()),
            Ok(()),
            "{name} = {value:?}"
        );
    }
}

#[test]
fn several_audiences_need_the_authorized_party() {
    let mut claims = claims();
    claims.insert("aud".into(), json!([CLIENT, "other"]));
    claims.insert("azp".into(), json!(CLIENT));
    let token = key().issue(&claims).unwrap();
    assert!(verify_id_token(&token, &keys(), &expected()).is_ok());
}

#[test]
fn each_header_member_is_checked() {
    use TokenRefusal as R;
    let cases = [
        (
            json!({"alg": "RS256", "kid": "one=", "crit": ["b64"]}),
            R::Critical,
        ),
        (
            json!({"alg": "RS256", "kid": "one=", "typ": "at+jwt"}),
            R::Type,
        ),
        (json!({"alg": "RS256", "kid": "three="}), R::UnknownKey),
        (json!({"alg": "RS256", "kid": 1}), R::Malformed),
        (json!({"alg": "RS256"}), R::AmbiguousKey),
        (json!({"alg": "RS256", "kid": "two="}), R::Signature),
        (json!({"alg": "RS512", "kid": "one="}), R::Algorithm),
        (json!({"alg": "none", "kid": "one="}), R::Algorithm),
        (json!({"alg": "HS256", "kid": "one="}), R::Algorithm),
        (json!({"kid": "one="}), R::Algorithm),
    ];
    for (header, refusal) in cases {
        assert_eq!(with_header(&header), Err(refusal), "{header}");
    }
    for typ in [
        json!("jwt"),
        json!("JOSE"),
        json!("id_token+jwt"),
        json!(null),
    ] {
        let header = json!({"alg": "RS256", "kid": "one=", "typ": typ});
        assert_eq!(with_header(&header), Ok(()), "{header}");
    }
}

#[test]
fn a_key_in_the_header_is_not_looked_at() {
    let stranger = crate::SigningKey::generate("one=").unwrap();
    let header = json!({"alg": "RS256", "kid": "one=", "jwk": stranger.jwk(), "jku": "https://x"});
    let token = stranger.sign(&header, &Value::Object(claims())).unwrap();
    assert_eq!(refusal(&token), TokenRefusal::Signature);
}

#[test]
fn another_shape_is_refused() {
    let token = key().issue(&claims()).unwrap();
    let (head, signature) = token.rsplit_once('.').unwrap();
    assert_eq!(refusal(""), TokenRefusal::NotThreeParts);
    assert_eq!(refusal("a.b"), TokenRefusal::NotThreeParts);
    assert_eq!(
        refusal(&format!("{token}.e.t")),
        TokenRefusal::NotThreeParts
    );
    assert_eq!(refusal(&format!("{token}=")), TokenRefusal::Malformed);
    assert_eq!(refusal(&format!("{head}.")), TokenRefusal::Signature);
    assert_eq!(refusal(&format!("..{signature}")), TokenRefusal::Malformed);
    let nested = to_base64url(format!("\"{token}\"").as_bytes());
    let header = token.split('.').next().unwrap();
    assert_eq!(
        refusal(&format!("{header}.{nested}.{signature}")),
        TokenRefusal::Malformed
    );
    let twice = to_base64url(br#"{"iss":"a","iss":"b"}"#);
    assert_eq!(
        refusal(&format!("{header}.{twice}.{signature}")),
        TokenRefusal::DuplicateMember
    );
    let long = format!("{token}{}", "A".repeat(crate::TOKEN_BYTES_MAX));
    assert_eq!(refusal(&long), TokenRefusal::TooLong);
}

#[test]
fn a_refusal_says_nothing_of_the_token() {
    let token = key().issue(&claims()).unwrap();
    let text = refusal(&format!("x{token}")).to_string();
    assert!(!text.contains(&token[..8]), "{text}");
}

#[test]
fn an_access_token_is_verified_and_an_id_token_is_not_one() {
    let expected = AccessExpectations {
        issuer: ISSUER,
        now: NOW,
    };
    let mut access = claims();
    access.insert("token_use".into(), json!("access"));
    let token = key().issue(&access).unwrap();
    assert!(verify_access_token(&token, &keys(), &expected).is_ok());
    let late = AccessExpectations {
        now: NOW + 3600,
        ..expected
    };
    assert_eq!(
        verify_access_token(&token, &keys(), &late),
        Err(TokenRefusal::Expired)
    );
    let id = key().issue(&claims()).unwrap();
    assert_eq!(
        verify_access_token(&id, &keys(), &expected),
        Err(TokenRefusal::TokenUse)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_changed_bit_is_refused(position: prop::sample::Index, bit in 0_u8..8) {
        let mut bytes = key().issue(&claims()).unwrap().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] ^= 1 << bit;
        if let Ok(token) = String::from_utf8(bytes) {
            prop_assert!(verify_id_token(&token, &keys(), &expected()).is_err());
        }
    }

    #[test]
    fn any_cut_or_doubled_part_is_refused(at: prop::sample::Index) {
        let token = key().issue(&claims()).unwrap();
        let at = at.index(token.len());
        prop_assert!(verify_id_token(&token[..at], &keys(), &expected()).is_err());
        let doubled = format!("{}{}", &token[..at], token);
        prop_assert!(at == 0 || verify_id_token(&doubled, &keys(), &expected()).is_err());
    }

    #[test]
    fn any_changed_member_without_a_new_signature_is_refused(
        member: prop::sample::Index, text in ".{0,20}",
    ) {
        let token = key().issue(&claims()).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let mut changed = claims();
        let name = changed.keys().nth(member.index(changed.len())).unwrap().clone();
        changed.insert(name, json!(text));
        let payload = to_base64url(Value::Object(changed).to_string().as_bytes());
        let token = format!("{}.{payload}.{}", parts[0], parts[2]);
        prop_assert_eq!(refusal(&token), TokenRefusal::Signature);
    }

    #[test]
    fn another_key_is_refused_whatever_the_claims_say(extra in ".{0,30}") {
        let mut claims = claims();
        claims.insert("extra".into(), json!(extra));
        let header = json!({"alg": "RS256", "kid": "one="});
        let token = other_key().sign(&header, &Value::Object(claims)).unwrap();
        prop_assert_eq!(refusal(&token), TokenRefusal::Signature);
    }

    #[test]
    fn garbage_never_panics(text in ".{0,300}", bytes: Vec<u8>) {
        let _ = verify_id_token(&text, &keys(), &expected());
        let parts = [&bytes[..], text.as_bytes(), &bytes[..]].map(to_base64url).join(".");
        let _ = verify_id_token(&parts, &keys(), &expected());
        let _ = from_base64url(&text);
    }
}
