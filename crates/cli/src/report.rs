//! Failures, as the user sees them.

use crate::arguments;
use crate::failure::{Cause, ErrorFormat, Failure, ServiceError, complain};
use crate::output;
use crate::value::{Map, Value};

/// Members of an error that fit on one line.
const INLINE_MEMBERS_MAX: usize = 5;

/// Prints a failure and tells the exit status.
#[must_use]
pub fn print(program: &str, format: ErrorFormat, colour: output::Colour, failure: &Failure) -> i32 {
    match &failure.cause {
        Cause::Silent => {}
        Cause::Interrupted => output::write_stdout(b"\n"),
        Cause::Plain(message) => complain(&line(program, message)),
        Cause::UnknownOptions(message) => {
            complain(&format!(
                "\n{}\n{}",
                arguments::usage(program),
                line(program, message)
            ));
        }
        Cause::Coded { code, message } => match format {
            ErrorFormat::Legacy => complain(&line(program, message)),
            ErrorFormat::Enhanced => {
                complain(&line(
                    program,
                    &format!("An error occurred ({code}): {message}"),
                ));
            }
            _ => {
                let members = [("Code", *code), ("Message", message)];
                structured(
                    format,
                    colour,
                    members
                        .map(|(name, text)| (name.to_owned(), Value::from(text)))
                        .into_iter()
                        .collect(),
                );
            }
        },
        Cause::Service(error) => match format {
            ErrorFormat::Legacy => complain(&line(program, &error.sentence())),
            ErrorFormat::Enhanced => complain(&format!(
                "{}{}",
                line(program, &error.sentence()),
                details(error)
            )),
            _ => structured(format, colour, error.members.clone()),
        },
    }
    failure.status
}

fn line(program: &str, message: &str) -> String {
    format!(
        "\n{}\n",
        format!("{program}: [ERROR]: {message}").trim_end()
    )
}

fn structured(format: ErrorFormat, colour: output::Colour, members: Map) {
    let format = match format {
        ErrorFormat::Yaml => "yaml",
        ErrorFormat::Text => "text",
        ErrorFormat::Table => "table",
        _ => "json",
    };
    match output::render(format, "error", &Value::Map(members), colour) {
        Ok(text) => complain(&text),
        Err(failure) => complain(&format!("{failure:?}\n")),
    }
}

/// The further members of an error, one a line.
fn details(error: &ServiceError) -> String {
    let further = error
        .members
        .iter()
        .filter(|(name, _)| *name != "Message" && *name != "Code");
    let lines: String = further.map(|(name, value)| detail(name, value)).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nAdditional error details:\n{lines}")
    }
}

fn detail(name: &str, value: &Value) -> String {
    let plain = |value: &Value| !matches!(value, Value::List(_) | Value::Map(_));
    let text = crate::python::display;
    match value {
        Value::List(items) if items.len() < INLINE_MEMBERS_MAX && items.iter().all(plain) => {
            format!(
                "{name}: [{}]\n",
                items.iter().map(text).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Map(map) if map.len() < INLINE_MEMBERS_MAX && map.values().all(plain) => {
            let members: Vec<String> = map
                .iter()
                .map(|(key, item)| format!("{key}: {}", text(item)))
                .collect();
            format!("{name}: {{{}}}\n", members.join(", "))
        }
        Value::List(_) | Value::Map(_) => format!(
            "{name}: <complex value> (Use --cli-error-format with json or yaml to see full details)\n"
        ),
        plain => format!("{name}: {}\n", text(plain)),
    }
}
