//! Token requests and answers: each end reads what the other writes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use crate::{
    ClientAuthentication, Grant, ProviderSaid, RequestRefusal, ResponseRefusal, Secret, TokenError,
    TokenErrorCode, TokenRequest, TokenResponse,
};

fn parse(body: &str) -> Result<TokenRequest, RequestRefusal> {
    TokenRequest::parse(body.as_bytes(), None)
}

#[test]
fn a_code_is_asked_for_with_its_verifier() {
    let request = parse("grant_type=authorization_code&client_id=c&code=x%2By&code_verifier=v&redirect_uri=http%3A%2F%2Fa%2Fb").unwrap();
    assert_eq!(request.client_id, "c");
    assert_eq!(request.authentication, ClientAuthentication::None);
    let Grant::AuthorizationCode {
        code, redirect_uri, ..
    } = request.grant
    else {
        panic!("another grant");
    };
    assert_eq!(code.expose(), "x+y");
    assert_eq!(redirect_uri.as_deref(), Some("http://a/b"));
}

#[test]
fn unreadable_requests_are_refused_by_reason() {
    use RequestRefusal as R;
    let cases = [
        ("client_id=c", R::Missing("grant_type")),
        ("grant_type=&client_id=c", R::Missing("grant_type")),
        ("grant_type=password&client_id=c", R::GrantType),
        (
            "grant_type=authorization_code&client_id=c",
            R::Missing("code"),
        ),
        (
            "grant_type=refresh_token&client_id=c",
            R::Missing("refresh_token"),
        ),
        (
            "grant_type=authorization_code&code=x",
            R::Missing("client_id"),
        ),
        (
            "grant_type=authorization_code&client_id=c&code=x&code=y",
            R::Repeated,
        ),
    ];
    for (body, refusal) in cases {
        assert_eq!(parse(body), Err(refusal), "{body}");
    }
    assert_eq!(R::GrantType.code(), TokenErrorCode::UnsupportedGrantType);
    assert_eq!(R::Authorization.code(), TokenErrorCode::InvalidClient);
    assert_eq!(R::Repeated.code(), TokenErrorCode::InvalidRequest);
}

#[test]
fn a_client_authenticates_in_one_way() {
    let header = format!("Basic {}", STANDARD.encode("c:s+e%2Bc"));
    let with = |body: &str, header: &str| TokenRequest::parse(body.as_bytes(), Some(header));
    let request = with("grant_type=client_credentials", &header).unwrap();
    assert_eq!(request.client_id, "c");
    assert_eq!(
        request.authentication,
        ClientAuthentication::Basic("s+e+c".into())
    );
    assert!(with("grant_type=client_credentials&client_id=c", &header).is_ok());
    for body in ["client_id=d", "client_secret=s"] {
        let body = format!("grant_type=client_credentials&{body}");
        assert_eq!(
            with(&body, &header),
            Err(RequestRefusal::TwoAuthentications),
            "{body}"
        );
    }
    for header in ["", "Basic", "Basic !", "Bearer x", "Basic YQ=="] {
        let refusal = with("grant_type=client_credentials", header);
        assert_eq!(refusal, Err(RequestRefusal::Authorization), "{header}");
    }
}

#[test]
fn nothing_secret_shows_in_debug() {
    let request = parse("grant_type=authorization_code&client_id=c&code=hidden1&code_verifier=hidden2&client_secret=hidden3").unwrap();
    assert!(!format!("{request:?}").contains("hidden"), "{request:?}");
}

#[test]
fn an_answer_reads_back() {
    let answer = TokenResponse {
        id_token: Some("i".into()),
        access_token: Some("a".into()),
        refresh_token: None,
        expires_in: Some(3600),
    };
    assert_eq!(
        answer.to_json(),
        r#"{"id_token":"i","access_token":"a","expires_in":3600,"token_type":"Bearer"}"#
    );
    assert_eq!(
        TokenResponse::parse(answer.to_json().as_bytes()),
        Ok(answer)
    );
}

