//! The one binary: the AWS-style command line, and the program's own commands.
//!
//! A call walks through the rooms in this order: `own` picks the role; `driver` parses the
//! words with `arguments`; `operation` gathers the parameters (`input`); `call` checks
//! them, finds address and keys (`credentials`), builds and signs the request, sends it
//! (`http`) and reads the response; `output` shows it. `failure` says what went wrong.
//! Spellings of Python live in `python` alone.
//!
//! Beside that walk: `commands` knows what there is to call; `configure` changes the shared
//! files; `help`, `prompt` and `completion` read the same table of arguments.

mod own;

mod driver;
mod operation;
mod sign_out;

mod arguments;
mod call;
mod commands;
mod completion;
mod configure;
mod credentials;
mod help;
mod http;
mod input;
mod output;
mod pagination;
mod prompt;
mod terminal;

mod clock;
mod failure;
mod formats;
mod jmespath;
mod python;
mod session;
mod value;

pub use commands::own::OWN_NAME;

/// Runs the program that was called by that name, with these words; gives the exit status.
#[must_use]
pub fn run(program: String, words: &[String]) -> i32 {
    let environment = session::environment::Environment::of_process(program);
    let program = environment.program.clone();
    let status = match own::run(&environment, words) {
        Some(status) => status,
        None => driver::run(environment, words),
    };
    output::report::status(&program, status)
}
