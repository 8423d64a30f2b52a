#!/usr/bin/env python3
"""Measures 10,000 events of Ticketmaster's stand-in end to end: into Postgres, S3, Kinesis, and the stream's archive.

  catalog.py --home DIR --bin DIR [--reference FOLDER --python FILE] [--turns N]

Starts a stack in DIR, and deletes its data in the end. With a checkout of system 001 in FOLDER, and a Python that has
what it needs, that system's own code (catalog_legacy.py) takes turns: the same events from the same stand-in, into S3
and Kinesis; it has no database and no reader of its stream. Each turn has new processes and empty tables. Both are
measured with their pauses between requests, and without.
"""

from __future__ import annotations

import argparse
import collections
import gc
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path[1:1] = [os.path.join(ROOT, "statemachine", "local"), os.path.join(ROOT, "Tests", "Chaos")]

import boto3  # noqa: E402
import yaml  # noqa: E402
from concerts import stores  # noqa: E402
from pipeline import Pipeline  # noqa: E402
from processes import Process  # noqa: E402
from runs import InvariantViolation  # noqa: E402
from services.aws import BUCKET, REGION  # noqa: E402
from services.functions import functions  # noqa: E402

RECORDS = 10_000
CITIES = ["New Orleans", "New York", "Los Angeles", "Chicago", "Houston", "Phoenix", "Dallas", "Austin",
          "Boston", "Miami"]  # fmt: skip
KEYWORD = "concert"
EVENTS = 1600  # of a city, of which the keyword finds 70 percent
DATASET = "ticketmaster_events"
STREAM, LEGACY_STREAM = "bench-concerts", "bench-legacy"
WITHOUT_PAUSES = {"API_RATE_LIMIT_REQUESTS": "100000"}
REPEATED = ("DeadlineExceeded", "DatabaseConflict")  # errors of tasks that the state machine repeats
SETTLED = 5  # seconds without a further request: the stream's reader has done everything
WAIT = 600
CPU = "ours: CPU of all functions, with the stream's reader"
MEMORY = 256  # MB that each function has on AWS

