"""Text on a terminal. Logs quote what sites, clients and functions sent; a terminal would obey some of it."""

from __future__ import annotations

import codecs
import subprocess
import sys
import unicodedata

LAYOUT = "\n\t"
JOINS_EMOJI = "\u200d"


def escaped(text: str) -> str:
    """Writes control, format and unknown characters as escapes of JSON, \\u001b, as festvibes does."""
    return "".join(each if is_shown(each) else escape(each) for each in text)


def is_shown(character: str) -> bool:
    category = unicodedata.category(character)
    return character in LAYOUT + JOINS_EMOJI or not (category.startswith("C") or category in ("Zl", "Zp"))


def escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def show(command: list[str]) -> None:
    """Runs a command, and escapes its output on a terminal; a pipe or a file gets it as it is."""
    if not sys.stdout.isatty():
        subprocess.run(command)
        return
    sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Unicode
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        # Not line by line: a line may be long, or without an end for a while.
        while chunk := process.stdout.read1():
            print(escaped(decoder.decode(chunk)), end="", flush=True)
        print(escaped(decoder.decode(b"", final=True)), end="", flush=True)
