//! The beginning of a sign-in: what a block needs before it can start, and the initiated
//! event.

use serde_json::json;

use super::attribute::{Status, record};
use super::{Block, Cause, SignIn, rows, source};
use crate::contacts::{self, Contact};
use crate::transcript::{self, Author, NewItem, event};
use signback_platform::arn;
use signback_platform::ids::SignInId;
use signback_platform::store::{Error, Tx};

/// The segment attribute that says what kind of chat a contact is.
const SUBTYPE: &str = "connect:Subtype";
/// The kinds of chat whose customers can sign in.
const SUBTYPES: [&str; 2] = ["connect:Chat", "connect:Apple"];

/// Begins a sign-in for a contact, which the caller has locked: the initiated event goes into the
/// transcript. With a cause instead, the block takes its Error branch at once.
pub fn begin(
    tx: &mut Tx<'_>,
    contact: &mut Contact,
    block: &Block,
) -> Result<Result<(), Cause>, Error> {
    if let Some(cause) = obstacle(tx, contact, block)? {
        record(contact, block, &Status::Failed);
        contacts::save(tx, contact)?;
        return Ok(Err(cause));
    }
    let sign_in = SignIn::announce(
        SignInId::new(tx.new_uuid()),
        contact.scope.clone(),
        contact.instance.clone(),
        contact.id.clone(),
        block.clone(),
    );
    rows::insert(tx, &sign_in)?;
    let content = json!({ "SessionId": sign_in.id }).to_string();
    let initiated = NewItem::event(
        Author::system(contact),
        event::AUTHENTICATION_INITIATED,
        Some(content),
    );
    transcript::append(tx, contact, initiated.announcing(sign_in.id.clone()))?;
    Ok(Ok(()))
}

/// What stands in the way of a sign-in, if anything.
fn obstacle(tx: &mut Tx<'_>, contact: &Contact, block: &Block) -> Result<Option<Cause>, Error> {
    let subtype = contact
        .segment_attributes
        .get(SUBTYPE)
        .map(|value| &value["ValueString"]);
    if subtype.is_some_and(|subtype| !SUBTYPES.iter().any(|known| subtype == known)) {
        return Ok(Some(Cause::SubtypeNotSupported));
    }
    let instance_arn = arn::instance(&contact.scope, &contact.instance);
    let Some(domain) = signback_profiles::domain_of_instance(tx, &contact.scope, &instance_arn)?
    else {
        return Ok(Some(Cause::ProfilesNotEnabled));
    };
    if let Err(cause) = source::usable(tx, &contact.scope, &contact.instance, block)? {
        return Ok(Some(cause));
    }
    if !signback_profiles::object_type_exists(tx, &domain, &block.object_type)? {
        return Ok(Some(Cause::ObjectTypeNotFound));
    }
    Ok(None)
}
