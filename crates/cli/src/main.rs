//! `signback`.

use std::ffi::OsString;
use std::path::Path;
use std::process::exit;

use signback::output::report;
use signback::own::{self, Role};
use signback::session::environment::Environment;

fn main() {
    let mut arguments = std::env::args_os();
    let called = arguments
        .next()
        .unwrap_or_else(|| OsString::from(own::OWN_NAME));
    let program = Path::new(&called)
        .file_name()
        .unwrap_or(&called)
        .to_string_lossy()
        .into_owned();
    let words: Vec<String> = arguments
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let environment = Environment::of_process(program);
    let rest = words.get(1..).unwrap_or_default();
    let program = environment.program.clone();
    let status = match Role::of(&program, &words) {
        Role::Serve => own::serve(&environment, rest),
        Role::Demo => own::demo(&environment, rest),
        Role::Relay => own::relay(&environment, rest),
        Role::Doctor => own::doctor(&environment, rest),
        Role::Explain => own::explain(&environment, rest),
        Role::Completion => own::completion(&environment, rest),
        Role::Completer => own::completer(&environment, &words),
        Role::Version => own::version(&environment),
        Role::Aws => signback::driver::run(environment, &words),
    };
    exit(report::status(&program, status));
}
