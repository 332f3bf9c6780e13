//! `configure` and its sub-commands: what each takes, and what it is.
//!
//! A further option of a sub-command is a row here, and its reader in `configure/`.

use crate::arguments::parser::{Argument, Count};
use crate::arguments::row::OptionRow;

/// A sub-command: its operands and options, and what help says of it.
pub(crate) struct Tool {
    /// Which it is.
    pub command: Configure,
    /// Its name.
    pub name: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The words that it needs.
    pub operands: &'static [&'static str],
    /// Its options.
    pub options: &'static [OptionRow],
    /// What else is to be known.
    pub about: &'static [&'static str],
    /// Calls of it, each with what it is for.
    pub examples: &'static [(&'static str, &'static [&'static str])],
}

/// The sub-commands of `configure`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Configure {
    /// `list`.
    List,
    /// `get`.
    Get,
    /// `set`.
    Set,
    /// `import`.
    Import,
    /// `list-profiles`.
    ListProfiles,
    /// `sso-session`.
    SsoSession,
    /// `export-credentials`.
    ExportCredentials,
    /// `mfa-login`.
    MfaLogin,
    /// One that has a name only.
    NotBuilt,
}

/// The forms of `export-credentials`, the default first.
pub(crate) const EXPORT_FORMATS: &[&str] = &[
    "process",
    "env",
    "env-no-export",
    "powershell",
    "windows-cmd",
    "fish",
];

/// The sections beside profiles that `get` and `set` reach.
const SECTIONS: &[OptionRow] = &[
    OptionRow::new(
        "sso-session",
        "string",
        "The section [sso-session VALUE] instead of a profile.",
    ),
    OptionRow::new(
        "services",
        "string",
        "The section [services VALUE] instead of a profile.",
    ),
];

/// The sub-commands, in the order of the help page.
pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        about: &[
            "Each row has the value, its type (an environment variable, a file, a role, ...) and its place. Of keys only the last four characters are shown.",
        ],
        examples: &[("For another profile:", &["configure list --profile shop"])],
        ..tool(
            Configure::List,
            "list",
            "Shows profile, keys and region in use, and where each comes from.",
        )
    },
    Tool {
        operands: &["varname"],
        options: SECTIONS,
        about: &[
            "Looks into the shared files only, never into the environment. A name may have its profile in front: shop.region, profile.shop.region, default.s3.addressing_style. The exit status is 1 if there is no such setting.",
        ],
        examples: &[(
            "The region of two profiles:",
            &["configure get region", "configure get profile.shop.region"],
        )],
        ..tool(
            Configure::Get,
            "get",
            "Prints one setting of the shared files.",
        )
    },
    Tool {
        operands: &["varname", "value"],
        options: SECTIONS,
        about: &[
            "Keys and session tokens go to ~/.aws/credentials, everything else to ~/.aws/config. Other lines and comments stay as they are.",
        ],
        examples: &[(
            "A region, and an output format for another profile:",
            &[
                "configure set region eu-central-1",
                "configure set output yaml --profile shop",
            ],
        )],
        ..tool(
            Configure::Set,
            "set",
            "Writes one setting to the shared files.",
        )
    },
    tool(
        Configure::NotBuilt,
        "add-model",
        "Adds an interface model. Not built: put it into ~/.aws/models by hand.",
    ),
    Tool {
        options: &[
            OptionRow {
                required: true,
                ..OptionRow::new(
                    "csv",
                    "string",
                    "The file, as file://PATH. Its first line names the columns: User Name, Access Key ID and Secret Access Key.",
                )
            },
            OptionRow::new(
                "skip-invalid",
                "boolean",
                "Passes over lines that cannot be used instead of refusing the file.",
            ),
            OptionRow::new(
                "profile-prefix",
                "string",
                "Stands in front of each user's name to make the name of the profile.",
            ),
        ],
        about: &["Each user becomes a profile of ~/.aws/credentials."],
        examples: &[("", &["configure import --csv file://keys.csv"])],
        ..tool(
            Configure::Import,
            "import",
            "Imports key pairs from a CSV file of the console.",
        )
    },
    Tool {
        about: &["Those of ~/.aws/config come first, then those of ~/.aws/credentials alone."],
        ..tool(
            Configure::ListProfiles,
            "list-profiles",
            "Lists the profiles of the shared files.",
        )
    },
    tool(Configure::NotBuilt, "sso", "Sets up a sign-in. Not built."),
    tool(
        Configure::SsoSession,
        "sso-session",
        "Asks for the section that several profiles share to sign in.",
    ),
    Tool {
        options: &[OptionRow::among(
            "format",
            EXPORT_FORMATS,
            "The form; \"process\", which credential_process reads, unless said otherwise.",
        )],
        about: &["Roles are assumed and tokens exchanged first, as for a call."],
        examples: &[(
            "For programs that know environment variables only:",
            &["configure export-credentials --format env"],
        )],
        ..tool(
            Configure::ExportCredentials,
            "export-credentials",
            "Prints the credentials in use in a form for other programs.",
        )
    },
    Tool {
        options: &[
            OptionRow::new(
                "update-profile",
                "string",
                "The profile that the temporary keys are written to; one named after the device unless said otherwise.",
            ),
            OptionRow::new(
                "duration-seconds",
                "integer",
                "How long the keys are valid.",
            ),
            OptionRow::new(
                "serial-number",
                "string",
                "The device; mfa_serial of the profile unless said otherwise.",
            ),
        ],
        about: &["The code of the device is asked for on the terminal."],
        examples: &[("", &["configure mfa-login --profile shop"])],
        ..tool(
            Configure::MfaLogin,
            "mfa-login",
            "Gets temporary keys for a second factor and writes them to a profile.",
        )
    },
    tool(
        Configure::NotBuilt,
        "agent-toolkit",
        "Sets up coding assistants. Not built.",
    ),
    tool(
        Configure::NotBuilt,
        "wizard",
        "Sets up a profile step by step. Not built.",
    ),
];

const fn tool(command: Configure, name: &'static str, summary: &'static str) -> Tool {
    Tool {
        command,
        name,
        summary,
        operands: &[],
        options: &[],
        about: &[],
        examples: &[],
    }
}

impl Tool {
    /// The sub-command of that name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        TOOLS.iter().find(|tool| tool.name == name)
    }

    /// How its words are parsed.
    pub(crate) fn arguments(&self) -> Vec<Argument<'static>> {
        let operands = self.operands.iter();
        let operands = operands.map(|name| Argument::operand(name, Count::One));
        operands
            .chain(self.options.iter().map(OptionRow::argument))
            .collect()
    }
}
