"""What starts runs beside the schedule, as terraform makes it: the queue of requests, of which the generator is the
target, with its dead-letter queue, and the rules of the datasets' triggers.

`client` makes a client of a service. NAME is the deployment's, `festvibes`, which begins every name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

# As in terraform: six times the generator's timeout, as AWS advises, and the deliveries of a message.
VISIBILITY = 180
DELIVERIES = 5
BATCH = 10


def make_queue(
    client: Callable, name: str, generator: str, visibility: int = VISIBILITY, deliveries: int = DELIVERIES
) -> str:
    """Makes the two queues and the generator's event source mapping, and returns the queue's address."""
    queues, functions = client("sqs"), client("lambda")

    def make(end: str, attributes: dict[str, str]) -> tuple[str, str]:
        url = queues.create_queue(QueueName=name + end)["QueueUrl"]
        queues.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        return url, queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    _, failed = make("-requests-failed", {"MessageRetentionPeriod": "1209600"})
    redrive = json.dumps({"deadLetterTargetArn": failed, "maxReceiveCount": deliveries})
    url, arn = make("-requests", {"VisibilityTimeout": str(visibility), "RedrivePolicy": redrive})
    if not functions.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]:
        functions.create_event_source_mapping(
            EventSourceArn=arn,
            FunctionName=generator,
            BatchSize=BATCH,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )
    return url


def make_rules(client: Callable, name: str, machine: str, role: str, wanted: list[dict[str, str]]) -> None:
    """Makes a rule for each trigger, which starts the state machine, and deletes those of former triggers."""
    events, s3 = client("events"), client("s3")
    rules = {rule_name(name, trigger): trigger for trigger in wanted}
    for rule, trigger in rules.items():
        if trigger["kind"] == "s3":
            let_bucket_send(s3, trigger["bucket"])
        events.put_rule(Name=rule, EventPattern=json.dumps(pattern(trigger)))
        template = json.dumps({"dataset": trigger["dataset"], "trigger": "event"})[:-1] + ', "detail": <detail>}'
        transformer = {"InputPathsMap": {"detail": "$.detail"}, "InputTemplate": template}
        target = {"Id": "run", "Arn": machine, "RoleArn": role, "InputTransformer": transformer}
        events.put_targets(Rule=rule, Targets=[target])
    for rule in events.list_rules(NamePrefix=f"{name}-on-")["Rules"]:
        if rule["Name"] not in rules:
            events.remove_targets(Rule=rule["Name"], Ids=["run"])
            events.delete_rule(Name=rule["Name"])


def rule_name(name: str, trigger: dict[str, str]) -> str:
    """Returns the name of a trigger's rule, of at most 64 characters: the dataset's id may have as many."""
    key = json.dumps(trigger, sort_keys=True)
    return f"{name}-on-{trigger['dataset'][:24]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def pattern(trigger: dict[str, str]) -> dict:
    if trigger["kind"] == "event":
        return {"source": [trigger["source"]], "detail-type": [trigger["detail_type"]]}
    detail: dict = {"bucket": {"name": [trigger["bucket"]]}}
    if trigger.get("prefix"):
        detail["object"] = {"key": [{"prefix": trigger["prefix"]}]}
    return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}


def let_bucket_send(s3, bucket: str) -> None:
    """Makes a bucket send its events to EventBridge. The local stack makes the bucket as well, if it is not there."""
    if bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=bucket)
    present = s3.get_bucket_notification_configuration(Bucket=bucket)
    present.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={**present, "EventBridgeConfiguration": {}}
    )


def delete(client: Callable, name: str) -> None:
    """Deletes what make_queue and make_rules have made."""
    queues, functions = client("sqs"), client("lambda")
    for url in queues.list_queues(QueueNamePrefix=f"{name}-requests").get("QueueUrls", []):
        arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        for mapping in functions.list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]:
            functions.delete_event_source_mapping(UUID=mapping["UUID"])
        queues.delete_queue(QueueUrl=url)
    make_rules(client, name, "", "", [])
