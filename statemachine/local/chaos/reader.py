"""An app and a person with SQL, who look at the dates while nights run: each day is whole, and never goes back."""

import collections
import threading

from .nights import Loss
from .state import KEYS, shows

# What the day's own document decides: no other date's load may change it.
DAYS = """
select event_date, md5(string_agg(concat_ws(' ', wwoz_event_href, status, encode(content_hash, 'hex')), ','
  order by wwoz_event_href)) from events group by 1
"""


def fetch(pipeline, dates):
    return pipeline.sql(DAYS), pipeline.redis.command_reply("MGET", *(KEYS + date for date in dates))


def days_seen(dates, rows, values):
    """What there is of each date in each place; None where there is nothing."""
    stored = dict(row.split("|") for row in rows.split())
    cached = {date: value and shows(value.decode()) for date, value in zip(dates, values, strict=True)}
    places = {"Postgres": stored, "Redis": cached}
    return {(place, date): found.get(date) for place, found in places.items() for date in dates}


class Reader(threading.Thread):
    """Looks ten times a second. `versions`: what it may see in turn, days_seen() before the night and after."""

    def __init__(self, pipeline, dates, versions):
        super().__init__(daemon=True)
        self.pipeline = pipeline
        self.dates = dates
        self.versions = versions
        self.reached = collections.Counter()
        self.emptied = set()  # places whose data were taken away
        self.looks = 0
        self.torn = None
        self.enough = threading.Event()

    def run(self):
        while not self.torn and not self.enough.wait(0.1):
            try:
                found = fetch(self.pipeline, self.dates)
            except (Loss, OSError, ValueError):
                continue  # it is down, or not up yet
            try:
                self.torn = self.judge(days_seen(self.dates, *found))
            except Exception as error:  # what a torn day does to who takes it for whole
                self.torn = f"a reader of a cached day came to {error!r}"
            self.looks += 1

    def judge(self, found):
        """What is wrong with what is seen, if anything."""
        for day, seen in found.items():
            allowed = [version[day] for version in self.versions]
            if seen in allowed[self.reached[day] :]:
                self.reached[day] = allowed.index(seen, self.reached[day])
            elif seen is not None or day[0] not in self.emptied:
                what = (
                    "nothing" if seen is None else "an earlier version" if seen in allowed else f"a part: {seen[:300]}"
                )
                return f"a reader of {day[0]} saw {what} of {day[1]}"
        return None

    def stop(self):
        self.enough.set()
        self.join()

    def expect_whole(self):
        if self.torn:
            raise Loss(self.torn)
        if not self.looks:
            raise Loss("nobody could look at the dates while the night ran")
