//! Keys of a console session that `aws login` began.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

use crate::support::{Server, Stage, UPDATE};

const SESSION: &str = "arn:aws:iam::1:user/a";
const FILE: &str = "096a9ed17bc213ff49f4a3bb906248fdc062cd40e4dfe2948906b3407b40b877.json";
const FAR: &str = "2199-01-01T00:00:00Z";
const PAST: &str = "2001-01-01T00:00:00Z";
const FRESH: &str = r#"{"accessToken": {"accessKeyId": "AKNEW", "secretAccessKey": "hush", "sessionToken": "hush"}, "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "r2-hush"}"#;
/// A key pair on P-256: the example of RFC 6979, A.2.5.
const SECRET: &str = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const POINT: &str = "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |digit: &u8| char::from(*digit).to_digit(16).unwrap_or_default();
    let byte = |pair: &[u8]| u8::try_from(digit(&pair[0]) * 16 + digit(&pair[1]));
    hex.as_bytes().chunks(2).flat_map(byte).collect()
}

/// The cached session, with the key pair in the form of SEC 1.
fn cached(expires: &str) -> String {
    let der = format!("30770201010420{SECRET}a00a06082a8648ce3d030107a144034200{POINT}");
    let key = STANDARD.encode(bytes(&der));
    format!(
        r#"{{"accessToken": {{"accessKeyId": "AKOLD", "secretAccessKey": "hush", "sessionToken": "hush", "accountId": "1", "expiresAt": "{expires}"}}, "refreshToken": "r1-hush", "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": "-----BEGIN EC PRIVATE KEY-----\n{key}\n-----END EC PRIVATE KEY-----\n", "tokenType": "urn:aws:params:oauth:token-type:access_token_sigv4"}}"#
    )
}

fn stage(server: &Server, cached: &str) -> Stage {
    Stage::without_keys(&server.url)
        .with_file(
            ".aws/config",
            &format!("[default]\nlogin_session = {SESSION}\n"),
        )
        .with_file(&format!(".aws/login/cache/{FILE}"), cached)
}

#[test]
fn the_keys_of_a_session_are_used_while_they_last() {
    let server = Server::answering(&[(200, "", "{}")]);
    let stage = stage(&server, &cached(FAR));
    assert_eq!(stage.aws(&UPDATE).status(), 0);
    assert_eq!(server.received()[0].signer(), "AKOLD");
    let listed = stage.aws(&["configure", "list"]).stdout();
    assert!(
        listed.contains("access_key : ****************KOLD     : login            : \n"),
        "{listed}"
    );
}

#[test]
fn keys_that_are_over_are_renewed_with_a_proof_of_the_key_pair() {
    let server = Server::answering(&[(200, "", FRESH), (200, "", "{}")]);
    let stage = stage(&server, &cached(PAST));
    let ran = stage.aws(&[&UPDATE[..], &["--debug"]].concat());
    assert_eq!(ran.status(), 0, "{}", ran.stderr());
    assert!(!ran.stderr().contains("hush"), "{}", ran.stderr());
    let received = server.received();
    assert_eq!(received[0].line, "POST /v1/token HTTP/1.1");
    assert_eq!(
        received[0].body,
        r#"{"clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": "r1-hush", "grantType": "refresh_token"}"#
    );
    let proof: Vec<&str> = received[0].header("dpop").split('.').collect();
    let [header, payload, signature] = proof[..] else {
        panic!("a token of three parts: {proof:?}")
    };
    let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).unwrap();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(POINT));
    key.verify(
        format!("{header}.{payload}").as_bytes(),
        &decoded(signature),
    )
    .unwrap();
    let payload = String::from_utf8(decoded(payload)).unwrap();
    assert!(
        payload.contains(&format!(r#""htu":"{}/v1/token""#, server.url)),
        "{payload}"
    );
    assert!(payload.contains(r#""htm":"POST""#), "{payload}");
    let header = String::from_utf8(decoded(header)).unwrap();
    assert!(header.contains(r#""typ":"dpop+jwt""#), "{header}");
    assert!(
        header.contains(r#""x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y""#),
        "{header}"
    );
    assert_eq!(received[1].signer(), "AKNEW");
    let path = format!(".aws/login/cache/{FILE}");
    let kept = stage.file(&path);
    for part in [
        r#""accessKeyId": "AKNEW""#,
        r#""accountId": "1""#,
        r#""refreshToken": "r2-hush""#,
        r#""dpopKey": "-----BEGIN"#,
    ] {
        assert!(kept.contains(part), "{kept}");
    }
    assert_eq!(stage.mode(&path), 0o600);
}

#[test]
fn sessions_that_are_over_ask_for_a_new_login() {
    let denied = |reason: &str| format!(r#"{{"error": "{reason}", "message": "m"}}"#);
    for (cached, reason, message) in [
        (
            cached(PAST),
            "TOKEN_EXPIRED",
            "Your session has expired. Please reauthenticate using 'aws login'.",
        ),
        (
            cached(PAST),
            "USER_CREDENTIALS_CHANGED",
            "Unable to refresh login credentials because of a change in your password. Please reauthenticate with your new password using 'aws login'.",
        ),
        (
            cached(PAST),
            "INSUFFICIENT_PERMISSIONS",
            "Unable to create or refresh login credentials due to insufficient permissions. You may be missing permission for the 'signin:CreateOAuth2Token' action.",
        ),
        (
            cached(PAST).replace(
                "BEGIN EC PRIVATE KEY-----\\n",
                "BEGIN EC PRIVATE KEY-----\\n!",
            ),
            "",
            "Error loading login session token: Unable to load private key from cached token.",
        ),
        (
            cached(FAR).replace("\"accountId\": \"1\", ", ""),
            "",
            "'accountId'",
        ),
        (
            "{\"accessToken\": {}}".to_owned(),
            "",
            "Error loading login session token: Failed to load access token from token cache, missing one or more required fields.",
        ),
        (
            "[".to_owned(),
            "",
            "Error loading login session token: Unable to load a existing login session for session arn:aws:iam::1:user/a, Please reauthenticate with 'aws login'.",
        ),
    ] {
        let server = Server::answering(&[(
            400,
            "x-amzn-errortype: AccessDeniedException\r\n",
            &denied(reason),
        )]);
        let ran = stage(&server, &cached).aws(&UPDATE);
        let expected = format!("\naws: [ERROR]: {message}\n");
        assert_eq!((ran.status(), ran.stderr()), (255, expected));
    }
}
