//! Operations on domains.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::domain::{Domain, NewDomain, Settings};
use super::super::domains;
use super::super::page::{LISTED_DEFAULT, Page};
use super::super::refusal::Refusal;
use super::super::retention;
use super::super::rows::domains::{self as rows, Stats};
use super::{Done, List};
use signback_platform::operation::Call;
use signback_platform::store::Tx;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Write {
    domain_name: String,
    default_expiration_days: Option<u32>,
    default_encryption_key: Option<String>,
    dead_letter_queue_url: Option<String>,
    matching: Option<Value>,
    rule_based_matching: Option<Value>,
    #[serde(default)]
    tags: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    domain_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Listing {
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown {
    domain_name: String,
    default_expiration_days: u32,
    #[serde(flatten)]
    settings: Settings,
    #[serde(skip_serializing_if = "Option::is_none")]
    stats: Option<ShownStats>,
    created_at: f64,
    last_updated_at: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ShownStats {
    profile_count: i64,
    metering_profile_count: i64,
    object_count: i64,
    total_size: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Item {
    domain_name: String,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tags: Map<String, Value>,
}

fn shown(domain: Domain, stats: Option<Stats>) -> Shown {
    let mut settings = domain.settings;
    if let Some(Value::Object(rules)) = &mut settings.rule_based_matching
        && rules.get("Enabled") == Some(&Value::Bool(true))
    {
        // No job is run, so none ever becomes active.
        rules.insert("Status".to_owned(), "PENDING".into());
    }
    Shown {
        domain_name: domain.reference.name,
        default_expiration_days: domain.reference.expiration_days,
        settings,
        stats: stats.map(|stats| ShownStats {
            profile_count: stats.profiles,
            metering_profile_count: stats.metered_profiles,
            object_count: stats.objects,
            total_size: stats.bytes,
        }),
        created_at: domain.created_at.epoch_seconds(),
        last_updated_at: domain.updated_at.epoch_seconds(),
    }
}

pub(super) fn create(tx: &mut Tx<'_>, call: &Call, input: &Write) -> Result<Shown, Refusal> {
    let new = NewDomain {
        name: input.domain_name.clone(),
        expiration_days: input
            .default_expiration_days
            .unwrap_or(domains::EXPIRATION_DAYS_DEFAULT),
        settings: Settings {
            default_encryption_key: given(input.default_encryption_key.as_ref()),
            dead_letter_queue_url: given(input.dead_letter_queue_url.as_ref()),
            matching: input.matching.clone(),
            rule_based_matching: input.rule_based_matching.clone(),
            tags: input.tags.clone(),
        },
    };
    Ok(shown(domains::create(tx, &call.scope, new)?, None))
}

/// Changes a domain: what is absent stays, an empty text removes.
pub(super) fn update(tx: &mut Tx<'_>, call: &Call, input: &Write) -> Result<Shown, Refusal> {
    let mut domain = domains::locked(tx, &call.scope, &input.domain_name)?;
    if let Some(days) = input.default_expiration_days {
        domain.reference.expiration_days = days;
    }
    let settings = &mut domain.settings;
    if input.default_encryption_key.is_some() {
        settings.default_encryption_key = given(input.default_encryption_key.as_ref());
    }
    if input.dead_letter_queue_url.is_some() {
        settings.dead_letter_queue_url = given(input.dead_letter_queue_url.as_ref());
    }
    if input.matching.is_some() {
        settings.matching.clone_from(&input.matching);
    }
    if input.rule_based_matching.is_some() {
        let rules = &input.rule_based_matching;
        settings.rule_based_matching.clone_from(rules);
    }
    if !input.tags.is_empty() {
        settings.tags.clone_from(&input.tags);
    }
    domain.updated_at = tx.now();
    rows::update_domain(tx, &domain)?;
    Ok(shown(domain, None))
}

fn given(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.is_empty()).cloned()
}

pub(super) fn get(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Shown, Refusal> {
    let domain = rows::domain(tx, &call.scope, &input.domain_name)?
        .ok_or_else(|| Refusal::DomainUnknown(input.domain_name.clone()))?;
    let stats = rows::stats(tx, &domain.reference)?;
    Ok(shown(domain, Some(stats)))
}

pub(super) fn list(tx: &mut Tx<'_>, call: &Call, input: &Listing) -> Result<List<Item>, Refusal> {
    let scope = &call.scope;
    let query = ["domains", &scope.account, &scope.region];
    let token = input.next_token.as_deref();
    let page = Page::asked(&query, token, input.max_results, LISTED_DEFAULT)?;
    let found = rows::domains_after(tx, scope, &page.after, page.rows())?;
    let (found, next_token) = page.cut(found, |domain| &domain.reference.name);
    let item = |domain: Domain| Item {
        domain_name: domain.reference.name,
        created_at: domain.created_at.epoch_seconds(),
        last_updated_at: domain.updated_at.epoch_seconds(),
        tags: domain.settings.tags,
    };
    Ok(List {
        items: found.into_iter().map(item).collect(),
        next_token,
    })
}

pub(super) fn delete(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Done, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    rows::delete_domain(tx, &domain)?;
    retention::schedule(tx, &domain.id)?;
    Ok(Done::new(format_args!(
        "The domain {} is deleted",
        domain.name
    )))
}
