"""Twenty concurrent loaders, on dates that share venues, artists and genres, in many rounds with changing data."""

from __future__ import annotations

import concurrent.futures
import datetime
import json
import random
import re
import time

import sample_site
from baseline import Start, days
from checks import check_leftovers
from rounds import Rounds, Row
from runs import InvariantViolation
from services.aws import BUCKET
from state import State

LOADERS = 20
FUNCTION = "festvibes-loader-chaos"
BATCH = 5  # rounds between two comparisons; within a batch the dates do not wait for each other
FIRST = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)  # read time of the first document's pages

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")

# A session that locks a row, waits until a loader (which holds the loaders' lock) waits for that row, and then requests
# the loaders' lock: a deadlock. Only the loader's session checks for deadlocks, so Postgres aborts its transaction.
DEADLOCK = """
do $$ declare lock record; begin
  set local deadlock_timeout = '1h';
  perform from venues where wwoz_venue_href = '{venue}' for update;
  for tries in 1..1000 loop
    select classid::bigint << 32 | objid::bigint as key into lock from pg_locks
    where locktype = 'advisory' and granted and pid in (select pid from pg_locks where not granted);
    exit when found;
    perform pg_sleep(0.01);
  end loop;
  perform pg_advisory_xact_lock(lock.key);
end $$
"""
WAITS = "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and pid <> pg_backend_pid()"


