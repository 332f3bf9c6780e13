//! Every algorithm, with signatures made by the cryptographic library's own signers, and the
//! published vectors of RFC 7515 and RFC 8037.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding,
};
use serde_json::{Value, json};

use super::{claims, expected, key};
use crate::encoding::to_base64url;
use crate::jwk::Material;
use crate::{Algorithm, Expectations, Jwk, Jwks, TokenRefusal, at_hash, verify_id_token};

fn unsigned(algorithm: Algorithm) -> String {
    let mut claims = claims();
    claims.insert(
        "at_hash".into(),
        json!(at_hash(algorithm, super::ACCESS_TOKEN)),
    );
    let header = json!({ "alg": algorithm.name(), "kid": "k" }).to_string();
    let payload = Value::Object(claims).to_string();
    format!(
        "{}.{}",
        to_base64url(header.as_bytes()),
        to_base64url(payload.as_bytes())
    )
}

fn judge(algorithm: Algorithm, jwk: &Value, signature: &[u8]) {
    let keys = Jwks::parse(json!({ "keys": [jwk] }).to_string().as_bytes()).unwrap();
    let allowed = [algorithm];
    let expected = Expectations {
        algorithms: &allowed,
        ..expected()
    };
    let token = format!("{}.{}", unsigned(algorithm), to_base64url(signature));
    verify_id_token(&token, &keys, &expected).unwrap();

    let mut forged = signature.to_vec();
    forged[7] ^= 1;
    let token = format!("{}.{}", unsigned(algorithm), to_base64url(&forged));
    assert_eq!(
        verify_id_token(&token, &keys, &expected),
        Err(TokenRefusal::Signature)
    );

    let none = Expectations {
        algorithms: &[],
        ..expected
    };
    assert_eq!(
        verify_id_token(&token, &keys, &none),
        Err(TokenRefusal::Algorithm)
    );
}

#[test]
fn rsa_in_both_paddings() {
    let cases: [(Algorithm, &'static dyn RsaEncoding); 6] = [
        (Algorithm::Rs256, &signature::RSA_PKCS1_SHA256),
        (Algorithm::Rs384, &signature::RSA_PKCS1_SHA384),
        (Algorithm::Rs512, &signature::RSA_PKCS1_SHA512),
        (Algorithm::Ps256, &signature::RSA_PSS_SHA256),
        (Algorithm::Ps384, &signature::RSA_PSS_SHA384),
        (Algorithm::Ps512, &signature::RSA_PSS_SHA512),
    ];
    let pair = signature::RsaKeyPair::from_pkcs8(&key().to_pkcs8().unwrap()).unwrap();
    for (algorithm, encoding) in cases {
        let message = unsigned(algorithm);
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(
            encoding,
            &SystemRandom::new(),
            message.as_bytes(),
            &mut signature,
        )
        .unwrap();
        let mut jwk = serde_json::to_value(key().jwk()).unwrap();
        jwk["alg"] = json!(algorithm.name());
        jwk["kid"] = json!("k");
        judge(algorithm, &jwk, &signature);
    }
}

#[test]
fn elliptic_curves() {
    let cases: [(Algorithm, &'static EcdsaSigningAlgorithm, &str, usize); 3] = [
        (
            Algorithm::Es256,
            &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            "P-256",
            32,
        ),
        (
            Algorithm::Es384,
            &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            "P-384",
            48,
        ),
        (
            Algorithm::Es512,
            &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            "P-521",
            66,
        ),
    ];
    for (algorithm, signing, curve, size) in cases {
        let pair = EcdsaKeyPair::generate(signing).unwrap();
        let signed = pair
            .sign(&SystemRandom::new(), unsigned(algorithm).as_bytes())
            .unwrap();
        let point = pair.public_key().as_ref();
        let jwk = json!({"kty": "EC", "crv": curve, "kid": "k",
            "x": to_base64url(&point[1..=size]), "y": to_base64url(&point[1 + size..])});
        judge(algorithm, &jwk, signed.as_ref());
    }
}

#[test]
fn edwards_curve() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let signed = pair.sign(unsigned(Algorithm::EdDsa).as_bytes());
    let x = to_base64url(pair.public_key().as_ref());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": x});
    judge(Algorithm::EdDsa, &jwk, signed.as_ref());
}

#[test]
fn the_vector_of_rfc_7515_a_3_verifies() {
    let jwk: Jwk = serde_json::from_value(json!({"kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}))
    .unwrap();
    let message = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly\
                   9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = crate::encoding::from_base64url(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    )
    .unwrap();
    assert!(Algorithm::Es256.verify(&jwk.material, message.as_bytes(), &signature));
    assert!(!Algorithm::Es256.verify(&jwk.material, b"other", &signature));
}

#[test]
fn the_vector_of_rfc_8037_a_4_verifies() {
    let x = crate::encoding::from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = crate::encoding::from_base64url(
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    )
    .unwrap();
    let key = Material::Ed25519 { x };
    assert!(Algorithm::EdDsa.verify(&key, message.as_bytes(), &signature));
}

#[test]
fn names_lead_back_to_algorithms() {
    for algorithm in Algorithm::ALL {
        assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
    }
    assert_eq!(Algorithm::from_name("Ed25519"), Some(Algorithm::EdDsa));
    for name in ["none", "None", "HS256", "rs256", "ES256K", "Ed448", ""] {
        assert_eq!(Algorithm::from_name(name), None, "{name}");
    }
}
