//! Sign-ins to clients, with the codes and refresh tokens that came of them.

use zeroize::Zeroizing;

use signback_platform::clock::Timestamp;
use signback_platform::store::{Error, Place, Row, Tx};
use signback_platform::token::Token;

/// One sign-in to one client.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) id: String,
    pub(crate) pool: String,
    pub(crate) client: String,
    pub(crate) sub: String,
    /// Scopes, separated by spaces.
    pub(crate) scope: String,
    pub(crate) resource: Option<String>,
    pub(crate) signed_in_at: Timestamp,
    pub(crate) revoked: bool,
    pub(crate) expires_at: Timestamp,
}

/// Adds a grant.
pub(crate) fn insert_grant(tx: &mut Tx<'_>, grant: &Grant) -> Result<(), Error> {
    tx.write(
        "INSERT INTO pool_grants (id, pool, client, sub, scope, resource, signed_in_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            (&grant.id).into(),
            (&grant.pool).into(),
            (&grant.client).into(),
            (&grant.sub).into(),
            (&grant.scope).into(),
            (&grant.resource).into(),
            grant.signed_in_at.into(),
            grant.expires_at.into(),
        ],
    )
}

/// The grant with that id.
pub(crate) fn grant(tx: &mut Tx<'_>, id: &str) -> Result<Option<Grant>, Error> {
    let sql = "SELECT id, pool, client, sub, scope, resource, signed_in_at, revoked_at, expires_at
        FROM pool_grants WHERE id = $1";
    let read = |row: Row| {
        Ok(Grant {
            id: row.text(0)?,
            pool: row.text(1)?,
            client: row.text(2)?,
            sub: row.text(3)?,
            scope: row.text(4)?,
            resource: row.optional_text(5)?,
            signed_in_at: row.timestamp(6)?,
            revoked: row.optional_integer(7)?.is_some(),
            expires_at: row.timestamp(8)?,
        })
    };
    tx.fetch_optional(sql, &[id.into()])?.map(read).transpose()
}

/// Ends a grant: its refresh tokens stop working, its access tokens are no longer taken here.
pub(crate) fn revoke_grant(tx: &mut Tx<'_>, id: &str) -> Result<(), Error> {
    let now = tx.now();
    let sql = "UPDATE pool_grants SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    tx.write(sql, &[id.into(), now.into()])
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
        &[
            (&id).into(),
            (&token.hash()).into(),
            (&code.pool).into(),
            (&code.client).into(),
            (&code.grant).into(),
            (&code.redirect_uri).into(),
            code.redirect_uri_given.into(),
            (&code.challenge).into(),
            (&nonce).into(),
            code.expires_at.into(),
        ],
    )
}

/// The code that a token stands for, locked; spent and expired ones too.
pub(crate) fn code(tx: &mut Tx<'_>, token: &Token) -> Result<Option<Code>, Error> {
    let sql = "SELECT hash, pool, client, grant_id, redirect_uri, redirect_uri_given, challenge,
            nonce, used_at, expires_at
        FROM pool_codes WHERE id = $1 /* FOR UPDATE */";
    let id = token.key();
    let Some(row) = tx.fetch_optional(sql, &[(&id).into()])? else {
        return Ok(None);
    };
    if !token.matches(&row.bytes(0)?) {
        return Ok(None);
    }
    let nonce = match row.optional_bytes(7)? {
        None => None,
        Some(sealed) => {
            let plain = tx.unseal(nonce_place(&id), &sealed)?;
            let text = std::str::from_utf8(&plain).map_err(|_| Error::Corrupt { what: "nonce" })?;
            Some(Zeroizing::new(text.to_owned()))
        }
    };
    Ok(Some(Code {
        pool: row.text(1)?,
        client: row.text(2)?,
        grant: row.text(3)?,
        redirect_uri: row.text(4)?,
        redirect_uri_given: row.flag(5)?,
        challenge: row.optional_text(6)?,
        nonce,
        used: row.optional_integer(8)?.is_some(),
        expires_at: row.timestamp(9)?,
    }))
}

/// Notes that a code was presented.
pub(crate) fn mark_code_used(tx: &mut Tx<'_>, token: &Token) -> Result<(), Error> {
    let now = tx.now();
    let sql = "UPDATE pool_codes SET used_at = $2, nonce = NULL WHERE id = $1";
    tx.write(sql, &[(&token.key()).into(), now.into()])
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(crate) struct RefreshToken {
    pub(crate) grant: String,
    pub(crate) replaced_at: Option<Timestamp>,
    pub(crate) expires_at: Timestamp,
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
        &[
            (&token.key()).into(),
            (&token.hash()).into(),
            grant.into(),
            expires_at.into(),
        ],
    )
}

/// The refresh token that a token stands for, locked.
pub(crate) fn refresh_token(tx: &mut Tx<'_>, token: &Token) -> Result<Option<RefreshToken>, Error> {
    let sql = "SELECT hash, grant_id, replaced_at, expires_at
        FROM pool_refresh_tokens WHERE id = $1 /* FOR UPDATE */";
    match tx.fetch_optional(sql, &[(&token.key()).into()])? {
        Some(row) if token.matches(&row.bytes(0)?) => Ok(Some(RefreshToken {
            grant: row.text(1)?,
            replaced_at: row.optional_timestamp(2)?,
            expires_at: row.timestamp(3)?,
        })),
        _ => Ok(None),
    }
}

/// Notes that a refresh token was replaced by another.
pub(crate) fn replace_refresh_token(tx: &mut Tx<'_>, token: &Token) -> Result<(), Error> {
    let now = tx.now();
    let sql = "UPDATE pool_refresh_tokens SET replaced_at = $2
        WHERE id = $1 AND replaced_at IS NULL";
    tx.write(sql, &[(&token.key()).into(), now.into()])
}
