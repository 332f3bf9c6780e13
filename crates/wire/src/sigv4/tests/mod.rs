//! Signatures against vectors and an official signer.

mod official;
mod vectors;

use http::{HeaderName, HeaderValue};

use super::*;

/// The key pair of AWS's published examples.
const EXAMPLE: Credentials<'_> = Credentials {
    access_key_id: "AKIDEXAMPLE",
    secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    session_token: None,
};
/// 2015-08-30T12:36:00Z.
const THEN: i64 = 1_440_938_160;
const SCOPE: Scope<'_> = Scope {
    region: "us-east-1",
    service: "service",
    time: THEN,
};
const CHECKS: Checks<'_> = Checks {
    now: THEN,
    skew_seconds: 300,
    service: "service",
    region: None,
    unsigned_payload: false,
};

/// A request in pieces.
#[derive(Debug, Clone)]
struct Pieces {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Pieces {
    fn parse(text: &str) -> Pieces {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        // Folded lines are one line.
        let head = head.replace("\n ", " ");
        let mut lines = head.lines();
        let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1");
        let (method, target) = line.split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(':').unwrap();
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        Pieces {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            headers,
            body: body.into(),
        }
    }

    fn set(&mut self, name: &'static str, value: &'static str) {
        self.headers.insert(name, HeaderValue::from_static(value));
    }

    fn covered(&self) -> Covered<'_> {
        Covered {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
        }
    }

    fn sign(&mut self, credentials: &Credentials<'_>) {
        let Pieces {
            method,
            path,
            query,
            headers,
            body,
        } = self;
        sign(
            method,
            path,
            query,
            headers,
            Payload::Body(body),
            credentials,
            &SCOPE,
        )
        .unwrap();
    }

    fn verify(&self, checks: &Checks<'_>) -> Result<(), Unverified> {
        let presented = Presented::read(&self.headers, &self.query)?;
        presented.verify(
            &self.covered(),
            &self.body,
            EXAMPLE.secret_access_key,
            checks,
        )
    }
}

fn signed() -> Pieces {
    let mut pieces = Pieces::parse(
        "POST /contact/chat?b=2&a=1 HTTP/1.1\nHost:localhost\nContent-Type:application/json\n\n{}",
    );
    pieces.sign(&EXAMPLE);
    pieces
}

fn signature_in(text: &str) -> &str {
    text.rsplit_once("Signature=").unwrap().1
}

#[test]
fn a_token_that_was_added_after_signing_is_refused() {
    let mut pieces = signed();
    pieces
        .headers
        .insert("x-amz-security-token", HeaderValue::from_static("token"));
    assert_eq!(
        pieces.verify(&CHECKS),
        Err(Unverified::UnsignedHeader("x-amz-security-token".into()))
    );
}

#[test]
fn an_empty_token_is_none() {
    let mut pieces = Pieces::parse("GET / HTTP/1.1\nHost:localhost\n");
    pieces.sign(&Credentials {
        session_token: Some(""),
        ..EXAMPLE
    });
    assert!(!pieces.headers.contains_key("x-amz-security-token"));
}

#[test]
fn any_change_is_refused() {
    let changes: [fn(&mut Pieces); 6] = [
        |pieces| pieces.method = "PUT".into(),
        |pieces| pieces.path = "/contact/chats".into(),
        |pieces| pieces.query = "a=1&b=3".into(),
        |pieces| pieces.body = b"{ }".to_vec(),
        |pieces| pieces.set("host", "elsewhere"),
        |pieces| pieces.set("content-type", "text/plain"),
    ];
    for change in changes {
        let mut pieces = signed();
        assert_eq!(pieces.verify(&CHECKS), Ok(()));
        change(&mut pieces);
        assert_eq!(
            pieces.verify(&CHECKS),
            Err(Unverified::Signature),
            "{pieces:?}"
        );
    }
    let presented = Presented::read(&signed().headers, "").unwrap();
    let other = presented.verify(&signed().covered(), b"{}", "another secret", &CHECKS);
    assert_eq!(other, Err(Unverified::Signature));
}

#[test]
fn the_order_of_the_query_makes_no_difference() {
    let mut pieces = signed();
    pieces.query = "a=1&b=2".into();
    assert_eq!(pieces.verify(&CHECKS), Ok(()));
}

