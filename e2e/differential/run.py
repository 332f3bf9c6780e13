"""Runs one case with one program against a server of its own, and tells all that came of it."""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading

TIMEOUT = 60
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "xterm",
    "COLUMNS": "80",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "a-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}
# Values that differ from run to run: tokens that are made up, and when a role's session began.
FRESH = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|botocore-session-\d+")
HEADERS = ["content-type", "x-amz-target", "accept-encoding", "x-amz-bearer", "x-amz-client-token"]
# Files that only the original writes, by design.
IGNORED_FILES = {".aws/cli/cache/session.db"}


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the case's script and writes down what came."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        script, requests = self.server.script, self.server.requests
        requests.append({
            "method": self.command,
            "path": FRESH.sub("<fresh>", self.path),
            "headers": {name: FRESH.sub("<fresh>", self.headers.get(name) or "") for name in HEADERS},
            "text": FRESH.sub("<fresh>", body.decode("utf-8", "replace")),
        })
        reply = script[min(len(requests), len(script)) - 1]
        body = reply.get("body", "").encode()
        self.send_response_only(reply.get("status", 200))
        headers = {"content-type": "application/json", **reply.get("headers", {}), "content-length": str(len(body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        pass


def outcome(program, case, extra):
    """Status, output, errors, requests and files of one run."""
    server = Server(("127.0.0.1", 0), Handler)
    server.script, server.requests = case["stub"], []
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    home = os.path.realpath(tempfile.mkdtemp(prefix="differential-"))
    try:
        return run(program, case, extra, server, home)
    finally:
        server.shutdown()
        server.server_close()
        shutil.rmtree(home, ignore_errors=True)


def run(program, case, extra, server, home):
    address = f"http://127.0.0.1:{server.server_address[1]}"
    # Both programs go by one name.
    link = pathlib.Path(home, ".bin/aws")
    link.parent.mkdir()
    link.symlink_to(program)
    for name, text in case["files"].items():
        path = pathlib.Path(home, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    given = set(case["files"])
    words = [word.replace("$ENDPOINT", address) for word in case["argv"]]
    env = {**ENVIRONMENT, "HOME": home, **extra, **case["env"]}
    try:
        ran = subprocess.run([str(link), *words], env=env, cwd=home, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT)
        status, out, err = ran.returncode, ran.stdout, ran.stderr
    except subprocess.TimeoutExpired:
        status, out, err = "it did not end", b"", b""
    except (OSError, ValueError) as problem:
        status, out, err = f"it did not start: {problem}", b"", b""

    def plain(data):
        text = data.decode("utf-8", "replace").replace(address, "$ENDPOINT").replace(home, "$HOME")
        return FRESH.sub("<fresh>", text.replace(address.split("//")[1], "$ENDPOINT_HOST"))

    files = {}
    for path in pathlib.Path(home).rglob("*"):
        name = str(path.relative_to(home))
        if path.is_file() and name not in given and name not in IGNORED_FILES and not name.startswith(".bin/"):
            files[name] = plain(path.read_bytes())
    return {"exit": status, "stdout": plain(out), "stderr": plain(err), "requests": server.requests, "files": files}


def compared(ours, original):
    """What differs between two outcomes."""
    return [name for name in original if ours[name] != original[name]]


def as_case(case, original):
    """A case in the format of the recorded ones, expecting what the original did."""
    requests = [{"method": r["method"], "path": r["path"], "text": r["text"]} for r in original["requests"]]
    expect = {"exit": original["exit"], "stdout": original["stdout"], "stderr": original["stderr"], "requests": requests}
    if original["files"]:
        expect["files"] = original["files"]
    return json.dumps({**case, "expect": expect}, ensure_ascii=False)
