"""The scenarios of workouts, by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rounds import Rounds, Row
from runs import InvariantViolation

from .definitions import BLOG, FREE, LOCKED
from .rounds import WorkoutRounds

# "under" spares the requests of the test itself.
UNDER = {"under": "/"}
DYNAMODB_KINDS = ("throttled", "partial", "raced", "unavailable", "hang", "cut", "lost")
SHARES = {"hang": 0.03}  # of requests; others are half of them
ROUNDS = 5

Fill = Callable[[Row], object]


def scenarios(rounds: Rounds, short: bool, kills: int) -> Iterator[tuple[str, Fill]]:
    workouts = WorkoutRounds(rounds)
    for name, dataset, fill in short_form(workouts, kills) if short else whole(workouts, kills):
        yield f"workouts: {name}", prepared(workouts, dataset, fill)


def prepared(workouts: WorkoutRounds, dataset: str, fill: Fill) -> Fill:
    """Returns a scenario on an empty table, with functions that have neither Postgres nor Redis."""

    def scenario(row: Row) -> None:
        with workouts.deployed():
            workouts.begin(dataset)
            fill(row)

    return scenario


def faulty(*kinds: str, share: float = 0.4) -> dict[str, dict]:
    return {"dynamodb": {"share": share, "kinds": list(kinds), **UNDER}}


def short_form(workouts: WorkoutRounds, kills: int) -> Iterator[tuple[str, str, Fill]]:
    def fill(row: Row) -> None:
        workouts.kills(row, kills)
        workouts.round(
            row,
            faulty("throttled", "partial", "raced", "unavailable", "cut", "lost"),
            ("DestinationUnavailable", "DeadlineExceeded"),
        )
        workouts.round(row, runs=2, behind=1)
        if workouts.dataset == BLOG:
            workouts.round(row, behind=1, between_pages=True)

    yield "kill -9, DynamoDB fails, two at once", FREE, fill
    yield "the blog: kill -9, DynamoDB fails, two at once", BLOG, fill


def whole(workouts: WorkoutRounds, kills: int) -> Iterator[tuple[str, str, Fill]]:
    yield "kill -9", FREE, lambda row: workouts.kills(row, kills)
    yield "kill -9 under a lock", LOCKED, lambda row: workouts.kills(row, max(1, kills // 4))
    for kind in DYNAMODB_KINDS:
        yield f"DynamoDB {kind}", FREE, with_faults(workouts, faulty(kind, share=SHARES.get(kind, 0.5)))
    yield "DynamoDB fails in all ways", FREE, with_faults(workouts, faulty(*DYNAMODB_KINDS[:4], "cut", "lost"))
    yield "DynamoDB away for a time", FREE, lambda row: away(workouts, row)
    yield "two editions at once", FREE, lambda row: at_once(workouts, row)
    yield (
        "two editions at once, kill -9",
        FREE,
        lambda row: workouts.kills(row, max(1, kills // 2), runs=4, behind=2),
    )
    yield "a run is stopped", FREE, lambda row: stopped(workouts, row)
    yield "the blog: kill -9", BLOG, lambda row: workouts.kills(row, kills)
    yield (
        "the blog: DynamoDB fails",
        BLOG,
        with_faults(workouts, faulty("throttled", "partial", "raced", "unavailable", "cut", "lost")),
    )
    yield "the blog: two editions at once", BLOG, lambda row: at_once(workouts, row)
    yield "the blog: an edit between two pages", BLOG, lambda row: between_pages(workouts, row)


def with_faults(workouts: WorkoutRounds, plan: dict[str, dict], rounds: int = ROUNDS) -> Fill:
    def fill(row: Row) -> None:
        for _ in range(rounds):
            workouts.round(row, plan, ("DestinationUnavailable", "DeadlineExceeded"))
        if not row.injected.total():
            raise InvariantViolation("no request failed")

    return fill


def away(workouts: WorkoutRounds, row: Row) -> None:
    """DynamoDB is away when the runs begin, and back before the loader's time is over."""

    def come_back(arns: list[str]) -> None:
        time.sleep(10)
        workouts.pipeline.faults()

    for _ in range(ROUNDS):
        workouts.round(
            row, faulty("unavailable", share=1.0), ("DestinationUnavailable", "DeadlineExceeded"), meanwhile=come_back
        )
    if not row.injected.total():
        raise InvariantViolation("no request failed")


def at_once(workouts: WorkoutRounds, row: Row) -> None:
    """Runs over two versions of the source, of which either may be the first to write."""
    for _ in range(3 * ROUNDS):
        workouts.round(row, runs=4, behind=2)
        row.injected["rounds at once"] += 1


def between_pages(workouts: WorkoutRounds, row: Row) -> None:
    """The list of posts moves while a run reads it: posts that are edited come twice, the version before first."""
    workouts.round(row)
    for _ in range(3 * ROUNDS):
        workouts.round(row, behind=1, between_pages=True)
        row.injected["edits between pages"] += 1


def stopped(workouts: WorkoutRounds, row: Row) -> None:
    for count in range(ROUNDS):

        def stop(arns: list[str], wait: float = 0.2 * count) -> None:
            time.sleep(wait)
            workouts.pipeline.steps.stop_execution(executionArn=arns[0])
            row.injected["stopped runs"] += 1

        workouts.round(row, allowed=("ABORTED",), meanwhile=stop)
