//! Where a field's value comes from: an accessor path or a template over the source object.

use serde_json::Value;

use super::path::{Path, text_of};
use super::template::{self, Template};

/// A field's source that has been read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Path(Path),
    Template(Template),
}

impl Source {
    /// Reads a source; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text.contains("{{") {
            return Template::parse(text).map(Self::Template);
        }
        let path = Path::parse(text)?;
        if path.steps[0] != "_source" || path.steps.len() < 2 {
            return Err("must be a path below `_source` or a Handlebars expression".to_owned());
        }
        Ok(Self::Path(path))
    }

    /// The field's text; `root` holds the source object as `_source`.
    pub(crate) fn text(&self, root: &Value) -> String {
        match self {
            Self::Path(path) => text_of(path.follow(root)),
            Self::Template(template) => template.render(root),
        }
    }

    /// The members of the source object that the text is made of; `None` when it may be any.
    pub(crate) fn claims(&self) -> Option<Vec<String>> {
        match self {
            Self::Path(path) => Some(vec![path.steps[1].clone()]),
            Self::Template(template) => template::claims(&template.nodes),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_source_is_below_the_source_object() {
        for wrong in ["email", "_profile.EmailAddress", "_source", "", "_source."] {
            assert!(Source::parse(wrong).is_err(), "{wrong}");
        }
        let source = Source::parse("_source.custom:tier").unwrap();
        assert_eq!(source.text(&json!({"_source": {"custom:tier": 3}})), "3");
        assert_eq!(source.claims(), Some(vec!["custom:tier".to_owned()]));
    }
}