class Loaders:
    def __init__(self, rounds: Rounds):
        self.rounds = rounds
        self.pipeline = rounds.pipeline
        self.client = self.pipeline.functions

    def run(self, row: Row, count: int) -> None:
        """Performs `count` rounds of concurrent loads.

        They must have the same result as loading the same documents one after another, in the order of their times,
        and no loader may fail. Loads are serialized by one database lock, so the number of deadlocks must stay 0. At
        the end, break_one() causes a deadlock from another session.
        """
        self.make_function()
        self.documents = self.make_documents()
        # A round's documents are a second apart, in a random order, so that a different date has the newest data.
        chance: random.Random = self.rounds.chance(row)
        orders = [chance.sample(sorted(self.documents), LOADERS) for _ in range(count)]
        self.times = {
            (date, number): FIRST + datetime.timedelta(seconds=number * LOADERS + place)
            for number, order in enumerate(orders)
            for place, date in enumerate(order)
        }
        batches = [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]

        self.pipeline.empty()
        references = []
        for batch in batches:
            for date, number in sorted((key for key in self.times if key[1] in batch), key=self.times.get):
                self.load(date, number)
            references.append(State.read(self.pipeline))

        self.pipeline.empty()
        deadlocks = self.deadlocks()
        with concurrent.futures.ThreadPoolExecutor(LOADERS) as threads:
            for batch, reference in zip(batches, references, strict=True):
                list(threads.map(lambda date, batch=batch: [self.load(date, each) for each in batch], self.documents))
                reference.expect(State.read(self.pipeline))
        check_leftovers(self.pipeline)
        row.rounds = count
        row.injected["loads"] = count * LOADERS
        if self.deadlocks() != deadlocks:
            raise InvariantViolation(f"{self.deadlocks() - deadlocks} deadlocks among loaders, which take turns")
        self.break_one(row, count)

    def break_one(self, row: Row, number: int) -> None:
        """Causes a deadlock. The load whose transaction Postgres aborts must succeed with its normal result."""
        date, before = min(self.documents), self.deadlocks()
        self.times[date, number] = FIRST + datetime.timedelta(seconds=number * LOADERS)
        venue = next(
            href for each in self.documents[date]["records"] if (href := each["venue_data"]["wwoz_venue_href"])
        )
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            other = thread.submit(self.pipeline.sql, DEADLOCK.format(venue=venue))
            while not other.done() and self.pipeline.sql(WAITS).strip() == "0":
                time.sleep(0.01)
            self.load(date, number)
            other.result()
        row.injected["deadlocks"] = self.deadlocks() - before
        if self.deadlocks() == before:
            raise InvariantViolation("the deadlock did not happen")
        check_leftovers(self.pipeline)
        stored = self.pipeline.sql(f"select phone_number from venues where wwoz_venue_href = '{venue}'").strip()
        if stored != self.telephone(date, number):
            raise InvariantViolation(f"after a deadlock the telephone number of {venue} is {stored}")

    def make_function(self) -> None:
        """Deploys the loader under another name, with a sandbox for each of the twenty."""
        loader = self.client.get_function_configuration(FunctionName="festvibes-loader")
        if FUNCTION not in [each["FunctionName"] for each in self.client.list_functions()["Functions"]]:
            self.client.create_function(
                FunctionName=FUNCTION,
                Handler=loader["Handler"],
                Role=loader["Role"],
                Runtime=loader["Runtime"],
                Code={"ZipFile": b"PK\5\6" + bytes(18)},  # an empty archive: the handler names the binary
                Timeout=loader["Timeout"],
                MemorySize=loader["MemorySize"],
                Environment=loader["Environment"],
            )
        self.client.put_function_concurrency(FunctionName=FUNCTION, ReservedConcurrentExecutions=LOADERS)

    def make_documents(self) -> dict[str, dict]:
        """Returns the documents of a run's scrapers, by date."""
        dates = days(LOADERS)
        self.rounds.baseline.begin(dates, Start(False, False))
        run = self.rounds.baseline.run(dates, "documents")
        keys = self.pipeline.sql(f"select event_date, raw_key from loads where run = '{run.name}'").split()
        return {
            date: json.load(self.pipeline.s3.get_object(Bucket=BUCKET, Key=key)["Body"])
            for date, key in (line.split("|") for line in keys)
        }

    def load(self, date: str, number: int) -> None:
        """Loads the date's document as a later run might read it: every page has changed."""
        document = self.changed(date, number)
        key = f"raw/wwoz/events/year={date[:4]}/month={date[5:7]}/day={date[8:]}/events_{date}_chaos-{number}.json"
        self.pipeline.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(document).encode())
        event = json.dumps({"s3_key": key, "date": date, "run": f"chaos-{number}"})
        response = self.client.invoke(FunctionName=FUNCTION, Payload=event.encode())
        payload = response["Payload"].read().decode()
        if "FunctionError" in response:
            raise InvariantViolation(f"the loader failed for {date} in round {number}: {payload[:500]}")

    def changed(self, date: str, number: int) -> dict:
        document = json.loads(json.dumps(self.documents[date]))
        moment = self.times[date, number].isoformat().replace("+00:00", "Z")
        document["ingestion_result"]["timestamp"] = moment
        genres = sample_site.pick(sample_site.GENRES, 2, date, number)
        for record in document["records"]:
            record["scrape_time"] = moment
            record["event_data"]["description"] = f"Round {number} of {date}"
            if record["venue_data"]["wwoz_venue_href"]:
                record["venue_data"]["phone_number"] = self.telephone(date, number)
            if record["artist_data"]["wwoz_artist_href"]:
                record["artist_data"] |= {"description": f"Round {number} of {date}", "genres": sorted(genres)}
                record["event_data"]["genres"] = sorted(genres)
            record["origin"] = at(record["origin"], moment)
        return document

    @staticmethod
    def telephone(date: str, number: int) -> str:
        return f"(504) 555-{date[5:7]}{date[8:]}{number:03}"

    def deadlocks(self) -> int:
        return int(self.pipeline.sql("select deadlocks from pg_stat_database where datname = current_database()"))


def at(value, moment: str):
    """Returns the part of a document with every time in it set to `moment`."""
    if isinstance(value, dict):
        return {key: at(each, moment) for key, each in value.items()}
    if isinstance(value, list):
        return [at(each, moment) for each in value]
    return moment if isinstance(value, str) and TIME.match(value) else value
