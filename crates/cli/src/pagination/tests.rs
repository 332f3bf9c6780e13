//! Pages, limits and tokens.

use super::token::{decode, encode};
use crate::failure::Failure;
use crate::value::{Map, Value};

#[test]
fn tokens_are_read_back() {
    let names = ["NextToken".to_owned()];
    let tokens = Map::from_iter([
        ("NextToken".to_owned(), Value::from("tok1")),
        (super::token::CUT.to_owned(), Value::Int(2)),
    ]);
    let token = encode(tokens, &names).unwrap();
    assert_eq!(
        token,
        "eyJOZXh0VG9rZW4iOiAidG9rMSIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDJ9"
    );
    let (tokens, shown) = decode(&token, &names).unwrap();
    assert_eq!((tokens["NextToken"].as_str(), shown), (Some("tok1"), 2));
}

#[test]
fn a_services_own_token_is_taken_as_it_is() {
    let names = ["Marker".to_owned()];
    let (tokens, shown) = decode("abc", &names).unwrap();
    assert_eq!((tokens["Marker"].as_str(), shown), (Some("abc"), 0));
    let (tokens, shown) = decode("abc___3", &names).unwrap();
    assert_eq!((tokens["Marker"].as_str(), shown), (Some("abc"), 3));
    assert!(decode("a___b___c", &names).is_err());
}

#[test]
fn tokens_are_decoded_as_leniently_as_python_does() {
    let names = ["NextToken".to_owned()];
    for (text, tokens, shown) in [
        // `{}` with more letters behind the padding, and with bits that mean nothing.
        ("e30=xx", Map::new(), 0),
        ("e31=", Map::new(), 0),
        (
            "eyJOZXh0VG9rZW4iOiAiYSIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IG51bGx9",
            Map::from_iter([("NextToken".to_owned(), Value::from("a"))]),
            0,
        ),
        // `[]` is no token of ours, and a service may like it.
        (
            "W10=",
            Map::from_iter([("NextToken".to_owned(), Value::from("W10="))]),
            0,
        ),
        (
            "None",
            Map::from_iter([("NextToken".to_owned(), Value::Null)]),
            0,
        ),
    ] {
        assert_eq!(decode(text, &names), Ok((tokens, shown)), "{text}");
    }
    for (text, problem) in [
        ("MQ==", "'int' object has no attribute 'pop'"),
        ("bnVsbA==", "'NoneType' object has no attribute 'pop'"),
        (
            "eyJib3RvX3RydW5jYXRlX2Ftb3VudCI6ICJ4In0=",
            "slice indices must be integers or None or have an __index__ method",
        ),
    ] {
        assert_eq!(
            decode(text, &names),
            Err(Failure::general(problem)),
            "{text}"
        );
    }
}
