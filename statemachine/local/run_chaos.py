#!/usr/bin/env python3
"""Kills, cuts and starves nights on the local stack, and compares what they leave with what undisturbed ones do.

  run_chaos.py [--home DIR] [--bin DIR] [--short | --selftest] [--seed N] [--only WORD] [--kills N]

Prints a table, and exits with 1 when anything was lost. The stack has to be up, without a site; what its database and
cache hold is removed. --short is the form for `make test`. --selftest spoils nights itself, and exits with 1 when it
does not find that out. --only runs the scenarios with that word in their names. To be run by the Python of .local/venv.
"""

import argparse
import os
import signal
import sys
import time

sys.dont_write_bytecode = True

from chaos import selftest  # noqa: E402
from chaos.loaders import LOADERS, Loaders  # noqa: E402
from chaos.nights import Loss  # noqa: E402
from chaos.pipeline import Pipeline  # noqa: E402
from chaos.rounds import Rounds, Row  # noqa: E402
from chaos.sites import HANGS, Sites  # noqa: E402
from chaos.undisturbed import STARTS, days  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
S3_FAULTS = ("unavailable", "slow", "cut", "lost")
SHORT = days(3, first=1)  # two dates with shows, and one without between them
KILLED = days(4)
LONG = days(12)


def scenarios(rounds, short, kills):
    """By name, what to do with the row."""
    outages = rounds.outages
    postgres, redis = rounds.pipeline.postgres, rounds.pipeline.redis
    starts = STARTS[:1] if short else STARTS[:2]

    def without(outage, *allowed):
        return lambda row: rounds.without(row, SHORT if short else LONG, starts, outage, *allowed)

    def with_s3(*kinds, dates=SHORT):
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
        yield "a site that fails once", Sites(rounds, SHORT, rate=20).fails_once
        return
    yield "Postgres stopped", without(outages.stopped(postgres), "DatabaseUnavailable")
    yield "Redis stopped", without(outages.stopped(redis), "CacheUnavailable")
    yield "Redis killed", without(outages.killed(redis), "CacheUnavailable")
    yield "Redis replaced by an empty", without(outages.replaced(redis), "CacheUnavailable")
    yield "S3 away", without(outages.without_s3, "StorageUnavailable")
    for kind in S3_FAULTS:
        yield f"S3 {kind}", with_s3(kind, dates=SHORT if kind == "slow" else LONG)
    yield f"{LOADERS} loaders at once", lambda row: Loaders(rounds).run(row, 50)
    sites = Sites(rounds, days(3, first=4))
    yield "a site that fails once", sites.fails_once
    yield "a site that throttles", sites.throttles
    yield "a site that takes 2 s", sites.is_slow
    yield "a site that cuts its pages", sites.cuts_pages
    yield "a site that cuts a listing", sites.cuts_a_listing
    for way in HANGS:
        yield f"a site that hangs {way}", sites.hangs(way)


def main():
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

    # Stopped from outside it clears its faults away, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    pipeline = Pipeline(ROOT, arguments.home, arguments.bin)
    pipeline.faults()
    pipeline.wait_for_silence()
    rounds = Rounds(pipeline, arguments.seed)
    if arguments.selftest:
        chosen = selftest.scenarios(rounds, SHORT)
    else:
        chosen = scenarios(rounds, arguments.short, arguments.kills or (2 if arguments.short else 100))
    chosen = [(name, work) for name, work in chosen if arguments.only.lower() in name.lower()]
    if not chosen:
        parser.error(f"no scenario has '{arguments.only}' in its name")
    print(f"seed {arguments.seed}\n{Row.HEAD}", flush=True)
    rows = [tried(Row(name), work, pipeline) for name, work in chosen]
    return 1 if any(row.loss for row in rows) else 0


def tried(row, work, pipeline):
    started = time.monotonic()
    try:
        work(row)
        if not row.struck:
            row.loss = "nothing was struck"
    except Exception as error:  # Loss, or what the harness did not think of: neither ends the others
        row.loss = str(error) if isinstance(error, Loss) else repr(error)
    finally:
        pipeline.faults()
        row.seconds = time.monotonic() - started
    print(row, flush=True)
    return row


if __name__ == "__main__":
    sys.exit(main())
