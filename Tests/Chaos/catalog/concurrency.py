"""Two runs at once, a run that dies, locks whose owner is dead, and clocks that differ."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from rounds import Row
from runs import InvariantViolation, Run

from . import checks
from .definitions import Dataset
from .rounds import DatasetRounds, Skipped
from .source_faults import once

OTHER = "chaos-other-run"  # the name of a run that has the lock
TAKEOVER = 60  # seconds after a lock's end in which it is not taken over, because clocks may differ by as much
WAIT = 20  # seconds until the event of a stopped run must have arrived
LIBRARIES = "/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1"


class Runs:
    def __init__(self, rounds: DatasetRounds):
        self.rounds = rounds
        self.pipeline = rounds.pipeline

    # ---- runs

    def next_version(self) -> None:
        self.rounds.version += 1
        self.rounds.source.set(self.rounds.version)

    def begin(self, row: Row) -> str:
        """Starts a run, and waits until it has started items."""
        arn = self.rounds.start(row.name)
        while self.pipeline.is_running(arn) and not self.pipeline.children(arn):
            time.sleep(0.02)
        row.rounds += 1
        return arn

    def finish(self, arn: str, *allowed: str) -> Run:
        """`allowed` are the errors that its tasks, and it itself, may have."""
        return self.pipeline.finish(arn, self.rounds.table.dataset.items, dict.fromkeys(allowed))

    # ---- scenarios

    def two_at_once(self, row: Row) -> None:
        """Without a lock both do everything, each item twice; with one, the second ends at once, idle."""
        self.rounds.round(row)
        for _ in range(5):
            self.next_version()
            first, second = (self.begin(row) for _ in range(2))
            runs = [self.finish(first), self.finish(second, "RunLocked")]
            row.injected["runs at once"] += 2
            self.expect_one(runs)
            self.rounds.check(row, *runs)
        self.rounds.healthy(row)

    def expect_one(self, runs: list[Run]) -> None:
        """Checks that the lock, if the dataset has one, was the first run's."""
        first, second = runs
        if not first.is_complete:
            raise InvariantViolation(f"{first.name} failed beside another run: {first.causes}")
        if self.rounds.table.dataset.lock:
            self.expect_locked(second, first.name)
        elif not second.is_complete:
            raise InvariantViolation(f"{second.name} failed beside another run: {second.causes}")

    def expect_locked(self, run: Run, holder: str) -> None:
        if not checks.is_locked(run):
            raise InvariantViolation(f"{run.name} was not locked: {run.status} {run.summary} {run.causes}")
        if holder not in str(run.summary.get("cause")):
            raise InvariantViolation(f"{run.name} does not say that {holder} has the lock: {run.summary}")
        if run.executions.keys() != {None}:
            raise InvariantViolation(f"{run.name} has started items although it was locked")

    def stopped(self, row: Row) -> None:
        """A run that is stopped in its middle, and one that begins while functions of the first still work."""
        self.rounds.round(row)
        for count in range(5):
            self.next_version()
            arn = self.begin(row)
            time.sleep(0.2 * count)
            self.pipeline.steps.stop_execution(executionArn=arn)
            row.injected["stopped runs"] += 1
            name = arn.rpartition(":")[2]
            self.expect_released(name)
            next_arn = self.begin(row)
            stopped, run = self.finish(arn, "RunLocked", "ABORTED"), self.finish(next_arn, "RunLocked")
            self.expect_closed(stopped)
            if not run.is_complete:
                raise InvariantViolation(f"{run.name} failed after a run that was stopped: {run.causes}")
            self.rounds.check(row, stopped, run)
        self.rounds.healthy(row)

    def expect_released(self, run: str) -> None:
        self.wait_until(
            lambda: checks.holder(self.pipeline, self.rounds.table.dataset) != run,
            f"{run} was stopped, but still has the lock",
        )

    def expect_closed(self, run: Run) -> None:
        """Checks that the ledger has the end of a run, as it was stopped, unless it has closed itself before."""
        query = f"select coalesce(error, status) from etl_runs where run = '{run.name}'"
        ends = ("Aborted", "success", "partial")
        self.wait_until(
            lambda: self.pipeline.sql(query).strip() in ends, f"{run.name} was stopped, but has no end in the ledger"
        )

    @staticmethod
    def wait_until(condition: Callable[[], bool], problem: str) -> None:
        deadline = time.monotonic() + WAIT
        while not condition():
            if time.monotonic() > deadline:
                raise InvariantViolation(problem)
            time.sleep(0.1)

    # ---- locks

    def dead_owner(self, row: Row) -> None:
        """A lock whose owner is dead is respected until a minute after its end, and then taken over."""
        self.rounds.round(row)
        for seconds, is_free in ((200, False), (-TAKEOVER / 2, False), (-TAKEOVER - 5, True)):
            self.next_version()
            self.take(seconds)
            row.injected["dead owners"] += 1
            run = self.finish(self.begin(row), "RunLocked")
            self.rounds.check(row, run)
            if is_free:
                self.expect_complete(run)
            else:
                self.expect_locked(run, OTHER)
        self.rounds.healthy(row)

    def lost_lock(self, row: Row) -> None:
        """A run whose lock another one has taken over loads nothing more."""
        self.rounds.round(row)
        self.rounds.version += 1
        self.rounds.source.set(self.rounds.version, once("stalled"))
        arn = self.begin(row)
        self.take(200)
        row.injected["lost locks"] += 1
        run = self.finish(arn, "RunLocked", "SourceUnavailable")
        if run.done or set(run.failed.values()) - {"RunLocked"}:
            raise InvariantViolation(f"{run.name} has lost its lock, but loaded {run.done}: {run.failed}")
        self.rounds.check(row, run)
        if checks.holder(self.pipeline, self.rounds.table.dataset) != OTHER:
            raise InvariantViolation(f"{run.name} has released the lock of another run")
        self.take(-TAKEOVER - 5)
        self.rounds.healthy(row)

    def take(self, seconds: float) -> None:
        """Gives the lock to a run that does nothing, with an end in so many seconds."""
        dataset: Dataset = self.rounds.table.dataset
        if dataset.lock == "postgres":
            self.pipeline.sql(
                f"delete from etl_locks where lock_key = 'etl:{dataset.name}'; "
                "insert into etl_locks (lock_key, owner, acquired_at, expires_at) "
                f"values ('etl:{dataset.name}', '{OTHER}', now() - interval '1 hour', "
                f"now() + make_interval(secs => {seconds}))"
            )
            return
        now = int(time.time())
        self.pipeline.dynamodb.put_item(
            TableName=checks.LOCKS,
            Item={
                "lock_key": {"S": f"etl:{dataset.name}"},
                "owner": {"S": OTHER},
                "acquired_at": {"N": str(now - 3600)},
                "expiration_time": {"N": str(int(now + seconds))},
            },
        )

    # ---- clocks

    def clocks(self, row: Row) -> None:
        """Functions whose clocks differ by a minute, in both directions, and that change from run to run.

        A document that seems older than a loaded one changes nothing; then its checkpoint must not move either. Nor
        does a page that seems to have been read after the beginning of the run, although an earlier run has read it. A
        later run, at a time when the stored pages are old, makes up for it. The deadline of an invocation is the
        emulator's: no clock is further ahead.
        """
        library = faketime()
        # To a clock that is behind, the certificates of a new stack are not valid yet.
        age = time.time() - os.stat(self.pipeline.home.variables()["REDIS_CA_FILE"]).st_mtime
        time.sleep(max(0.0, TAKEOVER + 5 - age))
        for number, (scraper, loader) in enumerate(((60, 0), (-60, 60), (0, -60), (30, 30), (180, 60))):
            if number in (1, 4):
                self.pipeline.empty_pages()
            with self.rounds.deployed({"Scraper": shifted(library, scraper), "Loader": shifted(library, loader)}):
                self.rounds.stale = tuple(range(self.rounds.version + 1))
                self.expect_complete(self.rounds.round(row))
                row.injected["clocks"] += 1
        older = (
            "select count(*) from loads a where exists (select from loads b where b.dataset = a.dataset "
            "and b.item = a.item and b.listed_at > a.listed_at and b.id < a.id)"
        )
        if self.pipeline.sql(older).strip() == "0":
            raise InvariantViolation("no document seemed older than a loaded one: the clocks did not differ")
        self.rounds.expect_everything()

    @staticmethod
    def expect_complete(run: Run) -> None:
        if not run.is_complete:
            raise InvariantViolation(f"{run.name} failed: {run.failed} {run.causes}")


def faketime() -> str:
    path = LIBRARIES.format(os.uname().machine)
    if not os.path.exists(path):
        raise Skipped(f"{path} is missing, of Debian's package libfaketime")
    return path


def shifted(library: str, seconds: int) -> dict[str, str]:
    """Returns the variables with which a program's clock differs from this machine's."""
    return {"LD_PRELOAD": library, "FAKETIME": f"{seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if seconds else {}
