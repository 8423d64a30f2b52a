"""Checks of what starts runs on what terraform made: a schedule, and the queue of requests."""

import json
import uuid
from collections.abc import Callable
from pathlib import Path

from commands import ROOT, Failure
from stopped import until

DATASET = "coingecko_markets"  # JSON, with a sample
SAMPLE = ROOT / "statemachine/datasets" / DATASET / "sample/input/markets.json"


def check_schedule(client: Callable, schedule: dict, machine: str) -> str:
    """Starts what the schedule would start, as schedules of the local AWS never fire, and returns a line for a person.

    `schedule` has the schedule's name and group."""
    target = client("scheduler").get_schedule(GroupName=schedule["group"], Name=schedule["name"])["Target"]
    if target["Arn"] != machine:
        raise Failure(f"the schedule {schedule['name']} starts {target['Arn']}, and not {machine}")
    name = f"schedule-{DATASET}-{uuid.uuid4()}"
    run = client("stepfunctions").start_execution(stateMachineArn=machine, name=name, input=target["Input"])
    summary = check_end(client, run["executionArn"])
    if summary["trigger"] != "schedule":
        raise Failure(f"the run of the schedule {schedule['name']} has the trigger {summary['trigger']}")
    return f"✓ the schedule {schedule['name']} runs {DATASET}: {summary['found']} records"


def check_request(client: Callable, queue: str, machine: str) -> str:
    """Sends a request to the queue, and returns a line for a person. Its message starts one run, with its name."""
    sent = client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"dataset": DATASET}))
    name = f"sqs-{sent['MessageId']}"
    run = machine.replace(":stateMachine:", ":execution:") + f":{name}"
    until(lambda: name in executions(client, machine), f"the message {sent['MessageId']} has started no run")
    check_end(client, run)
    if sum(each.startswith(name) for each in executions(client, machine)) != 1:
        raise Failure(f"the message {sent['MessageId']} has started more than one run")
    return "✓ a message of the queue starts one run"


def executions(client: Callable, machine: str) -> list[str]:
    pages = client("stepfunctions").get_paginator("list_executions").paginate(stateMachineArn=machine)
    return list(pages.search("executions[].name"))


def check_end(client: Callable, run: str) -> dict:
    """Waits for the end of a run of the sample, and returns its summary."""

    def ended() -> dict | None:
        described = client("stepfunctions").describe_execution(executionArn=run)
        return None if described["status"] == "RUNNING" else described

    described = until(ended, f"{run} has not ended")
    if described["status"] != "SUCCEEDED":
        raise Failure(f"{run}: {described['status']}, {described.get('error')}: {described.get('cause')}")
    summary = json.loads(described["output"])
    expected = {"dataset": DATASET, "status": "success", "found": records(SAMPLE)}
    found = {name: summary.get(name) for name in expected}
    if found != expected:
        raise Failure(f"{run} reports {found}, but the sample has {expected}")
    return summary


def records(sample: Path) -> int:
    return len(json.loads(sample.read_text()))
