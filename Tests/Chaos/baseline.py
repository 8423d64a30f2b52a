"""Undisturbed runs: the starting point of disturbed runs, and what their results are compared with."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from checks import ledger
from pipeline import Pipeline
from reader import Day, days_seen, fetch
from runs import InvariantViolation, Run
from source import EDITIONS
from state import State

FIRST = datetime.date(2026, 2, 1)  # the third is the month's first Tuesday, a day without events on the sample site


class Start(NamedTuple):
    """The state of the stores before a run."""

    has_earlier: bool  # an earlier edition of the site is loaded; otherwise the stores are empty
    is_cold: bool  # no pages are stored; otherwise those of an earlier run are


STARTS = [Start(True, True), Start(False, True), Start(True, False), Start(False, False)]


class Reference(NamedTuple):
    """The result of an undisturbed run."""

    state: State
    versions: list[dict[Day, str | None]]  # what a reader sees before and after it
    ledger: str


def days(count: int, first: int = 0) -> tuple[str, ...]:
    """Returns `count` consecutive dates, starting `first` days after FIRST. They share venues, artists and genres."""
    return tuple((FIRST + datetime.timedelta(days=first + number)).isoformat() for number in range(count))


class Baseline:
    def __init__(self, pipeline: Pipeline):
        self.pipeline = pipeline
        self.references: dict[tuple[tuple[str, ...], Start], Reference] = {}
        self.bases: dict[tuple[str, ...], tuple[str, dict[str, str]]] = {}  # pipeline.save() after the earlier runs

    def begin(self, dates: tuple[str, ...], start: Start) -> None:
        """Puts the stores into the state `start` and the site into the edition that the run will read.

        The edition depends on the start, so that some of the pages that an earlier round stored are current and others
        are not.
        """
        site, (first, second, with_earlier, alone) = self.pipeline.site, EDITIONS
        if start.has_earlier and dates not in self.bases:
            self.pipeline.empty()
            for edition in (first, second):
                site.set(edition)
                self.run(dates, "earlier")
            self.bases[dates] = self.pipeline.save(f"base_{len(self.bases)}")
        if start.has_earlier:
            self.pipeline.restore(self.bases[dates])
        else:
            self.pipeline.empty()
        if start.is_cold:
            self.pipeline.empty_pages()
        site.set(with_earlier if start.has_earlier else alone)

    def run(self, dates: tuple[str, ...], label: str, **options) -> Run:
        run = self.pipeline.run(dates, label, **options)
        if not run.is_complete:
            raise InvariantViolation(f"{run.name} failed without any fault: {run.causes}, without {run.missed}")
        return run

    def reference(self, dates: tuple[str, ...], start: Start) -> Reference:
        if (dates, start) not in self.references:
            self.begin(dates, start)
            before = self.seen(dates)
            run = self.run(dates, "baseline")
            found = Reference(State.read(self.pipeline), [before, self.seen(dates)], ledger(self.pipeline, run))
            other = self.references.get((dates, start._replace(is_cold=not start.is_cold)))
            if other:
                other.state.expect(found.state)
            if start.has_earlier:
                self.expect_all_kinds(dates, found.ledger)
            self.references[dates, start] = found
        return self.references[dates, start]

    def seen(self, dates: tuple[str, ...]) -> dict[Day, str | None]:
        return days_seen(dates, *fetch(self.pipeline, dates))

    def expect_all_kinds(self, dates: tuple[str, ...], line: str) -> None:
        """Checks that a run over an earlier edition has records of every kind: new, changed, cancelled, and so on."""
        kinds = ("found", "new", "changed", "unchanged", "rejected", "cancelled")
        counts = dict(zip(kinds, line.split("|")[2:], strict=True))
        counts["reinstated"] = self.pipeline.sql(
            f"select count(*) from events e join {self.bases[dates][0]}.events b using (id) "
            "where e.status = 'scheduled' and b.status = 'cancelled'"
        ).strip()
        counts["resolved"] = self.pipeline.sql(
            "select count(*) from rejected_records where resolution = 'loaded'"
        ).strip()
        if missing := [kind for kind, count in counts.items() if count == "0"]:
            raise InvariantViolation(f"the site's editions differ too little: no record is {', '.join(missing)}")
