//! Who vouches for the values of an object: a caller of the interface for all of them, a sign-in
//! only for what its provider has verified or assigned.

use serde_json::{Map, Value};

use crate::object_types::content::is_international;

/// Where an object comes from.
#[derive(Clone, Debug)]
pub(crate) enum Voucher {
    /// A call of the interface: its values are trusted as they are.
    Caller,
    /// A customer's claims.
    SignIn(Vouched),
}

/// What a sign-in vouches for.
#[derive(Clone, Debug)]
pub(crate) struct Vouched {
    claims: Vec<&'static str>,
    /// A user pool, whose `sub` is unique by itself; elsewhere it is unique within an issuer.
    by_pool: bool,
    /// Claims that the customer may write are vouched for too, but e-mail and phone.
    client_writable: bool,
}

/// The claims that a provider assigns.
const ASSIGNED: &[&str] = &["iss", "sub", "email_verified", "phone_number_verified"];

impl Vouched {
    /// Reads from the claims what has been verified.
    pub(crate) fn new(claims: &Map<String, Value>, by_pool: bool, client_writable: bool) -> Self {
        // Attributes mapped from other providers arrive as text.
        let yes = |claim: &str| match claims.get(claim) {
            Some(Value::Bool(verified)) => *verified,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        let number = claims
            .get("phone_number")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut vouched = ASSIGNED.to_vec();
        if yes("email_verified") {
            vouched.push("email");
        }
        if yes("phone_number_verified") && is_international(number) {
            vouched.push("phone_number");
        }
        Self {
            claims: vouched,
            by_pool,
            client_writable,
        }
    }

    fn vouches(&self, claim: &str) -> bool {
        self.claims.contains(&claim)
            || (self.client_writable && !matches!(claim, "email" | "phone_number"))
    }
}

impl Voucher {
    /// Whether a value made of these claims is vouched for; unknown claims never are.
    pub(crate) fn vouches_for_value(&self, claims: Option<&[String]>) -> bool {
        match (self, claims) {
            (Self::Caller, _) => true,
            (Self::SignIn(vouched), Some(claims)) => {
                !claims.is_empty() && claims.iter().all(|claim| vouched.vouches(claim))
            }
            (Self::SignIn(_), None) => false,
        }
    }

    /// Whether a key over these claims may find a profile: they are vouched for, and one of them
    /// tells customers apart.
    pub(crate) fn vouches_for_key(&self, claims: Option<&[String]>) -> bool {
        let Self::SignIn(vouched) = self else {
            return true;
        };
        let has = |claim: &str| claims.is_some_and(|all| all.iter().any(|each| each == claim));
        let only = |known: &[&str]| {
            claims.is_some_and(|all| all.iter().all(|each| known.contains(&each.as_str())))
        };
        if !self.vouches_for_value(claims)
            || only(&["iss", "email_verified", "phone_number_verified"])
        {
            return false;
        }
        // A subject without its issuer is another provider's to choose.
        let subject_alone = only(&["sub", "email_verified", "phone_number_verified"]);
        !(subject_alone && has("sub") && !vouched.by_pool)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sign_in(claims: &Value, by_pool: bool, client_writable: bool) -> Voucher {
        Voucher::SignIn(Vouched::new(
            claims.as_object().unwrap(),
            by_pool,
            client_writable,
        ))
    }

    fn key(voucher: &Voucher, claims: &[&str]) -> bool {
        let claims: Vec<String> = claims.iter().map(|claim| (*claim).to_owned()).collect();
        voucher.vouches_for_key(Some(&claims))
    }

    #[test]
    fn only_what_was_verified_is_vouched_for() {
        let verified = json!({
            "email": "a@b.example", "email_verified": true,
            "phone_number": "+15551234567", "phone_number_verified": "true",
        });
        let voucher = sign_in(&verified, true, false);
        assert!(key(&voucher, &["email"]) && key(&voucher, &["phone_number"]));
        assert!(key(&voucher, &["sub"]) && key(&voucher, &["iss", "sub"]));
        assert!(key(&voucher, &["email_verified", "email"]));
        assert!(!key(&voucher, &["email", "custom:tier"]));
        assert!(!key(&voucher, &["custom:tier"]));
        assert!(!key(&voucher, &["iss"]));
        assert!(!key(&voucher, &[]));
        assert!(!voucher.vouches_for_key(None));

        for claim in [json!(false), json!("yes"), json!(1), json!(null)] {
            let claims = json!({"email": "a@b.example", "email_verified": claim});
            assert!(!key(&sign_in(&claims, true, false), &["email"]));
        }
        let national = json!({"phone_number": "5551234567", "phone_number_verified": true});
        assert!(!key(&sign_in(&national, true, false), &["phone_number"]));
    }

    #[test]
    fn client_writable_claims_count_only_if_allowed_and_never_replace_verification() {
        let claims = json!({"email": "a@b.example", "email_verified": false});
        let voucher = sign_in(&claims, true, true);
        assert!(key(&voucher, &["custom:crm"]));
        assert!(!key(&voucher, &["email"]));
    }

    #[test]
    fn a_subject_alone_counts_only_from_a_pool() {
        let voucher = sign_in(&json!({}), false, false);
        assert!(!key(&voucher, &["sub"]));
        assert!(key(&voucher, &["iss", "sub"]));
    }
}
