//! Users that the operator declares in a file, who are there at every start.
//!
//! A password is hashed when it is new: a digest of it under the master key is kept beside the user,
//! so that a start with the same file hashes nothing. A user who is there already keeps everything;
//! only a password that changes in the file is taken over.

use std::collections::{BTreeMap, HashMap};

use super::users::{new_user, save_new, take_password};
use crate::Pools;
use crate::password::Policy;
use crate::pool::Pool;
use crate::refusal::Refusal;
use crate::rows;
use crate::user::Status;
use signback_platform::answer::Answer;
use signback_platform::ids::Scope;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Place, Tx};

/// A user as the file declares one.
#[derive(Debug)]
pub struct DeclaredUser<'f> {
    /// The user's name.
    pub username: &'f str,
    /// The password.
    pub password: &'f Secret,
    /// The attributes of a user who is not there yet.
    pub attributes: &'f BTreeMap<String, String>,
}

/// What a pool knows of the users who were declared before.
pub struct Declared {
    pool: Pool,
    /// By the key of each of their names: the subject, and the digest of the password.
    known: HashMap<String, (String, Vec<u8>)>,
}

/// What is to be done about a declared user.
enum Standing {
    /// Nothing: the password is the one that was declared before.
    Same,
    /// There, and declared for the first time or under another master key: the user stays.
    Remember { sub: String },
    /// Declared with another password than before.
    Changed { sub: String },
    /// Not there yet.
    New,
}

impl Declared {
    /// Reads what a pool knows.
    ///
    /// # Errors
    ///
    /// When there is no such pool in the account and region, or the database failed.
    pub fn read(tx: &mut Tx<'_>, scope: &Scope, pool_id: &str) -> Result<Self, Answer> {
        let pool = rows::pool_in(tx, scope, pool_id)?;
        let known = rows::declared_names(tx, pool_id).map_err(Answer::from)?;
        let known = known
            .into_iter()
            .map(|row| (row.name, (row.sub, row.declared_password)))
            .collect();
        Ok(Self { pool, known })
    }

    /// Whether a user's password has to be hashed before the user can be declared.
    ///
    /// # Errors
    ///
    /// When the pool's policy refuses a password that would have to be hashed, or the database failed.
    pub fn needs_hash(&self, tx: &mut Tx<'_>, user: &DeclaredUser<'_>) -> Result<bool, Answer> {
        let needed = match self.standing(tx, user).map_err(Answer::from)? {
            Standing::Same | Standing::Remember { .. } => false,
            Standing::New | Standing::Changed { .. } => true,
        };
        if needed {
            check(self.pool.password_policy(), user.password)?;
        }
        Ok(needed)
    }

    /// Makes the user be there; false, with nothing done, if that needs the password's hash.
    ///
    /// # Errors
    ///
    /// When a rule refuses the user, or the database failed.
    pub fn declare(
        &self,
        tx: &mut Tx<'_>,
        user: &DeclaredUser<'_>,
        hash: Option<&str>,
    ) -> Result<bool, Answer> {
        self.make(tx, user, hash).map_err(Answer::from)
    }

    fn make(
        &self,
        tx: &mut Tx<'_>,
        declared: &DeclaredUser<'_>,
        hash: Option<&str>,
    ) -> Result<bool, Refusal> {
        let pool = &self.pool;
        let sub = match (self.standing(tx, declared)?, hash) {
            (Standing::Same, _) => return Ok(true),
            (Standing::Remember { sub }, _) => sub,
            (Standing::New | Standing::Changed { .. }, None) => return Ok(false),
            (Standing::New, Some(hash)) => {
                let attributes = declared.attributes.clone().into_iter().collect();
                let mut user = new_user(tx, pool, declared.username, attributes, hash)?;
                user.status = Status::Confirmed;
                user.password_expires_at = None;
                save_new(tx, pool, &user, false)?;
                user.sub
            }
            (Standing::Changed { sub }, Some(hash)) => {
                let user = rows::locked_user(tx, &pool.id, &sub)?.ok_or(Refusal::UnknownUser)?;
                take_password(tx, pool, user, hash, true)?;
                sub
            }
        };
        let digest = tx.digest(place(&sub), secret(declared));
        rows::declare_password(tx, &pool.id, &sub, &digest)?;
        Ok(true)
    }

    fn standing(&self, tx: &mut Tx<'_>, declared: &DeclaredUser<'_>) -> Result<Standing, Error> {
        let key = self.pool.name_key(declared.username);
        let Some((sub, before)) = self.known.get(&key) else {
            let user = rows::user_by_name(tx, &self.pool, declared.username)?;
            return Ok(match user {
                Some(user) => Standing::Remember { sub: user.sub },
                None => Standing::New,
            });
        };
        let (sub, plain) = (sub.clone(), secret(declared));
        Ok(if *before == tx.digest(place(&sub), plain) {
            Standing::Same
        } else if tx.is_digest_of(place(&sub), before, plain) == Some(false) {
            Standing::Changed { sub }
        } else {
            Standing::Remember { sub }
        })
    }
}

fn secret<'u>(user: &'u DeclaredUser<'_>) -> &'u [u8] {
    user.password.expose().as_bytes()
}

fn place(sub: &str) -> Place<'_> {
    Place {
        table: "pool_users",
        column: "declared_password",
        row: sub,
    }
}

fn check(policy: &Policy, password: &Secret) -> Result<(), Answer> {
    let checked = policy.check(password.expose());
    checked.map_err(|weakness| Refusal::WeakPassword(weakness).into())
}

/// Checks a password for a pool that is yet to be made, with the settings that every pool has.
///
/// # Errors
///
/// When its policy refuses the password.
pub fn check_first_password(password: &Secret) -> Result<(), Answer> {
    check(&Policy::default(), password)
}

/// Hashes passwords, as many at once as the machine is meant to.
///
/// # Errors
///
/// When too many wait to be hashed already.
pub async fn hash_passwords(pools: &Pools, passwords: Vec<Secret>) -> Result<Vec<String>, Error> {
    use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

    let hashes = passwords.into_iter().map(|password| async move {
        let random = &*pools.platform.random;
        pools.hasher.hash("start data", random, &password).await
    });
    stream::iter(hashes)
        .buffered(pools.hasher.at_once())
        .try_collect()
        .await
}
