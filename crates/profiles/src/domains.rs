//! Domains and what they are tied to, as plain functions inside a transaction.

use super::domain::{Domain, DomainRef, NewDomain};
use super::object_types::definition::Definition;
use super::object_types::predefined;
use super::refusal::Refusal;
use super::rows::domains as rows;
use signback_platform::ids::Scope;
use signback_platform::store::{Error, Tx};

/// Most domains of an account in a region.
const DOMAINS_MAX: i64 = 100;
/// How many days data lives if nobody says otherwise.
pub(super) const EXPIRATION_DAYS_DEFAULT: u32 = 366;

/// Makes a domain.
pub(super) fn create(tx: &mut Tx<'_>, scope: &Scope, new: NewDomain) -> Result<Domain, Refusal> {
    if rows::domain_count(tx, scope)? >= DOMAINS_MAX {
        return Err(Refusal::invalid(
            "DomainName",
            format!("there are {DOMAINS_MAX} domains already"),
        ));
    }
    let domain = Domain {
        reference: DomainRef {
            id: tx.new_uuid(),
            name: new.name,
            expiration_days: new.expiration_days,
        },
        settings: new.settings,
        created_at: tx.now(),
        updated_at: tx.now(),
    };
    if !rows::insert_domain(tx, scope, &domain)? {
        return Err(Refusal::invalid(
            "DomainName",
            format!("the domain `{}` exists", domain.reference.name),
        ));
    }
    Ok(domain)
}

/// The domain called `name`, or the refusal that it is not there.
pub(super) fn required(tx: &mut Tx<'_>, scope: &Scope, name: &str) -> Result<DomainRef, Refusal> {
    let domain = rows::domain(tx, scope, name)?.map(|domain| domain.reference);
    domain.ok_or_else(|| Refusal::DomainUnknown(name.to_owned()))
}

/// The domain called `name`, locked: what depends on its other rows may be changed.
pub(super) fn locked(tx: &mut Tx<'_>, scope: &Scope, name: &str) -> Result<Domain, Refusal> {
    rows::lock_domain(tx, scope, name)?.ok_or_else(|| Refusal::DomainUnknown(name.to_owned()))
}

/// The domain called `name`, locked, for a change of what it is tied to.
pub fn lock_domain(tx: &mut Tx<'_>, scope: &Scope, name: &str) -> Result<DomainRef, Refusal> {
    Ok(locked(tx, scope, name)?.reference)
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
