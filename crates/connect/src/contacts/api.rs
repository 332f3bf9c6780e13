//! The operations that look at a contact or change its attributes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Contact, find, lock, rules, save};
use crate::Connect;
use crate::instances;
use signback_platform::answer::Answer;
use signback_platform::ids::{ContactId, InstanceId, Scope};
use signback_platform::operation::{Call, Operation, Read, Write};
use signback_platform::store::{Error, Tx};

pub(crate) const OPERATIONS: &[Operation<Connect>] = &[
    Operation::new("connect", "DescribeContact", &Read(describe_contact)),
    Operation::new(
        "connect",
        "GetContactAttributes",
        &Read(get_contact_attributes),
    ),
    Operation::new(
        "connect",
        "UpdateContactAttributes",
        &Write(update_contact_attributes),
    ),
];

/// Why an operation on a contact is refused.
pub(crate) enum Refusal {
    NoSuchInstance,
    NoSuchContact,
    Invalid(String),
    Fault(Error),
}

signback_platform::conversions!(Refusal: Fault(Error));

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchInstance => Self::refuse(
                "ResourceNotFoundException",
                "InstanceId: there is no such instance",
            ),
            Refusal::NoSuchContact => Self::refuse(
                "ResourceNotFoundException",
                "ContactId: there is no such contact",
            ),
            Refusal::Invalid(problem) => Self::refuse("InvalidParameterException", problem),
            Refusal::Fault(error) => error.into(),
        }
    }
}

/// A contact of an instance of the caller's.
pub(crate) fn locate(
    tx: &mut Tx<'_>,
    scope: &Scope,
    instance: &InstanceId,
    contact: &ContactId,
    read: fn(&mut Tx<'_>, &ContactId) -> Result<Option<Contact>, Error>,
) -> Result<Contact, Refusal> {
    instances::by_id(tx, scope, instance)?.ok_or(Refusal::NoSuchInstance)?;
    read(tx, contact)?
        .filter(|contact| contact.instance == *instance && contact.scope == *scope)
        .ok_or(Refusal::NoSuchContact)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ContactOfInstance {
    instance_id: InstanceId,
    contact_id: ContactId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    contact: Description,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    arn: String,
    id: ContactId,
    initial_contact_id: ContactId,
    #[serde(skip_serializing_if = "Option::is_none")]
    related_contact_id: Option<ContactId>,
    initiation_method: &'static str,
    channel: &'static str,
    initiation_timestamp: f64,
    connected_to_system_timestamp: f64,
    last_update_timestamp: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_timestamp: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    attributes: BTreeMap<String, String>,
    segment_attributes: Map<String, Value>,
}

impl From<Contact> for Description {
    fn from(contact: Contact) -> Self {
        Self {
            arn: contact.arn(),
            initial_contact_id: contact.id.clone(),
            id: contact.id,
            related_contact_id: contact.related,
            initiation_method: "API",
            channel: "CHAT",
            initiation_timestamp: contact.initiated_at.epoch_seconds(),
            // The flow takes the chat at once.
            connected_to_system_timestamp: contact.initiated_at.epoch_seconds(),
            last_update_timestamp: contact.updated_at.epoch_seconds(),
            disconnect_timestamp: contact.ended.map(|ended| ended.at.epoch_seconds()),
            disconnect_reason: contact.ended.map(|ended| ended.reason.name()),
            customer_id: contact.customer_id,
            attributes: contact.attributes,
            segment_attributes: contact.segment_attributes,
        }
    }
}

fn describe_contact(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &ContactOfInstance,
) -> Result<Described, Refusal> {
    let (instance, contact) = (&input.instance_id, &input.contact_id);
    let contact = locate(tx, &call.scope, instance, contact, find)?.into();
    Ok(Described { contact })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetContactAttributes {
    instance_id: InstanceId,
    initial_contact_id: ContactId,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContactAttributes {
    attributes: BTreeMap<String, String>,
}

fn get_contact_attributes(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &GetContactAttributes,
) -> Result<ContactAttributes, Refusal> {
    let (instance, contact) = (&input.instance_id, &input.initial_contact_id);
    let attributes = locate(tx, &call.scope, instance, contact, find)?.attributes;
    Ok(ContactAttributes { attributes })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct UpdateContactAttributes {
    instance_id: InstanceId,
    initial_contact_id: ContactId,
    attributes: BTreeMap<String, String>,
}

/// Adds to the attributes of a chat, whether it goes on or has ended.
fn update_contact_attributes(
    tx: &mut Tx<'_>,
    call: &Call,
    input: &UpdateContactAttributes,
) -> Result<(), Refusal> {
    let (instance, contact) = (&input.instance_id, &input.initial_contact_id);
    let mut contact = locate(tx, &call.scope, instance, contact, lock)?;
    contact.attributes.extend(input.attributes.clone());
    if let Some(problem) = rules::attributes_problem(&contact.attributes) {
        return Err(Refusal::Invalid(problem));
    }
    Ok(save(tx, &contact)?)
}
