//! `signback`.

use std::ffi::OsString;
use std::path::Path;
use std::process::exit;

fn main() {
    let mut arguments = std::env::args_os();
    let called = arguments
        .next()
        .unwrap_or_else(|| OsString::from(signback::OWN_NAME));
    let program = Path::new(&called)
        .file_name()
        .unwrap_or(&called)
        .to_string_lossy()
        .into_owned();
    let words: Vec<String> = arguments
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    exit(signback::run(program, &words));
}
