//! Changes to a shared file that leave everything else in it as it is.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use crate::failure::Failure;
use crate::python;
use crate::python::sentences;

/// What a setting is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NewValue {
    /// One value.
    Text(String),
    /// Settings of a group.
    Nested(Vec<(String, String)>),
}

/// New settings, by name.
pub(super) type NewValues = Vec<(String, NewValue)>;

/// Sets values in a section of a file; both are made if they are not there.
pub(super) fn update(path: &str, section: &str, values: NewValues) -> Result<(), Failure> {
    refuse_line_ends(section, &values)?;
    let unwritable = |error: std::io::Error| Failure::general(python::os_error(&error, path));
    if !Path::new(path).is_file() {
        create(path).map_err(unwritable)?;
    }
    let bytes = std::fs::read(path).map_err(unwritable)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Failure::general(sentences::undecodable(&bytes, error)))?;
    replace(Path::new(path), &changed(text, section, values)).map_err(unwritable)
}

fn create(path: &str) -> std::io::Result<()> {
    if let Some(folder) = Path::new(path).parent() {
        DirBuilder::new().recursive(true).create(folder)?;
    }
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)?
        .flush()
}

/// Gives a file a new text, all of it or nothing. A link stays a link, and permissions stay.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = path.canonicalize()?;
    // What may not be written is not to be replaced either.
    let before = OpenOptions::new().write(true).open(&path)?.metadata()?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .and_then(|mut file| {
            file.set_permissions(before.permissions())?;
            let same_owner = file.metadata()?.uid() == before.uid();
            file.write_all(text.as_bytes())?;
            Ok(same_owner)
        });
    match written {
        Ok(true) if std::fs::rename(&beside, &path).is_ok() => return Ok(()),
        // Another's file, or one that is mounted by itself, can only be written where it is.
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {}
        Err(error) => {
            let _ = std::fs::remove_file(&beside);
            return Err(error);
        }
    }
    let _ = std::fs::remove_file(&beside);
    std::fs::write(path, text)
}

/// A line end inside a value would make lines of the caller's choice.
fn refuse_line_ends(section: &str, values: &NewValues) -> Result<(), Failure> {
    let has = |text: &str| text.contains(['\n', '\r']);
    let named = |what: &str, text: &str| {
        let shown = python::quoted(text);
        Err(Failure::general(format!(
            "Invalid {what}: newline characters and carriage returns are not allowed: {shown}"
        )))
    };
    if has(section) {
        return named("section name", section);
    }
    for (name, value) in values {
        let (inner_names, texts): (Vec<&String>, Vec<&String>) = match value {
            NewValue::Text(text) => (vec![name], vec![text]),
            NewValue::Nested(inner) => inner.iter().map(|(name, text)| (name, text)).unzip(),
        };
        if let Some(bad) = [name].into_iter().chain(inner_names).find(|name| has(name)) {
            return named("key", bad);
        }
        // The value itself may be a secret.
        if texts.iter().any(|text| has(text)) {
            return Err(Failure::general(format!(
                "Invalid value for key {name}: newline characters and carriage returns are not allowed."
            )));
        }
    }
    Ok(())
}

/// The file's text with the values in it. Line ends become line feeds, unless the section is new.
pub(super) fn changed(text: &str, section: &str, values: NewValues) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = lines.split_inclusive('\n').map(str::to_owned).collect();
    let Some(start) = lines.iter().position(|line| is_section(line, section)) else {
        let mut text = text.to_owned();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        return format!("{text}[{section}]\n{}", written(values, ""));
    };
    set_in_section(&mut lines, start, values);
    lines.concat()
}

fn set_in_section(lines: &mut Vec<String>, start: usize, mut values: NewValues) {
    let mut last = start;
    for at in start + 1..lines.len() {
        if is_header(&lines[at]) {
            insert(lines, last + 1, &written(values, ""));
            return;
        }
        let Some((indent, name)) = option(&lines[at]) else {
            continue;
        };
        last = at;
        let Some(place) = values.iter().position(|(known, _)| *known == name) else {
            continue;
        };
        match values.remove(place).1 {
            NewValue::Text(value) => lines[at] = format!("{name} = {value}\n"),
            NewValue::Nested(inner) => {
                set_in_group(lines, at, indent, inner);
                return;
            }
        }
    }
    if !values.is_empty() {
        // In the last section one more line stays in front of what is added.
        end_last_line(lines);
        insert(lines, last + 2, &written(values, ""));
    }
}

