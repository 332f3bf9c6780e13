//! The operations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Instance, associations, id_of, store};
use crate::answer::Answer;
use crate::connect::Connect;
use crate::contacts::{self, Recalled, Request};
use crate::flows;
use crate::ids::{InstanceId, Scope};
use crate::operation::{Call, Operation, wait};
use crate::paging::{ForeignToken, Query};
use crate::profiles;
use crate::store::{Error, Tx};

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connect", "CreateInstance", wait!(create_instance)).refusing(&["DirectoryId"]),
    Operation::new("connect", "DescribeInstance", wait!(describe_instance)),
    Operation::new("connect", "ListInstances", wait!(list_instances)),
    Operation::new("connect", "DeleteInstance", wait!(delete_instance)),
    Operation::new(
        "connect",
        "CreateIntegrationAssociation",
        wait!(associations::create_association),
    )
    .refusing(&["Tags"]),
    Operation::new(
        "connect",
        "ListIntegrationAssociations",
        wait!(associations::list_associations),
    ),
    Operation::new(
        "connect",
        "DeleteIntegrationAssociation",
        wait!(associations::delete_association),
    ),
];

/// How many instances an account may have in a region.
const INSTANCES_MAX: u32 = 100;
/// How many instances a page has unless fewer are asked for.
const INSTANCES_PAGE: u32 = 10;