#[test]
fn time_and_scope_are_held_against_the_checks() {
    let pieces = signed();
    let with = |checks| pieces.verify(&checks);
    assert_eq!(
        with(Checks {
            now: THEN + 300,
            ..CHECKS
        }),
        Ok(())
    );
    assert_eq!(
        with(Checks {
            now: THEN + 301,
            ..CHECKS
        }),
        Err(Unverified::Expired)
    );
    assert_eq!(
        with(Checks {
            now: THEN - 300,
            ..CHECKS
        }),
        Ok(())
    );
    assert_eq!(
        with(Checks {
            now: THEN - 301,
            ..CHECKS
        }),
        Err(Unverified::NotYetValid)
    );
    assert_eq!(
        with(Checks {
            service: "connect",
            ..CHECKS
        }),
        Err(Unverified::Scope("service"))
    );
    assert_eq!(
        with(Checks {
            region: Some("eu-west-1"),
            ..CHECKS
        }),
        Err(Unverified::Scope("region"))
    );
    let mut other_day = signed();
    let text = other_day.headers["authorization"]
        .to_str()
        .unwrap()
        .replace("/20150830/", "/20150829/");
    other_day
        .headers
        .insert("authorization", HeaderValue::from_str(&text).unwrap());
    assert_eq!(other_day.verify(&CHECKS), Err(Unverified::Scope("date")));
}

#[test]
fn an_address_is_valid_for_its_time_only() {
    let mut pieces = Pieces::parse("GET /socket HTTP/1.1\nHost:localhost\n");
    pieces.query = presign(&pieces.covered(), Payload::Body(b""), &EXAMPLE, &SCOPE, 60).unwrap();
    assert_eq!(
        pieces.verify(&Checks {
            now: THEN + 60,
            ..CHECKS
        }),
        Ok(())
    );
    assert_eq!(
        pieces.verify(&Checks {
            now: THEN + 61,
            ..CHECKS
        }),
        Err(Unverified::Expired)
    );
    pieces.query = pieces
        .query
        .replace("X-Amz-Expires=60", "X-Amz-Expires=6000");
    assert_eq!(pieces.verify(&CHECKS), Err(Unverified::Signature));
    pieces.query = pieces
        .query
        .replace("X-Amz-Expires=6000", "X-Amz-Expires=604801");
    assert!(matches!(
        pieces.verify(&CHECKS),
        Err(Unverified::Malformed(_))
    ));
}

#[test]
fn a_body_is_left_out_only_where_that_is_allowed() {
    let mut pieces = Pieces::parse(
        "POST / HTTP/1.1\nHost:localhost\nX-Amz-Content-Sha256:UNSIGNED-PAYLOAD\n\nanything",
    );
    let Pieces {
        method,
        path,
        query,
        headers,
        ..
    } = &mut pieces;
    sign(
        method,
        path,
        query,
        headers,
        Payload::Unsigned,
        &EXAMPLE,
        &SCOPE,
    )
    .unwrap();
    assert_eq!(
        pieces.verify(&Checks {
            unsigned_payload: true,
            ..CHECKS
        }),
        Ok(())
    );
    assert_eq!(pieces.verify(&CHECKS), Err(Unverified::Payload));
}

#[test]
fn what_cannot_be_read_is_told_apart_from_what_is_missing() {
    let read = |authorization: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-amz-date", HeaderValue::from_static("20150830T123600Z"));
        headers.insert(
            "authorization",
            HeaderValue::from_str(authorization).unwrap(),
        );
        Presented::read(&headers, "")
    };
    let signature = "a".repeat(64);
    let whole = format!(
        "AWS4-HMAC-SHA256 Credential=A/20150830/r/s/aws4_request, SignedHeaders=host, Signature={signature}"
    );
    assert!(read(&whole).is_ok());
    assert!(read(&whole.replace(", ", ",")).is_ok());
    assert_eq!(
        Presented::read(&HeaderMap::new(), ""),
        Err(Unverified::Missing)
    );
    for broken in [
        "Bearer x".to_owned(),
        "AWS4-HMAC-SHA256".to_owned(),
        whole.replace("aws4_request", "aws3_request"),
        whole.replace("Credential=A/20150830/r/s", "Credential=A/r/s"),
        whole.replace("Signature=a", "Signature=g"),
        whole.replace("SignedHeaders=host", "SignedHeaders=host;date"),
        whole.replace("SignedHeaders=host, ", ""),
        whole.replace(
            "SignedHeaders=host",
            "SignedHeaders=host, SignedHeaders=host",
        ),
    ] {
        assert!(
            matches!(read(&broken), Err(Unverified::Malformed(_))),
            "{broken}"
        );
    }
}

#[test]
fn secrets_are_not_shown() {
    let shown = format!(
        "{EXAMPLE:?} {:?}",
        Presented::read(&signed().headers, "").unwrap()
    );
    assert!(!shown.contains("wJalr"));
    assert!(shown.contains("AKIDEXAMPLE"));
}
