//! The sign-in URL: the provider is asked for its endpoints, and the sign-in records what the URL
//! asks for.

use serde::{Deserialize, Serialize};
use signback_oidc::Verifier;

use super::redirect::{self, AUTHENTICATION_URL_MAX, Parameters, RedirectRefusal};
use super::refused::Refused;
use super::source::{self, Provider, Source};
use super::state::state_of;
use super::{Failure, Proof, Request, Sealed, SignIn, rows};
use crate::Connect;
use crate::contacts::{self, Contact, Participant, Role};
use signback_platform::ids::{ContactId, SignInId};
use signback_platform::secret::Secret;
use signback_platform::store::Tx;

/// What the customer's client asks for a sign-in URL with.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct GetAuthenticationUrl {
    connection_token: Secret,
    session_id: String,
    redirect_uri: String,
}

/// The sign-in URL.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthenticationUrl {
    authentication_url: String,
}

/// Why there is no sign-in URL.
pub(crate) enum NoUrl {
    /// The address to come back to cannot be one.
    RedirectUri(&'static str),
    /// The caller's request is refused; the sign-in stays as it is.
    Refused(Refused),
    /// Nobody can sign in: the sign-in is to be broken off.
    BreakOff(SignInId, Failure),
}

signback_platform::conversions!(NoUrl: Refused(Refused));

/// Makes the sign-in URL.
pub(crate) async fn authentication_url(
    connect: &Connect,
    input: GetAuthenticationUrl,
) -> Result<AuthenticationUrl, NoUrl> {
    redirect::check_redirect_uri(&input.redirect_uri)
        .map_err(|refusal: RedirectRefusal| NoUrl::RedirectUri(refusal.rule()))?;
    let store = &connect.platform.store;
    // The provider's endpoints may have to be fetched, which no transaction waits for: it is asked
    // first whether there is something to fetch them for, and all is checked again afterwards.
    let asked = input.clone();
    let (id, source) = store.read(move |tx| url_source(tx, &asked)).await?;
    let provider = match source {
        Ok(source) => source::provider(connect, &source).await,
        Err(failure) => Err(failure),
    };
    let provider = provider.map_err(|failure| NoUrl::BreakOff(id, failure))?;
    let issued = store.transact(move |tx| issue_url(tx, &input, &provider));
    let (contact, authentication_url) = issued.await?;
    tracing::info!(%contact, "a sign-in URL is issued");
    Ok(AuthenticationUrl { authentication_url })
}

/// A sign-in whose URL may be made now, and its source.
fn url_source(
    tx: &mut Tx<'_>,
    input: &GetAuthenticationUrl,
) -> Result<(SignInId, Result<Source, Failure>), Refused> {
    let participant = customer(tx, &input.connection_token)?;
    let sign_in = rows::find(tx, &SignInId::new(&input.session_id))?
        .filter(|sign_in| sign_in.contact == participant.contact)
        .ok_or(Refused::UnknownSession)?;
    sign_in.may_issue_url(tx.now())?;
    let source = source::usable(tx, &sign_in.scope, &sign_in.instance, &sign_in.block)?;
    Ok((sign_in.id, source.map_err(Failure::from)))
}

fn issue_url(
    tx: &mut Tx<'_>,
    input: &GetAuthenticationUrl,
    provider: &Provider,
) -> Result<(ContactId, String), Refused> {
    let (contact, mut sign_in) = own_sign_in(tx, &input.connection_token, &input.session_id)?;
    let id = sign_in.id.clone();
    let state = state_of(tx, &id);
    let verifier = Verifier::from_random(tx.new_secret_bytes());
    // A second verifier is as good a nonce as any: 43 characters out of 256 random bits.
    let nonce = Verifier::from_random(tx.new_secret_bytes());
    let issued_at = if provider.outside {
        tx.machine_now()
    } else {
        tx.now()
    };
    let request = Request {
        redirect_uri: input.redirect_uri.clone(),
        verifier: Sealed::seal(tx, &id, rows::VERIFIER, verifier.expose()),
        proof: Proof {
            issuer: provider.issuer.clone(),
            nonce: Sealed::seal(tx, &id, rows::NONCE, nonce.expose()),
            issued_at,
        },
    };
    let now = tx.now();
    sign_in.issue_url(request, &state, now)?;
    let url = redirect::authentication_url(
        &provider.authorization_endpoint,
        &Parameters {
            client_id: &sign_in.block.app_client_id,
            scope: &provider.scope,
            redirect_uri: &input.redirect_uri,
            state: state.text().expose(),
            nonce: nonce.expose(),
            code_challenge: verifier.challenge().as_str(),
        },
    );
    if url.len() > AUTHENTICATION_URL_MAX {
        return Err(Refused::UrlTooLong);
    }
    rows::save(tx, &sign_in)?;
    Ok((contact.id, url))
}

/// The customer whom a connection token belongs to.
fn customer(tx: &mut Tx<'_>, token: &Secret) -> Result<Participant, Refused> {
    contacts::by_connection_token(tx, token)?
        .filter(|participant| participant.role == Role::Customer)
        .ok_or(Refused::Token)
}

/// The customer's own sign-in, locked after its contact.
pub(crate) fn own_sign_in(
    tx: &mut Tx<'_>,
    token: &Secret,
    session: &str,
) -> Result<(Contact, SignIn), Refused> {
    let participant = customer(tx, token)?;
    let contact = contacts::lock(tx, &participant.contact)?.ok_or(Refused::Token)?;
    let sign_in = rows::lock(tx, &SignInId::new(session))?
        .filter(|sign_in| sign_in.contact == contact.id)
        .ok_or(Refused::UnknownSession)?;
    Ok((contact, sign_in))
}
