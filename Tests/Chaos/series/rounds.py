"""Rounds of time series: a run with faults over a new version of the source, and what it must have left behind."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import boto3
from catalog.checks import LOCKS
from pipeline import Pipeline
from rounds import FUTILE, Rounds, Row
from runs import InvariantViolation, Run
from services.aws import BUCKET as DATA
from services.aws import REGION

from . import definitions
from .source import Points, Source
from .stored import BUCKET, Stored, parsed

ITEMS = ("all",)
KILLED = ("Loader", "CacheManager")
NAME = "chaos-projections"  # of the topic, and of the queue that hears of it
UNDER = f"/{BUCKET}/"

Objects = dict[str, str]  # masked


class SeriesRounds:
    def __init__(self, rounds: Rounds):
        self.rounds = rounds
        self.pipeline: Pipeline = rounds.pipeline
        self.source = Source(rounds.seed)
        self.references: list[Objects] = []
        self.dataset = definitions.FREE
        self.version = -1
        self.announced: set[str] = set()
        self.killed = 0  # invocations of a round
        self.queue = ""
        self.stored = Stored(self.pipeline, self.dataset)

    # ---- the stack

    def client(self, service: str) -> Any:
        keys = self.pipeline.aws.credentials()
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.pipeline.aws.address(),
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )

    @contextlib.contextmanager
    def deployed(self) -> Iterator[None]:
        """Gives the functions the definitions and the source, and neither Postgres nor Redis."""
        folder = self.pipeline.home.join("chaos-series")
        definitions.write(folder)
        with contextlib.suppress(self.pipeline.s3.exceptions.BucketAlreadyOwnedByYou):
            self.pipeline.s3.create_bucket(Bucket=BUCKET)
        settings = {
            "DATASETS_DIR": folder,
            "CHAOS_SERIES": self.source.address,
            "SNS_PROJECTION_TOPIC_ARN": self.make_topic(),
        }
        without = {"LEDGER": "off", "PG_DATABASE_URL": "", "REDIS_URL": ""}
        # The definition that needs Postgres has these variables.
        needy = {"CHAOS_SOURCE": self.source.address, "CHAOS_CLIENT_ID": "id", "CHAOS_CLIENT_SECRET": "secret"}
        # A deployment without a database has no Enricher: the one of this stack keeps its own.
        with self.pipeline.variables(
            lambda each: {**settings, **needy, **({} if each.product == "Enricher" else without)}
        ):
            yield

    def make_topic(self) -> str:
        topics, queues = self.client("sns"), self.client("sqs")
        topic: str = topics.create_topic(Name=NAME)["TopicArn"]
        self.queue = queues.create_queue(QueueName=NAME)["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
        return topic

    def begin(self, dataset: str) -> None:
        """Empties what is stored of a dataset, and goes back to the first version of the source."""
        self.dataset, self.version = dataset, -1
        self.stored = Stored(self.pipeline, dataset)
        for bucket in (BUCKET, DATA):
            pages = self.pipeline.s3.get_paginator("list_objects_v2").paginate(
                Bucket=bucket, Prefix=f"datasets/{dataset}/"
            )
            for key in [each["Key"] for page in pages for each in page.get("Contents", [])]:
                self.pipeline.s3.delete_object(Bucket=bucket, Key=key)
        if dataset == definitions.LOCKED:
            self.make_locks()

    def make_locks(self) -> None:
        client = self.pipeline.dynamodb
        if LOCKS in client.list_tables()["TableNames"]:
            client.delete_table(TableName=LOCKS)
        client.create_table(
            TableName=LOCKS,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "lock_key", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "lock_key", "KeyType": "HASH"}],
        )

    # ---- undisturbed runs

    def reference(self, version: int) -> Objects:
        """Returns the masked objects after undisturbed runs over all versions up to this one."""
        if len(self.references) <= version:
            kept = self.dataset, self.version, self.stored, self.source.version
            if not self.references:
                self.begin(definitions.CALM)
            self.dataset, self.stored = (definitions.CALM, Stored(self.pipeline, definitions.CALM))
            while len(self.references) <= version:
                self.source.version = self.version = len(self.references)
                self.expect_complete(self.finish(self.start("series baseline")))
                found, left = self.objects()
                if left:
                    raise InvariantViolation(f"an undisturbed run has left {left}")
                self.references.append(found)
            self.dataset, self.version, self.stored, self.source.version = kept
        return self.references[version]

    def start(self, label: str) -> str:
        return self.pipeline.start(label, {"dataset": self.dataset})

    def finish(self, arn: str, allowed: Any = None) -> Run:
        return self.pipeline.finish(arn, ITEMS, allowed)

    @staticmethod
    def expect_complete(run: Run) -> None:
        if not run.is_complete:
            raise InvariantViolation(f"{run.name} failed without any fault: {run.causes}, without {run.missed}")

    # ---- rounds

    def round(
        self,
        row: Row,
        faults: Mapping[str, Any] | None = None,
        allowed: Iterable[str] = (),
        runs: int = 1,
        meanwhile: Callable[[list[str]], object] | None = None,
        spoil: Callable[[], object] | None = None,
        briefly: Callable[[], object] | None = None,
    ) -> list[Run]:
        """Performs runs over the next version of the source, with faults; then one without, after which everything
        must be as after undisturbed runs. The self-test spoils the result with the last two."""
        reference = self.reference(self.version + 1)
        self.version += 1
        self.source.version = self.version
        figures = self.source.figures
        before = figures.snapshot(self.version - 1) if self.version else {}
        watcher = Watcher(Stored(self.pipeline, self.dataset), before, figures.snapshot(self.version))
        self.pipeline.injected()
        self.killed = 0
        if faults:
            self.pipeline.faults(seed=self.rounds.chance(row).random(), **faults)
        watcher.start()
        try:
            arns = [self.start(f"{row.name} {number}") for number in range(runs)]
            if meanwhile:
                meanwhile(arns)
            performed = [self.finish(arn, lambda: self.allowed(row, allowed)) for arn in arns]
            self.pipeline.faults()
            if briefly:
                briefly()
            row.rounds += 1
            row.retries += sum(run.retries for run in performed)
            if not any(run.is_complete for run in performed):
                row.reruns += 1
            run = self.finish(self.start(f"{row.name} again"))
        finally:
            self.pipeline.faults()
            watcher.stop()
            row.reads += watcher.reads
        self.expect_complete(run)
        watcher.expect_whole()
        if spoil:
            spoil()
        self.expect(reference)
        return performed

    def allowed(self, row: Row, errors: Iterable[str]) -> dict[str, int | None]:
        self.killed += self.rounds.count_injected(row)
        return {**dict.fromkeys(errors), "Runtime.ExitError": self.killed}

    def objects(self) -> tuple[Objects, list[str]]:
        """Returns the masked objects, without the dataset's name, and the keys of what runs that were cut have left."""
        found, left = self.stored.masked()
        found["state.json"] = self.state()
        return {
            key: text.replace(f"/{self.dataset}/", "/ID/").replace(f'"{self.dataset}"', '"ID"')
            for key, text in found.items()
        }, left

    def state(self) -> str:
        """Returns the last times of the series in the dataset's state, which also names runs."""
        found: dict[str, Any] = {}
        key = f"datasets/{self.dataset}/state.json"
        try:
            value = parsed(self.pipeline.s3.get_object(Bucket=DATA, Key=key)["Body"].read(), key)
        except self.pipeline.s3.exceptions.NoSuchKey:
            raise InvariantViolation(f"{key} is missing, which has the last time of each series") from None

        def visit(each: Any) -> None:
            if isinstance(each, dict):
                for name, inner in each.items():
                    if name.isupper() and not isinstance(inner, (dict, list)):
                        found[name] = inner
                    visit(inner)

        visit(value)
        return json.dumps(found, indent=1, sort_keys=True)

    def expect(self, reference: Objects) -> None:
        found, _ = self.objects()
        wrong = sorted(key for key in {*found, *reference} if found.get(key) != reference.get(key))
        if wrong:
            key = wrong[0]
            raise InvariantViolation(
                f"{len(wrong)} objects differ from those of undisturbed runs, the first is {key}: "
                f"{difference(found.get(key), reference.get(key))}"
            )
        wanted = self.source.figures.snapshot(self.version)
        for name, points in (("version", self.stored.snapshot()), ("projection", self.stored.projection())):
            if points != wanted:
                raise InvariantViolation(f"the current {name} does not have the points of the source")
        self.expect_last_times(wanted)
        self.expect_announced()

    def expect_last_times(self, wanted: Points) -> None:
        """Checks that the state has the last time of each series."""
        last: dict[str, str] = {}
        for obs_time, series in sorted(wanted):
            last[series] = obs_time[:19]
        noted = {series: each[:19] for series, each in json.loads(self.state()).items()}
        if noted != last:
            raise InvariantViolation(f"the state has the last times {noted}, expected {last}")

    def expect_announced(self) -> None:
        """Checks that the subscribers of the topic have heard of the current version."""
        path = f"datasets/{self.dataset}/versions/{self.stored.current()}/manifest.json"
        queues = self.client("sqs")
        deadline = time.monotonic() + 5
        while path not in self.announced:
            messages = queues.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
            for message in messages:
                body = json.loads(message["Body"])
                self.announced.add(body["version_manifest_path"])
                queues.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            if not messages and time.monotonic() > deadline:
                raise InvariantViolation(f"nobody was told of {path}")

    # ---- scenarios

    def kills(self, row: Row, each: int) -> None:
        """Sends SIGKILL at random moments, until loader and cache manager were killed `each` times."""
        futile = 0
        while left := {name: each - row.injected[name] for name in KILLED if row.injected[name] < each}:
            plan = {name: {"share": 0.7, "most": min(most, 2)} for name, most in left.items()}
            self.round(row, {"kill": plan})
            is_futile = all(each - row.injected[name] == most for name, most in left.items())
            futile = futile + 1 if is_futile else 0
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")


