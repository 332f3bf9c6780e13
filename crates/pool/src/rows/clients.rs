//! App clients.

use crate::client::{Client, Settings};
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::params;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Place, Tx, json};

fn secret_place(row: &str) -> Place<'_> {
    Place {
        table: "pool_clients",
        column: "secret",
        row,
    }
}

columns! {
    struct ClientRow as select_clients {
        id: String,
        pool: String,
        secret: Option<Vec<u8>>,
        settings: Settings as Json,
        created_at: Timestamp,
        modified_at: Timestamp,
    }
}

fn client_from(tx: &Tx<'_>, row: ClientRow) -> Result<Client, Error> {
    let secret = match row.secret {
        None => None,
        Some(sealed) => {
            let plain = tx.unseal(secret_place(&row.id), &sealed)?;
            let text = std::str::from_utf8(&plain);
            Some(Secret::new(text.map_err(|_| Error::Corrupt {
                what: "client secret",
            })?))
        }
    };
    Ok(Client {
        id: row.id,
        pool: row.pool,
        secret,
        settings: row.settings,
        created_at: row.created_at,
        modified_at: row.modified_at,
    })
}

/// The client of a pool with that id.
pub(crate) fn client(tx: &mut Tx<'_>, pool: &str, id: &str) -> Result<Option<Client>, Error> {
    let sql = select_clients!("FROM pool_clients WHERE id = $1 AND pool = $2");
    let row = tx.find(sql, params![id, pool])?;
    row.map(|row| client_from(tx, row)).transpose()
}

/// Clients of a pool in the order of their ids.
pub(crate) fn clients_after(
    tx: &mut Tx<'_>,
    pool: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Client>, Error> {
    let sql = select_clients!("FROM pool_clients WHERE pool = $1 AND id > $2 ORDER BY id LIMIT $3");
    let rows = tx.list(sql, params![pool, after, limit])?;
    rows.into_iter().map(|row| client_from(tx, row)).collect()
}

/// How many clients the pool has.
pub(crate) fn count_clients(tx: &mut Tx<'_>, pool: &str) -> Result<i64, Error> {
    let sql = "SELECT COUNT(*) FROM pool_clients WHERE pool = $1";
    tx.count(sql, params![pool])
}

/// Adds a client.
pub(crate) fn insert_client(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    let plain = client
        .secret
        .as_ref()
        .map(|secret| secret.expose().as_bytes());
    let secret = plain.map(|plain| tx.seal(secret_place(&client.id), plain));
    tx.write(
        "INSERT INTO pool_clients (id, pool, name, secret, settings, created_at, modified_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![
            client.id,
            client.pool,
            client.settings.client_name,
            secret,
            json(&client.settings),
            client.created_at,
            client.modified_at
        ],
    )
}

/// Saves a client's settings.
pub(crate) fn save_client(tx: &mut Tx<'_>, client: &Client) -> Result<(), Error> {
    tx.write(
        "UPDATE pool_clients SET name = $2, settings = $3, modified_at = $4 WHERE id = $1",
        params![
            client.id,
            client.settings.client_name,
            json(&client.settings),
            client.modified_at
        ],
    )
}

/// Deletes a client; what was issued to it goes afterwards.
pub(crate) fn delete_client(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    tx.write("DELETE FROM pool_clients WHERE id = $1", params![id])
}
