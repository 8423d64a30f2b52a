"""Self-test of the checks of time series: after a run without faults an object is spoiled, which they have to find."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

from rounds import Rounds, Row
from runs import InvariantViolation

from .definitions import FREE
from .rounds import SeriesRounds
from .scenarios import prepared
from .stored import BUCKET

Spoil = Callable[[], object]
Sabotage = tuple[str, "str | None", Spoil]  # name, pattern of the expected message (None: no violation), what spoils


def scenarios(rounds: Rounds) -> Iterator[tuple[str, Callable[[Row], object]]]:
    series = SeriesRounds(rounds)
    for name, expected, spoil in sabotages(series):
        yield f"series: {name}", prepared(series, FREE, found(series, name, expected, spoil))


def found(series: SeriesRounds, name: str, expected: str | None, spoil: Spoil) -> Callable[[Row], object]:
    def scenario(row: Row) -> None:
        series.round(row)
        series.round(row)
        try:
            if "briefly" in name:
                series.round(row, briefly=spoil)
            else:
                series.round(row, spoil=spoil)
        except InvariantViolation as violation:
            message = str(violation)
        else:
            message = ""
        if not re.search(expected or "^$", message):
            raise InvariantViolation(f"not detected; the message was: {message or 'none'}")
        row.injected["found: " + message[:60].replace("\n", " ") if message else "nothing"] += 1

    return scenario


def sabotages(series: SeriesRounds) -> Iterator[Sabotage]:
    s3 = series.pipeline.s3

    def key(name: str) -> str:
        return f"datasets/{FREE}/{name}"

    def body(name: str) -> bytes:
        return s3.get_object(Bucket=BUCKET, Key=key(name))["Body"].read()

    def put(name: str, content: bytes) -> None:
        s3.put_object(Bucket=BUCKET, Key=key(name), Body=content)

    def changed(name: Callable[[], str], change: Callable[[str], str]) -> Spoil:
        return lambda: put(name(), change(body(name()).decode()).encode())

    def pointer() -> str:
        return "index/current_version.txt"

    def manifest() -> str:
        return f"versions/{body(pointer()).decode().strip()}/manifest.json"

    def a_file() -> str:
        return json.loads(body(manifest()))["json_files"][0].removeprefix(key(""))

    def a_copy() -> str:
        return "projections/TASA/year=2025/month=12/data.json"

    def projection() -> str:
        return "projections/manifest.json"

    def an_object() -> str:
        return series.stored.object(json.loads(body(projection()))["partitions"]["TASA/year=2025/month=12"])

    def revised(text: str) -> str:
        points = json.loads(text)
        points[0]["value"] += 1
        return json.dumps(points)

    def without_a_point(text: str) -> str:
        return json.dumps(json.loads(text)[1:])

    def delete(name: Callable[[], str]) -> Spoil:
        return lambda: s3.delete_object(Bucket=BUCKET, Key=key(name()))

    def earlier() -> None:
        put(pointer(), series.stored.chain()[-2].encode())

    def earlier_briefly() -> None:
        kept = body(pointer())
        put(pointer(), series.stored.chain()[0].encode())
        time.sleep(1)
        put(pointer(), kept)

    def half_briefly() -> None:
        kept = body(projection())
        partitions = json.loads(kept)
        partitions["partitions"].popitem()
        put(projection(), json.dumps(partitions).encode())
        time.sleep(1)
        put(projection(), kept)

    def unreadable_briefly() -> None:
        kept = body(pointer())
        put(pointer(), b"\xff")
        time.sleep(1)
        put(pointer(), kept)

    yield "nothing", None, lambda: None
    yield "a figure changes in a version", "differ from those of undisturbed runs", changed(a_file, revised)
    yield "a point is lost in a version", "differ from those of undisturbed runs", changed(a_file, without_a_point)
    yield "a file of a version is deleted", "differ from|is named and missing", delete(a_file)
    yield "a figure changes in the projection", "differ from those of undisturbed runs", changed(an_object, revised)
    yield "an object of the projection is deleted", "differ from|is named and missing", delete(an_object)
    yield "a copy is not written", "differ from those of undisturbed runs", delete(a_copy)
    yield "a copy is old", "differ from those of undisturbed runs", changed(a_copy, revised)
    yield "the pointer goes back", "differ from|nobody was told", earlier
    yield "the pointer briefly goes back", "neither the one before nor the one after", earlier_briefly
    yield "the pointer briefly is no text", "could not be read", unreadable_briefly
    yield "half of a projection briefly", "neither the one before nor the one after", half_briefly
    yield (
        "a version is not projected",
        "differ from those of undisturbed runs",
        changed(projection, lambda text: text.replace(series.stored.chain()[-1], series.stored.chain()[-2], 1)),
    )
