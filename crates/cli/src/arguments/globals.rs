//! The options that every command has.
//!
//! One table drives parsing, help, completion and the prompt.

use super::parser::{Action, Argument, Given, Parsed};
use super::row::OptionRow;

/// Every global option, in the order of the help page.
pub(crate) const GLOBAL_OPTIONS: &[OptionRow] = &[
    OptionRow::new(
        "debug",
        "boolean",
        "Writes what the program does to standard error, step by step.",
    ),
    OptionRow::new(
        "endpoint-url",
        "string",
        "Sends the request to this address instead of the service's own.",
    ),
    OptionRow::new(
        "no-verify-ssl",
        "boolean",
        "Does not check the server's certificate. Anyone on the way can then read and change what is sent.",
    ),
    OptionRow::new(
        "no-paginate",
        "boolean",
        "Makes one call only, for the first page of a longer result.",
    ),
    OptionRow::among(
        "output",
        &["json", "text", "table", "yaml", "yaml-stream", "off"],
        "How the result is printed.",
    ),
    OptionRow::new(
        "query",
        "string",
        "A JMESPath expression that picks what is printed of the result.",
    ),
    OptionRow::new(
        "profile",
        "string",
        "Takes settings and credentials from this profile of the shared files.",
    ),
    OptionRow::new(
        "region",
        "string",
        "The region to call. Comes before environment and files.",
    ),
    OptionRow::new("version", "string", "Prints the version and ends."),
    OptionRow::among(
        "color",
        &["on", "off", "auto"],
        "Whether tables are coloured; \"auto\" colours them on a terminal.",
    ),
    OptionRow::new(
        "no-sign-request",
        "boolean",
        "Does not sign the request and looks for no credentials.",
    ),
    OptionRow::new(
        "ca-bundle",
        "string",
        "A file of certificates to trust instead of the built-in ones. Comes before environment and files.",
    ),
    OptionRow::new(
        "cli-read-timeout",
        "int",
        "How many seconds to wait for an answer; 0 waits for ever. The default is 60.",
    ),
    OptionRow::new(
        "cli-connect-timeout",
        "int",
        "How many seconds to wait for a connection; 0 waits for ever. The default is 60.",
    ),
    OptionRow::among(
        "cli-binary-format",
        &["base64", "raw-in-base64-out"],
        "How byte strings are written in options and input documents: as base64 text, or as they are. The content of a fileb:// file is always taken as it is.",
    ),
    OptionRow::new(
        "no-cli-pager",
        "boolean",
        "Prints the result without a pager.",
    ),
    OptionRow::new(
        "cli-auto-prompt",
        "boolean",
        "Asks for the command and its options on the terminal.",
    ),
    OptionRow::new(
        "no-cli-auto-prompt",
        "boolean",
        "Does not ask for anything, whatever the settings say.",
    ),
    OptionRow::among(
        "cli-error-format",
        &["legacy", "json", "yaml", "text", "table", "enhanced"],
        "How errors are printed; the default is \"enhanced\".",
    ),
];

/// The global options as parser arguments.
pub(crate) fn arguments() -> Vec<Argument<'static>> {
    GLOBAL_OPTIONS
        .iter()
        .map(|option| match option.name {
            "version" => Argument::flag(option.name, Action::Version),
            _ => option.argument(),
        })
        .collect()
}

/// The global options that were given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globals {
    parsed: Parsed,
    /// `--cli-read-timeout` in seconds.
    pub read_timeout: Option<i64>,
    /// `--cli-connect-timeout` in seconds.
    pub connect_timeout: Option<i64>,
}

impl Globals {
    /// Takes what the parser found.
    pub(crate) fn new(parsed: Parsed) -> Self {
        Self {
            parsed,
            read_timeout: None,
            connect_timeout: None,
        }
    }

    /// The word given for an option.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.parsed.word(name)
    }

    /// The word given for an option, unless it is empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.word(name).filter(|word| !word.is_empty())
    }

    /// Whether a flag was given.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.parsed.flag(name).is_some()
    }

    /// Takes over what an alias gives.
    pub(crate) fn overlay(&mut self, other: &Parsed) {
        for (key, given) in other.iter() {
            self.parsed.set(key, given.clone());
        }
    }

    /// Puts a word in place of the one given for an option.
    pub(crate) fn set_word(&mut self, name: &str, word: &str) {
        self.parsed.set(name, Given::Word(word.to_owned()));
    }

    /// Leaves these options out.
    pub(crate) fn forget(&mut self, names: &[&str]) {
        self.parsed.forget(names);
    }
}
