#!/usr/bin/env python3
"""Tests a deployment: waits until its functions are ready, invokes the generator, then runs one date through all
functions, and checks the results; then asks the read API, where there is one.

  terraform output -json | smoke.py

Credentials and region come from the environment, as for AWS's own tools. Exits with status 1 and a message on failure.
If the source is unavailable it says so and exits with status 0: that says nothing of the deployment.
"""

import datetime
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

TIMEOUT = 1500  # seconds for a run of one date, retries included
READY = 300  # seconds until new functions are ready; Lambda optimises a new image, which takes a minute or two
DAYS_AHEAD = 2
SOURCE_ERRORS = {"SourceUnavailable", "SourceThrottled", "SourceRefused"}
# What Lambda responds for a function that sleeps, and wakes up because of the request.
ASLEEP = {"ResourceNotReadyException", "CodeArtifactUserPendingException", "ResourceConflictException"}


class Failure(Exception):
    pass


def check(outputs: dict, functions, machines, clock=time) -> None:
    """`functions` and `machines` are boto3's clients of Lambda and Step Functions."""
    wait_until_ready(functions, outputs["function_names"].values(), clock)
    check_generator(functions, outputs["function_names"]["date-range-generator"], clock)
    check_one_date(machines, outputs["state_machine_arn"], clock)
    if outputs.get("api_url"):
        check_api(outputs["api_url"])


def wait_until_ready(functions, names, clock) -> None:
    """A function that sleeps (Inactive) is ready: a request wakes it up, and the state machine retries the request."""
    deadline = clock.monotonic() + READY
    waiting = dict.fromkeys(names, "")
    while True:
        for name in list(waiting):
            state = functions.get_function_configuration(FunctionName=name)
            if state["State"] == "Failed" or state.get("LastUpdateStatus") == "Failed":
                reason = state.get("LastUpdateStatusReason") or state.get("StateReason") or "Lambda gives no reason"
                raise Failure(f"{name} cannot run: {reason}; deploy another image, or correct what Lambda names")
            waiting[name] = f"{state['State']}, last update {state.get('LastUpdateStatus', 'none')}"
            if state["State"] in ("Active", "Inactive") and state.get("LastUpdateStatus", "Successful") == "Successful":
                del waiting[name]
        if not waiting:
            return
        if clock.monotonic() > deadline:
            states = "; ".join(f"{name} ({state})" for name, state in waiting.items())
            raise Failure(f"not ready after {READY} s: {states}. Run make smoke again later")
        clock.sleep(2)


def check_generator(functions, name: str, clock) -> None:
    response = invoke(functions, name, {"days_ahead": DAYS_AHEAD}, clock)
    text = response["Payload"].read().decode()
    if "FunctionError" in response:
        raise Failure(f"{name} failed: {text}")
    body = json.loads(text).get("body", {})
    try:
        first = datetime.date.fromisoformat(body["start_date"])
        expected = [(first + datetime.timedelta(days)).isoformat() for days in range(DAYS_AHEAD + 1)]
    except (KeyError, ValueError):
        raise Failure(f"{name} returned {text}") from None
    if body.get("status") != "success" or body.get("dates") != expected:
        raise Failure(f"{name} returned {text}, expected the dates {expected}")
    print(f"✓ {name}: {', '.join(expected)}")


def invoke(functions, name: str, event: dict, clock) -> dict:
    deadline = clock.monotonic() + READY
    while True:
        try:
            return functions.invoke(FunctionName=name, Payload=json.dumps(event))
        except functions.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in ASLEEP:
                raise
            if clock.monotonic() > deadline:
                raise Failure(f"{name} still responds with {code} after {READY} s") from None
        clock.sleep(10)


