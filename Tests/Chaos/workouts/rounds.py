"""Rounds of workouts: a run with faults over a new version of the posts, and what it must have left in the table."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from catalog.checks import LOCKS
from pipeline import Pipeline
from rounds import FUTILE, Rounds, Row
from runs import InvariantViolation, Run

from . import definitions
from .source import BLOG, Key, Session, Sessions, Source, blog_post, post_of

ITEMS = ("all",)
OWN = ("_content_hash", "_edit_items", "_edit_unclear")  # the sink's own attributes
WRITES = ("BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem")
METHODS = ("DELETE", "POST", "PUT")  # of S3
KILLED = "Loader"
LONGEST = 3.0  # seconds
BUCKET, IDEMPOTENCY = "chaos-invictus", "chaos-idempotency"


class WorkoutRounds:
    def __init__(self, rounds: Rounds):
        self.rounds = rounds
        self.pipeline: Pipeline = rounds.pipeline
        self.source = Source(rounds.seed)
        self.dataset = definitions.FREE
        self.version = -1
        self.killed = 0  # invocations of a round

    # ---- the stack

    @contextlib.contextmanager
    def deployed(self) -> Iterator[None]:
        """Gives the functions the definitions and the source, and neither Postgres nor Redis."""
        folder = self.pipeline.home.join("chaos-workouts")
        definitions.write(folder)
        settings = {
            "DATASETS_DIR": folder,
            "CHAOS_POSTS": self.source.address,
            "INVICTUS_WEIGHTLIFTING_API": f"{self.source.address}{BLOG}",
            "INVICTUS_USER": "coach",
            "INVICTUS_PASS": "kettlebell",
            "INVICTUS_BUCKET": BUCKET,
            "DYNAMODB_TABLE": definitions.table(definitions.BLOG),
            "IDEMPOTENCY_TABLE": IDEMPOTENCY,
            "API_RATE_LIMIT_REQUESTS": "60000",
            "API_RETRY_BACKOFF": "0.1",
        }
        without = {"LEDGER": "off", "PG_DATABASE_URL": "", "REDIS_URL": ""}
        with contextlib.suppress(self.pipeline.s3.exceptions.BucketAlreadyOwnedByYou):
            self.pipeline.s3.create_bucket(Bucket=BUCKET)
        # A deployment without a database has no Enricher: the one of this stack keeps its own.
        with self.pipeline.variables(lambda each: {**settings, **({} if each.product == "Enricher" else without)}):
            yield

    def begin(self, dataset: str) -> None:
        """Empties the dataset's table, and goes back to the first version of the source."""
        self.dataset, self.version, self.source.version = dataset, -1, 0
        self.make_table(definitions.table(dataset), definitions.HASH, definitions.RANGE)
        if dataset == definitions.LOCKED:
            self.make_table(LOCKS, "lock_key")
        if dataset == definitions.BLOG:
            self.make_table(IDEMPOTENCY, "idempotency_key")
            for key in self.objects():
                self.pipeline.s3.delete_object(Bucket=BUCKET, Key=key)

    def make_table(self, name: str, *keys: str) -> None:
        client = self.pipeline.dynamodb
        if name in client.list_tables()["TableNames"]:
            client.delete_table(TableName=name)
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )

    def start(self, label: str) -> str:
        return self.pipeline.start(label, {"dataset": self.dataset})

    def sessions(self, version: int) -> Sessions:
        """Returns the sessions of a version, as the table must have them."""
        if self.dataset != definitions.BLOG:
            return self.source.posts.sessions(version)
        # Its definition names the attributes.
        return {
            (each["date"], each["session"]): {
                name: value for name, value in each.items() if name not in ("kind", "slug")
            }
            for week in self.source.posts.weeks(version).values()
            for each in week
        }

    def stored(self) -> Sessions:
        """Returns the items of the table, without the sink's own attributes."""
        reader = TypeDeserializer()
        pages = self.pipeline.dynamodb.get_paginator("scan").paginate(
            TableName=definitions.table(self.dataset), ConsistentRead=True
        )
        found: Sessions = {}
        for item in (each for page in pages for each in page["Items"]):
            fields: Session = {name: reader.deserialize(value) for name, value in item.items() if name not in OWN}
            found[fields["date"], fields["session"]] = fields
        return found

    def objects(self) -> dict[str, bytes]:
        """Returns the objects of the posts and of the weeks."""
        pages = self.pipeline.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {key: self.pipeline.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys}

    def writes(self) -> int:
        """Returns the number of requests so far that write into DynamoDB, or into the bucket of posts and weeks."""
        with open(self.pipeline.home.join("logs", "requests.jsonl"), encoding="utf-8") as file:
            return sum(is_write(json.loads(line)) for line in file)

    # ---- rounds

    def round(
        self,
        row: Row,
        faults: Mapping[str, Any] | None = None,
        allowed: Iterable[str] = (),
        runs: int = 1,
        behind: int = 0,
        between_pages: bool = False,
        meanwhile: Callable[[list[str]], object] | None = None,
        spoil: Callable[[], object] | None = None,
        briefly: Callable[[], object] | None = None,
    ) -> list[Run]:
        """Performs runs over the next version of the source, with faults, after which, if all of them are complete, the
        table must have exactly the sessions of the source; then one without faults, after which it must in any case;
        and one more, which must write nothing.

        `behind`: this many of the runs start before the source has the version; with `between_pages` it gets it when
        they have read their first page, and before the second. The self-test spoils the result with the last two."""
        before = self.sessions(self.version) if self.version >= 0 else {}
        self.version += 1
        wanted = self.sessions(self.version)
        watcher = Watcher(self, before, wanted)
        self.pipeline.injected()
        self.killed = 0
        if faults:
            self.pipeline.faults(seed=self.rounds.chance(row).random(), **faults)
        watcher.start()
        try:
            if between_pages:
                self.source.turned.clear()
            arns = self.start_behind(row, behind)
            self.source.version = self.version
            self.source.turned.set()
            arns += [self.start(f"{row.name} {number}") for number in range(behind, runs)]
            if meanwhile:
                meanwhile(arns)
            performed = [self.pipeline.finish(arn, ITEMS, lambda: self.allowed(row, allowed)) for arn in arns]
            self.pipeline.faults()
            if briefly:
                briefly()
            row.rounds += 1
            row.retries += sum(run.retries for run in performed)
            if not any(run.is_complete for run in performed):
                row.reruns += 1
            # What the runs have left, before another one makes it good.
            if all(run.is_complete for run in performed):
                self.expect(wanted, self.in_doubt() if between_pages else ())
            self.complete(f"{row.name} again")
        finally:
            self.source.longest = 0
            self.source.turned.set()
            self.pipeline.faults()
            watcher.stop()
            row.reads += watcher.reads
        watcher.expect_whole()
        if spoil:
            spoil()
        self.expect(wanted)
        self.expect_nothing_written(row)
        return performed

    def start_behind(self, row: Row, count: int) -> list[str]:
        """Starts runs that have asked for the version before, and may get it later than others get the new one."""
        if not count:
            return []
        asked = self.source.asked
        self.source.longest = LONGEST
        arns = [self.start(f"{row.name} behind {number}") for number in range(count)]
        deadline = time.monotonic() + 30
        while self.source.asked < asked + count and time.monotonic() < deadline:
            time.sleep(0.05)
        return arns

    def complete(self, label: str) -> Run:
        """Performs a run without faults."""
        run = self.pipeline.finish(self.start(label), ITEMS)
        if not run.is_complete:
            raise InvariantViolation(f"{run.name} failed without any fault: {run.causes}, without {run.missed}")
        return run

    def in_doubt(self) -> set[int]:
        """Returns the edited posts that had a day that was not clear: a run that has read both versions of one has
        rejected that day, and removes nothing of the post."""
        before, after = (self.source.posts.posts(version) for version in (self.version - 1, self.version))
        return {post for post in self.source.posts.unclear[self.version - 1] if before[post] != after[post]}

    def allowed(self, row: Row, errors: Iterable[str]) -> dict[str, int | None]:
        self.killed += self.rounds.count_injected(row)
        return {**dict.fromkeys(errors), "Runtime.ExitError": self.killed}

    def expect(self, wanted: Sessions, without: Collection[int] = ()) -> None:
        """Checks what is stored, without the sessions of some posts."""
        found = self.stored()
        if self.dataset == definitions.BLOG:
            self.expect_weeks(without)
        wrong = sorted(
            key for key in {*found, *wanted} if found.get(key) != wanted.get(key) and post_of(key[0]) not in without
        )
        if wrong:
            raise InvariantViolation(
                f"{len(wrong)} items are not those of the source, the first is {wrong[0]}: "
                f"{shown(found.get(wrong[0]))}, expected {shown(wanted.get(wrong[0]))}"
            )

    def expect_weeks(self, without: Collection[int]) -> None:
        """Checks the files of the weeks, of which each has a post's sessions, and the objects of the posts."""
        objects = self.objects()
        posts = self.source.posts.posts(self.version)
        weeks = {
            f"weekly/{week[0]['date']}__{week[-1]['date']}--5-day-weightlifting-program.json": week
            for post, week in self.source.posts.weeks(self.version).items()
            if post not in without
        }
        found = {
            key: [(line["date"], line["session"], line["segment_a"]) for line in map(json.loads, body.splitlines())]
            for key, body in objects.items()
            if key.startswith("weekly/") and post_of(key.removeprefix("weekly/")[:10]) not in without
        }
        wanted = {
            key: [(each["date"], each["session"], each["segment_a"]) for each in week] for key, week in weeks.items()
        }
        wrong = sorted(key for key in {*found, *wanted} if found.get(key) != wanted.get(key))
        if wrong:
            raise InvariantViolation(f"{len(wrong)} files of weeks are not those of the posts, the first is {wrong[0]}")
        raw = {each["id"]: each for each in map(json.loads, newest(objects).values())}
        unclear = self.source.posts.unclear[self.version]
        if raw != {post: blog_post(week, post in unclear) for post, week in posts.items()}:
            raise InvariantViolation("the objects of the posts are not the posts as they were received")

    def expect_nothing_written(self, row: Row) -> None:
        """Performs a run over what is loaded already."""
        written = self.writes()
        run = self.complete(f"{row.name} unchanged")
        written = self.writes() - written
        counts = {name: run.summary.get(name) for name in ("new", "changed", "cancelled", "rejected")}
        # Each of these posts has one day that is rejected, in every run.
        unclear = len(self.source.posts.unclear[self.version]) if self.dataset == definitions.BLOG else 0
        counts["rejected"] = (counts["rejected"] or 0) - unclear
        # The lock is an item, too.
        if any(counts.values()) or (written and self.dataset != definitions.LOCKED):
            raise InvariantViolation(f"a run without changes has written {written} times, and counts {counts}")

    # ---- scenarios

    def kills(self, row: Row, count: int, **options: Any) -> None:
        """Sends SIGKILL at random moments, until the loader was killed `count` times."""
        futile = 0
        while row.injected[KILLED] < count:
            left = count - row.injected[KILLED]
            self.round(row, {"kill": {KILLED: {"share": 0.7, "most": min(left, 3)}}}, **options)
            futile = futile + 1 if row.injected[KILLED] == count - left else 0
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")


