//! App clients.

use super::document::{document, text};
use crate::client::Client;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Place, Row, Tx};

fn secret_place(row: &str) -> Place<'_> {
    Place {
        table: "pool_clients",
        column: "secret",
        row,
    }
}

fn client_from(tx: &Tx<'_>, row: &Row) -> Result<Client, Error> {
    let id = row.text(0)?;
    let secret = match row.optional_bytes(2)? {
        None => None,
        Some(sealed) => {
            let plain = tx.unseal(secret_place(&id), &sealed)?;
            let text = std::str::from_utf8(&plain);
            Some(Secret::new(text.map_err(|_| Error::Corrupt {
                what: "client secret",
            })?))
        }
    };
    Ok(Client {
        id,
        pool: row.text(1)?,
        secret,
        settings: document(&row.text(3)?, "client settings")?,
        created_at: row.timestamp(4)?,
        modified_at: row.timestamp(5)?,
    })
}

/// The client of a pool with that id.
pub(crate) fn client(tx: &mut Tx<'_>, pool: &str, id: &str) -> Result<Option<Client>, Error> {
    let sql = "SELECT id, pool, secret, settings, created_at, modified_at
        FROM pool_clients WHERE id = $1 AND pool = $2";
    let row = tx.fetch_optional(sql, &[id.into(), pool.into()])?;
    row.map(|row| client_from(tx, &row)).transpose()
}

/// Clients of a pool in the order of their ids.
pub(crate) fn clients_after(
    tx: &mut Tx<'_>,
    pool: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Client>, Error> {
    let sql = "SELECT id, pool, secret, settings, created_at, modified_at
        FROM pool_clients WHERE pool = $1 AND id > $2 ORDER BY id LIMIT $3";
    let rows = tx.fetch_all(sql, &[pool.into(), after.into(), limit.into()])?;
    rows.iter().map(|row| client_from(tx, row)).collect()
}

/// How many clients the pool has.
pub(crate) fn count_clients(tx: &mut Tx<'_>, pool: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM pool_clients WHERE pool = $1";
    tx.fetch_optional(sql, &[pool.into()])?
        .map_or(Ok(0), |row| row.integer(0))
}

/// Adds a client.
pub(crate) fn insert_client(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let settings = text(&client.settings, "client settings")?;
    let plain = client
        .secret
        .as_ref()
        .map(|secret| secret.expose().as_bytes());
    let secret = plain.map(|plain| tx.seal(secret_place(&client.id), plain));
    tx.write(
        "INSERT INTO pool_clients (id, pool, name, secret, settings, created_at, modified_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            (&client.id).into(),
            (&client.pool).into(),
            (&client.settings.client_name).into(),
            (&secret).into(),
            (&settings).into(),
            client.created_at.into(),
            client.modified_at.into(),
        ],
    )
}

/// Saves a client's settings.
pub(crate) fn save_client(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let settings = text(&client.settings, "client settings")?;
    tx.write(
        "UPDATE pool_clients SET name = $2, settings = $3, modified_at = $4 WHERE id = $1",
        &[
            (&client.id).into(),
            (&client.settings.client_name).into(),
            (&settings).into(),
            client.modified_at.into(),
        ],
    )
}

/// Deletes a client and what was issued to it.
pub(crate) fn delete_client(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let statements = [
        "DELETE FROM pool_refresh_tokens
            WHERE grant_id IN (SELECT id FROM pool_grants WHERE client = $1)",
        "DELETE FROM pool_codes WHERE grant_id IN (SELECT id FROM pool_grants WHERE client = $1)",
        "DELETE FROM pool_grants WHERE client = $1",
        "DELETE FROM pool_clients WHERE id = $1",
    ];
    statements
        .into_iter()
        .try_for_each(|sql| tx.write(sql, &[id.into()]))
}
