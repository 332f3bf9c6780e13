//! Granting a sign-in to a client, and exchanging codes and refresh tokens for tokens.

use signback_oidc::{
    Challenge, Grant as Brought, TokenError, TokenErrorCode, TokenRequest, Verifier,
};
use zeroize::Zeroizing;

use super::authorization::{Authorization, ResponseType};
use super::claims::has_scope;
use super::client::Client;
use super::pool::Pool;
use super::rows::{self, Code, Grant};
use super::user::User;
use signback_platform::clock::Timestamp;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Tx};
use signback_platform::token::Token;

/// How long a code lasts.
const CODE_SECONDS: i64 = 300;

/// A sign-in that a client may have: as a code, or for tokens at once.
pub(crate) struct Granted {
    pub(crate) code: Option<Secret>,
    pub(crate) tokens: Option<Exchanged>,
}

/// What tokens are to be issued for.
#[derive(Clone)]
pub(crate) struct Exchanged {
    pub(crate) client: Client,
    pub(crate) user: User,
    pub(crate) grant: Grant,
    /// Scopes, separated by spaces.
    pub(crate) scope: String,
    pub(crate) nonce: Option<Zeroizing<String>>,
    pub(crate) refresh_token: Option<Secret>,
    /// Ids for the event and the two tokens.
    pub(crate) ids: [String; 3],
    pub(crate) now: Timestamp,
}

/// Lets a client have a user's sign-in.
pub(crate) fn allow(
    tx: &mut Tx<'_>,
    asked: &Authorization,
    user: User,
    signed_in_at: Timestamp,
) -> Result<Granted, Error> {
    let now = tx.now();
    let settings = &asked.client.settings;
    let grant = Grant {
        id: tx.new_uuid(),
        pool: user.pool.clone(),
        client: asked.client.id.clone(),
        sub: user.sub.clone(),
        scope: asked.scope.clone(),
        resource: asked.resource.clone(),
        signed_in_at,
        revoked: false,
        expires_at: now.plus_seconds(settings.refresh_token_seconds() + CODE_SECONDS),
    };
    rows::insert_grant(tx, &grant)?;
    let nonce = asked.nonce.clone().map(Zeroizing::new);
    if asked.response == ResponseType::Token {
        let exchanged = Exchanged {
            client: asked.client.clone(),
            user,
            scope: grant.scope.clone(),
            grant,
            nonce,
            refresh_token: None,
            ids: [tx.new_uuid(), tx.new_uuid(), tx.new_uuid()],
            now,
        };
        return Ok(Granted {
            code: None,
            tokens: Some(exchanged),
        });
    }
    let token = tx.new_token();
    let code = Code {
        pool: grant.pool,
        client: grant.client,
        grant: grant.id,
        redirect_uri: asked.redirect_uri.clone(),
        redirect_uri_given: asked.redirect_uri_given,
        challenge: asked.challenge.clone(),
        nonce,
        used: false,
        expires_at: now.plus_seconds(CODE_SECONDS),
    };
    rows::insert_code(tx, &token, &code)?;
    Ok(Granted {
        code: Some(token.text()),
        tokens: None,
    })
}

/// Why an exchange stops: an error for the client, or a fault.
enum Stop {
    Refused(TokenError),
    Fault(Error),
}

signback_platform::conversions!(Stop: Fault(Error));

fn refuse<T>(code: TokenErrorCode) -> Result<T, Stop> {
    Err(Stop::Refused(TokenError::new(code)))
}

/// Answers a token request. A refusal is a result, not an error: what it changed, a code that is
/// spent now or tokens that are revoked, has to stay.
pub(crate) fn exchange(
    tx: &mut Tx<'_>,
    pool: &Pool,
    request: &TokenRequest,
) -> Result<Result<Exchanged, TokenError>, Error> {
    match exchanged(tx, pool, request) {
        Ok(exchanged) => Ok(Ok(exchanged)),
        Err(Stop::Refused(error)) => Ok(Err(error)),
        Err(Stop::Fault(error)) => Err(error),
    }
}

fn exchanged(tx: &mut Tx<'_>, pool: &Pool, request: &TokenRequest) -> Result<Exchanged, Stop> {
    let client = authenticated(tx, pool, request)?;
    if !client.settings.allowed_o_auth_flows_user_pool_client {
        return refuse(TokenErrorCode::UnauthorizedClient);
    }
    match &request.grant {
        Brought::AuthorizationCode {
            code,
            redirect_uri,
            code_verifier,
        } => {
            let Some(token) = Token::parse(code.expose()) else {
                return refuse(TokenErrorCode::InvalidGrant);
            };
            let verifier = code_verifier.as_ref().map(signback_oidc::Secret::expose);
            redeem(tx, client, &token, redirect_uri.as_deref(), verifier)
        }
        Brought::RefreshToken {
            refresh_token,
            scope,
        } => {
            let Some(token) = Token::parse(refresh_token.expose()) else {
                return refuse(TokenErrorCode::InvalidGrant);
            };
            refresh(tx, client, &token, scope.as_deref())
        }
        // It hands out custom scopes only, and there are none.
        Brought::ClientCredentials { .. } => refuse(TokenErrorCode::UnauthorizedClient),
    }
}

