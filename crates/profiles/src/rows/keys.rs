//! Rows of keys, and the locks on their values.

use std::collections::BTreeMap;

use crate::domain::DomainRef;
use crate::object_types::keys::digest;
use crate::profile::{StoredKey, Trust};
use signback_platform::columns;
use signback_platform::ids::ProfileId;
use signback_platform::params;
use signback_platform::store::{Error, Tx};

/// Where a key comes from, so that it goes when that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    Fields,
    Call,
    Contact,
    SignIn,
    /// An object, by its unique key.
    Object(&'a str),
}

impl<'a> Source<'a> {
    const fn text(self) -> &'a str {
        match self {
            Self::Fields => "fields",
            Self::Call => "call",
            Self::Contact => "contact",
            Self::SignIn => "sign-in",
            Self::Object(unique_key) => unique_key,
        }
    }
}

/// Has other transactions that look up any of these values wait for the end of this one.
pub(crate) fn lock(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    sorted_digests: &[[u8; 32]],
) -> Result<(), Error> {
    debug_assert!(
        sorted_digests.is_sorted(),
        "locks are taken in one order everywhere"
    );
    let sql = "INSERT INTO profile_locks (domain, digest) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let mut digests = sorted_digests.iter();
    digests.try_for_each(|digest| tx.write(sql, params![domain.id, digest]))
}

/// Removes the rows of [`lock`]; the values stay locked until the transaction ends.
pub(crate) fn unlock(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    digests: &[[u8; 32]],
) -> Result<(), Error> {
    let sql = "DELETE FROM profile_locks WHERE domain = $1 AND digest = $2";
    let mut digests = digests.iter();
    digests.try_for_each(|digest| tx.write(sql, params![domain.id, digest]))
}

/// Up to two profiles that have a value of a key, with at least this trust.
pub(crate) fn holders(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
    value: &str,
    trust_min: Trust,
) -> Result<Vec<ProfileId>, Error> {
    let now = tx.now();
    tx.list(
        "SELECT DISTINCT k.profile FROM profile_keys k
         JOIN profiles p ON p.domain = k.domain AND p.id = k.profile
         WHERE k.domain = $1 AND k.name = $2 AND k.digest = $3 AND k.trust >= $4
             AND p.expires_at > $5
         ORDER BY k.profile LIMIT 2",
        params![domain.id, name, digest(value), trust_min as i64, now],
    )
}

/// The profiles from `from` on that have a value of a key, whatever its trust.
pub(crate) fn holders_from(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
    value: &[u8; 32],
    from: &str,
    limit: i64,
) -> Result<Vec<String>, Error> {
    let now = tx.now();
    tx.list(
        "SELECT DISTINCT k.profile FROM profile_keys k
         JOIN profiles p ON p.domain = k.domain AND p.id = k.profile
         WHERE k.domain = $1 AND k.name = $2 AND k.digest = $3 AND k.profile >= $4
             AND p.expires_at > $5
         ORDER BY k.profile LIMIT $6",
        params![domain.id, name, value, from, now, limit],
    )
}

/// Whether an object has a value of a key.
pub(crate) fn object_has(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    unique_key: &str,
    name: &str,
    value: &[u8; 32],
) -> Result<bool, Error> {
    let trust = tx.find::<i64>(
        "SELECT trust FROM profile_keys
         WHERE domain = $1 AND name = $2 AND digest = $3 AND profile = $4 AND origin = $5",
        params![domain.id, name, value, profile, unique_key],
    )?;
    Ok(trust.is_some())
}

columns! {
    struct KeyRow as select_keys {
        name: String,
        digest: Vec<u8>,
        trust: i64,
    }
}

/// Makes `wanted` the keys of a profile from one source; writes only what differs.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    source: Source<'_>,
    wanted: &[StoredKey],
) -> Result<(), Error> {
    let rows: Vec<KeyRow> = tx.list(
        select_keys!("FROM profile_keys WHERE domain = $1 AND profile = $2 AND origin = $3"),
        params![domain.id, profile, source.text()],
    )?;
    let mut present: BTreeMap<_, _> = rows
        .into_iter()
        .map(|row| ((row.name, row.digest), row.trust))
        .collect();
    for key in wanted {
        let digest = digest(&key.value);
        let trust = present.remove(&(key.name.clone(), digest.to_vec()));
        if trust != Some(key.trust as i64) {
            add(tx, domain, profile, source, key)?;
        }
    }
    for (name, digest) in present.keys() {
        tx.write(
            "DELETE FROM profile_keys
             WHERE domain = $1 AND name = $2 AND digest = $3 AND profile = $4 AND origin = $5",
            params![domain.id, name, digest, profile, source.text()],
        )?;
    }
    Ok(())
}

/// Adds a key to a profile.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    source: Source<'_>,
    key: &StoredKey,
) -> Result<(), Error> {
    tx.write(
        "INSERT INTO profile_keys (domain, name, digest, profile, origin, trust)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (domain, name, digest, profile, origin) DO UPDATE SET trust = excluded.trust",
        params![
            domain.id,
            key.name,
            digest(&key.value),
            profile,
            source.text(),
            key.trust as i64
        ],
    )
}

/// The names of the keys that a source gave a profile.
pub(crate) fn names(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    source: Source<'_>,
) -> Result<Vec<String>, Error> {
    tx.list(
        "SELECT DISTINCT name FROM profile_keys
         WHERE domain = $1 AND profile = $2 AND origin = $3 ORDER BY name",
        params![domain.id, profile, source.text()],
    )
}

/// How many keys calls have added to a profile.
pub(crate) fn added_count(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
) -> Result<i64, Error> {
    tx.count(
        "SELECT COUNT(*) FROM profile_keys WHERE domain = $1 AND profile = $2 AND origin = 'call'",
        params![domain.id, profile],
    )
}

/// Removes a value of a key from a profile, unless it comes from the standard fields.
pub(crate) fn remove(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    name: &str,
    value: &str,
) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM profile_keys
         WHERE domain = $1 AND name = $2 AND digest = $3 AND profile = $4 AND origin <> 'fields'",
        params![domain.id, name, digest(value), profile],
    )
}

/// Ties a customer of an identity provider to a profile and to no other.
pub(crate) fn tie_identity(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    profile: &ProfileId,
    identity: &StoredKey,
) -> Result<(), Error> {
    // A profile that has expired but is not yet swept may still hold it.
    tx.write(
        "DELETE FROM profile_keys
         WHERE domain = $1 AND name = $2 AND digest = $3 AND profile <> $4",
        params![domain.id, identity.name, digest(&identity.value), profile],
    )?;
    add(tx, domain, profile, Source::SignIn, identity)
}

/// Removes what ties a contact to any profile by an earlier sign-in.
pub(crate) fn forget_contact(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    contact: &StoredKey,
) -> Result<(), Error> {
    tx.write(
        "DELETE FROM profile_keys
         WHERE domain = $1 AND name = $2 AND digest = $3 AND origin = 'contact'",
        params![domain.id, contact.name, digest(&contact.value)],
    )
}
