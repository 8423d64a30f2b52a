"""Self-test of the checks of workouts: after a run without faults an item is spoiled, which they have to find."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from rounds import Rounds, Row
from runs import InvariantViolation

from .definitions import BLOG, FREE, table
from .rounds import BUCKET, WorkoutRounds
from .scenarios import prepared

Spoil = Callable[[], object]
Sabotage = tuple[str, "str | None", Spoil]  # name, pattern of the expected message (None: no violation), what spoils


def scenarios(rounds: Rounds) -> Iterator[tuple[str, Callable[[Row], object]]]:
    workouts = WorkoutRounds(rounds)
    for name, expected, spoil in sabotages(workouts):
        yield f"workouts: {name}", prepared(workouts, FREE, found(workouts, name, expected, spoil))
    for name, expected, spoil in blog_sabotages(workouts):
        yield f"workouts: the blog: {name}", prepared(workouts, BLOG, found(workouts, name, expected, spoil))


def found(workouts: WorkoutRounds, name: str, expected: str | None, spoil: Spoil) -> Callable[[Row], object]:
    def scenario(row: Row) -> None:
        workouts.round(row)
        try:
            # Before the run that makes good what the others have left.
            if "briefly" in name or "made good" in name:
                workouts.round(row, briefly=spoil)
            else:
                workouts.round(row, spoil=spoil)
        except InvariantViolation as violation:
            message = str(violation)
        else:
            message = ""
        if not re.search(expected or "^$", message):
            raise InvariantViolation(f"not detected; the message was: {message or 'none'}")
        row.injected["found: " + message[:60] if message else "nothing"] += 1

    return scenario


def sabotages(workouts: WorkoutRounds) -> Iterator[Sabotage]:
    client, name = workouts.pipeline.dynamodb, table(FREE)

    def an_item() -> dict[str, Any]:
        return client.scan(TableName=name, ConsistentRead=True)["Items"][0]

    def put(**changes: str) -> None:
        client.put_item(TableName=name, Item={**an_item(), **{field: {"S": text} for field, text in changes.items()}})

    def delete() -> None:
        item = an_item()
        client.delete_item(TableName=name, Key={field: item[field] for field in ("date", "session")})

    def changed_briefly() -> None:
        kept = an_item()
        put(segment_a="another text")
        time.sleep(1)
        client.put_item(TableName=name, Item=kept)

    yield "nothing", None, lambda: None
    yield "a text changes", "1 items are not those of the source", lambda: put(segment_a="another text")
    yield "an item is lost", "expected .* of 2024", delete
    yield "a removed session comes back", "items are not those of the source", lambda: put(session="Session 9")
    yield "a digest is lost", "has written", lambda: put(_content_hash="")
    yield "an item is lost that the next run would have made good", "items are not those of the source", delete
    yield "a text briefly changes", "of neither version", changed_briefly


def blog_sabotages(workouts: WorkoutRounds) -> Iterator[Sabotage]:
    s3 = workouts.pipeline.s3

    def key(prefix: str) -> str:
        return str(s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"][0]["Key"])

    def delete(prefix: str) -> None:
        s3.delete_object(Bucket=BUCKET, Key=key(prefix))

    def empty(prefix: str) -> None:
        s3.put_object(Bucket=BUCKET, Key=key(prefix), Body=b"")

    yield "nothing", None, lambda: None
    yield "a file is lost", "files of weeks are not those", lambda: delete("weekly/")
    yield "a file is emptied that the next run would have made good", "files of weeks", lambda: empty("weekly/")
    # No reader sees the index: only the count of writes tells that it was written again.
    yield "an index is lost", "has written", lambda: delete("index/")
