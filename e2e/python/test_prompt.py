"""The prompt that asks for a command, as a person at a terminal meets it."""

import json
import os
import random
import signal
import socket
import stat
import subprocess

import pytest

from terminal import PATIENCE, Terminal

PROGRAM = os.environ["SIGNBACK_PROGRAM"]
UPDATE = "connect update-participant-authentication"
HISTORY = ".aws/cli/cache/prompt_history.json"
UP, DOWN, LEFT, F1, F2, F3, F5 = "\x1b[A", "\x1b[B", "\x1b[D", "\x1bOP", "\x1bOQ", "\x1bOR", "\x1b[15~"
CONTROL_C, CONTROL_D, CONTROL_Q, CONTROL_R, CONTROL_U, CONTROL_Z = "\x03", "\x04", "\x11", "\x12", "\x15", "\x1a"

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture
def home(tmp_path):
    (tmp_path / "aws").symlink_to(os.path.abspath(PROGRAM))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[default]\nregion = eu-west-1\n[profile 'my shop']\nregion = us-east-1\n")
    return tmp_path


def environment(home, **more):
    usual = {
        "HOME": str(home), "PATH": f"{home}:/usr/bin:/bin", "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true", "PAGER": "cat",
    }
    return {**usual, **more}


def prompt(home, *words, columns=80, rows=24, variables=None, **streams):
    command = [str(home / "aws"), *(words or ["--cli-auto-prompt"])]
    return Terminal(command, environment(home, **(variables or {})), home, columns, rows, **streams)


def commands(home):
    return json.loads((home / HISTORY).read_text())["commands"]


def test_a_command_is_completed_and_run(home):
    with prompt(home) as terminal:
        terminal.wait("Amazon Connect Service").type("conne")
        terminal.wait("> aws conne").type("\t")
        terminal.wait("runs  aws connect").type("\r")
        terminal.wait(lambda it: it.lines()[0] == "> aws connect").type("updpartau\t")
        terminal.wait("needs --state --instance-id").type("gener\t")
        terminal.wait("yaml-input").type(DOWN + DOWN + DOWN + "\r")
        terminal.wait("--generate-cli-skeleton\n      yaml-input").type("\r")
        assert terminal.end() == 0
        assert terminal.is_put_back()
        terminal.wait("InstanceId: ''")
        assert f"> aws {UPDATE} --generate-cli-skeleton yaml-input" in terminal.raw.decode()
    assert commands(home) == [f"{UPDATE} --generate-cli-skeleton yaml-input"]
    assert stat.S_IMODE((home / HISTORY).stat().st_mode) == 0o600


def test_values_are_completed(home):
    (home / "folder").mkdir()
    (home / "folder/answer.json").write_text("{}")
    with prompt(home, *UPDATE.split(), "--cli-auto-prompt") as terminal:
        terminal.wait("needs --state").type("--profile m")
        terminal.wait("my shop").type("\t")
        terminal.wait("--profile 'my shop'").type("--region sou1")
        terminal.wait("af-south-1").type(CONTROL_U + "connect list-users --color ")
        terminal.wait("auto").type(CONTROL_U + f"{UPDATE} --cli-input-json file://fol")
        terminal.wait("folder/").type("\t")
        terminal.wait("answer.json").type("\t")
        terminal.wait("      file://folder/answer.json").type(CONTROL_C)
        assert terminal.end() == 130


def test_the_documentation_and_a_sample_are_shown(home):
    with prompt(home, columns=120, rows=40) as terminal:
        terminal.wait("── Documentation ─").type("connect describe-instance --query Instance.Id")
        terminal.wait("--query (string)\n").type(F5)
        terminal.wait("── Sample of the result ─").wait('"Id"').type(F2 + F2 + "q" + F5 + F3)
        terminal.wait(lambda it: "Documentation" not in it.text() and "Sample" not in it.text()).type(F1)
        terminal.wait("looks through the commands of the past").type(F1 + CONTROL_C)
        assert terminal.end() == 130
        assert terminal.is_put_back()


def test_the_documentation_goes_to_the_option(home):
    with prompt(home, columns=120, rows=40) as terminal:
        terminal.wait("── Documentation ─").type(f"{UPDATE} --error-description ")
        terminal.wait(lambda it: "--error-description (string)" in it.lines()[2][60:] + it.lines()[1][60:])


