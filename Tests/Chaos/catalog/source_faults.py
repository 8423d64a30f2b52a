"""Faults of the source of a dataset: each has its error, costs only its item, and a run without it makes up for it."""

from __future__ import annotations

import json
from collections.abc import Callable

from rounds import Row
from runs import InvariantViolation, Run

from .definitions import Wanted
from .rounds import DatasetRounds
from .server import Asked, Fault

BY = 6  # versions: so many have changes of several pages
# The errors of faults that do not pass. A page that is cut, or does not come, is asked for again.
ERRORS = {
    "error": "SourceUnavailable",
    "cut": "SourceUnavailable",
    "stalled": "SourceUnavailable",
    "throttled": "SourceThrottled",
    "forbidden": "SourceRefused",
    "unauthorized": "SourceRefused",
    "garbage": "SourceChanged",
    "repeated": "SourceChanged",
}
# Of these the first answer is asked for again.
PASSING = ("error", "cut", "stalled", "throttled", "unauthorized")

Scenario = Callable[[Row], None]


def of_pages(name: str, page: int = 1, item: str = "") -> Fault:
    """Returns a fault of one item's pages, from a page on; of all items without one."""

    def fault(asked: Asked) -> str | bool:
        return asked.kind != "token" and asked.page >= page and item in ("", asked.shelf) and name

    return fault


def once(name: str) -> Fault:
    """Returns a fault of every page that the next request for it does not have."""
    return lambda asked: asked.kind != "token" and asked.count == 1 and name


class CatalogFaults:
    def __init__(self, rounds: DatasetRounds):
        self.rounds = rounds

    def stays(self, name: str, page: int = 2) -> Scenario:
        """A page that fails in every attempt, at first on an empty table: its item fails, and the others are loaded."""

        def scenario(row: Row) -> None:
            item = self.rounds.table.dataset.items[0]
            for _ in range(2):
                error = ERRORS[name]
                run = self.rounds.round(row, fault=of_pages(name, page, item), allowed=[error], by=BY)
                if run.failed != {item: error}:
                    raise InvariantViolation(f"{run.failed} failed, expected {item} with {error}: {run.causes}")

        return scenario

    def passes(self, name: str) -> Scenario:
        """Every page fails once: nothing fails, because it is asked for again."""

        def scenario(row: Row) -> None:
            for _ in range(2):
                self.expect_complete(self.rounds.round(row, fault=once(name), allowed=[ERRORS[name]], by=BY))

        return scenario

    # ---- tokens

    def expiring_tokens(self, row: Row) -> None:
        """A token is good for two pages of three, or for so short a time that each page needs a new one."""
        for token in ({"token_uses": 2}, {"token_seconds": 61}):
            run = self.rounds.round(row, token=token, by=BY)
            self.expect_complete(run)
        if row.injected["tokens"] <= len(run.done) or not row.injected["expired tokens"]:
            raise InvariantViolation(f"no token has expired during a run: {dict(row.injected)}")

    def refused_tokens(self, name: str) -> Scenario:
        """The source gives no token any more: every item fails, and what is stored stays."""

        def scenario(row: Row) -> None:
            self.rounds.round(row)
            run = self.rounds.round(row, fault=lambda asked: asked.kind == "token" and name, allowed=[ERRORS[name]])
            if set(run.failed.values()) != {ERRORS[name]} or run.done:
                raise InvariantViolation(f"{run.failed} failed, expected all with {ERRORS[name]}")

        return scenario

    # ---- answers that are wrong

    def shrinks(self, name: str) -> Scenario:
        """A complete answer of a few records, or none, is refused; one of what has changed deletes nothing."""

        def scenario(row: Row) -> None:
            dataset = self.rounds.table.dataset
            first, left = dataset.items[0], {"shrunk": 2, "empty": 0}[name]

            def changed(item: str, rows: list[Wanted]) -> list[Wanted]:
                return rows[:left] if item == first and not dataset.is_complete else rows

            self.rounds.round(row)
            fault = of_pages(name, 1, first)
            run = self.rounds.round(row, fault=fault, allowed=["SourceChanged"], changed=changed)
            if run.failed != ({first: "SourceChanged"} if dataset.is_complete else {}):
                raise InvariantViolation(f"{run.failed} failed, expected {first}, whose answer has shrunk")
            self.rounds.round(row)

        return scenario

    def more_columns(self, row: Row) -> None:
        """Fields that no column has are kept as metadata, and vanish with the next answer without them."""

        def changed(item: str, rows: list[Wanted]) -> list[Wanted]:
            metadata = {"origin": "a new column", "nested": {"deep": [1, None]}}
            return [each._replace(values=with_metadata(each.values, metadata)) for each in rows]

        self.rounds.round(row)
        self.expect_complete(self.rounds.round(row, fault=of_pages("more columns"), changed=changed))
        self.rounds.round(row)

    def another_type(self, row: Row) -> None:
        """Records whose value is of another type are rejected, each by name; their rows stay as they are."""
        self.rounds.round(row)
        self.expect_complete(self.rounds.round(row, fault=of_pages("another type"), changed=rejected))
        run = self.rounds.round(row, fault=of_pages("nothing fits"), changed=rejected)
        self.expect_complete(run)
        if run.summary["status"] != "partial":
            raise InvariantViolation(f"{run.name} is {run.summary['status']}, although every record was rejected")
        self.rounds.round(row)

    @staticmethod
    def expect_complete(run: Run) -> None:
        if not run.is_complete:
            raise InvariantViolation(f"{run.failed} failed: {run.causes}")


def with_metadata(values: str, metadata: dict) -> str:
    *columns, _ = json.loads(values)
    return json.dumps([*columns, metadata], ensure_ascii=False)


def rejected(item: str, rows: list[Wanted]) -> list[Wanted]:
    return [each._replace(is_valid=False) for each in rows]
