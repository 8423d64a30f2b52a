#!/usr/bin/env python3
"""Records what a build of the functions writes: a database, the raw store with its archives, and cached days.

  record_fixture.py BUILD FOLDER [--home DIR]

BUILD is the folder with its release binaries. FOLDER is replaced. A test of later versions (EarlierVersionTests.swift)
migrates the database and replays the archives. The source is the sample site (statemachine/local/sample_site.py), whose
content is invented, with at most EVENTS events a day. The functions reach it as a proxy of the address SITE, so that no
port is part of the records. Run it with the Python of .local/venv.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

from local_functions import ROOT, Failure, Function, Stack, postgres_settings  # noqa: E402

import sample_site  # noqa: E402  (local_functions has put its folder on the path)

SITE = "http://livewire.example.com"
EVENTS = 6  # at most, for each day
# The third is the first Tuesday of its month, on which the sample site has no events.
DATES = ("2026-02-01", "2026-02-02", "2026-02-03")
REJECTING, FAILING = DATES[1], "2026-02-04"
all_events = sample_site.events


def events(date, edition=0):
    """Returns the first events of the date. One row of one date is of another day, so that it is rejected."""
    few = all_events(date, edition)[:EVENTS]
    if date.isoformat() == REJECTING:
        few[1].is_of_the_day = False
    return few


class Handler(sample_site.Handler):
    """The sample site without one event's page and without one listing."""

    def respond_with_page(self, content, kind):
        missing = re.escape(f"date={FAILING}"), f"/events/{events(datetime.date.fromisoformat(DATES[0]))[2].id}$"
        if any(re.search(each, self.path) for each in missing):
            return self.respond(404, b"not found\n", "text/plain; charset=utf-8")
        return super().respond_with_page(content, kind)


class Recorder:
    def __init__(self, folder, stack, proxy, logs):
        self.stores = stack.stores("fixture", 42)
        environment = {
            **self.stores.environment(),
            "BASE_URL": SITE,
            "SOURCE_REQUESTS_PER_SECOND": "10000",
            "http_proxy": proxy,
            "no_proxy": "127.0.0.1,localhost",
        }
        self.functions = {
            name: Function(os.path.join(folder, name), environment, os.path.join(logs, f"{name}.log"))
            for name in ("Scraper", "Loader", "CacheManager")
        }

    def invoke(self, function, event, request_id="fixture"):
        response = self.functions[function].invoke(event, request_id)
        if "errorType" in response:
            raise Failure(f"{function} failed: {response}")
        return response

    def ledger(self, run, **entry):
        self.invoke("Loader", {"ledger": {"run": run, **entry}})

    def run(self, run, edition, failing=False, closed=True):
        """Makes a run as the state machine does, with its entries in the ledger."""
        Handler.edition = edition
        started = now()
        dates = [*DATES, FAILING] if failing else list(DATES)
        opening = {"trigger": "schedule", "started_at": started, "dates": dates}
        self.ledger(run, opened=opening)
        if not closed:
            return
        for date in DATES:
            # A scraper that shares with no other takes no leases.
            job = {"run": run, "started": started, "sharing": 1, "slot": 0}
            scope = {"queryStringParameters": {"date": date}}
            key = self.invoke("Scraper", {**scope, **job}, f"{run}-{date}")["s3_key"]
            self.invoke("Loader", {"s3_key": key, "date": date, "run": run})
            self.invoke("CacheManager", scope)
        if failing:
            job = {"run": run, "started": started, "sharing": 1, "slot": 0, "date": FAILING}
            response = self.functions["Scraper"].invoke(job, f"{run}-{FAILING}")
            failure = {"date": FAILING, "stage": "scrape", "error": response["errorType"], "failed_at": now()}
            self.ledger(run, failed={**failure, "cause": response["errorMessage"]})
        self.ledger(run, closed={**opening, "ended_at": now(), "failed_dates": [FAILING] if failing else []})

    def write(self, target):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        (target / "database.sql").write_text(self.dump(), "utf-8")
        objects = {}
        for key in self.stores.keys():
            head = self.stores.s3.head_object(Bucket=self.stores.bucket, Key=key)
            objects[key] = {"content_type": head["ContentType"], "metadata": head["Metadata"]}
            path = target / "objects" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.stores.object(key))
        (target / "objects.json").write_text(json.dumps(objects, indent=1, sort_keys=True) + "\n", "utf-8")
        cached = {f"events:{date}": self.stores.redis("GET", f"events:{date}").decode() for date in DATES}
        (target / "cached.json").write_text(json.dumps(cached, indent=1, sort_keys=True) + "\n", "utf-8")

    def dump(self):
        """Returns a script that a connection can run in one go: without comments and commands of psql."""
        options = ("--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=1000")
        environment = {**os.environ, **postgres_settings(self.stores.database_url(self.stores.database))}
        dump = subprocess.run(["pg_dump", *options], env=environment, capture_output=True, text=True, check=True).stdout
        lines = (line for line in dump.splitlines() if not line.startswith(("--", "\\")))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"

    def stop(self):
        for function in self.functions.values():
            function.stop()


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local", "fixture"))
    arguments = parser.parse_args()
    sample_site.events = events
    server = sample_site.Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = f"http://127.0.0.1:{server.server_address[1]}"
    with tempfile.TemporaryDirectory() as logs, Stack(arguments.home) as stack:
        recorder = Recorder(os.path.abspath(arguments.build), stack, proxy, logs)
        try:
            recorder.run("night-1", edition=0)
            recorder.run("night-2", edition=1, failing=True)
            recorder.run("night-3", edition=1, closed=False)
            recorder.write(arguments.folder)
        finally:
            recorder.stop()
    server.shutdown()


if __name__ == "__main__":
    main()
