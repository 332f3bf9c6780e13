//! `configure import`: key pairs from a CSV file of the console.

use super::writer::NewValue;
use super::{all_known, update_credentials};
use crate::arguments::parser::Parsed;
use crate::failure::Failure;
use crate::input::files;
use crate::python;
use crate::session::Session;
use crate::session::config::credentials_path;
use crate::terminal::streams::write_stdout;

/// The columns that are needed.
const HEADERS: [&str; 3] = ["User Name", "Access Key ID", "Secret Access key"];

/// Imports the file.
pub(super) fn run(session: &Session, parsed: &Parsed, rest: &[String]) -> Result<i32, Failure> {
    let word = parsed.word("csv").unwrap_or_default();
    let from_file = files::parameter(&session.environment, "--csv", word)?;
    all_known(rest)?;
    let text = from_file.map_or_else(|| word.to_owned(), |value| python::display(&value));
    let prefix = parsed.word("profile-prefix").unwrap_or_default();
    let rows = rows(&text, parsed.flag("skip-invalid").is_some()).map_err(Failure::general)?;
    let path = session
        .environment
        .expand_user(&credentials_path(&session.environment));
    for [user, access_key, secret_key] in &rows {
        let values = [
            ("aws_access_key_id", access_key),
            ("aws_secret_access_key", secret_key),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), NewValue::Text(value.clone())));
        update_credentials(&path, &format!("{prefix}{user}"), values.to_vec())?;
    }
    write_stdout(format!("Successfully imported {} profile(s)\n", rows.len()).as_bytes());
    Ok(0)
}

/// The needed columns of every row.
fn rows(text: &str, skip_invalid: bool) -> Result<Vec<[String; 3]>, String> {
    if text.trim().is_empty() {
        return Err("Provided CSV contains no contents".to_owned());
    }
    let mut lines = python::lines(text);
    let first = lines
        .next()
        .unwrap_or_default()
        .trim_start_matches('\u{feff}')
        .to_lowercase();
    let titles: Vec<&str> = first.split(',').map(python::strip).collect();
    let place = |header: &str| {
        let found = titles
            .iter()
            .position(|title| *title == header.to_lowercase());
        found.ok_or_else(|| format!("Expected header \"{header}\" not found"))
    };
    let places = [place(HEADERS[0])?, place(HEADERS[1])?, place(HEADERS[2])?];
    let mut rows = Vec::new();
    for (index, line) in lines.enumerate() {
        let columns: Vec<&str> = line.split(',').map(python::strip).collect();
        let values = places.map(|place| columns.get(place).copied().unwrap_or_default().to_owned());
        match values.iter().position(String::is_empty) {
            None => rows.push(values),
            Some(_) if skip_invalid => {}
            Some(missing) => {
                let header = HEADERS[missing];
                return Err(format!(
                    "Failed to parse entry #{}: Row missing value for header \"{header}\"",
                    index + 1
                ));
            }
        }
    }
    Ok(rows)
}
