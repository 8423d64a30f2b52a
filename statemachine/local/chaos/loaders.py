"""Twenty loaders at once, on dates that share venues, acts and genres, again and again with other data."""

import concurrent.futures
import json

from parts.aws import BUCKET

from .pipeline import Loss
from .rounds import days
from .state import State

LOADERS = 20
FUNCTION = "festvibes-loader-chaos"


class Loaders:
    def __init__(self, rounds):
        self.pipeline = rounds.pipeline
        self.random = rounds.random
        self.client = self.pipeline.client["lambda"]

    def run(self, row, count):
        """That the rounds leave what the same documents leave one after another, and that no loader complains."""
        self.make_function()
        documents = self.documents()
        self.pipeline.empty()
        for number in range(count):
            for date in documents:
                self.load(date, documents[date], number)
        reference = State.read(self.pipeline)

        self.pipeline.empty()
        deadlocks = self.deadlocks()
        with concurrent.futures.ThreadPoolExecutor(LOADERS) as threads:
            for number in range(count):
                order = self.random.sample(sorted(documents), len(documents))
                list(threads.map(lambda date, number=number: self.load(date, documents[date], number), order))
                row.rounds += 1
        reference.expect(State.read(self.pipeline))
        self.pipeline.check_leftovers()
        row.struck["loads"] = count * len(documents)
        row.struck["deadlocks that Postgres broke"] = self.deadlocks() - deadlocks

    def make_function(self):
        """The loader under another name, with a sandbox for each of the twenty."""
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

    def documents(self):
        """By date, what a night's scrapers have written."""
        self.pipeline.empty()
        dates = days(LOADERS)
        night = self.pipeline.night(dates, "documents")
        if night.status != "SUCCEEDED":
            raise Loss(f"a night failed with nothing in its way: {night.causes}")
        keys = self.pipeline.sql(f"select event_date, raw_key from loads where run = '{night.name}'").split()
        return {date: self.read(key) for date, key in (line.split("|") for line in keys)}

    def read(self, key):
        return json.load(self.pipeline.client["s3"].get_object(Bucket=BUCKET, Key=key)["Body"])

    def load(self, date, document, number):
        """The document as it might read a night later: every venue, act and show says something else."""
        for record in document["records"]:
            record["venue_data"]["phone_number"] = f"(504) 555-{number:04}"
            record["artist_data"]["description"] = f"Round {number}"
            record["event_data"]["description"] = f"Round {number}"
        document["ingestion_result"]["timestamp"] = f"2026-03-01T{number // 60:02}:{number % 60:02}:00Z"
        key = f"raw/wwoz/events/year={date[:4]}/month={date[5:7]}/day={date[8:]}/events_{date}_chaos-{number}.json"
        self.pipeline.client["s3"].put_object(Bucket=BUCKET, Key=key, Body=json.dumps(document).encode())
        event = json.dumps({"s3_key": key, "date": date, "run": f"chaos-{number}"})
        answer = self.client.invoke(FunctionName=FUNCTION, Payload=event.encode())
        payload = answer["Payload"].read().decode()
        if "FunctionError" in answer:
            raise Loss(f"a loader of {date} in round {number} failed: {payload[:500]}")

    def deadlocks(self):
        return int(self.pipeline.sql("select deadlocks from pg_stat_database where datname = current_database()"))
