//! The rows of sign-ins.

use super::{Block, Outcome, Proof, ProviderError, Request, Sealed, SignIn, Stage};
use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::{ContactId, InstanceId, Scope, SignInId};
use signback_platform::params;
use signback_platform::store::{Cells, Error, FromRow, Slice, Tx};

pub(crate) const TABLE: &str = "sign_ins";
pub(crate) const VERIFIER: &str = "verifier";
pub(crate) const NONCE: &str = "nonce";
pub(crate) const CODE: &str = "code";
pub(crate) const PROVIDER_ERROR: &str = "provider_error";
pub(crate) const PROVIDER_ERROR_DESCRIPTION: &str = "provider_error_description";
pub(crate) const ID_TOKEN: &str = "id_token";

/// Adds a sign-in that has just begun.
pub(crate) fn insert(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "INSERT INTO sign_ins (id, account, region, instance, contact, user_pool_arn, \
         app_client_id, object_type, time_limit_minutes, stage, begun_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            sign_in.id,
            sign_in.scope.account,
            sign_in.scope.region,
            sign_in.instance,
            sign_in.contact,
            sign_in.block.user_pool_arn,
            sign_in.block.app_client_id,
            sign_in.block.object_type,
            sign_in.block.time_limit_minutes,
            stage_name(sign_in.stage()),
            now
        ],
    )
}

columns! {
    /// A sign-in; what its stage does not have is absent.
    struct SignInRow as select_sign_in {
        id: SignInId,
        scope: Scope = "account, region",
        instance: InstanceId,
        contact: ContactId,
        block: Block = "user_pool_arn, app_client_id, object_type, time_limit_minutes",
        state_hash: Option<Vec<u8>>,
        stage: String,
        url_until: Option<Timestamp>,
        expires_at: Option<Timestamp>,
        redirect_uri: Option<String>,
        verifier: Option<Sealed>,
        proof: Option<Proof> = "issuer, nonce, issued_at",
        code: Option<Sealed>,
        error: Option<ProviderError> = "provider_error, provider_error_description",
        id_token: Option<Sealed>,
        outcome: Option<Outcome> = "outcome, cause",
    }
}

columns! {
    impl Block { user_pool_arn, app_client_id, object_type, time_limit_minutes }
}

columns! {
    impl Proof { issuer, nonce, issued_at }
}

columns! {
    impl ProviderError { error, description }
}

/// Reads a sign-in without holding on to it.
pub(crate) fn find(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<SignIn>, Error> {
    tx.find(select_sign_in!("FROM sign_ins WHERE id = $1"), params![id])?
        .map(sign_in)
        .transpose()
}

/// Reads a sign-in for a change. Whoever also needs the contact locks that first.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<SignIn>, Error> {
    tx.find(
        select_sign_in!("FROM sign_ins WHERE id = $1 /* FOR UPDATE */"),
        params![id],
    )?
    .map(sign_in)
    .transpose()
}

/// The contact of a sign-in, which never changes.
pub(crate) fn contact_of(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<ContactId>, Error> {
    tx.find("SELECT contact FROM sign_ins WHERE id = $1", params![id])
}

/// The contact's sign-in that has not ended. The contact's lock keeps it the only one.
pub(crate) fn unfinished(tx: &mut Tx<'_>, contact: &ContactId) -> Result<Option<SignInId>, Error> {
    tx.find(
        "SELECT id FROM sign_ins WHERE contact = $1 AND finished_at IS NULL",
        params![contact],
    )
}

/// What the columns of a stage hold; the others are NULL.
#[derive(Default)]
struct Columns<'a> {
    url_until: Option<i64>,
    expires_at: Option<i64>,
    request: Option<&'a Request>,
    proof: Option<&'a Proof>,
    code: Option<&'a Sealed>,
    error: Option<&'a ProviderError>,
    id_token: Option<&'a Sealed>,
    outcome: Option<Outcome>,
}

impl<'a> Columns<'a> {
    fn of(stage: &'a Stage) -> Self {
        let none = Self::default();
        match stage {
            Stage::Announced => none,
            Stage::Offered {
                url_until,
                expires_at,
            } => Self {
                url_until: Some(url_until.millis()),
                expires_at: Some(expires_at.millis()),
                ..none
            },
            Stage::UrlIssued {
                request,
                expires_at,
            } => Self {
                expires_at: Some(expires_at.millis()),
                request: Some(request),
                proof: Some(&request.proof),
                ..none
            },
            Stage::CodeReceived { request, code } => Self {
                request: Some(request),
                proof: Some(&request.proof),
                code: Some(code),
                ..none
            },
            Stage::ErrorReceived { error } => Self {
                error: Some(error),
                ..none
            },
            Stage::Exchanging { proof } => Self {
                proof: Some(proof),
                ..none
            },
            Stage::Exchanged { proof, id_token } => Self {
                proof: Some(proof),
                id_token: Some(id_token),
                ..none
            },
            Stage::Finished(outcome) => Self {
                outcome: Some(*outcome),
                ..none
            },
        }
    }
}

