//! Signing a person in at the page: password, lock, forced new password, session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::authorization::Authorization;
use super::exchange::{self, Granted};
use super::lockout::Counters;
use super::password::Weakness;
use super::pool::Pool;
use super::rows;
use super::user::{Status, User};
use crate::Pools;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Tx};
use signback_platform::token::Token;

/// How long a browser stays signed in; use does not extend it.
pub(crate) const SESSION_SECONDS: i64 = 3600;
/// How long a person has to choose a new password.
const CHALLENGE_SECONDS: i64 = 480;

/// What came of a sign-in.
pub(crate) enum Outcome {
    /// Signed in: the session, and what the client gets.
    SignedIn {
        session: Secret,
        granted: Box<Granted>,
    },
    /// The temporary password was right; a new one has to be chosen.
    MustChoose {
        challenge: Secret,
        missing: Vec<String>,
    },
    /// No such user, a wrong password, or a user who may not sign in: never told apart.
    Wrong,
    /// Too many wrong passwords.
    Locked,
    /// The temporary password was right but has ended.
    Expired,
    /// The new password, or another value given with it, is not acceptable.
    Unacceptable(Objection),
}

/// What is wrong with what was given along with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Objection {
    Weak(Weakness),
    Attribute,
}

/// Signs in with a user name and a password.
pub(crate) async fn with_password(
    pools: &Pools,
    pool: &Arc<Pool>,
    name: &str,
    password: &Secret,
    asked: &Arc<Authorization>,
) -> anyhow::Result<Outcome> {
    let (found, counters, attempts) = {
        let (pool, name) = (Arc::clone(pool), name.to_owned());
        let look = move |tx: &mut Tx<'_>| {
            let found = rows::user_by_name(tx, &pool, &name)?;
            let counters = Counters::new(&pool, &name, found.as_ref());
            let attempts = rows::attempts(tx, &pool.id, &counters.name)?;
            Ok::<_, Error>((found, counters, attempts))
        };
        pools.platform.store.read(look).await?
    };
    if attempts.is_locked(pools.platform.clock.now()) {
        return Ok(Outcome::Locked);
    }
    let hash = found
        .as_ref()
        .filter(|user| user.enabled)
        .and_then(|user| user.password.clone());
    let right = pools.hasher.verify(&pool.id, password, hash).await?;
    let (pool, asked) = (Arc::clone(pool), Arc::clone(asked));
    let work = move |tx: &mut Tx<'_>| {
        let known = match &found {
            Some(user) if right => rows::locked_user(tx, &pool.id, &user.sub)?
                // The password may have changed while it was being checked.
                .filter(|now| now.enabled && now.password == user.password),
            _ => None,
        };
        // What came of other attempts meanwhile counts: many at once do not run past the lock.
        let judged = judge(tx, &pool, &counters, known.is_some())?;
        let user = match (judged, known) {
            (Judged::Locked, _) => return Ok(Outcome::Locked),
            (Judged::Right, Some(user)) => user,
            (Judged::Right | Judged::Wrong, _) => return Ok(Outcome::Wrong),
        };
        if user.password_expires_at.is_some_and(|end| tx.now() >= end) {
            return Ok(Outcome::Expired);
        }
        match user.status {
            Status::Confirmed => signed_in(tx, &asked, user),
            Status::ForceChangePassword => {
                let token = tx.new_token();
                let end = tx.now().plus_seconds(CHALLENGE_SECONDS);
                rows::insert_challenge(tx, &token, &pool.id, &user.sub, end)?;
                let missing = user.missing_attributes(&pool);
                Ok(Outcome::MustChoose {
                    challenge: token.text(),
                    missing,
                })
            }
        }
    };
    Ok(pools.platform.store.transact::<_, Error>(work).await?)
}

/// What an attempt comes to once the locks are looked at.
enum Judged {
    Right,
    Wrong,
    Locked,
}

/// Counts an attempt, or forgets the failures before it.
fn judge(tx: &mut Tx<'_>, pool: &Pool, counters: &Counters, right: bool) -> Result<Judged, Error> {
    let now = tx.now();
    let Counters { name, user } = counters;
    let mut found = BTreeMap::new();
    for key in BTreeSet::from([name, user]) {
        found.insert(key, rows::locked_attempts(tx, &pool.id, key)?);
    }
    if found[name].is_locked(now) {
        return Ok(Judged::Locked);
    }
    let is_user_locked = found[user].is_locked(now);
    if right && !is_user_locked {
        rows::forget_attempts(tx, &pool.id, name)?;
        rows::forget_attempts(tx, &pool.id, user)?;
        return Ok(Judged::Right);
    }
    for (key, attempts) in found {
        // A password that was not even looked at is no failure of the user.
        let is_counted = key == name || !is_user_locked;
        let after = if is_counted {
            attempts.after_failure(now)
        } else {
            attempts
        };
        rows::save_attempts(tx, &pool.id, key, &after)?;
    }
    Ok(Judged::Wrong)
}

fn signed_in(tx: &mut Tx<'_>, asked: &Authorization, user: User) -> Result<Outcome, Error> {
    let now = tx.now();
    let session = tx.new_token();
    let end = now.plus_seconds(SESSION_SECONDS);
    rows::insert_session(tx, &session, &user.pool, &user.sub, end)?;
    let granted = exchange::allow(tx, asked, user, now)?;
    Ok(Outcome::SignedIn {
        session: session.text(),
        granted: Box::new(granted),
    })
}

