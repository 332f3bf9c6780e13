"""What a plain call costs the processor (docs/decisions/start-up.md)."""

import collections
import http.server
import os
import platform
import re
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

PROGRAM = Path(os.environ["SIGNBACK_PROGRAM"])
# How many instructions a plain call may run, those of the system's loader aside.
BUDGET = 1_000_000
INSTANCE = "12345678-1234-1234-1234-123456789012"


def counts(profile):
    """The instructions that callgrind counted, by the file that they stand in."""
    found, names, file, is_call = collections.Counter(), {}, None, False
    for line in profile.read_text().splitlines():
        if named := re.match(r"c?ob=\((\d+)\)(?: (.+))?$", line):
            names.setdefault(named[1], named[2])
            file = file if line.startswith("c") else names[named[1]]
        elif line.startswith("calls="):
            # The next line tells what the called function took, which is told there as well.
            is_call = True
        elif re.match(r"[\d+*-]", line):
            found[file] += 0 if is_call else int(line.split()[1])
            is_call = False
    return found


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


@pytest.mark.skipif(platform.machine() != "x86_64", reason="instructions are counted on x86-64 only")
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind counts the instructions")
def test_a_plain_call_keeps_to_its_budget_of_instructions(tmp_path):
    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    words = ["connect", "update-participant-authentication", "--state", "s", "--instance-id", INSTANCE, "--code", "c"]
    profile = tmp_path / "profile"
    ran = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", PROGRAM, *words,
         "--endpoint-url", f"http://127.0.0.1:{server.server_port}"],
        env={
            "HOME": str(tmp_path), "PATH": os.environ["PATH"], "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
        },
        capture_output=True, text=True, check=False,
    )
    server.shutdown()
    assert ran.returncode == 0, ran.stderr
    count = sum(count for file, count in counts(profile).items() if "/ld-linux" not in file)
    assert count <= BUDGET, (
        f"a plain call runs {count} instructions: something new happens at each start, or "
        "crates/cli/link/start.ld no longer fits (then run scripts/order-start)."
    )
