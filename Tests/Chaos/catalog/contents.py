"""What the source has, as a function of a seed and a version. What must be in a table follows from it alone."""

from __future__ import annotations

import datetime
import hashlib
from typing import NamedTuple

SHELVES = ("a", "b", "c", "d", "e", "f")
SIZE = 14  # records of a shelf in version 0
NEW = 1  # records that each version adds to a shelf
BASE = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
LAST_SECOND = 30
TOO_MANY = 39  # the stock that breaks the table's check


class Record(NamedTuple):
    """A record as it was last changed. `price` is in cents."""

    id: str
    name: str
    price: int
    stock: int
    tags: tuple[str, ...]
    updated_at: str

    @property
    def is_valid(self) -> bool:
        """False if it breaks a rule of the definitions: the scraper rejects the price, the loader the stock."""
        return self.price >= 0 and self.stock < TOO_MANY

    def as_json(self) -> dict:
        return {**self._asdict(), "price": self.price / 100, "tags": list(self.tags)}


def number(*words: object) -> int:
    return int.from_bytes(hashlib.sha256(" ".join(map(str, words)).encode()).digest()[:6], "big")


def moment(version: int, seconds: int) -> str:
    return (BASE + datetime.timedelta(hours=version, seconds=seconds)).isoformat().replace("+00:00", "Z")


class Contents:
    """The records of all shelves in every version.

    Each version adds records, changes a quarter of the others, and, with `vanishing`, leaves out an eighth, which are
    back in a later one. Some changes have the very second that was the last one of the version before: a reader that
    asks only for later ones would miss them.
    """

    def __init__(self, seed: int, vanishing: bool):
        self.seed = seed
        self.vanishing = vanishing

    def shelf(self, shelf: str, version: int) -> list[Record]:
        """Returns the records in the order of their changes."""
        found = [
            self.record(f"{shelf}-{count:03}", count, version)
            for count in range(SIZE + NEW * version)
            if not (self.vanishing and version and number(self.seed, shelf, count, "gone", version) % 8 == 0)
        ]
        return sorted(found, key=lambda record: (record.updated_at, record.id))

    def record(self, name: str, count: int, version: int) -> Record:
        born = max(0, (count - SIZE) // NEW + 1)
        changes = (each for each in range(version, born, -1) if number(self.seed, name, each) % 4 == 0)
        changed = next(changes, born)
        chance = number(self.seed, name, changed, "content")
        is_late = changed > 0 and chance % 5 == 0
        return Record(
            id=name,
            name=f"Café № {chance % 1000}, “{name}” {changed}",
            price=-(chance % 90) - 1 if chance % 17 == 0 else chance % 100_000,
            stock=chance % 40,
            tags=tuple(f"tag-{each}" for each in range(chance % 4)),
            updated_at=moment(changed - 1, LAST_SECOND) if is_late else moment(changed, chance % 4 * LAST_SECOND // 3),
        )