#[test]
fn an_unusable_answer_is_refused() {
    use ResponseRefusal as R;
    let cases = [
        ("", R::NotAnObject),
        (r#"{"access_token":"a","token_type":"mac"}"#, R::TokenType),
        (
            r#"{"token_type":"bearer","access_token":1}"#,
            R::Member("access_token"),
        ),
        (
            r#"{"token_type":"bearer","access_token":"a","access_token":"b"}"#,
            R::NotAnObject,
        ),
    ];
    for (body, refusal) in cases {
        assert_eq!(
            TokenResponse::parse(body.as_bytes()),
            Err(refusal),
            "{body}"
        );
    }
}

#[test]
fn what_providers_leave_out_is_not_missed() {
    for body in [
        r#"{"id_token":"i","access_token":"a","token_type":"bEARER"}"#,
        r#"{"id_token":"i","access_token":"a"}"#,
        r#"{"id_token":"i","token_type":"Bearer"}"#,
        r#"{"id_token":"i","token_type":null,"access_token":"","refresh_token":""}"#,
    ] {
        let answer = TokenResponse::parse(body.as_bytes()).unwrap();
        assert_eq!(answer.id_token, Some("i".into()), "{body}");
        assert_eq!(answer.refresh_token, None, "{body}");
    }
}

#[test]
fn errors_read_back_with_their_words() {
    let error = TokenError {
        code: TokenErrorCode::UnauthorizedClient,
        description: Some("invalid_redirect"),
    };
    insta::assert_snapshot!(
        error.to_json(),
        @r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#
    );
    let read = ProviderSaid::parse(error.to_json().as_bytes()).unwrap();
    assert_eq!(read.code, TokenErrorCode::UnauthorizedClient);
    assert_eq!(read.words, "unauthorized_client: invalid_redirect");
    let other = ProviderSaid::parse(br#"{"error":"slow_down"}"#).unwrap();
    assert_eq!(
        (other.code, &*other.words),
        (TokenErrorCode::Other, "slow_down")
    );
    assert_eq!(ProviderSaid::parse(b"<html>"), None);
    for code in [TokenErrorCode::InvalidGrant, TokenErrorCode::InvalidScope] {
        assert_eq!(serde_json::to_value(code).unwrap(), code.name());
    }
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9+:/?&=% ä~-]{1,40}"
}

fn grants() -> impl Strategy<Value = Grant> {
    prop_oneof![
        (text(), prop::option::of(text()), prop::option::of(text())).prop_map(
            |(code, uri, verifier)| {
                Grant::AuthorizationCode {
                    code: code.into(),
                    redirect_uri: uri,
                    code_verifier: verifier.map(Secret::from),
                }
            }
        ),
        (text(), prop::option::of(text())).prop_map(|(token, scope)| Grant::RefreshToken {
            refresh_token: token.into(),
            scope
        }),
        prop::option::of(text()).prop_map(|scope| Grant::ClientCredentials { scope }),
    ]
}

fn authentications() -> impl Strategy<Value = ClientAuthentication> {
    // What the model allows in a secret: no space, so that a plus sign is always a plus sign.
    let secret = || "[a-zA-Z0-9_+]{24,64}".prop_map(Secret::from);
    prop_oneof![
        Just(ClientAuthentication::None),
        secret().prop_map(ClientAuthentication::Basic),
        secret().prop_map(ClientAuthentication::Post),
    ]
}

proptest! {
    #[test]
    fn what_one_end_writes_the_other_reads(
        client_id in "[a-z0-9+]{1,30}", authentication in authentications(), grant in grants(),
    ) {
        let request = TokenRequest { client_id, authentication, grant };
        let header = request.authorization();
        let header = header.as_ref().map(Secret::expose);
        let read = TokenRequest::parse(request.to_form().as_bytes(), header);
        prop_assert_eq!(read, Ok(request));
    }

    #[test]
    fn garbage_never_panics(body: Vec<u8>, header in ".{0,60}", credentials: Vec<u8>) {
        let _ = TokenRequest::parse(&body, Some(&header));
        let basic = format!("Basic {}", STANDARD.encode(credentials));
        let _ = TokenRequest::parse(&body, Some(&basic));
        let _ = TokenResponse::parse(&body);
        let _ = ProviderSaid::parse(&body);
        let _ = crate::Discovery::parse(&body, "x");
    }
}
