"""Reports on screens of different widths, in a pipe, and without colours."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unicodedata
from collections.abc import Mapping

from rounds import Row
from runs import InvariantViolation

WIDTHS = (80, 200)
STYLE = re.compile(r"\x1b\[[0-9;]*m")


def check_screens(row: Row, program: str, variables: Mapping[str, str], *commands: list[str]) -> None:
    for command in commands:
        for width in WIDTHS:
            for plain in (False, True):
                text = on_screen([program, *command], {**variables, **({"NO_COLOR": "1"} if plain else {})}, width)
                check_text(f"{' '.join(command)} at {width} columns", text, width, plain)
        piped = subprocess.run(
            [program, *command], env=variables, stdout=subprocess.PIPE, text=True, check=False
        ).stdout
        check_text(f"{' '.join(command)} in a pipe", piped, None, True)
        row.reads += 1


def check_text(name: str, text: str, width: int | None, is_plain: bool) -> None:
    if not text.strip():
        raise InvariantViolation(f"{name} is empty")
    if is_plain and "\x1b" in text:
        raise InvariantViolation(f"{name} has styles: {text!r:.500}")
    for line in STYLE.sub("", text).splitlines():
        # Sentences and commands to paste are wrapped by the terminal; tables are cut to its width.
        is_table = "─" in line or "  " in line.strip()
        if width and is_table and columns(line) > width and "next:" not in line:
            raise InvariantViolation(f"{name}: a line has {columns(line)} columns: {line}")


def columns(line: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in line if not unicodedata.combining(each)
    )


def on_screen(command: list[str], variables: Mapping[str, str], width: int) -> str:
    """Runs a program on a pseudo-terminal and returns what it writes."""
    own, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    process = subprocess.Popen(
        command, env={**variables, "TERM": "xterm"}, stdin=its, stdout=its, stderr=subprocess.DEVNULL, close_fds=True
    )
    os.close(its)
    data = b""
    while True:
        try:
            part = os.read(own, 65536)
        except OSError:  # the terminal's other end is closed
            break
        if not part:
            break
        data += part
    os.close(own)
    process.wait()
    return data.decode(errors="replace").replace("\r\n", "\n")