class Watcher(threading.Thread):
    """Reads version and projection through their pointers again and again: each is as before the runs, or as after."""

    def __init__(self, stored: Stored, before: Points, after: Points):
        super().__init__(daemon=True)
        self.stored, self.states = stored, (before, after)
        self.reads = 0
        self.violation: str | None = None
        self.is_stopped = threading.Event()

    def run(self) -> None:
        while not self.violation and not self.is_stopped.wait(0.05):
            try:
                for name, read in (("version", self.stored.snapshot), ("projection", self.stored.projection)):
                    if read() not in self.states:
                        self.violation = (
                            f"during the run the current {name} was neither the one before nor the one after it"
                        )
                self.reads += 1
            except InvariantViolation as violation:
                self.violation = f"during the run {violation}"
            except Exception as error:  # else the thread would end, and nobody would look any more
                self.violation = f"during the run the stored objects could not be read: {error!r}"

    def stop(self) -> None:
        self.is_stopped.set()
        self.join()

    def expect_whole(self) -> None:
        if self.violation:
            raise InvariantViolation(self.violation[:1000])


def difference(found: str | None, wanted: str | None) -> str:
    """Returns the first lines that differ."""
    if found is None or wanted is None:
        return "it is missing" if found is None else "it should not be there"
    pairs = zip(found.splitlines(), wanted.splitlines(), strict=False)
    lines = next(((a, b) for a, b in pairs if a != b), (found[-100:], wanted[-100:]))
    return f"{lines[0].strip()[:200]}, expected {lines[1].strip()[:200]}"
