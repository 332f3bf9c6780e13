//! The words of the command line.

pub(crate) mod argument;
pub(crate) mod globals;
pub(crate) mod names;
pub(crate) mod operation;
pub(crate) mod parser;
pub(crate) mod row;
#[cfg(test)]
mod strangers;
pub(crate) mod suggest;

use crate::failure::Failure;

/// The usage text that follows a usage error.
pub(crate) fn usage(program: &str) -> String {
    format!(
        "usage: {program} [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
         To see help text, you can run:\n\n  {program} help\n  {program} <command> help\n  {program} <command> <subcommand> help\n"
    )
}

/// The failure of words that cannot be parsed: the problem, with the usage below it.
pub(crate) fn misused(program: &str, problem: &str) -> Failure {
    Failure::usage(format!("{problem}\n\n{}", usage(program)))
}
