"""The scenarios of time series, by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rounds import Rounds, Row
from runs import InvariantViolation

from .definitions import FREE, LOCKED, NEEDY
from .rounds import UNDER, SeriesRounds

S3_KINDS = ("unavailable", "slow", "cut", "lost")
DYNAMODB_KINDS = ("throttled", "unavailable", "cut", "lost")
SHARES = {"slow": 0.05}  # of requests; a slow one takes three seconds
SHARE = 0.25
ROUNDS = 5

Fill = Callable[[Row], object]
Scenario = tuple[str, Fill]


def scenarios(rounds: Rounds, short: bool, kills: int) -> Iterator[Scenario]:
    series = SeriesRounds(rounds)
    for name, dataset, fill in short_form(series, kills) if short else whole(series, kills):
        yield f"series: {name}", prepared(series, dataset, fill)


def prepared(series: SeriesRounds, dataset: str, fill: Fill) -> Fill:
    """Returns a scenario on an empty bucket, with functions that have neither Postgres nor Redis."""

    def scenario(row: Row) -> None:
        with series.deployed():
            series.begin(dataset)
            fill(row)
        # A round may end before its first read, a scenario may not.
        if row.rounds and not row.reads:
            raise InvariantViolation("nobody has read version and projection during the runs")

    return scenario


def short_form(series: SeriesRounds, kills: int) -> Iterator[tuple[str, str, Fill]]:
    def fill(row: Row) -> None:
        series.kills(row, kills)
        series.round(
            row,
            {"s3": {"share": 0.2, "kinds": ["unavailable", "cut", "lost"], "under": UNDER}},
            ("StorageUnavailable",),
        )
        series.round(row, runs=2)

    yield "kill -9, S3 fails, two at once", FREE, fill


def whole(series: SeriesRounds, kills: int) -> Iterator[tuple[str, str, Fill]]:
    yield "kill -9", FREE, lambda row: series.kills(row, kills)
    yield ("kill -9 under a lock", LOCKED, lambda row: series.kills(row, max(1, kills // 4)))
    for kind in S3_KINDS:
        plan = {"s3": {"share": SHARES.get(kind, SHARE), "kinds": [kind], "under": UNDER}}
        yield f"S3 {kind}", FREE, of_aws(series, plan, "StorageUnavailable")
    yield (
        "S3 down",
        FREE,
        of_aws(series, {"s3": {"share": 1.0, "kinds": ["unavailable"], "under": UNDER}}, "StorageUnavailable", 1),
    )
    for kind in DYNAMODB_KINDS:
        yield (
            f"DynamoDB {kind}",
            LOCKED,
            of_aws(series, {"dynamodb": {"share": 0.5, "kinds": [kind]}}, "DestinationUnavailable"),
        )
    yield "two runs at once", FREE, lambda row: at_once(series, row)
    yield ("two runs at once, kill -9", FREE, lambda row: at_once(series, row, kills=True))
    yield "two runs at once under a lock", LOCKED, lambda row: under_a_lock(series, row)
    yield "a run is stopped", FREE, lambda row: stopped(series, row)
    yield ("a dataset that needs Postgres is refused", FREE, lambda row: refused(series, row))


def of_aws(series: SeriesRounds, plan: dict[str, dict], error: str, rounds: int = ROUNDS) -> Fill:
    def fill(row: Row) -> None:
        for _ in range(rounds):
            series.round(row, plan, (error,))
        if not row.injected.total():
            raise InvariantViolation("no request failed")

    return fill


def at_once(series: SeriesRounds, row: Row, kills: bool = False) -> None:
    plan = {"kill": {name: {"share": 0.4, "most": 2} for name in ("Loader", "CacheManager")}} if kills else None
    for _ in range(ROUNDS):
        series.round(row, plan, runs=3)
        row.injected["runs at once"] += 1


def under_a_lock(series: SeriesRounds, row: Row) -> None:
    """Of two runs one does the work, and the other ends as locked, unless it begins after the first."""
    for _ in range(ROUNDS):
        runs = series.round(row, allowed=("RunLocked",), runs=2)
        row.injected["runs locked"] += sum(run.summary.get("status") == "locked" for run in runs)
    if not row.injected["runs locked"]:
        raise InvariantViolation("no run was locked")


def stopped(series: SeriesRounds, row: Row) -> None:
    for count in range(ROUNDS):

        def stop(arns: list[str], wait: float = 0.3 * count) -> None:
            time.sleep(wait)
            series.pipeline.steps.stop_execution(executionArn=arns[0])
            row.injected["stopped runs"] += 1

        series.round(row, allowed=("ABORTED",), meanwhile=stop)


def refused(series: SeriesRounds, row: Row) -> None:
    """A dataset that needs Postgres is refused before its source is asked for anything. Others are not affected."""
    asked = series.source.asked
    run = series.pipeline.finish(series.pipeline.start(row.name, {"dataset": NEEDY}), (), {"DatabaseMissing": None})
    cause = run.causes.get("DatabaseMissing", "")
    if run.status != "FAILED" or f"LEDGER is off, and the dataset {NEEDY} needs a database" not in cause:
        raise InvariantViolation(f"{run.name} is {run.status}: {run.causes}")
    if run.executions.keys() != {None} or series.source.asked != asked:
        raise InvariantViolation(f"{run.name} was refused, and has read its source")
    row.injected["refused runs"] += 1
    series.round(row)
