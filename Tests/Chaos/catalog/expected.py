"""What must be in a table and in the ledger after loads, computed without the code under test."""

from __future__ import annotations

import json
from typing import NamedTuple

from runs import InvariantViolation

from .definitions import Dataset, Wanted

SHOWN = 3


class Stored(NamedTuple):
    item: str
    values: str
    is_deleted: bool = False


class Counts(NamedTuple):
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    cancelled: int = 0


class Table:
    """The rows of a dataset's table by their keys, and the rejections of each item that are open.

    `unsure` are rejections that a late document has loaded: it resolves those of older documents, none of later ones.
    """

    def __init__(self, dataset: Dataset):
        self.dataset = dataset
        self.rows: dict[str, Stored] = {}
        self.rejected: dict[str, set[str]] = {item: set() for item in dataset.items}
        self.unsure: dict[str, set[str]] = {item: set() for item in dataset.items}

    def copy(self) -> Table:
        other = Table(self.dataset)
        other.rows = dict(self.rows)
        other.rejected, other.unsure = dict(self.rejected), dict(self.unsure)
        return other

    def load(self, item: str, document: list[Wanted], is_late: bool = False) -> Counts:
        """Loads a document. Returns the counts that the ledger must have of it.

        A late one, of an item whose later document was loaded before, by the clocks, changes no row.
        """
        new = changed = unchanged = cancelled = 0
        for row in document:
            if not row.is_valid:
                continue
            stored, now = self.rows.get(row.key), Stored(item, row.values)
            if is_late and stored:
                now = stored
            new += stored is None
            changed += stored is not None and stored != now
            unchanged += stored == now
            self.rows[row.key] = now
        listed = {row.key for row in document}
        rejected = {row.key for row in document if not row.is_valid}
        if is_late:
            self.unsure[item] = (self.unsure[item] | self.rejected[item] & listed) - rejected
        # A document of what has changed says nothing about other records that were rejected.
        self.rejected[item] = rejected | (self.rejected[item] - listed if self.dataset.state else set())
        if self.dataset.is_complete:
            for key, stored in self.rows.items():
                if stored.item == item and key not in listed and not stored.is_deleted:
                    self.rows[key] = stored._replace(is_deleted=True)
                    cancelled += 1
        return Counts(len(document), new, changed, unchanged, len(rejected), cancelled)

    def lines(self) -> list[str]:
        """Returns the rows as SQL in checks.py selects them."""
        return sorted(line(key, *stored) for key, stored in self.rows.items())

    def expect(self, found: list[str]) -> None:
        """Raises InvariantViolation if the rows of the table are not these, or one of them is there twice."""
        wanted = self.lines()
        found = sorted(normal(each) for each in found)
        if found == wanted:
            return
        lost, gained = difference(wanted, found), difference(found, wanted)
        raise InvariantViolation(
            f"{self.dataset.table} lacks {len(lost)} rows, and has {len(gained)} that are unexpected:\n"
            + "\n".join([f"- {each[:300]}" for each in lost[:SHOWN]] + [f"+ {each[:300]}" for each in gained[:SHOWN]])
        )


def line(key: str, item: str, values: str, is_deleted: bool) -> str:
    state = "deleted" if is_deleted else "stored"
    return f"{key}|{item}|{state}|{json.dumps(json.loads(values), ensure_ascii=False, sort_keys=True)}"


def normal(text: str) -> str:
    """Spells the JSON of a line as json.dumps does."""
    key, item, state, values = text.split("|", 3)
    return line(key, item, values, state == "deleted")


def difference(some: list[str], others: list[str]) -> list[str]:
    left = list(others)
    result = []
    for each in some:
        if each in left:
            left.remove(each)
        else:
            result.append(each)
    return result
