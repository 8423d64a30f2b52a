"""Whether the harness sees it: after a night to which nothing happened something is spoilt, and must be found out."""

import json
import re
import threading
import time

from parts.aws import BUCKET

from .checks import archive_of
from .nights import Loss
from .state import KEYS
from .undisturbed import Start


def scenarios(rounds, dates):
    """By name, what to do with the row: a round of which the harness has to say what was done to it."""
    for name, told, spoil in sabotages(rounds.pipeline, KEYS + dates[0]):

        def work(row, told=told, spoil=spoil):
            try:
                rounds.round(row, dates, Start(True, False), sabotage=spoil)
            except (Loss, ValueError) as loss:
                found = str(loss)
            else:
                found = ""
            if not re.search(told or "^$", found):
                raise Loss(f"not found out: {found or 'nothing'} was said")
            row.struck["found: " + found[:60].replace("\n", " ") if found else "nothing"] += 1

        yield name, work


def sabotages(pipeline, key):
    """By name, what the harness has to say of it, and what is done to a night's work."""
    redis = pipeline.redis.command_reply

    def sql(statement):
        return lambda night: pipeline.sql(statement.format(run=night.name))

    def cached(change):
        return lambda night: redis("SET", key, change(redis("GET", key).decode()), "EX", "600")

    def for_a_moment(spoil):
        def spoil_and_mend(night):
            value = redis("GET", key).decode()
            spoil(night)
            time.sleep(0.5)
            redis("SET", key, value, "EX", "600")

        return spoil_and_mend

    def without(chosen):
        def spoil(night):
            found = pipeline.sql(f"select raw_key from loads where run = '{night.name}' limit 1").strip()
            pipeline.s3.delete_object(Bucket=BUCKET, Key=chosen(found))

        return spoil

    def differs(kind):
        """The comparison of all rows, and not what another check says of a thing of that name."""
        return rf"undisturbed night are not there[^\n]*\n- {kind}\s"

    half = cached(lambda value: value[: len(value) // 2])
    yield "nothing", None, lambda night: None
    yield (
        "a join is gone",
        differs("event_genres"),
        sql("delete from event_genres where ctid in (select min(ctid) from event_genres)"),
    )
    yield (
        "an event says more",
        differs("events"),
        sql("update events set description = 'x' where id in (select min(id) from events)"),
    )
    yield (
        "an event is of no load",
        "of no load",
        sql("update events set load_id = 0 where id in (select min(id) from events)"),
    )
    yield (
        "a rejection is forgotten",
        differs("rejected_records"),
        sql("delete from rejected_records where resolved_at is null"),
    )
    yield (
        "a cached letter is another",
        differs("cache"),
        cached(lambda value: value.replace("New Orleans", "New Orleons", 1)),
    )
    yield "a cached day never expires", "never expires", lambda night: redis("PERSIST", key)
    yield "half of a cached day", "reader.*JSON|Unterminated|delimiter", half
    yield "half of it for a moment", "a reader", for_a_moment(half)
    yield (
        "a show less for a moment",
        "a reader.*part",
        for_a_moment(cached(lambda value: json.dumps(json.loads(value)[1:]))),
    )
    yield "no day for a moment", "a reader.*nothing", for_a_moment(lambda night: redis("DEL", key))
    yield "a document is gone", "json, which was loaded", without(lambda document: document)
    yield "an archive is gone", "warc.gz, which was loaded", without(lambda document: archive_of(pipeline, document))
    yield "the ledger has no such run", "says nothing", sql("delete from etl_runs where run = '{run}'")
    yield (
        "the ledger counts wrongly",
        "the ledger says",
        sql("update etl_runs set dates_loaded = 0 where run = '{run}'"),
    )
    yield "a lock is left", "advisory locks", lambda night: lock(pipeline)


def lock(pipeline):
    """Held for longer than the check waits."""
    threading.Thread(target=pipeline.sql, args=["select pg_advisory_lock(1), pg_sleep(8)"], daemon=True).start()
