"""The two ways in which a program is run: anew for each call, or as a child of a process that has the original in memory."""

import json
import os
import pathlib
import socket
import subprocess
import threading

TIMEOUT_SECONDS = 60
FORKED = pathlib.Path(__file__).resolve().parent / "forked.py"


class Program:
    """A program by its path, started anew for each call."""

    def __init__(self, path):
        self.path = path

    def run(self, words, env, folder, stdin):
        """Status, output and errors of one call under the name `aws`."""
        # Both programs go by one name.
        link = pathlib.Path(folder, ".bin/aws")
        link.parent.mkdir()
        link.symlink_to(self.path)
        try:
            ran = subprocess.run([str(link), *words], env=env, cwd=folder, input=stdin, capture_output=True, timeout=TIMEOUT_SECONDS)
            return ran.returncode, ran.stdout, ran.stderr
        except subprocess.TimeoutExpired:
            return "it did not end", b"", b""
        except (OSError, ValueError) as problem:
            return f"it did not start: {problem}", b"", b""

    def stop(self):
        pass


class Forked:
    """The original in memory (forked.py): one process, one call at a time, one home folder whose path never changes."""

    def __init__(self, python, source, home, env):
        self.near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        env = {**env, "HOME": home, "PYTHONPATH": str(source)}
        self.process = subprocess.Popen([python, str(FORKED), str(far.fileno())], env=env, pass_fds=[far.fileno()], **pipes)
        far.close()

    def run(self, words, env, folder, stdin):
        """Status, output and errors of one call."""
        if any("\0" in word for word in words):
            return "it did not start: embedded null byte", b"", b""
        ends = [os.pipe() for _ in range(3)]
        (given, stdin_end), (out, out_end), (err, err_end) = ends
        line = json.dumps({"words": ["aws", *words], "env": env, "folder": str(folder)}).encode()
        socket.send_fds(self.near, [line], [given, out_end, err_end])
        for descriptor in (given, out_end, err_end):
            os.close(descriptor)
        found = {}
        readers = [threading.Thread(target=lambda n=n, d=d: found.update({n: read(d)})) for n, d in (("out", out), ("err", err))]
        for reader in readers:
            reader.start()
        try:
            os.write(stdin_end, stdin)
        except BrokenPipeError:
            pass
        os.close(stdin_end)
        for reader in readers:
            reader.join()
        return int(self.near.recv(64)), found["out"], found["err"]

    def stop(self):
        self.near.close()
        self.process.wait()


def read(descriptor):
    with open(descriptor, "rb") as stream:
        return stream.read()
