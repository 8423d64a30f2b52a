"""Invariants of a dataset that hold after every run, including a disturbed one."""

from __future__ import annotations

import json
from typing import NamedTuple

from botocore.exceptions import ClientError
from checks import check_ledger, check_leftovers, check_storage, read
from pipeline import Pipeline
from runs import InvariantViolation, Run
from services.aws import BUCKET

from .definitions import Dataset
from .expected import Counts, Table
from .server import instant

LOCKS = "chaos-locks"  # the DynamoDB table of the definitions
LOADS = """
select run, item, raw_key, superseded, records_found, records_new, records_changed, records_unchanged, records_rejected,
  records_cancelled from loads where dataset = '{dataset}' order by id
"""
ORPHANS = """
select count(*) from {table} t where _dataset <> '{dataset}' or not exists (
  select from loads l where l.raw_key = t._raw_key and l.run = t._run and l.dataset = t._dataset and l.item = t._item)
"""


def check_run(pipeline: Pipeline, dataset: Dataset, run: Run) -> bool:
    """Returns True if the run was never closed in the ledger. A run that found the lock taken is not in it."""
    check_leftovers(pipeline)
    if is_locked(run):
        return False
    check_storage(pipeline, run)
    check_lineage(pipeline, dataset)
    unclosed = check_ledger(pipeline, run)
    check_unlocked(pipeline, dataset, run)
    return unclosed


def check_lineage(pipeline: Pipeline, dataset: Dataset) -> None:
    """Checks that every row names a load of its item, and the load's document."""
    if not exists(pipeline, dataset.table):
        return
    if (count := pipeline.sql(ORPHANS.format(table=dataset.table, dataset=dataset.name)).strip()) != "0":
        raise InvariantViolation(f"{count} rows of {dataset.table} name no load of their item")


# The greatest cursor of each item. A rejected record, which is in the ledger by its name, counts as well.
GREATEST = """
select item, max(cursor) from (
  select _item as item, {cursor} as cursor from {table}
  union all select item, coalesce(record ->> 'updated_at', (record ->> 'text')::jsonb ->> 'updated_at')
  from rejected_records where dataset = '{dataset}'
) x where cursor is not null group by 1
"""


class Load(NamedTuple):
    """A row of the ledger: an item's document that was loaded to its end."""

    run: str
    item: str
    key: str
    is_superseded: bool
    counts: Counts


def loads(pipeline: Pipeline, dataset: Dataset, known: set[str]) -> list[Load]:
    """Returns the loads whose documents are not known yet, in their order, and makes them known. They may be of earlier
    runs, which had been stopped before. A run has at most one of each item."""
    found = []
    if not exists(pipeline, "loads"):  # no loader has lived long enough to migrate the database
        return []
    for each in pipeline.sql(LOADS.format(dataset=dataset.name)).splitlines():
        run, item, key, superseded, *counts = each.split("|")
        found.append(Load(run, item, key, superseded == "t", Counts(*map(int, counts))))
    for place, each in enumerate(found):
        if (each.run, each.item) in {(other.run, other.item) for other in found[:place]}:
            raise InvariantViolation(f"{each.run} has loaded {each.item} twice, the second time as {each.key}")
    new = [each for each in found if each.key not in known]
    known.update(each.key for each in new)
    return new


def since(pipeline: Pipeline, load: Load) -> str | None:
    """Returns the checkpoint from which a loaded document was read, by what it says itself."""
    before = (json.loads(read(pipeline, load.key)).get("checkpoint") or {}).get("before")
    return before and before["value"]


def found_rows(pipeline: Pipeline, dataset: Dataset) -> list[str]:
    """Returns the rows of the table, a line each: key, item, state, values as JSON."""
    if not exists(pipeline, dataset.table):
        return []
    deleted = "case when _deleted_at is null then 'stored' else 'deleted' end" if dataset.is_complete else "'stored'"
    query = f"select {dataset.key}, _item, {deleted}, {dataset.columns} from {dataset.table}"
    return pipeline.sql(query).splitlines()


def check_rejected(pipeline: Pipeline, table: Table) -> None:
    """Checks that the rejections that are open are those of the records that break a rule, each by its name."""
    for item, wanted in table.rejected.items():
        rows = pipeline.sql(
            "select coalesce(record ->> 'id', record #>> '{record,id}', href, reason) from rejected_records "
            f"where dataset = '{table.dataset.name}' and item = '{item}' and resolved_at is null"
        ).splitlines()
        table.rejected[item] = wanted = wanted | (table.unsure[item] & set(rows))
        table.unsure[item] = set()
        if sorted(rows) != sorted(wanted):
            raise InvariantViolation(f"the open rejections of {item} are {sorted(rows)}, expected {sorted(wanted)}")


