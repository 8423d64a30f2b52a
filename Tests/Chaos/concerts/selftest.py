"""Self-test of the concerts' checks: after a run without faults a result is spoiled, and the checks must find it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

from rounds import Rounds, Row
from runs import InvariantViolation, Run
from services.aws import BUCKET

from . import stores
from .rounds import HOURLY, STREAM, ConcertRounds

Spoil = Callable[[Run], object]
Sabotage = tuple[str, str, Spoil]  # name, pattern of the expected message, what spoils
WAIT = 5  # seconds for the archive


def scenarios(rounds: Rounds) -> Iterator[tuple[str, Callable[[Row], None]]]:
    concerts = ConcertRounds(rounds)
    for name, expected, spoil in (*of_database(concerts), *of_objects(concerts), *of_stream(concerts)):
        yield f"concerts: {name}", found(concerts, expected, spoil)


def found(concerts: ConcertRounds, expected: str, spoil: Spoil) -> Callable[[Row], None]:
    def scenario(row: Row) -> None:
        message = ""
        with concerts.deployed():
            concerts.begin(HOURLY)
            concerts.archive.wait = WAIT
            try:
                concerts.round(row, spoil=spoil)
            except InvariantViolation as violation:
                message = str(violation)
            finally:
                concerts.archive.wait = stores.WAIT
                concerts.client("sqs").purge_queue(QueueUrl=concerts.queue)
        if not re.search(expected, message):
            raise InvariantViolation(f"not detected; the message was: {message or 'none'}")
        row.injected["found: " + message[:60].replace("\n", " ")] += 1

    return scenario


def of_database(concerts: ConcertRounds) -> Iterator[Sabotage]:
    def sql(statement: str) -> Spoil:
        return lambda run: concerts.pipeline.sql(statement)

    yield "a row is lost", "processed zone", sql("delete from catalog.venues where venue_id = (select max(venue_id) "
                                                 "from catalog.venues)")  # fmt: skip
    yield "a row has another value", "last versions", sql("update catalog.concerts set status = 'none'")
    yield "rows name no load", "name no load", sql("update catalog.artists set _raw_key = 'raw/none'")


def of_objects(concerts: ConcertRounds) -> Iterator[Sabotage]:
    s3 = concerts.pipeline.s3

    def put(key: str, body: bytes) -> None:
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def archived() -> str:
        """Waits until the stream's reader is done, and returns an object that is then to be checked again."""
        assert concerts.consumer
        concerts.consumer.read()
        concerts.archive.wait = stores.WAIT
        concerts.archive.check(concerts.consumer)
        concerts.archive.wait = WAIT
        # One of Ticketmaster's: the next run writes it again.
        key = min(key for key in concerts.consumer.places if "/ticketmaster_" in key)
        del concerts.archive.found[key]
        return key

    def change_document(run: Run) -> None:
        key = concerts.pipeline.sql(f"select raw_key from loads where run = '{run.name}' limit 1").strip()
        document = json.loads(stores.read(concerts.pipeline, key))
        document["records"].append({**document["records"][0], "concert_id": "ticketmaster_another"})
        put(key, json.dumps(document).encode())

    def zone() -> str:
        return min(stores.keys(concerts.pipeline, "processed/concerts/"))

    yield "a record is in no stream", "the stream has no", change_document
    yield (
        "the archive lacks a record",
        "the archive lacks 1",
        lambda run: s3.delete_object(Bucket=BUCKET, Key=archived()),
    )
    other = b'{"data_type": "events", "concert_id": "other", "record_id": "other"}'
    yield "the archive has another record", "another record", lambda run: put(archived(), other)
    yield (
        "the processed zone lacks a day",
        "processed zone: .* are missing",
        lambda run: s3.delete_object(Bucket=BUCKET, Key=zone()),
    )
    yield (
        "the processed zone has a day twice",
        "twice",
        lambda run: put(zone().replace("/concerts.", "/copy."), stores.read(concerts.pipeline, zone())),
    )


def of_stream(concerts: ConcertRounds) -> Iterator[Sabotage]:
    def put(**changed: object) -> Spoil:
        def spoil(run: Run) -> None:
            assert concerts.consumer
            concerts.consumer.read()
            key = min(key for kind, key in concerts.consumer.last if kind == "events")
            record = {**concerts.consumer.last["events", key], **changed}
            concerts.client("kinesis").put_record(StreamName=STREAM, PartitionKey=key, Data=json.dumps(record).encode())

        return spoil

    yield (
        "the reader has given up",
        "has given",
        lambda run: concerts.client("sqs").send_message(QueueUrl=concerts.queue, MessageBody="{}"),
    )
    yield "a record id has two contents", "two contents|two record ids", put(status="none")
    # Its sequence is beyond those of runs for a while, so it is the last one.
    later = int(time.time() * 1e6) + 10**9
    yield "a version is not in its table", "last versions", put(status="other", record_id="other", sequence=later)
