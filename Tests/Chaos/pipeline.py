"""The local stack: runs, services, faults, and the contents of the stores."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping

import boto3
from botocore.config import Config

from processes import write
from runs import InvariantViolation, Run
from services.aws import BUCKET, MACHINE, REGION, Aws
from services.certificates import Certificates
from services.functions import Function, functions
from services.home import Home
from services.postgres import DATABASE, Postgres
from services.redis import Redis
from source import Source

Allowed = Mapping[str, "int | None"]  # error name -> largest number of failed tasks, None for any

TIMEOUT = 900  # seconds for a run with faults
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations'"


class Pipeline:
    def __init__(self, root: str, home: str, binaries: str):
        self.root = root
        self.home = Home(home)
        certificates = Certificates(self.home)
        self.postgres = Postgres(self.home, certificates)
        self.redis = Redis(self.home, certificates)
        self.site = Source(self.home.port("site"))
        self.binaries = os.path.abspath(binaries)
        self.aws = Aws(self.home, os.path.join(root, ".local"), self.binaries)
        keys = self.aws.credentials()
        config = Config(
            retries={"total_max_attempts": 3},
            connect_timeout=10,
            read_timeout=400,  # longer than the timeout of each function, which is invoked directly, too
            max_pool_connections=50,
        )
        self.steps, self.s3, self.functions, self.dynamodb = (
            boto3.client(
                service,
                region_name=REGION,
                endpoint_url=self.aws.address(),
                config=config,
                aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            )
            for service in ("stepfunctions", "s3", "lambda", "dynamodb")
        )
        machines = self.steps.list_state_machines()["stateMachines"]
        self.machine = next(each["stateMachineArn"] for each in machines if each["name"] == MACHINE)

    @contextlib.contextmanager
    def variables(self, of: Callable[[Function], Mapping[str, str]]) -> Iterator[None]:
        """Gives each function variables beside its usual ones, which it has again afterwards."""
        usual = {}
        try:
            for function in functions():
                name = function.deployed_name
                found = self.functions.get_function_configuration(FunctionName=name)
                usual[name] = found.get("Environment", {}).get("Variables", {})
                self.set_variables(name, {**usual[name], **of(function)})
            yield
        finally:
            for name, variables in usual.items():
                self.set_variables(name, variables)

    def set_variables(self, name: str, variables: Mapping[str, str]) -> None:
        self.functions.update_function_configuration(FunctionName=name, Environment={"Variables": dict(variables)})

    # ---- runs

    def run(
        self,
        dates: tuple[str, ...],
        label: str,
        allowed: Allowed | Callable[[], Allowed] | None = None,
        meanwhile: Callable[[str], None] | None = None,
        replay: Run | None = None,
    ) -> Run:
        """Executes the state machine for consecutive dates and waits for its end.

        `allowed` are the errors that its tasks may have, or a function that returns them afterwards; see
        Run.expect_errors. `meanwhile` is called with the execution's ARN once it has started. `replay`: a run.
        """
        given = {
            "start_date": dates[0],
            "end_date": dates[-1],
            **({"replay": {"run": replay.name}} if replay else {}),
        }
        arn = self.start(label, given)
        if meanwhile:
            meanwhile(arn)
        return self.finish(arn, dates, allowed)

    def start(self, label: str, given: Mapping) -> str:
        """Starts an execution with an input, and returns its ARN."""
        return self.steps.start_execution(
            stateMachineArn=self.machine,
            name=f"chaos-{re.sub('[^A-Za-z0-9]+', '-', label)[:50]}-{time.time_ns()}",
            input=json.dumps(given),
        )["executionArn"]

    def finish(self, arn: str, items: tuple[str, ...], allowed: Allowed | Callable[[], Allowed] | None = None) -> Run:
        """Waits for the end of an execution. `items` are the ids of its work items."""
        deadline = time.monotonic() + TIMEOUT
        while self.is_running(arn):
            if time.monotonic() > deadline:
                raise InvariantViolation(f"{arn} has not ended after {TIMEOUT} s")
            time.sleep(0.1)
        executions = {None: arn}
        for page in self.children(arn):
            description = self.steps.describe_execution(executionArn=page["executionArn"])
            executions[item_of(json.loads(description["input"]))] = page["executionArn"]
        run = Run(items, {item: self.describe(arn) for item, arn in executions.items()})
        run.expect_errors(allowed() if callable(allowed) else allowed or {})
        return run

    def is_running(self, arn: str) -> bool:
        return self.steps.describe_execution(executionArn=arn)["status"] == "RUNNING"

    def children(self, arn: str) -> list[dict]:
        return [
            each
            for map_run in self.steps.list_map_runs(executionArn=arn)["mapRuns"]
            for page in self.steps.get_paginator("list_executions").paginate(mapRunArn=map_run["mapRunArn"])
            for each in page["executions"]
        ]

    def describe(self, arn: str) -> tuple[dict, list[dict]]:
        """Returns the execution's description and its history."""
        pages = self.steps.get_paginator("get_execution_history").paginate(executionArn=arn)
        return self.steps.describe_execution(executionArn=arn), [event for page in pages for event in page["events"]]

    def wait_until_idle(self) -> None:
        """Waits for the runs of an earlier program that was stopped."""
        deadline = time.monotonic() + TIMEOUT
        while self.steps.list_executions(stateMachineArn=self.machine, statusFilter="RUNNING")["executions"]:
            if time.monotonic() > deadline:
                raise InvariantViolation(f"an earlier run has not ended after {TIMEOUT} s")
            time.sleep(0.2)

    # ---- faults

    def faults(self, **settings) -> None:
        """Sets the faults from now on (see aws/faults.py); without settings there are none."""
        path = self.home.join("faults.json")
        if settings:
            write(path, json.dumps(settings))
        elif os.path.exists(path):
            os.unlink(path)

    def injected(self) -> list[dict]:
        """Returns the faults injected since the last call."""
        path = self.home.join("logs", "faults.jsonl")
        if not os.path.exists(path):
            return []
        os.rename(path, path + ".read")
        with open(path + ".read", encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    # ---- stores

    def sql(self, statement: str) -> str:
        result = self.postgres.sql(statement, DATABASE)
        if result.returncode != 0:
            raise InvariantViolation(f"Postgres: {result.stderr.strip()}")
        return result.stdout

    def cached(self) -> dict[str, str]:
        """Returns the content of Redis by key."""
        keys = sorted(key.decode() for key in self.redis.command_reply("KEYS", "*"))
        return {key: self.redis.command_reply("GET", key).decode() for key in keys}

    def empty(self) -> None:
        """Empties Postgres and Redis. S3 is kept: a run does not read another run's objects under raw/."""
        names = ", ".join(self.sql(TABLES).split())
        if names:
            self.sql(f"truncate {names} cascade")
        self.redis.command_reply("FLUSHALL")

    def empty_pages(self) -> None:
        """Deletes the stored pages, so that every page has to be read from the source."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="pages/"):
            if objects := [{"Key": each["Key"]} for each in page.get("Contents", [])]:
                self.s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects, "Quiet": True})

    def save(self, name: str) -> tuple[str, dict[str, str]]:
        """Saves the contents of Postgres and Redis for restore()."""
        copies = "".join(f"create table {name}.{table} as table public.{table};" for table in self.sql(TABLES).split())
        self.sql(f"drop schema if exists {name} cascade; create schema {name}; {copies}")
        return name, self.cached()

    def restore(self, saved: tuple[str, dict[str, str]]) -> None:
        """Restores what save() returned. Rows keep their ids; sequences continue where they are. Foreign keys are not
        checked, because they were valid when saved."""
        name, cached = saved
        self.empty()
        self.sql(
            f"""
            do $$ declare copied record; begin
              set local session_replication_role = replica;
              for copied in
                select table_name as name, string_agg(quote_ident(column_name), ', ') as columns
                from information_schema.columns
                where table_schema = '{name}' and (table_name, column_name) in (
                  select table_name, column_name from information_schema.columns
                  where table_schema = 'public' and is_generated = 'NEVER')
                group by 1
              loop
                execute format('insert into public.%1$I (%2$s) overriding system value select %2$s from {name}.%1$I',
                  copied.name, copied.columns);

              end loop;
            end $$
            """
        )
        for key, value in cached.items():
            self.redis.command_reply("SET", key, value, "EX", "3600")


def item_of(given: dict) -> str:
    """Returns the work item of a child execution's input: its id, or the date of an earlier version."""
    return given.get("date") or given["item"]["id"]
