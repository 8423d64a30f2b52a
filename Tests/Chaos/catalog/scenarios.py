"""The scenarios of datasets, by name. One whose definition this version does not read is skipped, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rounds import Rounds, Row
from runs import InvariantViolation

from .concurrency import Runs
from .definitions import ALL, API, CHANGES, FEED, Dataset
from .rounds import DatasetRounds, Skipped
from .source_faults import ERRORS, PASSING, CatalogFaults

S3_KINDS = ("unavailable", "slow", "cut", "lost")
DYNAMODB_KINDS = ("throttled", "unavailable", "slow", "cut", "lost")
SHARES = {"slow": 0.1, "lost": 0.1}  # of requests; a slow one takes three seconds
SHARE = 0.2

Fill = Callable[[Row], object]
Scenario = tuple[str, Fill]  # name, what fills the row


def scenarios(rounds: Rounds, short: bool, kills: int) -> Iterator[Scenario]:
    catalog = DatasetRounds(rounds)
    for dataset in [API] if short else ALL:
        chosen = short_form(catalog) if short else whole(catalog, dataset, kills)
        for name, fill in chosen:
            yield f"{dataset.name}: {name}", prepared(catalog, dataset, fill)


def prepared(catalog: DatasetRounds, dataset: Dataset, fill: Fill) -> Fill:
    """Returns a scenario on empty stores, with the functions reading the datasets' definitions."""

    def scenario(row: Row) -> None:
        try:
            catalog.require(dataset)
            with catalog.deployed():
                catalog.begin(dataset)
                fill(row)
        except Skipped as reason:
            row.skipped = str(reason)

    return scenario


def short_form(catalog: DatasetRounds) -> Iterator[Scenario]:
    def fill(row: Row) -> None:
        catalog.kills(row, 1)
        catalog.round(row, fault=lambda asked: asked.page == 2 and asked.count == 1 and "error")

    yield "kill -9, a page fails", fill


def whole(catalog: DatasetRounds, dataset: Dataset, kills: int) -> Iterator[Scenario]:
    faults, runs = CatalogFaults(catalog), Runs(catalog)

    def of_aws(service: str, *kinds: str, error: str) -> Fill:
        def fill(row: Row) -> None:
            for kind in kinds:
                plan = {"share": SHARES.get(kind, SHARE), "kinds": [kind]}
                before = row.injected.total()
                for _ in range(5):
                    catalog.round(row, {service: plan}, allowed=[error])
                if row.injected.total() == before:
                    raise InvariantViolation(f"{service} never was {kind}")

        return fill

    yield "kill -9", lambda row: catalog.kills(row, kills)
    yield from of_source(faults, dataset)
    yield "two runs at once", runs.two_at_once
    yield "a run is stopped", runs.stopped
    if dataset.lock:
        yield "the lock's owner is dead", runs.dead_owner
        yield "the lock is lost", runs.lost_lock
    yield "clocks differ by a minute", runs.clocks
    yield "S3 throttles, fails", of_aws("s3", *S3_KINDS, error="StorageUnavailable")
    if dataset.lock == "dynamodb":
        yield "DynamoDB throttles, fails", of_aws("dynamodb", *DYNAMODB_KINDS, error="DestinationUnavailable")


def of_source(faults: CatalogFaults, dataset: Dataset) -> Iterator[Scenario]:
    if dataset is FEED:
        for name in ("error", "cut", "garbage"):
            yield f"a feed is {name}", faults.stays(name, 1)
        yield "a feed fails once", faults.passes("error")
        return
    for name in ERRORS if dataset is not CHANGES else ("error", "repeated"):
        yield f"a page in the middle: {name}", faults.stays(name)
    for name in PASSING if dataset is API else ("error",):
        yield f"every page once: {name}", faults.passes(name)
    yield "tokens expire", faults.expiring_tokens
    yield "no more tokens", faults.refused_tokens("unauthorized")
    if dataset is API:
        yield "no tokens for a while", faults.refused_tokens("error")
    yield "answers shrink", faults.shrinks("shrunk")
    yield "an answer is empty", faults.shrinks("empty")
    yield "columns appear", faults.more_columns
    yield "a type changes", faults.another_type
