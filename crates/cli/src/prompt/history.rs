//! The commands that were run from the prompt, in `~/.aws/cli/cache/prompt_history.json`.

use std::io;
use std::path::{Path, PathBuf};

use super::discreet;
use crate::formats::json;
use crate::session::{Session, private};
use crate::value::{Map, Value};

/// How many commands are kept.
const COMMANDS_MAX: usize = 500;
/// The key under which they stand.
const COMMANDS: &str = "commands";

fn path(session: &Session) -> PathBuf {
    let home = session.environment.home();
    home.join(".aws/cli/cache/prompt_history.json")
}

/// The kept commands, the newest last; none if the file cannot be read.
pub(super) fn load(session: &Session) -> Vec<String> {
    let Ok(Value::Map(document)) = read(&path(session)) else {
        return Vec::new();
    };
    match document.get(COMMANDS) {
        Some(Value::List(commands)) => commands
            .iter()
            .filter_map(|command| command.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

fn read(path: &Path) -> io::Result<Value> {
    let text = std::fs::read_to_string(path)?;
    json::parse(&text).map_err(|_| io::ErrorKind::InvalidData.into())
}

/// Keeps one more command, without its secrets. A history that cannot be written is no failure.
pub(super) fn add(session: &Session, line: &str) {
    let Some(command) = discreet::command(session, line).filter(|command| !command.is_empty())
    else {
        return;
    };
    let path = path(session);
    let document = match read(&path) {
        Ok(Value::Map(document)) => document,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Map::from_iter([("version".to_owned(), Value::Int(1))])
        }
        // Whatever it is, it is not ours to replace.
        _ => return,
    };
    let _ = keep(&path, document, command);
}

fn keep(path: &Path, mut document: Map, command: String) -> io::Result<()> {
    let mut commands = match document.shift_remove(COMMANDS) {
        Some(Value::List(commands)) => commands,
        _ => Vec::new(),
    };
    let command = Value::Str(command);
    if commands.last() == Some(&command) {
        return Ok(());
    }
    commands.push(command);
    let commands = commands.split_off(commands.len().saturating_sub(COMMANDS_MAX));
    document.insert(COMMANDS.to_owned(), Value::List(commands));
    let text = json::write(&Value::Map(document), json::Layout::SENT);
    private::write(path, &text)
}
