//! Operations on integrations: which Connect instances feed a domain.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::Refusal;
use super::super::domains::{self, Integration};
use super::super::page::{LISTED_DEFAULT, Page};
use super::super::store::domains as rows;
use super::{Done, List, change, look};
use crate::answer::Answer;
use crate::operation::Call;
use signback_platform::Platform;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Put {
    domain_name: String,
    uri: Option<String>,
    object_type_name: Option<String>,
    #[serde(default)]
    tags: Map<String, Value>,
}

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

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown {
    domain_name: String,
    uri: String,
    object_type_name: String,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tags: Map<String, Value>,
}

fn shown(domain_name: &str, integration: Integration) -> Shown {
    Shown {
        domain_name: domain_name.to_owned(),
        uri: integration.uri,
        object_type_name: integration.object_type,
        created_at: integration.created_at.epoch_seconds(),
        last_updated_at: integration.updated_at.epoch_seconds(),
        tags: integration.tags,
    }
}

pub(super) async fn put(platform: &Platform, call: &Call, input: Put) -> Result<Shown, Answer> {
    let scope = call.scope.clone();
    change(platform, move |tx| {
        let domain = rows::lock_domain(tx, &scope, &input.domain_name)?
            .ok_or_else(|| Refusal::DomainUnknown(input.domain_name.clone()))?
            .reference;
        let required = |member: &str| Refusal::invalid(member, "is required");
        let uri = input.uri.as_deref().ok_or_else(|| required("Uri"))?;
        let object_type = input
            .object_type_name
            .as_deref()
            .ok_or_else(|| required("ObjectTypeName"))?;
        let integration = domains::integrate(tx, &scope, &domain, uri, object_type, &input.tags)?;
        Ok(shown(&domain.name, integration))
    })
    .await
}

pub(super) async fn get(platform: &Platform, call: &Call, input: Named) -> Result<Shown, Answer> {
    let scope = call.scope.clone();
    look(platform, move |tx| {
        let domain = domains::required(tx, &scope, &input.domain_name)?;
        let integration = rows::integration(tx, &domain, &input.uri)?
            .ok_or_else(|| Refusal::IntegrationUnknown(input.uri.clone()))?;
        Ok(shown(&domain.name, integration))
    })
    .await
}

pub(super) async fn list(
    platform: &Platform,
    call: &Call,
    input: Listing,
) -> Result<List<Shown>, Answer> {
    let scope = call.scope.clone();
    look(platform, move |tx| {
        let domain = domains::required(tx, &scope, &input.domain_name)?;
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
    })
    .await
}

pub(super) async fn delete(platform: &Platform, call: &Call, input: Named) -> Result<Done, Answer> {
    let scope = call.scope.clone();
    change(platform, move |tx| {
        let domain = domains::required(tx, &scope, &input.domain_name)?;
        if !rows::delete_integration(tx, &domain, &input.uri)? {
            return Err(Refusal::IntegrationUnknown(input.uri.clone()));
        }
        Ok(Done::new(format_args!(
            "The integration of {} is deleted",
            input.uri
        )))
    })
    .await
}
