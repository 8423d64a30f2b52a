"""What happens to nights, and the comparison with nights to which nothing happened."""

import collections
import datetime
import os
import random
import signal
import time

from .pipeline import Loss, Reader
from .state import State

FIRST = datetime.date(2026, 2, 1)  # of the sample site, which has shows on any date


def days(count):
    """So many dates in a row: what they share is the sample site's venues, acts and genres."""
    return [(FIRST + datetime.timedelta(days=number)).isoformat() for number in range(count)]


class Row:
    """A line of the table: how many nights (or rounds), how many of them had to be run again for a date that they
    missed, how often a task was retried, how often a reader looked meanwhile, how many runs the ledger knows no end of;
    and what struck."""

    HEAD = f"{'scenario':<28} {'rounds':>6} {'again':>5} {'retries':>7} {'looks':>6} {'open':>4} {'seconds':>7} outcome"

    def __init__(self, name):
        self.name = name
        self.rounds = self.again = self.retries = self.looks = self.unclosed = 0
        self.struck = collections.Counter()
        self.seconds = 0.0
        self.loss = None

    def __str__(self):
        struck = ", ".join(f"{count} {kind}" for kind, count in sorted(self.struck.items()))
        counts = f"{self.rounds:>6} {self.again:>5} {self.retries:>7} {self.looks:>6} {self.unclosed:>4}"
        outcome = f"LOST: {self.loss}" if self.loss else "nothing lost"
        return f"{self.name:<28} {counts} {self.seconds:>7.0f} {outcome} ({struck})"


class Rounds:
    """Runs nights while something happens to them."""

    def __init__(self, pipeline, seed):
        self.pipeline = pipeline
        self.random = random.Random(seed)
        self.references = {}  # groups of dates -> state, seconds that it took

    def reference(self, dates):
        """The state after a night in which nothing happened, on empty stores, and the seconds that it took."""
        key = tuple(dates)
        if key not in self.references:
            self.pipeline.empty()
            started = time.monotonic()
            night = self.pipeline.night(dates, "undisturbed")
            if night.status != "SUCCEEDED":
                raise Loss(f"a night failed with nothing in its way: {dict(night.causes)}")
            self.references[key] = State.read(self.pipeline), time.monotonic() - started
        return self.references[key]

    def round(self, row, dates, faults=None, outage=None):
        """On empty stores a night with faults or an outage; what it missed, again; and the comparison."""
        pipeline = self.pipeline
        reference, seconds = self.reference(dates)
        label = row.name.replace(" ", "-")
        pipeline.empty()
        pipeline.struck()
        if faults:
            pipeline.faults(seed=self.random.random(), **faults)

        def meanwhile():
            time.sleep(self.random.uniform(0.1, 0.8) * seconds)
            outage()
            row.struck["outages"] += 1

        reader = Reader(pipeline, reference)
        reader.start()
        try:
            night = pipeline.night(dates, label, meanwhile if outage else None)
        finally:
            pipeline.faults()
        row.rounds += 1
        row.retries += night.retries
        if night.missed:
            # The whole night, as somebody on call would: what one date tells of an act is in the others' cache, too.
            row.again += 1
            second = pipeline.night(dates, f"{label}-again")
            if second.status != "SUCCEEDED":
                raise Loss(f"{second.name} failed with nothing in its way: {dict(second.causes)}")
        row.looks += reader.stop()
        for fault in pipeline.struck():
            row.struck[fault.get("function") or f"{fault['method']} {fault['kind']}"] += 1
        reference.expect(State.read(pipeline))
        pipeline.check_leftovers()
        row.unclosed += pipeline.check_ledger(night)

    def kills(self, row, each, dates):
        """SIGKILL at random moments of invocations under way, until each function has died so often."""
        invocations = {"DateRangeGenerator": 1, "Scraper": dates, "Loader": dates + 2, "CacheManager": dates + 1}
        while left := {name: each - row.struck[name] for name in invocations if row.struck[name] < each}:
            # The one with the fewest invocations decides how many rounds it takes; the others are spread over these.
            rounds = max(1, max(left[name] / invocations[name] for name in left))
            plan = {
                name: {"share": min(0.5, 1.3 * left[name] / invocations[name] / rounds), "most": left[name]}
                for name in left
            }
            self.round(row, days(dates), {"kill": plan})

    def stopped(self, part):
        """A service that is shut down and comes back after three seconds."""

        def outage():
            part.process.stop()
            self.back(part)

        return outage

    def killed(self, part):
        """A service that dies and comes back after three seconds."""

        def outage():
            os.kill(part.process.pid(), signal.SIGKILL)
            self.back(part)

        return outage

    @staticmethod
    def back(part):
        time.sleep(3)
        part.start()
        part.wait()
