//! The life of one sign-in: what it may become and what it carries on the way.
//!
//! ```text
//! Announced → Offered → UrlIssued → CodeReceived → Exchanging → Exchanged → Finished
//!                            └────→ ErrorReceived ──────────────────────────┘
//! ```
//!
//! From every stage before `Finished` the end of the contact leads to `Finished`; the time limit
//! and the customer's refusal do so only while no answer has been accepted. A transition is the
//! only way from one stage to another, so a sign-in accepts one answer and ends once.
//!
//! Secrets are in here as they are stored, sealed: the rules never need to see them.

use super::{Block, Cause, Sealed};
use signback_platform::clock::Timestamp;
use signback_platform::ids::{ContactId, InstanceId, Scope, SignInId};
use signback_platform::token::Token;

/// How long after the first delivery of the initiated event the sign-in URL can be fetched.
pub(super) const URL_WINDOW_MS: i64 = 60_000;

/// One run of an Authenticate Customer block for one contact.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Its identifier, the `SessionId` of chat clients.
    pub id: SignInId,
    /// The account and region of the instance.
    pub scope: Scope,
    /// The instance of the contact.
    pub instance: InstanceId,
    /// The contact whose customer signs in.
    pub contact: ContactId,
    /// What the flow's block asked for.
    pub block: Block,
    /// What is kept of the `State` in the URL. It outlives the secrets, so that a repeated answer
    /// can be told from a made-up one.
    state_hash: Option<Vec<u8>>,
    stage: Stage,
}

/// Where a sign-in stands.
#[derive(Clone, Debug)]
pub enum Stage {
    /// The initiated event is written; no client has seen it.
    Announced,
    /// A client has seen the event; both clocks run.
    Offered {
        /// Until when the URL can be fetched.
        url_until: Timestamp,
        /// When the block's time limit is over.
        expires_at: Timestamp,
    },
    /// The customer has the URL.
    UrlIssued {
        /// What the URL asked the provider for.
        request: Request,
        /// When the block's time limit is over.
        expires_at: Timestamp,
    },
    /// The provider sent a code; nothing was done with it yet.
    CodeReceived {
        /// What the URL asked the provider for.
        request: Request,
        /// The code.
        code: Sealed,
    },
    /// The provider sent an error instead of a code.
    ErrorReceived {
        /// The error and its description.
        error: ProviderError,
    },
    /// The code was taken out to be posted. It is in one job's memory only: posting it a second
    /// time could revoke what the first time gave (RFC 6749 §4.1.2).
    Exchanging {
        /// What the ID token has to fit.
        proof: Proof,
    },
    /// The provider gave an ID token; it is not verified yet.
    Exchanged {
        /// What the ID token has to fit.
        proof: Proof,
        /// The ID token.
        id_token: Sealed,
    },
    /// It ended, and its secrets are gone.
    Finished(Outcome),
}

/// What the sign-in URL asked the provider for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where the provider sends the customer back to, byte for byte as in the URL.
    pub redirect_uri: String,
    /// The PKCE verifier behind the URL's challenge.
    pub verifier: Sealed,
    /// What the ID token has to fit.
    pub proof: Proof,
}

/// What an ID token has to fit to belong to this sign-in.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The issuer that the customer was sent to; the code goes to no other.
    pub issuer: String,
    /// The nonce of the URL.
    pub nonce: Sealed,
    /// When the URL was made, by the clock that the provider's tokens are judged by.
    pub issued_at: Timestamp,
}

/// What an identity provider said instead of giving a code.
#[derive(Clone, Debug)]
pub struct ProviderError {
    /// The `error` of the redirect.
    pub error: Sealed,
    /// The `error_description` of the redirect.
    pub description: Option<Sealed>,
}

/// How a sign-in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The customer's identity is verified and imported.
    Succeeded,
    /// It could not be completed.
    Failed(Cause),
    /// The time limit was over before an answer came.
    TimedOut,
    /// The customer chose to go on without signing in.
    OptedOut,
    /// The contact ended first.
    Abandoned,
}

