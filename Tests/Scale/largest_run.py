#!/usr/bin/env python3
"""Runs the largest allowed runs on functions that have no more CPU than on Lambda.

  largest_run.py --home DIR --bin DIR [--days N]

The stack must be up, with CPU=lambda and without a site; its database and cache are emptied. First a run of 366 dates,
then a replay of 366 dates of which none has an archive, and each of which has 118 stored events. Prints the slowest
call of each task beside its function's timeout, and the largest input and output of a state beside Step Functions'
quota. Exits with status 1 if a run does not end as it must, a date is not cached as it is stored, or a call takes more
than half of its timeout. Needs the Python of .local/venv.
"""

import argparse
import concurrent.futures
import datetime
import json
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path[1:1] = [os.path.join(ROOT, "statemachine", "local"), os.path.join(ROOT, "Tests", "Chaos")]

from payloads import largest  # noqa: E402
from pipeline import Pipeline  # noqa: E402
from runs import InvariantViolation  # noqa: E402
from services.aws import BUCKET  # noqa: E402
from services.functions import functions  # noqa: E402

FUNCTION_OF = {"PlanItems": "date-range-generator", "Scrape": "scraper", "Load": "loader", "Cache": "cache-manager"}
FUNCTION_OF |= {"ListChanged": "cache-manager", "RefreshItems": "cache-manager"}
FUNCTION_OF |= {"OpenRun": "loader", "CloseRun": "loader", "RecordFailure": "loader"}
QUOTA = 262_144  # bytes
EVENTS = 118  # of WWOZ's busiest date
MARGIN = 2  # a call may take this part of its timeout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--days", type=int, default=366)
    given = parser.parse_args()
    scale = Scale(Pipeline(ROOT, given.home, given.bin), os.path.join(given.bin, "festvibes"), given.days)
    scale.pipeline.empty()
    scale.pipeline.empty_pages()
    scale.run_all()
    scale.fill()
    scale.replay_nothing()


