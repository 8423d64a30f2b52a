"""Rounds of concerts: a run with faults over another version of the APIs, and what it must have left behind."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import boto3
import deploy
import yaml
from checks import check_ledger, check_leftovers, check_storage
from concert_data import event
from concert_data import events as listed
from pipeline import Pipeline
from rounds import FUTILE, Rounds, Row
from runs import InvariantViolation, Run
from services.aws import ACCOUNT, REGION
from services.functions import functions

from . import stores
from .apis import EVENTS, VERSIONS, APIs
from .stream import Consumer

STREAM, FAILURES = "chaos-concerts", "chaos-concerts-failures"
PAGE = 5  # events: the datasets' own pages are as large as an item
DEFINITIONS = os.path.join(os.path.dirname(deploy.__file__), os.pardir, "datasets")


class Job(NamedTuple):
    """A dataset, and the profile of its plan."""

    dataset: str
    name: str
    records: int | None  # of the API, over all items


HOURLY = Job("ticketmaster_events", "hourly", 100)
DAILY = Job("ticketmaster_events", "daily", 200)
VENUES = Job("ticketmaster_venues", "daily", None)
ARTISTS = Job("spotify_artists", "daily", 300)


class ConcertRounds:
    def __init__(self, rounds: Rounds) -> None:
        self.rounds = rounds
        self.pipeline: Pipeline = rounds.pipeline
        self.apis = APIs()
        self.version = 0
        self.job = HOURLY
        self.items: dict[Job, tuple[str, ...]] = {}
        self.references: dict[tuple[Job, int], stores.Rows] = {}
        self.archive = stores.Archive(self.pipeline)
        self.queue = f"{self.pipeline.aws.address()}/{ACCOUNT}/{FAILURES}"
        self.consumer: Consumer | None = None
        self.tokens = 0  # that the last round was given

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

    def settings(self) -> dict[str, str]:
        return {
            **self.apis.settings(),
            "DATASETS_DIR": self.pipeline.home.join("chaos-concerts"),
            "AWS_KINESIS_STREAM_NAME": STREAM,
            "STREAM_FAILURES_QUEUE_URL": self.queue,
        }

    def define(self) -> None:
        """Writes the repository's definitions with smaller pages, so that an item has several."""
        for name in {job.dataset for job in (HOURLY, VENUES, ARTISTS)}:
            with open(os.path.join(DEFINITIONS, name, "dataset.yaml"), encoding="utf-8") as file:
                definition = yaml.safe_load(file)
            if "size" in definition["extract"]["paginate"]:
                definition["extract"]["paginate"]["size"] = PAGE
            folder = self.pipeline.home.join("chaos-concerts", name)
            os.makedirs(folder, exist_ok=True)
            with open(os.path.join(folder, "dataset.yaml"), "w", encoding="utf-8") as file:
                yaml.safe_dump(definition, file, sort_keys=False)

    @contextlib.contextmanager
    def deployed(self) -> Iterator[None]:
        """Gives the functions the definitions and the APIs, and the loader the stream to read."""
        self.define()
        with self.pipeline.variables(lambda _: self.settings()):
            loader = next(each.deployed_name for each in functions() if each.product == "Loader")
            found = self.pipeline.functions.get_function_configuration(FunctionName=loader)
            deploy.make_stream(self.client("kinesis"), STREAM)
            deploy.read_stream(self.client, STREAM, found["FunctionArn"], FAILURES)
            self.consumer = self.consumer or Consumer(self.client("kinesis"), STREAM)
            try:
                yield
            finally:
                self.apis.set(self.version)

    def begin(self, job: Job) -> None:
        """Empties the stores, and makes the references of the job that are still missing."""
        self.job = job
        for version in range(VERSIONS):
            if (job, version) not in self.references:
                stores.empty(self.pipeline)
                self.apis.set(version)
                run = self.run("reference")
                self.items[job] = tuple(sorted(item for item in run.executions if item))
                self.check_run(run)
                self.references[job, version] = self.check_stores()
                self.expect_searches(run)
        if self.references[job, 0] == self.references[job, 1]:
            raise InvariantViolation("the versions of the APIs do not differ")
        stores.empty(self.pipeline)

    # ---- runs

    def start(self, label: str) -> str:
        return self.pipeline.start(label, {"dataset": self.job.dataset, "job_type": self.job.name})

    def run(self, label: str) -> Run:
        """Performs a run without faults, which must do everything."""
        run = self.pipeline.finish(self.start(label), self.items.get(self.job, ()))
        if not run.is_complete:
            raise InvariantViolation(f"{run.name} failed without any fault: {run.causes}, without {run.missed}")
        return run

    def round(
        self,
        row: Row,
        faults: Mapping | None = None,
        rules: tuple[dict, ...] = (),
        allowed: Iterable[str] = (),
        is_empty: bool = False,
        token_seconds: float = 3600,
        runs: int = 1,
        meanwhile: Callable[[str], None] | None = None,
        spoil: Callable[[Run], object] | None = None,
    ) -> list[Run]:
        """Performs a run over the next version of the APIs, or several at once; again without faults if items are
        missing, or if the APIs left something out.

        `faults` are those of the local AWS, `rules` are those of the APIs. `allowed`: errors that tasks may fail with.
        `is_empty`: the run begins with empty stores. `meanwhile` is called with the first execution's ARN.
        The self-test spoils the result.
        """
        self.version = (self.version + 1) % VERSIONS
        if is_empty:
            stores.empty(self.pipeline)
        self.apis.set(self.version, rules, token_seconds)
        self.pipeline.injected()
        if faults:
            self.pipeline.faults(seed=self.rounds.chance(row).random(), **faults)
        kills = 0

        def errors() -> dict[str, int | None]:
            nonlocal kills
            kills += self.rounds.count_injected(row)
            return {**dict.fromkeys(allowed), "Runtime.ExitError": kills}

        try:
            started = [self.start(row.name) for _ in range(runs)]
            if meanwhile:
                meanwhile(started[0])
            finished = [self.pipeline.finish(arn, self.items[self.job], errors) for arn in started]
        finally:
            self.pipeline.faults()
            injected, self.tokens = self.apis.injected(), self.apis.state.tokens.given
            row.injected.update(injected)
            self.apis.set(self.version)
        row.rounds += 1
        if spoil:
            spoil(finished[0])
        for run in finished:
            row.retries += run.retries
            row.unclosed += self.check_run(run)
        if not any(run.is_complete for run in finished) or injected["empty"] or injected["null_items"]:
            row.reruns += 1
            self.check_run(self.run(f"{row.name} again"))
        found = self.check_stores()
        stores.compare(self.references[self.job, self.version], found, "an undisturbed run, and the tables")
        return finished

    # ---- checks

    def check_run(self, run: Run) -> bool:
        """Returns True if the run was never closed in the ledger."""
        pipeline = self.pipeline
        assert self.consumer
        check_leftovers(pipeline)
        check_storage(pipeline, run)
        unclosed = check_ledger(pipeline, run)
        stores.check_lineage(pipeline)
        self.consumer.read()
        for key in pipeline.sql(f"select raw_key from loads where run = '{run.name}'").split():
            self.consumer.expect(json.loads(stores.read(pipeline, key)), key)
        return unclosed

    def check_stores(self) -> stores.Rows:
        """Checks the stores against each other after everything was loaded. Returns the rows of the tables."""
        assert self.consumer
        found = stores.rows(self.pipeline)
        stores.check_last_versions(found, self.consumer)
        stores.check_zone(self.pipeline, found)
        self.archive.check(self.consumer)
        left = self.client("sqs").get_queue_attributes(
            QueueUrl=self.queue, AttributeNames=["ApproximateNumberOfMessages"]
        )
        if (count := left["Attributes"]["ApproximateNumberOfMessages"]) != "0":
            raise InvariantViolation(f"the reader of the stream has given {count} batches up, or refused records")
        return found

    def expect_searches(self, run: Run) -> None:
        """Checks that an undisturbed run has stored what the searches of Ticketmaster's events find first."""
        if self.job.dataset != HOURLY.dataset:
            return
        total, wanted = 0, set()
        query = f"select item, raw_key from loads where run = '{run.name}'"
        for item, _, key in (line.partition("|") for line in self.pipeline.sql(query).splitlines()):
            document = json.loads(stores.read(self.pipeline, key))
            concerts = [each["concert_id"] for each in document["records"] if each["kind"] == "concert"]
            total += len(concerts)
            wanted.update(concerts)
            description, _ = run.executions[item]
            if concerts != self.searched(json.loads(description["input"])["item"]["parameters"])[: len(concerts)]:
                raise InvariantViolation(f"{key} has other concerts than the search finds")
        found = {key for kind, key in self.references[self.job, 0] if kind == "events"}
        if total != self.job.records or wanted != found:
            raise InvariantViolation(f"{total} concerts were read, expected {self.job.records}; {len(found)} stored")

    def searched(self, parameters: Mapping[str, str]) -> list[str]:
        places = listed(parameters["city"], parameters["keyword"], self.apis.today, EVENTS)
        return [f"ticketmaster_{event(*place)['id']}" for place in places]

    # ---- scenarios

    def kills(self, row: Row, each: int) -> None:
        """Sends SIGKILL at random moments of running invocations, until scraper, loader, which also reads the stream,
        and publisher were killed `each` times. Every other run begins with empty stores."""
        count = len(self.items[self.job])
        invocations = {"Scraper": count, "Loader": count + 2, "CacheManager": count}
        futile = 0
        while left := {name: each - row.injected[name] for name in invocations if row.injected[name] < each}:
            plan = {
                name: {"share": min(0.7, 1.5 * most / invocations[name]), "most": most} for name, most in left.items()
            }
            before = row.injected.total()
            self.round(row, {"kill": plan}, is_empty=row.rounds % 2 == 0)
            futile = 0 if row.injected.total() > before else futile + 1
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")
