"""A consumer of the stream, as the sink's README tells one to be, and what it has seen."""

from __future__ import annotations

import datetime
import json
from typing import Any

from runs import InvariantViolation

ADDED = ("ingestion_timestamp", "data_type", "source", "record_id", "sequence")
KEYS = {"events": "concert_id", "venues": "venue_id", "artists": "artist_id"}

Record = dict[str, Any]
Key = tuple[str, str]  # data type, key


def content_of(record: Record) -> str:
    """Returns what a record has without the fields that say where it comes from."""
    fields = {name: value for name, value in record.items() if name not in ("_record", "_source_row", *ADDED)}
    return json.dumps(fields, sort_keys=True, ensure_ascii=False)


class Consumer:
    def __init__(self, client: Any, stream: str) -> None:
        self.client, self.stream = client, stream
        self.positions: dict[str, str] = {}  # by shard
        self.seen: dict[tuple[str, str, int], str] = {}  # data type, key, sequence -> record id
        self.last: dict[Key, Record] = {}  # the current version of each record
        self.ids: dict[tuple[Key, str], str] = {}  # key, content -> record id
        self.contents: dict[str, tuple[Key, str]] = {}  # record id -> key, content
        self.places: dict[str, tuple[str, set[int]]] = {}  # key of an object in the archive -> record id, its sequences
        self.duplicates = 0

    def read(self) -> None:
        """Reads what the stream has got since the last call."""
        for shard in self.client.list_shards(StreamName=self.stream)["Shards"]:
            name = shard["ShardId"]
            position = self.positions.get(name)
            kind = {"ShardIteratorType": "TRIM_HORIZON"}
            if position:
                kind = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": position}
            found = self.client.get_shard_iterator(StreamName=self.stream, ShardId=name, **kind)
            iterator = found["ShardIterator"]
            while True:
                page = self.client.get_records(ShardIterator=iterator, Limit=1000)
                for record in page["Records"]:
                    self.positions[name] = record["SequenceNumber"]
                    self.take(json.loads(record["Data"]))
                iterator = page.get("NextShardIterator")
                if not page["Records"] or not iterator:
                    break

    def take(self, record: Record) -> None:
        kind, identifier, sequence = record["data_type"], record["record_id"], record["sequence"]
        key = (kind, record[KEYS[kind]])
        content = content_of(record)
        if self.ids.setdefault((key, content), identifier) != identifier:
            raise InvariantViolation(f"{key} has two record ids for one content: {identifier}")
        if self.contents.setdefault(identifier, (key, content)) != (key, content):
            raise InvariantViolation(f"the record id {identifier} is of two contents")
        if self.seen.setdefault((*key, sequence), identifier) != identifier:
            raise InvariantViolation(f"{key} has two versions with the sequence {sequence}")
        self.duplicates += key in self.last and self.last[key]["sequence"] == sequence
        day = record["ingestion_timestamp"][:10].replace("-", "/")
        # Two items with one record may put it in another order than that of its sequences. The reader takes the
        # greatest of a batch, and of two batches the last: which one stays depends on where the batches end.
        _, before = self.places.get(place := f"raw/{kind}/{day}/{identifier}.json", (identifier, set()))
        self.places[place] = (identifier, {sequence, *(max(each, sequence) for each in before)})
        if key not in self.last or sequence >= self.last[key]["sequence"]:
            self.last[key] = record

    def expect(self, document: Record, name: str) -> None:
        """Checks that each record of a loaded document has come, with the sequence that follows from the document."""
        stamp = document["ingestion_result"]["timestamp"]
        for place, record in enumerate(document["records"]):
            kind = {"concert": "events", "venue": "venues", "artist": "artists"}[record["kind"]]
            key = (kind, record[KEYS[kind]])
            sequence = microseconds(stamp) + place
            identifier = self.seen.get((*key, sequence))
            if identifier is None:
                raise InvariantViolation(f"{key} of {name} was loaded, but the stream has no {sequence} of it")
            if self.contents[identifier] != (key, content_of(record)):
                raise InvariantViolation(f"{key} of {name} has other content in the stream: {identifier}")


def microseconds(stamp: str) -> int:
    """Returns the sequence of the first record of a document that was read at a time."""
    moment = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return round(moment.timestamp() * 1000) * 1000
