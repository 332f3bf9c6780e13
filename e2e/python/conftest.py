"""A running service, and a chat customer who uses it with boto3 alone."""

import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import boto3
import botocore.config
import pytest
import websocket

EVENT = "application/vnd.amazonaws.connect.event."
PROGRAM = os.environ["SIGNBACK_PROGRAM"]
HUNG = 300
"""How many seconds a test that hangs may do so before it fails."""


class Service:
    """`signback serve` with the demo's start data, in a folder of its own."""

    def __init__(self, folder: Path, *options: str):
        self.folder, self.options, self.process = folder, options, None
        self.log = folder / "serve.log"

    def start(self):
        ready = self.folder / "ready.json"
        ready.unlink(missing_ok=True)
        listen = f"127.0.0.1:{urllib.parse.urlsplit(self.ready['url']).port}" if self.process else "127.0.0.1:0"
        command = [
            PROGRAM, "serve", "--listen", listen, "--bootstrap", "demo", "--test-controls",
            "--database", f"sqlite:{self.folder}/data/signback.db", "--ready-file", str(ready), *self.options,
        ]
        self.process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE)
        serves = threading.Event()
        self.logging = threading.Thread(target=self.keep_log, args=(serves,), daemon=True)
        self.logging.start()
        if not serves.wait(HUNG) or not ready.exists():
            raise RuntimeError(f"the service did not start:\n{self.log.read_text()}")
        self.ready = json.loads(ready.read_text())
        return self

    def keep_log(self, serves):
        """Writes what the process logs to the file; tells once it serves, or has ended."""
        with self.log.open("ab", buffering=0) as log:
            for line in self.process.stderr:
                log.write(line)
                if b"serving" in line:
                    serves.set()
        serves.set()

    def kill(self):
        self.process.kill()
        self.ended()

    def stop(self):
        self.process.terminate()
        self.ended()

    def ended(self):
        self.process.wait(timeout=HUNG)
        self.logging.join(timeout=HUNG)

    def client(self, name, key=None, secret=None, **config):
        return boto3.client(
            name,
            endpoint_url=self.ready["url"],
            region_name=self.ready["region"],
            aws_access_key_id=key or self.ready["access_key_id"],
            aws_secret_access_key=secret or self.ready["secret_access_key"],
            config=botocore.config.Config(retries={"total_max_attempts": 1}, **config),
        )

    def advance(self, seconds):
        request = urllib.request.Request(
            self.ready["url"] + "/_signback/clock", data=json.dumps({"advance_seconds": seconds}).encode(), method="POST"
        )
        return json.load(urllib.request.urlopen(request, timeout=HUNG))

    def environment(self, home):
        return {
            "PATH": os.environ["PATH"], "HOME": str(home), "AWS_REGION": self.ready["region"],
            "AWS_ACCESS_KEY_ID": self.ready["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.ready["secret_access_key"],
        }


class Redirect(Exception):
    """The browser was sent to the application."""


class Browser:
    """A browser without JavaScript: keeps cookies, fills in the form, stops at the application."""

    def __init__(self):
        class Stop(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, request, body, code, message, headers, url):
                if urllib.parse.urlsplit(url).path == "/callback":
                    raise Redirect(url)
                return super().redirect_request(request, body, code, message, headers, url)

        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), Stop()).open

    def sign_in(self, url, username, password):
        """Signs in on the hosted page; gives the query of the redirect as a dict."""
        try:
            page = self.open(url, timeout=HUNG)
            html = page.read().decode()
            action = re.search(r'<form[^>]*action="([^"]*)"', html)
            target = urllib.parse.urljoin(page.url, action.group(1).replace("&amp;", "&")) if action else page.url
            form = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"', html))
            form.update(username=username, password=password)
            answer = self.open(target, data=urllib.parse.urlencode(form).encode(), timeout=HUNG)
            raise AssertionError(f"no redirect: {answer.read().decode()[:2000]}")
        except Redirect as redirect:
            return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(str(redirect)).query))


class Chat:
    """A chat customer: starts a chat, holds the websocket, reads items."""

    def __init__(self, service, name="Guest", **start):
        self.service, ready = service, service.ready
        self.connect, self.participant = service.client("connect"), service.client("connectparticipant")
        self.started = self.connect.start_chat_contact(
            InstanceId=ready["instance_id"], ContactFlowId=ready["contact_flow_id"],
            ParticipantDetails={"DisplayName": name}, **start,
        )
        self.contact = self.started["ContactId"]
        self.items = []
        self.open()

    def open(self):
        made = self.participant.create_participant_connection(
            ParticipantToken=self.started["ParticipantToken"], Type=["WEBSOCKET", "CONNECTION_CREDENTIALS"]
        )
        self.token = made["ConnectionCredentials"]["ConnectionToken"]
        self.socket = websocket.create_connection(made["Websocket"]["Url"], timeout=HUNG)
        self.socket.send(json.dumps({"topic": "aws/subscribe", "content": {"topics": ["aws/chat"]}}))
        return self

    def read(self):
        frame = json.loads(self.socket.recv())
        if frame["topic"] == "aws/chat":
            self.items.append(json.loads(frame["content"]))
            return self.items[-1]
        return frame

    def wait(self, fits):
        """The next item that fits: an event's short name, a message's text, or a function."""
        def matches(item):
            if callable(fits):
                return fits(item)
            return item.get("ContentType") == EVENT + fits or item.get("Content") == fits
        for item in self.items:
            if matches(item):
                return item
        while True:
            item = self.read()
            if "Id" in item and matches(item):
                return item

    def session(self):
        return json.loads(self.wait("authentication.initiated")["Content"])["SessionId"]

    def url(self):
        return self.participant.get_authentication_url(
            SessionId=self.session(), RedirectUri=self.redirect_uri(), ConnectionToken=self.token
        )["AuthenticationUrl"]

    def redirect_uri(self):
        return self.service.ready["redirect_uris"][0]

    def sign_in(self):
        ready = self.service.ready
        return Browser().sign_in(self.url(), ready["username"], ready["password"])

    def answer(self, client=None, **members):
        return (client or self.connect).update_participant_authentication(
            **{"InstanceId": self.service.ready["instance_id"], **members}
        )

    def state(self):
        return urllib.parse.parse_qs(urllib.parse.urlsplit(self.url()).query)["state"][0]

    def authentication(self):
        """`connect:CustomerAuthentication` of the contact, or None."""
        contact = self.connect.describe_contact(InstanceId=self.service.ready["instance_id"], ContactId=self.contact)
        found = contact["Contact"].get("SegmentAttributes", {}).get("connect:CustomerAuthentication")
        return {name: value["ValueString"] for name, value in found["ValueMap"].items()} if found else None

    def transcript(self):
        return self.participant.get_transcript(ConnectionToken=self.token, MaxResults=100)["Transcript"]


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    running = Service(tmp_path_factory.mktemp("service")).start()
    yield running
    running.stop()


@pytest.fixture
def chat(service):
    made = Chat(service)
    yield made
    made.socket.close()


@pytest.fixture
def profiles(service):
    """Finds profiles by e-mail address."""
    client = service.client("customer-profiles")

    def search(email):
        return client.search_profiles(
            DomainName=service.ready["profiles_domain"], KeyName="_email", Values=[email]
        )["Items"]
    return search
