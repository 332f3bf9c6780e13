"""Runs the original's calls in children of one Python process that has its modules and models in memory already.

Started by the original's own Python, with the original's source on its path and a socket's number as its argument. A call
comes as one line of JSON with three descriptors (standard input, output, errors); its exit status goes back as one line.
Only what is read from disk anew in every call is remembered: modules, and the interface models outside of the home folder.
"""

import atexit
import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback

CALL_BYTES_MAX = 1 << 20
TIMEOUT_SECONDS = 60
SERVICES = ["connect", "connectparticipant", "customer-profiles", "cognito-idp", "sts"]
KINDS = ["service-2", "paginators-1", "endpoint-rule-set-1"]
# A call that is made once so that whatever a call imports is known.
SAMPLE = ["sts", "get-caller-identity", "--endpoint-url", "http://127.0.0.1:9"]


def remember_models():
    """Reads each model once for all calls."""
    import botocore.loaders
    import botocore.session

    home = os.path.expanduser("~")
    read, known = botocore.loaders.JSONFileLoader.load_file, {}

    def load_file(loader, path):
        if path.startswith(home + os.sep):
            return read(loader, path)
        if path not in known:
            known[path] = read(loader, path)
        return known[path]

    botocore.loaders.JSONFileLoader.load_file = load_file
    loader = botocore.session.Session().get_component("data_loader")
    for service in SERVICES:
        for kind in KINDS:
            loader.load_service_model(service, kind)
    for name in ["endpoints", "partitions"]:
        loader.load_data(name)


def imported_by_a_call():
    """The modules that a call imports, found in a child that makes one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for number in range(3):
            os.dup2(null, number)
        os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="us-east-1", AWS_MAX_ATTEMPTS="1")
        sys.argv = ["aws", *SAMPLE]
        main()
        os.write(writing, "\n".join(sys.modules).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as names:
        found = names.read().split("\n")
    os.waitpid(child, 0)
    return found


def main():
    import awscli.clidriver

    return awscli.clidriver.main()


def call(given, descriptors):
    """Makes one call in this process, which ends with it."""
    signal.alarm(TIMEOUT_SECONDS)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    # New streams: the old ones remember what stood behind them, such as whether one can seek there.
    for number, name in enumerate(["stdin", "stdout", "stderr"]):
        old = getattr(sys, name)
        stream = open(number, "w" if number else "r", encoding=old.encoding, errors=old.errors, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(given["folder"])
    data_path = os.environ.get("AWS_DATA_PATH")
    os.environ.clear()
    os.environ.update(given["env"])
    if data_path:
        os.environ["AWS_DATA_PATH"] = data_path
    time.tzset()
    sys.argv = given["words"]
    try:
        status = main() or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        status = 120
    sys.stderr.flush()
    os._exit(status & 0xFF)


def serve(connection):
    importlib.import_module("awscli.clidriver")
    for name in imported_by_a_call():
        if name.split(".")[0] not in ("__main__", "forked"):
            try:
                importlib.import_module(name)
            except ImportError:
                pass
    remember_models()
    gc.collect()
    gc.freeze()
    while True:
        line, descriptors, _, _ = socket.recv_fds(connection, CALL_BYTES_MAX, 3)
        if not line:
            return
        child = os.fork()
        if child == 0:
            connection.close()
            call(json.loads(line), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _, status = os.waitpid(child, 0)
        connection.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