@pytest.mark.parametrize("columns,rows", [(20, 5), (40, 12), (1, 1), (200, 60)])
def test_every_size_shows_the_line(home, columns, rows):
    with prompt(home, columns=columns, rows=rows) as terminal:
        terminal.wait(lambda it: it.raw.endswith(b"\x1b[?25h\x1b[?2026l")).type("connect")
        terminal.wait(lambda it: "connect"[-columns:] in it.lines()[0] or columns == 1).type(CONTROL_C)
        assert terminal.end() == 130
        assert terminal.is_put_back()


def test_the_screen_follows_the_size_of_the_terminal(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER] Choose/Run").size(60, 10)
        terminal.wait(lambda it: it.lines()[9].startswith("[ENTER] Choose/Run")).size(120, 40)
        terminal.wait(lambda it: it.lines()[39].startswith("[ENTER] Choose/Run"))


def test_wide_letters_and_long_lines_keep_the_cursor_in_place(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("日本 e\u0301")
        terminal.wait(lambda it: it.screen.cursor.x == len("> aws ") + 6)
        terminal.type("x" * 300)
        terminal.wait(lambda it: it.screen.cursor.y == 3 and it.lines()[3].startswith("xxx"))


@pytest.mark.parametrize("key", [CONTROL_C, CONTROL_D, CONTROL_Q])
def test_it_is_left_with_a_key(home, key):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("sts secret")
        terminal.wait("> aws sts secret").type(key)
        assert terminal.end() == 130
        assert terminal.is_put_back()
        assert terminal.raw.decode().endswith("> aws sts secret\r\n")
    assert not (home / HISTORY).exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_it_and_the_terminal_is_put_back(home, number):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").signal(number)
        assert terminal.end() == -number
        assert terminal.is_put_back()


def test_the_interrupt_signal_is_the_same_as_its_key(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").signal(signal.SIGINT)
        assert terminal.end() == 130
        assert terminal.is_put_back()


def test_it_is_stopped_and_goes_on(home):
    # The screen of the emulator is one: where the shell has written, the prompt draws over it, and the other way round.
    def is_back(terminal):
        return "Stopped" not in terminal.text() and terminal.lines()[0].startswith("> aws connect")

    shell = ["bash", "--norc", "--noprofile", "-i"]
    with Terminal(shell, environment(home, PS1="ready> "), home) as terminal:
        terminal.wait("ready>").type("aws --cli-auto-prompt\r")
        terminal.wait("[ENTER]").type("connect")
        terminal.wait("> aws connect").type(CONTROL_Z)
        terminal.wait("Stopped").type("stty | tr -d '\\n'; echo .\r")
        terminal.wait(lambda it: "-icanon" not in it.text() and "speed" in it.text()).type("fg\r")
        terminal.wait(is_back).type("x")
        terminal.wait("runs  aws connectx")
        child = open(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/children").read().split()[0]
        os.kill(int(child), signal.SIGTSTP)
        terminal.wait("Stopped").wait("ready>").type("fg\r")
        terminal.wait(is_back).type(CONTROL_C)
        terminal.wait("ready>").type("echo status $?\r")
        terminal.wait("status 130").type("exit\r")
        assert terminal.end() == 0


def test_pasted_lines_run_nothing(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("\x1b[200~sts \\\r\n  get-caller-identity\r\n\x1b[201~")
        terminal.wait("> aws sts    get-caller-identity").type(CONTROL_C)
        assert terminal.end() == 130


def test_an_open_quote_is_told_and_nothing_runs(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("sts 'open\r")
        terminal.wait("No closing quotation").type("'")
        terminal.wait("runs  aws sts 'open'").type(CONTROL_C)
        assert terminal.end() == 130


def test_secrets_are_not_kept_and_the_history_is_found_again(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type(f"{UPDATE} --state s3cret --instance-id i-1 --generate-cli-skeleton input")
        terminal.wait("skeleton input").type("\r")
        assert terminal.end() == 0
    assert commands(home) == [f"{UPDATE} --state --instance-id i-1 --generate-cli-skeleton input"]
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type(CONTROL_R)
        terminal.wait("update-participant-authentication --state --inst").type("\r")
        terminal.wait(lambda it: it.lines()[0].startswith(f"> aws {UPDATE} --state")).type(CONTROL_C)
        assert terminal.end() == 130
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("\x1b")
        terminal.wait(lambda it: "cognito" not in it.text()).type(UP)
        terminal.wait(lambda it: it.lines()[0].startswith(f"> aws {UPDATE} --state"))


def test_a_history_that_is_not_understood_stays_as_it_is(home):
    (home / HISTORY).parent.mkdir(parents=True)
    (home / HISTORY).write_text("not json")
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("configure list\r")
        assert terminal.end() == 0
    assert (home / HISTORY).read_text() == "not json"


def test_on_partial_asks_only_when_the_words_make_no_command(home):
    variables = {"AWS_CLI_AUTO_PROMPT": "on-partial"}
    with prompt(home, *UPDATE.split(), "--generate-cli-skeleton", variables=variables) as terminal:
        assert terminal.end() == 0
        assert b"\x1b[?1049h" not in terminal.raw
    with prompt(home, *UPDATE.split(), variables=variables) as terminal:
        terminal.wait("the following arguments are required: --state, --instance-id")
        terminal.wait("needs --state --instance-id").type(CONTROL_C)
        assert terminal.end() == 130
    with prompt(home, *UPDATE.split(), "--no-cli-auto-prompt", variables={"AWS_CLI_AUTO_PROMPT": "on"}) as terminal:
        assert terminal.end() == 252


def test_a_terminal_that_can_only_print_gets_a_plain_question(home):
    with prompt(home, *UPDATE.split(), "--cli-auto-prompt", variables={"TERM": "dumb"}) as terminal:
        terminal.wait(f"> aws {UPDATE}").type("--state s\r")
        terminal.wait("needs --instance-id").type("--instance-id i --generate-cli-skeleton\r")
        assert terminal.end() == 0
        assert b"\x1b" not in terminal.raw


def test_the_result_goes_into_the_pipe_and_the_prompt_does_not(home):
    with prompt(home, stdout=subprocess.PIPE) as terminal:
        terminal.wait("[ENTER]").type("configure list-profiles\r")
        assert terminal.end() == 0
        assert terminal.process.stdout.read() == b"> aws configure list-profiles\ndefault\nmy shop\n"


def test_the_command_that_follows_may_ask_on_the_terminal(home):
    with prompt(home) as terminal:
        terminal.wait("[ENTER]").type("configure\r")
        terminal.wait("AWS Access Key ID").type("\n\n\n\n")
        assert terminal.end() == 0


def test_the_interrupt_key_ends_the_call_that_follows(home):
    with socket.create_server(("127.0.0.1", 0)) as server, prompt(home, variables=KEYS) as terminal:
        server.settimeout(PATIENCE)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        terminal.wait("[ENTER]").type(f"connect list-instances --endpoint-url {url}\r")
        connection, _ = server.accept()
        with connection:
            # The request is there: the command waits for its answer.
            assert connection.recv(3) == b"GET"
            terminal.type(CONTROL_C)
            assert terminal.end() == 130
        assert terminal.is_put_back()
        assert terminal.raw.endswith(b"^C\r\n")


@pytest.mark.parametrize("seed", range(12))
def test_no_keys_break_it(home, seed):
    chance = random.Random(seed)
    keys = [UP, DOWN, LEFT, F1, F2, F3, F5, "\t", "\x1b[Z", "\x7f", "\x1b", CONTROL_R, CONTROL_Z, " ", "--", "'", '"',
            "connect", "update-", "日", "\x1b[200~", "\x1b[201~", "\x1b[", "\x1bO", "\x17", "\x19", "\x0b", "file://", "="]
    with prompt(home, columns=chance.randrange(1, 130), rows=chance.randrange(1, 45)) as terminal:
        terminal.wait(lambda it: b"\x1b[?2026l" in it.raw)
        for _ in range(30):
            terminal.type("".join(chance.choices(keys, k=4)))
            terminal.type(bytes(chance.choices([*range(5, 10), *range(11, 13), *range(14, 17), *range(18, 256)], k=3)))
            if chance.random() < 0.2:
                terminal.size(chance.randrange(1, 130), chance.randrange(1, 45))
            terminal.read(0)
        terminal.type("\x1b[201~" + CONTROL_C)
        assert terminal.end() == 130, terminal.text()
        assert terminal.is_put_back()
        assert b"panicked" not in terminal.raw
