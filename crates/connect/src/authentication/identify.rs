//! What an accepted answer says of the customer: the code is exchanged and the identity verified.
//!
//! Each step with an effect outside is followed by a commit of its result, so a job that runs
//! twice, or again after a crash, goes on from what is known: a code that may have been posted is
//! not posted again, a token that was kept is verified again.

use std::time::Duration;

use super::exchange::{self, Attempt, Posted};
use super::source::{self, Source};
use super::{
    Cause, Failure, Identity, Proof, ProviderError, Sealed, SignIn, Stage, rows, userinfo,
};
use crate::Connect;
use signback_platform::ids::SignInId;
use signback_platform::secret::Secret;
use signback_platform::store::{Error, Tx};

/// How long the exchange of one code may take in all.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);

/// What is left to do for a sign-in.
enum Work {
    /// Nothing: it has ended, or no answer was accepted.
    Nothing,
    /// It cannot be completed.
    Fail(Failure),
    /// The identity is to be had from the provider.
    Identify(Box<Exchange>),
}

/// What is needed to learn who the customer is.
struct Exchange {
    source: Source,
    /// The issuer that the customer was sent to.
    issuer: String,
    attempt: Attempt,
    step: Step,
}

/// How far the exchange has come.
enum Step {
    /// The code is to be posted; the mark for it is set.
    Redeem(Posted),
    /// The token was kept and is to be verified.
    Verify(Secret),
}

/// Learns from an accepted answer who the customer is, or why that cannot be known; `None` if there
/// is nothing to learn: the sign-in has ended, or no answer was accepted.
pub(crate) async fn identify(
    connect: &Connect,
    id: &SignInId,
) -> Result<Option<Result<Identity, Failure>>, Error> {
    let begun = id.clone();
    let store = &connect.platform.store;
    let work = store.transact(move |tx| take_up(tx, &begun)).await?;
    match work {
        Work::Nothing => Ok(None),
        Work::Fail(failure) => Ok(Some(Err(failure))),
        Work::Identify(exchange) => {
            match tokio::time::timeout(EXCHANGE_TIMEOUT, learn(connect, id, *exchange)).await {
                Ok(learnt) => learnt.map(Some),
                Err(_) => Ok(Some(Err(Cause::ExchangeTimeout.into()))),
            }
        }
    }
}

/// Looks at where the sign-in stands and, for a code that was not posted yet, sets the mark.
fn take_up(tx: &mut Tx<'_>, id: &SignInId) -> Result<Work, Error> {
    let Some(mut sign_in) = rows::lock(tx, id)? else {
        return Ok(Work::Nothing);
    };
    match sign_in.stage().clone() {
        Stage::ErrorReceived { error } => {
            let words = provider_words(tx, id, &error)?;
            Ok(Work::Fail(Failure::new(Cause::ProviderError, words)))
        }
        Stage::CodeReceived { .. } => set_out(tx, &mut sign_in),
        Stage::Exchanging { .. } => Ok(Work::Fail(Cause::Interrupted.into())),
        Stage::Exchanged { proof, id_token } => {
            let id_token = id_token.open(tx, id, rows::ID_TOKEN)?;
            identification(tx, &sign_in, &proof, Step::Verify(id_token))
        }
        Stage::Announced | Stage::Offered { .. } | Stage::UrlIssued { .. } | Stage::Finished(_) => {
            Ok(Work::Nothing)
        }
    }
}

/// What the provider said, for the flow log.
fn provider_words(tx: &Tx<'_>, id: &SignInId, error: &ProviderError) -> Result<String, Error> {
    let words = error.error.open(tx, id, rows::PROVIDER_ERROR)?;
    Ok(match &error.description {
        None => words.expose().to_owned(),
        Some(description) => {
            let description = description.open(tx, id, rows::PROVIDER_ERROR_DESCRIPTION)?;
            format!("{}: {}", words.expose(), description.expose())
        }
    })
}

/// Takes the code out of the row: from here on it is only in this job's memory.
fn set_out(tx: &mut Tx<'_>, sign_in: &mut SignIn) -> Result<Work, Error> {
    let Ok((request, code)) = sign_in.take_code() else {
        return Ok(Work::Nothing);
    };
    let posted = Posted {
        client_id: sign_in.block.app_client_id.clone(),
        redirect_uri: request.redirect_uri,
        code: code.open(tx, &sign_in.id, rows::CODE)?,
        verifier: request.verifier.open(tx, &sign_in.id, rows::VERIFIER)?,
    };
    rows::save(tx, sign_in)?;
    identification(tx, sign_in, &request.proof, Step::Redeem(posted))
}

/// Finds the source again: it may have been taken away from the instance since the block began.
fn identification(
    tx: &mut Tx<'_>,
    sign_in: &SignIn,
    proof: &Proof,
    step: Step,
) -> Result<Work, Error> {
    let source = match source::usable(tx, &sign_in.scope, &sign_in.instance, &sign_in.block)? {
        Ok(source) => source,
        Err(cause) => return Ok(Work::Fail(cause.into())),
    };
    let attempt = Attempt {
        client_id: sign_in.block.app_client_id.clone(),
        nonce: proof.nonce.open(tx, &sign_in.id, rows::NONCE)?,
        issued_at: proof.issued_at,
    };
    Ok(Work::Identify(Box::new(Exchange {
        source,
        issuer: proof.issuer.clone(),
        attempt,
        step,
    })))
}

/// Exchanges the code if that is still to be done, keeps the ID token, and verifies it.
async fn learn(
    connect: &Connect,
    id: &SignInId,
    exchange: Exchange,
) -> Result<Result<Identity, Failure>, Error> {
    let provider = match source::provider(connect, &exchange.source).await {
        Ok(provider) if provider.issuer == exchange.issuer => provider,
        Ok(_) => return Ok(Err(Cause::IssuerChanged.into())),
        Err(failure) => return Ok(Err(failure)),
    };
    let interrupted = matches!(exchange.step, Step::Verify(_));
    let (id_token, access_token) = match exchange.step {
        Step::Verify(id_token) => (id_token, None),
        Step::Redeem(posted) => match exchange::redeem(connect, &provider, &posted).await {
            Ok(tokens) => {
                keep_token(connect, id, tokens.id_token.clone()).await?;
                (tokens.id_token, tokens.access_token)
            }
            Err(failure) => return Ok(Err(failure)),
        },
    };
    let attempt = &exchange.attempt;
    let access_token = access_token.as_ref();
    let verified = exchange::verify(connect, &provider, attempt, &id_token, access_token).await;
    let completed = match verified {
        Ok(claims) => {
            userinfo::complete(connect, &provider, claims, access_token, interrupted).await
        }
        Err(failure) => Err(failure),
    };
    Ok(completed.map(|claims| Identity::new(claims, &provider)))
}

/// Keeps the ID token, so that it is not lost with the process. If the sign-in has ended
/// meanwhile there is nothing to keep it for; the last step finds that out.
async fn keep_token(connect: &Connect, id: &SignInId, id_token: Secret) -> Result<(), Error> {
    let id = id.clone();
    connect
        .platform
        .store
        .transact(move |tx| {
            let Some(mut sign_in) = rows::lock(tx, &id)? else {
                return Ok(());
            };
            let sealed = Sealed::seal(tx, &id, rows::ID_TOKEN, id_token.expose());
            match sign_in.keep_token(sealed) {
                Ok(()) => rows::save(tx, &sign_in),
                Err(_) => Ok(()),
            }
        })
        .await
}
