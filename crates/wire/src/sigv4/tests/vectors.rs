//! AWS's signing test suite.

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use super::*;

/// One case of AWS's signing test suite.
#[derive(Deserialize)]
struct Vector {
    name: String,
    request: String,
    header_signature: String,
    query_signature: String,
    token: Option<String>,
    #[serde(default)]
    omit_session_token: bool,
    #[serde(default)]
    sign_body: bool,
}

#[test]
fn the_published_vectors_are_signed_and_verified() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).unwrap();
    for vector in vectors {
        let token = vector
            .token
            .as_deref()
            .filter(|_| !vector.omit_session_token);
        let credentials = Credentials {
            session_token: token,
            ..EXAMPLE
        };
        let mut pieces = Pieces::parse(&vector.request);
        // The suite encodes paths once; given decoded, they come out the same here.
        pieces.path = percent_decode_str(&pieces.path)
            .decode_utf8()
            .unwrap()
            .into_owned();
        let mut address = pieces.clone();
        if vector.sign_body {
            let hash = payload_hash(&pieces.body);
            pieces.headers.insert(
                "x-amz-content-sha256",
                HeaderValue::from_str(&hash).unwrap(),
            );
        }

        pieces.sign(&credentials);
        let authorization = pieces.headers["authorization"].to_str().unwrap();
        assert_eq!(
            signature_in(authorization),
            vector.header_signature,
            "{}",
            vector.name
        );
        assert_eq!(pieces.verify(&CHECKS), Ok(()), "{}", vector.name);

        address.query = presign(
            &address.covered(),
            Payload::Body(&address.body),
            &credentials,
            &SCOPE,
            3600,
        )
        .unwrap();
        assert_eq!(
            signature_in(&address.query),
            vector.query_signature,
            "{} as an address",
            vector.name
        );
        assert_eq!(
            address.verify(&CHECKS),
            Ok(()),
            "{} as an address",
            vector.name
        );
    }
}
