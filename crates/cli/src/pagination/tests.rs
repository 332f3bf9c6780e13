//! Pages, limits and tokens.

use super::token::{decode, encode};
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