/// Why an instance or association is not made, found or taken away.
pub(super) enum Refusal {
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

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

impl From<ForeignToken> for Refusal {
    fn from(token: ForeignToken) -> Self {
        Self::Page(token)
    }
}

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
pub(super) fn required(tx: &mut Tx<'_>, scope: &Scope, text: &str) -> Result<Instance, Refusal> {
    let id = id_of(scope, text).ok_or(Refusal::NoSuchInstance)?;
    store::by_id(tx, scope, &id)?.ok_or(Refusal::NoSuchInstance)
}

/// Who a `ClientToken` belongs to.
fn asker(scope: &Scope) -> String {
    format!("{} {}", scope.account, scope.region)
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateInstance {
    client_token: Option<String>,
    identity_management_type: String,
    instance_alias: Option<String>,
    inbound_calls_enabled: bool,
    outbound_calls_enabled: bool,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatedInstance {
    id: InstanceId,
    arn: String,
}

async fn create_instance(
    connect: &Connect,
    call: &Call,
    input: CreateInstance,
) -> Result<CreatedInstance, Answer> {
    if input.identity_management_type == "EXISTING_DIRECTORY" {
        return Err(Answer::refuse(
            "InvalidRequestException",
            "IdentityManagementType: EXISTING_DIRECTORY needs a directory, and there are none here",
        ));
    }
    if input.instance_alias.is_none() {
        return Err(Answer::refuse(
            "InvalidRequestException",
            "InstanceAlias: it is missing",
        ));
    }
    let scope = call.scope.clone();
    let created = connect
        .platform
        .store
        .transact(move |tx| create(tx, &scope, &input))
        .await;
    created.map_err(Answer::from)
}

fn create(
    tx: &mut Tx<'_>,
    scope: &Scope,
    input: &CreateInstance,
) -> Result<CreatedInstance, Refusal> {
    let id = InstanceId::new(tx.new_uuid());
    let payload = json!([
        input.identity_management_type,
        input.instance_alias,
        input.inbound_calls_enabled,
        input.outbound_calls_enabled,
        input.tags,
    ]);
    let token = input.client_token.as_deref();
    let request = Request::new(&id, &asker(scope), "CreateInstance", token, &payload);
    if let Some(created) = created(tx, request.as_ref())? {
        return Ok(created);
    }
    if store::count(tx, scope, INSTANCES_MAX)? >= i64::from(INSTANCES_MAX) {
        return Err(Refusal::TooMany);
    }
    let instance = Instance {
        id,
        scope: scope.clone(),
        alias: input.instance_alias.clone(),
        identity_management: input.identity_management_type.clone(),
        inbound_calls: input.inbound_calls_enabled,
        outbound_calls: input.outbound_calls_enabled,
        tags: input.tags.clone(),
        created_at: tx.now(),
    };
    if !store::insert(tx, &instance)? {
        // The same request may have been answered between the look-up and now.
        return created(tx, request.as_ref())?.ok_or(Refusal::AliasTaken);
    }
    let created = CreatedInstance {
        arn: instance.arn(),
        id: instance.id,
    };
    contacts::remember(tx, request.as_ref(), &created)?;
    Ok(created)
}

/// What the same request was answered before.
fn created(tx: &mut Tx<'_>, request: Option<&Request>) -> Result<Option<CreatedInstance>, Refusal> {
    match contacts::recall(tx, request)? {
        Recalled::Nothing => Ok(None),
        Recalled::Answer(answer) => Ok(Some(answer)),
        Recalled::OtherRequest => Err(Refusal::OtherRequest),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DescribeInstance {
    instance_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedInstance {
    instance: InstanceDocument,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceDocument {
    id: InstanceId,
    arn: String,
    identity_management_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_alias: Option<String>,
    created_time: f64,
    instance_status: &'static str,
    inbound_calls_enabled: bool,
    outbound_calls_enabled: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
}

impl From<Instance> for InstanceDocument {
    fn from(instance: Instance) -> Self {
        Self {
            arn: instance.arn(),
            id: instance.id,
            identity_management_type: instance.identity_management,
            instance_alias: instance.alias,
            created_time: instance.created_at.epoch_seconds(),
            instance_status: "ACTIVE",
            inbound_calls_enabled: instance.inbound_calls,
            outbound_calls_enabled: instance.outbound_calls,
            tags: instance.tags,
        }
    }
}

async fn describe_instance(
    connect: &Connect,
    call: &Call,
    input: DescribeInstance,
) -> Result<DescribedInstance, Answer> {
    let scope = call.scope.clone();
    let found = connect
        .platform
        .store
        .read(move |tx| required(tx, &scope, &input.instance_id))
        .await;
    Ok(DescribedInstance {
        instance: found.map_err(Answer::from)?.into(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListInstances {
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedInstances {
    instance_summary_list: Vec<InstanceDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

async fn list_instances(
    connect: &Connect,
    call: &Call,
    input: ListInstances,
) -> Result<ListedInstances, Answer> {
    let scope = call.scope.clone();
    let query = Query::new(&["ListInstances", &scope.account, &scope.region]);
    let after = query
        .after(input.next_token.as_deref())
        .map_err(Refusal::Page)?;
    let limit = input.max_results.unwrap_or(INSTANCES_PAGE);
    let found = connect
        .platform
        .store
        .read(move |tx| store::list(tx, &scope, &after, limit + 1))
        .await?;
    let (page, next_token) = query.page(found, limit, |instance| instance.id.as_str());
    let summary = |instance: Instance| {
        Instance {
            tags: BTreeMap::new(),
            ..instance
        }
        .into()
    };
    Ok(ListedInstances {
        instance_summary_list: page.into_iter().map(summary).collect(),
        next_token,
    })
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct DeleteInstance {
    instance_id: String,
    client_token: Option<String>,
}

async fn delete_instance(
    connect: &Connect,
    call: &Call,
    input: DeleteInstance,
) -> Result<(), Answer> {
    let scope = call.scope.clone();
    let deleted = connect
        .platform
        .store
        .transact(move |tx| delete(tx, &scope, &input))
        .await;
    deleted.map_err(Answer::from)
}

fn delete(tx: &mut Tx<'_>, scope: &Scope, input: &DeleteInstance) -> Result<(), Refusal> {
    let id = id_of(scope, &input.instance_id).ok_or(Refusal::NoSuchInstance)?;
    // The answer must outlive the instance, so it is not kept with it.
    let nowhere = InstanceId::new("");
    let token = input.client_token.as_deref();
    let request = Request::new(&nowhere, &asker(scope), "DeleteInstance", token, &json!(id));
    match contacts::recall(tx, request.as_ref())? {
        Recalled::Nothing => {}
        Recalled::Answer(()) => return Ok(()),
        Recalled::OtherRequest => return Err(Refusal::OtherRequest),
    }
    store::by_id(tx, scope, &id)?.ok_or(Refusal::NoSuchInstance)?;
    if contacts::active_chats(tx, &id, 1)? > 0 {
        return Err(Refusal::ChatsGoOn);
    }
    flows::delete_all(tx, &id)?;
    contacts::delete_all(tx, &id)?;
    profiles::forget_instance(tx, scope, &super::arn(scope, &id))?;
    store::delete(tx, &id)?;
    contacts::remember(tx, request.as_ref(), &())?;
    Ok(())
}
