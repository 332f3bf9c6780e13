//! Failures, as the user sees them.

use crate::arguments;
use crate::failure::{Cause, ErrorFormat, Failure, ServiceError, complain_in_bytes, status};
use crate::output;
use crate::python;
use crate::terminal::encoding::{self, Pieces};
use crate::terminal::paint::{self, Colour};
use crate::terminal::streams;
use crate::value::{Map, Value};

/// What stands for a member that nests too deeply or has too many members for one line.
const NESTED: &str = ": <complex value>\n";
/// What is said about such members.
const SEE_OTHER_FORMATS: &str =
    "Use \"--cli-error-format json\" or another error format to see the full details.\n";
/// Members of an error that fit on one line.
const INLINE_MEMBERS_MAX: usize = 5;

/// Prints a failure and tells the exit status.
pub(crate) fn print(program: &str, format: ErrorFormat, colour: Colour, failure: &Failure) -> i32 {
    let plainly = |message: &str| say(&pieces(program, message));
    let said = match &failure.cause {
        Cause::Silent => Ok(()),
        Cause::Interrupted => {
            streams::write_stdout(b"\n");
            Ok(())
        }
        Cause::Plain(message) => plainly(message),
        Cause::UnknownOptions(message) => {
            let usage = format!("\n{}\n", arguments::usage(program));
            say(&[vec![usage], pieces(program, message)].concat())
        }
        Cause::Coded { code, message } => match format {
            ErrorFormat::Legacy => plainly(message),
            ErrorFormat::Enhanced => plainly(&format!("An error occurred ({code}): {message}"))
                .or_else(|_| plainly(message)),
            _ => {
                let members = [("Code", *code), ("Message", message)]
                    .map(|(name, text)| (name.to_owned(), Value::from(text)));
                structured(format, colour, members.into_iter().collect())
                    .unwrap_or_else(|| plainly(message))
                    .or_else(|_| plainly(message))
            }
        },
        Cause::Service(error) => {
            let sentence = error.sentence();
            match format {
                ErrorFormat::Legacy => plainly(&sentence),
                ErrorFormat::Enhanced => {
                    say(&[pieces(program, &sentence), details(error)].concat())
                        .or_else(|_| plainly(&sentence))
                }
                _ => structured(format, colour, error.members.clone())
                    .unwrap_or_else(|| plainly(&sentence))
                    .or_else(|_| plainly(&sentence)),
            }
        }
    };
    match said {
        Ok(()) => failure.status,
        Err(problem) => {
            let _ = plainly(&problem);
            status::GENERAL
        }
    }
}

/// Prints the pieces one after the other.
///
/// # Errors
/// What is said about letters that the encoding lacks; the pieces before them are printed.
fn say(said: &[String]) -> Result<(), String> {
    let mut out = Vec::new();
    let said = said.iter().try_for_each(|piece| {
        let encoded = encoding::in_use().encode(piece, Pieces::Whole, false);
        let encoded = encoded.map_err(|unencodable| unencodable.problem)?;
        out.extend_from_slice(&encoded);
        out.extend_from_slice(paint::reset().as_bytes());
        Ok(())
    });
    complain_in_bytes(&out);
    said
}

/// Prints a text in these pieces.
fn say_in(text: &str, pieces: Pieces) -> Result<(), String> {
    let (bytes, said) = match encoding::in_use().encode(text, pieces, false) {
        Ok(bytes) => (bytes, Ok(())),
        Err(unencodable) => (unencodable.before.into(), Err(unencodable.problem)),
    };
    complain_in_bytes(&bytes);
    said
}

/// The exit status at the end, given that of the command: one that succeeded but lost its output has failed.
pub(crate) fn status(program: &str, status: i32) -> i32 {
    match streams::lost() {
        Some(loss) if status == 0 => {
            let failure = Failure::general(loss);
            print(program, ErrorFormat::Enhanced, Colour::Off, &failure)
        }
        _ => status,
    }
}

/// A sentence, in the pieces in which it is written.
fn pieces(program: &str, message: &str) -> Vec<String> {
    let line = format!("{program}: [ERROR]: {message}");
    vec!["\n".to_owned(), line.trim_end().to_owned(), "\n".to_owned()]
}

/// Prints the members in a format; nothing if there are none, or if they do not fit in it.
fn structured(format: ErrorFormat, colour: Colour, members: Map) -> Option<Result<(), String>> {
    let (format, pieces) = match format {
        ErrorFormat::Yaml => ("yaml", Pieces::Whole),
        ErrorFormat::Text => ("text", Pieces::Lines),
        ErrorFormat::Table => ("table", Pieces::Rows),
        _ => ("json", Pieces::Strings),
    };
    if members.is_empty() {
        return None;
    }
    let text = output::render(format, "error", &Value::Map(members), colour).ok()?;
    Some(say_in(&text, pieces))
}

/// The further members of an error, one a line.
fn details(error: &ServiceError) -> Vec<String> {
    let further = error
        .members
        .iter()
        .filter(|(name, _)| *name != "Message" && *name != "Code");
    let mut lines: Vec<String> = further.map(|(name, value)| detail(name, value)).collect();
    if lines.iter().any(|line| line.ends_with(NESTED)) {
        lines.push(SEE_OTHER_FORMATS.to_owned());
    }
    if !lines.is_empty() {
        lines.insert(0, "\nAdditional error details:\n".to_owned());
    }
    lines
}

fn detail(name: &str, value: &Value) -> String {
    let plain = |value: &Value| !matches!(value, Value::List(_) | Value::Map(_));
    let text = python::display;
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
        Value::List(_) | Value::Map(_) => format!("{name}{NESTED}"),
        plain => format!("{name}: {}\n", text(plain)),
    }
}
