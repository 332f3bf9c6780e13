//! The dialect of the shared files: the one of Python's `configparser`.

use indexmap::IndexMap;

use crate::python;

/// The settings of one section; a setting of several lines may hold nested settings.
pub(crate) type Section = IndexMap<String, Setting>;

/// What stands behind a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// One value.
    Text(String),
    /// Indented `name = value` lines.
    Nested(IndexMap<String, String>),
}

impl Setting {
    /// The value, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nested(_) => None,
        }
    }
}

/// The file does not follow the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unparsable;

/// Reads sections in their order.
///
/// # Errors
/// [`Unparsable`]: a line outside a section, without a delimiter, or a section or setting that occurs twice.
pub(crate) fn parse(text: &str) -> Result<IndexMap<String, Section>, Unparsable> {
    let mut sections = IndexMap::new();
    for (name, settings) in lines_by_section(text)? {
        let mut section = Section::new();
        for (key, value) in settings {
            let value = if value.starts_with('\n') {
                Setting::Nested(nested(&value)?)
            } else {
                Setting::Text(value)
            };
            section.insert(key, value);
        }
        sections.insert(name, section);
    }
    Ok(sections)
}

/// Reads sections whose settings are not looked into, as alias files need it.
///
/// # Errors
/// [`Unparsable`], as for [`parse`].
pub(crate) fn parse_flat(
    text: &str,
) -> Result<IndexMap<String, IndexMap<String, String>>, Unparsable> {
    lines_by_section(text)
}

/// The section whose settings every other section has as well, unless it sets them itself.
const DEFAULTS: &str = "DEFAULT";

fn lines_by_section(text: &str) -> Result<IndexMap<String, IndexMap<String, String>>, Unparsable> {
    let mut sections: IndexMap<String, IndexMap<String, String>> = IndexMap::new();
    let mut open: Option<String> = None;
    let mut setting: Option<String> = None;
    let mut indent = 0;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for line in text.split('\n') {
        let content = python::strip(line);
        let comment = content.starts_with(['#', ';']);
        let slot = |sections: &mut IndexMap<String, IndexMap<String, String>>, add: &str| {
            if let (Some(section), Some(setting)) = (&open, &setting) {
                let value = sections
                    .get_mut(section)
                    .and_then(|settings| settings.get_mut(setting));
                value.expect("the open setting exists").extend(["\n", add]);
            }
        };
        if content.is_empty() || comment {
            if !comment {
                slot(&mut sections, "");
            }
            continue;
        }
        let depth = line.chars().take_while(|c| python::is_blank(*c)).count();
        if setting.is_some() && depth > indent {
            slot(&mut sections, content);
            continue;
        }
        indent = depth;
        if let Some(name) = header(content) {
            if name != DEFAULTS && sections.contains_key(name) {
                return Err(Unparsable);
            }
            sections.entry(name.to_owned()).or_default();
            open = Some(name.to_owned());
            setting = None;
            continue;
        }
        let section = sections
            .get_mut(open.as_ref().ok_or(Unparsable)?)
            .expect("the open section exists");
        let delimiter = content
            .find(['=', ':'])
            .filter(|at| *at > 0)
            .ok_or(Unparsable)?;
        let name = python::strip(&content[..delimiter]).to_lowercase();
        let value = python::strip(&content[delimiter + 1..]).to_owned();
        if name.is_empty() || section.insert(name.clone(), value).is_some() {
            return Err(Unparsable);
        }
        setting = Some(name);
    }
    for value in sections.values_mut().flat_map(IndexMap::values_mut) {
        value.truncate(python::strip_end(value).len());
    }
    if let Some(defaults) = sections.shift_remove(DEFAULTS) {
        for section in sections.values_mut() {
            for (name, value) in &defaults {
                section.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
    }
    Ok(sections)
}

/// The name in a `[section]` line; what follows the last bracket is ignored.
fn header(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?;
    let end = inner.rfind(']').filter(|end| *end > 0)?;
    Some(&inner[..end])
}

fn nested(value: &str) -> Result<IndexMap<String, String>, Unparsable> {
    let mut settings = IndexMap::new();
    let lines = python::lines(value).map(python::strip);
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once('=').ok_or(Unparsable)?;
        settings.insert(
            python::strip(name).to_owned(),
            python::strip(value).to_owned(),
        );
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(section: &Section, name: &str) -> String {
        section[name].text().unwrap().to_owned()
    }

    #[test]
    fn settings_are_read_with_comments_continuations_and_nesting() {
        let file = "# c\n[default]\nRegion=us-east-1\nlong = a\n  b\n\n; d\ns3 =\n  addressing_style = path\n[profile x]\nk: v # kept\n";
        let sections = parse(file).unwrap();
        let default = &sections["default"];
        assert_eq!(text(default, "region"), "us-east-1");
        assert_eq!(text(default, "long"), "a\nb");
        let Setting::Nested(s3) = &default["s3"] else {
            panic!("s3 is nested")
        };
        assert_eq!(s3["addressing_style"], "path");
        assert_eq!(text(&sections["profile x"], "k"), "v # kept");
    }

    #[test]
    fn what_breaks_the_rules_is_refused() {
        for file in [
            "garbage\n",
            "[a]\nb\n",
            "[a]\n[a]\n",
            "[a]\nb=1\nB=2\n",
            "[a]\nb =\n  c\n",
            "=x\n",
        ] {
            assert_eq!(parse(file), Err(Unparsable), "{file:?}");
        }
    }
}
