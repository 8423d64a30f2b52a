"""Kinesis: the limits that moto lacks, faults of single records, and streams as the event source of a function.

A stream costs nothing here until the first record is put into it: only then its reader starts. A reader takes batches
of each shard, and delivers them by the mapping's rules (batches.py). Records are in memory, and lost when the stack
stops.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from base64 import b64decode

from moto.awslambda.models import LambdaBackend
from moto.kinesis.exceptions import InvalidArgumentError
from moto.kinesis.models import KinesisBackend, kinesis_backends
from moto.sqs.models import sqs_backends

from .batches import PARTIAL, Rules, Shard
from .patching import method

LARGEST_RECORD = 1 << 20  # bytes, with its partition key
LARGEST_REQUEST = 5 << 20
MOST_RECORDS = 500
SHARD_RECORDS, SHARD_BYTES = 1000, 1 << 20  # a second
POLL = 0.2  # seconds
PARTIAL_SHARE = 0.3  # of the records, where a fault lets single ones fail

lock = threading.Lock()  # moto's shards are not safe for concurrency
mappings = {}  # stream ARN -> [(backend, mapping)]
readers = set()  # (mapping, shard) that are running
allowances = {}  # shard -> Allowance
faults = None  # set by `install`; without it no record fails
current = threading.local()  # the fault of the request that this thread performs


def install(injected):
    global faults
    faults = injected


class Allowance:
    """What a shard still takes now."""

    def __init__(self):
        self.records, self.bytes, self.at = SHARD_RECORDS, SHARD_BYTES, time.monotonic()

    def take(self, size):
        """Returns False for a record beyond the shard's rate."""
        now = time.monotonic()
        passed, self.at = now - self.at, now
        self.records = min(SHARD_RECORDS, self.records + passed * SHARD_RECORDS)
        self.bytes = min(SHARD_BYTES, self.bytes + passed * SHARD_BYTES)
        if self.records < 1 or self.bytes < size:
            return False
        self.records -= 1
        self.bytes -= size
        return True


# ---- PutRecords


def check_limits(records):
    """Refuses what Kinesis refuses. moto counts the characters of a key, and not its bytes."""
    if not 1 <= len(records) <= MOST_RECORDS:
        raise InvalidArgumentError(f"{len(records)} records in a request: 1 to {MOST_RECORDS} are allowed")
    total = 0
    for number, record in enumerate(records, 1):
        key = record.get("PartitionKey") or ""
        if not 1 <= len(key) <= 256:
            raise InvalidArgumentError(
                f"PartitionKey of record {number} has {len(key)} characters: 1 to 256 are allowed"
            )
        size = size_of(record)
        total += size
        if size > LARGEST_RECORD:
            raise InvalidArgumentError(f"Record {number} has {size} bytes with its key, more than {LARGEST_RECORD}")
    if total > LARGEST_REQUEST:
        raise InvalidArgumentError(f"The records have {total} bytes with their keys, more than {LARGEST_REQUEST}")


def size_of(record):
    return len(b64decode(record.get("Data") or "")) + len(record["PartitionKey"].encode())


@method(KinesisBackend)
def put_records(self, stream_arn, stream_name, records):
    """Writes each record that is not to fail, and that its shard takes; the response is a success all the same."""
    stream = self.describe_stream(stream_arn=stream_arn, stream_name=stream_name)
    check_limits(records)
    is_partial = getattr(current, "fault", None) == "partial"
    outcomes = []
    with lock:
        for record in records:
            shard = stream.get_shard_for_key(record["PartitionKey"], record.get("ExplicitHashKey"))
            outcomes.append(put(stream, shard, record, is_partial))
    wake(stream)
    failed = sum("ErrorCode" in outcome for outcome in outcomes)
    return {"FailedRecordCount": failed, "Records": outcomes, "EncryptionType": "KMS"}


