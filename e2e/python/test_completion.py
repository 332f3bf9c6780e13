"""Completion in the shells themselves, with the scripts that `signback completion` prints."""

import os
import shutil
import subprocess

import pytest

from terminal import Terminal

PROGRAM = os.path.abspath(os.environ["SIGNBACK_PROGRAM"])
UPDATE = "connect update-participant-authentication"

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source <(signback completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit; compinit -u -D; source <(signback completion zsh)"),
    "fish": (["fish", "--no-config", "-i"], "signback completion fish | source"),
}


@pytest.fixture
def home(tmp_path):
    for name in ("signback", "aws", "aws_completer"):
        (tmp_path / name).symlink_to(PROGRAM)
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[profile shop]\n[profile 'my shop']\n")
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers/an answer.json").write_text("{}")
    return tmp_path


def environment(home):
    # Whatever else is on this machine, these names are ours.
    return {"HOME": str(home), "PATH": f"{home}:/usr/bin:/bin", "PS1": "ready> ", "LANG": "C.UTF-8",
            "PROMPT": "ready> ", "INPUTRC": "/dev/null"}


@pytest.fixture(params=SHELLS)
def shell(request, home):
    command, script = SHELLS[request.param]
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    with Terminal(command, environment(home), home, columns=150) as terminal:
        terminal.wait(lambda it: it.text().strip())
        terminal.type(f"{script}; echo begin-$((1+1))\r" if request.param != "fish" else f"{script}; echo begin-(math 1+1)\r")
        terminal.wait("begin-2")
        yield terminal


@pytest.mark.parametrize("typed,completed", [
    ("signback conne", None),
    ("signback connectpart", "signback connectparticipant "),
    ("aws sts get-call", "aws sts get-caller-identity "),
    ("aws connect update-participant-authent", f"aws {UPDATE} "),
    (f"aws {UPDATE} --inst", f"aws {UPDATE} --instance-id "),
    (f"aws {UPDATE} --output ya", None),
    (f"aws {UPDATE} --output=tab", f"aws {UPDATE} --output=table "),
    (f"aws {UPDATE} --profile sh", f"aws {UPDATE} --profile shop "),
    (f"aws {UPDATE} --region me-c", f"aws {UPDATE} --region me-central-1 "),
    (f"aws {UPDATE} --code file://answ", f"aws {UPDATE} --code file://answers/"),
    ("aws connect create-instance --identity-management-type S", "aws connect create-instance --identity-management-type SAML "),
    ("aws configure export-credentials --format pow", "aws configure export-credentials --format powershell "),
    ("signback compl", "signback completion "),
    ("signback completion ba", "signback completion bash "),
    ("signback serve --boots", "signback serve --bootstrap "),
])
def test_what_was_begun_is_ended(shell, typed, completed):
    shell.type(typed + "\t")
    if completed is None:
        # Several words fit: they are listed by the first key, or after it was pressed again.
        shell.type("\t\t")
        shell.wait("yaml-stream" if "--output" in typed else "connectparticipant")
    else:
        # The letter behind the completed word shows whether a blank was put in.
        shell.type("x")
        shell.wait(completed + "x")


def words(home, line, *arguments, program="aws_completer"):
    ran = subprocess.run(
        [home / program, *arguments], text=True, stdout=subprocess.PIPE, check=True, cwd=home,
        env={**environment(home), "COMP_LINE": line, "COMP_POINT": str(len(line))},
    )
    return ran.stdout.splitlines()


@pytest.mark.parametrize("line,found", [
    ("aws st", ["sts"]),
    ("aws  sts  get-caller", ["get-caller-identity"]),
    ("aws connect list-users --profile my", ["my\\ shop"]),
    ("aws connect list-users --profile 'my", ["my shop"]),
    ("aws connect list-users --output te", ["text"]),
    ("aws connect list-users --outp text --colo", ["--color"]),
    ("aws connect list-users --output text --outp", []),
    ("aws help ret", ["return-codes"]),
    ("aws --region eu-w", ["eu-west-1", "eu-west-2", "eu-west-3"]),
    ("aws connect start-chat-contact --participant-details Dis", ["DisplayName="]),
    ("aws connect create-user --phone-config PhoneType=", ["PhoneType=SOFT_PHONE", "PhoneType=DESK_PHONE"]),
    ("aws connect create-user --phone-config PhoneType=SOFT_PHONE,AutoAccept=t", ["PhoneType=SOFT_PHONE,AutoAccept=true"]),
    ("aws connect list-users --query UserSummaryList[].User", ["UserSummaryList\\[\\].Username"]),
    ("aws connect create-instance --cli-input-json file://answers/", ["file://answers/an\\ answer.json"]),
    ("aws serve", []),
    ("aws bogus ", []),
    ("aws", []),
    ("", []),
])
def test_the_completer_of_the_aws_cli_is_answered(home, line, found):
    assert words(home, line) == found


def test_a_word_that_the_shell_has_cut_is_completed_from_the_cut(home):
    line = "aws connect list-users --cli-input-json file://answ"
    assert words(home, line, "aws", "//answ", ":") == ["//answers/"]
    assert words(home, line, "aws", "file://answ", "--cli-input-json") == ["file://answers/"]


def test_the_cursor_may_stand_inside_the_line(home):
    line = "aws st get-caller-identity"
    ran = subprocess.run(
        [home / "aws_completer"], text=True, stdout=subprocess.PIPE, check=True,
        env={**environment(home), "COMP_LINE": line, "COMP_POINT": "6"},
    )
    assert ran.stdout == "sts\n"


def test_a_shell_without_a_script_is_told_which_there_are(home):
    ran = subprocess.run([home / "signback", "completion", "tcsh"], text=True, stderr=subprocess.PIPE)
    assert (ran.returncode, ran.stderr) == (2, "usage: signback completion bash|zsh|fish\n")
