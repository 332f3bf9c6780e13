//! Every way in which a sign-in ends, each in one transaction with what follows from it: the
//! contact's segment attribute, the items in the chat, the flow's branch, the profile.

use serde_json::{Map, Value, json};

use super::source::Provider;
use super::{Block, Cause, Failure, Outcome, Refusal, SignIn, store};
use crate::connect::Connect;
use crate::contacts::{self, Contact};
use crate::flows::{self, Resume};
use crate::ids::{ContactId, SignInId};
use crate::jobs::{self, JobError};
use crate::metrics::SignInLabels;
use crate::profiles::{self, IdentityProvider, Import};
use crate::store::{Error, Tx};
use crate::transcript::{self, Author, NewItem, event};

/// The segment attribute that records how the customer was authenticated.
const CUSTOMER_AUTHENTICATION: &str = "connect:CustomerAuthentication";
/// The longest name that a chat shows.
const DISPLAY_NAME_CHARS_MAX: usize = 256;

/// How a sign-in is to end.
pub(super) enum Ending {
    /// The identity is verified: it is imported, and unless that fails the customer is signed in.
    Succeed(Identity),
    /// It cannot be completed.
    Fail(Failure),
    /// The time limit is over.
    TimeOut,
    /// The customer goes on without signing in.
    OptOut,
}

/// A verified identity.
#[derive(Clone)]
pub(super) struct Identity {
    claims: Map<String, Value>,
    provider: IdentityProvider,
    /// What the segment attribute calls the provider.
    provider_name: String,
}

impl Identity {
    /// The identity in verified claims.
    pub(super) fn new(claims: Map<String, Value>, provider: &Provider) -> Self {
        let federated = claims
            .get("identities")
            .and_then(|identities| identities[0]["providerName"].as_str())
            .filter(|_| provider.cognito);
        let provider_name = match federated {
            Some(name) => name.to_owned(),
            None if provider.cognito => "COGNITO".to_owned(),
            None => provider.issuer.clone(),
        };
        Self {
            claims,
            provider: provider.identity.clone(),
            provider_name,
        }
    }
}

/// What the segment attribute says.
pub(super) enum Status {
    /// The customer is signed in.
    Authenticated {
        /// The provider's name.
        provider_name: String,
        /// The profile's id.
        profile: String,
    },
    /// The Error branch was taken.
    Failed,
    /// The time limit was over.
    TimedOut,
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
        let (outcome, cause) = store::outcome_names(self.outcome);
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

impl From<Refusal> for Unended {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Unended {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
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
    let Some(contact) = store::contact_of(tx, id)? else {
        return Err(Refusal::Finished.into());
    };
    // The contact is locked first, here as everywhere.
    let Some(mut contact) = contacts::lock(tx, &contact)? else {
        return Err(Refusal::Finished.into());
    };
    let Some(mut sign_in) = store::lock(tx, id)? else {
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
        Ending::Fail(failure) => fail(tx, contact, sign_in, failure),
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
    let Some(domain) = profiles::domain_of_instance(tx, &contact.scope, &instance_arn(contact))?
    else {
        return fail(tx, contact, sign_in, &Cause::ProfilesNotEnabled.into());
    };
    let import = Import {
        object_type: sign_in.block.object_type.clone(),
        provider: identity.provider.clone(),
        claims: identity.claims.clone(),
        matching: tx.settings().matching,
        client_writable_keys: false,
        contact: contact.id.clone(),
    };
    let imported = match profiles::import(tx, &domain, &import)? {
        Ok(imported) => imported,
        Err(refusal) => {
            let failure = Failure::new(Cause::ProfileRefused, refusal.to_string());
            return fail(tx, contact, sign_in, &failure);
        }
    };
    sign_in.succeed()?;
    let status = Status::Authenticated {
        provider_name: identity.provider_name.clone(),
        profile: imported.profile_id.to_string(),
    };
    record(contact, &sign_in.block, &status);
    if let Some(name) = imported.first_name.filter(|name| !name.trim().is_empty()) {
        let name: String = name.chars().take(DISPLAY_NAME_CHARS_MAX).collect();
        contacts::rename_customer(tx, contact, &name)?;
    }
    conclude(
        tx,
        contact,
        sign_in,
        event::AUTHENTICATION_SUCCEEDED,
        Resume::SignedIn,
    )
}

fn fail(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    sign_in: &mut SignIn,
    failure: &Failure,
) -> Result<Ended, Unended> {
    sign_in.fail(failure.cause)?;
    record(contact, &sign_in.block, &Status::Failed);
    let resume = Resume::SignInFailed {
        cause: failure.to_string(),
    };
    conclude(tx, contact, sign_in, event::AUTHENTICATION_FAILED, resume)
}

/// Writes the segment attribute of an outcome.
pub(super) fn record(contact: &mut Contact, block: &Block, status: &Status) {
    let text = |text: &str| json!({ "ValueString": text });
    let mut values = Map::new();
    if let Status::Authenticated { provider_name, .. } = status {
        values.insert("IdentityProvider".to_owned(), text(provider_name));
    }
    values.insert("ClientId".to_owned(), text(&block.app_client_id));
    let name = match status {
        Status::Authenticated { .. } => "AUTHENTICATED",
        Status::Failed => "FAILED",
        Status::TimedOut => "TIMEOUT",
    };
    values.insert("Status".to_owned(), text(name));
    if let Status::Authenticated { profile, .. } = status {
        values.insert("AssociatedCustomerId".to_owned(), text(profile));
    }
    values.insert("AuthenticationMethod".to_owned(), text("CONNECT"));
    let attribute = json!({ "ValueMap": values });
    contact
        .segment_attributes
        .insert(CUSTOMER_AUTHENTICATION.to_owned(), attribute);
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
    flows::resume(tx, contact, resume)?;
    Ok(Ended {
        contact: contact.id.clone(),
        outcome: sign_in.outcome().ok_or(Refusal::OutOfOrder)?,
    })
}

/// Saves a finished sign-in and what waits for it.
fn put_away(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<(), Error> {
    store::save(tx, sign_in)?;
    transcript::reveal_sign_in(tx, &sign_in.id)?;
    jobs::cancel(tx, &super::EXPIRE, &sign_in.id)?;
    jobs::cancel(tx, &super::RUN, &sign_in.id)
}

/// Ends the sign-in of a contact that ends: no event, no branch.
pub fn abandon(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    let Some(id) = store::unfinished(tx, contact)? else {
        return Ok(());
    };
    let Some(mut sign_in) = store::lock(tx, &id)? else {
        return Ok(());
    };
    match sign_in.abandon() {
        Ok(()) => put_away(tx, &sign_in),
        Err(_) => Ok(()),
    }
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

/// The ARN of a contact's instance.
pub(super) fn instance_arn(contact: &Contact) -> String {
    let scope = &contact.scope;
    format!(
        "arn:aws:connect:{}:{}:instance/{}",
        scope.region, scope.account, contact.instance
    )
}
