"""Help pages on a terminal, and in pipes."""

import os
import subprocess

import pytest

from terminal import Terminal

PROGRAM = os.path.abspath(os.environ["SIGNBACK_PROGRAM"])
PAGE = ["connect", "update-participant-authentication", "help"]


@pytest.fixture
def home(tmp_path):
    (tmp_path / "aws").symlink_to(PROGRAM)
    for name in ("first", "second"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name}-began\ncat >/dev/null\necho {name}-ended\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def shown(home, words=PAGE, **variables):
    environment = {"HOME": str(home), "PATH": f"{home}:/usr/bin:/bin", "LANG": "C.UTF-8", **variables}
    return Terminal([str(home / "aws"), *words], environment, home)


def test_the_pager_for_manuals_comes_before_the_usual_one(home):
    with shown(home, MANPAGER="first", PAGER="second") as terminal:
        assert terminal.end() == 0
        assert terminal.lines()[:2] == ["first-began", "first-ended"]
    with shown(home, PAGER="second", AWS_PAGER="first") as terminal:
        assert terminal.end() == 0
        assert terminal.lines()[:2] == ["second-began", "second-ended"]


def test_a_pager_that_does_not_exist_is_passed_over(home):
    with shown(home, PAGER="no-such-pager") as terminal:
        assert terminal.end() == 0
        assert b"EXIT STATUS\r\n" in terminal.raw and b"\x08" not in terminal.raw


def test_the_usual_pager_shows_headings_bold_and_survives_the_interrupt_key(home):
    with shown(home) as terminal:
        terminal.wait("NAME").wait("update-participant-authentication")
        assert terminal.screen.buffer[0][0].bold
        terminal.type("\x03")

        def finds(it):
            # The key before may have swallowed what was typed after it.
            it.type("/GLOBAL OPTIONS\r")
            return it.lines()[0] == "GLOBAL OPTIONS"
        terminal.wait(finds).type("q")
        assert terminal.end() == 0


def test_a_page_in_a_pipe_is_plain_and_the_reader_may_leave(home):
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    command = [home / "aws", *PAGE]
    ran = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    assert b"\x08" not in ran.stdout and max(map(len, ran.stdout.splitlines())) <= 80
    shell = subprocess.run(["sh", "-c", f"{home}/aws connect help | head -1"], env=environment, capture_output=True)
    assert (shell.stdout, shell.stderr) == (b"NAME\n", b"")


@pytest.mark.parametrize("words,path", [
    (["help"], "index"),
    (["help", "return-codes"], "topic/return-codes"),
    (["sts", "help"], "sts/index"),
    (["configure", "help"], "configure/index"),
    (["configure", "get", "help"], "configure/get"),
])
def test_help_may_be_an_address(home, words, path):
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "AWS_CLI_HELP_OUTPUT": "url"}
    ran = subprocess.run([home / "aws", *words], env=environment, stdout=subprocess.PIPE, text=True, check=True)
    assert ran.stdout == f"https://awscli.amazonaws.com/v2/documentation/api/2.36.7/reference/{path}.html"


def test_help_may_be_a_browser(home):
    (home / "xdg-open").write_text(f'#!/bin/sh\necho "$1" > {home}/opened.new; mv {home}/opened.new {home}/opened\n')
    (home / "xdg-open").chmod(0o755)
    environment = {"HOME": str(home), "PATH": f"{home}:/usr/bin:/bin", "AWS_CLI_HELP_OUTPUT": "browser"}
    subprocess.run([home / "aws", "sts", "help"], env=environment, stdout=subprocess.DEVNULL, check=True)
    with Terminal(["sh", "-c", f"until test -e {home}/opened; do :; done"], environment, home) as waiting:
        assert waiting.end() == 0
    assert (home / "opened").read_text().endswith("/sts/index.html\n")
