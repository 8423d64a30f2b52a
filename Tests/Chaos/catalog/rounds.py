"""Rounds of a dataset: a run with faults over a new version of the source, and what it must have left behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping

from pipeline import Pipeline
from rounds import FUTILE, Rounds, Row
from runs import InvariantViolation, Run
from services.aws import BUCKET

from . import checks
from .definitions import ALL, FOLDER, Dataset, Wanted
from .expected import Table
from .server import CLIENT, Fault, Source, instant
from .watcher import Watcher

# Returns what the source makes of the records of an item's document.
Changed = Callable[[str, list[Wanted]], list[Wanted]]

KILLED = ("Scraper", "Loader")


class Skipped(Exception):
    """This version of the program cannot read the dataset's definition. The message is its reason."""


class DatasetRounds:
    def __init__(self, rounds: Rounds):
        self.rounds = rounds
        self.pipeline: Pipeline = rounds.pipeline
        self.source = Source(rounds.seed)
        self.version = 0
        self.table: Table | None = None
        self.checkpoints: dict[str, str] = {}
        self.changed: Changed | None = None
        self.stale: tuple[int, ...] = ()  # earlier versions that a run may read all the same

    # ---- the stack

    def settings(self) -> dict[str, str]:
        return {
            "DATASETS_DIR": FOLDER,
            "CHAOS_SOURCE": self.source.address,
            "CHAOS_CLIENT_ID": CLIENT[0],
            "CHAOS_CLIENT_SECRET": CLIENT[1],
        }

    @contextlib.contextmanager
    def deployed(self, more: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[None]:
        """Gives the functions the definitions and the source. `more`: variables of a function, by its product."""
        with self.pipeline.variables(lambda each: {**self.settings(), **(more or {}).get(each.product, {})}):
            try:
                yield
            finally:
                self.source.set(self.version)

    def require(self, dataset: Dataset) -> None:
        """Raises Skipped if `festvibes check` refuses the definition."""
        program = os.path.join(self.pipeline.binaries, "festvibes")
        result = subprocess.run(
            [program, "check", dataset.name],
            env={**os.environ, **self.pipeline.home.variables(), **self.settings()},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            lines = (result.stdout + result.stderr).strip().splitlines()
            raise Skipped(next((each for each in lines if "dataset.yaml:" in each), " ".join(lines))[:300])

    def begin(self, dataset: Dataset) -> None:
        """Empties the stores. Of the tables of datasets nothing is left, so that the first load makes them."""
        self.pipeline.empty()
        self.pipeline.empty_pages()
        for each in ALL:
            self.pipeline.sql(f"drop table if exists {each.table}")
        listed = self.pipeline.s3.list_objects_v2(Bucket=BUCKET, Prefix="state/").get("Contents", [])
        for each in listed:
            self.pipeline.s3.delete_object(Bucket=BUCKET, Key=each["Key"])
        if dataset.lock == "dynamodb":
            self.make_locks()
        self.version, self.table, self.checkpoints, self.changed, self.stale = 0, Table(dataset), {}, None, ()
        self.loaded: set[str] = set()

    def make_locks(self) -> None:
        client = self.pipeline.dynamodb
        if checks.LOCKS in client.list_tables()["TableNames"]:
            client.delete_table(TableName=checks.LOCKS)
        client.create_table(
            TableName=checks.LOCKS,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "lock_key", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "lock_key", "KeyType": "HASH"}],
        )

    # ---- runs

    def start(self, label: str, **given) -> str:
        return self.pipeline.start(label, {"dataset": self.table.dataset.name, **given})

    def run(self, row: Row, allowed=None, label: str = "", **given) -> Run:
        """Performs a run of all items, and checks what it has left behind."""
        run = self.pipeline.finish(self.start(label or row.name, **given), self.table.dataset.items, allowed)
        row.retries += run.retries
        return run

    def healthy(self, row: Row) -> Run:
        """Performs a run without faults, which must do everything."""
        self.changed = None
        self.source.set(self.version)
        run = self.run(row, label=f"{row.name} again")
        self.check(row, run)
        if not run.is_complete:
            raise InvariantViolation(f"{run.name} failed without any fault: {run.causes}, without {run.missed}")
        return run

    def round(
        self,
        row: Row,
        faults: Mapping | None = None,
        fault: Fault | None = None,
        allowed: Iterable[str] = (),
        spoil: Callable[[Run], object] | None = None,
        briefly: Callable[[Run], object] | None = None,
        token: Mapping[str, int] | None = None,
        by: int = 1,
        changed: Changed | None = None,
    ) -> Run:
        """Performs a run over the source, `by` versions later; again without faults if it missed an item.

        `faults` are those of the local AWS, `fault` is that of the source; `changed` is what the latter makes of a
        document's records. `allowed`: errors that tasks may fail with. The self-test spoils the result with the other
        two.
        """
        self.version += by
        self.changed = changed
        self.source.set(self.version, fault, **(token or {}))
        self.pipeline.injected()
        if faults:
            self.pipeline.faults(seed=self.rounds.chance(row).random(), **faults)
        watcher = Watcher(self.pipeline, self.table, {item: self.document(item) for item in self.table.dataset.items})
        watcher.start()
        try:
            run = self.run(row, lambda: self.allowed(row, allowed))
            if briefly:
                briefly(run)
        finally:
            self.pipeline.faults()
            watcher.stop()
            row.injected.update(self.source.injected)
            row.reads += watcher.reads
        row.rounds += 1
        watcher.expect_whole()
        if spoil:
            spoil(run)
        self.check(row, run)
        if not run.is_complete:
            row.reruns += 1
            self.healthy(row)
        return run

    def allowed(self, row: Row, errors: Iterable[str]) -> dict[str, int | None]:
        return {**dict.fromkeys(errors), "Runtime.ExitError": self.rounds.count_injected(row)}

    def check(self, row: Row, *runs: Run) -> None:
        """Checks everything that holds after runs, and moves the expected table by what the ledger says was loaded.

        Of one run, what its documents must have follows from the checkpoints before it. Of several at once it depends
        on their order: there the documents say from where they were read.
        """
        pipeline, table = self.pipeline, self.table
        loads = checks.loads(pipeline, table.dataset, self.loaded)
        names = {run.name for run in runs}
        # What an earlier run had read and not loaded, an incremental dataset's next run loads before it reads.
        is_one = len(runs) == 1 and all(load.run in names for load in loads)
        for run in runs:
            if run.status != "ABORTED":
                row.unclosed += checks.check_run(pipeline, table.dataset, run)
            if missing := set(run.done) - {each.item for each in loads if each.run == run.name}:
                raise InvariantViolation(f"{sorted(missing)} are done in {run.name}, but it has no load of them")
        is_final = any(run.is_complete for run in runs)
        for load in loads:
            since = self.checkpoints.get(load.item) if is_one else checks.since(pipeline, load)
            is_late = load.run not in names
            version = self.load(load, since, range(self.version - 1, -1, -1) if is_late else ())
            is_final &= is_late or version == self.version
        table.expect(checks.found_rows(pipeline, table.dataset))
        checks.check_rejected(pipeline, table)
        if is_final and not self.changed:
            self.expect_everything()
        self.checkpoints = checks.check_checkpoints(pipeline, table, self.checkpoints, is_final)

    def load(self, load: checks.Load, since: str | None, earlier: Iterable[int] = ()) -> int | None:
        """Loads what a document must have into the expected table. Returns the version of the source that was read,
        which may be one of the earlier ones."""
        if load.is_superseded:
            return None
        expected = []
        for version in dict.fromkeys((self.version, *self.stale, *earlier)):
            for is_late in (False, True) if self.table.dataset.state else (False,):
                table = self.table.copy()
                expected.append(table.load(load.item, self.document(load.item, since, version), is_late))
                if expected[-1] == load.counts:
                    self.table.rows, self.table.rejected, self.table.unsure = table.rows, table.rejected, table.unsure
                    return None if is_late else version
        raise InvariantViolation(f"{load.item} has {load.counts} in the ledger, expected {expected[0]}")

    def expect_everything(self) -> None:
        """Checks that the expected table, which is as the table, has every record that the source has now, if it is
        not among the rejections that are open. What a fault has added to a record may still be in its metadata."""
        for item in self.table.dataset.items:
            for each in self.table.dataset.rows(self.source, item, self.version):
                stored = self.table.rows.get(each.key)
                if each.key in self.table.rejected[item]:
                    continue
                if not stored or without_metadata(stored.values) != without_metadata(each.values) or stored.is_deleted:
                    raise InvariantViolation(f"{each.key} is lost: the source has {each}, the table {stored}")

    def document(self, item: str, since: str | None = None, version: int | None = None) -> list[Wanted]:
        """Returns what a document of the item must have: with a checkpoint, what has changed since."""
        since = since or self.checkpoints.get(item)
        rows = self.table.dataset.rows(self.source, item, self.version if version is None else version)
        document = [each for each in rows if not (since and each.cursor) or instant(each.cursor) >= instant(since)]
        return self.changed(item, document) if self.changed else document

    # ---- scenarios

    def kills(self, row: Row, each: int) -> None:
        """Sends SIGKILL at random moments of running invocations, until scraper and loader were killed `each` times."""
        futile = 0
        while left := {name: each - row.injected[name] for name in KILLED if row.injected[name] < each}:
            count = len(self.table.dataset.items)
            plan = {name: {"share": min(0.9, 1.5 * most / count), "most": most} for name, most in left.items()}
            self.round(row, {"kill": plan})
            is_futile = all(each - row.injected[name] == most for name, most in left.items())
            futile = futile + 1 if is_futile else 0
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")


def without_metadata(values: str) -> str:
    return values.split(", {")[0]