/// Why a transition is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No client has seen the event yet.
    NotOffered,
    /// The minute for fetching the URL is over.
    UrlWindowClosed,
    /// The URL was fetched before.
    UrlAlreadyIssued,
    /// The time limit is over.
    Expired,
    /// The time limit is not over.
    NotExpired,
    /// `State` is not the one in the URL of this sign-in.
    WrongState,
    /// An answer was accepted before.
    AlreadyAnswered,
    /// It has ended.
    Finished,
    /// It is not at the stage that this step follows.
    OutOfOrder,
}

impl SignIn {
    /// A sign-in at its beginning.
    #[must_use]
    pub const fn announce(
        id: SignInId,
        scope: Scope,
        instance: InstanceId,
        contact: ContactId,
        block: Block,
    ) -> Self {
        Self {
            id,
            scope,
            instance,
            contact,
            block,
            state_hash: None,
            stage: Stage::Announced,
        }
    }

    /// A sign-in as it was stored.
    pub(super) fn restore(self, state_hash: Option<Vec<u8>>, stage: Stage) -> Self {
        Self {
            state_hash,
            stage,
            ..self
        }
    }

    /// Where it stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What is kept of the `State` in the URL.
    pub(super) fn state_hash(&self) -> Option<&[u8]> {
        self.state_hash.as_deref()
    }