/// Writes where a sign-in stands now.
pub(crate) fn save(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<(), Error> {
    let columns = Columns::of(sign_in.stage());
    let error = columns.error;
    let finished_at = columns.outcome.map(|_| tx.now());
    let (outcome, cause) = columns.outcome.map(outcome_names).unzip();
    tx.write(
        "UPDATE sign_ins SET stage = $2, url_until = $3, expires_at = $4, state_hash = $5, \
         redirect_uri = $6, issuer = $7, issued_at = $8, verifier = $9, nonce = $10, code = $11, \
         provider_error = $12, provider_error_description = $13, id_token = $14, outcome = $15, \
         cause = $16, finished_at = $17 WHERE id = $1",
        params![
            sign_in.id,
            stage_name(sign_in.stage()),
            columns.url_until,
            columns.expires_at,
            sign_in.state_hash(),
            columns.request.map(|request| &request.redirect_uri),
            columns.proof.map(|proof| &proof.issuer),
            columns.proof.map(|proof| proof.issued_at),
            columns.request.map(|request| &request.verifier),
            columns.proof.map(|proof| &proof.nonce),
            columns.code,
            error.map(|error| &error.error),
            error.and_then(|error| error.description.as_ref()),
            columns.id_token,
            outcome,
            cause.flatten(),
            finished_at
        ],
    )
}

/// Keeps what a repeated answer is known by.
pub(crate) fn save_answer(tx: &mut Tx<'_>, id: &SignInId, hash: &[u8]) -> Result<(), Error> {
    tx.write(
        "UPDATE sign_ins SET answer_hash = $2 WHERE id = $1",
        params![id, hash],
    )
}

/// What the accepted answer is known by, if there is one.
pub(crate) fn answer_hash(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<Vec<u8>>, Error> {
    let found = tx.find::<Option<Vec<u8>>>(
        "SELECT answer_hash FROM sign_ins WHERE id = $1",
        params![id],
    );
    Ok(found?.flatten())
}

const fn stage_name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Announced => "announced",
        Stage::Offered { .. } => "offered",
        Stage::UrlIssued { .. } => "url_issued",
        Stage::CodeReceived { .. } => "code_received",
        Stage::ErrorReceived { .. } => "error_received",
        Stage::Exchanging { .. } => "exchanging",
        Stage::Exchanged { .. } => "exchanged",
        Stage::Finished(_) => "finished",
    }
}

/// The words for an outcome and its cause.
pub(crate) fn outcome_names(outcome: Outcome) -> (&'static str, Option<&'static str>) {
    match outcome {
        Outcome::Succeeded => ("succeeded", None),
        Outcome::Failed(cause) => ("failed", Some(cause.name())),
        Outcome::TimedOut => ("timed_out", None),
        Outcome::OptedOut => ("opted_out", None),
        Outcome::Abandoned => ("abandoned", None),
    }
}

fn sign_in(row: SignInRow) -> Result<SignIn, Error> {
    let stage = stage(&row).ok_or(Error::Corrupt {
        what: "stage of a sign-in",
    })?;
    let announced = SignIn::announce(row.id, row.scope, row.instance, row.contact, row.block);
    Ok(announced.restore(row.state_hash, stage))
}

fn stage(row: &SignInRow) -> Option<Stage> {
    let proof = || row.proof.clone();
    let request = || {
        Some(Request {
            redirect_uri: row.redirect_uri.clone()?,
            verifier: row.verifier.clone()?,
            proof: proof()?,
        })
    };
    Some(match row.stage.as_str() {
        "announced" => Stage::Announced,
        "offered" => Stage::Offered {
            url_until: row.url_until?,
            expires_at: row.expires_at?,
        },
        "url_issued" => Stage::UrlIssued {
            request: request()?,
            expires_at: row.expires_at?,
        },
        "code_received" => Stage::CodeReceived {
            request: request()?,
            code: row.code.clone()?,
        },
        "error_received" => Stage::ErrorReceived {
            error: row.error.clone()?,
        },
        "exchanging" => Stage::Exchanging { proof: proof()? },
        "exchanged" => Stage::Exchanged {
            proof: proof()?,
            id_token: row.id_token.clone()?,
        },
        "finished" => Stage::Finished(row.outcome?),
        _ => return None,
    })
}

impl FromRow for Outcome {
    fn read(cells: &mut Cells) -> Result<Self, Error> {
        let (name, cause) = (String::read(cells), Option::read(cells));
        Ok(match (name?.as_str(), cause?) {
            ("succeeded", None) => Self::Succeeded,
            ("failed", Some(cause)) => Self::Failed(cause),
            ("timed_out", None) => Self::TimedOut,
            ("opted_out", None) => Self::OptedOut,
            ("abandoned", None) => Self::Abandoned,
            _ => {
                return Err(Error::Corrupt {
                    what: "outcome of a sign-in",
                });
            }
        })
    }
}

/// Forgets the sign-ins of a chat as far as there is room; gives whether none is left.
pub(crate) fn forget_chat(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    contact: &ContactId,
) -> Result<bool, Error> {
    slice.delete(
        tx,
        "DELETE FROM sign_ins WHERE id IN (SELECT id FROM sign_ins WHERE contact = $1 LIMIT $2)",
        contact.as_str(),
    )
}
