//! The pages about `configure` and its sub-commands.

use super::page::Page;
use crate::arguments::row::OptionRow;
use crate::commands::Fixed;
use crate::commands::tools::{Configure, TOOLS, Tool};

/// Writes the page about `configure`, or about one of its sub-commands.
pub(super) fn write(page: &mut Page, program: &str, tool: Option<&Tool>) {
    page.heading("NAME");
    page.paragraph(0, tool.map_or("configure", |tool| tool.name));
    page.heading("DESCRIPTION");
    match tool {
        Some(tool) => write_tool(page, program, tool),
        None => write_all(page, program),
    }
}

fn write_all(page: &mut Page, program: &str) {
    page.paragraph(
        0,
        "Asks for a key pair, a region and an output format, and writes them to ~/.aws/credentials and ~/.aws/config. An empty answer keeps what is there. --profile names the profile.",
    );
    page.heading("SYNOPSIS");
    page.code([format!("{program} configure [--profile profile-name]")]);
    page.heading("OPTIONS");
    page.paragraph(0, "None");
    super::global_options(page);
    page.heading("AVAILABLE COMMANDS");
    for tool in TOOLS {
        page.item(0, &format!("{} - {}", tool.name, tool.summary));
    }
}

fn write_tool(page: &mut Page, program: &str, tool: &Tool) {
    page.paragraph(0, tool.summary);
    if tool.command == Configure::NotBuilt {
        super::global_options(page);
        return;
    }
    for text in tool.about {
        page.paragraph(0, text);
    }
    page.heading("SYNOPSIS");
    let mut lines = vec![format!("  {}", tool.name)];
    lines.extend(tool.operands.iter().map(|operand| format!("<{operand}>")));
    for option in tool.options {
        let value = if option.is_flag() { "" } else { " <value>" };
        lines.push(if option.required {
            format!("--{}{value}", option.name)
        } else {
            format!("[--{}{value}]", option.name)
        });
    }
    page.code(lines);
    page.heading("OPTIONS");
    if tool.operands.is_empty() && tool.options.is_empty() {
        page.paragraph(0, "None");
    }
    for operand in tool.operands {
        page.name(0, operand, "(string) [required]");
    }
    for option in tool.options {
        write_option(page, option);
    }
    super::global_options(page);
    if !tool.examples.is_empty() {
        page.heading("EXAMPLES");
    }
    for (text, commands) in tool.examples {
        if !text.is_empty() {
            page.paragraph(0, text);
        }
        let lines = commands.iter();
        page.code(lines.map(|command| format!("$ {program} {command}")));
    }
}

/// Writes the page about a command that is no service.
pub(super) fn write_fixed(page: &mut Page, fixed: &Fixed) {
    page.heading("NAME");
    page.paragraph(0, fixed.name);
    page.heading("DESCRIPTION");
    page.paragraph(0, fixed.does);
    page.heading("OPTIONS");
    if fixed.options.is_empty() {
        page.paragraph(0, "None");
    }
    for option in fixed.options {
        write_option(page, option);
    }
    super::global_options(page);
}

/// Writes an option of a table of ours.
pub(super) fn write_option(page: &mut Page, option: &OptionRow) {
    let required = if option.required { " [required]" } else { "" };
    page.name(
        0,
        &format!("--{}", option.name),
        &format!("({}){required}", option.kind),
    );
    page.paragraph(1, option.help);
    for word in option.choices {
        page.item(1, word);
    }
}