    /// How it ended, if it did.
    #[must_use]
    pub const fn outcome(&self) -> Option<Outcome> {
        match self.stage {
            Stage::Finished(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Starts both clocks at the first delivery of the initiated event; says when the time limit
    /// is over. A later delivery changes nothing.
    pub fn offer(&mut self, now: Timestamp) -> Option<Timestamp> {
        let Stage::Announced = self.stage else {
            return None;
        };
        let expires_at = now.plus_millis(self.block.time_limit_ms());
        self.stage = Stage::Offered {
            url_until: now.plus_millis(URL_WINDOW_MS),
            expires_at,
        };
        Some(expires_at)
    }

    /// Whether the sign-in URL may be made now.
    pub const fn may_issue_url(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.stage {
            Stage::Announced => Err(Refusal::NotOffered),
            Stage::Offered { url_until, .. } if now.millis() < url_until.millis() => Ok(()),
            Stage::Offered { .. } => Err(Refusal::UrlWindowClosed),
            Stage::Finished(_) => Err(Refusal::Finished),
            _ => Err(Refusal::UrlAlreadyIssued),
        }
    }

    /// Records what the sign-in URL asks for, and the state in it.
    pub fn issue_url(
        &mut self,
        request: Request,
        state: &Token,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.may_issue_url(now)?;
        let Stage::Offered { expires_at, .. } = self.stage else {
            return Err(Refusal::OutOfOrder);
        };
        self.state_hash = Some(state.hash());
        self.stage = Stage::UrlIssued {
            request,
            expires_at,
        };
        Ok(())
    }

    /// Records the code that the identity provider sent back.
    pub fn receive_code(
        &mut self,
        state: &Token,
        code: Sealed,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let request = self.awaited(state, now)?;
        self.stage = Stage::CodeReceived { request, code };
        Ok(())
    }

    /// Records the error that the identity provider sent back.
    pub fn receive_error(
        &mut self,
        state: &Token,
        error: ProviderError,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.awaited(state, now)?;
        self.stage = Stage::ErrorReceived { error };
        Ok(())
    }

    /// The request that an answer with `state` belongs to, if an answer is still awaited. Without
    /// the right state nothing is said about where the sign-in stands.
    fn awaited(&self, state: &Token, now: Timestamp) -> Result<Request, Refusal> {
        if !self
            .state_hash
            .as_deref()
            .is_some_and(|hash| state.matches(hash))
        {
            return Err(Refusal::WrongState);
        }
        match &self.stage {
            Stage::UrlIssued {
                request,
                expires_at,
            } if now < *expires_at => Ok(request.clone()),
            Stage::UrlIssued { .. } => Err(Refusal::Expired),
            Stage::Finished(_) => Err(Refusal::Finished),
            _ => Err(Refusal::AlreadyAnswered),
        }
    }

    /// Takes the code out, once, to be posted to the provider.
    pub fn take_code(&mut self) -> Result<(Request, Sealed), Refusal> {
        let Stage::CodeReceived { request, code } = &self.stage else {
            return Err(Refusal::OutOfOrder);
        };
        let taken = (request.clone(), code.clone());
        self.stage = Stage::Exchanging {
            proof: taken.0.proof.clone(),
        };
        Ok(taken)
    }

    /// Records the ID token that the provider gave for the code.
    pub fn keep_token(&mut self, id_token: Sealed) -> Result<(), Refusal> {
        let Stage::Exchanging { proof } = &self.stage else {
            return Err(self.out_of_order());
        };
        self.stage = Stage::Exchanged {
            proof: proof.clone(),
            id_token,
        };
        Ok(())
    }

    /// Ends it with the customer signed in.
    pub fn succeed(&mut self) -> Result<(), Refusal> {
        match self.stage {
            Stage::Exchanged { .. } => self.finish(Outcome::Succeeded),
            _ => Err(self.out_of_order()),
        }
    }

    /// Ends it, after an answer was accepted, without the customer signed in.
    pub fn fail(&mut self, cause: Cause) -> Result<(), Refusal> {
        match self.stage {
            Stage::CodeReceived { .. }
            | Stage::ErrorReceived { .. }
            | Stage::Exchanging { .. }
            | Stage::Exchanged { .. } => self.finish(Outcome::Failed(cause)),
            _ => Err(self.out_of_order()),
        }
    }

    /// Ends it before there was anything to answer: no sign-in URL can be made.
    pub fn break_off(&mut self, cause: Cause) -> Result<(), Refusal> {
        match self.stage {
            Stage::Offered { .. } => self.finish(Outcome::Failed(cause)),
            _ => Err(self.out_of_order()),
        }
    }

    /// Ends it because the time limit is over. An accepted answer is not subject to the limit.
    pub fn time_out(&mut self, now: Timestamp) -> Result<(), Refusal> {
        match self.stage {
            Stage::Offered { expires_at, .. } | Stage::UrlIssued { expires_at, .. } => {
                if now < expires_at {
                    return Err(Refusal::NotExpired);
                }
                self.finish(Outcome::TimedOut)
            }
            _ => Err(self.out_of_order()),
        }
    }

    /// Ends it because the customer goes on without signing in.
    pub fn opt_out(&mut self, now: Timestamp) -> Result<(), Refusal> {
        match self.stage {
            Stage::Announced => Err(Refusal::NotOffered),
            Stage::Offered { expires_at, .. } | Stage::UrlIssued { expires_at, .. } => {
                if now >= expires_at {
                    return Err(Refusal::Expired);
                }
                self.finish(Outcome::OptedOut)
            }
            Stage::Finished(_) => Err(Refusal::Finished),
            _ => Err(Refusal::AlreadyAnswered),
        }
    }

    /// Ends it because the contact ended.
    pub fn abandon(&mut self) -> Result<(), Refusal> {
        self.finish(Outcome::Abandoned)
    }

    fn finish(&mut self, outcome: Outcome) -> Result<(), Refusal> {
        if self.outcome().is_some() {
            return Err(Refusal::Finished);
        }
        self.stage = Stage::Finished(outcome);
        Ok(())
    }

    const fn out_of_order(&self) -> Refusal {
        match self.stage {
            Stage::Finished(_) => Refusal::Finished,
            _ => Refusal::OutOfOrder,
        }
    }
}
