"""A check of the rule that terraform makes for runs that are stopped: the ledger and the topic must learn of one."""

import json
import time
import uuid
from collections.abc import Callable

DATES = 60  # more than can be done before the run is stopped
TIMEOUT = 60  # seconds


def check_stopped_run(client: Callable, machine: str, topic: str, ledger: Callable[[str], str]) -> str:
    """Stops a run, and returns a line for a person. `ledger` returns what the festvibes command says of a run."""
    queue = client("sqs").create_queue(QueueName=f"check-{uuid.uuid4()}")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    subscription = client("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    try:
        name = f"stopped-{uuid.uuid4()}"
        machines = client("stepfunctions")
        run = machines.start_execution(
            stateMachineArn=machine, name=name, input=json.dumps({"days_ahead": DATES - 1, "trigger": "schedule"})
        )["executionArn"]
        until(lambda: machines.list_map_runs(executionArn=run)["mapRuns"], "the run has not started its dates")
        machines.stop_execution(executionArn=run, error="Checked", cause="a test stopped it")
        until(lambda: "Aborted" in ledger(name), f"the ledger does not have the end of {name}")
        message = until(lambda: received(client, queue, name), f"the topic does not have the end of {name}")
    finally:
        client("sns").unsubscribe(SubscriptionArn=subscription)
        client("sqs").delete_queue(QueueUrl=queue)
    if (message["status"], message["error"]) != ("failed", "ABORTED") or not message["console"].endswith(run):
        raise SystemExit(f"deploy: the topic's message on {name} is {message}")
    return "✓ a stopped run is closed in the ledger and published"


def received(client: Callable, queue: str, run: str) -> dict | None:
    messages = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    published = (json.loads(json.loads(message["Body"])["Message"]) for message in messages)
    return next((message for message in published if message["run"] == run), None)


def until(find: Callable, problem: str):
    deadline = time.monotonic() + TIMEOUT
    while not (found := find()):
        if time.monotonic() > deadline:
            raise SystemExit(f"deploy: {problem} after {TIMEOUT} s")
        time.sleep(0.2)
    return found
