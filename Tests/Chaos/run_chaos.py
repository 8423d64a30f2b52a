#!/usr/bin/env python3
"""Injects faults into runs on the local stack, and compares the results with those of undisturbed runs.

  run_chaos.py [--home DIR] [--bin DIR] [--short | --selftest] [--seed N] [--only WORD] [--kills N]

Prints a table, and exits with status 1 if an invariant does not hold. The stack must be up, without a site; its
database and cache are emptied. --short is the form for `make test`. --selftest spoils results itself, and exits
with status 1 if that is not detected. --only selects the scenarios with that word in their names. Needs the Python of
.local/venv.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(ROOT, "statemachine", "local"))

import selftest  # noqa: E402
from baseline import STARTS, days  # noqa: E402
from catalog import scenarios as datasets  # noqa: E402
from catalog import selftest as dataset_selftest  # noqa: E402
from concerts import scenarios as concerts  # noqa: E402
from concerts import selftest as concert_selftest  # noqa: E402
from enrichment import Enrichment  # noqa: E402
from loaders import LOADERS, Loaders  # noqa: E402
from outages import Outage  # noqa: E402
from pipeline import Pipeline  # noqa: E402
from reports import Reports  # noqa: E402
from rounds import Rounds, Row  # noqa: E402
from runs import InvariantViolation  # noqa: E402
from series import scenarios as series  # noqa: E402
from series import selftest as series_selftest  # noqa: E402
from source_faults import HANGS, SourceFaults  # noqa: E402
from workouts import scenarios as workouts  # noqa: E402
from workouts import selftest as workout_selftest  # noqa: E402

S3_FAULTS = ("unavailable", "slow", "cut", "lost")
SHORT = days(3, first=1)  # two dates with events, and one without between them
KILLED = days(4)
LONG = days(12)

Scenario = tuple[str, Callable[[Row], object]]  # name, what fills the row


def scenarios(rounds: Rounds, short: bool, kills: int) -> Iterator[Scenario]:
    """Yields the scenarios; each fills a row of the table."""
    outages = rounds.outages
    postgres, redis = rounds.pipeline.postgres, rounds.pipeline.redis
    starts = STARTS[:1] if short else STARTS[:2]

    def without(outage: Outage, *allowed: str) -> Callable[[Row], None]:
        return lambda row: rounds.without(row, SHORT if short else LONG, starts, outage, *allowed)

    def with_s3(*kinds: str, dates: tuple[str, ...] = SHORT) -> Callable[[Row], None]:
        return lambda row: rounds.disturbed(
            row,
            dates,
            starts,
            faults={"s3": {"share": 0.1, "kinds": kinds}},
            allowed=["StorageUnavailable"],
        )

    yield "kill -9", lambda row: rounds.kills(row, kills, SHORT if short else KILLED, starts if short else STARTS)
    yield "Postgres killed", without(outages.killed(postgres), "DatabaseUnavailable")
    if short:
        yield "S3 failing", with_s3("unavailable", "cut", "lost")
        yield f"{LOADERS} loaders at once", lambda row: Loaders(rounds).run(row, 1)
        yield "a site that fails once", SourceFaults(rounds, SHORT, rate=20).fails_once
        yield from datasets.scenarios(rounds, short, kills)
        yield from concerts.scenarios(rounds, short, kills)
        yield from series.scenarios(rounds, short, kills)
        yield from workouts.scenarios(rounds, short, kills)
        yield from Enrichment(rounds, SHORT).scenarios(kills, short)
        return
    yield "Postgres stopped", without(outages.stopped(postgres), "DatabaseUnavailable")
    yield "Redis stopped", without(outages.stopped(redis), "CacheUnavailable")
    yield "Redis killed", without(outages.killed(redis), "CacheUnavailable")
    yield "Redis emptied", without(outages.replaced(redis), "CacheUnavailable")
    yield "S3 down", without(outages.without_s3, "StorageUnavailable")
    for kind in S3_FAULTS:
        yield f"S3 {kind}", with_s3(kind, dates=SHORT if kind == "slow" else LONG)
    yield f"{LOADERS} loaders at once", lambda row: Loaders(rounds).run(row, 50)
    sites = SourceFaults(rounds, days(3, first=4))
    yield "a site that fails once", sites.fails_once
    yield "a site that throttles", sites.throttles
    yield "a site that takes 2 s", sites.is_slow
    yield "a site that truncates pages", sites.cuts_pages
    yield "a site that truncates a listing", sites.cuts_a_listing
    for way in HANGS:
        yield f"a site that hangs {way}", sites.hangs(way)
    reports = Reports(rounds)
    yield "reports: the site away", reports.of_site
    yield "reports: Postgres away", reports.of_service(postgres, "DatabaseUnavailable")
    yield "reports: Redis away", reports.of_service(redis, "CacheUnavailable")
    yield "reports: S3 away", reports.of_s3
    yield from datasets.scenarios(rounds, short, kills)
    yield from concerts.scenarios(rounds, short, kills)
    yield from series.scenarios(rounds, short, kills)
    yield from workouts.scenarios(rounds, short, kills)
    yield from Enrichment(rounds, KILLED).scenarios(kills, short)
    yield "reports: the local AWS away", reports.of_aws  # deploys everything anew


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local"))
    parser.add_argument("--bin", default=os.path.join(ROOT, ".build", "release"))
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--short", action="store_true")
    form.add_argument("--selftest", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--kills", type=int)
    arguments = parser.parse_args()

    # SIGTERM also removes the faults.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    pipeline = Pipeline(ROOT, arguments.home, arguments.bin)
    pipeline.faults()
    pipeline.wait_until_idle()
    rounds = Rounds(pipeline, arguments.seed)
    if arguments.selftest:
        chosen = [*selftest.scenarios(rounds, SHORT), *dataset_selftest.scenarios(rounds)]
        chosen += [*concert_selftest.scenarios(rounds), *series_selftest.scenarios(rounds)]
        chosen += workout_selftest.scenarios(rounds)
    else:
        chosen = scenarios(rounds, arguments.short, arguments.kills or (2 if arguments.short else 100))
    chosen = [(name, scenario) for name, scenario in chosen if arguments.only.lower() in name.lower()]
    if not chosen:
        parser.error(f"no scenario has '{arguments.only}' in its name")
    print(f"seed {arguments.seed}\n{Row.HEAD}", flush=True)
    rows = [perform(Row(name), scenario, pipeline) for name, scenario in chosen]
    return 1 if any(row.violation for row in rows) else 0


def perform(row: Row, scenario: Callable[[Row], object], pipeline: Pipeline) -> Row:
    started = time.monotonic()
    try:
        scenario(row)
        if not row.injected and not row.skipped:
            row.violation = "no fault was injected"
    except Exception as error:  # the other scenarios are still performed
        row.violation = str(error) if isinstance(error, InvariantViolation) else repr(error)
    finally:
        pipeline.faults()
        row.seconds = time.monotonic() - started
    print(row, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