def put(stream, shard, record, is_partial):
    if is_partial and faults and faults.random.random() < PARTIAL_SHARE:
        code = faults.random.choice(["ProvisionedThroughputExceededException", "InternalFailure"])
        return {"ErrorCode": code, "ErrorMessage": "A fault that was asked for."}
    allowance = allowances.setdefault((stream.arn, shard.shard_id), Allowance())
    if not allowance.take(size_of(record)):
        message = f"Rate exceeded for shard {shard.shard_id} in stream {stream.stream_name}."
        return {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": message}
    number, name = stream.put_record(record["PartitionKey"], record.get("ExplicitHashKey"), record["Data"])
    return {"SequenceNumber": number, "ShardId": name}


# ---- readers


@method(LambdaBackend)
def create_event_source_mapping(self, spec):
    mapping = create_event_source_mapping.original(self, spec)
    if mapping.event_source_arn.split(":")[2] == "kinesis":
        # moto would invoke the function itself, inside PutRecords.
        stream = stream_of(mapping)
        stream.lambda_event_source_mappings.pop(mapping.event_source_arn, None)
        mappings.setdefault(stream.arn, []).append((self, mapping))
        if any(shard.records for shard in stream.shards.values()):
            wake(stream)
    return mapping


def stream_of(mapping):
    _, _, _, region, account, name = mapping.event_source_arn.split(":")
    return kinesis_backends[account][region].streams.get(name.removeprefix("stream/"))


def wake(stream):
    """Starts the readers that do not run yet."""
    for backend, mapping in mappings.get(stream.arn, []):
        for shard in list(stream.shards.values()):
            with lock:
                key = (mapping.uuid, shard.shard_id)
                is_new = key not in readers and backend.get_event_source_mapping(mapping.uuid) is mapping
                readers.add(key)
            if is_new:
                threading.Thread(target=read, args=(backend, mapping, stream, shard), daemon=True).start()


def read(backend, mapping, stream, shard):
    """Delivers the records of a shard until the mapping or the stream is deleted."""
    rules = Rules(
        reports_items=PARTIAL in (mapping.function_response_types or []),
        bisects=bool(mapping.bisect_on_error),
        attempts=limit(mapping.max_retry_attempts),
        age=limit(mapping.max_record_age),
    )
    delivery = Shard(
        rules,
        lambda batch: invoke(backend, mapping, stream, shard, batch),
        lambda batch, condition, attempts: give_up(mapping, stream, shard, batch, condition, attempts),
        number=lambda record: str(record.sequence_number),
        age=lambda record: time.time() - record.created_at,
        wait=time.sleep,
    )
    position = 0
    while backend.get_event_source_mapping(mapping.uuid) is mapping and stream_of(mapping) is stream:
        try:
            batch = next_batch(mapping, shard, position)
            if batch:
                delivery.deliver(batch)
                position = batch[-1].sequence_number
        except Exception as error:
            print(f"event source mapping of {mapping.event_source_arn}: {error}", file=sys.stderr, flush=True)
            time.sleep(1)


def next_batch(mapping, shard, position):
    """Waits until the batch is full, or until the window since its first record has passed."""
    time.sleep(POLL)
    with lock:
        records = [record for number, record in shard.records.items() if number > position][: mapping.batch_size]
    if not records or not mapping.enabled:
        return []
    is_due = time.time() - records[0].created_at >= float(mapping.max_batch_window or 0)
    return records if is_due or len(records) == mapping.batch_size else []


def limit(number):
    """Returns a limit of a mapping, where -1 and nothing are none."""
    return None if number is None or int(number) < 0 else int(number)


def invoke(backend, mapping, stream, shard, batch):
    """Returns the function's response; None if it failed."""
    headers = {}
    event = {"Records": [event_record(stream, shard, record) for record in batch]}
    response = backend.invoke(mapping.function_arn, None, json.dumps(event), {}, headers)
    return None if "x-amz-function-error" in headers else response


def event_record(stream, shard, record):
    number = str(record.sequence_number)
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": number,
            "data": record.data,
            "approximateArrivalTimestamp": round(record.created_at, 3),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard.shard_id}:{number}",
        "eventName": "aws:kinesis:record",
        "awsRegion": stream.region,
        "eventSourceARN": stream.arn,
    }


def give_up(mapping, stream, shard, batch, condition, attempts):
    """Sends what is known of a batch to the mapping's queue. The records themselves are not in the message."""
    target = ((mapping.destination_config or {}).get("OnFailure") or {}).get("Destination")
    print(f"{stream.arn}: {len(batch)} records were given up: {condition}", file=sys.stderr, flush=True)
    if not target:
        return
    message = {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": mapping.function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "version": "1.0",
        "timestamp": stamp(time.time()),
        "KinesisBatchInfo": {
            "shardId": shard.shard_id,
            "startSequenceNumber": str(batch[0].sequence_number),
            "endSequenceNumber": str(batch[-1].sequence_number),
            "approximateArrivalOfFirstRecord": stamp(batch[0].created_at),
            "approximateArrivalOfLastRecord": stamp(batch[-1].created_at),
            "batchSize": len(batch),
            "streamArn": stream.arn,
        },
    }
    _, _, _, region, account, queue = target.split(":")
    sqs_backends[account][region].send_message(queue, json.dumps(message))


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03}Z"
