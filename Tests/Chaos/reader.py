"""Readers of Postgres and Redis during a run: each day they see is whole, and never goes back to an earlier version."""

from __future__ import annotations

import collections
import threading

from pipeline import Pipeline
from runs import InvariantViolation
from state import KEYS, cached_events

Day = tuple[str, str]  # store, date

# The part of a day that only its own document determines; loads of other dates must not change it.
DAYS = """
select event_date, md5(string_agg(concat_ws(' ', wwoz_event_href, status, encode(content_hash, 'hex')), ','
  order by wwoz_event_href)) from events group by 1
"""


def fetch(pipeline: Pipeline, dates: tuple[str, ...]) -> tuple[str, list[bytes | None]]:
    return pipeline.sql(DAYS), pipeline.redis.command_reply("MGET", *(KEYS + date for date in dates))


def days_seen(dates: tuple[str, ...], rows: str, values: list[bytes | None]) -> dict[Day, str | None]:
    """Returns the content of each date in each store, or None where the store has nothing for the date."""
    stored = dict(row.split("|") for row in rows.split())
    cached = {date: value and cached_events(value.decode()) for date, value in zip(dates, values, strict=True)}
    stores = {"Postgres": stored, "Redis": cached}
    return {(store, date): found.get(date) for store, found in stores.items() for date in dates}


class Reader(threading.Thread):
    """Reads the dates ten times a second.

    `versions` are the contents that it may see, in this order: days_seen() before the run and after it.
    """

    def __init__(self, pipeline: Pipeline, dates: tuple[str, ...], versions: list[dict[Day, str | None]]):
        super().__init__(daemon=True)
        self.pipeline = pipeline
        self.dates = dates
        self.versions = versions
        self.reached = collections.Counter()
        self.emptied = set()  # stores whose data a fault has deleted
        self.reads = 0
        self.violation = None
        self.is_stopped = threading.Event()

    def run(self) -> None:
        while not self.violation and not self.is_stopped.wait(0.1):
            try:
                found = fetch(self.pipeline, self.dates)
            except (InvariantViolation, OSError, ValueError):
                continue  # the store is down or still starting
            try:
                self.violation = self.judge(days_seen(self.dates, *found))
            except Exception as error:  # a partly written day can break any step of its decoding
                self.violation = f"a reader of a cached day failed with {error!r}"
            self.reads += 1

    def judge(self, found: dict[Day, str | None]) -> str | None:
        """Returns a description of the first violation in what was read, or None."""
        for day, seen in found.items():
            allowed = [version[day] for version in self.versions]
            if seen in allowed[self.reached[day] :]:
                self.reached[day] = allowed.index(seen, self.reached[day])
            elif seen is not None or day[0] not in self.emptied:
                if seen is None:
                    content = "nothing"
                else:
                    content = "an earlier version" if seen in allowed else f"only a part: {seen[:300]}"
                return f"a reader of {day[0]} saw for {day[1]} {content}"
        return None

    def stop(self) -> None:
        self.is_stopped.set()
        self.join()

    def expect_whole(self) -> None:
        if self.violation:
            raise InvariantViolation(self.violation)
        if not self.reads:
            raise InvariantViolation("the reader could not read the dates during the run")
