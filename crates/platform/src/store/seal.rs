//! Sealing of secrets at rest: AES-256-GCM under a master key.
//!
//! A sealed value is `key id (8) ‖ salt (16) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. Each value has
//! a key of its own, derived from the master key and the salt, so that no number of values
//! exhausts the nonces of one key. The place (table, column, row) is authenticated with it: a
//! value copied to another place does not open. The key id tells which master key of the ring
//! made it, so that a new one can be put in front while the old ones still open what they made.

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use ring::{aead, hmac};
use zeroize::Zeroizing;

use super::Error;
use crate::random::Random;

const ID_LENGTH: usize = 8;
const SALT_LENGTH: usize = 16;
const HEAD_LENGTH: usize = ID_LENGTH + SALT_LENGTH + aead::NONCE_LEN;
const MASTER_KEY_LENGTH: usize = 32;
/// How many master keys a file may hold.
const KEYS_MAX: usize = 16;

/// Where a sealed value lives; it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The column's name.
    pub column: &'a str,
    /// The row's key.
    pub row: &'a str,
}

impl Place<'_> {
    /// The three names, each with its length in front, so that no two places look alike.
    fn associated_data(&self) -> Vec<u8> {
        let mut data =
            Vec::with_capacity(24 + self.table.len() + self.column.len() + self.row.len());
        for part in [self.table, self.column, self.row] {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part.as_bytes());
        }
        data
    }
}

/// The master keys: the first seals, all open.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<Vec<MasterKey>>,
}

struct MasterKey {
    id: [u8; ID_LENGTH],
    key: hmac::Key,
}

impl MasterKey {
    fn new(bytes: &[u8; MASTER_KEY_LENGTH]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let mut id = [0; ID_LENGTH];
        id.copy_from_slice(&hmac::sign(&key, b"signback master key id").as_ref()[..ID_LENGTH]);
        Self { id, key }
    }

    fn digest(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"signback digest");
        context.update(&place.associated_data());
        context.update(plain);
        [&self.id, context.sign().as_ref()].concat()
    }

    /// The key of one value.
    fn derive(&self, salt: &[u8]) -> aead::LessSafeKey {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"signback sealed value");
        context.update(salt);
        let unbound = aead::UnboundKey::new(&aead::AES_256_GCM, context.sign().as_ref())
            .expect("an HMAC-SHA256 tag has the length of an AES-256 key");
        aead::LessSafeKey::new(unbound)
    }
}

impl Keyring {
    /// A ring of the given keys, the sealing one first.
    #[must_use]
    pub fn new(first: &[u8; MASTER_KEY_LENGTH], others: &[[u8; MASTER_KEY_LENGTH]]) -> Self {
        let keys = std::iter::once(first)
            .chain(others)
            .map(MasterKey::new)
            .collect();
        Self {
            keys: Arc::new(keys),
        }
    }

    /// A ring of one fresh key, for databases that do not outlive the process.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self::new(&random.secret_bytes(), &[])
    }

    /// A keyed digest of a value for a place, by which the same value is known again there: `key id
    /// (8) ‖ HMAC-SHA256`. Without the master key nobody can try values against it.
    pub(super) fn digest(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        self.keys[0].digest(place, plain)
    }

    /// Whether the digest is that of the value; none when its master key is not in the ring.
    pub(super) fn is_digest_of(
        &self,
        place: Place<'_>,
        digest: &[u8],
        plain: &[u8],
    ) -> Option<bool> {
        let key = self.keys.iter().find(|key| digest.starts_with(&key.id))?;
        Some(digest == key.digest(place, plain))
    }

    /// Reads a master key file: one key of 64 hexadecimal digits a line, the sealing one first;
    /// empty lines and lines that start with `#` are skipped.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let problem = |what: &str| Error::Settings {
            what: format!("the master key file {} {what}", path.display()),
        };
        let failed = |error: std::io::Error| problem(&format!("cannot be read: {error}"));
        let mode = std::fs::metadata(path)
            .map_err(failed)?
            .permissions()
            .mode();
        if mode & 0o007 != 0 {
            return Err(problem(
                "is open to every user of this machine: chmod 600 it",
            ));
        }
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(failed)?);
        let mut keys = Vec::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut key = Zeroizing::new([0; MASTER_KEY_LENGTH]);
            hex::decode_to_slice(line, &mut *key)
                .map_err(|_| problem("has a line that is not 64 hexadecimal digits"))?;
            keys.push(MasterKey::new(&key));
        }
        if keys.is_empty() || keys.len() > KEYS_MAX {
            return Err(problem("must hold at least one key and at most 16"));
        }
        Ok(Self {
            keys: Arc::new(keys),
        })
    }

    /// Reads a master key file, or makes one with a fresh key, readable by its owner only.
    pub fn read_or_create(path: &Path, random: &dyn Random) -> Result<Self, Error> {
        match create_key_file(path, random) {
            Ok(()) => Self::read(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Self::read(path),
            Err(error) => Err(Error::Settings {
                what: format!(
                    "the master key file {} cannot be made: {error}",
                    path.display()
                ),
            }),
        }
    }

    /// Whether `sealed` was made with the ring's first key.
    pub(super) fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.starts_with(&self.keys[0].id)
    }

    pub(super) fn seal(&self, random: &dyn Random, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let master = &self.keys[0];
        let mut sealed = Vec::with_capacity(HEAD_LENGTH + plain.len() + aead::MAX_TAG_LEN);
        sealed.extend_from_slice(&master.id);
        sealed.resize(HEAD_LENGTH, 0);
        random.fill(&mut sealed[ID_LENGTH..]);
        let (salt, nonce) = sealed[ID_LENGTH..].split_at(SALT_LENGTH);
        let key = master.derive(salt);
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).expect("a nonce has 12 bytes");
        let mut body = plain.to_vec();
        key.seal_in_place_append_tag(nonce, aead::Aad::from(place.associated_data()), &mut body)
            .expect("a stored value is far below the limit of AES-GCM");
        sealed.extend_from_slice(&body);
        sealed
    }

    pub(super) fn unseal(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (head, body) = sealed.split_at_checked(HEAD_LENGTH).ok_or(Error::Sealed)?;
        let (id, rest) = head.split_at(ID_LENGTH);
        let (salt, nonce) = rest.split_at(SALT_LENGTH);
        let master = self
            .keys
            .iter()
            .find(|key| key.id == id)
            .ok_or(Error::Sealed)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| Error::Sealed)?;
        let mut plain = Zeroizing::new(body.to_vec());
        let length = master
            .derive(salt)
            .open_in_place(nonce, aead::Aad::from(place.associated_data()), &mut plain)
            .map_err(|_| Error::Sealed)?
            .len();
        plain.truncate(length);
        Ok(plain)
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({} keys, hidden)", self.keys.len())
    }
}

