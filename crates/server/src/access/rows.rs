//! Rows: access keys, and texts that were made once and stay.

use signback_platform::columns;
use signback_platform::params;
use signback_platform::random::Random;
use signback_platform::secret::Secret;
use signback_platform::store::{self, Place, Tx};

/// A stored access key.
pub(super) struct KeyRow {
    pub account: String,
    pub secret: Secret,
    pub policy: Option<String>,
}

fn secret_place(id: &str) -> Place<'_> {
    Place {
        table: "access_keys",
        column: "secret",
        row: id,
    }
}

columns! {
    struct SealedKeyRow as select_key {
        account: String,
        secret: Vec<u8>,
        policy: Option<String>,
    }
}

pub(super) fn key(tx: &mut Tx<'_>, id: &str) -> Result<Option<KeyRow>, store::Error> {
    let sealed =
        tx.find::<SealedKeyRow>(select_key!("FROM access_keys WHERE id = $1"), params![id])?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let secret = tx.unseal(secret_place(id), &sealed.secret)?;
    Ok(Some(KeyRow {
        account: sealed.account,
        secret: Secret::new(String::from_utf8_lossy(&secret).into_owned()),
        policy: sealed.policy,
    }))
}

pub(super) fn put_key(tx: &mut Tx<'_>, id: &str, key: &KeyRow) -> Result<(), store::Error> {
    let sealed = tx.seal(secret_place(id), key.secret.expose().as_bytes());
    let now = tx.now();
    tx.execute(
        "INSERT INTO access_keys (id, account, secret, policy, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET account = $2, secret = $3, policy = $4",
        params![id, key.account, sealed, key.policy, now],
    )?;
    Ok(())
}

fn text_place(name: &str) -> Place<'_> {
    Place {
        table: "generated_texts",
        column: "content",
        row: name,
    }
}

/// The text of this name, made by `make` the first time.
pub(super) fn generated(
    tx: &mut Tx<'_>,
    name: &str,
    make: fn(&dyn Random) -> String,
) -> Result<Secret, store::Error> {
    let fresh = make(tx.random());
    let sealed = tx.seal(text_place(name), fresh.as_bytes());
    tx.execute(
        "INSERT INTO generated_texts (name, content) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        params![name, sealed],
    )?;
    let kept: Vec<u8> = tx
        .find(
            "SELECT content FROM generated_texts WHERE name = $1",
            params![name],
        )?
        .ok_or(store::Error::Corrupt {
            what: "generated_texts",
        })?;
    let text = tx.unseal(text_place(name), &kept)?;
    Ok(Secret::new(String::from_utf8_lossy(&text).into_owned()))
}
