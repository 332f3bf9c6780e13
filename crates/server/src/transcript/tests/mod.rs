//! Transcripts on a database, and the websocket over a pipe.

mod loss;
mod pages;
mod socket;

use serde_json::Value;

use super::*;
use crate::contacts::Contact;

/// A message of the customer's.
fn said(text: &'static str) -> impl Fn(&Contact) -> NewItem + Send + 'static {
    move |contact| NewItem::message(Author::customer(contact), "text/plain", text)
}

/// The announcement of a sign-in.
fn announced(contact: &Contact) -> NewItem {
    let content = Some(r#"{"SessionId":"s"}"#.to_owned());
    NewItem::event(
        Author::system(contact),
        event::AUTHENTICATION_INITIATED,
        content,
    )
    .announcing(SignInId::new("s"))
}

fn content(item: &Value) -> &str {
    item["Content"].as_str().unwrap_or_default()
}
