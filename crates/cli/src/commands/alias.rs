//! The user's own commands, from `~/.aws/cli/alias`.

use std::process::Command;

use indexmap::IndexMap;

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;
use crate::session::environment::Environment;
use crate::session::ini;

/// The aliases of the user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aliases {
    sections: IndexMap<Vec<String>, IndexMap<String, String>>,
}

/// What an alias stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Words in its place.
    Words(Vec<String>),
    /// A command of the shell.
    Shell(String),
}

impl Aliases {
    /// Reads the file, if there is one.
    ///
    /// # Errors
    /// A file that cannot be parsed.
    pub(crate) fn load(environment: &Environment) -> Result<Self, Failure> {
        let path = environment.home().join(".aws/cli/alias");
        let Ok(bytes) = std::fs::read(&path) else {
            return Ok(Self::default());
        };
        let unparsable =
            || Failure::general(format!("Unable to parse config file: {}", path.display()));
        let text = String::from_utf8(bytes).map_err(|_| unparsable())?;
        let sections = ini::parse_flat(&text).map_err(|_| unparsable())?;
        let place = |name: String| match name.strip_prefix("command ") {
            Some(_) => name.split_whitespace().map(str::to_owned).collect(),
            None => vec![name],
        };
        Ok(Self {
            sections: sections
                .into_iter()
                .map(|(name, aliases)| (place(name), aliases))
                .collect(),
        })
    }

    /// The names that may stand in the place of a command, or of an operation of that service.
    pub(crate) fn names(&self, service: Option<&str>) -> Vec<String> {
        self.section(service)
            .map(|aliases| aliases.keys().cloned().collect())
            .unwrap_or_default()
    }

    /// What an alias stands for.
    ///
    /// # Errors
    /// Words that cannot be split.
    pub(crate) fn meaning(
        &self,
        service: Option<&str>,
        name: &str,
    ) -> Result<Option<Meaning>, Failure> {
        let Some(value) = self.section(service).and_then(|aliases| aliases.get(name)) else {
            return Ok(None);
        };
        let value = value.trim();
        if let Some(command) = value.strip_prefix('!') {
            return Ok(Some(Meaning::Shell(command.to_owned())));
        }
        let words = python::split_words(value).map_err(|problem| {
            Failure::general(format!(
                "Value of alias \"{name}\" could not be parsed. Received error: {problem} when parsing:\n{value}"
            ))
        })?;
        let trimmed = words.iter().map(|word| word.trim_matches('\n').to_owned());
        Ok(Some(Meaning::Words(trimmed.collect())))
    }

    fn section(&self, service: Option<&str>) -> Option<&IndexMap<String, String>> {
        let key: &[&str] = match service {
            None => &["toplevel"],
            Some(service) => &["command", service],
        };
        self.sections
            .iter()
            .find(|(name, _)| name.iter().eq(key))
            .map(|(_, aliases)| aliases)
    }
}

/// Runs an alias of the shell with further words, and tells its exit status.
///
/// # Errors
/// A shell that cannot be started.
pub(crate) fn run_shell(command: &str, words: &[String]) -> Result<i32, Failure> {
    let mut line = command.to_owned();
    for word in words {
        line.extend([" ", &python::shell_quoted(word)]);
    }
    let status = Command::new("/bin/sh").arg("-c").arg(line).status();
    let status = status.map_err(|error| Failure::general(python::os_error(&error, "/bin/sh")))?;
    Ok(status.code().unwrap_or(1))
}

/// The failure of an alias that stands for itself.
pub(crate) fn endless() -> Failure {
    Failure::general(sentences::TOO_DEEP)
}

/// The failure of an alias that brings an option which is read before aliases are.
pub(crate) fn unsupported(option: &str, name: &str) -> Failure {
    Failure::general(format!(
        "Global parameter \"--{option}\" detected in alias \"{name}\" which is not supported in subcommand aliases."
    ))
}
