//! What an Authenticate Customer block asks for.

/// The shortest time limit of a block, in minutes; also the one taken when none is given.
pub(super) const TIME_LIMIT_MINUTES_MIN: u32 = 3;
/// The longest time limit of a block, in minutes.
pub(super) const TIME_LIMIT_MINUTES_MAX: u32 = 15;

/// What an Authenticate Customer block asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The user pool, or the ARN that an outside identity source stands behind.
    pub user_pool_arn: String,
    /// The pool's app client.
    pub app_client_id: String,
    /// The object type by which claims become a profile.
    pub object_type: String,
    /// How long the customer may take, in minutes.
    pub time_limit_minutes: u32,
}

impl Block {
    /// The time limit in milliseconds, within its bounds: the flow's content is checked when it is
    /// made, but a value found while it runs is not.
    #[must_use]
    pub fn time_limit_ms(&self) -> i64 {
        let minutes = self
            .time_limit_minutes
            .clamp(TIME_LIMIT_MINUTES_MIN, TIME_LIMIT_MINUTES_MAX);
        i64::from(minutes) * 60_000
    }
}
