//! Results, as the user sees them.

pub(crate) mod query;
pub(crate) mod report;
mod sections;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod wide;
mod yaml;
mod yaml_scalar;

use signback_wire::Operation;

use crate::failure::Failure;
use crate::formats::json;
use crate::output::query::Query;
use crate::session::Session;
use crate::terminal::columns;
use crate::terminal::encoding::Pieces;
use crate::terminal::pager::Stream;
use crate::terminal::paint::{self, Colour};
use crate::value::Value;

/// How many columns a table may take before its rows are turned upright.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Width(usize);

/// The width without a terminal.
const WIDTH: usize = 80;

/// The formats of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
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
    pub(crate) fn named(name: &str) -> Result<Self, Failure> {
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

    /// In what pieces a value is written.
    fn pieces(self, value: &Value) -> Pieces {
        match self {
            Self::Json => Pieces::Strings,
            Self::Yaml if !matches!(value, Value::List(_) | Value::Map(_)) => Pieces::Strings,
            Self::Table => Pieces::Rows,
            Self::Text => Pieces::Lines,
            Self::Yaml | Self::YamlStream | Self::Off => Pieces::Whole,
        }
    }

    /// Whether pages are shown one by one as they come.
    pub(crate) fn is_paged(self) -> bool {
        matches!(self, Self::Text | Self::YamlStream)
    }
}

/// Lays a value out in a format.
///
/// # Errors
/// A format that does not exist, or a value that cannot be laid out in it.
pub(crate) fn render(
    format: &str,
    title: &str,
    value: &Value,
    colour: Colour,
) -> Result<String, Failure> {
    let format = Format::named(format)?;
    if format == Format::Table {
        paint::begin(colour);
    }
    let (text, outcome) = lay_out(format, title, value, colour);
    outcome.map(|()| text)
}

/// The text, and whether it is the whole of it.
fn lay_out(
    format: Format,
    title: &str,
    value: &Value,
    colour: Colour,
) -> (String, Result<(), Failure>) {
    let is_empty_map = matches!(value, Value::Map(map) if map.is_empty());
    let json = || format!("{}\n", json::write(value, json::Layout::PRINTED));
    let text = match format {
        Format::Off => String::new(),
        Format::Text => return text::lay_out(value),
        Format::Table => match table::lay_out(title, value, colour, terminal_width()) {
            Ok(text) => text,
            Err(failure) => return (String::new(), Err(failure)),
        },
        Format::YamlStream => yaml::lay_out(&Value::List(vec![value.clone()])),
        _ if is_empty_map => String::new(),
        Format::Json => json(),
        Format::Yaml => match value {
            Value::List(_) | Value::Map(_) => yaml::lay_out(value),
            _ => json(),
        },
    };
    (text, Ok(()))
}

/// The width of the terminal that results go to.
fn terminal_width() -> Width {
    Width(columns::of_stdout().unwrap_or(WIDTH))
}

/// Whether tables on standard error and output are coloured.
pub(crate) fn colour(session: &Session) -> Colour {
    let resets = paint::has_begun();
    match session.globals.word("color") {
        Some("on") => Colour::On { resets },
        Some("off") => Colour::Off,
        _ if session.environment.stdout_is_terminal => Colour::On { resets },
        _ => Colour::Off,
    }
}

/// Shows the results of one operation.
#[derive(Debug)]
pub(crate) struct Printer<'a> {
    title: &'a str,
    format: Format,
    query: Query,
    colour: Colour,
    stream: Stream,
}

impl<'a> Printer<'a> {
    /// Prepares for the results, by options and settings.
    ///
    /// # Errors
    /// A format that does not exist, or a profile that does not.
    pub(crate) fn new(session: &Session, operation: &'a Operation) -> Result<Self, Failure> {
        let format = Format::named(session.output()?)?;
        let query = Query::of(session)?;
        let mut colour = colour(session);
        if format == Format::Table {
            paint::begin(colour);
        }
        let stream = Stream::for_results(session, format == Format::Text)?;
        if let Colour::On { resets } = &mut colour {
            *resets = !stream.is_paged();
        }
        Ok(Self {
            title: &operation.name,
            format,
            query,
            colour,
            stream,
        })
    }

    /// The format of the results.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Shows a whole result; an empty one shows nothing.
    ///
    /// # Errors
    /// A query that fails, or a value that cannot be laid out.
    pub(crate) fn show(&mut self, result: &Value) -> Result<(), Failure> {
        if self.format == Format::Off {
            return Ok(());
        }
        let shown = self.query.apply(result)?;
        match &*shown {
            Value::Map(map) if map.is_empty() => Ok(()),
            shown => self.put(shown),
        }
    }

    /// Shows one page of a result.
    ///
    /// # Errors
    /// A query that fails, or a value that cannot be laid out.
    pub(crate) fn show_page(&mut self, page: &Value) -> Result<(), Failure> {
        let shown = self.query.apply(page)?;
        self.put(&shown)
    }

    fn put(&mut self, shown: &Value) -> Result<(), Failure> {
        let (text, outcome) = lay_out(self.format, self.title, shown, self.colour);
        if text.is_empty() {
            return outcome;
        }
        self.stream.write(&text, self.format.pieces(shown))?;
        outcome
    }
}

/// Prints the result of an operation; an empty one prints nothing.
///
/// # Errors
/// A format that does not exist, or a value that cannot be laid out in it.
pub(crate) fn print(
    session: &Session,
    operation: &Operation,
    result: &Value,
) -> Result<(), Failure> {
    Printer::new(session, operation)?.show(result)
}
