//! Sign-ins to clients, with the codes and refresh tokens that came of them.

use zeroize::Zeroizing;

use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::params;
use signback_platform::store::{Error, Place, Tx};
use signback_platform::token::Token;

columns! {
    /// One sign-in to one client.
    #[derive(Clone, Debug)]
    pub(crate) struct Grant as select_grant {
        id: String,
        pool: String,
        client: String,
        sub: String,
        /// Scopes, separated by spaces.
        scope: String,
        resource: Option<String>,
        signed_in_at: Timestamp,
        revoked: bool = "revoked_at IS NOT NULL",
        expires_at: Timestamp,
    }
}

/// Adds a grant.
pub(crate) fn insert_grant(tx: &mut Tx<'_>, grant: &Grant) -> Result<(), Error> {
    tx.write(
        "INSERT INTO pool_grants (id, pool, client, sub, scope, resource, signed_in_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            grant.id,
            grant.pool,
            grant.client,
            grant.sub,
            grant.scope,
            grant.resource,
            grant.signed_in_at,
            grant.expires_at
        ],
    )
}

/// The grant with that id.
pub(crate) fn grant(tx: &mut Tx<'_>, id: &str) -> Result<Option<Grant>, Error> {
    let sql = select_grant!("FROM pool_grants WHERE id = $1");
    tx.find(sql, params![id])
}

/// Ends a grant: its refresh tokens stop working, its access tokens are no longer taken here.
pub(crate) fn revoke_grant(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let now = tx.now();
    let sql = "UPDATE pool_grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    tx.write(sql, params![id, now])
}

/// A code that was sent to a redirect address.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) pool: String,
    pub(crate) client: String,
    pub(crate) grant: String,
    pub(crate) redirect_uri: String,
    /// Whether the request named the address; if it did, the exchange has to repeat it.
    pub(crate) redirect_uri_given: bool,
    pub(crate) challenge: Option<String>,
    pub(crate) nonce: Option<Zeroizing<String>>,
    pub(crate) used: bool,
    pub(crate) expires_at: Timestamp,
}

fn nonce_place(row: &str) -> Place<'_> {
    Place {
        table: "pool_codes",
        column: "nonce",
        row,
    }
}

/// Adds a code.
pub(crate) fn insert_code(tx: &mut Tx<'_>, token: &Token, code: &Code) -> Result<(), Error> {
    let id = token.key();
    let nonce = code
        .nonce
        .as_ref()
        .map(|nonce| tx.seal(nonce_place(&id), nonce.as_bytes()));
    tx.write(
        "INSERT INTO pool_codes (id, hash, pool, client, grant_id, redirect_uri,
                redirect_uri_given, challenge, nonce, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            id,
            token.hash(),
            code.pool,
            code.client,
            code.grant,
            code.redirect_uri,
            code.redirect_uri_given,
            code.challenge,
            nonce,
            code.expires_at
        ],
    )
}

columns! {
    struct CodeRow as select_code {
        hash: Vec<u8>,
        pool: String,
        client: String,
        grant: String = "grant_id",
        redirect_uri: String,
        redirect_uri_given: bool,
        challenge: Option<String>,
        nonce: Option<Vec<u8>>,
        used: bool = "used_at IS NOT NULL",
        expires_at: Timestamp,
    }
}

/// The code that a token stands for, locked; spent and expired ones too.
pub(crate) fn code(tx: &mut Tx<'_>, token: &Token) -> Result<Option<Code>, Error> {
    let sql = select_code!("FROM pool_codes WHERE id = $1 /* FOR UPDATE */");
    let id = token.key();
    let row = tx.find::<CodeRow>(sql, params![id])?;
    let Some(row) = row.filter(|row| token.matches(&row.hash)) else {
        return Ok(None);
    };
    let nonce = match row.nonce {
        None => None,
        Some(sealed) => {
            let plain = tx.unseal(nonce_place(&id), &sealed)?;
            let text = std::str::from_utf8(&plain).map_err(|_| Error::Corrupt { what: "nonce" })?;
            Some(Zeroizing::new(text.to_owned()))
        }
    };
    Ok(Some(Code {
        pool: row.pool,
        client: row.client,
        grant: row.grant,
        redirect_uri: row.redirect_uri,
        redirect_uri_given: row.redirect_uri_given,
        challenge: row.challenge,
        nonce,
        used: row.used,
        expires_at: row.expires_at,
    }))
}

/// Notes that a code was presented.
pub(crate) fn mark_code_used(tx: &mut Tx<'_>, token: &Token) -> Result<(), Error> {
    let now = tx.now();
    let sql = "UPDATE pool_codes SET used_at = $2, nonce = NULL WHERE id = $1";
    tx.write(sql, params![token.key(), now])
}

columns! {
    /// A refresh token.
    #[derive(Clone, Debug)]
    pub(crate) struct RefreshToken as select_refresh_token {
        hash: Vec<u8>,
        grant: String = "grant_id",
        replaced_at: Option<Timestamp>,
        expires_at: Timestamp,
    }
}

/// Adds a refresh token.
pub(crate) fn insert_refresh_token(
    tx: &mut Tx<'_>,
    token: &Token,
    grant: &str,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.write(
        "INSERT INTO pool_refresh_tokens (id, hash, grant_id, expires_at)
            VALUES ($1, $2, $3, $4)",
        params![token.key(), token.hash(), grant, expires_at],
    )
}

/// The refresh token that a token stands for, locked.
pub(crate) fn refresh_token(tx: &mut Tx<'_>, token: &Token) -> Result<Option<RefreshToken>, Error> {
    let sql = select_refresh_token!("FROM pool_refresh_tokens WHERE id = $1 /* FOR UPDATE */");
    let found = tx.find::<RefreshToken>(sql, params![token.key()])?;
    Ok(found.filter(|found| token.matches(&found.hash)))
}

/// Notes that a refresh token was replaced by another.
pub(crate) fn replace_refresh_token(tx: &mut Tx<'_>, token: &Token) -> Result<(), Error> {
    let now = tx.now();
    let sql = "UPDATE pool_refresh_tokens SET replaced_at = $2
        WHERE id = $1 AND replaced_at IS NULL";
    tx.write(sql, params![token.key(), now])
}
