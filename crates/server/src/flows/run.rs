//! Sets a contact's flow going: at its start, and whenever what it waits for has come. All of it
//! is part of the transaction, and under the contact's lock, of whoever calls.

use serde_json::{Value, json};

use super::arn;
use super::engine::{Entry, Outcome, Step, Waiting};
use super::language::{OPTED_OUT, TIME_LIMIT_EXCEEDED, WAIT_COMPLETED};
use super::place::Place;
use super::store;
use super::view::view;
use crate::clock::Timestamp;
use crate::connect::Connect;
use crate::contacts::{self, Contact, EndReason};
use crate::ids::ContactId;
use crate::jobs::{self, JobError};
use crate::store::{Error, Tx};

/// What a waiting flow goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    /// The customer signed in.
    SignedIn,
    /// The sign-in failed.
    SignInFailed {
        /// Why, in words for the flow log: no codes, tokens or claims.
        cause: String,
    },
    /// Nobody signed in within the time limit.
    SignInTimedOut,
    /// The customer declined to sign in.
    OptedOut,
    /// The time of a wait has come.
    Waited,
}

impl Resume {
    /// Whether it is what a run waits for.
    fn fits(&self, waiting: Option<Waiting>, now: Timestamp) -> bool {
        match (self, waiting) {
            (Self::Waited, Some(Waiting::Until(due))) => due <= now.millis(),
            (Self::Waited, _) | (_, None) => false,
            (_, Some(waiting)) => waiting == Waiting::SignIn,
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::SignedIn => Outcome::Done,
            Self::SignInFailed { cause } => Outcome::failed(cause),
            Self::SignInTimedOut => Outcome::Failed {
                error_type: TIME_LIMIT_EXCEEDED,
                cause: "nobody signed in".to_owned(),
            },
            Self::OptedOut => Outcome::Result(OPTED_OUT.to_owned()),
            Self::Waited => Outcome::Result(WAIT_COMPLETED.to_owned()),
        }
    }
}

/// Starts the flow of a new contact and runs it up to its first wait. The contact may have ended
/// afterwards.
pub fn start(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    let published = store::published(tx, &contact.instance, &contact.flow)?;
    let Some(place) = published.and_then(Place::enter) else {
        // It was there when the contact was made, so it went away in the same moment.
        return lost(tx, contact);
    };
    place.advance(tx, contact)
}

/// Goes on with the flow of a contact, which the caller has locked. What the flow does not wait
/// for is left alone, so a second call does nothing.
pub fn resume(tx: &mut Tx<'_>, contact: &mut Contact, with: Resume) -> Result<(), Error> {
    if !contact.is_active() {
        return Ok(());
    }
    let Some((run, revision)) = store::run(tx, &contact.id)? else {
        return Ok(());
    };
    if !with.fits(run.waiting(), tx.now()) {
        return Ok(());
    }
    let Some(mut place) = revision.and_then(|revision| Place::at(revision, run)) else {
        return lost(tx, contact);
    };
    match place
        .run
        .settle(&place.flow, &view(contact), &with.outcome())
    {
        Step::End(ending) => place.end(tx, contact, &ending),
        _ => place.advance(tx, contact),
    }
}

/// Forgets where a contact's flow stands; its log stays.
pub fn forget(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    store::delete_run(tx, contact)?;
    jobs::cancel(tx, &super::WAKE, contact)
}

/// Goes on with a flow whose wait is over.
pub(crate) async fn wake(connect: &Connect, contact: &ContactId) -> Result<(), JobError> {
    let id = contact.clone();
    connect
        .platform
        .store
        .transact(move |tx| match contacts::lock(tx, &id)? {
            Some(mut contact) => resume(tx, &mut contact, Resume::Waited),
            None => Ok::<_, Error>(()),
        })
        .await?;
    Ok(())
}

/// Writes a line into the flow log of a contact. It holds no codes, tokens or claims.
pub fn log(tx: &mut Tx<'_>, contact: &Contact, entry: Entry) -> Result<(), Error> {
    store::log(
        tx,
        &contact.id,
        &contact.instance,
        &contact.flow,
        &[entry],
        false,
    )
}

/// The flow log of a contact, oldest lines first, each as the document that logs have.
pub fn log_lines(tx: &mut Tx<'_>, contact: &Contact) -> Result<Vec<Value>, Error> {
    let mut lines = Vec::new();
    for (flow, at, entries) in store::logged(tx, &contact.id)? {
        let flow_arn = arn(&contact.scope, &contact.instance, &flow);
        lines.extend(entries.into_iter().map(|entry| {
            let mut line = json!({
                "ContactId": contact.id,
                "ContactFlowId": flow_arn,
                "Timestamp": at.iso8601(),
            });
            if let (Some(line), Ok(Value::Object(entry))) =
                (line.as_object_mut(), serde_json::to_value(entry))
            {
                line.extend(entry);
            }
            line
        }));
    }
    Ok(lines)
}

/// Ends a contact whose flow cannot be read any more.
fn lost(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    let results = "fatal flow error: the flow is not there".to_owned();
    log(
        tx,
        contact,
        Entry {
            results,
            ..Entry::default()
        },
    )?;
    contacts::end(tx, contact, EndReason::Flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_run_waits_for_goes_on() {
        let now = Timestamp::from_millis(1000);
        let due = Some(Waiting::Until(1000));
        let failed = Resume::SignInFailed {
            cause: "x".to_owned(),
        };
        assert!(Resume::Waited.fits(due, now));
        assert!(!Resume::Waited.fits(Some(Waiting::Until(1001)), now));
        for resume in [
            Resume::SignedIn,
            failed,
            Resume::SignInTimedOut,
            Resume::OptedOut,
        ] {
            assert!(resume.fits(Some(Waiting::SignIn), now));
            assert!(!resume.fits(due, now));
            assert!(!resume.fits(None, now));
        }
        assert!(!Resume::Waited.fits(Some(Waiting::SignIn), now));
        assert!(!Resume::Waited.fits(None, now));
    }
}
