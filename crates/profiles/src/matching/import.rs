//! A sign-in's claims become the customer's profile.

use serde_json::{Map, Value};

use super::ingestion::{Intake, ingest};
use super::voucher::{Vouched, Voucher};
use crate::domain::DomainRef;
use crate::domains;
use crate::object_types::keys::{self, SEPARATOR};
use crate::profile::Profile;
use crate::profile::{StoredKey, Trust};
use crate::refusal::Refusal;
use crate::rows::keys as key_rows;
use signback_platform::ids::{ContactId, ProfileId};
use signback_platform::settings::Matching;
use signback_platform::store::{Error, Tx};

/// Longest object, in bytes of its JSON.
pub(crate) const OBJECT_BYTES_MAX: usize = 256_000;
/// Claims about the token, not about the customer: they are not kept.
const TOKEN_CLAIMS: &[&str] = &[
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "jti",
    "origin_jti",
    "event_id",
    "sid",
];

/// Who says who the customer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityProvider {
    /// A user pool, by its id: its address may change, its customers stay the same.
    Pool(String),
    /// A provider outside, by its issuer.
    Issuer(String),
}

/// A sign-in's verified ID token, to be imported.
#[derive(Clone)]
pub struct Import {
    /// The object type that the block names.
    pub object_type: String,
    /// Who issued the token.
    pub provider: IdentityProvider,
    /// The claims.
    pub claims: Map<String, Value>,
    /// Which matching runs.
    pub matching: Matching,
    /// Whether keys over claims that the customer may write (`custom:…`, names) attach to a
    /// profile; e-mail and phone never do unverified.
    pub client_writable_keys: bool,
    /// The contact that becomes associated with the profile.
    pub contact: ContactId,
}

/// The profile that a sign-in led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The profile.
    pub profile_id: ProfileId,
    /// Its first name, if it has one: the customer's new display name.
    pub first_name: Option<String>,
}

/// Imports a sign-in: finds the customer's profile or makes one, stores the claims on it, and
/// associates the contact. The outer error is the store's; nothing is written when it is refused.
pub fn import(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    import: &Import,
) -> Result<Result<Imported, Refusal>, Error> {
    match take(tx, domain, import) {
        Ok(profile) => Ok(Ok(Imported {
            first_name: profile.first_name().map(str::to_owned),
            profile_id: profile.id,
        })),
        Err(Refusal::Store(error)) => Err(error),
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn take(tx: &mut Tx<'_>, domain: &DomainRef, import: &Import) -> Result<Profile, Refusal> {
    let definition = domains::definition(tx, domain, &import.object_type)?
        .ok_or_else(|| Refusal::ObjectTypeUnknown(import.object_type.clone()))?;
    let subject = match import.claims.get("sub").and_then(Value::as_str) {
        Some(subject) if !subject.is_empty() => subject,
        _ => return Err(Refusal::invalid("sub", "the claim is required")),
    };
    let mut claims = import.claims.clone();
    claims.retain(|claim, _| !TOKEN_CLAIMS.contains(&claim.as_str()));
    let text = Value::Object(claims.clone()).to_string();
    if text.len() > OBJECT_BYTES_MAX {
        return Err(Refusal::invalid(
            "claims",
            format!("at most {OBJECT_BYTES_MAX} bytes"),
        ));
    }
    let by_pool = matches!(import.provider, IdentityProvider::Pool(_));
    let voucher = Voucher::SignIn(Vouched::new(&claims, by_pool, import.client_writable_keys));
    let identity = identity(&import.provider, subject);
    let intake = Intake {
        domain,
        object_type: &import.object_type,
        definition: &definition,
        object: &claims,
        text: &text,
        voucher: &voucher,
        // AWS's documented matching knows the type's keys only.
        identity: (import.matching == Matching::Verified).then_some(identity.as_str()),
        matching: import.matching,
    };
    let profile = ingest(tx, &intake)?.profile.ok_or(Refusal::NoProfile)?;
    let contact = StoredKey {
        name: keys::CONTACT.to_owned(),
        value: import.contact.as_str().to_owned(),
        trust: Trust::Exact,
    };
    key_rows::forget_contact(tx, domain, &contact)?;
    key_rows::add(tx, domain, &profile.id, key_rows::Source::Contact, &contact)?;
    Ok(profile)
}

/// The value of the reserved key: a pool and an issuer never give the same.
fn identity(provider: &IdentityProvider, subject: &str) -> String {
    let (kind, name) = match provider {
        IdentityProvider::Pool(id) => ("pool", id),
        IdentityProvider::Issuer(url) => ("issuer", url),
    };
    format!(
        "{kind}{SEPARATOR}{}{SEPARATOR}{name}{SEPARATOR}{subject}",
        name.len()
    )
}