# ---- checkpoints


def checkpoints(pipeline: Pipeline, dataset: Dataset) -> dict[str, str]:
    """Returns the checkpoint of each item that has one."""
    if dataset.state == "s3":
        return checkpoints_in_s3(pipeline, dataset)
    if not dataset.state or not exists(pipeline, "etl_checkpoints"):
        return {}
    rows = pipeline.sql(
        "select source_name, checkpoint_value from etl_checkpoints "
        f"where source_name like '{dataset.name}/%' and checkpoint_value is not null"
    ).splitlines()
    return {name.partition("/")[2]: value for name, value in (row.split("|") for row in rows)}


def checkpoints_in_s3(pipeline: Pipeline, dataset: Dataset) -> dict[str, str]:
    found = {}
    for item in dataset.items:
        try:
            body = pipeline.s3.get_object(Bucket=BUCKET, Key=f"state/{dataset.name}/{item}.json")["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                continue
            raise
        if checkpoint := json.loads(body)["checkpoint"]:
            found[item] = checkpoint["value"]
    return found


def check_checkpoints(pipeline: Pipeline, table: Table, before: dict[str, str], final: bool) -> dict[str, str]:
    """Checks that no checkpoint is ahead of the table, or has gone back since `before`. `final`: after a run that did
    everything it has the greatest cursor. Returns the checkpoints."""
    dataset = table.dataset
    found = checkpoints(pipeline, dataset)
    if not dataset.state:
        return found
    if not exists(pipeline, dataset.table):  # no run has loaded anything yet
        if found or before:
            raise InvariantViolation(f"there are checkpoints, {found or before}, and no table")
        return found
    rows = pipeline.sql(GREATEST.format(dataset=dataset.name, table=dataset.table, cursor=dataset.cursor)).split()
    greatest = dict(row.split("|") for row in rows)
    for item in dataset.items:
        value, known = found.get(item), greatest.get(item)
        if value and (not known or instant(value) > instant(known)):
            raise InvariantViolation(f"the checkpoint of {item} is {value}, ahead of its table, which ends at {known}")
        if item in before and (not value or instant(value) < instant(before[item])):
            raise InvariantViolation(f"the checkpoint of {item} has gone back from {before[item]} to {value}")
        if final and known and (not value or instant(value) != instant(known)):
            raise InvariantViolation(f"the checkpoint of {item} is {value}, behind its table, which ends at {known}")
    return found


# ---- locks


def holder(pipeline: Pipeline, dataset: Dataset) -> str | None:
    """Returns the run that has the dataset's lock."""
    if dataset.lock == "postgres" and exists(pipeline, "etl_locks"):
        return pipeline.sql(f"select owner from etl_locks where lock_key = 'etl:{dataset.name}'").strip() or None
    if dataset.lock == "dynamodb":
        found = pipeline.dynamodb.get_item(
            TableName=LOCKS, Key={"lock_key": {"S": f"etl:{dataset.name}"}}, ConsistentRead=True
        ).get("Item")
        return found and found["owner"]["S"]
    return None


def is_locked(run: Run) -> bool:
    """True if the run found the dataset's lock taken, and ended without doing anything."""
    return run.status == "SUCCEEDED" and run.summary.get("status") == "locked"


def check_unlocked(pipeline: Pipeline, dataset: Dataset, run: Run) -> None:
    """Checks that a run has released its lock, unless closing the run was given up: that lock is taken away, as its end
    would."""
    if holder(pipeline, dataset) != run.name:
        return
    if not any(name.startswith("Close") for name in run.given_up()):
        raise InvariantViolation(f"{run.name} still has the lock of {dataset.name} although it has ended")
    if dataset.lock == "dynamodb":
        pipeline.dynamodb.delete_item(TableName=LOCKS, Key={"lock_key": {"S": f"etl:{dataset.name}"}})
    else:
        pipeline.sql(f"delete from etl_locks where lock_key = 'etl:{dataset.name}'")


def exists(pipeline: Pipeline, table: str) -> bool:
    return pipeline.sql(f"select to_regclass('public.{table}') is not null").strip() == "t"
