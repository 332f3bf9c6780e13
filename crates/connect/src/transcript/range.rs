//! A stretch of a transcript.

use serde::Deserialize;

/// A stretch of a transcript with its reading direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// From this number towards the newest.
    From(i64),
    /// From this number towards the oldest.
    UpTo(i64),
}

/// Which way a transcript is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Direction {
    Forward,
    Backward,
}

impl Range {
    pub(crate) fn new(direction: Direction, start: i64) -> Self {
        match direction {
            Direction::Forward => Self::From(start),
            Direction::Backward => Self::UpTo(start),
        }
    }

    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::From(_) => Direction::Forward,
            Self::UpTo(_) => Direction::Backward,
        }
    }

    pub(crate) fn going_on_at(self, start: i64) -> Self {
        Self::new(self.direction(), start)
    }
}
