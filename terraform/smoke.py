#!/usr/bin/env python3
"""Tests a deployment: invokes the generator, then runs one date through all functions, and checks the results.

  terraform output -json | smoke.py

Credentials and region come from the environment, as for AWS's own tools. Exits with status 1 and a message on failure.
"""

import datetime
import json
import sys
import time
import uuid

import boto3

TIMEOUT = 1500  # seconds for a run of one date, retries included
DAYS_AHEAD = 2


class Failure(Exception):
    pass


def main() -> None:
    outputs = {name: output["value"] for name, output in json.load(sys.stdin).items()}
    region = outputs["state_machine_arn"].split(":")[3]
    check_generator(boto3.client("lambda", region_name=region), outputs["function_names"]["date-range-generator"])
    check_one_date(boto3.client("stepfunctions", region_name=region), outputs["state_machine_arn"])


def check_generator(functions, name: str) -> None:
    response = functions.invoke(FunctionName=name, Payload=json.dumps({"days_ahead": DAYS_AHEAD}))
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


def check_one_date(machines, arn: str) -> None:
    run = machines.start_execution(
        stateMachineArn=arn, name=f"smoke-{uuid.uuid4()}", input=json.dumps({"days_ahead": 0})
    )["executionArn"]
    deadline = time.monotonic() + TIMEOUT
    while (execution := machines.describe_execution(executionArn=run))["status"] == "RUNNING":
        if time.monotonic() > deadline:
            raise Failure(f"{run} has not ended after {TIMEOUT} s")
        time.sleep(2)
    if execution["status"] != "SUCCEEDED":
        raise Failure(f"{run}: {execution['status']}, {execution.get('error')}: {execution.get('cause')}")
    summary = json.loads(execution["output"])
    # A rejected record also makes a run partial; that is a matter of the source, not of the deployment.
    done = summary.get("dates") == 1 and summary.get("failed_dates") == []
    if summary.get("status") not in ("success", "partial") or not done:
        raise Failure(f"{run} returned {summary}")
    print(f"✓ today: {summary['found']} events found, {summary['rejected']} rejected, {summary['cached']} cached")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"smoke: {failure}")