/// Sets values among the indented lines below the group's name, new ones at their end.
fn set_in_group(
    lines: &mut Vec<String>,
    group: usize,
    indent: usize,
    mut values: Vec<(String, String)>,
) {
    let mut end = lines.len();
    for (at, line) in lines.iter_mut().enumerate().skip(group + 1) {
        let option = option(line);
        if is_header(line) || option.as_ref().is_some_and(|(depth, _)| *depth <= indent) {
            end = at;
            break;
        }
        let Some((depth, name)) = option else {
            continue;
        };
        if let Some(place) = values.iter().position(|(known, _)| *known == name) {
            let value = values.remove(place).1;
            *line = format!("{}{name} = {value}\n", " ".repeat(depth));
        }
    }
    let rest = values
        .into_iter()
        .map(|(name, value)| (name, NewValue::Text(value)))
        .collect();
    end_last_line(lines);
    insert(lines, end, &written(rest, "    "));
}

fn end_last_line(lines: &mut [String]) {
    if let Some(line) = lines.last_mut().filter(|line| !line.ends_with('\n')) {
        line.push('\n');
    }
}

fn insert(lines: &mut Vec<String>, at: usize, text: &str) {
    if !text.is_empty() {
        lines.insert(at.min(lines.len()), text.to_owned());
    }
}

fn written(values: NewValues, indent: &str) -> String {
    let line = |(name, value): (String, NewValue)| match value {
        NewValue::Text(value) => format!("{indent}{name} = {value}\n"),
        NewValue::Nested(inner) => {
            let inner = inner
                .into_iter()
                .map(|(name, value)| (name, NewValue::Text(value)))
                .collect();
            let inner = written(inner, &format!("{indent}    "));
            format!("{indent}{name} =\n{inner}")
        }
    };
    values.into_iter().map(line).collect()
}

/// The header in a line, with its brackets and the blanks in front of it.
fn header(line: &str) -> Option<&str> {
    let blanks = line.len() - line.trim_start().len();
    let end = line[blanks..]
        .strip_prefix('[')?
        .find(']')
        .filter(|end| *end > 0)?;
    Some(&line[..blanks + end + 2])
}

fn is_header(line: &str) -> bool {
    header(line).is_some()
}

fn is_section(line: &str, section: &str) -> bool {
    let quoted = section
        .split_once(' ')
        .map(|(kind, name)| format!("[{kind} \"{name}\"]"));
    header(line)
        .is_some_and(|found| found == format!("[{section}]") || Some(found) == quoted.as_deref())
}

/// How far a setting's line is indented, and the setting's name. A comment may look like one.
fn option(line: &str) -> Option<(usize, String)> {
    let line = line.trim_start_matches([':', '=']);
    let name = &line[..line.find([':', '='])?];
    Some((name.len() - name.trim_start().len(), name.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str, section: &str, name: &str, value: &str) -> String {
        changed(
            text,
            section,
            vec![(name.to_owned(), NewValue::Text(value.to_owned()))],
        )
    }

    fn set_group(text: &str, group: &str, name: &str, value: &str) -> String {
        let inner = NewValue::Nested(vec![(name.to_owned(), value.to_owned())]);
        changed(text, "default", vec![(group.to_owned(), inner)])
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        let file =
            "# head\n[default]\nregion = a # x\noutput = json\n\n; tail\n[profile p]\nregion = b\n";
        assert_eq!(
            set(file, "default", "region", "c"),
            file.replace("a # x", "c")
        );
        assert_eq!(
            set(file, "profile p", "region", "c"),
            file.replace("region = b", "region = c")
        );
        assert_eq!(
            set(file, "default", "new", "1"),
            file.replace("json\n", "json\nnew = 1\n")
        );
        assert_eq!(
            set(file, "profile q", "k", "1"),
            format!("{file}[profile q]\nk = 1\n")
        );
    }

    #[test]
    fn groups_are_made_and_changed() {
        let made = set_group("[default]\nregion = a", "s3", "style", "path");
        assert_eq!(made, "[default]\nregion = a\ns3 =\n    style = path\n");
        assert_eq!(
            set_group(&made, "s3", "style", "virtual"),
            made.replace("path", "virtual")
        );
        assert_eq!(
            set_group(&made, "s3", "more", "1"),
            format!("{made}    more = 1\n")
        );
    }

    #[test]
    fn quoted_and_commented_headers_are_told_apart() {
        assert_eq!(
            set("[profile \"a b\"]\nk = 1\n", "profile a b", "k", "2"),
            "[profile \"a b\"]\nk = 2\n"
        );
        assert_eq!(
            set("#[default]\n", "default", "k", "2"),
            "#[default]\n[default]\nk = 2\n"
        );
    }
}