class Watcher(threading.Thread):
    """Reads the table again and again. Each item is as before the runs, or as after; those of posts that were not
    edited are always there."""

    def __init__(self, rounds: WorkoutRounds, before: Sessions, after: Sessions):
        super().__init__(daemon=True)
        self.rounds, self.before, self.after = rounds, before, after
        self.constant: set[Key] = {key for key, session in before.items() if after.get(key) == session}
        self.reads = 0
        self.violation: str | None = None
        self.is_stopped = threading.Event()

    def run(self) -> None:
        while not self.violation and not self.is_stopped.wait(0.1):
            found = self.rounds.stored()
            wrong = [key for key, item in found.items() if item not in (self.before.get(key), self.after.get(key))]
            missing = self.constant - found.keys()
            if wrong:
                self.violation = f"during the run the item {wrong[0]} was of neither version: {shown(found[wrong[0]])}"
            elif missing:
                self.violation = f"during the run {len(missing)} items of posts were missing that were not edited"
            self.reads += 1

    def stop(self) -> None:
        self.is_stopped.set()
        self.join()

    def expect_whole(self) -> None:
        if self.violation:
            raise InvariantViolation(self.violation[:1000])


def is_write(request: Mapping[str, Any]) -> bool:
    """Returns whether a request, as the local AWS logs it, changes an item or an object."""
    if (request.get("target") or "").rsplit(".", 1)[-1] in WRITES:
        return True
    path = request["path"].split("?")[0]
    return request["method"] in METHODS and (path == f"/{BUCKET}" or path.startswith(f"/{BUCKET}/"))


def newest(objects: Mapping[str, bytes]) -> dict[int, bytes]:
    """Returns the object of each post with its latest edit: a slug that changed has left one of an earlier edit."""
    raw = [body for key, body in objects.items() if key.startswith("raw/")]
    return {json.loads(body)["id"]: body for body in sorted(raw, key=lambda body: json.loads(body)["modified_gmt"])}


def shown(session: Session | None) -> str:
    if session is None:
        return "nothing"
    return f"{session.get('post_id')} of {session.get('modified')}: {str(session.get('segment_a'))[:60]}"
