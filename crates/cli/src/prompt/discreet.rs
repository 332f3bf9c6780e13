//! What of a command may be kept in the history: no secrets.

use signback_wire::{Kind, Service, Shape};

use crate::arguments::operation::{OperationOption, Source, options};
use crate::commands::context::Context;
use crate::python::words::{shell_quoted, split_words};
use crate::session::Session;

/// How deep a value is searched for secrets.
const DEPTH_MAX: usize = 12;
/// Parts of the names of settings that hold secrets.
const SECRET_SETTINGS: [&str; 4] = ["secret", "token", "password", "access_key"];

/// The command as it may be kept: the values of options that may hold secrets are left out, for files
/// only their paths are kept, and of a command that is not understood no option is.
pub(super) fn command(session: &Session, line: &str) -> Option<String> {
    let words = split_words(line).ok()?;
    let context = Context::of(session, &words);
    let kept = match (context.service, context.operation) {
        (Some(service), Some(operation)) => {
            let options = options(service, operation);
            let members = service.input(operation).map_or(&[][..], Shape::members);
            let may_hold = |option: &OperationOption| match option.source {
                Source::Member(place) => {
                    service.hides(&members[place])
                        || hides_within(service, service.shape(members[place].shape), DEPTH_MAX)
                }
                Source::InputJson | Source::InputYaml => true,
                _ => false,
            };
            let secret: Vec<&str> = options
                .iter()
                .filter(|option| may_hold(option))
                .map(|option| option.name.as_str())
                .collect();
            without(&words, &secret)
        }
        _ if context.is(0, "configure") && context.is(1, "set") => {
            let name = context.operands.get(2).map_or("", String::as_str);
            let is_secret = SECRET_SETTINGS.iter().any(|part| name.contains(part));
            let value = context.operands.get(3).filter(|_| is_secret);
            let mut words = words.clone();
            if let Some(at) = words.iter().rposition(|word| Some(word) == value) {
                words.remove(at);
            }
            words
        }
        (Some(_), None) if context.operands.len() < 2 || context.is(1, "help") => words,
        (None, _) if context.is(0, "configure") || context.is(0, "help") => words,
        _ if words.iter().any(|word| word.starts_with('-')) => return None,
        _ => words,
    };
    if kept.len() == split_words(line).map_or(0, |words| words.len()) {
        return Some(line.to_owned());
    }
    let quoted: Vec<String> = kept.iter().map(|word| shell_quoted(word)).collect();
    Some(quoted.join(" "))
}

/// Whether a part of the value must not be shown.
fn hides_within(service: &Service, shape: &Shape, depth: usize) -> bool {
    if shape.is_sensitive() || depth == 0 {
        return true;
    }
    let inner = |id| hides_within(service, service.shape(id), depth - 1);
    match &shape.kind {
        Kind::Structure { members, .. } => members
            .iter()
            .any(|member| service.hides(member) || inner(member.shape)),
        Kind::List { member } => inner(member.shape),
        Kind::Map { value, .. } => inner(value.shape),
        _ => false,
    }
}

/// The words without the values of these options; the options stay, so that the command shows what it needs.
fn without(words: &[String], secret: &[&str]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut hiding = false;
    for word in words {
        let Some(name) = word.strip_prefix("--") else {
            if !hiding || is_path(word) {
                kept.push(word.clone());
            }
            continue;
        };
        let (name, value) = name
            .split_once('=')
            .map_or((name, None), |(name, value)| (name, Some(value)));
        // The name may be cut short.
        hiding = !name.is_empty() && secret.iter().any(|secret| secret.starts_with(name));
        let shown = value.is_none_or(|value| !hiding || is_path(value));
        kept.push(if shown {
            word.clone()
        } else {
            format!("--{name}")
        });
    }
    kept
}

fn is_path(word: &str) -> bool {
    word.starts_with("file://") || word.starts_with("fileb://")
}

#[cfg(test)]
mod tests {
    use super::command;
    use crate::arguments::globals::Globals;
    use crate::session::Session;
    use crate::session::config::Config;
    use crate::session::environment::Environment;

    #[test]
    fn secrets_are_not_kept() {
        let session = Session {
            environment: Environment::with(&[("HOME", "/nonexistent")]),
            config: Config::default(),
            globals: Globals::default(),
            debug: false,
        };
        for (line, kept) in [
            (
                "sts get-caller-identity --output 'te xt'",
                Some("sts get-caller-identity --output 'te xt'"),
            ),
            (
                "connect update-participant-authentication --state s3cret --instance-id i --code=c0de",
                Some("connect update-participant-authentication --state --instance-id i --code"),
            ),
            (
                "connect update-participant-authentication --sta s3cret --code file://c --cod=fileb://c",
                Some(
                    "connect update-participant-authentication --sta --code file://c --cod=fileb://c",
                ),
            ),
            (
                "connect update-participant-authentication --cli-input-json '{\"State\":\"s3cret\"}'",
                Some("connect update-participant-authentication --cli-input-json"),
            ),
            (
                "cognito-idp initiate-auth --auth-flow USER_PASSWORD_AUTH --auth-parameters USERNAME=a,PASSWORD=s3cret",
                Some("cognito-idp initiate-auth --auth-flow USER_PASSWORD_AUTH --auth-parameters"),
            ),
            (
                "connect create-user --password s3cret --username u",
                Some("connect create-user --password --username u"),
            ),
            (
                "configure set profile.x.aws_secret_access_key s3cret",
                Some("configure set profile.x.aws_secret_access_key"),
            ),
            (
                "configure set region eu-west-1",
                Some("configure set region eu-west-1"),
            ),
            ("my-alias --anything s3cret", None),
            ("connect my-alias --anything s3cret", None),
            ("conect mistyped", Some("conect mistyped")),
            ("connect 'open", None),
        ] {
            assert_eq!(command(&session, line).as_deref(), kept, "{line}");
        }
    }
}
