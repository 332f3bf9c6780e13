//! The pages about `configure` and its sub-commands.

use super::page::Page;
use crate::arguments::globals::GlobalOption;
use crate::configure::{self, SUBCOMMANDS};

/// A sub-command: its operands and options.
struct Tool {
    name: &'static str,
    operands: &'static [&'static str],
    options: &'static [ToolOption],
    about: &'static [&'static str],
    examples: &'static [(&'static str, &'static [&'static str])],
}

/// An option of a sub-command.
pub struct ToolOption {
    /// The name without dashes.
    pub name: &'static str,
    /// The type shown in help.
    pub kind: &'static str,
    /// What it accepts, when it accepts only some words.
    pub choices: &'static [&'static str],
    /// Whether it must be given.
    pub required: bool,
    /// What it does.
    pub help: &'static str,
}

/// The sections beside profiles that `get` and `set` reach.
const SECTIONS: &[ToolOption] = &[
    ToolOption {
        name: "sso-session",
        kind: "string",
        choices: &[],
        required: false,
        help: "The section [sso-session VALUE] instead of a profile.",
    },
    ToolOption {
        name: "services",
        kind: "string",
        choices: &[],
        required: false,
        help: "The section [services VALUE] instead of a profile.",
    },
];

const TOOLS: &[Tool] = &[
    Tool {
        name: "list",
        operands: &[],
        options: &[],
        about: &[
            "Each row has the value, its type (an environment variable, a file, a role, ...) and its place. Of keys only the last four characters are shown.",
        ],
        examples: &[("For another profile:", &["configure list --profile shop"])],
    },
    Tool {
        name: "get",
        operands: &["varname"],
        options: SECTIONS,
        about: &[
            "Looks into the shared files only, never into the environment. A name may have its profile in front: shop.region, profile.shop.region, default.s3.addressing_style. The exit status is 1 if there is no such setting.",
        ],
        examples: &[(
            "The region of two profiles:",
            &["configure get region", "configure get profile.shop.region"],
        )],
    },
    Tool {
        name: "set",
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
    },
    Tool {
        name: "import",
        operands: &[],
        options: &[
            ToolOption {
                name: "csv",
                kind: "string",
                choices: &[],
                required: true,
                help: "The file, as file://PATH. Its first line names the columns: User Name, Access Key ID and Secret Access Key.",
            },
            ToolOption {
                name: "skip-invalid",
                kind: "boolean",
                choices: &[],
                required: false,
                help: "Passes over lines that cannot be used instead of refusing the file.",
            },
            ToolOption {
                name: "profile-prefix",
                kind: "string",
                choices: &[],
                required: false,
                help: "Stands in front of each user's name to make the name of the profile.",
            },
        ],
        about: &["Each user becomes a profile of ~/.aws/credentials."],
        examples: &[("", &["configure import --csv file://keys.csv"])],
    },
    Tool {
        name: "list-profiles",
        operands: &[],
        options: &[],
        about: &["Those of ~/.aws/config come first, then those of ~/.aws/credentials alone."],
        examples: &[],
    },
    Tool {
        name: "mfa-login",
        operands: &[],
        options: &[
            ToolOption {
                name: "update-profile",
                kind: "string",
                choices: &[],
                required: false,
                help: "The profile that the temporary keys are written to; one named after the device unless said otherwise.",
            },
            ToolOption {
                name: "duration-seconds",
                kind: "integer",
                choices: &[],
                required: false,
                help: "How long the keys are valid.",
            },
            ToolOption {
                name: "serial-number",
                kind: "string",
                choices: &[],
                required: false,
                help: "The device; mfa_serial of the profile unless said otherwise.",
            },
        ],
        about: &["The code of the device is asked for on the terminal."],
        examples: &[("", &["configure mfa-login --profile shop"])],
    },
    Tool {
        name: "export-credentials",
        operands: &[],
        options: &[ToolOption {
            name: "format",
            kind: "string",
            choices: configure::EXPORT_FORMATS,
            required: false,
            help: "The form; \"process\", which credential_process reads, unless said otherwise.",
        }],
        about: &["Roles are assumed and tokens exchanged first, as for a call."],
        examples: &[(
            "For programs that know environment variables only:",
            &["configure export-credentials --format env"],
        )],
    },
];

fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// The options of a sub-command of `configure`.
#[must_use]
pub fn configure_options(name: &str) -> &'static [ToolOption] {
    tool(name).map_or(&[], |tool| tool.options)
}

/// Writes the page about `configure`, or about one of its sub-commands.
pub(super) fn write(page: &mut Page, program: &str, name: Option<&str>) {
    page.heading("NAME");
    page.paragraph(0, name.unwrap_or("configure"));
    page.heading("DESCRIPTION");
    match name {
        Some(name) => write_tool(page, program, name),
        None => write_all(page, program),
    }
}

fn write_all(page: &mut Page, program: &str) {
    page.paragraph(
        0,
        "Asks for a key pair, a region and an output format, and writes them to ~/.aws/credentials and ~/.aws/config. An empty answer keeps what is there. --profile names the profile.",
    );
    page.heading("SYNOPSIS");
    page.code(
        1,
        [format!("{program} configure [--profile profile-name]").as_str()],
    );
    page.heading("OPTIONS");
    page.paragraph(0, "None");
    super::global_options(page);
    page.heading("AVAILABLE COMMANDS");
    for (name, what) in SUBCOMMANDS {
        page.item(0, &format!("{name} - {what}"));
    }
}

fn write_tool(page: &mut Page, program: &str, name: &str) {
    let known = SUBCOMMANDS.iter().find(|(known, _)| *known == name);
    page.paragraph(0, known.map_or("", |(_, what)| what));
    let Some(tool) = tool(name) else {
        super::global_options(page);
        return;
    };
    for text in tool.about {
        page.paragraph(0, text);
    }
    page.heading("SYNOPSIS");
    let mut lines = vec![format!("  {}", tool.name)];
    lines.extend(tool.operands.iter().map(|operand| format!("<{operand}>")));
    for option in tool.options {
        let value = if option.kind == "boolean" {
            ""
        } else {
            " <value>"
        };
        lines.push(if option.required {
            format!("--{}{value}", option.name)
        } else {
            format!("[--{}{value}]", option.name)
        });
    }
    page.code(1, lines.iter().map(String::as_str));
    page.heading("OPTIONS");
    if tool.operands.is_empty() && tool.options.is_empty() {
        page.paragraph(0, "None");
    }
    for operand in tool.operands {
        page.name(0, operand, "(string) [required]");
    }
    for option in tool.options {
        let required = if option.required { " [required]" } else { "" };
        page.name(
            0,
            &format!("--{}", option.name),
            &format!("({}){required}", option.kind),
        );
        page.paragraph(1, option.help);
        choices(page, option.choices);
    }
    super::global_options(page);
    if !tool.examples.is_empty() {
        page.heading("EXAMPLES");
    }
    for (text, commands) in tool.examples {
        if !text.is_empty() {
            page.paragraph(0, text);
        }
        let lines: Vec<String> = commands
            .iter()
            .map(|command| format!("$ {program} {command}"))
            .collect();
        page.code(1, lines.iter().map(String::as_str));
    }
}

/// Writes the words that an option accepts.
pub(super) fn choices(page: &mut Page, choices: &[&str]) {
    for word in choices {
        page.item(1, word);
    }
}

/// Writes an option that every command has.
pub(super) fn global(page: &mut Page, option: &GlobalOption) {
    page.name(
        0,
        &format!("--{}", option.name),
        &format!("({})", option.kind),
    );
    page.paragraph(1, option.help);
    choices(page, option.choices);
}
