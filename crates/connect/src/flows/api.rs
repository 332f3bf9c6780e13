//! The operations.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::definition::{Content, Definition, Tags, named};
use super::language::{CONTENT_CHARS_MAX, FlowType};
use super::parse::parse;
use super::refusal::{FLOWS_MAX, Refusal};
use super::rows;
use crate::Connect;
use crate::instances::{self, Instance};
use signback_platform::answer::Answer;
use signback_platform::arn;
use signback_platform::ids::{FlowId, InstanceId, Scope};
use signback_platform::operation::{Call, Operation, Read, Write};
use signback_platform::paging::Query;
use signback_platform::store::Tx;
use signback_platform::wait;

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new(
        "connect",
        "CreateContactFlow",
        wait!(create_contact_flow, or within create_within),
    ),
    Operation::new(
        "connect",
        "DescribeContactFlow",
        &Read(describe_contact_flow),
    ),
    Operation::new("connect", "ListContactFlows", &Read(list_contact_flows)),
    Operation::new("connect", "DeleteContactFlow", &Write(delete_contact_flow)),
    Operation::new(
        "connect",
        "UpdateContactFlowContent",
        wait!(update_contact_flow_content, or within update_within),
    ),
];

/// How many flows a page has unless asked for otherwise.
const PAGE: u32 = 100;
/// How long the name of a flow may be.
const NAME_CHARS_MAX: usize = 127;

fn instance(tx: &mut Tx<'_>, scope: &Scope, text: &str) -> Result<Instance, Refusal> {
    let id = arn::instance_id(scope, text).ok_or(Refusal::NoSuchInstance)?;
    instances::by_id(tx, scope, &id)?.ok_or(Refusal::NoSuchInstance)
}

fn flow(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance_text: &str,
    flow_text: &str,
) -> Result<(Instance, Definition, Content), Refusal> {
    let instance = instance(tx, scope, instance_text)?;
    let (id, content) = named(scope, &instance.id, flow_text).ok_or(Refusal::NoSuchFlow)?;
    let flow = rows::definition(tx, &instance.id, &id)?.ok_or(Refusal::NoSuchFlow)?;
    Ok((instance, flow, content))
}

/// What is wrong with a content whatever it says, if anything.
fn size_problem(content: &str) -> Option<Refusal> {
    let characters = content.chars().count();
    (characters == 0 || characters > CONTENT_CHARS_MAX).then(|| {
        let message = format!("Content: {characters} characters; it has 1 to {CONTENT_CHARS_MAX}");
        Refusal::Parameter(message)
    })
}

fn digest(content: &str) -> String {
    hex::encode(Sha256::digest(content))
}

