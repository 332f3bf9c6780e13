//! The words of the command line.

pub mod argument;
pub mod globals;
pub mod names;
pub mod operation;
pub mod parser;
pub mod row;
pub mod suggest;

/// The usage text that follows a usage error.
#[must_use]
pub fn usage(program: &str) -> String {
    format!(
        "usage: {program} [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
         To see help text, you can run:\n\n  {program} help\n  {program} <command> help\n  {program} <command> <subcommand> help\n"
    )
}
