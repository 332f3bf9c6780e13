//! Every way in which a sign-in ends, each in one transaction with what follows from it: the
//! contact's segment attribute, the items in the chat, the flow's branch, the profile.

use super::end::rename_customer;
use super::flow::{self, Resume};
use crate::Connect;
use crate::authentication::{
    self, Cause, Failure, Identity, Outcome, Refusal, Refused, SignIn, Status, put_away, record,
    rows,
};
use crate::contacts::{self, Contact};
use crate::transcript::{self, Author, NewItem, event};
use signback_platform::arn;
use signback_platform::ids::{ContactId, SignInId};
use signback_platform::jobs::JobError;
use signback_platform::metrics::SignInLabels;
use signback_platform::store::{Error, Tx};
use signback_profiles::Import;

/// How a sign-in is to end.
pub(super) enum Ending {
    /// The identity is verified: it is imported, and unless that fails the customer is signed in.
    Succeed(Identity),
    /// It cannot be completed.
    Fail(Failure),
    /// No sign-in URL can be made.
    BreakOff(Failure),
    /// The time limit is over.
    TimeOut,
    /// The customer goes on without signing in.
    OptOut,
}

/// The end of a sign-in, to be told once it is committed.
#[derive(Debug)]
pub(super) struct Ended {
    contact: ContactId,
    outcome: Outcome,
}

impl Ended {
    /// Counts it and writes it to the log.
    pub(super) fn report(&self, connect: &Connect) {
        let (outcome, cause) = rows::outcome_names(self.outcome);
        tracing::info!(contact = %self.contact, outcome, cause, "a sign-in ended");
        let labels = SignInLabels { outcome };
        connect
            .platform
            .metrics
            .sign_ins
            .get_or_create(&labels)
            .inc();
    }
}

/// Why a sign-in was not ended; nothing is changed then.
#[derive(Debug)]
pub(super) enum Unended {
    /// The rules say no.
    Refused(Refusal),
    /// The database failed.
    Fault(Error),
}

signback_platform::conversions!(Unended: Refused(Refusal), Fault(Error));

impl From<Unended> for Refused {
    fn from(unended: Unended) -> Self {
        match unended {
            Unended::Refused(refusal) => Self::Rule(refusal),
            Unended::Fault(error) => Self::Fault(error),
        }
    }
}

/// Completes a sign-in whose answer was accepted.
pub(crate) async fn run(connect: &Connect, id: &SignInId) -> Result<(), JobError> {
    let ending = match authentication::identify(connect, id).await? {
        None => return Ok(()),
        Some(Ok(identity)) => Ending::Succeed(identity),
        Some(Err(failure)) => Ending::Fail(failure),
    };
    Ok(end(connect, id, ending).await?)
}

/// Ends a sign-in as a job does: if it has ended otherwise, nothing happens.
pub(super) async fn end(connect: &Connect, id: &SignInId, ending: Ending) -> Result<(), Error> {
    let id = id.clone();
    let ended = connect
        .platform
        .store
        .transact(move |tx| end_in(tx, &id, &ending));
    match ended.await {
        Ok(ended) => ended.report(connect),
        Err(Unended::Refused(refusal)) => {
            tracing::debug!(?refusal, "the sign-in went another way");
        }
        Err(Unended::Fault(error)) => return Err(error),
    }
    Ok(())
}

/// Ends a sign-in in the caller's transaction.
pub(super) fn end_in(tx: &mut Tx<'_>, id: &SignInId, ending: &Ending) -> Result<Ended, Unended> {
    let Some(contact) = rows::contact_of(tx, id)? else {
        return Err(Refusal::Finished.into());
    };
    // The contact is locked first, here as everywhere.
    let Some(mut contact) = contacts::lock(tx, &contact)? else {
        return Err(Refusal::Finished.into());
    };
    let Some(mut sign_in) = rows::lock(tx, id)? else {
        return Err(Refusal::Finished.into());
    };
    end_locked(tx, &mut contact, &mut sign_in, ending)
}

