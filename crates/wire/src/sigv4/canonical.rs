//! The canonical form of a request.

use std::borrow::Cow;

use http::HeaderMap;
use percent_encoding::{percent_decode_str, utf8_percent_encode};

use super::Covered;
use crate::encoding::{RESERVED, RESERVED_IN_PATH};

/// The canonical request. `left_out` is a query parameter that the signature cannot cover: itself.
pub(super) fn request(
    covered: &Covered<'_>,
    signed: &[String],
    payload: &str,
    left_out: Option<&str>,
) -> String {
    let mut text = String::with_capacity(256);
    text.extend([covered.method, "\n"]);
    text.extend(utf8_percent_encode(
        &normal_path(covered.path),
        RESERVED_IN_PATH,
    ));
    text.push('\n');
    text.push_str(&query(covered.query, left_out));
    text.push('\n');
    for name in signed {
        text.extend([name, ":"]);
        header(&mut text, covered.headers, name);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&signed.join(";"));
    text.extend(["\n", payload]);
    text
}

/// The path without empty parts and dots (RFC 3986, section 5.2.4).
///
/// It is encoded once more than on the wire, as every service but S3 does.
fn normal_path(path: &str) -> Cow<'_, str> {
    if !path.contains('.') && !path.contains("//") && path.starts_with('/') {
        return Cow::Borrowed(path);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let is_folder = ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    let end = if is_folder && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    Cow::Owned(format!("/{}{end}", parts.join("/")))
}

/// The query string, each name and value encoded in one way, sorted.
pub(super) fn query(query: &str, left_out: Option<&str>) -> String {
    if query.is_empty() {
        return String::new();
    }
    let encoded = |text: &str| {
        let blanks = text.replace('+', " ");
        let bytes: Vec<u8> = percent_decode_str(&blanks).collect();
        percent_encoding::percent_encode(&bytes, RESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encoded(name), encoded(value)))
        .filter(|(name, _)| left_out != Some(name))
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// A header's values, joined with commas, with single blanks.
fn header(text: &mut String, headers: &HeaderMap, name: &str) {
    for (place, value) in headers.get_all(name).iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        for (place, word) in value.split_ascii_whitespace().enumerate() {
            if place > 0 {
                text.push(' ');
            }
            text.push_str(word);
        }
    }
}
