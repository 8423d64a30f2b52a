"""The stack under fire: its nights, its parts, its faults, and what is left behind."""

import collections
import json
import os
import threading
import time

import boto3
from botocore.config import Config

from parts.aws import BUCKET, MACHINE, REGION, Aws
from parts.certificates import Certificates
from parts.home import Home
from parts.postgres import DATABASE, Postgres
from parts.redis import Redis
from parts.site import Site
from processes import write

PATIENCE = 900  # seconds that a night may take, whatever happens to it

# What a date or a run may fail with: the pipeline's own names (PipelineError.swift) for what may pass, and what Lambda
# says of a function that was killed or ran out of time. States.Runtime, say, is none of them.
TYPED = {
    *("SourceUnavailable", "SourceThrottled", "StorageUnavailable", "StorageCorrupt", "DatabaseUnavailable"),
    *("DatabaseConflict", "CacheUnavailable", "DeadlineExceeded", "Runtime.ExitError", "Sandbox.Timedout"),
    *("States.Timeout", "States.ExceedToleratedFailureThreshold"),
}


class Loss(Exception):
    """Something that must hold does not."""


class Night:
    """An execution of the state machine at its end, and those of its dates."""

    def __init__(self, dates, execution, children, retries):
        self.name = execution["name"]
        self.status = execution["status"]
        self.retries = retries
        self.causes = {
            each.get("error") or each["status"]: each.get("cause", "")
            for each in [execution, *children]
            if each["status"] != "SUCCEEDED"
        }
        done = {json.loads(each["input"])["date"] for each in children if each["status"] == "SUCCEEDED"}
        self.missed = [date for date in dates if date not in done]
        for error, cause in self.causes.items():
            if error not in TYPED:
                raise Loss(f"{self.name} failed with {error}, which is no name to fail with: {cause}")


