"""SQS as the event source of a function: polls the queue, as Lambda does.

moto invokes the function inside SendMessage, with one message and made-up attributes, and makes failed messages visible
at once. Here each mapping has a thread that receives batches. What the function does not name as failed is deleted. A
failed message stays invisible for the queue's visibility timeout, is delivered again, and goes to the dead-letter queue
by the queue's redrive policy. Delivery is at least once: here each batch is delivered twice, so that tests show who
minds. The second response counts.
"""

import json
import sys
import threading
import time

from moto.awslambda.models import LambdaBackend
from moto.sqs.models import sqs_backends

from .patching import method

DELIVERIES = 2
BATCH = 10  # what one ReceiveMessage returns at most
PARTIAL = "ReportBatchItemFailures"


@method(LambdaBackend)
def create_event_source_mapping(self, spec):
    mapping = create_event_source_mapping.original(self, spec)
    service = mapping.event_source_arn.split(":")[2]
    if service == "sqs":
        # moto would invoke the function itself.
        queue_of(mapping).lambda_event_source_mappings.pop(mapping.function_arn, None)
        threading.Thread(target=poll, args=(self, mapping), daemon=True).start()
    return mapping


def queue_of(mapping):
    _, _, _, region, account, name = mapping.event_source_arn.split(":")
    return sqs_backends[account][region].get_queue(name)


def poll(backend, mapping):
    """Receives and delivers messages until the mapping or its queue is deleted."""
    while backend.get_event_source_mapping(mapping.uuid) is mapping:
        if not mapping.enabled:
            time.sleep(0.2)
            continue
        try:
            deliver_batch(backend, mapping)
        except Exception as error:
            if queue_is_gone(mapping):
                return
            print(f"event source mapping of {mapping.event_source_arn}: {error}", file=sys.stderr, flush=True)
            time.sleep(1)


def queue_is_gone(mapping):
    _, _, _, region, account, name = mapping.event_source_arn.split(":")
    return name not in sqs_backends[account][region].queues


def deliver_batch(backend, mapping):
    queue = queue_of(mapping)
    queues = sqs_backends[queue.account_id][queue.region]
    messages = queues.receive_message(queue.name, min(mapping.batch_size, BATCH), 1, int(queue.visibility_timeout))
    if not messages:
        return
    event = {"Records": [record(queue, message) for message in messages]}
    failed = None
    for _ in range(DELIVERIES):
        failed = invoke(backend, mapping, event)
    for message in messages:
        if failed is not None and message.id not in failed:
            queues.delete_message(queue.name, message.receipt_handle)


def record(queue, message):
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(int(message.sent_timestamp)),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(int(message.approximate_first_receive_timestamp)),
        },
        "messageAttributes": {},
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue.queue_arn,
        "awsRegion": queue.region,
    }


def invoke(backend, mapping, event):
    """Returns the ids of the messages that failed; None if the whole batch did."""
    headers = {}
    response = backend.invoke(mapping.function_arn, None, json.dumps(event), {}, headers)
    if "x-amz-function-error" in headers:
        return None
    if PARTIAL not in (mapping.function_response_types or []):
        return set()
    return failures(response, {each["messageId"] for each in event["Records"]})


def failures(response, delivered):
    """Reads a function's response as Lambda does: one that names an unknown message fails the whole batch.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
    """
    try:
        items = (json.loads(response) or {}).get("batchItemFailures") or []
        named = {item["itemIdentifier"] for item in items}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return named if named <= delivered else None
