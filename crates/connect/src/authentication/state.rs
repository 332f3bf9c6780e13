//! The `State` in a sign-in URL: the sign-in's own key and a random part.

use signback_platform::ids::SignInId;
use signback_platform::store::Tx;
use signback_platform::token::Token;

/// A fresh state for a sign-in.
pub(super) fn state_of(tx: &Tx<'_>, id: &SignInId) -> Token {
    let mut key = [0; 16];
    hex::decode_to_slice(id.as_str().replace('-', ""), &mut key)
        .expect("a sign-in's id is a UUID: begin() makes it");
    Token::new(key, tx.new_secret_bytes())
}

/// The sign-in that a state belongs to if it is genuine.
pub(super) fn sign_in_of(state: &Token) -> SignInId {
    let key = state.key();
    SignInId::new(format!(
        "{}-{}-{}-{}-{}",
        &key[..8],
        &key[8..12],
        &key[12..16],
        &key[16..20],
        &key[20..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_leads_to_its_sign_in() {
        let state = Token::new([0xab; 16], [1; 32]);
        let id = sign_in_of(&state);
        assert_eq!(id.as_str(), "abababab-abab-abab-abab-abababababab");
        let mut key = [0; 16];
        hex::decode_to_slice(id.as_str().replace('-', ""), &mut key).unwrap();
        assert_eq!(key, [0xab; 16]);
    }
}
