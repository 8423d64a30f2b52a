"""Self-test of the suite: after a run without faults a result is spoiled, and the suite has to detect it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator

from baseline import Start
from checks import archive_of
from pipeline import Pipeline
from rounds import Rounds, Row
from runs import InvariantViolation, Run
from services.aws import BUCKET
from state import KEYS

Sabotage = Callable[[Run], object]


def scenarios(rounds: Rounds, dates: tuple[str, ...]) -> Iterator[tuple[str, Callable[[Row], None]]]:
    """Yields a scenario for each sabotage: a round that must fail with the expected message."""
    for name, expected, spoil in sabotages(rounds.pipeline, KEYS + dates[0]):

        def scenario(row: Row, expected: str | None = expected, spoil: Sabotage = spoil) -> None:
            try:
                rounds.round(row, dates, Start(True, False), sabotage=spoil)
            except (InvariantViolation, ValueError) as violation:
                found = str(violation)
            else:
                found = ""
            if not re.search(expected or "^$", found):
                raise InvariantViolation(f"not detected; the message was: {found or 'none'}")
            row.injected["found: " + found[:60].replace("\n", " ") if found else "nothing"] += 1

        yield name, scenario


def sabotages(pipeline: Pipeline, key: str) -> Iterator[tuple[str, str | None, Sabotage]]:
    """Yields name, pattern of the expected message (None: no violation), and the function that spoils the result."""
    redis = pipeline.redis.command_reply

    def sql(statement: str) -> Sabotage:
        return lambda run: pipeline.sql(statement.format(run=run.name))

    def cached(change: Callable[[str], str]) -> Sabotage:
        return lambda run: redis("SET", key, change(redis("GET", key).decode()), "EX", "600")

    def for_a_moment(spoil: Sabotage) -> Sabotage:
        def spoil_and_restore(run: Run) -> None:
            value = redis("GET", key).decode()
            spoil(run)
            time.sleep(0.5)
            redis("SET", key, value, "EX", "600")

        return spoil_and_restore

    def without(chosen: Callable[[str], str]) -> Sabotage:
        def spoil(run: Run) -> None:
            found = pipeline.sql(f"select raw_key from loads where run = '{run.name}' limit 1").strip()
            pipeline.s3.delete_object(Bucket=BUCKET, Key=chosen(found))

        return spoil

    def differs(kind: str) -> str:
        """Matches the message of State.expect for rows of this kind, and no other check's message."""
        return rf"rows of the baseline are missing[^\n]*\n- {kind}\s"

    half = cached(lambda value: value[: len(value) // 2])
    yield "nothing", None, lambda run: None
    yield (
        "a join row is deleted",
        differs("event_genres"),
        sql("delete from event_genres where ctid in (select min(ctid) from event_genres)"),
    )
    yield (
        "an event description changes",
        differs("events"),
        sql("update events set description = 'x' where id in (select min(id) from events)"),
    )
    yield (
        "an event refers to no load",
        "refer to a load that does not exist",
        sql("update events set load_id = 0 where id in (select min(id) from events)"),
    )
    yield (
        "a rejection is deleted",
        differs("rejected_records"),
        sql("delete from rejected_records where resolved_at is null"),
    )
    yield (
        "one cached letter changes",
        differs("cache"),
        cached(lambda value: value.replace("New Orleans", "New Orleons", 1)),
    )
    yield "a cached day never expires", "never expires", lambda run: redis("PERSIST", key)
    yield "half of a cached day", "reader.*JSON|Unterminated|delimiter", half
    yield "half of it briefly", "a reader", for_a_moment(half)
    yield (
        "an event briefly missing",
        "a reader.*part",
        for_a_moment(cached(lambda value: json.dumps(json.loads(value)[1:]))),
    )
    yield "a day briefly missing", "a reader.*nothing", for_a_moment(lambda run: redis("DEL", key))
    yield "a document is deleted", "json was loaded but", without(lambda document: document)
    yield (
        "an archive is deleted",
        "warc.gz was loaded but",
        without(lambda document: archive_of(pipeline, document)),
    )
    yield "the ledger loses the run", "the ledger has no entry", sql("delete from etl_runs where run = '{run}'")
    yield (
        "the ledger count is wrong",
        "the ledger has",
        sql("update etl_runs set dates_loaded = 0 where run = '{run}'"),
    )
    yield "a lock is left behind", "advisory locks", lambda run: lock(pipeline)


def lock(pipeline: Pipeline) -> None:
    """Takes an advisory lock for longer than the check waits."""
    threading.Thread(target=pipeline.sql, args=["select pg_advisory_lock(1), pg_sleep(8)"], daemon=True).start()
