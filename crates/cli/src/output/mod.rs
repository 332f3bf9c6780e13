//! Results, as the user sees them.

use std::io::Write as _;

use signback_wire::Operation;

use crate::failure::Failure;
use crate::json;
use crate::lost;
use crate::pager::Stream;
use crate::session::Session;
use crate::value::Value;

/// Whether tables are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// They are.
    On,
    /// They are not.
    Off,
}

/// Lays a value out in a format.
///
/// # Errors
/// A format that does not exist, or a value that cannot be laid out in it.
pub fn render(
    format: &str,
    _title: &str,
    value: &Value,
    _colour: Colour,
) -> Result<String, Failure> {
    match format {
        "json" => Ok(format!("{}\n", json::write(value, json::Layout::PRINTED))),
        "off" => Ok(String::new()),
        other => Err(Failure::general(format!("Unknown output type: {other}"))),
    }
}

/// Writes to standard output; a reader that has gone away is no failure.
pub fn write_stdout(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(bytes).and_then(|()| out.flush()) {
        lost::note(&error);
    }
}

/// Whether tables on standard error and output are coloured.
#[must_use]
pub fn colour(session: &Session) -> Colour {
    match session.globals.word("color") {
        Some("on") => Colour::On,
        Some("off") => Colour::Off,
        _ if session.environment.stdout_is_terminal => Colour::On,
        _ => Colour::Off,
    }
}

/// Prints the result of an operation; an empty one prints nothing.
///
/// # Errors
/// A format that does not exist, or a value that cannot be laid out in it.
pub fn print(session: &Session, operation: &Operation, result: Value) -> Result<(), Failure> {
    let format = session.output()?;
    let text = render(format, &operation.name, &result, colour(session))?;
    if result.is_empty() {
        return Ok(());
    }
    let mut stream = Stream::for_results(session)?;
    stream.write(&text)?;
    stream.finish();
    Ok(())
}
