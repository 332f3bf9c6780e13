//! The paths of files.

use std::path::Path;

use super::Suggestion;
use super::matching::Matching;
use crate::session::environment::Environment;

/// How many entries of a folder are looked at.
const ENTRIES_MAX: usize = 10_000;

/// The files whose paths fit, after a prefix such as `file://`.
pub(super) fn of(
    environment: &Environment,
    prefix: &str,
    typed: &str,
    matching: Matching,
) -> Vec<Suggestion> {
    if typed == "~" {
        return vec![Suggestion {
            goes_on: true,
            ..Suggestion::new(format!("{prefix}~/"), "")
        }];
    }
    let split = typed.rfind('/').map_or(0, |at| at + 1);
    let (folder, name) = typed.split_at(split);
    let listed = environment.expand_user(if folder.is_empty() { "." } else { folder });
    let mut found: Vec<Suggestion> = std::fs::read_dir(Path::new(&listed))
        .into_iter()
        .flatten()
        .flatten()
        .take(ENTRIES_MAX)
        .filter_map(|entry| {
            // A name that is not text cannot be typed.
            let shown = entry.file_name().into_string().ok()?;
            if shown.starts_with('.') && !name.starts_with('.') {
                return None;
            }
            let is_folder = entry.path().is_dir();
            let shown = if is_folder { shown + "/" } else { shown };
            Some(Suggestion {
                word: format!("{prefix}{folder}{shown}"),
                shown,
                meaning: String::new(),
                required: false,
                goes_on: is_folder,
            })
        })
        .collect();
    found.sort_by(|a, b| a.shown.cmp(&b.shown));
    matching.pick(found, name)
}
