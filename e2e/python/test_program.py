"""How the program's file is laid out, which decides what a call costs (docs/decisions/start-up.md)."""

import os
import platform
import struct
from pathlib import Path

import pytest

PROGRAM = Path(os.environ["SIGNBACK_PROGRAM"])
SECTION = struct.Struct("<IIQQQQIIQQ")


def sections():
    """The sizes of the sections of the program's file in bytes, by name (ELF-64, "Sections")."""
    file = PROGRAM.read_bytes()
    (table,) = struct.unpack_from("<Q", file, 0x28)
    each, count, names = struct.unpack_from("<HHH", file, 0x3A)
    headers = [SECTION.unpack_from(file, table + index * each) for index in range(count)]
    text = headers[names][4]
    return {file[text + header[0]:].split(b"\0", 1)[0].decode(): header[5] for header in headers}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="laid out on x86-64 only")
def test_the_functions_of_a_call_lie_together():
    size = sections().get(".text.start", 0)
    assert 1_500_000 < size < 3_000_000, (
        f"crates/cli/start.ld finds {size} bytes of code: it no longer fits how the compiler names "
        "functions and files, or takes too much along. Run scripts/order-start."
    )
