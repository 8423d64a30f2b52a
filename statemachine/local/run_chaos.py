#!/usr/bin/env python3
"""Kills, cuts and starves nights on the local stack, and compares what they leave with what undisturbed ones do.

  run_chaos.py [--home DIR] [--bin DIR] [--short] [--seed N] [--only WORD] [--kills N]

Prints a table, and exits with 1 when anything was lost. The stack has to be up, without a site; what its database and
cache hold is removed. --short is the form for `make test`. --only runs the scenarios with that word in their names. To
be run by the Python of .local/venv.
"""

import argparse
import os
import sys
import time

sys.dont_write_bytecode = True

from chaos.loaders import LOADERS, Loaders  # noqa: E402
from chaos.pipeline import Loss, Pipeline  # noqa: E402
from chaos.rounds import Rounds, Row, days  # noqa: E402
from chaos.sites import FAULTS, Sites  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STAND_IN = os.path.join(os.path.dirname(ROOT), "shared", "wwoz")
S3_FAULTS = ("unavailable", "slow", "cut", "lost")


def scenarios(rounds, short, kills):
    """By name, what to do with the row."""
    pipeline = rounds.pipeline
    dates = days(3 if short else 12)

    def with_outage(outage):
        return lambda row: rounds.round(row, dates, outage=outage)

    def with_s3(*kinds):
        return lambda row: rounds.round(row, dates, {"s3": {"share": 0.1, "kinds": kinds}})

    yield "kill -9", lambda row: rounds.kills(row, kills, dates=3 if short else 4)
    yield "Postgres killed", with_outage(rounds.killed(pipeline.postgres))
    if short:
        yield "S3 failing", with_s3("unavailable", "cut", "lost")
    else:
        yield "Postgres stopped", with_outage(rounds.stopped(pipeline.postgres))
        yield "Redis stopped", with_outage(rounds.stopped(pipeline.redis))
        yield "Redis killed", with_outage(rounds.killed(pipeline.redis))
        for kind in S3_FAULTS:
            yield f"S3 {kind}", with_s3(kind)
    yield f"{LOADERS} loaders at once", lambda row: Loaders(rounds).run(row, 1 if short else 50)

    if not os.path.isdir(STAND_IN):
        print(f"skipped: a site in trouble; its stand-in is not at {os.path.relpath(STAND_IN)}", flush=True)
        return
    if short:
        sites = Sites(rounds, STAND_IN, 2, rate=100)
        yield "a site that fails once", sites.faulty("fails once")
        return
    sites = Sites(rounds, STAND_IN, 5, rate=30)
    for fault in FAULTS:
        yield f"a site that {fault}", sites.faulty(fault)
    yield "a site that hangs", sites.silent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local"))
    parser.add_argument("--bin", default=os.path.join(ROOT, ".build", "release"))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--kills", type=int)
    arguments = parser.parse_args()

    pipeline = Pipeline(ROOT, arguments.home, arguments.bin)
    pipeline.faults()
    pipeline.wait_for_silence()
    rows = []
    print(f"seed {arguments.seed}\n{Row.HEAD}", flush=True)
    rounds = Rounds(pipeline, arguments.seed)
    for name, work in scenarios(rounds, arguments.short, arguments.kills or (2 if arguments.short else 100)):
        if arguments.only.lower() not in name.lower():
            continue
        row = Row(name)
        rows.append(row)
        started = time.monotonic()
        pipeline.site.start()
        pipeline.site.wait()
        try:
            work(row)
        except Loss as loss:
            row.loss = str(loss)
        row.seconds = time.monotonic() - started
        print(row, flush=True)
    pipeline.site.process.stop()
    return 1 if any(row.loss for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
