"""The stack under fire: its nights, its parts, its faults, and what is in its stores."""

import json
import os
import time

import boto3
from botocore.config import Config

from parts.aws import BUCKET, MACHINE, REGION, Aws
from parts.certificates import Certificates
from parts.home import Home
from parts.postgres import DATABASE, Postgres
from parts.redis import Redis
from processes import write

from .nights import Loss, Night
from .site import Site

PATIENCE = 900  # seconds that a night may take, whatever happens to it
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'"


class Pipeline:
    def __init__(self, root, home, binaries):
        self.home = Home(home)
        certificates = Certificates(self.home)
        self.postgres = Postgres(self.home, certificates)
        self.redis = Redis(self.home, certificates)
        self.site = Site(self.home.port("site"))
        aws = Aws(self.home, os.path.join(root, ".local"), os.path.abspath(binaries))
        keys = aws.credentials()
        config = Config(
            retries={"total_max_attempts": 3}, connect_timeout=10, read_timeout=120, max_pool_connections=50
        )
        self.steps, self.s3, self.functions = (
            boto3.client(
                service,
                region_name=REGION,
                endpoint_url=aws.address(),
                config=config,
                aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            )
            for service in ("stepfunctions", "s3", "lambda")
        )
        machines = self.steps.list_state_machines()["stateMachines"]
        self.machine = next(each["stateMachineArn"] for each in machines if each["name"] == MACHINE)

    # ---- nights

    def night(self, dates, label, allowed=None, meanwhile=None, replay=None):
        """Runs the state machine to its end for dates in a row, as a replay of another night if one is given. `allowed`
        is what its tasks may fail with, or a function that tells it afterwards; `meanwhile` is called with the
        execution's ARN when it is under way."""
        arn = self.steps.start_execution(
            stateMachineArn=self.machine,
            name=f"chaos-{label.replace(' ', '-')}-{time.time_ns()}",
            input=json.dumps(
                {
                    "start_date": dates[0],
                    "end_date": dates[-1],
                    **({"replay": {"run": replay.name}} if replay else {}),
                }
            ),
        )["executionArn"]
        if meanwhile:
            meanwhile(arn)
        deadline = time.monotonic() + PATIENCE
        while self.is_running(arn):
            if time.monotonic() > deadline:
                raise Loss(f"{arn} has not come to an end within {PATIENCE} s")
            time.sleep(0.1)
        executions = {None: arn}
        for page in self.children(arn):
            description = self.steps.describe_execution(executionArn=page["executionArn"])
            executions[json.loads(description["input"])["date"]] = page["executionArn"]
        night = Night(dates, {date: self.told_of(arn) for date, arn in executions.items()})
        night.expect_errors(allowed() if callable(allowed) else allowed or {})
        return night

    def is_running(self, arn):
        return self.steps.describe_execution(executionArn=arn)["status"] == "RUNNING"

    def children(self, arn):
        return [
            each
            for run in self.steps.list_map_runs(executionArn=arn)["mapRuns"]
            for page in self.steps.get_paginator("list_executions").paginate(mapRunArn=run["mapRunArn"])
            for each in page["executions"]
        ]

    def told_of(self, arn):
        pages = self.steps.get_paginator("get_execution_history").paginate(executionArn=arn)
        return self.steps.describe_execution(executionArn=arn), [event for page in pages for event in page["events"]]

    def wait_for_silence(self):
        """An earlier program may have been stopped while its night went on."""
        deadline = time.monotonic() + PATIENCE
        while self.steps.list_executions(stateMachineArn=self.machine, statusFilter="RUNNING")["executions"]:
            if time.monotonic() > deadline:
                raise Loss(f"an earlier night has not come to an end within {PATIENCE} s")
            time.sleep(0.2)

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

    # ---- stores

    def sql(self, statement):
        result = self.postgres.sql(statement, DATABASE)
        if result.returncode != 0:
            raise Loss(f"Postgres: {result.stderr.strip()}")
        return result.stdout

    def cached(self):
        """By key, what Redis has."""
        keys = sorted(key.decode() for key in self.redis.command_reply("KEYS", "*"))
        return {key: self.redis.command_reply("GET", key).decode() for key in keys}

    def empty(self):
        """As before the first night. S3 stays as it is: no night reads what another has put under raw/."""
        names = ", ".join(self.sql(TABLES).split())
        if names:
            self.sql(f"truncate {names} cascade")
        self.redis.command_reply("FLUSHALL")

    def empty_pages(self):
        """As if the source had never been read: every page has to come anew."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="pages/"):
            if objects := [{"Key": each["Key"]} for each in page.get("Contents", [])]:
                self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects, "Quiet": True})

    def save(self, name):
        """Keeps what Postgres and Redis hold now, for restore()."""
        copies = "".join(f"create table {name}.{table} as table public.{table};" for table in self.sql(TABLES).split())
        self.sql(f"drop schema if exists {name} cascade; create schema {name}; {copies}")
        return name, self.cached()

    def restore(self, saved):
        """Rows keep their numbers, and sequences go on where they are. Foreign keys are not asked: they held before."""
        name, cached = saved
        self.empty()
        self.sql(
            f"""
            do $$ declare part record; begin
              set local session_replication_role = replica;
              for part in
                select table_name as name, string_agg(quote_ident(column_name), ', ') as columns
                from information_schema.columns
                where table_schema = '{name}' and (table_name, column_name) in (
                  select table_name, column_name from information_schema.columns
                  where table_schema = 'public' and is_generated = 'NEVER')
                group by 1
              loop
                execute format('insert into public.%1$I (%2$s) overriding system value select %2$s from {name}.%1$I',
                  part.name, part.columns);
              end loop;
            end $$
            """
        )
        for key, value in cached.items():
            self.redis.command_reply("SET", key, value, "EX", "3600")