/// Ends a sign-in whose contact the caller has locked, and it too.
pub(super) fn end_locked(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    sign_in: &mut SignIn,
    ending: &Ending,
) -> Result<Ended, Unended> {
    match ending {
        Ending::Succeed(identity) => succeed(tx, contact, sign_in, identity),
        Ending::Fail(failure) => {
            sign_in.fail(failure.cause)?;
            failed(tx, contact, sign_in, failure)
        }
        Ending::BreakOff(failure) => {
            sign_in.break_off(failure.cause)?;
            failed(tx, contact, sign_in, failure)
        }
        Ending::TimeOut => {
            sign_in.time_out(tx.now())?;
            record(contact, &sign_in.block, &Status::TimedOut);
            conclude(
                tx,
                contact,
                sign_in,
                event::AUTHENTICATION_TIMEOUT,
                Resume::SignInTimedOut,
            )
        }
        Ending::OptOut => {
            sign_in.opt_out(tx.now())?;
            // AWS has no status for it: the attribute stays as it was.
            conclude(
                tx,
                contact,
                sign_in,
                event::AUTHENTICATION_CANCELLED,
                Resume::OptedOut,
            )
        }
    }
}

fn succeed(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    sign_in: &mut SignIn,
    identity: &Identity,
) -> Result<Ended, Unended> {
    // First on a copy: whoever fails this check gets no profile.
    sign_in.clone().succeed()?;
    let Some(domain) = signback_profiles::domain_of_instance(
        tx,
        &contact.scope,
        &arn::instance(&contact.scope, &contact.instance),
    )?
    else {
        let ending = Ending::Fail(Cause::ProfilesNotEnabled.into());
        return end_locked(tx, contact, sign_in, &ending);
    };
    let import = Import {
        object_type: sign_in.block.object_type.clone(),
        provider: identity.provider.clone(),
        claims: identity.claims.clone(),
        matching: tx.settings().matching,
        client_writable_keys: false,
        contact: contact.id.clone(),
    };
    let imported = match signback_profiles::import(tx, &domain, &import)? {
        Ok(imported) => imported,
        Err(refusal) => {
            let failure = Failure::new(Cause::ProfileRefused, refusal.to_string());
            return end_locked(tx, contact, sign_in, &Ending::Fail(failure));
        }
    };
    sign_in.succeed()?;
    let status = Status::Authenticated {
        provider_name: identity.provider_name.clone(),
        profile: imported.profile_id.to_string(),
    };
    record(contact, &sign_in.block, &status);
    if let Some(name) = imported.first_name.filter(|name| !name.trim().is_empty()) {
        rename_customer(tx, contact, &name)?;
    }
    conclude(
        tx,
        contact,
        sign_in,
        event::AUTHENTICATION_SUCCEEDED,
        Resume::SignedIn,
    )
}

/// What follows from a sign-in that could not be completed.
fn failed(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    sign_in: &SignIn,
    failure: &Failure,
) -> Result<Ended, Unended> {
    record(contact, &sign_in.block, &Status::Failed);
    let resume = Resume::SignInFailed {
        cause: failure.to_string(),
    };
    conclude(tx, contact, sign_in, event::AUTHENTICATION_FAILED, resume)
}

/// What every end but the contact's own has in common: the row without its secrets, the event,
/// the flow's next step.
fn conclude(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    sign_in: &SignIn,
    event: &'static str,
    resume: Resume,
) -> Result<Ended, Unended> {
    put_away(tx, sign_in)?;
    transcript::append(
        tx,
        contact,
        NewItem::event(Author::system(contact), event, None),
    )?;
    contacts::save(tx, contact)?;
    // Last, for the flow may say something, end the contact, or come to another block.
    flow::resume(tx, contact, resume)?;
    Ok(Ended {
        contact: contact.id.clone(),
        outcome: sign_in.outcome().ok_or(Refusal::OutOfOrder)?,
    })
}

/// Ends a sign-in whose time limit is over, unless an answer was accepted.
pub(crate) async fn expire(connect: &Connect, id: &SignInId) -> Result<(), JobError> {
    end(connect, id, Ending::TimeOut)
        .await
        .map_err(JobError::from)
}

/// Ends a sign-in whose job failed too often: in Error if an answer was accepted, else as the
/// time limit has it.
pub(crate) async fn give_up(connect: &Connect, id: &SignInId) -> Result<(), JobError> {
    end(connect, id, Ending::Fail(Cause::Interrupted.into())).await?;
    end(connect, id, Ending::TimeOut)
        .await
        .map_err(JobError::from)
}
