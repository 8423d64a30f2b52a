"""The scenarios of concerts, by name."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

from outages import TooLate
from rounds import Rounds, Row
from runs import InvariantViolation

from .rounds import ARTISTS, DAILY, HOURLY, VENUES, ConcertRounds, Job

Fill = Callable[[Row], object]
Scenario = tuple[str, Fill]

# What an API does wrong now and then, and the errors of tasks that it may cause. A page is asked for again.
TRANSPORT = {
    "down": ("SourceUnavailable",),
    "slow": (),
    "error": ("SourceUnavailable",),
    "unavailable": ("SourceUnavailable",),
    "throttled": ("SourceThrottled",),
    "retry_after": ("SourceThrottled",),
    "over_quota": ("SourceThrottled",),
    "used_up": ("SourceThrottled",),
    "cut": ("SourceUnavailable",),
    "garbage": ("SourceChanged",),
    "empty": ("SourceChanged",),
    "changing_total": (),
    "null_items": (),
}
OF_TICKETMASTER = ("over_quota", "used_up")  # Spotify has no such headers
KINESIS = ("throttled", "partial", "unavailable", "hang", "cut", "lost")
S3 = ("unavailable", "cut", "lost")
LATER_KILLS = 4  # of the other datasets, a share of the kills
ROUNDS = 2  # on empty stores, and on full ones


def scenarios(rounds: Rounds, short: bool, kills: int) -> Iterator[Scenario]:
    concerts = ConcertRounds(rounds)

    def of(job: Job, fill: Fill) -> Fill:
        def scenario(row: Row) -> None:
            with concerts.deployed():
                concerts.begin(job)
                fill(row)

        return scenario

    if short:
        yield "concerts: kill -9, everything fails a little", of(HOURLY, lambda row: in_short(concerts, row, kills))
        return
    yield "concerts: kill -9", of(DAILY, lambda row: concerts.kills(row, kills))
    few = max(1, kills // LATER_KILLS)
    yield "concerts: venues, kill -9", of(VENUES, lambda row: concerts.kills(row, few))
    yield "concerts: artists, kill -9", of(ARTISTS, lambda row: concerts.kills(row, few))
    for kind, errors in TRANSPORT.items():
        yield f"concerts: Ticketmaster, {kind}", of(HOURLY, of_api(concerts, kind, errors))
        if kind not in OF_TICKETMASTER:
            yield f"concerts: Spotify, {kind}", of(ARTISTS, of_api(concerts, kind, errors))
    yield "concerts: tokens are revoked", of(ARTISTS, of_api(concerts, "revoked", ("SourceRefused",)))
    yield "concerts: tokens end in mid-run", of(ARTISTS, lambda row: expiring(concerts, row))
    yield "concerts: no tokens for a while", of(ARTISTS, lambda row: without_tokens(concerts, row))
    yield "concerts: a city fails", of(HOURLY, lambda row: without_a_city(concerts, row))
    for kind in KINESIS:
        yield f"concerts: Kinesis, {kind}", of(HOURLY, of_aws(concerts, "kinesis", kind, "DestinationUnavailable"))
    for kind in S3:
        yield f"concerts: S3, {kind}", of(HOURLY, of_aws(concerts, "s3", kind, "StorageUnavailable"))
    yield "concerts: Postgres killed", of(HOURLY, lambda row: without_postgres(concerts, row))
    yield "concerts: two runs at once", of(HOURLY, lambda row: at_once(concerts, row))


def in_short(concerts: ConcertRounds, row: Row, kills: int) -> None:
    concerts.kills(row, kills)
    rules = ({"kind": "throttled", "first": 2}, {"kind": "error", "first": 2}, {"kind": "cut", "first": 2})
    kinesis = {"share": 0.5, "kinds": ["partial", "lost", "throttled"]}
    allowed = ("SourceUnavailable", "SourceThrottled", "DestinationUnavailable")
    concerts.round(row, {"kinesis": kinesis}, rules, allowed)


def of_api(concerts: ConcertRounds, kind: str, errors: tuple[str, ...]) -> Fill:
    """A share of the responses, on empty and on full stores."""

    def fill(row: Row) -> None:
        for number in range(ROUNDS):
            rule = {"kind": kind, "share": 0.3, "first": 8, "seconds": 1, "seed": concerts.rounds.seed + number}
            concerts.round(row, rules=(rule,), allowed=errors, is_empty=number % 2 == 0)
        if not row.injected[kind]:
            raise InvariantViolation(f"no response was {kind}")

    return fill


def of_aws(concerts: ConcertRounds, service: str, kind: str, error: str) -> Fill:
    def fill(row: Row) -> None:
        plan = {"share": 0.3 if service == "kinesis" else 0.1, "kinds": [kind]}
        for number in range(ROUNDS):
            concerts.round(row, {service: plan}, allowed=(error,), is_empty=number % 2 == 0)
        if not row.injected.total():
            raise InvariantViolation(f"{service} never was {kind}")

    return fill


def expiring(concerts: ConcertRounds, row: Row) -> None:
    """Tokens that are good for a second, in runs whose pages take longer."""
    slow = {"kind": "slow", "seconds": 0.5, "for": "/v1/search"}
    concerts.round(row, rules=(slow,), token_seconds=1, is_empty=True)
    given = concerts.tokens
    if given <= len(concerts.items[ARTISTS]):
        raise InvariantViolation(f"{given} tokens were given, so that none has ended in mid-run")
    row.injected["tokens"] += given


def without_tokens(concerts: ConcertRounds, row: Row) -> None:
    """The tokens of warm functions are good no more, and there are none at first."""
    concerts.apis.state.tokens.revoke()
    rule = {"kind": "error", "for": "token", "first": 12}
    concerts.round(row, rules=(rule,), allowed=("SourceUnavailable",), is_empty=True)


def without_a_city(concerts: ConcertRounds, row: Row) -> None:
    """A search that fails in every attempt costs its item, and no other."""
    for kind, error in (("error", "SourceUnavailable"), ("garbage", "SourceChanged")):
        rule = {"kind": kind, "for": "city=Chicago"}
        (run,) = concerts.round(row, rules=(rule,), allowed=(error,), is_empty=True)
        if len(run.failed) != 1 or set(run.failed.values()) != {error}:
            raise InvariantViolation(f"{run.failed} failed, expected one item with {error}: {run.causes}")


def without_postgres(concerts: ConcertRounds, row: Row) -> None:
    pipeline, outages = concerts.pipeline, concerts.rounds.outages

    def kill(arn: str) -> None:
        outages.wait_for_a_moment(arn, concerts.items[HOURLY], concerts.rounds.chance(row))
        os.kill(pipeline.postgres.process.pid(), signal.SIGKILL)
        outages.restart(pipeline.postgres)
        row.injected["outages"] += 1

    for number in range(ROUNDS):
        with contextlib.suppress(TooLate):
            concerts.round(row, allowed=("DatabaseUnavailable",), is_empty=number % 2 == 0, meanwhile=kill)
    if not row.retries:
        raise InvariantViolation("no task was retried: the outage had no effect")


def at_once(concerts: ConcertRounds, row: Row) -> None:
    for number in range(ROUNDS):
        concerts.round(row, runs=2, is_empty=number % 2 == 0)
        row.injected["runs at once"] += 1