Samples = dict[str, list[float]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--reference")
    parser.add_argument("--python")
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    home = os.path.abspath(given.home)
    stack = [os.path.join(ROOT, "statemachine", "local", "stack"), "--home", home, "--bin", given.bin]
    define(os.path.join(home, "definitions"))
    environment = {
        **os.environ,
        "DATASET": DATASET,
        "DATASETS_DIR": os.path.join(home, "definitions"),
        "CONCERT_API_EVENTS": str(EVENTS),
        "AWS_KINESIS_STREAM_NAME": STREAM,
    }
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the stack is deleted all the same
    try:
        subprocess.run([*stack, "up", "--without-site"], env=environment, check=True, stdout=subprocess.DEVNULL)
        reference = given.reference and os.path.abspath(given.reference)
        bench = Bench(Pipeline(ROOT, home, given.bin), reference, given.python)
        for turn in range(given.turns):
            bench.turn(turn)
        is_met = bench.print()
    finally:
        subprocess.run([*stack, "clean"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return 0 if is_met else 1


def define(folder: str) -> None:
    """Writes the repository's definition with a plan of ten searches, each as deep as the API allows."""
    with open(os.path.join(ROOT, "statemachine", "datasets", DATASET, "dataset.yaml"), encoding="utf-8") as file:
        definition = yaml.safe_load(file)
    values = {"city": CITIES, "keyword": [KEYWORD]}
    definition["plan"] = {"kind": "product", "max_records": RECORDS, "values": values}
    os.makedirs(os.path.join(folder, DATASET), exist_ok=True)
    with open(os.path.join(folder, DATASET, "dataset.yaml"), "w", encoding="utf-8") as file:
        yaml.safe_dump(definition, file, sort_keys=False)


class Log:
    """A log with a line of JSON for each request. Each read has what came since the last one."""

    def __init__(self, path: str) -> None:
        self.path, self.place = path, 0
        self.read()

    def read(self) -> list[dict[str, Any]]:
        if not os.path.exists(self.path):
            return []
        with open(self.path, "rb") as file:
            file.seek(self.place)
            data = file.read()
        data = data[: data.rfind(b"\n") + 1]
        self.place += len(data)
        return [json.loads(line) for line in data.splitlines()]


class Bench:
    def __init__(self, pipeline: Pipeline, reference: str | None, python: str | None) -> None:
        self.pipeline = pipeline
        self.reference, self.python = reference, python
        self.apis = Log(pipeline.home.join("logs", "concert-apis.jsonl"))
        self.requests = Log(pipeline.home.join("logs", "requests.jsonl"))
        self.samples: Samples = collections.defaultdict(list)
        keys = pipeline.aws.credentials()
        with open(pipeline.home.join("env"), encoding="utf-8") as file:
            lines = [line.removeprefix("export ").rstrip().partition("=") for line in file]
        self.variables = {name: value.strip("'") for name, _, value in lines}
        self.kinesis = boto3.client(
            "kinesis",
            region_name=REGION,
            endpoint_url=pipeline.aws.address(),
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )
        if reference:
            self.kinesis.create_stream(StreamName=LEGACY_STREAM, ShardCount=4)

    def turn(self, number: int) -> None:
        """Both, with and without pauses. Whoever is first takes turns, too."""
        parts = [(self.ours, False), (self.ours, True)]
        if self.reference:
            parts += [(self.theirs, False), (self.theirs, True)]
        for measure, is_paused in parts if number % 2 == 0 else reversed(parts):
            gc.collect()
            measure(is_paused)

    def add(self, name: str, value: float) -> None:
        self.samples[name].append(value)

    # ---- this project

    def ours(self, is_paused: bool) -> None:
        pauses = "with pauses" if is_paused else "without pauses"
        self.restart(is_paused)
        stores.empty(self.pipeline)
        self.apis.read(), self.requests.read()
        started = time.monotonic()
        arn = self.pipeline.start("bench", {"dataset": DATASET})
        run = self.pipeline.finish(arn, (), dict.fromkeys(REPEATED))
        seconds = time.monotonic() - started
        if not run.is_complete or run.summary.get("failed_items"):
            raise InvariantViolation(f"the run failed: {run.causes} {json.dumps(run.summary)[:500]}")
        last = self.settle(started)
        records = self.check()
        self.add(f"ours, {pauses}: a run", seconds)
        self.add(f"ours, {pauses}: events a second", RECORDS / seconds)
        self.add(f"ours, {pauses}: until the stream is archived", last)
        if is_paused:
            return
        processes = list(self.processes())
        self.add("ours: records of them, with venues and artists", records)
        self.add("ours: records a second, without pauses", records / seconds)
        self.add("ours: tasks that were repeated", run.retries)
        self.add(CPU, sum(cpu for _, cpu, _ in processes))
        for product in dict.fromkeys(product for product, _, _ in processes):
            highest = max(memory for name, _, memory in processes if name == product)
            self.add(f"ours: largest memory, {product}", highest)
            self.add(f"ours: CPU, {product}", sum(cpu for name, cpu, _ in processes if name == product))
        self.count("ours", self.seen)

    def settle(self, started: float) -> float:
        """Waits for the stream's reader. Returns the seconds until its last request."""
        self.seen = self.requests.read()
        changed = time.monotonic()
        while time.monotonic() - changed < SETTLED:
            if time.monotonic() - started > WAIT:
                raise InvariantViolation(f"the reader of the stream is not done after {WAIT} s")
            time.sleep(0.2)
            more = [each for each in self.requests.read() if is_archived(each)]
            self.seen += more
            if more:
                changed = time.monotonic()
        offset = time.time() - time.monotonic()
        return max(each["t"] for each in self.seen if is_archived(each)) - offset - started

    def check(self) -> int:
        """Checks that nothing is missing. Returns the number of records."""
        found = stores.rows(self.pipeline)
        concerts = sum(kind == "events" for kind, _ in found)
        if concerts != RECORDS:
            raise InvariantViolation(f"{concerts} concerts are stored, expected {RECORDS}")
        counts = self.pipeline.sql("select sum(records_found), sum(records_rejected) from loads").strip().split("|")
        if counts[1] != "0":
            raise InvariantViolation(f"{counts[1]} records were rejected")
        archived = {key.rsplit("/", 1)[1].rpartition("-")[0] for kind in ("events", "venues", "artists")
                    for key in stores.keys(self.pipeline, f"raw/{kind}/")}  # fmt: skip
        if missing := {key for _, key in found} - archived:
            raise InvariantViolation(f"the archive of the stream lacks {len(missing)}: {sorted(missing)[:2]}")
        return int(counts[0])

    def restart(self, is_paused: bool) -> None:
        """Stops the sandboxes, so that each turn starts them, and gives the scraper its rate."""
        client = self.pipeline.functions
        for function in functions():
            name = function.deployed_name
            variables = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            variables = {key: value for key, value in variables.items() if key not in WITHOUT_PAUSES}
            more = {} if is_paused else WITHOUT_PAUSES
            client.update_function_configuration(FunctionName=name, Environment={"Variables": {**variables, **more}})
            for number in range(1, function.sandboxes + 1):
                Process(self.pipeline.home.path, f"{name}-{number}").stop()

    def processes(self) -> Iterator[tuple[str, float, float]]:
        """Yields the function, the seconds of CPU and the largest memory in MB of each sandbox that was used."""
        for function in functions():
            for number in range(1, function.sandboxes + 1):
                for pid in Process(self.pipeline.home.path, f"{function.deployed_name}-{number}").session():
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                        name, _, rest = file.read().partition("(")[2].rpartition(")")
                    if name != function.product[:15]:
                        continue  # the emulator
                    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
                        status = dict(line.split(":", 1) for line in file)
                    ticks = sum(map(int, rest.split()[11:13]))
                    yield function.product, ticks / os.sysconf("SC_CLK_TCK"), int(status["VmHWM"].split()[0]) / 976.5625

    # ---- system 001

    def theirs(self, is_paused: bool) -> None:
        pauses = "with pauses" if is_paused else "without pauses"
        assert self.reference and self.python
        self.apis.read(), self.requests.read()
        result = subprocess.run(
            [self.python, os.path.join(ROOT, "Tests", "Benchmarks", "catalog_legacy.py"), self.reference, str(RECORDS),
             ",".join(CITIES), KEYWORD, *(() if is_paused else ("--without-pauses",))],
            env={**os.environ, **self.variables, "AWS_S3_BUCKET_RAW": BUCKET, "AWS_KINESIS_STREAM_NAME": LEGACY_STREAM},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode != 0:
            raise InvariantViolation(f"system 001's code ended with {result.returncode}: {result.stderr[-1500:]}")
        found = json.loads(result.stdout)
        if found["errors"]:
            raise InvariantViolation(f"system 001's code has errors: {found['errors'][:2]}")
        self.add(f"001, {pauses}: a run", found["seconds"])
        self.add(f"001, {pauses}: events a second", RECORDS / found["seconds"])
        if is_paused:
            return
        self.add("001: records of them", found["records"])
        self.add("001: records in Kinesis", found["streamed"])
        self.add("001: CPU", found["cpu"])
        self.add("001: largest memory", found["memory"])
        self.count("001", self.requests.read())

    # ---- results

    def count(self, whose: str, requests: list[dict[str, Any]]) -> None:
        pages = self.apis.read()
        of_s3 = [each for each in requests if each["path"].startswith(f"/{BUCKET}") and not is_archived(each)]
        self.add(f"{whose}: requests to the API", len(pages))
        self.add(f"{whose}: requests to S3", len(of_s3))
        self.add(f"{whose}: requests to S3 for the stream's archive", sum(map(is_archived, requests)))
        puts = sum((each.get("target") or "").endswith(".PutRecords") for each in requests)
        self.add(f"{whose}: requests to Kinesis", puts)

    def print(self) -> bool:
        """Prints medians with their ranges, and the targets. Returns False if one is missed."""
        is_met = True
        if self.reference:
            pairs = zip(self.samples[CPU], self.samples["001: CPU"], strict=True)
            self.samples["ratio of CPU: ours, with database and archive, to 001's"] = [a / b for a, b in pairs]
        limits = {name: MEMORY for name in self.samples if name.startswith("ours: largest memory")}
        for name, values in self.samples.items():
            ordered = sorted(values)
            middle = statistics.median(values)
            row = f"{name:<58} {middle:>10.2f}  ({ordered[0]:.2f} … {ordered[-1]:.2f}, n={len(values)})"
            if name in limits:
                is_kept = middle < limits[name]
                is_met &= is_kept
                row += f"  < {limits[name]} {'met' if is_kept else 'MISSED'}"
            print(row, flush=True)
        if not self.reference:
            print("system 001 was not measured: REFERENCE=FOLDER, a checkout of it, adds its own code to the turns")
        return is_met


def is_archived(request: dict[str, Any]) -> bool:
    """True for an object of the stream's archive."""
    return any(f"/{BUCKET}/raw/{kind}/" in request["path"] for kind in ("events", "venues", "artists"))


if __name__ == "__main__":
    sys.exit(main())
