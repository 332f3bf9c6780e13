//! `UpdateParticipantAuthentication`: the backend behind the redirect page hands over what the
//! provider answered.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::refused::Refused;
use super::state::sign_in_of;
use super::{ProviderError, Refusal, Sealed, rows};
use crate::Connect;
use crate::instances;
use signback_platform::answer::Answer;
use signback_platform::ids::{ContactId, InstanceId, Scope};
use signback_platform::jobs;
use signback_platform::operation::{Call, Operation};
use signback_platform::secret::Secret;
use signback_platform::store::Tx;
use signback_platform::token::Token;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[Operation::new(
    "connect",
    "UpdateParticipantAuthentication",
    wait!(update_participant_authentication),
)];

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

    /// What a repetition of this answer is known by. The state's random part keeps whoever reads
    /// the database from trying out codes.
    fn hash(&self, state: &Token) -> Vec<u8> {
        let (text, more) = match self {
            Self::Code(code) => (code, None),
            Self::Error { error, description } => (error, description.as_ref()),
        };
        let mut hash = Sha256::new();
        for part in [self.kind(), state.text().expose(), text.expose()] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.update(more.map_or("", Secret::expose));
        hash.finalize().to_vec()
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
    let received = match answer {
        ProviderAnswer::Code(code) => {
            let code = Sealed::seal(tx, &id, rows::CODE, code.expose());
            sign_in.receive_code(state, code, now)
        }
        ProviderAnswer::Error { error, description } => {
            let sealed = |secret: &Secret, column| Sealed::seal(tx, &id, column, secret.expose());
            let error = ProviderError {
                error: sealed(error, rows::PROVIDER_ERROR),
                description: description
                    .as_ref()
                    .map(|text| sealed(text, rows::PROVIDER_ERROR_DESCRIPTION)),
            };
            sign_in.receive_error(state, error, now)
        }
    };
    let hash = answer.hash(state);
    if let Err(refusal) = received {
        // Only with the right state is it said where the sign-in stands.
        let answered = matches!(refusal, Refusal::AlreadyAnswered | Refusal::Finished);
        return Err(
            if answered && rows::answer_hash(tx, &id)?.as_ref() == Some(&hash) {
                Refused::Repeated(answer.kind())
            } else {
                refusal.into()
            },
        );
    }
    rows::save(tx, &sign_in)?;
    rows::save_answer(tx, &id, &hash)?;
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
        Refused::Repeated("code") => conflict("State: answered already, with the same code."),
        Refused::Repeated(_) => conflict("State: answered already, with the same error."),
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
        | Refused::NoSource(_)
        | Refused::UrlTooLong => bad_request("State is not that of a sign-in of this instance."),
    }
}

fn bad_request(message: &str) -> Answer {
    Answer::refuse("InvalidRequestException", message)
}
