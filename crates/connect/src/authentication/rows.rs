//! The rows of sign-ins.

use super::{Block, Cause, Outcome, Proof, ProviderError, Request, Sealed, SignIn, Stage};
use signback_platform::ids::{ContactId, InstanceId, Scope, SignInId};
use signback_platform::store::{Error, Row, Tx};

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
        &[
            (&sign_in.id).into(),
            (&sign_in.scope.account).into(),
            (&sign_in.scope.region).into(),
            (&sign_in.instance).into(),
            (&sign_in.contact).into(),
            (&sign_in.block.user_pool_arn).into(),
            (&sign_in.block.app_client_id).into(),
            (&sign_in.block.object_type).into(),
            sign_in.block.time_limit_minutes.into(),
            stage_name(sign_in.stage()).into(),
            now.into(),
        ],
    )
}

/// Reads a sign-in without holding on to it.
pub(crate) fn find(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<SignIn>, Error> {
    let row = tx.fetch_optional(
        "SELECT id, account, region, instance, contact, user_pool_arn, app_client_id, \
         object_type, time_limit_minutes, stage, url_until, expires_at, state_hash, \
         redirect_uri, issuer, issued_at, verifier, nonce, code, provider_error, \
         provider_error_description, id_token, outcome, cause \
         FROM sign_ins WHERE id = $1",
        &[id.into()],
    )?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads a sign-in for a change. Whoever also needs the contact locks that first.
pub(crate) fn lock(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<SignIn>, Error> {
    let row = tx.fetch_optional(
        "SELECT id, account, region, instance, contact, user_pool_arn, app_client_id, \
         object_type, time_limit_minutes, stage, url_until, expires_at, state_hash, \
         redirect_uri, issuer, issued_at, verifier, nonce, code, provider_error, \
         provider_error_description, id_token, outcome, cause \
         FROM sign_ins WHERE id = $1 /* FOR UPDATE */",
        &[id.into()],
    )?;
    row.map(|row| from_row(&row)).transpose()
}

/// The contact of a sign-in, which never changes.
pub(crate) fn contact_of(tx: &mut Tx<'_>, id: &SignInId) -> Result<Option<ContactId>, Error> {
    let row = tx.fetch_optional("SELECT contact FROM sign_ins WHERE id = $1", &[id.into()])?;
    row.map(|row| row.text(0).map(ContactId::new)).transpose()
}

/// The contact's sign-in that has not ended. The contact's lock keeps it the only one.
pub(crate) fn unfinished(tx: &mut Tx<'_>, contact: &ContactId) -> Result<Option<SignInId>, Error> {
    let row = tx.fetch_optional(
        "SELECT id FROM sign_ins WHERE contact = $1 AND finished_at IS NULL",
        &[contact.into()],
    )?;
    row.map(|row| row.text(0).map(SignInId::new)).transpose()
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
        &[
            (&sign_in.id).into(),
            stage_name(sign_in.stage()).into(),
            columns.url_until.into(),
            columns.expires_at.into(),
            sign_in.state_hash().into(),
            columns.request.map(|request| &request.redirect_uri).into(),
            columns.proof.map(|proof| &proof.issuer).into(),
            columns.proof.map(|proof| proof.issued_at).into(),
            columns
                .request
                .map(|request| request.verifier.stored())
                .into(),
            columns.proof.map(|proof| proof.nonce.stored()).into(),
            columns.code.map(Sealed::stored).into(),
            error.map(|error| error.error.stored()).into(),
            error
                .and_then(|error| error.description.as_ref())
                .map(Sealed::stored)
                .into(),
            columns.id_token.map(Sealed::stored).into(),
            outcome.into(),
            cause.flatten().into(),
            finished_at.into(),
        ],
    )
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
        Outcome::Failed(cause) => ("failed", Some(cause.as_str())),
        Outcome::TimedOut => ("timed_out", None),
        Outcome::OptedOut => ("opted_out", None),
        Outcome::Abandoned => ("abandoned", None),
    }
}

fn from_row(row: &Row) -> Result<SignIn, Error> {
    let minutes = row.integer(8)?;
    let sign_in = SignIn::announce(
        SignInId::new(row.text(0)?),
        Scope {
            account: row.text(1)?,
            region: row.text(2)?,
        },
        InstanceId::new(row.text(3)?),
        ContactId::new(row.text(4)?),
        Block {
            user_pool_arn: row.text(5)?,
            app_client_id: row.text(6)?,
            object_type: row.text(7)?,
            time_limit_minutes: u32::try_from(minutes).map_err(|_| corrupt())?,
        },
    );
    Ok(sign_in.restore(row.optional_bytes(12)?, stage_from(row)?))
}

fn stage_from(row: &Row) -> Result<Stage, Error> {
    let sealed = |column| row.bytes(column).map(Sealed::from_stored);
    let proof = || {
        Ok::<_, Error>(Proof {
            issuer: row.text(14)?,
            issued_at: row.timestamp(15)?,
            nonce: sealed(17)?,
        })
    };
    let request = || {
        Ok::<_, Error>(Request {
            redirect_uri: row.text(13)?,
            verifier: sealed(16)?,
            proof: proof()?,
        })
    };
    Ok(match row.text(9)?.as_str() {
        "announced" => Stage::Announced,
        "offered" => Stage::Offered {
            url_until: row.timestamp(10)?,
            expires_at: row.timestamp(11)?,
        },
        "url_issued" => Stage::UrlIssued {
            request: request()?,
            expires_at: row.timestamp(11)?,
        },
        "code_received" => Stage::CodeReceived {
            request: request()?,
            code: sealed(18)?,
        },
        "error_received" => Stage::ErrorReceived {
            error: ProviderError {
                error: sealed(19)?,
                description: row.optional_bytes(20)?.map(Sealed::from_stored),
            },
        },
        "exchanging" => Stage::Exchanging { proof: proof()? },
        "exchanged" => Stage::Exchanged {
            proof: proof()?,
            id_token: sealed(21)?,
        },
        "finished" => Stage::Finished(outcome_from(row)?),
        _ => return Err(corrupt()),
    })
}

/// Forgets the sign-ins of an instance that is deleted.
pub(crate) fn delete_all(tx: &mut Tx<'_>, instance: &InstanceId) -> Result<(), Error> {
    tx.write(
        "DELETE FROM sign_ins WHERE instance = $1",
        &[instance.into()],
    )
}

fn outcome_from(row: &Row) -> Result<Outcome, Error> {
    Ok(match row.text(22)?.as_str() {
        "succeeded" => Outcome::Succeeded,
        "failed" => {
            let cause = Cause::from_name(&row.text(23)?).ok_or_else(corrupt)?;
            Outcome::Failed(cause)
        }
        "timed_out" => Outcome::TimedOut,
        "opted_out" => Outcome::OptedOut,
        "abandoned" => Outcome::Abandoned,
        _ => return Err(corrupt()),
    })
}

const fn corrupt() -> Error {
    Error::Corrupt { what: "sign-in" }
}
