//! The line that is being written, key by key.

use proptest::prelude::*;

use super::*;

fn typed(editor: &mut Editor, text: &str) {
    editor.press(Key::Text(text.to_owned()));
}

fn suggesting(line: &str, words: &[&str]) -> Editor {
    let mut editor = Editor::new(line, Vec::new());
    editor.suggest(
        words
            .iter()
            .map(|word| Suggestion::new(*word, ""))
            .collect(),
    );
    editor
}

#[test]
fn a_chosen_suggestion_takes_the_place_of_the_word() {
    let mut editor = suggesting("connect upd", &["update-a", "update-b"]);
    editor.press(Key::Tab);
    editor.press(Key::Tab);
    assert_eq!(editor.preview(), "connect update-b ");
    assert_eq!(editor.text(), "connect upd");
    assert_eq!(editor.press(Key::Enter), Outcome::Continue);
    assert_eq!(editor.text(), "connect update-b ");
    assert_eq!(editor.press(Key::Enter), Outcome::Run);
}

#[test]
fn the_only_suggestion_is_taken_by_tab() {
    let mut editor = suggesting("sts get", &["get-caller-identity"]);
    editor.press(Key::Tab);
    assert_eq!(editor.text(), "sts get-caller-identity ");
}

#[test]
fn typing_on_takes_the_chosen_suggestion_first() {
    for (text, line) in [
        (" ", "connect "),
        ("x", "connectx"),
        ("  --a", "connect   --a"),
    ] {
        let mut editor = suggesting("con", &["connect", "other"]);
        editor.press(Key::Down);
        typed(&mut editor, text);
        assert_eq!(editor.text(), line);
    }
}

#[test]
fn a_word_with_blanks_is_quoted_and_a_folder_goes_on() {
    let mut editor = suggesting("--profile m", &["my shop"]);
    editor.press(Key::Tab);
    assert_eq!(editor.text(), "--profile 'my shop' ");
    let mut editor = Editor::new("--code file://f", Vec::new());
    editor.suggest(vec![Suggestion {
        goes_on: true,
        ..Suggestion::new("file://folder/", "")
    }]);
    editor.press(Key::Tab);
    assert_eq!(editor.text(), "--code file://folder/");
}

#[test]
fn a_suggestion_inside_the_line_replaces_the_whole_word() {
    let mut editor = suggesting("connect upd-old --debug", &["update-new"]);
    for _ in 0.." --debug".len() + 4 {
        editor.press(Key::Left);
    }
    editor.press(Key::Tab);
    assert_eq!(editor.text(), "connect update-new --debug");
    assert_eq!(editor.before_cursor(), "connect update-new ");
}

#[test]
fn escape_undoes_one_thing_at_a_time() {
    let mut editor = suggesting("", &["a", "b"]);
    editor.press(Key::History);
    editor.press(Key::Down);
    editor.press(Key::Escape);
    assert!(editor.in_history && editor.chosen.is_none());
    editor.press(Key::Escape);
    assert!(!editor.in_history && !editor.suggestions().is_empty());
    editor.press(Key::Escape);
    assert!(editor.suggestions().is_empty());
    editor.press(Key::Tab);
    assert_eq!(editor.suggestions().len(), 2);
}

#[test]
fn the_history_is_walked_and_the_line_comes_back() {
    let mut editor = Editor::new("draft", vec!["one".to_owned(), "two".to_owned()]);
    for (key, line) in [
        (Key::Up, "two"),
        (Key::Up, "one"),
        (Key::Up, "one"),
        (Key::Down, "two"),
        (Key::Down, "draft"),
        (Key::Down, "draft"),
    ] {
        editor.press(key);
        assert_eq!(editor.text(), line);
    }
}

#[test]
fn a_command_found_in_the_history_becomes_the_line() {
    let mut editor = suggesting("xyz", &["sts get-caller-identity --output text"]);
    editor.press(Key::History);
    assert_eq!(editor.press(Key::Enter), Outcome::Continue);
    assert_eq!(editor.text(), "sts get-caller-identity --output text");
    assert!(!editor.in_history);
}

