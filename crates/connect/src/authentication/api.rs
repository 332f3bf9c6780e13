//! The operations: the customer's client asks for the sign-in URL, and the backend behind the
//! redirect page hands over what the provider answered.

use serde::{Deserialize, Serialize};
use signback_oidc::Verifier;

use super::redirect::{self, AUTHENTICATION_URL_MAX, Parameters};
use super::refused::{Refused, invalid, participant_answer};
use super::source::{self, Provider, Source};
use super::state::{sign_in_of, state_of};
use super::{Proof, ProviderError, Refusal, Request, Sealed, SignIn, rows};
use crate::Connect;
use crate::contacts::{self, Contact, Participant, Role};
use crate::instances;
use signback_platform::answer::Answer;
use signback_platform::ids::{ContactId, InstanceId, Scope, SignInId};
use signback_platform::jobs;
use signback_platform::operation::{Call, Operation};
use signback_platform::secret::Secret;
use signback_platform::store::Tx;
use signback_platform::token::Token;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new(
        "connect",
        "UpdateParticipantAuthentication",
        wait!(update_participant_authentication),
    ),
    Operation::new(
        "connectparticipant",
        "GetAuthenticationUrl",
        wait!(get_authentication_url),
    ),
];

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetAuthenticationUrl {
    connection_token: Secret,
    session_id: String,
    redirect_uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AuthenticationUrl {
    authentication_url: String,
}

async fn get_authentication_url(
    connect: &Connect,
    _call: &Call,
    input: GetAuthenticationUrl,
) -> Result<AuthenticationUrl, Answer> {
    redirect::check_redirect_uri(&input.redirect_uri)
        .map_err(|refusal| invalid(format!("RedirectUri {}", refusal.rule())))?;
    // The provider's endpoints may have to be fetched, which no transaction waits for: it is asked
    // first whether there is something to fetch them for, and all is checked again afterwards.
    let asked = input.clone();
    let source = connect
        .platform
        .store
        .read(move |tx| url_source(tx, &asked))
        .await
        .map_err(participant_answer)?;
    let provider = source::provider(connect, &source)
        .await
        .map_err(|failure| {
            tracing::warn!(
                cause = failure.cause.as_str(),
                "a sign-in URL cannot be made"
            );
            participant_answer(Refused::SourceGone)
        })?;
    let issued = connect
        .platform
        .store
        .transact(move |tx| issue_url(tx, &input, &provider));
    let (contact, authentication_url) = issued.await.map_err(participant_answer)?;
    tracing::info!(%contact, "a sign-in URL is issued");
    Ok(AuthenticationUrl { authentication_url })
}

/// The source of a sign-in whose URL may be made now.
fn url_source(tx: &mut Tx<'_>, input: &GetAuthenticationUrl) -> Result<Source, Refused> {
    let participant = customer(tx, &input.connection_token)?;
    let sign_in = rows::find(tx, &SignInId::new(&input.session_id))?
        .filter(|sign_in| sign_in.contact == participant.contact)
        .ok_or(Refused::UnknownSession)?;
    sign_in.may_issue_url(tx.now())?;
    source::usable(tx, &sign_in.instance, &sign_in.block)?.map_err(|_| Refused::SourceGone)
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UpdateParticipantAuthentication {
    state: Secret,
    instance_id: String,
    code: Option<Secret>,
    error: Option<Secret>,
    error_description: Option<Secret>,
}

/// What the provider answered.
#[derive(Clone)]
enum ProviderAnswer {
    Code(Secret),
    Error {
        error: Secret,
        description: Option<Secret>,
    },
}

impl ProviderAnswer {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Error { .. } => "error",
        }
    }
}

async fn update_participant_authentication(
    connect: &Connect,
    call: &Call,
    input: UpdateParticipantAuthentication,
) -> Result<(), Answer> {
    let answer = match (input.code, input.error) {
        (Some(code), None) => ProviderAnswer::Code(code),
        (None, Some(error)) => ProviderAnswer::Error {
            error,
            description: input.error_description,
        },
        (Some(_), Some(_)) => {
            return Err(bad_request(
                "Code and Error exclude each other: give one of them.",
            ));
        }
        (None, None) => return Err(bad_request("Either Code or Error must be given.")),
    };
    let scope = call.scope.clone();
    let instance = InstanceId::new(input.instance_id);
    let state = Token::parse(input.state.expose());
    let kind = answer.kind();
    let accepted = connect
        .platform
        .store
        .transact(move |tx| accept(tx, &scope, &instance, state.as_ref(), &answer));
    let contact = accepted.await.map_err(backend_answer)?;
    tracing::info!(%contact, kind, "a provider's answer is accepted");
    Ok(())
}

/// Accepts a provider's answer. This is the hot path: one look-up by key, one change, one job.
fn accept(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance: &InstanceId,
    state: Option<&Token>,
    answer: &ProviderAnswer,
) -> Result<ContactId, Refused> {
    let found = match state {
        Some(state) => rows::lock(tx, &sign_in_of(state))?.map(|sign_in| (sign_in, state)),
        None => None,
    };
    let own = found.filter(|(sign_in, _)| sign_in.instance == *instance && sign_in.scope == *scope);
    let Some((mut sign_in, state)) = own else {
        // Who does not have the instance learns nothing; who has it does not learn whether the
        // state is another instance's.
        let known = instances::by_id(tx, scope, instance)?.is_some();
        return Err(if known {
            Refusal::WrongState.into()
        } else {
            Refused::UnknownInstance
        });
    };
    let id = sign_in.id.clone();
    let now = tx.now();
    match answer {
        ProviderAnswer::Code(code) => {
            let code = Sealed::seal(tx, &id, rows::CODE, code.expose());
            sign_in.receive_code(state, code, now)?;
        }
        ProviderAnswer::Error { error, description } => {
            let sealed = |secret: &Secret, column| Sealed::seal(tx, &id, column, secret.expose());
            let error = ProviderError {
                error: sealed(error, rows::PROVIDER_ERROR),
                description: description
                    .as_ref()
                    .map(|text| sealed(text, rows::PROVIDER_ERROR_DESCRIPTION)),
            };
            sign_in.receive_error(state, error, now)?;
        }
    }
    rows::save(tx, &sign_in)?;
    jobs::schedule(tx, &super::RUN, &id, now)?;
    Ok(sign_in.contact)
}

/// The Connect service's answer to a refusal.
fn backend_answer(refused: Refused) -> Answer {
    let conflict = |message| Answer::refuse("ConflictException", message);
    match refused {
        Refused::UnknownInstance => Answer::refuse(
            "AccessDeniedException",
            "InstanceId: the account has no such instance in this region.",
        ),
        Refused::Rule(Refusal::AlreadyAnswered) => {
            conflict("State: the sign-in has been answered already.")
        }
        Refused::Rule(Refusal::Finished) => conflict("State: the sign-in has ended."),
        Refused::Rule(Refusal::Expired) => {
            conflict("State: the time limit of the sign-in is over.")
        }
        Refused::Fault(error) => error.into(),
        Refused::Rule(_)
        | Refused::Token
        | Refused::UnknownSession
        | Refused::SourceGone
        | Refused::UrlTooLong => bad_request("State is not that of a sign-in of this instance."),
    }
}

fn bad_request(message: &str) -> Answer {
    Answer::refuse("InvalidRequestException", message)
}