class Scale:
    def __init__(self, pipeline: Pipeline, festvibes: str, days: int):
        self.pipeline = pipeline
        self.festvibes = festvibes
        self.days = days
        self.timeouts = {state: function_timeout(name) for state, name in FUNCTION_OF.items()}

    def run_all(self) -> None:
        dates = range_of(datetime.date(2024, 1, 1), self.days)
        self.execute("a run", 0, "run", "--start", dates[0], "--end", dates[-1])
        self.check_cache(dates)

    def replay_nothing(self) -> None:
        """Replays an archive that does not exist: every item fails, and all are refreshed."""
        dates = range_of(datetime.date(2025, 1, 1), self.days)
        summary = self.execute("a replay", 1, "replay", "--run", "none", dates[0], dates[-1])
        if len(summary["failed_items"]) != self.days or summary["refresh_error"]:
            raise InvariantViolation(f"the replay ended with {json.dumps(summary)[:500]}")
        self.check_cache(dates, EVENTS)

    def execute(self, what: str, status: int, *arguments: str) -> dict:
        """Starts a run with the festvibes command, and checks its exit status, its calls and its payloads."""
        start = time.monotonic()
        result = subprocess.run([self.festvibes, *arguments], capture_output=True, text=True, check=False)
        if result.returncode != status:
            ends = f"{result.stdout[-500:]} {result.stderr[-500:]}"
            raise InvariantViolation(f"festvibes {arguments[0]} exited with {result.returncode}: {ends}")
        print(f"{what} of {self.days} dates took {time.monotonic() - start:.0f} s", flush=True)
        last = self.pipeline.steps.list_executions(stateMachineArn=self.pipeline.machine)["executions"][0]
        arn = last["executionArn"]
        arns = [arn, *(each["executionArn"] for each in self.pipeline.children(arn))]
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            executions = list(threads.map(self.pipeline.describe, arns))
        self.check(what, [history for _, history in executions])
        return json.loads(executions[0][0]["output"])

    def check(self, what: str, histories: list[list[dict]]) -> None:
        slowest = {}
        for history in histories:
            for state, seconds in calls(history):
                slowest[state] = max(slowest.get(state, 0), seconds)
        for state, seconds in sorted(slowest.items(), key=lambda pair: -pair[1]):
            timeout = self.timeouts[state]
            print(f"  {state:14} {seconds:6.1f} s at most, of {timeout} s", flush=True)
            if seconds > timeout / MARGIN:
                raise InvariantViolation(f"{what}: {state} took {seconds:.1f} s of {timeout} s")
        size, state = max(largest(history) for history in histories)
        print(f"  the largest payload is {state}'s, with {size} of {QUOTA} bytes", flush=True)
        if size > QUOTA:
            raise InvariantViolation(f"{what}: {state} has {size} bytes")

    def check_cache(self, dates: list[str], expected: int | None = None) -> None:
        rows = self.pipeline.sql("select event_date, count(*) from events where status <> 'cancelled' group by 1")
        stored = {date: int(count) for date, count in (row.split("|") for row in rows.split())}
        cached = self.pipeline.cached()
        for date in dates:
            events = len(json.loads(cached[f"events:{date}"]))
            if events != stored.get(date, 0) or (expected is not None and events != expected):
                raise InvariantViolation(f"{events} events of {date} are cached, {stored.get(date, 0)} stored")
        print(f"  {sum(stored.get(date, 0) for date in dates)} events are cached as they are stored", flush=True)

    def fill(self) -> None:
        """Loads 118 events for each date of the replay, made of an event that the run has loaded."""
        loaded = self.pipeline.sql("select raw_key from loads where (counts -> 'events' ->> 'found')::int > 0 limit 1")
        document = json.load(self.pipeline.s3.get_object(Bucket=BUCKET, Key=loaded.strip())["Body"])
        start = time.monotonic()
        dates = range_of(datetime.date(2025, 1, 1), self.days)
        with concurrent.futures.ThreadPoolExecutor(5) as threads:
            list(threads.map(lambda date: self.load(date, document), dates))
        print(f"{self.days} loads of {EVENTS} events took {time.monotonic() - start:.0f} s", flush=True)

    def load(self, date: str, document: dict) -> None:
        template = document["records"][0]
        records = [copy(template, date, number) for number in range(EVENTS)]
        result = document["ingestion_result"] | {"records_processed": EVENTS, "records_successful": EVENTS}
        key = f"raw/wwoz/events/year={date[:4]}/month={date[5:7]}/day={date[8:]}/events_{date}_scale.json"
        body = json.dumps({"ingestion_result": result, "records": records}).encode()
        self.pipeline.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        payload = json.dumps({"s3_key": key, "date": date, "run": "scale"}).encode()
        response = self.pipeline.functions.invoke(FunctionName="festvibes-loader", Payload=payload)
        body = json.loads(response["Payload"].read())
        if "FunctionError" in response or body["body"]["counts"]["events"]["new"] != EVENTS:
            raise InvariantViolation(f"the loader answered for {date}: {json.dumps(body)[:500]}")


def copy(record: dict, date: str, number: int) -> dict:
    """Returns a record as another event of another date, with a description as long as WWOZ's."""
    new = json.loads(json.dumps(record))
    new["performance_time"] = f"{date}T{10 + number % 13}:00:00-06:00"
    event = new["event_data"]
    event |= {"event_date": date, "wwoz_event_href": f"/events/{date.replace('-', '')}{number:03}"}
    event["description"] = f"Set {number} of {date}. " + "A second line with brass and soul. " * 15
    return new


def calls(history: list[dict]):
    """Yields the state and the seconds of each call of a function. Calls of an inline Map overlap: an event names the
    one before it.
    """
    states, started = {}, {}
    for event in history:
        previous = event["previousEventId"]
        entered = event.get("stateEnteredEventDetails")
        states[event["id"]] = entered["name"] if entered else states.get(previous)
        if event["type"] == "TaskStarted":
            started[event["id"]] = event["timestamp"]
        elif event["type"] in ("TaskSucceeded", "TaskFailed", "TaskTimedOut") and previous in started:
            state = states[event["id"]]
            if state in FUNCTION_OF:
                yield state, (event["timestamp"] - started[previous]).total_seconds()


def function_timeout(name: str) -> int:
    return next(function.timeout for function in functions() if function.name == name)


def range_of(first: datetime.date, count: int) -> list[str]:
    return [(first + datetime.timedelta(days)).isoformat() for days in range(count)]


if __name__ == "__main__":
    try:
        main()
    except InvariantViolation as violation:
        sys.exit(f"largest run: {violation}")
