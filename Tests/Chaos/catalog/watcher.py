"""Reads a table during a run: each item is as before the run or as after it, and no checkpoint is ahead of its item."""

from __future__ import annotations

import collections
import threading
from collections.abc import Mapping

from pipeline import Pipeline
from runs import InvariantViolation

from . import checks
from .definitions import Wanted
from .expected import Table, normal

Lines = dict[str, list[str]]  # item -> its rows


class Watcher(threading.Thread):
    """Reads rows and checkpoints five times a second. A load that adds a part of its item, or moves a checkpoint
    without the data, may do so for a moment only: the end of a run would not show it.

    The expected tables are those before the run and after it, by what the documents have.
    """

    def __init__(self, pipeline: Pipeline, table: Table, documents: Mapping[str, list[Wanted]]):
        super().__init__(daemon=True)
        self.pipeline, self.table, self.dataset = pipeline, table, table.dataset
        after, late = table.copy(), table.copy()
        for item, document in documents.items():
            after.load(item, document)
            late.load(item, document, is_late=table.dataset.state is not None)
        self.before, self.after, self.late = (by_item(each.lines()) for each in (table, after, late))
        self.checkpoints: dict[str, str] | None = None
        self.reads = 0
        self.violation: str | None = None
        self.is_stopped = threading.Event()

    def run(self) -> None:
        while not self.violation and not self.is_stopped.wait(0.2):
            try:
                # The checkpoints first: data that is loaded between the two readings is not missed.
                found = checks.check_checkpoints(self.pipeline, self.table, self.checkpoints or {}, False)
                rows = by_item([normal(each) for each in checks.found_rows(self.pipeline, self.dataset)])
            except InvariantViolation as violation:
                if not str(violation).startswith("Postgres"):  # the store is away, or a table is being made
                    self.violation = f"during the run {violation}"
                continue
            except Exception:  # S3 does not answer
                continue
            self.judge(found, rows)
            self.reads += 1

    def judge(self, checkpoints: dict[str, str], rows: Lines) -> None:
        if self.checkpoints is None:
            self.checkpoints = checkpoints
        for item in self.dataset.items:
            found, before, after, late = (
                lines.get(item, []) for lines in (rows, self.before, self.after, self.late)
            )
            if found not in (before, after, late):
                self.violation = f"during the run {item} was neither as before nor as after it: {found}"
            elif found in (before, late) and found != after and checkpoints.get(item) != self.checkpoints.get(item):
                self.violation = f"during the run {item} was as before it, but not its checkpoint {checkpoints[item]}"

    def stop(self) -> None:
        self.is_stopped.set()
        self.join()

    def expect_whole(self) -> None:
        if self.violation:
            raise InvariantViolation(self.violation[:1000])


def by_item(lines: list[str]) -> Lines:
    found = collections.defaultdict(list)
    for each in sorted(lines):
        found[each.split("|", 2)[1]].append(each)
    return dict(found)
