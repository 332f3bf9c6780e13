//! Answers that come compressed, though nobody asked for that: some providers and the proxies in
//! front of them do it whatever a request says.

use std::io::Read as _;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::{Response, header};

use super::Error;

/// The answer with its body as it was before it was compressed, which may be as long as an answer
/// that came plain.
pub(super) fn decoded(
    answer: Response<Bytes>,
    body_bytes_max: usize,
) -> Result<Response<Bytes>, Error> {
    let (mut head, body) = answer.into_parts();
    let named = head.headers.get(header::CONTENT_ENCODING);
    let name = named.map_or(&b"identity"[..], |name| name.as_bytes());
    let gzip = ["gzip", "x-gzip"]
        .iter()
        .any(|it| name.eq_ignore_ascii_case(it.as_bytes()));
    if !gzip {
        return if name.eq_ignore_ascii_case(b"identity") {
            Ok(Response::from_parts(head, body))
        } else {
            Err(Error::NoAnswer(
                "the answer is in a Content-Encoding that was not asked for",
                None,
            ))
        };
    }
    let mut plain = Vec::new();
    let limit = u64::try_from(body_bytes_max).unwrap_or(u64::MAX);
    MultiGzDecoder::new(&*body)
        .take(limit.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|error| {
            Error::NoAnswer(
                "the answer is not the gzip that it says",
                Some(error.into()),
            )
        })?;
    if plain.len() > body_bytes_max {
        return Err(Error::NoAnswer("the answer is too long", None));
    }
    head.headers.remove(header::CONTENT_ENCODING);
    head.headers.remove(header::CONTENT_LENGTH);
    Ok(Response::from_parts(head, plain.into()))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn answer(encoding: &str, body: Vec<u8>) -> Response<Bytes> {
        Response::builder()
            .header(header::CONTENT_ENCODING, encoding)
            .body(body.into())
            .unwrap()
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_undone() {
        for name in ["gzip", "GZIP", "x-gzip"] {
            let answer = decoded(answer(name, gzip(b"{}")), 100).unwrap();
            assert_eq!(answer.body(), &b"{}"[..]);
            assert!(answer.headers().is_empty());
        }
        assert_eq!(
            decoded(answer("identity", b"x".to_vec()), 9)
                .unwrap()
                .body(),
            &b"x"[..]
        );
    }

    #[test]
    fn a_short_answer_does_not_grow_beyond_the_limit() {
        let bomb = gzip(&vec![0; 1_000_000]);
        assert!(bomb.len() < 10_000);
        assert!(decoded(answer("gzip", bomb.clone()), 999_999).is_err());
        assert!(decoded(answer("gzip", bomb), 1_000_000).is_ok());
    }

    #[test]
    fn what_cannot_be_undone_is_no_answer() {
        assert!(decoded(answer("br", vec![]), 9).is_err());
        assert!(decoded(answer("gzip", b"plain".to_vec()), 9).is_err());
    }
}
