"""What happens to nights, and the comparison with nights to which nothing happened."""

import collections
import random
import time

from .checks import check_ledger, check_leftovers, check_storage
from .nights import Loss
from .outages import Outages, TooLate
from .reader import Reader
from .state import State
from .undisturbed import Undisturbed

ATTEMPTS = 5  # of an outage
FUTILE = 20  # rounds in a row in which nothing was struck


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
        self.seed = seed
        self.undisturbed = Undisturbed(pipeline)
        self.outages = Outages(pipeline)

    def chance(self, row):
        """For each scenario and round its own, so that a seed has the same in mind with --only, too. What it does not
        decide is which of the threads that run at once comes first, and how long things take: so which of a night's
        requests or invocations is struck, and how many rounds it takes to strike so many, may differ."""
        return random.Random(f"{self.seed} {row.name} {row.rounds}")

    def round(self, row, dates, start, faults=None, outage=None, allowed=(), sabotage=None):
        """From `start` a night with faults or an outage; the comparison of what it did; what it missed, again; and the
        comparison of all. `allowed`: what tasks may fail with; Runtime.ExitError only as often as a function was
        killed. `sabotage` is done before anybody compares, to see whether it is found out."""
        pipeline, chance = self.pipeline, self.chance(row)
        reference = self.undisturbed.reference(dates, start)
        self.undisturbed.begin(dates, start)
        pipeline.struck()
        if faults:
            pipeline.faults(seed=chance.random(), **faults)
        reader = Reader(pipeline, dates, reference.versions)

        def meanwhile(arn):
            if outage:
                self.outages.wait_for_a_moment(arn, dates, chance)
                outage(reader)
                row.struck["outages"] += 1

        def failures():
            kills = self.count_struck(row)
            return {**dict.fromkeys(allowed), "Runtime.ExitError": kills}

        reader.start()
        try:
            night = pipeline.night(dates, row.name, failures, meanwhile)
            pipeline.faults()
            row.rounds += 1
            row.retries += night.retries
            if sabotage:
                sabotage(night)
                time.sleep(0.5)
            self.check(row, night, reference)
            if not night.is_whole:
                row.again += 1
                reference.state.of(night.done).expect(State.read(pipeline).of(night.done))
                # The whole night, as somebody on call would: what a date tells of an act is in the others' cache, too.
                night = self.undisturbed.night(dates, f"{row.name} again")
                self.check(row, night)
        finally:
            pipeline.faults()
            reader.stop()
        reader.expect_whole()
        row.looks += reader.looks
        reference.state.expect(State.read(pipeline))
        return night

    def check(self, row, night, reference=None):
        check_leftovers(self.pipeline)
        check_storage(self.pipeline, night)
        row.unclosed += check_ledger(self.pipeline, night, reference and reference.ledger)

    def count_struck(self, row):
        """Into the row; answers how many functions were killed."""
        struck = self.pipeline.struck()
        for fault in struck:
            row.struck[fault.get("function") or f"{fault['method']} {fault['kind']}"] += 1
        return sum("function" in fault for fault in struck)

    # ---- scenarios

    def disturbed(self, row, dates, starts, **options):
        """A round from each start. In the end a replay of the last night has to leave everything as it is: what it was
        made of is in S3, whole."""
        for start in starts:
            before = row.struck.total()
            night = self.round(row, dates, start, **options)
            if row.struck.total() == before:
                raise Loss("nothing was struck")
        found = State.read(self.pipeline)
        self.undisturbed.night(dates, f"{row.name} replay", replay=night)
        found.expect(State.read(self.pipeline))

    def without(self, row, dates, starts, outage, *allowed):
        """On a busy machine an outage may come too late, or end before anybody has missed the part: then once more."""
        for left in reversed(range(ATTEMPTS)):
            try:
                self.disturbed(row, dates, starts, outage=outage, allowed=allowed)
            except TooLate:
                if not left:
                    raise
                continue
            if row.retries:
                return
        raise Loss("no task had to be tried again: nobody missed what was taken away")

    def kills(self, row, each, dates, starts):
        """SIGKILL at random moments of invocations under way, until each function has died so often."""
        invocations = {
            "DateRangeGenerator": 1,
            "Scraper": len(dates),
            "Loader": len(dates) + 2,
            "CacheManager": len(dates) + 1,
        }
        futile = 0
        while left := {name: each - row.struck[name] for name in invocations if row.struck[name] < each}:
            # The one with the fewest invocations decides how many rounds it takes; the others are spread over these.
            rounds = max(1, max(left[name] / invocations[name] for name in left))
            plan = {
                name: {"share": min(0.9, 1.5 * left[name] / invocations[name] / rounds), "most": left[name]}
                for name in left
            }
            before = row.struck.total()
            self.round(row, dates, starts[row.rounds % len(starts)], {"kill": plan})
            futile = 0 if row.struck.total() > before else futile + 1
            if futile == FUTILE:
                raise Loss(f"in {FUTILE} rounds nothing was struck")
