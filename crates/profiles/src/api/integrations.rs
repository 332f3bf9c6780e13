//! Operations on integrations: which Connect instances feed a domain.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::domain::{DomainRef, Integration};
use super::super::domains;
use super::super::page::{LISTED_DEFAULT, Page};
use super::super::refusal::Refusal;
use super::super::rows::domains as rows;
use super::{Done, List};
use signback_platform::ids::Scope;
use signback_platform::operation::Call;
use signback_platform::store::Tx;

/// Most integrations of a domain.
const INTEGRATIONS_MAX: i64 = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    domain_name: String,
    uri: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Listing {
    domain_name: String,
    next_token: Option<String>,
    max_results: Option<u32>,
    /// There are no hidden integrations, so both answers are the same.
    #[serde(rename = "IncludeHidden")]
    _include_hidden: Option<bool>,
}

/// What the operations show of an integration.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ShownIntegration {
    domain_name: String,
    uri: String,
    object_type_name: String,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tags: Map<String, Value>,
}

fn shown(domain_name: &str, integration: Integration) -> ShownIntegration {
    ShownIntegration {
        domain_name: domain_name.to_owned(),
        uri: integration.uri,
        object_type_name: integration.object_type,
        created_at: integration.created_at.epoch_seconds(),
        last_updated_at: integration.updated_at.epoch_seconds(),
        tags: integration.tags,
    }
}

/// Ties a source to a domain, which is locked, under an object type.
pub fn integrate(
    tx: &mut Tx<'_>,
    scope: &Scope,
    domain: &DomainRef,
    uri: &str,
    object_type: &str,
    tags: &Map<String, Value>,
) -> Result<ShownIntegration, Refusal> {
    domains::definition(tx, domain, object_type)?
        .ok_or_else(|| Refusal::ObjectTypeUnknown(object_type.to_owned()))?;
    let known = rows::integration(tx, domain, uri)?.is_some();
    if !known && rows::integration_count(tx, domain)? >= INTEGRATIONS_MAX {
        return Err(Refusal::invalid(
            "Uri",
            format!("the domain has {INTEGRATIONS_MAX} integrations already"),
        ));
    }
    let new = Integration {
        uri: uri.to_owned(),
        object_type: object_type.to_owned(),
        tags: tags.clone(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    let integration = rows::put_integration(tx, scope, domain, &new)?
        .ok_or_else(|| Refusal::invalid("Uri", "is integrated with another domain"))?;
    Ok(shown(&domain.name, integration))
}

pub(super) fn get(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &Named,
) -> Result<ShownIntegration, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let integration = rows::integration(tx, &domain, &input.uri)?
        .ok_or_else(|| Refusal::IntegrationUnknown(input.uri.clone()))?;
    Ok(shown(&domain.name, integration))
}

pub(super) fn list(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &Listing,
) -> Result<List<ShownIntegration>, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let query = ["integrations", &domain.id];
    let token = input.next_token.as_deref();
    let page = Page::asked(&query, token, input.max_results, LISTED_DEFAULT)?;
    let found = rows::integrations_after(tx, &domain, &page.after, page.rows())?;
    let (found, next_token) = page.cut(found, |integration| &integration.uri);
    let items = found
        .into_iter()
        .map(|each| shown(&domain.name, each))
        .collect();
    Ok(List { items, next_token })
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Done, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    if !rows::delete_integration(tx, &domain, &input.uri)? {
        return Err(Refusal::IntegrationUnknown(input.uri.clone()));
    }
    Ok(Done::new(format_args!(
        "The integration of {} is deleted",
        input.uri
    )))
}
