//! Why an operation on instances is refused, and what several of them ask first.

use super::{Instance, rows};
use signback_platform::answer::Answer;
use signback_platform::arn;
use signback_platform::ids::Scope;
use signback_platform::paging::ForeignToken;
use signback_platform::store::{Error, Tx};

/// How many instances an account may have in a region.
pub(super) const INSTANCES_MAX: u32 = 100;

/// Why an instance or association is not made, found or taken away.
pub(crate) enum Refusal {
    NoSuchInstance,
    NoSuchAssociation,
    AliasTaken,
    TooMany,
    Associated,
    ChatsGoOn,
    OtherRequest,
    Page(ForeignToken),
    Invalid(String),
    Fault(Error),
}

signback_platform::conversions!(Refusal: Fault(Error), Page(ForeignToken));

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let invalid = |message: &str| Self::refuse("InvalidRequestException", message);
        let absent = |message| Self::refuse("ResourceNotFoundException", message);
        match refusal {
            Refusal::NoSuchInstance => absent("InstanceId: there is no such instance"),
            Refusal::NoSuchAssociation => {
                absent("IntegrationAssociationId: there is no such association")
            }
            Refusal::AliasTaken => invalid("InstanceAlias: another instance has it"),
            Refusal::TooMany => Self::refuse(
                "ServiceQuotaExceededException",
                format!("the account has {INSTANCES_MAX} instances in the region already"),
            ),
            Refusal::Associated => Self::refuse(
                "DuplicateResourceException",
                "IntegrationArn: it is associated as this IntegrationType already",
            ),
            Refusal::ChatsGoOn => {
                invalid("InstanceId: chats go on in the instance; end them first")
            }
            Refusal::OtherRequest => invalid("ClientToken: it came with another request before"),
            Refusal::Page(ForeignToken) => invalid("NextToken: it is not one of this list"),
            Refusal::Invalid(message) => invalid(&message),
            Refusal::Fault(error) => error.into(),
        }
    }
}

/// The instance that a call names.
pub(crate) fn required(tx: &mut Tx<'_>, scope: &Scope, text: &str) -> Result<Instance, Refusal> {
    let id = arn::instance_id(scope, text).ok_or(Refusal::NoSuchInstance)?;
    rows::by_id(tx, scope, &id)?.ok_or(Refusal::NoSuchInstance)
}

/// Who a `ClientToken` belongs to.
pub(crate) fn asker(scope: &Scope) -> String {
    format!("{} {}", scope.account, scope.region)
}
