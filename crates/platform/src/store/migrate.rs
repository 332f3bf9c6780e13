//! The schema: numbered files, each applied once, in order, in a transaction of its own.
//!
//! A released migration never changes; a later one changes what it made. So the text that was
//! applied is remembered by its digest and must be the one at hand.

use crate::params;
use sha2::{Digest, Sha256};

use super::context::Context;
use super::driver::{Begin, Driver};
use super::{Error, Place, Row, start_state};

/// What the names of the store's own tables begin with; they hold no account's data.
pub(super) const OWN_PREFIX: &str = "store_";

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("migrations/", $name, ".sql")))),+]
    };
}

/// Every migration's name and text, in order.
pub(super) const MIGRATIONS: &[(&str, &str)] = migrations![
    "0001_store",
    "0002_access",
    "0003_instances",
    "0004_contacts",
    "0005_flows",
    "0006_authentication",
    "0007_profiles",
    "0008_provider",
    "0009_client_tokens",
    "0010_chat_limits",
    "0011_declared_users",
    "0012_answer_hash",
    "0013_retention",
];

const OWN_SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS store_migrations (
        name TEXT PRIMARY KEY,
        digest TEXT NOT NULL,
        applied_at BIGINT NOT NULL
    );
    CREATE TABLE IF NOT EXISTS store_keys (
        name TEXT PRIMARY KEY,
        proof BYTEA NOT NULL
    );
    CREATE TABLE IF NOT EXISTS store_marks (
        name TEXT PRIMARY KEY
    );
";

/// The database was made by a service with test controls: nothing in it is anybody's.
const MADE_FOR_TESTS: &str = "made for tests";

const PROOF_PLACE: Place<'static> = Place {
    table: "store_keys",
    column: "proof",
    row: "master key",
};
const PROOF: &[u8] = b"these master keys belong to this database";

/// Brings the schema up to date and checks that the master keys fit the database.
pub(super) fn prepare(driver: &mut dyn Driver, context: &Context) -> Result<(), Error> {
    driver.lock_schema()?;
    // After a failure the connection goes, and the lock with it.
    apply(driver, context)?;
    in_transaction(driver, |driver| prove_keys(driver, context))?;
    driver.unlock_schema()
}

crate::columns! {
    struct Applied as select_applied {
        name: String,
        digest: String,
    }
}

fn apply(driver: &mut dyn Driver, context: &Context) -> Result<(), Error> {
    let applied = in_transaction(driver, |driver| {
        driver.script(OWN_SCHEMA)?;
        let sql = select_applied!("FROM store_migrations ORDER BY name");
        let rows = driver.fetch(sql, &[])?;
        let applied = rows
            .into_iter()
            .map(Row::read)
            .collect::<Result<Vec<Applied>, Error>>()?;
        check_purpose(
            driver,
            applied.is_empty(),
            context.env.settings.test_controls,
        )?;
        Ok(applied)
    })?;
    if !applied.is_empty() && applied.len() < MIGRATIONS.len() {
        in_transaction(driver, start_state::forget)?;
    }
    if let Some(Applied { name, .. }) = applied.iter().find(|applied| !is_known(&applied.name)) {
        return Err(Error::Settings {
            what: format!("it has the migration {name} of a newer version of this program"),
        });
    }
    for (name, text) in MIGRATIONS {
        let digest = hex::encode(Sha256::digest(text.as_bytes()));
        match applied.iter().find(|applied| applied.name == *name) {
            Some(applied) if applied.digest == digest => {}
            Some(_) => {
                return Err(Error::Settings {
                    what: format!("its migration {name} is not the one of this version"),
                });
            }
            None => in_transaction(driver, |driver| {
                driver.script(text)?;
                let now = context.env.clock.machine_now();
                driver.execute(
                    "INSERT INTO store_migrations (name, digest, applied_at) VALUES ($1, $2, $3)",
                    params![*name, digest, now],
                )
            })
            .map(drop)?,
        }
    }
    Ok(())
}

/// Marks a database that is just being made by a service with test controls; they open no other.
fn check_purpose(driver: &mut dyn Driver, is_new: bool, test_controls: bool) -> Result<(), Error> {
    let mark = params![MADE_FOR_TESTS];
    if is_new {
        driver.execute("DELETE FROM store_marks WHERE name = $1", mark)?;
        if test_controls {
            driver.execute("INSERT INTO store_marks (name) VALUES ($1)", mark)?;
        }
        return Ok(());
    }
    let marked = driver.fetch("SELECT name FROM store_marks WHERE name = $1", mark)?;
    if test_controls && marked.is_empty() {
        return Err(Error::Settings {
            what: "it was not made by a service with --test-controls, and a reset would forget \
                   what is in it: name a new one with --database, or give --ephemeral, or leave \
                   --test-controls out"
                .to_owned(),
        });
    }
    Ok(())
}

fn is_known(name: &str) -> bool {
    MIGRATIONS.iter().any(|(known, _)| *known == name)
}

/// The database holds one value sealed by its master key: with other keys it stays closed, instead
/// of losing every secret one by one.
fn prove_keys(driver: &mut dyn Driver, context: &Context) -> Result<(), Error> {
    let proof = driver
        .fetch(
            "SELECT proof FROM store_keys WHERE name = 'master key'",
            &[],
        )?
        .pop()
        .map(Row::read::<Vec<u8>>)
        .transpose()?;
    if let Some(sealed) = &proof {
        context
            .keyring
            .unseal(PROOF_PLACE, sealed)
            .map_err(|_| Error::Settings {
                what: "its secrets are sealed with a master key that the key file does not hold"
                    .to_owned(),
            })?;
    }
    if !proof.is_some_and(|sealed| context.keyring.is_current(&sealed)) {
        let sealed = context
            .keyring
            .seal(&*context.env.random, PROOF_PLACE, PROOF);
        driver.execute(
            "INSERT INTO store_keys (name, proof) VALUES ('master key', $1)
             ON CONFLICT (name) DO UPDATE SET proof = excluded.proof",
            params![sealed],
        )?;
    }
    Ok(())
}

fn in_transaction<T>(
    driver: &mut dyn Driver,
    run: impl FnOnce(&mut dyn Driver) -> Result<T, Error>,
) -> Result<T, Error> {
    driver.begin(Begin::Alone)?;
    let result = run(driver).and_then(|result| driver.commit().map(|()| result));
    if result.is_err() {
        driver.roll_back();
    }
    result
}