def check_one_date(machines, arn: str, clock) -> None:
    run = machines.start_execution(
        stateMachineArn=arn, name=f"smoke-{uuid.uuid4()}", input=json.dumps({"days_ahead": 0})
    )["executionArn"]
    deadline = clock.monotonic() + TIMEOUT
    while (execution := machines.describe_execution(executionArn=run))["status"] == "RUNNING":
        if clock.monotonic() > deadline:
            raise Failure(f"{run} has not ended after {TIMEOUT} s")
        clock.sleep(2)
    summary = json.loads(execution.get("output") or "{}")
    # A rejected record also makes a run partial; that is a matter of the source, not of the deployment.
    done = summary.get("dates") == 1 and summary.get("failed_dates") == []
    if execution["status"] == "SUCCEEDED" and summary.get("status") in ("success", "partial") and done:
        print(f"✓ today: {summary['found']} events found, {summary['rejected']} rejected, {summary['cached']} cached")
        return
    errors = item_errors(machines, run)
    if errors and errors <= SOURCE_ERRORS:
        say_nothing_is_said(run, ", ".join(sorted(errors)))
        return
    if execution["status"] != "SUCCEEDED":
        raise Failure(f"{run}: {execution['status']}, {execution.get('error')}: {execution.get('cause')}")
    raise Failure(f"{run} returned {summary}")


def item_errors(machines, run: str) -> set[str]:
    """Returns the names of the errors of the items, whose executions fail with them or return them as `failed`."""
    errors = set()
    for map_run in machines.list_map_runs(executionArn=run)["mapRuns"]:
        for child in machines.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]:
            execution = machines.describe_execution(executionArn=child["executionArn"])
            result = json.loads(execution.get("output") or "{}")
            errors.add(execution.get("error") or result.get("failed") or "")
    return errors - {""}


def say_nothing_is_said(run: str, errors: str) -> None:
    text = f"The source is unavailable ({errors}): nothing is said of the deployment. Run make smoke again."
    print(f"\n!!! {text}\n{run}\n")
    if os.environ.get("GITHUB_ACTIONS"):
        print(f"::warning title=No smoke test::{text}")


def check_api(address: str) -> None:
    """Checks that the read API reads its database, and gives its data to nobody without a key unless it is public."""
    status, text = get(f"{address}/health")
    try:
        health = json.loads(text)
        connected, state, sources = (health[name] for name in ("database_connected", "status", "total_sources"))
    except (ValueError, KeyError, TypeError):
        raise Failure(
            f"{address}/health responds with status {status}: {text[:200]}. Store the secrets API_DATABASE_URL and "
            "API_KEY if that is not done; the log of read-api has the reason"
        ) from None
    if not connected:
        raise Failure(
            f"{address}/health has no database: compare the secret API_DATABASE_URL with the user of festvibes "
            "migrate --api, and the network; the log of read-api has the reason"
        )
    # With sources it is unhealthy if all have failed, which is no matter of the deployment.
    if state == "unhealthy" and sources == 0:
        raise Failure(
            f"{address}/health cannot read its database: run festvibes migrate, with --api too, and compare the "
            "secret API_DATABASE_URL with the user; the log of read-api has the reason"
        )
    status, text = get(f"{address}/events?limit=1")
    if status not in (200, 401):
        raise Failure(f"{address}/events responds with status {status}: {text[:200]}. See the log of read-api")
    print(f"✓ read API: {state}; {'public' if status == 200 else 'it wants a key'}")


def get(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")
    except OSError as error:
        raise Failure(f"{address} cannot be reached: {error}") from None


def main() -> None:
    text = sys.stdin.read()
    if not text.strip():
        raise Failure("there are no outputs of terraform: see its message above")
    outputs = {name: output["value"] for name, output in json.loads(text).items()}
    if not {"function_names", "state_machine_arn"} <= outputs.keys():
        raise Failure("nothing is deployed: run make terraform-apply first, and with STAGE if it is a stage")
    import boto3  # after the check that needs nothing
    from botocore.exceptions import BotoCoreError, ClientError

    region = outputs["state_machine_arn"].split(":")[3]
    try:
        check(outputs, boto3.client("lambda", region_name=region), boto3.client("stepfunctions", region_name=region))
    except (BotoCoreError, ClientError) as error:
        raise Failure(f"AWS refused a request: {error}") from None


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"smoke: {failure}")
