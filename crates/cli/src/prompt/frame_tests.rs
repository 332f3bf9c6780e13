//! Frames of every size, with any text in them.

use proptest::prelude::*;

use super::*;
use crate::completion::Suggestion;
use crate::prompt::editor::tests::steps;

fn drawn(
    editor: &Editor,
    advice: &Advice,
    columns: usize,
    rows: usize,
) -> (String, (usize, usize)) {
    let frame = Frame::of("aws", editor, advice, Size { columns, rows });
    let lines: Vec<String> = frame
        .rows
        .iter()
        .map(|row| row.text().trim_end().to_owned())
        .collect();
    (lines.join("\n"), frame.cursor)
}

fn editor() -> Editor {
    let mut editor = Editor::new("connect ", Vec::new());
    editor.suggest(vec![
        Suggestion {
            required: true,
            ..Suggestion::new("--state", "(string) What it answers.")
        },
        Suggestion::new("--code", "(string)"),
    ]);
    editor
}

#[test]
fn the_line_suggestions_command_and_keys_are_shown() {
    let advice = Advice {
        missing: vec!["--state".to_owned()],
        ..Advice::default()
    };
    let (text, cursor) = drawn(&editor(), &advice, 50, 12);
    insta::assert_snapshot!(text, @r"
    > aws connect
    --state (required)  (string) What it answers.
    --code              (string)





    ── 2 ─────────────────────────────────────────────
    runs  aws connect
    needs --state
    [ENTER] Choose/Run  [TAB] Next  [F1] Keys
    ");
    assert_eq!(cursor, (14, 0));
}

#[test]
fn a_small_screen_keeps_the_line_and_what_it_will_run() {
    let (text, cursor) = drawn(&editor(), &Advice::default(), 20, 5);
    insta::assert_snapshot!(text, @r"
    > aws connect
    --state (required)
    --code
    runs  aws connect
    [ENTER] Choose/Run
    ");
    assert_eq!(cursor, (14, 0));
    assert_eq!(
        drawn(&editor(), &Advice::default(), 9, 1),
        ("nect".to_owned(), (5, 0))
    );
}

#[test]
fn documentation_stands_beside_the_suggestions_if_there_is_room() {
    let mut editor = editor();
    editor.documentation.shown = Some(true);
    let advice = Advice {
        documentation: vec!["NAME".to_owned(), "  connect".to_owned()],
        ..Advice::default()
    };
    let (text, _) = drawn(&editor, &advice, 100, 12);
    let second = text.lines().nth(1).unwrap();
    assert!(
        second.starts_with("--state (required)") && second.contains("─ Documentation ─"),
        "{text}"
    );
    let (text, _) = drawn(&editor, &advice, 60, 14);
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[4].starts_with("── Documentation ─") && lines[5] == "NAME",
        "{text}"
    );
}

#[test]
fn a_long_line_takes_a_third_of_the_screen_and_the_cursor_is_in_it() {
    let editor = Editor::new(&"word ".repeat(100), Vec::new());
    let (text, cursor) = drawn(&editor, &Advice::default(), 20, 12);
    assert_eq!(
        text.lines().filter(|line| line.contains("ord")).count(),
        5,
        "{text}"
    );
    assert!(cursor.1 < 4);
}

proptest! {
    #[test]
    fn every_frame_fills_its_screen_and_nothing_more(
        steps in steps(),
        columns in 1_usize..130,
        rows in 1_usize..40,
        page in proptest::collection::vec("\\PC{0,30}", 0..9),
    ) {
        let mut editor = Editor::new("connect ", vec!["sts".to_owned()]);
        let advice = Advice {
            hint: page.join(" "),
            missing: page.clone(),
            documentation: page.clone(),
            output: page,
        };
        for (key, suggestions) in steps {
            editor.suggest(suggestions);
            editor.press(key);
            let frame = Frame::of("aws", &editor, &advice, Size { columns, rows });
            prop_assert_eq!(frame.rows.len(), rows);
            for row in &frame.rows {
                prop_assert!(row.width() <= columns);
            }
            prop_assert!(frame.cursor.0 < columns && frame.cursor.1 < rows);
        }
    }
}
