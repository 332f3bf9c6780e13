//! The options that every command has.
//!
//! One table drives parsing, help, completion and the prompt.

use super::parser::{Action, Argument, Choices, Given, Parsed};

/// A global option.
#[derive(Debug)]
pub struct GlobalOption {
    /// The name without dashes.
    pub name: &'static str,
    /// The type shown in help.
    pub kind: &'static str,
    /// What it accepts, when it accepts only some words.
    pub choices: &'static [&'static str],
    /// What it does, for help and the prompt.
    pub help: &'static str,
}

/// Every global option, in the order of the help page.
pub const GLOBAL_OPTIONS: &[GlobalOption] = &[
    option(
        "debug",
        "boolean",
        "Writes what the program does to standard error, step by step.",
    ),
    option(
        "endpoint-url",
        "string",
        "Sends the request to this address instead of the service's own.",
    ),
    option(
        "no-verify-ssl",
        "boolean",
        "Does not check the server's certificate. Anyone on the way can then read and change what is sent.",
    ),
    option(
        "no-paginate",
        "boolean",
        "Makes one call only, for the first page of a longer result.",
    ),
    choice(
        "output",
        &["json", "text", "table", "yaml", "yaml-stream", "off"],
        "How the result is printed.",
    ),
    option(
        "query",
        "string",
        "A JMESPath expression that picks what is printed of the result.",
    ),
    option(
        "profile",
        "string",
        "Takes settings and credentials from this profile of the shared files.",
    ),
    option(
        "region",
        "string",
        "The region to call. Comes before environment and files.",
    ),
    option("version", "string", "Prints the version and ends."),
    choice(
        "color",
        &["on", "off", "auto"],
        "Whether tables are coloured; \"auto\" colours them on a terminal.",
    ),
    option(
        "no-sign-request",
        "boolean",
        "Does not sign the request and looks for no credentials.",
    ),
    option(
        "ca-bundle",
        "string",
        "A file of certificates to trust instead of the built-in ones. Comes before environment and files.",
    ),
    option(
        "cli-read-timeout",
        "int",
        "How many seconds to wait for an answer; 0 waits for ever. The default is 60.",
    ),
    option(
        "cli-connect-timeout",
        "int",
        "How many seconds to wait for a connection; 0 waits for ever. The default is 60.",
    ),
    choice(
        "cli-binary-format",
        &["base64", "raw-in-base64-out"],
        "How byte strings are written in options and input documents: as base64 text, or as they are. The content of a fileb:// file is always taken as it is.",
    ),
    option(
        "no-cli-pager",
        "boolean",
        "Prints the result without a pager.",
    ),
    option(
        "cli-auto-prompt",
        "boolean",
        "Asks for the command and its options on the terminal.",
    ),
    option(
        "no-cli-auto-prompt",
        "boolean",
        "Does not ask for anything, whatever the settings say.",
    ),
    choice(
        "cli-error-format",
        &["legacy", "json", "yaml", "text", "table", "enhanced"],
        "How errors are printed; the default is \"enhanced\".",
    ),
];

const fn option(name: &'static str, kind: &'static str, help: &'static str) -> GlobalOption {
    GlobalOption {
        name,
        kind,
        choices: &[],
        help,
    }
}

const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    help: &'static str,
) -> GlobalOption {
    GlobalOption {
        name,
        kind: "string",
        choices,
        help,
    }
}

/// The global options as parser arguments.
#[must_use]
pub fn arguments() -> Vec<Argument<'static>> {
    GLOBAL_OPTIONS
        .iter()
        .map(|option| match (option.name, option.kind, option.choices) {
            ("version", ..) => Argument::flag(option.name, Action::Version),
            (_, "boolean", _) => Argument::flag(option.name, Action::On),
            (_, _, []) => Argument::option(option.name),
            (_, _, choices) => Argument::option(option.name).among(Choices::List(choices)),
        })
        .collect()
}

/// The global options that were given.
#[derive(Clone, Debug, Default)]
pub struct Globals {
    parsed: Parsed,
    /// `--cli-read-timeout` in seconds.
    pub read_timeout: Option<i64>,
    /// `--cli-connect-timeout` in seconds.
    pub connect_timeout: Option<i64>,
}

impl Globals {
    /// Takes what the parser found.
    #[must_use]
    pub fn new(parsed: Parsed) -> Self {
        Self {
            parsed,
            read_timeout: None,
            connect_timeout: None,
        }
    }

    /// The word given for an option.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.parsed.word(name)
    }

    /// The word given for an option, unless it is empty.
    #[must_use]
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.word(name).filter(|word| !word.is_empty())
    }

    /// Whether a flag was given.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.parsed.flag(name).is_some()
    }

    /// Takes over what an alias gives.
    pub fn overlay(&mut self, other: &Parsed) {
        for (key, given) in other.iter() {
            self.parsed.set(key, given.clone());
        }
    }

    /// Puts a word in place of the one given for an option.
    pub fn set_word(&mut self, name: &str, word: &str) {
        self.parsed.set(name, Given::Word(word.to_owned()));
    }

    /// Leaves these options out.
    pub fn forget(&mut self, names: &[&str]) {
        self.parsed.forget(names);
    }

    /// Everything that was given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Given)> {
        self.parsed.iter()
    }
}
