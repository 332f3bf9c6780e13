//! The program's own commands, which exist only under its own name.

mod completion;
mod demo;
mod ping;
mod status;

use crate::commands::own::{Own, OwnCommand};
use crate::failure::complain;
use crate::session::environment::Environment;
use crate::session::version;
use crate::terminal::streams::write_stdout;

/// The name under which shells ask the program for completions.
const COMPLETER_NAME: &str = "aws_completer";

/// Runs what the program's name and first word ask for, if it is no AWS-style command; gives the
/// exit status.
pub(crate) fn run(environment: &Environment, words: &[String]) -> Option<i32> {
    if environment.program == COMPLETER_NAME {
        return Some(completion::completer(environment, words));
    }
    let (name, words) = words.split_first()?;
    let own = Own::named(&environment.program, name)?;
    Some(match own.command {
        OwnCommand::Serve => signback_server::serve::run(words),
        OwnCommand::Demo => demo::run(environment, words),
        OwnCommand::Ping => ping::run(environment, words),
        OwnCommand::Completion => completion::run(environment, words),
        OwnCommand::Version => version(environment),
        OwnCommand::Relay | OwnCommand::Doctor | OwnCommand::Explain => not_built(own),
    })
}

fn version(environment: &Environment) -> i32 {
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

fn not_built(own: &Own) -> i32 {
    complain(&format!("signback: {} is not built\n", own.name));
    status::FAILED
}
