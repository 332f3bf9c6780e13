"""A pseudo-terminal: what a person types at a program, and what the program's screen shows then."""

import codecs
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

import pyte

PATIENCE = 300
"""How many seconds a screen may take to show what is expected."""


class Terminal:
    """A program on a terminal of its own. Leave the `with` block and it is gone."""

    def __init__(self, command, environment, folder, columns=80, rows=24, **streams):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.Stream(self.screen)
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = b""
        self.master, self.slave = pty.openpty()
        self.size(columns, rows)
        self.modes = termios.tcgetattr(self.slave)

        def own_session():
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            command, cwd=folder, env={"TERM": "xterm-256color", **environment}, preexec_fn=own_session,
            **{"stdin": self.slave, "stdout": self.slave, "stderr": self.slave, **streams},
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def size(self, columns, rows):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)

    def type(self, text):
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def signal(self, number):
        self.process.send_signal(number)

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def read(self, seconds):
        """Takes what the program writes; tells whether there was anything."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        self.stream.feed(self.decoder.decode(data))
        return bool(data)

    def wait(self, shows):
        """Waits until the screen shows a text, or until a function of the terminal is true."""
        fits = shows if callable(shows) else lambda terminal: shows in terminal.text()
        deadline = time.monotonic() + PATIENCE
        while not fits(self):
            assert time.monotonic() < deadline, f"{shows!r} did not come:\n{self.text()}"
            assert self.read(0.5) or self.process.poll() is None or fits(self), f"it ended:\n{self.text()}"
        return self

    def end(self):
        """Waits for the end of the program and gives its status."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it goes on:\n{self.text()}"
            self.read(0.05)
        while self.read(0):
            pass
        return self.process.returncode

    def is_put_back(self):
        """Whether modes, screen, cursor and pasting are what they were."""
        def last(on, off):
            return self.raw.rfind(on) <= self.raw.rfind(off)
        return (
            termios.tcgetattr(self.slave) == self.modes
            and last(b"\x1b[?1049h", b"\x1b[?1049l")
            and last(b"\x1b[?25l", b"\x1b[?25h")
            and last(b"\x1b[?2004h", b"\x1b[?2004l")
        )

