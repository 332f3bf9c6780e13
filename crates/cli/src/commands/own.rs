//! The program's own commands, which exist only under its own name.
//!
//! A further one is a row here, and an arm in `own::run`.

use signback_server::config::settings::{SETTINGS, Setting, switch, value};

/// The name under which the program has commands of its own.
pub const OWN_NAME: &str = "signback";

/// The shells that there is completion for.
pub(crate) const SHELLS: &[&str] = &["bash", "zsh", "fish"];

/// A command of our own.
pub(crate) struct Own {
    /// Which it is.
    pub command: OwnCommand,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// Its options.
    pub options: &'static [Setting],
    /// The words that may follow it.
    pub words: &'static [&'static str],
}

/// The commands of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OwnCommand {
    /// `serve`.
    Serve,
    /// `demo`.
    Demo,
    /// `relay`.
    Relay,
    /// `doctor`.
    Doctor,
    /// `explain`.
    Explain,
    /// `ping`.
    Ping,
    /// `completion`.
    Completion,
    /// `version`.
    Version,
}

impl Own {
    /// Whether the command does more than say that it is not built; others are not listed.
    pub(crate) fn is_built(&self) -> bool {
        !matches!(
            self.command,
            OwnCommand::Relay | OwnCommand::Doctor | OwnCommand::Explain
        )
    }
}

/// The commands of our own, in the order of the help page.
pub(crate) const OWN: &[Own] = &[
    Own {
        options: SETTINGS,
        ..own(OwnCommand::Serve, "serve", "the service")
    },
    Own {
        options: DEMO,
        ..own(
            OwnCommand::Demo,
            "demo",
            "the whole journey of a sign-in, shown in the terminal",
        )
    },
    own(
        OwnCommand::Relay,
        "relay",
        "the page that the identity provider redirects to",
    ),
    own(OwnCommand::Doctor, "doctor", "a check of what is set up"),
    own(
        OwnCommand::Explain,
        "explain",
        "an explanation of an error or a setting",
    ),
    own(OwnCommand::Ping, "ping", "whether a service is healthy"),
    Own {
        words: SHELLS,
        ..own(
            OwnCommand::Completion,
            "completion",
            "completion for bash, zsh or fish",
        )
    },
    own(OwnCommand::Version, "version", "the version"),
];

/// The options of `demo`.
pub(crate) const DEMO: &[Setting] = &[
    switch(
        "keep",
        "leave the service running afterwards, and print where to look",
    ),
    value(
        "listen",
        "ADDR",
        "address of the private service (default 127.0.0.1:0, any free port)",
    ),
];

const fn own(command: OwnCommand, name: &'static str, meaning: &'static str) -> Own {
    Own {
        command,
        name,
        meaning,
        options: &[],
        words: &[],
    }
}

impl Own {
    /// The command of that name, if the program is called by a name under which it has any.
    pub(crate) fn named(program: &str, name: &str) -> Option<&'static Self> {
        OWN.iter()
            .find(|own| program == OWN_NAME && own.name == name)
    }
}
