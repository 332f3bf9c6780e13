//! AWS as bytes.
