"""The functions' logs for a person: the lines of several files, merged by time, without metrics."""

from __future__ import annotations

import collections
import datetime
import sys
import time

import functionlog
import terminal

LAST = 100  # lines
POLL = 0.5  # seconds


def show(files: dict[str, str], follow: bool) -> None:
    """Prints the last lines of the functions' log files, and with `follow` each new one until Ctrl-C."""
    positions = dict.fromkeys(files, 0)
    lines = new_lines(files, positions, LAST)
    if not lines and not follow:
        print("no function has written to its log yet; next: make run", file=sys.stderr)
    output(lines)
    while follow:
        time.sleep(POLL)
        output(new_lines(files, positions))


def new_lines(files: dict[str, str], positions: dict[str, int], last: int | None = None) -> list[str]:
    """Returns the lines after the positions, which it moves, by time; of each file at most the `last` ones."""
    found: list[tuple[datetime.datetime, str]] = []
    for function, path in files.items():
        lines: collections.deque[functionlog.Line] = collections.deque(maxlen=last)
        for _, end, line in functionlog.read(path, positions[function]):
            positions[function] = end
            if not line.routine:
                lines.append(line)
        oldest = datetime.datetime.min.replace(tzinfo=functionlog.UTC)
        found += [(line.time or oldest, functionlog.shown(line, function)) for line in lines]
    found.sort(key=lambda each: each[0])
    return [text for _, text in found][-last if last else 0 :]


def output(lines: list[str]) -> None:
    """Prints lines. On a terminal, what it would obey is escaped: logs quote what others sent."""
    for line in lines:
        print(terminal.escaped(line) if sys.stdout.isatty() else line)
    sys.stdout.flush()
