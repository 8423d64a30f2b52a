#!/usr/bin/env python3
"""Deploys to the local AWS what terraform deploys to the real one: buckets, tables, streams, role, functions, topics,
state machine, the rule on stopped runs, the queue of requests, and the rules of the datasets' triggers.

Reads its input as JSON (see services/aws.py) and prints the ARNs as JSON. Updates what exists already.
"""

import contextlib
import io
import json
import re
import sys
import zipfile

import boto3
import triggers
from botocore.config import Config
from botocore.exceptions import ClientError


NAME = "festvibes"


def main() -> None:
    wanted = json.load(sys.stdin)
    config = Config(retries={"total_max_attempts": 5}, connect_timeout=10, read_timeout=30)

    def client(service):
        return boto3.client(service, region_name=wanted["region"], endpoint_url=wanted["endpoint"], config=config)

    for bucket in [wanted["bucket"], *wanted["version_buckets"], *wanted["object_buckets"]]:
        make_bucket(client("s3"), bucket)
    if wanted["version_buckets"]:
        client("sns").create_topic(Name=wanted["projections"])
    for table, keys in wanted["tables"].items():
        make_table(client("dynamodb"), table, keys)
    if wanted["idempotency"]:
        make_table(client("dynamodb"), wanted["idempotency"], ["idempotency_key"], expires="ttl")
    for stream in wanted["streams"]:
        make_stream(client("kinesis"), stream)
    arns = {}
    if wanted["functions"]:
        role = make_role(client("iam"))
        arns = {
            function["handler"]: make_function(client("lambda"), function, role) for function in wanted["functions"]
        }
        topic = client("sns").create_topic(Name=f"{NAME}-runs")["TopicArn"]
        names = {f"{handler}FunctionArn": arn for handler, arn in arns.items()} | {"NotificationTopicArn": topic}
        with open(wanted["definition"], encoding="utf-8") as file:
            definition = fill(file.read(), names)
        arns["topic"] = topic
        arns["machine"] = make_machine(client("stepfunctions"), wanted["machine"], definition, role)
        make_rule(client, arns["machine"], arns["Loader"], topic, wanted["message"])
        triggers.make_queue(client, NAME, arns["DateRangeGenerator"])
        for stream in wanted["streams"]:
            read_stream(client, stream, arns["Loader"], wanted["stream_failures"])
        triggers.make_rules(client, NAME, arns["machine"], role, wanted["triggers"])
    json.dump(arns, sys.stdout)


# Functions that may be left out: the state machine skips what has no name.
OPTIONAL = {"EnricherFunctionArn": "", "ReadAPIFunctionArn": ""}


def fill(definition: str, names: dict[str, str]) -> str:
    """Replaces ${Name}, as terraform's templatefile does; JSON paths ($.date, $$.Execution) are not names."""
    return re.sub(r"\$\{(\w+)\}", lambda match: (OPTIONAL | names)[match[1]], definition)


def make_bucket(s3, name: str) -> None:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        s3.create_bucket(Bucket=name)


def make_table(tables, name: str, keys: list[str], expires: str | None = None) -> None:
    """Makes a table, as terraform/locks.tf and terraform/tables.tf do: with a hash key, or a range key as well, of
    texts. Its items expire at the time that they have in the attribute `expires`."""
    with contextlib.suppress(tables.exceptions.ResourceInUseException):
        tables.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
        )
        if expires:
            tables.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": expires}
            )


# A shard takes 1,000 records a second. terraform makes one; a test of ten thousand records need not wait for it.
SHARDS = 4


def make_stream(kinesis, name: str) -> None:
    """Makes a stream, as terraform/streams.tf does."""
    with contextlib.suppress(kinesis.exceptions.ResourceInUseException):
        kinesis.create_stream(StreamName=name, ShardCount=SHARDS)


def read_stream(client, stream: str, loader: str, failures: str) -> None:
    """Makes the loader the reader of a stream, and the queue of what it cannot store, as terraform/streams.tf does."""
    queues, functions = client("sqs"), client("lambda")
    url = queues.create_queue(QueueName=failures)["QueueUrl"]
    queue = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    arn = client("kinesis").describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    if functions.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]:
        return
    functions.create_event_source_mapping(
        EventSourceArn=arn,
        FunctionName=loader,
        StartingPosition="TRIM_HORIZON",
        BatchSize=100,
        MaximumBatchingWindowInSeconds=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=100,
        MaximumRecordAgeInSeconds=20 * 3600,
        DestinationConfig={"OnFailure": {"Destination": queue}},
    )


def make_role(iam) -> str:
    try:
        return iam.get_role(RoleName="festvibes")["Role"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        return iam.create_role(RoleName="festvibes", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def make_function(functions, wanted: dict, role: str) -> str:
    name = wanted["name"]
    settings = {
        "FunctionName": name,
        "Handler": wanted["handler"],
        "Timeout": wanted["timeout"],
        "MemorySize": wanted["memory"],
        "Environment": {"Variables": wanted["environment"]},
    }
    try:
        arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]
        functions.update_function_configuration(**settings)
    except functions.exceptions.ResourceNotFoundException:
        # The handler names the binary; Lambda only requires that there is a package.
        created = functions.create_function(
            Role=role, Runtime="provided.al2023", Code={"ZipFile": package()}, **settings
        )
        arn = created["FunctionArn"]
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=wanted["sandboxes"])
    return arn


def package() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("bootstrap", "")
    return data.getvalue()


def make_machine(machines, name: str, definition: str, role: str) -> str:
    for machine in machines.get_paginator("list_state_machines").paginate().search("stateMachines[]"):
        if machine["name"] == name:
            arn = machine["stateMachineArn"]
            if machines.describe_state_machine(stateMachineArn=arn)["definition"] != definition:
                machines.update_state_machine(stateMachineArn=arn, definition=definition)
            return arn
    return machines.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]


def make_rule(client, machine: str, loader: str, topic: str, message: str) -> None:
    """Makes the rule of terraform/ends.tf: a run that is stopped is closed in the ledger and published."""
    pattern = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": [machine], "status": ["TIMED_OUT", "ABORTED"]},
    }
    rule = client("events").put_rule(Name="festvibes-stopped", EventPattern=json.dumps(pattern))["RuleArn"]
    functions = client("lambda")
    grant = {"FunctionName": loader, "StatementId": "StoppedRuns"}
    with contextlib.suppress(ClientError):  # there is none yet
        functions.remove_permission(**grant)
    functions.add_permission(
        **grant, Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=rule
    )
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = {"Version": "2012-10-17", "Statement": [allowed]}
    client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy))
    paths = {
        "run": "$.detail.name",
        "status": "$.detail.status",
        "region": "$.region",
        "execution": "$.detail.executionArn",
    }
    with open(message, encoding="utf-8") as file:
        transformer = {"InputPathsMap": paths, "InputTemplate": file.read()}
    targets = [{"Id": "ledger", "Arn": loader}, {"Id": "topic", "Arn": topic, "InputTransformer": transformer}]
    client("events").put_targets(Rule="festvibes-stopped", Targets=targets)


if __name__ == "__main__":
    try:
        main()
    except (ClientError, KeyError, ValueError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
