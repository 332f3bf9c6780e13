//! The content types of events.

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $last:literal;)+) => {$(
        $(#[$doc])*
        pub const $name: &str = concat!("application/vnd.amazonaws.connect.event.", $last);
    )+};
}

events! {
    /// A participant takes part from now on.
    PARTICIPANT_JOINED = "participant.joined";
    /// A participant has left.
    PARTICIPANT_LEFT = "participant.left";
    /// The chat is over: always its last item.
    CHAT_ENDED = "chat.ended";
    /// A participant has another name from now on.
    DISPLAY_NAME_UPDATED = "participant.displayname.updated";
    /// Somebody is writing.
    TYPING = "typing";
    /// A message reached its recipient.
    MESSAGE_DELIVERED = "message.delivered";
    /// A message was read by its recipient.
    MESSAGE_READ = "message.read";
    /// What became of a message.
    MESSAGE_METADATA = "message.metadata";
    /// A participant's client is there.
    CONNECTION_ACKNOWLEDGED = "connection.acknowledged";
    /// A sign-in begins; the content names its session.
    AUTHENTICATION_INITIATED = "authentication.initiated";
    /// A sign-in succeeded.
    AUTHENTICATION_SUCCEEDED = "authentication.succeeded";
    /// A sign-in failed.
    AUTHENTICATION_FAILED = "authentication.failed";
    /// A sign-in took too long.
    AUTHENTICATION_TIMEOUT = "authentication.timeout";
    /// The customer goes on without signing in.
    AUTHENTICATION_CANCELLED = "authentication.cancelled";
}