fn authenticated(tx: &mut Tx<'_>, pool: &Pool, request: &TokenRequest) -> Result<Client, Stop> {
    let Some(client) = rows::client(tx, &pool.id, &request.client_id)? else {
        return refuse(TokenErrorCode::InvalidClient);
    };
    let right = match (&client.secret, request.authentication.secret()) {
        (None, None) => true,
        (Some(secret), Some(given)) => secret.equals(given.expose()),
        _ => false,
    };
    if right {
        Ok(client)
    } else {
        refuse(TokenErrorCode::InvalidClient)
    }
}

fn redeem(
    tx: &mut Tx<'_>,
    client: Client,
    token: &Token,
    redirect_uri: Option<&str>,
    verifier: Option<&str>,
) -> Result<Exchanged, Stop> {
    let Some(code) = rows::code(tx, token)? else {
        return refuse(TokenErrorCode::InvalidGrant);
    };
    if code.pool != client.pool {
        return refuse(TokenErrorCode::InvalidGrant);
    }
    if code.used {
        // Somebody has a copy: what the first use gave ends too (RFC 6749 §4.1.2).
        rows::revoke_grant(tx, &code.grant)?;
        return refuse(TokenErrorCode::InvalidGrant);
    }
    // Spent from here on, whatever comes out.
    rows::mark_code_used(tx, token)?;
    if code.client != client.id || tx.now() >= code.expires_at {
        return refuse(TokenErrorCode::InvalidGrant);
    }
    match redirect_uri {
        None if code.redirect_uri_given => return refuse(TokenErrorCode::InvalidRequest),
        Some(given) if given != code.redirect_uri => {
            return Err(Stop::Refused(TokenError {
                code: TokenErrorCode::UnauthorizedClient,
                description: Some("invalid_redirect"),
            }));
        }
        _ => {}
    }
    check_verifier(code.challenge.as_deref(), verifier)?;
    let (grant, user) = live_grant(tx, &client, &code.grant)?;
    let now = tx.now();
    let expires_at = now.plus_seconds(client.settings.refresh_token_seconds());
    let refresh_token = tx.new_token();
    rows::insert_refresh_token(
        tx,
        &refresh_token,
        &grant.id,
        expires_at.min(grant.expires_at),
    )?;
    Ok(Exchanged {
        client,
        user,
        scope: grant.scope.clone(),
        grant,
        nonce: code.nonce,
        refresh_token: Some(refresh_token.text()),
        ids: [tx.new_uuid(), tx.new_uuid(), tx.new_uuid()],
        now,
    })
}

fn check_verifier(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), Stop> {
    let Some(challenge) = challenge.and_then(Challenge::parse) else {
        // A verifier without a challenge: somebody took the challenge out (RFC 9700 §4.8.2).
        return match verifier {
            None => Ok(()),
            Some(_) => refuse(TokenErrorCode::InvalidGrant),
        };
    };
    let Some(verifier) = verifier else {
        return refuse(TokenErrorCode::InvalidRequest);
    };
    match Verifier::parse(verifier) {
        Some(verifier) if challenge.is_met_by(&verifier) => Ok(()),
        _ => refuse(TokenErrorCode::InvalidGrant),
    }
}

fn live_grant(tx: &mut Tx<'_>, client: &Client, id: &str) -> Result<(Grant, User), Stop> {
    let Some(grant) = rows::grant(tx, id)? else {
        return refuse(TokenErrorCode::InvalidGrant);
    };
    if grant.revoked || grant.client != client.id || tx.now() >= grant.expires_at {
        return refuse(TokenErrorCode::InvalidGrant);
    }
    match rows::user_by_sub(tx, &grant.pool, &grant.sub)? {
        Some(user) if user.enabled => Ok((grant, user)),
        _ => refuse(TokenErrorCode::InvalidGrant),
    }
}

fn refresh(
    tx: &mut Tx<'_>,
    client: Client,
    token: &Token,
    wanted: Option<&str>,
) -> Result<Exchanged, Stop> {
    let now = tx.now();
    let Some(stored) = rows::refresh_token(tx, token)? else {
        return refuse(TokenErrorCode::InvalidGrant);
    };
    let (grant, user) = live_grant(tx, &client, &stored.grant)?;
    if now >= stored.expires_at {
        return refuse(TokenErrorCode::InvalidGrant);
    }
    let grace = client.settings.rotation_grace_seconds().unwrap_or_default();
    if stored
        .replaced_at
        .is_some_and(|replaced_at| now >= replaced_at.plus_seconds(grace))
    {
        // Two holders of one token: nobody keeps it (RFC 9700 §4.14.2).
        rows::revoke_grant(tx, &grant.id)?;
        return refuse(TokenErrorCode::InvalidGrant);
    }
    let scope = match wanted {
        None => grant.scope.clone(),
        Some(wanted) => {
            let mut words = wanted.split(' ').filter(|word| !word.is_empty());
            if !words.all(|word| has_scope(&grant.scope, word)) {
                return refuse(TokenErrorCode::InvalidScope);
            }
            wanted.to_owned()
        }
    };
    let mut refresh_token = None;
    if client.settings.rotation_grace_seconds().is_some() {
        let next = tx.new_token();
        rows::replace_refresh_token(tx, token)?;
        // It lives as long as the first would have.
        rows::insert_refresh_token(tx, &next, &grant.id, stored.expires_at)?;
        refresh_token = Some(next.text());
    }
    Ok(Exchanged {
        client,
        user,
        scope,
        grant,
        nonce: None,
        refresh_token,
        ids: [tx.new_uuid(), tx.new_uuid(), tx.new_uuid()],
        now,
    })
}
