//! `signback`.

use std::ffi::OsString;
use std::path::Path;
use std::process::exit;

use signback::environment::Environment;
use signback::lost;
use signback::roles::{self, Role};

fn main() {
    let mut arguments = std::env::args_os();
    let called = arguments
        .next()
        .unwrap_or_else(|| OsString::from(roles::OWN_NAME));
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
        Role::Serve => roles::serve(&environment, rest),
        Role::Demo => roles::demo(&environment, rest),
        Role::Relay => roles::relay(&environment, rest),
        Role::Doctor => roles::doctor(&environment, rest),
        Role::Explain => roles::explain(&environment, rest),
        Role::Completion => roles::completion(&environment, rest),
        Role::Completer => roles::completer(&environment, &words),
        Role::Version => roles::version(&environment),
        Role::Aws => signback::driver::run(environment, &words),
    };
    exit(lost::status(&program, status));
}
