//! `signback`.

use std::ffi::OsString;
use std::path::Path;
use std::process::exit;

use signback::commands::own::OWN_NAME;
use signback::output::report;
use signback::session::environment::Environment;
use signback::{driver, own};

fn main() {
    let mut arguments = std::env::args_os();
    let called = arguments.next().unwrap_or_else(|| OsString::from(OWN_NAME));
    let program = Path::new(&called)
        .file_name()
        .unwrap_or(&called)
        .to_string_lossy()
        .into_owned();
    let words: Vec<String> = arguments
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let environment = Environment::of_process(program);
    let program = environment.program.clone();
    let status = match own::run(&environment, &words) {
        Some(status) => status,
        None => driver::run(environment, &words),
    };
    exit(report::status(&program, status));
}
