"""A source in trouble: the stand-in with its faults, and one that takes connections and says nothing."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from .pipeline import Loss
from .rounds import days
from .state import State

SCRAPER = "festvibes-scraper"
WINDOW = 5  # seconds
SCRAPERS = 5  # that the state machine runs at once

# What the stand-in does, and whether a date loses the details of shows by it.
FAULTS = {
    "fails once": (["--fail-rate", "0.3"], False),
    "throttles": (["--throttle-every", "20"], False),
    "takes 2 s": (["--latency-ms", "2000"], False),
    "cuts its answers": (["--truncate", "/events/.*[05]$"], True),
}


class Sites:
    def __init__(self, rounds, folder, count, rate):
        self.pipeline = rounds.pipeline
        self.folder = folder
        self.dates = days(count)
        self.whole = None
        self.rate = rate
        self.address = ("127.0.0.1", self.pipeline.home.port("site"))

    def faulty(self, fault):
        """The night leaves what it leaves of a site that is well, and the rate is kept."""
        options, loses_details = FAULTS[fault]

        def run(row):
            with self.paced():
                reference = self.reference()
                with self.site(options) as log:
                    night = self.night(row)
                    if night.missed:
                        raise Loss(f"{night.missed} failed: {night.causes}")
                    with open(log, encoding="utf-8") as file:
                        self.check_rate(row, [json.loads(line)["t"] for line in file])
            found = State.read(self.pipeline)
            if not loses_details:
                reference.expect(found)
            elif found.shows() != reference.shows():
                raise Loss(f"the shows of the dates are {found.shows()}, not {reference.shows()}")

        return run

    def reference(self):
        if not self.whole:
            with self.site([]):
                self.pipeline.empty()
                if self.pipeline.night(self.dates, "well").status != "SUCCEEDED":
                    raise Loss("a night failed with nothing in its way")
            self.whole = State.read(self.pipeline)
        return self.whole

    def silent(self, row):
        """A site that hangs: every date ends in time, by name."""
        with self.paced(), contextlib.closing(socket.create_server(self.address)) as server:
            connections = []
            threading.Thread(target=lambda: self.accept(server, connections), daemon=True).start()
            night = self.night(row)
            if set(night.missed) != set(self.dates):
                raise Loss(f"a site that says nothing has told of {set(self.dates) - set(night.missed)}")
            row.struck["connections"] = len(connections)

    @staticmethod
    def accept(server, connections):
        with contextlib.suppress(OSError):
            while True:
                connections.append(server.accept())

    def night(self, row):
        self.pipeline.empty()
        night = self.pipeline.night(self.dates, "site")
        row.rounds += 1
        row.retries += night.retries
        row.struck.update(night.causes.keys())
        self.pipeline.check_leftovers()
        row.unclosed += self.pipeline.check_ledger(night)
        return night

    def check_rate(self, row, times):
        """In no five seconds came more than the rate allows, and one for each scraper: its first waits for nothing."""
        times.sort()
        most = max(sum(1 for other in times if start <= other < start + WINDOW) for start in times)
        row.struck["requests"] = len(times)
        row.struck[f"at most in {WINDOW} s (allowed {self.rate * WINDOW + SCRAPERS})"] = most
        if most > self.rate * WINDOW + SCRAPERS:
            raise Loss(f"{most} requests in {WINDOW} s, where {self.rate} a second are allowed")

    @contextlib.contextmanager
    def paced(self):
        """The scraper with a rate as in production, instead of the local stack's, which has no bounds."""
        client = self.pipeline.client["lambda"]
        variables = client.get_function_configuration(FunctionName=SCRAPER)["Environment"]["Variables"]
        paced = {**variables, "SOURCE_REQUESTS_PER_SECOND": str(self.rate)}
        self.pipeline.site.process.stop()
        client.update_function_configuration(FunctionName=SCRAPER, Environment={"Variables": paced})
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=SCRAPER, Environment={"Variables": variables})

    @contextlib.contextmanager
    def site(self, options):
        """Answers with the path of its access log."""
        with tempfile.TemporaryDirectory() as folder:
            # Days that lie far apart, one after another, so that scrapers of one run ask for them at the same time.
            os.mkdir(os.path.join(folder, "days"))
            for date, day in zip(self.dates, sorted(os.listdir(os.path.join(self.folder, "days"))), strict=False):
                shutil.copy(os.path.join(self.folder, "days", day), os.path.join(folder, "days", f"{date}.json"))
            log = os.path.join(folder, "access.jsonl")
            program = [sys.executable, os.path.join(self.folder, "site.py"), "--port", str(self.address[1])]
            command = [*program, "--data", folder, "--log", log, *options]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                self.wait(process)
                yield log
            finally:
                process.terminate()
                process.wait()

    def wait(self, process):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + 20
        while True:
            try:
                opener.open(f"http://{self.address[0]}:{self.address[1]}/robots.txt", timeout=5).close()
                return
            except OSError as error:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Loss(f"the site does not start: {error}") from error
                time.sleep(0.05)
