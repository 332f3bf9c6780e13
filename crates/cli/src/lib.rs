//! The one binary: the AWS-style command line, and the program's own commands.
//!
//! A call walks through the rooms in this order: [`own`] picks the role; [`driver`] parses the
//! words with [`arguments`]; [`operation`] gathers the parameters ([`input`]); [`call`] checks
//! them, finds address and keys ([`credentials`]), builds and signs the request, sends it
//! ([`http`]) and reads the response; [`output`] shows it. [`failure`] says what went wrong.
//! Spellings of Python live in [`python`] alone.
//!
//! Beside that walk: [`commands`] knows what there is to call; [`configure`] changes the shared
//! files; [`help`], [`prompt`] and [`completion`] read the same table of arguments.

pub mod own;

pub mod driver;
pub mod operation;

pub mod arguments;
pub mod call;
pub mod commands;
pub mod completion;
pub mod configure;
pub mod credentials;
pub mod help;
pub mod http;
pub mod input;
pub mod output;
pub mod pagination;
pub mod prompt;
pub mod terminal;

pub mod clock;
pub mod failure;
pub mod formats;
pub mod jmespath;
pub mod python;
pub mod session;
pub mod value;
