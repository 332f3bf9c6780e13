//! What the process was started with. Nothing else reads it.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// Variables, program name and terminals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment {
    /// The name under which the program was called, without folders.
    pub program: String,
    variables: HashMap<String, String>,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    handed_down: Vec<(String, String)>,
}

impl Environment {
    /// Reads the environment of this process.
    pub(crate) fn of_process(program: String) -> Self {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        Self {
            program,
            variables: std::env::vars_os()
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            handed_down: Vec::new(),
        }
    }

    /// An environment with these variables, for tests.
    #[cfg(test)]
    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        Self {
            program: "aws".to_owned(),
            variables: variables
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            stdout_is_terminal: false,
            handed_down: Vec::new(),
        }
    }

    /// The value of a variable, empty or not.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable that is set and not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The value of a variable in whatever case its name is written; the lower-case name comes
    /// first, then the upper-case one.
    pub(crate) fn in_any_case(&self, name: &str) -> Option<&str> {
        let others = || {
            let same = self.variables.iter();
            let same =
                same.filter(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
            same.min().map(|(_, value)| value.as_str())
        };
        self.get(name).or_else(others)
    }

    /// Gives a variable to the programs that are started.
    pub(crate) fn hand_down(&mut self, name: &str, value: &str) {
        self.handed_down.push((name.to_owned(), value.to_owned()));
    }

    /// The variables that started programs get beside those of this one.
    pub(crate) fn handed_down(&self) -> &[(String, String)] {
        &self.handed_down
    }

    /// The home directory.
    pub(crate) fn home(&self) -> PathBuf {
        self.filled("HOME")
            .map_or_else(|| PathBuf::from("/"), PathBuf::from)
    }

    /// A path with a leading `~` and with variables replaced.
    pub(crate) fn expand(&self, path: &str) -> String {
        self.expand_user(&self.expand_variables(path))
    }

    /// A path with a leading `~` replaced by the home directory.
    pub(crate) fn expand_user(&self, path: &str) -> String {
        match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                let home = self.home();
                format!("{}{rest}", home.to_string_lossy().trim_end_matches('/'))
            }
            Some(rest) => home_of_other(rest).unwrap_or_else(|| path.to_owned()),
            None => path.to_owned(),
        }
    }

    /// Text with `$NAME` and `${NAME}` replaced; unknown names stay.
    pub(crate) fn expand_variables(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let (name, length) = if let Some(inner) = rest[1..].strip_prefix('{') {
                match inner.find('}') {
                    Some(end) => (&inner[..end], end + 3),
                    None => ("", 1),
                }
            } else {
                let end = rest[1..]
                    .find(|c| !word(c))
                    .map_or(rest.len(), |end| end + 1);
                (&rest[1..end], end)
            };
            match self.get(name).filter(|_| !name.is_empty()) {
                Some(value) => out.push_str(value),
                None => out.push_str(&rest[..length]),
            }
            rest = &rest[length..];
        }
        out + rest
    }
}
/// The path that begins with a user's name, with that user's home instead.
fn home_of_other(path: &str) -> Option<String> {
    let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let fields = |line: &str| line.split(':').map(str::to_owned).collect::<Vec<_>>();
    let user = users.lines().map(fields).find(|user| user[0] == name)?;
    Some(format!("{}{rest}", user.get(5)?.trim_end_matches('/')))
}
