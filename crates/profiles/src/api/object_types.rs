//! Operations on object types and their templates.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::domains;
use super::super::matching::scrub;
use super::super::object_types::definition::{Definition, Field, Key};
use super::super::object_types::predefined::{self, TEMPLATES, Template};
use super::super::object_types::rules::{conflicts, problems};
use super::super::page::{LISTED_DEFAULT, Page};
use super::super::refusal::Refusal;
use super::super::rows::domains::{self as rows, TypeRow};
use super::super::search::OBJECT_TYPES_MAX;
use super::{Done, List};
use signback_platform::Platform;
use signback_platform::answer::Answer;
use signback_platform::operation::Call;
use signback_platform::store::Tx;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Put {
    domain_name: String,
    object_type_name: String,
    description: String,
    template_id: Option<String>,
    expiration_days: Option<u32>,
    encryption_key: Option<String>,
    allow_profile_creation: Option<bool>,
    source_last_updated_timestamp_format: Option<String>,
    max_profile_object_count: Option<u32>,
    source_priority: Option<u32>,
    fields: Option<IndexMap<String, Field>>,
    keys: Option<IndexMap<String, Vec<Key>>>,
    #[serde(default)]
    tags: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Named {
    domain_name: String,
    object_type_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Listing {
    domain_name: String,
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Shown {
    object_type_name: String,
    #[serde(flatten)]
    definition: Definition,
    created_at: f64,
    last_updated_at: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Item {
    object_type_name: String,
    description: String,
    created_at: f64,
    last_updated_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_profile_object_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_priority: Option<u32>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    tags: Map<String, Value>,
}

fn shown(row: TypeRow) -> Shown {
    Shown {
        object_type_name: row.name,
        definition: row.definition,
        created_at: row.created_at.epoch_seconds(),
        last_updated_at: row.updated_at.epoch_seconds(),
    }
}

/// The definition that a caller wants: a template's, or one of their own.
fn definition(input: &Put) -> Result<Definition, Refusal> {
    let own = Definition {
        description: input.description.clone(),
        template_id: input.template_id.clone(),
        expiration_days: input.expiration_days,
        encryption_key: input.encryption_key.clone().filter(|key| !key.is_empty()),
        allow_profile_creation: input.allow_profile_creation.unwrap_or_default(),
        source_last_updated_timestamp_format: input.source_last_updated_timestamp_format.clone(),
        max_profile_object_count: input.max_profile_object_count,
        source_priority: input.source_priority,
        fields: input.fields.clone().unwrap_or_default(),
        keys: input.keys.clone().unwrap_or_default(),
        tags: input.tags.clone(),
    };
    let Some(id) = &input.template_id else {
        return Ok(own);
    };
    for (member, given) in [
        ("Fields", input.fields.is_some()),
        ("Keys", input.keys.is_some()),
        (
            "AllowProfileCreation",
            input.allow_profile_creation.is_some(),
        ),
        (
            "SourceLastUpdatedTimestampFormat",
            input.source_last_updated_timestamp_format.is_some(),
        ),
    ] {
        if given {
            return Err(Refusal::invalid(
                member,
                "cannot be given together with TemplateId",
            ));
        }
    }
    let template = predefined::template(id)
        .ok_or_else(|| Refusal::TemplateUnknown(id.clone()))?
        .definition();
    Ok(Definition {
        allow_profile_creation: template.allow_profile_creation,
        source_last_updated_timestamp_format: template.source_last_updated_timestamp_format,
        fields: template.fields,
        keys: template.keys,
        ..own
    })
}

pub(super) fn put(tx: &mut Tx<'_>, call: &Call, input: &Put) -> Result<Shown, Refusal> {
    let name = &input.object_type_name;
    if name.starts_with('_') {
        return Err(Refusal::invalid(
            "ObjectTypeName",
            "names that start with `_` are reserved",
        ));
    }
    let definition = definition(input)?;
    let found = problems(&definition);
    if !found.is_empty() {
        return Err(Refusal::InvalidObjectType(found));
    }
    let domain = domains::locked(tx, &call.scope, &input.domain_name)?.reference;
    let mut others = rows::object_types_after(tx, &domain, "", OBJECT_TYPES_MAX)?;
    others.retain(|other| other.name != *name);
    if i64::try_from(others.len()).is_ok_and(|count| count >= OBJECT_TYPES_MAX) {
        return Err(Refusal::invalid(
            "ObjectTypeName",
            format!("the domain has {OBJECT_TYPES_MAX} object types already"),
        ));
    }
    let others = others
        .iter()
        .map(|other| (other.name.as_str(), &other.definition));
    let found = conflicts(&definition, others);
    if !found.is_empty() {
        return Err(Refusal::InvalidObjectType(found));
    }
    let row = rows::put_object_type(tx, &domain, name, &definition)?;
    Ok(shown(row))
}

pub(super) fn get(tx: &mut Tx<'_>, call: &Call, input: &Named) -> Result<Shown, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let name = &input.object_type_name;
    let row = rows::object_type(tx, &domain, name)?
        .ok_or_else(|| Refusal::ObjectTypeUnknown(name.clone()))?;
    Ok(shown(row))
}

pub(super) fn list(tx: &mut Tx<'_>, call: &Call, input: &Listing) -> Result<List<Item>, Refusal> {
    let domain = domains::required(tx, &call.scope, &input.domain_name)?;
    let query = ["object types", &domain.id];
    let token = input.next_token.as_deref();
    let page = Page::asked(&query, token, input.max_results, LISTED_DEFAULT)?;
    let found = rows::object_types_after(tx, &domain, &page.after, page.rows())?;
    let (found, next_token) = page.cut(found, |row| &row.name);
    let item = |row: TypeRow| Item {
        object_type_name: row.name,
        description: row.definition.description,
        created_at: row.created_at.epoch_seconds(),
        last_updated_at: row.updated_at.epoch_seconds(),
        max_profile_object_count: row.definition.max_profile_object_count,
        source_priority: row.definition.source_priority,
        tags: row.definition.tags,
    };
    Ok(List {
        items: found.into_iter().map(item).collect(),
        next_token,
    })
}

/// Deletes a type, its objects, and what they filled: some profiles in each transaction, the type
/// itself in the last, so that an interrupted deletion can be repeated.
pub(super) async fn delete(platform: &Platform, call: &Call, input: Named) -> Result<Done, Answer> {
    let message = format!("The object type {} is deleted", input.object_type_name);
    loop {
        let scope = call.scope.clone();
        let (domain_name, name) = (input.domain_name.clone(), input.object_type_name.clone());
        let work = move |tx: &mut Tx<'_>| {
            let domain = domains::required(tx, &scope, &domain_name)?;
            if rows::object_type(tx, &domain, &name)?.is_none() {
                return Err(Refusal::ObjectTypeUnknown(name.clone()));
            }
            if scrub::some(tx, &domain, &name)? {
                return Ok(false);
            }
            rows::delete_object_type(tx, &domain, &name)?;
            Ok(true)
        };
        if platform.store.transact(work).await? {
            return Ok(Done::new(message));
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct NamedTemplate {
    template_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct TemplateListing {
    next_token: Option<String>,
    max_results: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ShownTemplate {
    template_id: &'static str,
    source_name: &'static str,
    source_object: &'static str,
    allow_profile_creation: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_last_updated_timestamp_format: Option<String>,
    fields: IndexMap<String, Field>,
    keys: IndexMap<String, Vec<Key>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TemplateItem {
    template_id: &'static str,
    source_name: &'static str,
    source_object: &'static str,
}

pub(super) fn template(_call: &Call, input: &NamedTemplate) -> Result<ShownTemplate, Refusal> {
    let template = predefined::template(&input.template_id)
        .ok_or_else(|| Refusal::TemplateUnknown(input.template_id.clone()))?;
    let definition = template.definition();
    Ok(ShownTemplate {
        template_id: template.id,
        source_name: template.source_name,
        source_object: template.source_object,
        allow_profile_creation: definition.allow_profile_creation,
        source_last_updated_timestamp_format: definition.source_last_updated_timestamp_format,
        fields: definition.fields,
        keys: definition.keys,
    })
}

pub(super) fn templates(
    _call: &Call,
    input: &TemplateListing,
) -> Result<List<TemplateItem>, Refusal> {
    let token = input.next_token.as_deref();
    let page = Page::asked(&["templates"], token, input.max_results, LISTED_DEFAULT)?;
    let found: Vec<&Template> = TEMPLATES
        .iter()
        .filter(|template| template.id > page.after.as_str())
        .collect();
    let (found, next_token) = page.cut(found, |template| template.id);
    let item = |template: &Template| TemplateItem {
        template_id: template.id,
        source_name: template.source_name,
        source_object: template.source_object,
    };
    Ok(List {
        items: found.into_iter().map(item).collect(),
        next_token,
    })
}