class Pipeline:
    def __init__(self, root, home, binaries):
        self.home = Home(home)
        certificates = Certificates(self.home)
        self.postgres = Postgres(self.home, certificates)
        self.redis = Redis(self.home, certificates)
        self.aws = Aws(self.home, os.path.join(root, ".local"), os.path.abspath(binaries))
        self.site = Site(self.home)
        keys = self.aws.credentials()
        config = Config(
            retries={"total_max_attempts": 3}, connect_timeout=10, read_timeout=120, max_pool_connections=50
        )
        self.client = {
            service: boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.aws.address(),
                config=config,
                aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            )
            for service in ("stepfunctions", "s3", "lambda")
        }
        machines = self.client["stepfunctions"].list_state_machines()["stateMachines"]
        self.machine = next(each["stateMachineArn"] for each in machines if each["name"] == MACHINE)

    # ---- nights

    def night(self, dates, label, meanwhile=None):
        """Runs the state machine to its end for dates in a row; `meanwhile` is called when it is under way."""
        steps = self.client["stepfunctions"]
        arn = steps.start_execution(
            stateMachineArn=self.machine,
            name=f"chaos-{label}-{time.time_ns()}",
            input=json.dumps({"start_date": dates[0], "end_date": dates[-1]}),
        )["executionArn"]
        if meanwhile:
            meanwhile()
        deadline = time.monotonic() + PATIENCE
        while (execution := steps.describe_execution(executionArn=arn))["status"] == "RUNNING":
            if time.monotonic() > deadline:
                raise Loss(f"{arn} has not come to an end within {PATIENCE} s")
            time.sleep(0.1)
        children = [
            steps.describe_execution(executionArn=each["executionArn"])
            for run in steps.list_map_runs(executionArn=arn)["mapRuns"]
            for page in steps.get_paginator("list_executions").paginate(mapRunArn=run["mapRunArn"])
            for each in page["executions"]
        ]
        retries = sum(self.retries(each["executionArn"]) for each in [execution, *children])
        return Night(dates, execution, children, retries)

    def wait_for_silence(self):
        """An earlier program may have been stopped while its night went on."""
        deadline = time.monotonic() + PATIENCE
        steps = self.client["stepfunctions"]
        while steps.list_executions(stateMachineArn=self.machine, statusFilter="RUNNING")["executions"]:
            if time.monotonic() > deadline:
                raise Loss(f"an earlier night has not come to an end within {PATIENCE} s")
            time.sleep(0.2)

    def retries(self, arn):
        """How many tasks of an execution failed and were tried again."""
        pages = self.client["stepfunctions"].get_paginator("get_execution_history").paginate(executionArn=arn)
        kinds = collections.Counter(event["type"] for page in pages for event in page["events"])
        return kinds["TaskFailed"] - (kinds["ExecutionFailed"] and kinds["TaskFailed"] > 0)

    # ---- faults

    def faults(self, **settings):
        """What goes wrong from here on (aws/faults.py); with no settings, nothing does."""
        path = self.home.join("faults.json")
        if settings:
            write(path, json.dumps(settings))
        elif os.path.exists(path):
            os.unlink(path)

    def struck(self):
        """The faults that struck since the log was last asked for."""
        path = self.home.join("logs", "faults.jsonl")
        if not os.path.exists(path):
            return []
        os.rename(path, path + ".read")
        with open(path + ".read", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    # ---- data

    def sql(self, statement):
        result = self.postgres.sql(statement, DATABASE)
        if result.returncode != 0:
            raise Loss(f"Postgres: {result.stderr.strip()}")
        return result.stdout

    def empty(self):
        """As before the first night; S3 stays as it is."""
        names = self.sql(
            "select string_agg(quote_ident(tablename), ', ') from pg_tables "
            "where schemaname = 'public' and tablename <> 'schema_migrations'"
        ).strip()
        if names:
            self.sql(f"truncate {names} restart identity cascade")
        self.redis.command_reply("FLUSHALL")

    def check_leftovers(self):
        """What no function may leave: transactions, locks, half-written uploads, runs that never ended."""
        idle = self.sql(
            "select count(*) from pg_stat_activity where application_name like 'festvibes-%' and state <> 'idle'"
        ).strip()
        if idle != "0":
            raise Loss(f"{idle} transactions are open although no function runs")
        uploads = self.client["s3"].list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        if uploads:
            raise Loss(f"{len(uploads)} multipart uploads were left: {uploads[0]['Key']}")
        bad = self.sql(
            "select count(*) from loads where records_found <> "
            "records_new + records_changed + records_unchanged + records_rejected"
        ).strip()
        if bad != "0":
            raise Loss(f"the counts of {bad} loads do not add up")

    def check_ledger(self, night):
        """That the night is in the ledger with its outcome. Answers whether its end is missing: a ledger that cannot be
        written, however often it is tried, stops no night."""
        status = self.sql(f"select status from etl_runs where run = '{night.name}'").strip() or "running"
        if status not in ("running", *(("success", "partial") if night.status == "SUCCEEDED" else ("failed",))):
            raise Loss(f"the ledger says {status} of {night.name}, which {night.status.lower()}")
        return status == "running"


class Reader(threading.Thread):
    """An app and a person with SQL, who look at the dates while nights run: each day is whole or absent."""

    def __init__(self, pipeline, state):
        super().__init__(daemon=True)
        self.pipeline = pipeline
        self.shows = state.shows()
        self.looks = 0
        self.torn = None
        self.enough = threading.Event()

    def run(self):
        while not self.enough.wait(0.1):
            try:
                rows = self.pipeline.sql("select event_date, count(*) from events group by 1").split()
                cached = self.pipeline.redis.command_reply("MGET", *(f"events:{date}" for date in self.shows))
            except (Loss, OSError, ValueError):
                continue  # it is down, or not up yet
            seen = {date: int(count) for date, count in (row.split("|") for row in rows)}
            seen_cached = {
                date: len(json.loads(value)) for date, value in zip(self.shows, cached, strict=True) if value
            }
            self.looks += 1
            for place, counts in (("Postgres", seen), ("Redis", seen_cached)):
                for date, count in counts.items():
                    if count != self.shows[date] and not self.torn:
                        self.torn = f"a reader of {place} saw {count} of the {self.shows[date]} shows of {date}"

    def stop(self):
        self.enough.set()
        self.join()
        if self.torn:
            raise Loss(self.torn)
        return self.looks
