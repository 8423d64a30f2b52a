"""Log files of the functions: lines of JSON that the functions write, and lines of text of the emulator around them."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

UTC = datetime.timezone.utc
# 26 Nov 2026 16:26:12,255 [WARNING] (rapid) …: the emulator, in the machine's zone, which the stack sets to UTC.
EMULATOR = re.compile(r"(\d{1,2} \w{3} \d{4} \d{2}:\d{2}:\d{2},\d{3}) \[(\w+)\] \(rapid\) (.*)")
BOUNDARIES = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")
OWN_FIELDS = {"timestamp", "level", "message", "requestId", "run", "item", "dataset", "date"}


@dataclass(frozen=True)
class Line:
    time: datetime.datetime | None  # None: a line of text before the first line with a time
    level: str  # empty for a line of text, such as the message of a crash
    message: str
    run: str
    item: str
    fields: dict[str, object]
    text: str  # the line as it is in the file
    routine: bool = False  # metrics, and what the emulator says of every invocation


def parse(text: str, before: datetime.datetime | None) -> Line:
    """Reads a line. A line without a time, such as one of a backtrace, has the time of the line `before` it."""
    if text.startswith(BOUNDARIES):
        return Line(before, "", text, "", "", {}, text, routine=True)
    if match := EMULATOR.fullmatch(text):
        time = datetime.datetime.strptime(match[1], "%d %b %Y %H:%M:%S,%f").replace(tzinfo=UTC)
        # The end of every sandbox.
        routine = "SandboxTerminated" in match[3]
        return Line(time, match[2].replace("WARNING", "WARN"), match[3], "", "", {}, text, routine)
    try:
        fields = json.loads(text)
        time = datetime.datetime.fromisoformat(fields["timestamp"].replace("Z", "+00:00"))
        level = str(fields["level"])
    except (ValueError, TypeError, KeyError, AttributeError):
        return Line(before, "", text, "", "", {}, text)
    return Line(
        time,
        level,
        str(fields.get("message", "")),
        str(fields.get("run", "")),
        str(fields.get("item", "")),
        {name: value for name, value in fields.items() if name not in OWN_FIELDS},
        text,
        routine="_aws" in fields,
    )


def read(path: str, position: int = 0, before: datetime.datetime | None = None) -> Iterator[tuple[int, int, Line]]:
    """Reads the whole lines of a file from a position on, each with the positions where it begins and ends. A missing
    file has none. `before` is the time of the line before the position."""
    try:
        file = open(path, "rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(position)
        for raw in file:
            if not raw.endswith(b"\n"):
                return
            line = parse(raw.decode("utf-8", "replace").rstrip("\n"), before)
            end = position + len(raw)
            yield position, end, line
            before, position = line.time, end


def shown(line: Line, function: str) -> str:
    """Returns the line for a person: `2026-11-26 16:26:12.255 UTC INFO  Scraper RUN ITEM message name=value`."""
    time = f"{line.time:%Y-%m-%d %H:%M:%S}.{line.time.microsecond // 1000:03d} UTC" if line.time else "-"
    fields = [f"{name}={value}" for name, value in line.fields.items()]
    words = [time, f"{line.level or '-':<5}", function, line.run or "-", line.item or "-", line.message, *fields]
    return " ".join(words)
