//! The program's own commands, which exist only under its own name.

pub mod demo;

use crate::arguments::globals::Globals;
use crate::completion::line::{self, Dialect};
use crate::completion::scripts;
use crate::failure::complain;
use crate::session::Session;
use crate::session::config::Config;
use crate::session::environment::Environment;
use crate::session::version;
use crate::terminal::streams::write_stdout;

/// The name under which the program has commands of its own.
pub const OWN_NAME: &str = "signback";
/// The name under which shells ask the program for completions.
const COMPLETER_NAME: &str = "aws_completer";

/// The commands of its own, and what they do.
pub const OWN_COMMANDS: &[(&str, &str)] = &[
    ("serve", "the service"),
    (
        "demo",
        "the whole journey of a sign-in, shown in the terminal",
    ),
    ("relay", "the page that the identity provider redirects to"),
    ("doctor", "a check of what is set up"),
    ("explain", "an explanation of an error or a setting"),
    ("completion", "completion for bash, zsh or fish"),
    ("version", "the version"),
];

/// What a call of the program is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The service.
    Serve,
    /// The whole journey, shown in the terminal.
    Demo,
    /// The page that an identity provider redirects to.
    Relay,
    /// A check of what is set up.
    Doctor,
    /// An explanation of an error or a setting.
    Explain,
    /// Completion for a shell.
    Completion,
    /// The version.
    Version,
    /// Completion for a shell that calls the AWS CLI's completer.
    Completer,
    /// The AWS-style command line.
    Aws,
}

impl Role {
    /// The role that the program's name and first word ask for.
    #[must_use]
    pub fn of(program: &str, words: &[String]) -> Self {
        if program == COMPLETER_NAME {
            return Self::Completer;
        }
        if program != OWN_NAME {
            return Self::Aws;
        }
        match words.first().map(String::as_str) {
            Some("serve") => Self::Serve,
            Some("demo") => Self::Demo,
            Some("relay") => Self::Relay,
            Some("doctor") => Self::Doctor,
            Some("explain") => Self::Explain,
            Some("completion") => Self::Completion,
            Some("version") => Self::Version,
            _ => Self::Aws,
        }
    }
}

/// The exit statuses of our own commands.
pub mod status {
    /// It is done.
    pub const DONE: i32 = 0;
    /// It failed.
    pub const FAILED: i32 = 1;
    /// It was called wrongly.
    pub const USAGE: i32 = 2;
}

/// `signback serve`.
#[must_use]
pub fn serve(_environment: &Environment, words: &[String]) -> i32 {
    signback_server::serve::run(words)
}

/// `signback demo`.
#[must_use]
pub fn demo(environment: &Environment, words: &[String]) -> i32 {
    crate::own::demo::run(environment, words)
}

/// `signback relay`.
#[must_use]
pub fn relay(_environment: &Environment, _words: &[String]) -> i32 {
    not_built("relay")
}

/// `signback doctor`.
#[must_use]
pub fn doctor(_environment: &Environment, _words: &[String]) -> i32 {
    not_built("doctor")
}

/// `signback explain`.
#[must_use]
pub fn explain(_environment: &Environment, _words: &[String]) -> i32 {
    not_built("explain")
}

/// `signback completion SHELL`, and `signback completion words SHELL PROGRAM [WORD]` which the scripts call.
#[must_use]
pub fn completion(environment: &Environment, words: &[String]) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [shell] if scripts::script(shell).is_some() => {
            write_stdout(scripts::script(shell).unwrap_or_default().as_bytes());
            status::DONE
        }
        ["words", "bash", program, word] => {
            complete(environment, program, Dialect::Quoted, Some(word))
        }
        ["words", _, program] => complete(environment, program, Dialect::Described, None),
        ["--help" | "-h" | "help"] => {
            write_stdout(completion_usage().as_bytes());
            status::DONE
        }
        _ => {
            complain(&completion_usage());
            status::USAGE
        }
    }
}

fn completion_usage() -> String {
    format!("usage: signback completion {}\n", scripts::SHELLS.join("|"))
}

/// `aws_completer`, as in `complete -C aws_completer aws`: the shell gives the command and the word.
#[must_use]
pub fn completer(environment: &Environment, words: &[String]) -> i32 {
    let word = words.get(1).map(String::as_str);
    complete(environment, "aws", Dialect::Quoted, word)
}

fn complete(environment: &Environment, program: &str, dialect: Dialect, word: Option<&str>) -> i32 {
    let mut environment = environment.clone();
    let name = program.rsplit('/').next().unwrap_or(program);
    name.clone_into(&mut environment.program);
    let config = Config::load(&environment).unwrap_or_default();
    let session = Session {
        environment,
        config,
        globals: Globals::default(),
        debug: false,
    };
    write_stdout(line::answer(&session, dialect, word).as_bytes());
    status::DONE
}

/// `signback version`.
#[must_use]
pub fn version(environment: &Environment) -> i32 {
    let mut text = format!(
        "signback {}\n{}\nmodels of botocore {}\n",
        env!("CARGO_PKG_VERSION"),
        version::line(environment),
        signback_wire::MODELS_VERSION,
    );
    let missing = version::missing_build_settings();
    if !missing.is_empty() {
        text += "built without ";
        text += &missing.join(" and ");
        text += " of .cargo/config.toml: it works, and more slowly\n";
    }
    write_stdout(text.as_bytes());
    status::DONE
}

fn not_built(name: &str) -> i32 {
    complain(&format!("signback: {name} is not built\n"));
    status::FAILED
}
