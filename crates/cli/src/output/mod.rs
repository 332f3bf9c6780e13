//! Results, as the user sees them.

pub mod encoding;
mod sections;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod yaml;
mod yaml_scalar;

use std::io::{self, Write as _};

use signback_wire::Operation;

use crate::failure::Failure;
use crate::json;
use crate::lost;
use crate::pager::Stream;
use crate::query::Query;
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

/// How many columns a table may take before its rows are turned upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Width(usize);

/// The width without a terminal.
const WIDTH: usize = 80;

/// The formats of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, indented.
    Json,
    /// Tab-separated text, page by page.
    Text,
    /// Boxes.
    Table,
    /// One YAML document.
    Yaml,
    /// A YAML list with an element for every page.
    YamlStream,
    /// Nothing.
    Off,
}

impl Format {
    /// The format of that name.
    ///
    /// # Errors
    /// A name that no format has.
    pub fn named(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "json" => Self::Json,
            "text" => Self::Text,
            "table" => Self::Table,
            "yaml" => Self::Yaml,
            "yaml-stream" => Self::YamlStream,
            "off" => Self::Off,
            other => return Err(Failure::general(format!("Unknown output type: {other}"))),
        })
    }

    /// Whether pages are shown one by one as they come.
    #[must_use]
    pub fn is_paged(self) -> bool {
        matches!(self, Self::Text | Self::YamlStream)
    }
}

/// Lays a value out in a format.
///
/// # Errors
/// A format that does not exist, or a value that cannot be laid out in it.
pub fn render(format: &str, title: &str, value: &Value, colour: Colour) -> Result<String, Failure> {
    lay_out(Format::named(format)?, title, value, colour)
}

fn lay_out(format: Format, title: &str, value: &Value, colour: Colour) -> Result<String, Failure> {
    let is_empty_map = matches!(value, Value::Map(map) if map.is_empty());
    let json = || format!("{}\n", json::write(value, json::Layout::PRINTED));
    Ok(match format {
        Format::Off => String::new(),
        Format::Text => text::lay_out(value)?,
        Format::Table => table::lay_out(title, value, colour, terminal_width())?,
        _ if is_empty_map => String::new(),
        Format::Json => json(),
        Format::Yaml => match value {
            Value::List(_) | Value::Map(_) => yaml::lay_out(value),
            _ => json(),
        },
        Format::YamlStream => yaml::lay_out(&Value::List(vec![value.clone()])),
    })
}

fn terminal_width() -> Width {
    use std::io::IsTerminal as _;
    if !std::io::stdout().is_terminal() {
        return Width(WIDTH);
    }
    Width(crossterm::terminal::size().map_or(WIDTH, |(columns, _)| usize::from(columns)))
}

/// Writes to standard output; a loss makes the command fail at its end.
pub fn write_stdout(bytes: &[u8]) {
    if let Err(error) = try_stdout(bytes) {
        lost::note(&error);
    }
}

/// Writes to standard output, and leaves a loss to the caller.
pub(crate) fn try_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush())
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

/// Shows the results of one operation.
#[derive(Debug)]
pub struct Printer<'a> {
    title: &'a str,
    format: Format,
    query: Query,
    colour: Colour,
    is_terminal: bool,
    stream: Stream,
}

impl<'a> Printer<'a> {
    /// Prepares for the results, by options and settings.
    ///
    /// # Errors
    /// A format that does not exist, or a profile that does not.
    pub fn new(session: &Session, operation: &'a Operation) -> Result<Self, Failure> {
        let format = Format::named(session.output()?)?;
        Ok(Self {
            title: &operation.name,
            format,
            query: Query::of(session)?,
            colour: colour(session),
            is_terminal: session.environment.stdout_is_terminal,
            stream: Stream::for_results(session, format == Format::Text)?,
        })
    }

    /// The format of the results.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Shows a result or one of its pages; an empty one shows nothing.
    ///
    /// # Errors
    /// A query that fails, or a value that cannot be laid out.
    pub fn show(&mut self, result: &Value) -> Result<(), Failure> {
        if self.format == Format::Off {
            return Ok(());
        }
        let shown = self.query.apply(result)?;
        let text = lay_out(self.format, self.title, &shown, self.colour)?;
        if text.is_empty() {
            return Ok(());
        }
        self.stream.write(&text)?;
        if self.format == Format::Table && self.colour == Colour::On && self.is_terminal {
            // The colour library of the original says goodbye to its terminal.
            self.stream.finish();
            write_stdout(sections::RESET.as_bytes());
        }
        Ok(())
    }
}

/// Prints the result of an operation; an empty one prints nothing.
///
/// # Errors
/// A format that does not exist, or a value that cannot be laid out in it.
pub fn print(session: &Session, operation: &Operation, result: &Value) -> Result<(), Failure> {
    Printer::new(session, operation)?.show(result)
}
