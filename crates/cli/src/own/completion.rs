//! `signback completion`, and `aws_completer`.

use crate::arguments::globals::Globals;
use crate::commands::own::SHELLS;
use crate::completion::line::{self, Dialect};
use crate::completion::scripts;
use crate::failure::complain;
use crate::own::status;
use crate::session::Session;
use crate::session::config::Config;
use crate::session::environment::Environment;
use crate::terminal::streams::write_stdout;

/// `signback completion SHELL`, and `signback completion words SHELL PROGRAM [WORD]` which the scripts call.
pub(super) fn run(environment: &Environment, words: &[String]) -> i32 {
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
            write_stdout(usage().as_bytes());
            status::DONE
        }
        _ => {
            complain(&usage());
            status::USAGE
        }
    }
}

fn usage() -> String {
    format!("usage: signback completion {}\n", SHELLS.join("|"))
}

/// `aws_completer`, as in `complete -C aws_completer aws`: the shell gives the command and the word.
pub(super) fn completer(environment: &Environment, words: &[String]) -> i32 {
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
