"""Runs one case with one program against a server of its own, and tells all that came of it."""

import http.server
import json
import pathlib
import re
import shutil
import threading
import urllib.parse

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
# Values that differ from run to run: tokens that are made up, when a role's session began, times and signatures.
FRESH = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|(botocore-session-|aws-cli-session-)\d+"
    r"|(?<=Signature=)[0-9a-f]{64}|(?<=ttl=)\d{8}T\d{6}Z"
)
HEADERS_OF_ITS_OWN = {"user-agent", "x-amz-date", "amz-sdk-invocation-id", "connection"}
# Files that only the original writes, by design.
IGNORED_FILES = re.compile(r"\.aws/cli/cache/session\.db.*|\.bin/.*")
# What differs by decision (docs/decisions/where-the-command-differs.md), and warnings of the original's interpreter, made
# equal before they are compared.
BY_DECISION = [
    (re.compile(r"(Invalid header value) b['\"].*['\"]"), r"\1"),
    (re.compile(r"(aws-cli/[\d.]+) .*"), r"\1"),
    (re.compile(r', "ResponseMetadata": \{.*\}(?=\}\Z)'), ""),
    (re.compile(r".*: (UnknownTimezoneWarning|GetPassWarning): .*\n  .*\n"), ""),
    (re.compile(r"(?s)[^\n]*: MantissaNoDotYAML1_1Warning: .*?stacklevel=1\)\n"), ""),
    (re.compile(r"Warning: Password input may be echoed\.\n"), ""),
]


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
            "path": self.server.plain(self.path),
            "headers": {name.lower(): self.server.plain(value) for name, value in self.headers.items()
                        if name.lower() not in HEADERS_OF_ITS_OWN},
            "text": self.server.plain(body.decode("utf-8", "replace")),
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


def outcome(program, case, extra, home):
    """Status, output, errors, requests and files of one run in the home folder, which is new for it."""
    server = Server(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_address[1]}"

    def plain(text):
        text = text.replace(address, "$ENDPOINT").replace(home, "$HOME")
        text = text.replace(urllib.parse.quote(address, safe=""), "$ENDPOINT")
        return FRESH.sub("<fresh>", text.replace(address.split("//")[1], "$ENDPOINT_HOST"))

    server.script, server.requests, server.plain = case["stub"], [], plain
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    shutil.rmtree(home, ignore_errors=True)
    pathlib.Path(home).mkdir()
    try:
        return run(program, case, extra, server, home, lambda text: text.replace("$ENDPOINT", address).replace("$HOME", home))
    finally:
        server.shutdown()
        server.server_close()


def run(program, case, extra, server, home, filled):
    for name, text in case["files"].items():
        path = pathlib.Path(home, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled(text))
    env = {**ENVIRONMENT, "HOME": home, **extra, **case["env"]}
    env = {name: filled(value) for name, value in env.items() if value is not None}
    status, out, err = program.run([filled(word) for word in case["argv"]], env, home, case.get("stdin", "").encode())

    def plain(data):
        return server.plain(data.decode("utf-8", "backslashreplace"))

    files = {}
    for path in pathlib.Path(home).rglob("*"):
        name = str(path.relative_to(home))
        if path.is_file() and not IGNORED_FILES.fullmatch(name):
            text = plain(path.read_bytes())
            if text != case["files"].get(name):
                files[name] = text
    for name in case["files"]:
        if not pathlib.Path(home, name).exists():
            files[name] = None
    return {"exit": status, "stdout": plain(out), "stderr": plain(err), "requests": server.requests, "files": files}


def compared(ours, original):
    """What differs between two outcomes, and not by decision."""
    return [name for name in original if undecided(ours[name]) != undecided(original[name])]


def undecided(part):
    if isinstance(part, dict):
        return {name: undecided(text) for name, text in part.items()}
    if isinstance(part, str):
        for pattern, instead in BY_DECISION:
            part = pattern.sub(instead, part)
    return part


def as_case(case, original):
    """A case in the format of the recorded ones, expecting what the original did."""
    expect = {**original, "files": original["files"] or None}
    return json.dumps({**case, "expect": {name: value for name, value in expect.items() if value is not None}}, ensure_ascii=False)