fn flow_type(name: &str) -> Result<FlowType, Refusal> {
    FlowType::named(name)
        .ok_or_else(|| Refusal::Parameter(format!("Type: {name:?} is no type of flows")))
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateContactFlow {
    instance_id: String,
    name: String,
    r#type: String,
    description: Option<String>,
    content: String,
    status: Option<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CreatedContactFlow {
    contact_flow_id: FlowId,
    contact_flow_arn: String,
    flow_content_sha256: String,
}

async fn create_contact_flow(
    connect: &Connect,
    call: &Call,
    input: CreateContactFlow,
) -> Result<CreatedContactFlow, Answer> {
    let flow_type = checked(&input)?;
    let scope = call.scope.clone();
    let created = connect
        .platform
        .store
        .transact(move |tx| create(tx, &scope, &input, flow_type));
    created.await.map_err(Answer::from)
}

fn create_within(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &CreateContactFlow,
) -> Result<CreatedContactFlow, Refusal> {
    let flow_type = checked(input)?;
    create(tx, &call.scope, input, flow_type)
}

/// Checks what needs no transaction: others wait for that.
fn checked(input: &CreateContactFlow) -> Result<FlowType, Refusal> {
    if let Some(problem) = size_problem(&input.content) {
        return Err(problem);
    }
    if input.name.chars().count() > NAME_CHARS_MAX {
        let message = format!("Name: more than {NAME_CHARS_MAX} characters");
        return Err(Refusal::Parameter(message));
    }
    let flow_type = flow_type(&input.r#type)?;
    if is_published(input) {
        parse(&input.content, flow_type).map_err(Refusal::Problems)?;
    }
    Ok(flow_type)
}

fn is_published(input: &CreateContactFlow) -> bool {
    input.status.as_deref() != Some("SAVED")
}

fn create(
    tx: &mut Tx<'_>,
    scope: &Scope,
    input: &CreateContactFlow,
    flow_type: FlowType,
) -> Result<CreatedContactFlow, Refusal> {
    let instance = instance(tx, scope, &input.instance_id)?;
    if rows::count(tx, &instance.id, FLOWS_MAX)? >= i64::from(FLOWS_MAX) {
        return Err(Refusal::TooMany);
    }
    let is_published = is_published(input);
    let flow = Definition {
        id: FlowId::new(tx.new_uuid()),
        name: input.name.clone(),
        flow_type,
        description: input.description.clone(),
        tags: input.tags.clone(),
        modified_at: tx.now(),
        saved: (!is_published).then(|| input.content.clone()),
        published: is_published.then(|| input.content.clone()),
    };
    if !rows::insert(tx, &instance.id, &flow)? {
        return Err(Refusal::NameTaken);
    }
    Ok(CreatedContactFlow {
        contact_flow_arn: arn::flow(scope, &instance.id, &flow.id),
        contact_flow_id: flow.id,
        flow_content_sha256: digest(&input.content),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct NamedFlow {
    instance_id: String,
    contact_flow_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DescribedContactFlow {
    contact_flow: FlowDocument,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FlowDocument {
    arn: String,
    id: FlowId,
    name: String,
    r#type: &'static str,
    state: &'static str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    content: String,
    #[serde(skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    flow_content_sha256: String,
    last_modified_time: f64,
    last_modified_region: String,
}

fn describe_contact_flow(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &NamedFlow,
) -> Result<DescribedContactFlow, Refusal> {
    let scope = &call.scope;
    let (instance, flow, which) = flow(tx, scope, &input.instance_id, &input.contact_flow_id)?;
    Ok(DescribedContactFlow {
        contact_flow: document(scope, &instance.id, flow, which)?,
    })
}

fn document(
    scope: &Scope,
    instance: &InstanceId,
    flow: Definition,
    which: Content,
) -> Result<FlowDocument, Refusal> {
    let (status, content) = match which {
        Content::Published => ("PUBLISHED", flow.published.ok_or(Refusal::NotPublished)?),
        // What is published was saved too.
        Content::Saved => match (flow.saved, flow.published) {
            (Some(saved), _) => ("SAVED", saved),
            (None, Some(published)) => ("PUBLISHED", published),
            (None, None) => return Err(Refusal::NoSuchFlow),
        },
    };
    Ok(FlowDocument {
        arn: arn::flow(scope, instance, &flow.id),
        id: flow.id,
        name: flow.name,
        r#type: flow.flow_type.name(),
        state: "ACTIVE",
        status,
        description: flow.description,
        flow_content_sha256: digest(&content),
        content,
        tags: flow.tags,
        last_modified_time: flow.modified_at.epoch_seconds(),
        last_modified_region: scope.region.clone(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ListContactFlows {
    instance_id: String,
    #[serde(default)]
    contact_flow_types: Vec<String>,
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedContactFlows {
    contact_flow_summary_list: Vec<FlowSummary>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FlowSummary {
    id: FlowId,
    arn: String,
    name: String,
    contact_flow_type: &'static str,
    contact_flow_state: &'static str,
    contact_flow_status: &'static str,
}

fn list_contact_flows(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &ListContactFlows,
) -> Result<ListedContactFlows, Refusal> {
    let mut types = input.contact_flow_types.clone();
    types.sort();
    let types = types.join(",");
    let query = Query::new(&[
        "ListContactFlows",
        &call.scope.account,
        &call.scope.region,
        &input.instance_id,
        &types,
    ]);
    let after = query.after(input.next_token.as_deref())?;
    let types = if types.is_empty() {
        types
    } else {
        format!(",{types},")
    };
    let limit = input.max_results.unwrap_or(PAGE);
    let instance = instance(tx, &call.scope, &input.instance_id)?;
    let flows = rows::list(tx, &instance.id, &types, &after, limit + 1)?;
    let (page, next_token) = query.page(flows, limit, |flow| flow.id.as_str());
    let summary = |flow: rows::Summary| FlowSummary {
        arn: arn::flow(&instance.scope, &instance.id, &flow.id),
        id: flow.id,
        name: flow.name,
        contact_flow_type: flow.flow_type.name(),
        contact_flow_state: "ACTIVE",
        contact_flow_status: if flow.is_published {
            "PUBLISHED"
        } else {
            "SAVED"
        },
    };
    Ok(ListedContactFlows {
        contact_flow_summary_list: page.into_iter().map(summary).collect(),
        next_token,
    })
}

fn delete_contact_flow(tx: &mut Tx<'_>, call: &Call, input: &NamedFlow) -> Result<(), Refusal> {
    let (instance, flow, which) =
        flow(tx, &call.scope, &input.instance_id, &input.contact_flow_id)?;
    if which == Content::Published && rows::delete(tx, &instance.id, &flow.id)? {
        Ok(())
    } else {
        Err(Refusal::NoSuchFlow)
    }
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UpdateContactFlowContent {
    instance_id: String,
    contact_flow_id: String,
    content: String,
}

async fn update_contact_flow_content(
    connect: &Connect,
    call: &Call,
    input: UpdateContactFlowContent,
) -> Result<(), Answer> {
    if let Some(problem) = size_problem(&input.content) {
        return Err(problem.into());
    }
    let (scope, named) = (call.scope.clone(), input.clone());
    let found = connect
        .platform
        .store
        .read(move |tx| flow(tx, &scope, &named.instance_id, &named.contact_flow_id));
    let (_, present, which) = found.await?;
    // Before the transaction: others wait for that. A flow's type never changes.
    if which == Content::Published && !is_published_so(&present, &input.content) {
        parse(&input.content, present.flow_type).map_err(Refusal::Problems)?;
    }
    let scope = call.scope.clone();
    let updated = connect
        .platform
        .store
        .transact(move |tx| update(tx, &scope, &input));
    updated.await.map_err(Answer::from)
}

fn update_within(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &UpdateContactFlowContent,
) -> Result<(), Refusal> {
    if let Some(problem) = size_problem(&input.content) {
        return Err(problem);
    }
    let (_, present, which) = flow(tx, &call.scope, &input.instance_id, &input.contact_flow_id)?;
    if which == Content::Published && !is_published_so(&present, &input.content) {
        parse(&input.content, present.flow_type)?;
    }
    update(tx, &call.scope, input)
}

fn update(tx: &mut Tx<'_>, scope: &Scope, input: &UpdateContactFlowContent) -> Result<(), Refusal> {
    let (instance, flow, which) = flow(tx, scope, &input.instance_id, &input.contact_flow_id)?;
    match which {
        Content::Saved => rows::save(tx, &instance.id, &flow.id, &input.content)?,
        Content::Published if is_published_so(&flow, &input.content) => {}
        Content::Published => rows::publish(tx, &instance.id, &flow, &input.content)?,
    }
    Ok(())
}

/// Whether new contacts run this content already, and nothing else is saved: start data is published
/// at every start, and what is the same stays the same revision.
fn is_published_so(flow: &Definition, content: &str) -> bool {
    flow.saved.is_none() && flow.published.as_deref() == Some(content)
}
