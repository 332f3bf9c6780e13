//! The user's own commands.

use crate::support::{Server, Stage};

const ALIASES: &str = "[toplevel]
upa = connect update-participant-authentication --instance-id i
connect = connect --region eu-west-1
split = connect \\
  update-participant-authentication --instance-id i
greet = !f() { echo \"$1, $2\"; }; f
fail = !exit 7
self = self
a = b
b = a
debugging = --debug connect list-users

[ toplevel ]
blanks = sts get-caller-identity

[command connect]
update = update-participant-authentication --instance-id i
loop = loop
";

fn stage() -> Stage {
    Stage::new().with_file(".aws/cli/alias", ALIASES)
}

#[test]
fn aliases_stand_for_commands_and_operations() {
    for words in [
        &["upa", "--state", "s"][..],
        &["split", "--state", "s"],
        &["connect", "update", "--state", "s"],
    ] {
        let server = Server::answering(&[(200, "", "{}")]);
        let line = [words, &["--endpoint-url", &server.url]].concat();
        let ran = stage().aws(&line);
        assert_eq!(
            (ran.status(), ran.stderr()),
            (0, String::new()),
            "{words:?}"
        );
        assert_eq!(
            server.received()[0].body,
            r#"{"State": "s", "InstanceId": "i"}"#,
            "{words:?}"
        );
    }
}

#[test]
fn aliases_of_the_shell_get_the_words_and_give_their_status() {
    let ran = stage().aws(&["greet", "a b", "$HOME"]);
    assert_eq!(ran.stdout(), "a b, $HOME\n");
    assert_eq!(stage().aws(&["fail"]).status(), 7);
}

#[test]
fn aliases_that_lead_nowhere_are_refused() {
    for (words, status, message) in [
        (&["self"][..], 255, "maximum recursion depth exceeded\n"),
        (&["a"], 255, "maximum recursion depth exceeded\n"),
        (
            &["connect", "loop"],
            255,
            "maximum recursion depth exceeded\n",
        ),
        (
            &["blanks"],
            252,
            "argument command: Found invalid choice 'blanks'\n",
        ),
        (
            &["debugging"],
            255,
            "Global parameter \"--debug\" detected in alias \"debugging\"",
        ),
    ] {
        let ran = stage().aws(words);
        assert_eq!(ran.status(), status, "{words:?}");
        assert!(
            ran.stderr().contains(message),
            "{words:?}: {}",
            ran.stderr()
        );
    }
}
