//! The operations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::refusal::{INSTANCES_MAX, asker, required};
use super::{Instance, Refusal, associations, put_integration, rows};
use crate::Connect;
use signback_platform::client_token::{Recalled, Repeatable, recall, remember};
use signback_platform::ids::InstanceId;
use signback_platform::operation::{Call, Operation, Read, Write};
use signback_platform::paging::Query;
use signback_platform::store::Tx;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connect", "CreateInstance", &Write(create_instance)).refusing(&["DirectoryId"]),
    Operation::new("connect", "DescribeInstance", &Read(describe_instance)),
    Operation::new("connect", "ListInstances", &Read(list_instances)),
    Operation::new(
        "connect",
        "CreateIntegrationAssociation",
        &Write(associations::create),
    )
    .refusing(&["Tags"]),
    Operation::new(
        "connect",
        "ListIntegrationAssociations",
        &Read(associations::list),
    ),
    Operation::new(
        "connect",
        "DeleteIntegrationAssociation",
        &Write(associations::delete),
    ),
    Operation::new(
        "customer-profiles",
        "PutIntegration",
        &Write(put_integration::put),
    )
    .refusing(&[
        "ObjectTypeNames",
        "FlowDefinition",
        "RoleArn",
        "EventTriggerNames",
        "Scope",
    ]),
];

/// How many instances a page has unless fewer are asked for.
const INSTANCES_PAGE: u32 = 10;

#[derive(Deserialize)]
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

fn create_instance(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &CreateInstance,
) -> Result<CreatedInstance, Refusal> {
    if input.identity_management_type == "EXISTING_DIRECTORY" {
        let problem =
            "IdentityManagementType: EXISTING_DIRECTORY needs a directory, and there are none here";
        return Err(Refusal::Invalid(problem.to_owned()));
    }
    if input.instance_alias.is_none() {
        return Err(Refusal::Invalid("InstanceAlias: it is missing".to_owned()));
    }
    let scope = &call.scope;
    let id = InstanceId::new(tx.new_uuid());
    let payload = json!([
        input.identity_management_type,
        input.instance_alias,
        input.inbound_calls_enabled,
        input.outbound_calls_enabled,
        input.tags,
    ]);
    let token = input.client_token.as_deref();
    let request = Repeatable::new(&id, &asker(scope), "CreateInstance", token, &payload);
    if let Some(created) = created(tx, request.as_ref())? {
        return Ok(created);
    }
    if rows::count(tx, scope, INSTANCES_MAX)? >= i64::from(INSTANCES_MAX) {
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
    if !rows::insert(tx, &instance)? {
        // The same request may have been answered between the look-up and now.
        return created(tx, request.as_ref())?.ok_or(Refusal::AliasTaken);
    }
    let created = CreatedInstance {
        arn: instance.arn(),
        id: instance.id,
    };
    remember(tx, request.as_ref(), &created)?;
    Ok(created)
}

/// What the same request was answered before.
fn created(
    tx: &mut Tx<'_>,
    request: Option<&Repeatable>,
) -> Result<Option<CreatedInstance>, Refusal> {
    match recall(tx, request)? {
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

fn describe_instance(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &DescribeInstance,
) -> Result<DescribedInstance, Refusal> {
    let instance = required(tx, &call.scope, &input.instance_id)?.into();
    Ok(DescribedInstance { instance })
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

fn list_instances(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &ListInstances,
) -> Result<ListedInstances, Refusal> {
    let scope = &call.scope;
    let query = Query::new(&["ListInstances", &scope.account, &scope.region]);
    let after = query.after(input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(INSTANCES_PAGE);
    let found = rows::list(tx, scope, &after, limit + 1)?;
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