fn create_key_file(path: &Path, random: &dyn Random) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        super::create_folder(folder)?;
    }
    let key = Zeroizing::new(random.secret_bytes());
    let line = Zeroizing::new(format!("{}\n", &*Zeroizing::new(hex::encode(*key))));
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    const PLACE: Place<'_> = Place {
        table: "sign_ins",
        column: "code",
        row: "1",
    };

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let random = SeededRandom::new(1);
        let ring = Keyring::generate(&random);
        let sealed = ring.seal(&random, PLACE, b"the code");
        assert_eq!(&**ring.unseal(PLACE, &sealed).unwrap(), b"the code");
        for place in [
            Place {
                table: "sign_in",
                column: "scode",
                ..PLACE
            },
            Place {
                column: "token",
                ..PLACE
            },
            Place { row: "2", ..PLACE },
        ] {
            assert!(matches!(ring.unseal(place, &sealed), Err(Error::Sealed)));
        }
    }

    #[test]
    fn a_changed_or_cut_value_does_not_open() {
        let random = SeededRandom::new(1);
        let ring = Keyring::generate(&random);
        let sealed = ring.seal(&random, PLACE, b"the code");
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(ring.unseal(PLACE, &changed).is_err(), "byte {index}");
            assert!(
                ring.unseal(PLACE, &sealed[..index]).is_err(),
                "length {index}"
            );
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let random = SeededRandom::new(1);
        let ring = Keyring::generate(&random);
        assert_ne!(
            ring.seal(&random, PLACE, b""),
            ring.seal(&random, PLACE, b"")
        );
    }

    #[test]
    fn a_digest_is_known_again_in_its_place_by_its_key() {
        let ring = Keyring::new(&[1; 32], &[]);
        let digest = ring.digest(PLACE, b"the password");
        assert_eq!(digest, ring.digest(PLACE, b"the password"));
        let is_digest_of = |ring: &Keyring, place, plain| ring.is_digest_of(place, &digest, plain);
        assert_eq!(is_digest_of(&ring, PLACE, b"the password"), Some(true));
        assert_eq!(is_digest_of(&ring, PLACE, b"another"), Some(false));
        let elsewhere = Place { row: "2", ..PLACE };
        assert_eq!(is_digest_of(&ring, elsewhere, b"the password"), Some(false));
        let rotated = Keyring::new(&[2; 32], &[[1; 32]]);
        assert_ne!(rotated.digest(PLACE, b"the password"), digest);
        assert_eq!(is_digest_of(&rotated, PLACE, b"the password"), Some(true));
        let other = Keyring::new(&[2; 32], &[]);
        assert_eq!(is_digest_of(&other, PLACE, b"the password"), None);
    }

    #[test]
    fn an_old_key_behind_a_new_one_still_opens_what_it_sealed() {
        let random = SeededRandom::new(1);
        let old = Keyring::new(&[1; 32], &[]);
        let sealed = old.seal(&random, PLACE, b"kept");
        let rotated = Keyring::new(&[2; 32], &[[1; 32]]);
        assert_eq!(&**rotated.unseal(PLACE, &sealed).unwrap(), b"kept");
        assert!(!rotated.is_current(&sealed));
        assert!(rotated.is_current(&rotated.seal(&random, PLACE, b"new")));
        assert!(matches!(
            Keyring::new(&[2; 32], &[]).unseal(PLACE, &sealed),
            Err(Error::Sealed)
        ));
    }
}
