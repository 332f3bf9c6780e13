//! The websocket over a pipe.

mod loss;
mod socket;