#[test]
fn words_and_lines_are_erased_and_put_back() {
    let mut editor = Editor::new("one two  ", Vec::new());
    editor.press(Key::EraseWord);
    assert_eq!(editor.text(), "one ");
    editor.press(Key::PutBack);
    assert_eq!(editor.text(), "one two  ");
    editor.press(Key::EraseLine);
    assert_eq!(editor.text(), "");
    editor.press(Key::PutBack);
    editor.press(Key::WordLeft);
    editor.press(Key::EraseEnd);
    assert_eq!(editor.text(), "one ");
}

#[test]
fn pasted_lines_become_one_command_and_run_nothing() {
    let mut editor = Editor::default();
    let text = "connect \\\n  list-users\n\t--query 'a\nb'\u{7}\n";
    assert_eq!(editor.press(Key::Paste(text.to_owned())), Outcome::Continue);
    assert_eq!(editor.text(), "connect    list-users  --query 'a\nb'");
}

#[test]
fn panels_take_the_keys_in_turn() {
    let mut editor = Editor::default();
    editor.press(Key::Panel);
    assert_eq!(editor.focus, Focus::Line);
    editor.press(Key::Documentation);
    editor.press(Key::Output);
    editor.press(Key::Panel);
    typed(&mut editor, "j");
    assert_eq!(
        (editor.documentation.scrolled, editor.text().as_str()),
        (1, "")
    );
    editor.press(Key::Panel);
    assert_eq!(editor.focus, Focus::Output);
    typed(&mut editor, "q");
    typed(&mut editor, "q");
    assert_eq!(editor.text(), "q");
}

#[test]
fn a_line_has_a_greatest_length() {
    let mut editor = Editor::default();
    editor.press(Key::Paste("x".repeat(LINE_MAX + 5)));
    typed(&mut editor, "y");
    assert_eq!(editor.text().len(), LINE_MAX);
}

/// Any key, and what the suggestions are before it.
pub(in crate::prompt) fn steps() -> impl Strategy<Value = Vec<(Key, Vec<Suggestion>)>> {
    let key = prop_oneof![
        "[a-z '\"\\\\=/-]{1,3}|\\PC{1,3}".prop_map(Key::Text),
        "(?s).{0,5}".prop_map(Key::Paste),
        proptest::sample::select(vec![
            Key::Enter,
            Key::Tab,
            Key::BackTab,
            Key::Backspace,
            Key::Delete,
            Key::Left,
            Key::Right,
            Key::WordLeft,
            Key::WordRight,
            Key::Home,
            Key::End,
            Key::Up,
            Key::Down,
            Key::PageUp,
            Key::PageDown,
            Key::Escape,
            Key::EraseLine,
            Key::EraseEnd,
            Key::EraseWord,
            Key::PutBack,
            Key::History,
            Key::Keys,
            Key::Panel,
            Key::Documentation,
            Key::Output,
            Key::Redraw,
            Key::Suspend,
            Key::Leave,
        ]),
    ];
    let suggestion =
        ("\\PC{0,12}", any::<bool>(), any::<bool>()).prop_map(|(word, required, goes_on)| {
            Suggestion {
                required,
                goes_on,
                ..Suggestion::new(word, "what it is")
            }
        });
    let suggestions = proptest::collection::vec(suggestion, 0..4);
    proptest::collection::vec((key, suggestions), 0..40)
}

proptest! {
    #[test]
    fn no_sequence_of_keys_breaks_the_line(steps in steps(), history in proptest::collection::vec("\\PC{0,9}", 0..3)) {
        let mut editor = Editor::new("connect ", history);
        for (key, suggestions) in steps {
            editor.suggest(suggestions);
            editor.press(key);
            prop_assert!(editor.cursor() <= editor.text().chars().count());
            prop_assert!(editor.chosen.is_none_or(|chosen| chosen < editor.suggestions().len()));
            let _ = editor.preview();
        }
    }
}
