//! Domains and what they are tied to, as plain functions inside a transaction.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Refusal;
use super::object_type::Definition;
use super::predefined;
use super::store::domains as rows;
use crate::clock::Timestamp;
use crate::ids::Scope;
use crate::instances;
use crate::store::{Error, Tx};

/// Most domains of an account in a region.
const DOMAINS_MAX: i64 = 100;
/// Most integrations of a domain.
const INTEGRATIONS_MAX: i64 = 50;
/// The object type under which a Connect instance is integrated.
const CONTACT_RECORDS: &str = "CTR";
/// How many days data lives if nobody says otherwise.
pub(super) const EXPIRATION_DAYS_DEFAULT: u32 = 366;

/// A domain, as far as other features need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainRef {
    /// Its key in every table.
    pub(super) id: String,
    /// Its name within the account and region.
    pub name: String,
    pub(super) expiration_days: u32,
}

/// A domain whole.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub(super) reference: DomainRef,
    pub(super) settings: Settings,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// Settings that are kept and answered; nothing here acts on them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Settings {
    /// A key for encryption outside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_encryption_key: Option<String>,
    /// Where rejected objects would be reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead_letter_queue_url: Option<String>,
    /// The weekly matching by learning: it is not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching: Option<Value>,
    /// Matching by rules: it is not run, and stays pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_based_matching: Option<Value>,
    /// Tags.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub tags: Map<String, Value>,
}

/// What a domain is made from.
#[derive(Clone, Debug)]
pub(super) struct NewDomain {
    /// Its name.
    pub name: String,
    /// How many days its data lives.
    pub expiration_days: u32,
    /// Settings that are kept.
    pub settings: Settings,
}

/// What feeds a domain.
#[derive(Clone, Debug)]
pub(super) struct Integration {
    pub(super) uri: String,
    pub(super) object_type: String,
    pub(super) tags: Map<String, Value>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// Makes a domain.
pub(super) fn create(tx: &mut Tx<'_>, scope: &Scope, new: &NewDomain) -> Result<Domain, Refusal> {
    if rows::domain_count(tx, scope)? >= DOMAINS_MAX {
        return Err(Refusal::invalid(
            "DomainName",
            format!("there are {DOMAINS_MAX} domains already"),
        ));
    }
    let domain = Domain {
        reference: DomainRef {
            id: tx.new_uuid(),
            name: new.name.clone(),
            expiration_days: new.expiration_days,
        },
        settings: new.settings.clone(),
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    if !rows::insert_domain(tx, scope, &domain)? {
        return Err(Refusal::invalid(
            "DomainName",
            format!("the domain `{}` exists", new.name),
        ));
    }
    Ok(domain)
}

/// The domain called `name`, or the refusal that it is not there.
pub(super) fn required(tx: &mut Tx<'_>, scope: &Scope, name: &str) -> Result<DomainRef, Refusal> {
    let domain = rows::domain(tx, scope, name)?.map(|domain| domain.reference);
    domain.ok_or_else(|| Refusal::DomainUnknown(name.to_owned()))
}

/// The domain that a Connect instance is tied to.
pub fn domain_of_instance(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance_arn: &str,
) -> Result<Option<DomainRef>, Error> {
    Ok(rows::domain_of_instance(tx, scope, instance_arn)?.map(|domain| domain.reference))
}

/// Unties a Connect instance that is deleted.
pub fn forget_instance(tx: &mut Tx<'_>, scope: &Scope, instance_arn: &str) -> Result<(), Error> {
    rows::forget_integration(tx, scope, instance_arn)
}

/// Ties a Connect instance to a domain under an object type.
pub(super) fn integrate(
    tx: &mut Tx<'_>,
    scope: &Scope,
    domain: &DomainRef,
    uri: &str,
    object_type: &str,
    tags: &Map<String, Value>,
) -> Result<Integration, Refusal> {
    if object_type != CONTACT_RECORDS && !object_type.starts_with("CTR-") {
        return Err(Refusal::invalid(
            "ObjectTypeName",
            "a Connect instance is integrated with the object type CTR",
        ));
    }
    let instance = crate::arn::instance_id(scope, uri).filter(|_| uri.starts_with("arn:"));
    let is_there = match &instance {
        Some(id) => instances::by_id(tx, scope, id)?.is_some(),
        None => false,
    };
    if !is_there {
        return Err(Refusal::invalid(
            "Uri",
            "must be the ARN of a Connect instance of this account and region",
        ));
    }
    definition(tx, domain, object_type)?
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
    rows::put_integration(tx, scope, domain, &new)?
        .ok_or_else(|| Refusal::invalid("Uri", "is integrated with another domain"))
}

/// An object type's definition: the one that was put, else the template of the name.
pub(super) fn definition(
    tx: &mut Tx<'_>,
    domain: &DomainRef,
    name: &str,
) -> Result<Option<Definition>, Error> {
    let put = rows::object_type(tx, domain, name)?.map(|row| row.definition);
    Ok(put.or_else(|| predefined::template(name).map(predefined::Template::definition)))
}

/// Whether objects of a type can be ingested.
pub fn object_type_exists(tx: &mut Tx<'_>, domain: &DomainRef, name: &str) -> Result<bool, Error> {
    Ok(definition(tx, domain, name)?.is_some())
}
