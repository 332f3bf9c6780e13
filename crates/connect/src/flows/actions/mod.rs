//! The types of actions, a file for each family: their branches, their parameters and what they do.

mod attributes;
mod behavior;
mod decide;
mod leave;
mod not_built;
mod profile;
mod say;
mod sign_in;
mod wait;

use super::engine::{Does, Done, Here};
use super::language::Rule;
use super::parameters::Parameters;
use not_built::{no_effect, not_built, voice_only, without_error};

#[cfg(test)]
pub(super) use attributes::BYTES_MAX as ATTRIBUTES_BYTES_MAX;
pub(super) use decide::LOOP_COUNT_MAX;
pub(super) use sign_in::OBJECT_TYPE_DEFAULT;

/// A type of action.
pub(super) struct Kind {
    /// As flows spell it.
    pub(super) name: &'static str,
    /// Its branches and where it may stand.
    pub(super) rule: Rule,
    /// Reads its parameters and gives what it does with them; `None` once a problem is noted.
    pub(super) read: fn(&mut Parameters<'_>) -> Option<Does>,
}

/// How reading an action ends well: with what it does.
#[expect(
    clippy::unnecessary_wraps,
    reason = "reading gives nothing where something is wrong"
)]
fn does(step: impl Fn(&mut Here<'_>) -> Done + 'static) -> Option<Does> {
    Some(Box::new(step))
}

/// The type of that name.
pub(super) fn named(name: &str) -> Option<&'static Kind> {
    ALL.iter().find(|kind| kind.name == name)
}

/// All that the language has.
static ALL: &[Kind] = &[
    not_built("AssociateContactToCustomerProfile"),
    sign_in::AUTHENTICATE_PARTICIPANT,
    not_built("CheckHoursOfOperation"),
    not_built("CheckMetricData"),
    not_built("CheckOutboundCallStatus"),
    not_built("CheckVoiceId"),
    decide::COMPARE,
    not_built("CompleteOutboundCall"),
    not_built("ConnectParticipantWithLexBot"),
    not_built("CreateCallbackContact"),
    not_built("CreateCase"),
    not_built("CreateCustomerProfile"),
    not_built("CreatePersistentContactAssociation"),
    not_built("CreateTask"),
    not_built("CreateWisdomSession"),
    not_built("DequeueContactAndTransferToQueue"),
    leave::DISCONNECT_PARTICIPANT,
    decide::DISTRIBUTE_BY_PERCENTAGE,
    leave::END_FLOW_EXECUTION,
    without_error("EndFlowModuleExecution"),
    not_built("EvaluateDataTableValues"),
    not_built("GetCalculatedAttributesForCustomerProfile"),
    not_built("GetCase"),
    profile::GET_CUSTOMER_PROFILE,
    not_built("GetCustomerProfileObject"),
    not_built("GetMetricData"),
    voice_only("GetParticipantInput"),
    not_built("InvokeFlowModule"),
    not_built("InvokeLambdaFunction"),
    not_built("ListDataTableValues"),
    not_built("LoadContactContent"),
    decide::LOOP,
    say::MESSAGE_PARTICIPANT,
    voice_only("MessageParticipantIteratively"),
    not_built("ResumeContact"),
    not_built("SendMessage"),
    not_built("ShowView"),
    not_built("StartOutboundChatContact"),
    not_built("StartVoiceIdStream"),
    without_error("TagContact"),
    voice_only("TransferContactToAgent"),
    not_built("TransferContactToQueue"),
    voice_only("TransferParticipantToThirdParty"),
    leave::TRANSFER_TO_FLOW,
    without_error("UnTagContact"),
    not_built("UpdateCase"),
    attributes::UPDATE_CONTACT_ATTRIBUTES,
    not_built("UpdateContactCallbackNumber"),
    not_built("UpdateContactData"),
    not_built("UpdateContactEventHooks"),
    not_built("UpdateContactMediaProcessing"),
    not_built("UpdateContactMediaStreamingBehavior"),
    not_built("UpdateContactRecordingAndAnalyticsBehavior"),
    without_error("UpdateContactRecordingBehavior"),
    without_error("UpdateContactRoutingBehavior"),
    not_built("UpdateContactTargetQueue"),
    no_effect("UpdateContactTextToSpeechVoice"),
    not_built("UpdateCustomerProfile"),
    attributes::UPDATE_FLOW_ATTRIBUTES,
    behavior::UPDATE_FLOW_LOGGING_BEHAVIOR,
    not_built("UpdatePreviousContactParticipantState"),
    not_built("UpdateRoutingCriteria"),
    not_built("UpsertDataTableValues"),
    wait::WAIT,
];