/// Chooses a new password, with values for the attributes that were missing, and signs in.
pub(crate) async fn with_new_password(
    pools: &Pools,
    pool: &Arc<Pool>,
    challenge: &Token,
    password: &Secret,
    attributes: Vec<(String, String)>,
    asked: &Arc<Authorization>,
) -> anyhow::Result<Outcome> {
    let waiting = {
        let (pool, challenge) = (Arc::clone(pool), challenge.clone());
        pools
            .platform
            .store
            .read(move |tx| rows::challenge_user(tx, &pool.id, &challenge))
            .await?
    };
    if waiting.is_none() {
        return Ok(Outcome::Expired);
    }
    if let Err(weakness) = pool.password_policy().check(password.expose()) {
        return Ok(Outcome::Unacceptable(Objection::Weak(weakness)));
    }
    let hash = pools
        .hasher
        .hash(&pool.id, &*pools.platform.random, password)
        .await?;
    let (pool, asked, challenge) = (Arc::clone(pool), Arc::clone(asked), challenge.clone());
    let work = move |tx: &mut Tx<'_>| {
        let Some(sub) = rows::challenge_user(tx, &pool.id, &challenge)? else {
            return Ok(Outcome::Expired);
        };
        let Some(before) = rows::locked_user(tx, &pool.id, &sub)? else {
            return Ok(Outcome::Expired);
        };
        // Again, now that the user is locked: a choice is made once.
        if rows::challenge_user(tx, &pool.id, &challenge)?.is_none() {
            return Ok(Outcome::Expired);
        }
        let mut user = before.clone();
        if !complete(&mut user, &pool, &attributes) {
            return Ok(Outcome::Unacceptable(Objection::Attribute));
        }
        user.password = Some(hash.clone());
        user.password_expires_at = None;
        user.status = Status::Confirmed;
        user.modified_at = tx.now();
        if rows::save_user(tx, &pool, &user)?.is_err() {
            // A name is taken: back to the names that the user had.
            let _ = rows::save_user(tx, &pool, &before)?;
            return Ok(Outcome::Unacceptable(Objection::Attribute));
        }
        // This ends the choice, too.
        rows::delete_sessions_of(tx, &pool.id, &user.sub)?;
        signed_in(tx, &asked, user)
    };
    Ok(pools.platform.store.transact::<_, Error>(work).await?)
}

/// Adds the values that were missing; false if one is not acceptable or still missing.
fn complete(user: &mut User, pool: &Pool, attributes: &[(String, String)]) -> bool {
    let wanted = user.missing_attributes(pool);
    let given = attributes
        .iter()
        .filter(|(name, value)| wanted.contains(name) && !value.is_empty());
    let given: Vec<_> = given.cloned().collect();
    user.change(pool, &given, true).is_ok() && user.missing_attributes(pool).is_empty()
}

/// What came of a sign-in without a password.
pub(crate) enum Unattended {
    /// What the client gets.
    SignedIn(Box<Granted>),
    /// Why the user may not sign in.
    Refused(&'static str),
}

/// Signs a user in whose password nobody asks for; whatever else keeps users out does here too.
pub(crate) async fn unattended(
    pools: &Pools,
    pool: &Arc<Pool>,
    name: &str,
    asked: &Arc<Authorization>,
) -> anyhow::Result<Unattended> {
    let (pool, name, asked) = (Arc::clone(pool), name.to_owned(), Arc::clone(asked));
    let work = move |tx: &mut Tx<'_>| {
        let refused = |reason| Ok(Unattended::Refused(reason));
        let Some(user) = rows::user_by_name(tx, &pool, &name)? else {
            return refused("the user pool has no such user");
        };
        if !user.enabled {
            return refused("the user is disabled");
        }
        let now = tx.now();
        let counters = Counters::new(&pool, &name, Some(&user));
        for key in [&counters.name, &counters.user] {
            if rows::attempts(tx, &pool.id, key)?.is_locked(now) {
                return refused("the user is locked for a while, after wrong passwords");
            }
        }
        match user.status {
            Status::Confirmed => {
                let granted = exchange::allow(tx, &asked, user, now)?;
                Ok(Unattended::SignedIn(Box::new(granted)))
            }
            Status::ForceChangePassword => {
                refused("the user has a temporary password and must choose a new one first")
            }
        }
    };
    Ok(pools.platform.store.transact::<_, Error>(work).await?)
}

/// Lets the client have the sign-in of a browser's live session, if it is fresh enough.
pub(crate) async fn with_session(
    pools: &Pools,
    pool: &Arc<Pool>,
    session: &Token,
    asked: &Arc<Authorization>,
) -> anyhow::Result<Option<Granted>> {
    let (pool, session, asked) = (Arc::clone(pool), session.clone(), Arc::clone(asked));
    let work = move |tx: &mut Tx<'_>| {
        let Some((sub, signed_in_at)) = rows::session_user(tx, &pool.id, &session)? else {
            return Ok(None);
        };
        let now = tx.now();
        let stale = asked
            .max_age
            .is_some_and(|age| now >= signed_in_at.plus_seconds(age));
        match rows::user_by_sub(tx, &pool.id, &sub)? {
            Some(user) if user.enabled && !stale => {
                exchange::allow(tx, &asked, user, signed_in_at).map(Some)
            }
            _ => Ok(None),
        }
    };
    Ok(pools.platform.store.transact::<_, Error>(work).await?)
}
