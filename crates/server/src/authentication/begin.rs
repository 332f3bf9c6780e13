//! The beginning of a sign-in: what a block needs before it can start, the initiated event, and
//! the moment at which a client first sees it.

use serde_json::json;

use super::source::{self, Source};
use super::{Block, Cause, SignIn, finish, store};
use crate::contacts::{self, Contact};
use crate::ids::{InstanceId, SignInId};
use crate::instances;
use crate::jobs;
use crate::profiles;
use crate::store::{Error, Tx};
use crate::transcript::{self, Author, NewItem, event};

/// The integration type by which a user pool is associated with an instance.
const USER_POOL: &str = "COGNITO_USER_POOL";
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
        finish::record(contact, block, &finish::Status::Failed);
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
    store::insert(tx, &sign_in)?;
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
    let instance_arn = finish::instance_arn(contact);
    let Some(domain) = profiles::domain_of_instance(tx, &contact.scope, &instance_arn)? else {
        return Ok(Some(Cause::ProfilesNotEnabled));
    };
    if let Err(cause) = usable_source(tx, &contact.instance, block)? {
        return Ok(Some(cause));
    }
    if !profiles::object_type_exists(tx, &domain, &block.object_type)? {
        return Ok(Some(Cause::ObjectTypeNotFound));
    }
    Ok(None)
}

/// The source of the customer's identity, if the instance may use it.
pub(super) fn usable_source(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    block: &Block,
) -> Result<Result<Source, Cause>, Error> {
    if !instances::is_associated(tx, instance, USER_POOL, &block.user_pool_arn)? {
        return Ok(Err(Cause::PoolNotAssociated));
    }
    source::find(tx, block)
}

/// Starts the clocks of a sign-in when a client sees its event for the first time.
pub fn offered(tx: &mut Tx<'_>, id: &SignInId) -> Result<(), Error> {
    let Some(mut sign_in) = store::lock(tx, id)? else {
        return Ok(());
    };
    let now = tx.now();
    if let Some(expires_at) = sign_in.offer(now) {
        store::save(tx, &sign_in)?;
        jobs::schedule(tx, &super::EXPIRE, id, expires_at)?;
    }
    Ok(())
}
