//! The operations on what is associated with instances.

use serde::{Deserialize, Serialize};

use super::refusal::required;
use super::{Association, Instance, Refusal, rows};
use signback_platform::arn;
use signback_platform::ids::{InstanceId, Scope};
use signback_platform::operation::Call;
use signback_platform::paging::Query;
use signback_platform::store::Tx;

/// The integration type by which a user pool is associated with an instance.
pub(crate) const USER_POOL: &str = "COGNITO_USER_POOL";
/// How long the ARN of something associated may be.
const INTEGRATION_ARN_CHARS_MAX: usize = 1_600;
/// How many associations a page has unless fewer are asked for.
const ASSOCIATIONS_PAGE: u32 = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateAssociation {
    instance_id: String,
    integration_type: String,
    integration_arn: String,
    source_application_url: Option<String>,
    source_application_name: Option<String>,
    source_type: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreatedAssociation {
    integration_association_id: String,
    integration_association_arn: String,
}

fn association_arn(instance: &Instance, id: &str) -> String {
    format!("{}/integration-association/{id}", instance.arn())
}

pub(super) fn create(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &CreateAssociation,
) -> Result<CreatedAssociation, Refusal> {
    if let Some(problem) = association_problem(input) {
        return Err(Refusal::Invalid(problem));
    }
    let named = &input.integration_arn;
    if input.integration_type == USER_POOL && !is_usable_pool(tx, &call.scope, named) {
        return Err(Refusal::Invalid(format!(
            "IntegrationArn: the user pool is not one of account {} in {}, nor that of an \
             [[identity_source]] in the settings",
            call.scope.account, call.scope.region
        )));
    }
    let instance = required(tx, &call.scope, &input.instance_id)?;
    let id = tx.new_uuid();
    let association = Association {
        id: id.clone(),
        integration_type: input.integration_type.clone(),
        integration_arn: input.integration_arn.clone(),
        source_application_url: input.source_application_url.clone(),
        source_application_name: input.source_application_name.clone(),
        source_type: input.source_type.clone(),
    };
    if !rows::associate(tx, &instance.id, &association)? {
        return Err(Refusal::Associated);
    }
    Ok(CreatedAssociation {
        integration_association_arn: association_arn(&instance, &id),
        integration_association_id: id,
    })
}

/// Whether an account's instances may use a user pool: one of its own, in the same region, or one
/// that the settings say where to find.
pub(crate) fn is_usable_pool(tx: &Tx<'_>, scope: &Scope, pool_arn: &str) -> bool {
    let mut outside = tx.settings().identity_sources.iter();
    arn::is_user_pool_of(scope, pool_arn) || outside.any(|it| it.user_pool_arn == pool_arn)
}

/// What is wrong with an association beyond what the model says, if anything.
fn association_problem(input: &CreateAssociation) -> Option<String> {
    let named = &input.integration_arn;
    if !named.starts_with("arn:") || named.split(':').count() < 6 {
        return Some("IntegrationArn: it is no ARN".to_owned());
    }
    if named.chars().count() > INTEGRATION_ARN_CHARS_MAX {
        return Some(format!(
            "IntegrationArn: more than {INTEGRATION_ARN_CHARS_MAX} characters"
        ));
    }
    if input.integration_type == USER_POOL && !arn::is_user_pool(named) {
        return Some("IntegrationArn: COGNITO_USER_POOL takes the ARN of a user pool".to_owned());
    }
    let missing = [
        ("SourceApplicationUrl", &input.source_application_url),
        ("SourceApplicationName", &input.source_application_name),
        ("SourceType", &input.source_type),
    ];
    let missing = missing.iter().find(|(_, value)| value.is_none());
    let (member, _) = missing.filter(|_| input.integration_type == "EVENT")?;
    Some(format!("{member}: it is missing; EVENT needs it"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListAssociations {
    instance_id: String,
    integration_type: Option<String>,
    integration_arn: Option<String>,
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedAssociations {
    integration_association_summary_list: Vec<AssociationDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssociationDocument {
    integration_association_id: String,
    integration_association_arn: String,
    instance_id: InstanceId,
    integration_type: String,
    integration_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_application_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_application_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_type: Option<String>,
}

pub(super) fn list(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &ListAssociations,
) -> Result<ListedAssociations, Refusal> {
    let query = Query::new(&[
        "ListIntegrationAssociations",
        &call.scope.account,
        &call.scope.region,
        &input.instance_id,
        input.integration_type.as_deref().unwrap_or_default(),
        input.integration_arn.as_deref().unwrap_or_default(),
    ]);
    let after = query.after(input.next_token.as_deref())?;
    let limit = input.max_results.unwrap_or(ASSOCIATIONS_PAGE);
    let instance = required(tx, &call.scope, &input.instance_id)?;
    let listed = rows::Listed {
        integration_type: input.integration_type.as_deref(),
        integration_arn: input.integration_arn.as_deref(),
        after: &after,
        limit: limit + 1,
    };
    let associations = rows::associations(tx, &instance.id, &listed)?;
    let (page, next_token) = query.page(associations, limit, |association| &association.id);
    let document = |association: Association| AssociationDocument {
        integration_association_arn: association_arn(&instance, &association.id),
        integration_association_id: association.id,
        instance_id: instance.id.clone(),
        integration_type: association.integration_type,
        integration_arn: association.integration_arn,
        source_application_url: association.source_application_url,
        source_application_name: association.source_application_name,
        source_type: association.source_type,
    };
    Ok(ListedAssociations {
        integration_association_summary_list: page.into_iter().map(document).collect(),
        next_token,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteAssociation {
    instance_id: String,
    integration_association_id: String,
}

pub(super) fn delete(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &DeleteAssociation,
) -> Result<(), Refusal> {
    let instance = required(tx, &call.scope, &input.instance_id)?;
    if rows::dissociate(tx, &instance.id, &input.integration_association_id)? {
        Ok(())
    } else {
        Err(Refusal::NoSuchAssociation)
    }
}
