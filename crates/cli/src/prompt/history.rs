//! The commands that were run from the prompt, in `~/.aws/cli/cache/prompt_history.json`.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use crate::json;
use crate::session::Session;
use crate::value::{Map, Value};

/// How many commands are kept.
const COMMANDS_MAX: usize = 500;

fn path(session: &Session) -> PathBuf {
    session
        .environment
        .home()
        .join(".aws/cli/cache/prompt_history.json")
}

/// The kept commands, the newest last.
pub(super) fn load(session: &Session) -> Vec<String> {
    let document = std::fs::read_to_string(path(session))
        .ok()
        .and_then(|text| json::parse(&text).ok());
    match document
        .as_ref()
        .and_then(|document| document.get("commands"))
    {
        Some(Value::List(commands)) => commands
            .iter()
            .filter_map(|command| command.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

/// Keeps one more command. A history that cannot be written is no failure.
pub(super) fn add(session: &Session, mut commands: Vec<String>, command: &str) {
    commands.retain(|known| known != command);
    commands.push(command.to_owned());
    let commands = commands.split_off(commands.len().saturating_sub(COMMANDS_MAX));
    let mut document = Map::new();
    document.insert("version".to_owned(), Value::Int(1));
    document.insert(
        "commands".to_owned(),
        Value::List(commands.into_iter().map(Value::Str).collect()),
    );
    let path = path(session);
    if let Some(folder) = path.parent() {
        let _ = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    }
    // Made anew, so that only its owner may read it whatever was there before.
    let _ = std::fs::remove_file(&path);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let layout = json::Layout {
        indent: None,
        ascii: true,
    };
    if let Ok(mut file) = file {
        let _ = file.write_all(json::write(&Value::Map(document), layout).as_bytes());
    }
}
