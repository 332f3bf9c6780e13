//! A flow as its owner sees it, and how callers name it.

use std::collections::BTreeMap;

use super::language::FlowType;
use signback_platform::arn;
use signback_platform::clock::Timestamp;
use signback_platform::ids::{FlowId, InstanceId, Scope};

/// The tags of a flow.
pub(crate) type Tags = BTreeMap<String, String>;

/// A flow as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) id: FlowId,
    pub(crate) name: String,
    pub(crate) flow_type: FlowType,
    pub(crate) description: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) modified_at: Timestamp,
    /// Content that is saved but not published.
    pub(crate) saved: Option<String>,
    /// Content that new contacts run.
    pub(crate) published: Option<String>,
}

/// Which content of a flow is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// What contacts run.
    Published,
    /// What was saved last, `$SAVED` behind the identifier.
    Saved,
}

/// Reads a flow's id, or its ARN if that is of the same instance, each perhaps with `:$SAVED`.
/// Numbered versions are not built, so nothing has their identifiers.
pub(crate) fn named(scope: &Scope, instance: &InstanceId, text: &str) -> Option<(FlowId, Content)> {
    let prefix = arn::flow(scope, instance, &FlowId::new(""));
    let text = match text.strip_prefix("arn:") {
        Some(_) => text.strip_prefix(&prefix)?,
        None => text,
    };
    let (id, content) = match text.split_once(':') {
        None => (text, Content::Published),
        Some((id, "$SAVED")) => (id, Content::Saved),
        Some(_) => return None,
    };
    (!id.is_empty()).then(|| (FlowId::new(id), content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_is_named_by_its_id_or_its_arn() {
        let scope = Scope {
            account: "111122223333".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let instance = InstanceId::new("i");
        let flow = FlowId::new("f");
        let arn = arn::flow(&scope, &instance, &flow);
        assert_eq!(
            arn,
            "arn:aws:connect:us-east-1:111122223333:instance/i/contact-flow/f"
        );
        let read = |text: &str| named(&scope, &instance, text);
        for text in ["f", &arn] {
            assert_eq!(read(text), Some((flow.clone(), Content::Published)));
            assert_eq!(
                read(&format!("{text}:$SAVED")),
                Some((flow.clone(), Content::Saved))
            );
            assert_eq!(read(&format!("{text}:1")), None);
        }
        assert_eq!(read(&arn.replace("instance/i/", "instance/j/")), None);
        assert_eq!(read(&arn.replace("us-east-1", "eu-west-1")), None);
        assert_eq!(read(""), None);
    }
}
