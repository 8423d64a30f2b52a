"""What is stored of concerts: the tables, the archive of the stream, the processed zone, the queue of what failed."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Mapping
from typing import Any

from pipeline import Pipeline
from runs import InvariantViolation
from services.aws import BUCKET

from .stream import Consumer, Key, Record, content_of

WAIT = 180  # seconds for the stream's reader
LINEAGE = "'{_dataset,_item,_run,_raw_key,_record,_first_seen,_last_seen,_content_hash}'::text[]"
INSTANT = 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
# Table: data type, key, columns that are spelled otherwise as JSON.
TABLES = {
    "artists": ("artists", "artist_id", ""),
    "venues": ("venues", "venue_id", ""),
    "concerts": (
        "events",
        "concert_id",
        f" || jsonb_build_object('event_date', to_char(event_date at time zone 'UTC', '{INSTANT}'))",
    ),
}
# Fields of records that no column has.
WITHOUT_COLUMN = {"kind", "ingestion_timestamp", "data_type", "record_id", "sequence"}
# Each table is written in a transaction of its own, and the ledger after them: an item that fails in between leaves
# rows.
ORPHANS = """
select count(*) from catalog.{table} t
where not exists (select from loads l where l.raw_key = t._raw_key and l.run = t._run and l.item = t._item)
  and not exists (select from etl_failures f where f.dataset = t._dataset and f.run = t._run and f.item = t._item)
"""

Rows = dict[Key, dict[str, Any]]


def rows(pipeline: Pipeline) -> Rows:
    """Returns the rows of all tables, without their lineage."""
    found: Rows = {}
    for table, (kind, key, more) in TABLES.items():
        if not exists(pipeline, table):
            continue
        query = f"select (to_jsonb(t) - {LINEAGE}){more} from catalog.{table} t"
        for line in pipeline.sql(query).splitlines():
            row = json.loads(line)
            if (kind, row[key]) in found:
                raise InvariantViolation(f"{table} has {row[key]} twice")
            found[kind, row[key]] = row
    return found


def exists(pipeline: Pipeline, table: str) -> bool:
    """True if a dataset has made the table."""
    return pipeline.sql(f"select to_regclass('catalog.{table}') is not null").strip() == "t"


def empty(pipeline: Pipeline) -> None:
    """Empties the database, the cache and the processed zone. The stream and its archive keep what they have."""
    pipeline.empty()
    # The first load makes the tables, and the views on them.
    pipeline.sql("drop schema if exists catalog cascade")
    for key in keys(pipeline, "processed/"):
        pipeline.s3.delete_object(Bucket=BUCKET, Key=key)


def keys(pipeline: Pipeline, prefix: str) -> list[str]:
    pages = pipeline.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


def read(pipeline: Pipeline, key: str) -> bytes:
    body: bytes = pipeline.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    return body


def compare(wanted: Mapping[Key, object], found: Mapping[Key, object], what: str) -> None:
    lost, more = sorted(wanted.keys() - found.keys()), sorted(found.keys() - wanted.keys())
    if lost or more:
        raise InvariantViolation(f"{what}: {len(lost)} are missing, {len(more)} too many: {lost[:2]} {more[:2]}")
    for key, value in wanted.items():
        if value != found[key]:
            raise InvariantViolation(f"{what}: {key} is {str(found[key])[:500]}, expected {str(value)[:500]}")


def check_lineage(pipeline: Pipeline) -> None:
    for table in TABLES:
        if not exists(pipeline, table):
            continue
        if (count := pipeline.sql(ORPHANS.format(table=table)).strip()) != "0":
            raise InvariantViolation(f"{count} rows of catalog.{table} name no load")


def check_last_versions(found: Rows, consumer: Consumer) -> None:
    """Checks that each row is as the last version of its record in the stream."""
    wanted = {key: as_row(consumer.last[key]) for key in found if key in consumer.last}
    compare(wanted, found, "the stream's last versions, and the tables")


def as_row(record: Record) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in WITHOUT_COLUMN}


class Archive:
    """The objects that the stream's reader writes. A shard is read in its order, so that an object has in the end what
    came last of its record id."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.found: dict[str, int] = {}  # key -> the sequence of an object whose content was right
        self.wait = WAIT

    def check(self, consumer: Consumer) -> None:
        """Waits until each record of the stream has its object, and checks what the objects have."""
        deadline = time.monotonic() + self.wait
        while left := self.left(consumer):
            for key in left:
                self.look(key, consumer)
            if time.monotonic() > deadline and (left := self.left(consumer)):
                raise InvariantViolation(f"after {self.wait} s the archive lacks {len(left)} records: {min(left)}")
            time.sleep(0.3)

    def left(self, consumer: Consumer) -> list[str]:
        """Returns the keys of which no right object was seen yet."""
        return [key for key, (_, sequences) in consumer.places.items() if self.found.get(key) not in sequences]

    def look(self, key: str, consumer: Consumer) -> None:
        try:
            record = json.loads(read(self.pipeline, key))
        except self.pipeline.s3.exceptions.NoSuchKey:
            return
        identifier, _ = consumer.places[key]
        own, content = consumer.contents[identifier]
        if (record["data_type"], record["record_id"], content_of(record)) != (own[0], identifier, content):
            raise InvariantViolation(f"{key} has another record than the stream's {identifier}")
        self.found[key] = record["sequence"]


def check_zone(pipeline: Pipeline, found: Rows) -> None:
    """Checks that the processed zone has what the tables have."""
    lines: Rows = {}
    for table, (kind, key, _) in TABLES.items():
        for place in keys(pipeline, f"processed/{table}/"):
            for line in gzip.decompress(read(pipeline, place)).decode().splitlines():
                row = json.loads(line)
                if (kind, row[key]) in lines:
                    raise InvariantViolation(f"the processed zone has {row[key]} twice, the second time in {place}")
                date = f"year={(row.get('local_date') or '0000-00-00')[:4]}/"
                if table == "concerts" and date not in place:
                    raise InvariantViolation(f"{place} has {row[key]} of another date")
                lines[kind, row[key]] = row
    compare({key: as_line(row) for key, row in found.items()}, lines, "the tables, and the processed zone")


def as_line(row: dict[str, Any]) -> dict[str, Any]:
    line = {name: value for name, value in row.items() if name != "raw_data"}
    if (prices := row.get("ticket_prices")) is not None:
        line["ticket_prices"] = [
            {"type": name, "min": each["min"], "max": each["max"], "currency": each["currency"]}
            for name, value in sorted(prices.items())
            for each in (value if isinstance(value, list) else [value])
        ]
    return line
