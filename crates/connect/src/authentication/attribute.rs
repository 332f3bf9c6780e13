//! The segment attribute that says how a customer was authenticated.

use serde_json::{Map, json};

use super::Block;
use crate::contacts::Contact;

/// The segment attribute that records how the customer was authenticated.
const CUSTOMER_AUTHENTICATION: &str = "connect:CustomerAuthentication";
/// What the segment attribute says.
pub(crate) enum Status {
    /// The customer is signed in.
    Authenticated {
        /// The provider's name.
        provider_name: String,
        /// The profile's id.
        profile: String,
    },
    /// The Error branch was taken.
    Failed,
    /// The time limit was over.
    TimedOut,
}

/// Writes the segment attribute of an outcome.
pub(crate) fn record(contact: &mut Contact, block: &Block, status: &Status) {
    let text = |text: &str| json!({ "ValueString": text });
    let mut values = Map::new();
    if let Status::Authenticated { provider_name, .. } = status {
        values.insert("IdentityProvider".to_owned(), text(provider_name));
    }
    values.insert("ClientId".to_owned(), text(&block.app_client_id));
    let name = match status {
        Status::Authenticated { .. } => "AUTHENTICATED",
        Status::Failed => "FAILED",
        Status::TimedOut => "TIMEOUT",
    };
    values.insert("Status".to_owned(), text(name));
    if let Status::Authenticated { profile, .. } = status {
        values.insert("AssociatedCustomerId".to_owned(), text(profile));
    }
    values.insert("AuthenticationMethod".to_owned(), text("CONNECT"));
    let attribute = json!({ "ValueMap": values });
    contact
        .segment_attributes
        .insert(CUSTOMER_AUTHENTICATION.to_owned(), attribute);
}
