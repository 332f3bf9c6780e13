//! Sets a contact's flow going: at its start, and whenever what it waits for has come. All of it
//! is part of the transaction, and under the contact's lock, of whoever calls.

use super::steps::Progress;
use super::view::view;
use crate::Connect;
use crate::contacts::{self, Contact, EndReason};
use crate::flows::engine::{ActionResult, Entry, Step, Waiting};
use crate::flows::language::{OPTED_OUT, TIME_LIMIT_EXCEEDED, WAIT_COMPLETED};
use crate::flows::{self, rows};
use signback_platform::clock::Timestamp;
use signback_platform::ids::ContactId;
use signback_platform::jobs::JobError;
use signback_platform::store::{Error, Tx};

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
            (Self::Waited, Some(Waiting::Turn)) => true,
            (Self::Waited, _) | (_, None) => false,
            (_, Some(waiting)) => waiting == Waiting::SignIn,
        }
    }

    fn outcome(self) -> ActionResult {
        match self {
            Self::SignedIn => ActionResult::Done,
            Self::SignInFailed { cause } => ActionResult::failed(cause),
            Self::SignInTimedOut => ActionResult::error(TIME_LIMIT_EXCEEDED, "nobody signed in"),
            Self::OptedOut => ActionResult::Result(OPTED_OUT.to_owned()),
            Self::Waited => ActionResult::Result(WAIT_COMPLETED.to_owned()),
        }
    }
}

/// Starts the flow of a new contact and runs it up to its first wait. The contact may have ended
/// afterwards.
pub(super) fn start(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    let published = rows::published(tx, &contact.instance, &contact.flow)?;
    let Some(progress) = published.and_then(Progress::enter) else {
        // It was there when the contact was made, so it went away in the same moment.
        return lost(tx, contact);
    };
    progress.advance(tx, contact)
}

/// Goes on with the flow of a contact, which the caller has locked. What the flow does not wait
/// for is left alone, so a second call does nothing.
pub fn resume(tx: &mut Tx<'_>, contact: &mut Contact, with: Resume) -> Result<(), Error> {
    if !contact.is_active() {
        return Ok(());
    }
    let Some((run, revision)) = rows::run(tx, &contact.id)? else {
        return Ok(());
    };
    if !with.fits(run.waiting(), tx.now()) {
        return Ok(());
    }
    let Some(mut progress) = revision.and_then(|revision| Progress::at(revision, run)) else {
        return lost(tx, contact);
    };
    if progress.run.waiting() == Some(Waiting::Turn) {
        progress.run.take_turn();
        return progress.advance(tx, contact);
    }
    match progress
        .run
        .settle(&progress.flow, &view(contact), &with.outcome())
    {
        Step::End(ending) => progress.end(tx, contact, &ending),
        _ => progress.advance(tx, contact),
    }
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

/// Ends a contact whose flow cannot be read any more.
fn lost(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    let results = "fatal flow error: the flow is not there".to_owned();
    let entry = Entry {
        results,
        ..Entry::default()
    };
    flows::log(tx, &contact.id, &contact.instance, &contact.flow, entry)?;
    super::end(tx, contact, EndReason::Flow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_run_waits_for_goes_on() {
        let now = Timestamp::from_millis(1000);
        let due = Some(Waiting::Until(1000));
        assert!(Resume::Waited.fits(Some(Waiting::Turn), now));
        assert!(!Resume::SignedIn.fits(Some(Waiting::Turn), now));
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
