"""Nights to which nothing happens: what others are compared with, and what others begin with."""

import collections
import datetime

from .checks import ledger
from .nights import Loss
from .reader import days_seen, fetch
from .site import EDITIONS
from .state import State

FIRST = datetime.date(2026, 2, 1)  # of the sample site: the third is the month's first Tuesday, a day without shows

# How a night finds things: over another version of the site that was loaded before, or on empty stores; with the pages
# kept that some night has read, or with none of them.
Start = collections.namedtuple("Start", "is_over is_cold")
STARTS = [Start(True, True), Start(False, True), Start(True, False), Start(False, False)]

# What an undisturbed night leaves: the state, what a reader sees before it and after it, its line in the ledger.
Reference = collections.namedtuple("Reference", "state versions ledger")


def days(count, first=0):
    """So many dates in a row, from so many after FIRST: what they share is the site's venues, acts and genres."""
    return tuple((FIRST + datetime.timedelta(days=first + number)).isoformat() for number in range(count))


class Undisturbed:
    def __init__(self, pipeline):
        self.pipeline = pipeline
        self.references = {}  # by dates and start
        self.bases = {}  # by dates: what pipeline.save() has kept of the nights before

    def begin(self, dates, start):
        """The stores as `start` wants them, and the site in tonight's edition. That is another one for either start, so
        that of the pages kept by the round before some are still right, and some are not."""
        site, (earlier, yesterday, over, alone) = self.pipeline.site, EDITIONS
        if start.is_over and dates not in self.bases:
            self.pipeline.empty()
            for edition in (earlier, yesterday):
                site.be(edition)
                self.night(dates, "earlier")
            self.bases[dates] = self.pipeline.save(f"base_{len(self.bases)}")
        if start.is_over:
            self.pipeline.restore(self.bases[dates])
        else:
            self.pipeline.empty()
        if start.is_cold:
            self.pipeline.empty_pages()
        site.be(over if start.is_over else alone)

    def night(self, dates, label, **options):
        night = self.pipeline.night(dates, label, **options)
        if not night.is_whole:
            raise Loss(f"{night.name} failed with nothing in its way: {night.causes}, without {night.missed}")
        return night

    def reference(self, dates, start):
        if (dates, start) not in self.references:
            self.begin(dates, start)
            before = self.seen(dates)
            night = self.night(dates, "undisturbed")
            found = Reference(State.read(self.pipeline), [before, self.seen(dates)], ledger(self.pipeline, night))
            other = self.references.get((dates, start._replace(is_cold=not start.is_cold)))
            if other:
                other.state.expect(found.state)
            if start.is_over:
                self.expect_all_sorts(dates, found.ledger)
            self.references[dates, start] = found
        return self.references[dates, start]

    def seen(self, dates):
        return days_seen(dates, *fetch(self.pipeline, dates))

    def expect_all_sorts(self, dates, line):
        """That a night over another version has something of everything to do."""
        kinds = ("found", "new", "changed", "unchanged", "rejected", "cancelled")
        counts = dict(zip(kinds, line.split("|")[2:], strict=True))
        counts["back"] = self.pipeline.sql(
            f"select count(*) from events e join {self.bases[dates][0]}.events b using (id) "
            "where e.status = 'scheduled' and b.status = 'cancelled'"
        ).strip()
        counts["resolved"] = self.pipeline.sql(
            "select count(*) from rejected_records where resolution = 'loaded'"
        ).strip()
        if missing := [kind for kind, count in counts.items() if count == "0"]:
            raise Loss(f"the editions of the site are too much alike: nothing is {', '.join(missing)}")
