//! The official signer as a judge, over generated requests.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request as official;
use http::HeaderName;
use proptest::prelude::*;

use super::*;

/// The signature that the official signer makes of the same request.
fn official_signature(pieces: &Pieces, token: Option<&str>) -> String {
    let identity = aws_credential_types::Credentials::new(
        EXAMPLE.access_key_id,
        EXAMPLE.secret_access_key,
        token.map(str::to_owned),
        None,
        "test",
    )
    .into();
    let params = aws_sigv4::sign::v4::SigningParams::builder()
        .identity(&identity)
        .region(SCOPE.region)
        .name(SCOPE.service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(THEN.unsigned_abs()))
        .settings(official::SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let headers = pieces
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let request = official::SignableRequest::new(
        &pieces.method,
        format!("http://localhost{}?{}", pieces.path, pieces.query),
        headers,
        official::SignableBody::Bytes(&pieces.body),
    );
    official::sign(request.unwrap(), &params)
        .unwrap()
        .signature()
        .to_owned()
}

fn pieces() -> impl Strategy<Value = Pieces> {
    let text = "[a-zA-Z0-9 /?=&%+~.é:@-]{0,12}";
    let parts = proptest::collection::vec(text, 0..5);
    let pairs = proptest::collection::vec((text, text), 0..4);
    let headers =
        proptest::collection::vec(("x-[a-z]{1,6}", "[!-~]{1,6}( {1,3}[!-~]{1,6}){0,2}"), 0..4);
    let methods = prop_oneof![Just("GET"), Just("POST"), Just("PUT"), Just("DELETE")];
    (
        methods,
        parts,
        pairs,
        headers,
        proptest::collection::vec(any::<u8>(), 0..64),
    )
        .prop_map(|(method, parts, pairs, named, body)| {
            let encoded = crate::percent_encode;
            let path: Vec<_> = parts.iter().map(|part| encoded(part)).collect();
            let query: Vec<_> = pairs
                .iter()
                .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
                .collect();
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("localhost"));
            for (name, value) in named {
                headers.insert(
                    HeaderName::try_from(name).unwrap(),
                    HeaderValue::try_from(value).unwrap(),
                );
            }
            let path = format!("/{}", path.join("/"));
            Pieces {
                method: method.into(),
                path,
                query: query.join("&"),
                headers,
                body,
            }
        })
}

proptest! {
    #[test]
    fn the_official_signer_makes_the_same_signature(mut pieces in pieces(), token in proptest::option::of("[a-zA-Z0-9/+=]{1,40}")) {
        let expected = official_signature(&pieces, token.as_deref());
        pieces.sign(&Credentials { session_token: token.as_deref(), ..EXAMPLE });
        let authorization = pieces.headers["authorization"].to_str().unwrap();
        prop_assert_eq!(signature_in(authorization), expected);
        prop_assert_eq!(pieces.verify(&CHECKS), Ok(()));
    }

    #[test]
    fn reading_never_panics(authorization in "(AWS4-HMAC-SHA256 )?[ -~]{0,80}", date in "[ -~]{0,20}", query in "(X-Amz-Signature=)?[ -~]{0,80}") {
        let mut headers = HeaderMap::new();
        let _ = Presented::read(&headers, &query);
        headers.insert("authorization", HeaderValue::from_str(&authorization).unwrap());
        headers.insert("x-amz-date", HeaderValue::from_str(&date).unwrap());
        let _ = Presented::read(&headers, &query);
    }
}
