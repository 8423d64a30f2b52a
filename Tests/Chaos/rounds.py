"""Rounds: a run with injected faults, compared with a baseline run without any."""

from __future__ import annotations

import collections
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from baseline import Baseline, Start
from checks import check_ledger, check_leftovers, check_storage
from outages import Outage, Outages, TooLate
from pipeline import Pipeline
from reader import Reader
from runs import InvariantViolation, Run
from state import State

ATTEMPTS = 5  # for an outage
FUTILE = 20  # consecutive rounds without an injected fault


class Row:
    """A line of the table.

    rounds: runs, or rounds of loaders; reruns: runs that were repeated because they missed a date; retries: of tasks;
    reads: by the concurrent reader; open: runs that were never closed in the ledger. The faults injected come last.
    """

    HEAD = f"{'scenario':<42} {'rounds':>6} {'reruns':>6} {'retries':>7} {'reads':>6} {'open':>4} {'seconds':>7} result"

    def __init__(self, name: str):
        self.name = name
        self.rounds = self.reruns = self.retries = self.reads = self.unclosed = 0
        self.injected = collections.Counter()
        self.seconds = 0.0
        self.violation = None
        self.skipped = None  # the reason

    def __str__(self) -> str:
        injected = ", ".join(f"{count} {kind}" for kind, count in sorted(self.injected.items()))
        counts = f"{self.rounds:>6} {self.reruns:>6} {self.retries:>7} {self.reads:>6} {self.unclosed:>4}"
        result = f"VIOLATION: {self.violation}" if self.violation else "nothing lost"
        if self.skipped:
            return f"{self.name:<42} skipped: {self.skipped}"
        return f"{self.name:<42} {counts} {self.seconds:>7.0f} {result} ({injected})"


class Rounds:
    """Performs runs and injects faults into them."""

    def __init__(self, pipeline: Pipeline, seed: int):
        self.pipeline = pipeline
        self.seed = seed
        self.baseline = Baseline(pipeline)
        self.outages = Outages(pipeline)

    def chance(self, row: Row) -> random.Random:
        """Returns the random numbers of a round. They depend on seed, scenario and round; --only does not change them.

        The seed does not determine thread scheduling or timing: which request or invocation is hit, and how many rounds
        it takes to inject the wanted number of faults, can differ between two executions.
        """
        return random.Random(f"{self.seed} {row.name} {row.rounds}")

    def round(
        self,
        row: Row,
        dates: tuple[str, ...],
        start: Start,
        faults: Mapping | None = None,
        outage: Outage | None = None,
        allowed: Iterable[str] = (),
        sabotage: Callable[[Run], object] | None = None,
    ) -> Run:
        """Performs one run from `start` with faults or an outage, and compares its results with the baseline.

        If the run missed dates, what it did is compared, then it is repeated without faults and everything is compared.
        `allowed`: errors that tasks may fail with; Runtime.ExitError is allowed as often as functions were killed.
        `sabotage` is called before the comparison; the self-test uses it to spoil the result.
        """
        pipeline, chance = self.pipeline, self.chance(row)
        reference = self.baseline.reference(dates, start)
        self.baseline.begin(dates, start)
        pipeline.injected()
        if faults:
            pipeline.faults(seed=chance.random(), **faults)
        reader = Reader(pipeline, dates, reference.versions)

        def meanwhile(arn: str) -> None:
            if outage:
                self.outages.wait_for_a_moment(arn, dates, chance)
                outage(reader)
                row.injected["outages"] += 1

        def failures() -> dict[str, int | None]:
            kills = self.count_injected(row)
            return {**dict.fromkeys(allowed), "Runtime.ExitError": kills}

        reader.start()
        try:
            run = pipeline.run(dates, row.name, failures, meanwhile)
            pipeline.faults()
            row.rounds += 1
            row.retries += run.retries
            if sabotage:
                sabotage(run)
                time.sleep(0.5)
            self.check(row, run, reference.ledger)
            if not run.is_complete:
                row.reruns += 1
                reference.state.of(run.done).expect(State.read(pipeline).of(run.done))
                # All dates are repeated, as an operator would: an artist's data from one date are cached with others.
                run = self.baseline.run(dates, f"{row.name} again")
                self.check(row, run)
        finally:
            pipeline.faults()
            reader.stop()
        reader.expect_whole()
        row.reads += reader.reads
        reference.state.expect(State.read(pipeline))
        return run

    def check(self, row: Row, run: Run, ledger: str | None = None) -> None:
        check_leftovers(self.pipeline)
        check_storage(self.pipeline, run)
        row.unclosed += check_ledger(self.pipeline, run, ledger)

    def count_injected(self, row: Row) -> int:
        """Adds the injected faults to the row. Returns how many functions were killed."""
        injected = self.pipeline.injected()
        for fault in injected:
            row.injected[fault.get("function") or f"{fault['method']} {fault['kind']}"] += 1
        return sum("function" in fault for fault in injected)

    # ---- scenarios

    def disturbed(self, row: Row, dates: tuple[str, ...], starts: Iterable[Start], **options) -> None:
        """Performs a round from each start. At the end it replays the last run, which must not change anything: S3 must
        hold, undamaged, everything that the run was made of."""
        for start in starts:
            before = row.injected.total()
            run = self.round(row, dates, start, **options)
            if row.injected.total() == before:
                raise InvariantViolation("no fault was injected")
        found = State.read(self.pipeline)
        self.baseline.run(dates, f"{row.name} replay", replay=run)
        found.expect(State.read(self.pipeline))

    def without(self, row: Row, dates: tuple[str, ...], starts: Iterable[Start], outage: Outage, *allowed: str) -> None:
        """Performs rounds with an outage. Repeats them if the outage had no effect, because on a busy machine it can
        begin after the run has ended, or end before a task needed the service."""
        for left in reversed(range(ATTEMPTS)):
            try:
                self.disturbed(row, dates, starts, outage=outage, allowed=allowed)
            except TooLate:
                if not left:
                    raise
                continue
            if row.retries:
                return
        raise InvariantViolation("no task was retried: the outage had no effect")

    def kills(self, row: Row, each: int, dates: tuple[str, ...], starts: Sequence[Start]) -> None:
        """Sends SIGKILL at random moments of running invocations, until each function has been killed `each` times."""
        invocations = {
            "DateRangeGenerator": 1,
            "Scraper": len(dates),
            "Loader": len(dates) + 2,
            "CacheManager": len(dates) + 1,
        }
        futile = 0
        while left := {name: each - row.injected[name] for name in invocations if row.injected[name] < each}:
            # The function with the fewest invocations decides how many rounds are needed; the kills of the others are
            # spread over these rounds.
            rounds = max(1, max(left[name] / invocations[name] for name in left))
            plan = {
                name: {"share": min(0.9, 1.5 * left[name] / invocations[name] / rounds), "most": left[name]}
                for name in left
            }
            before = row.injected.total()
            self.round(row, dates, starts[row.rounds % len(starts)], {"kill": plan})
            futile = 0 if row.injected.total() > before else futile + 1
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")
