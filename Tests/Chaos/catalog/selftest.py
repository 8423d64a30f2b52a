"""Self-test of the datasets' checks: after a run without faults a result is spoiled, and the checks have to find it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

from checks import archive_of
from rounds import Rounds, Row
from runs import InvariantViolation, Run
from services.aws import BUCKET

from .concurrency import OTHER
from .definitions import API, CHANGES, PAGES, Dataset
from .rounds import DatasetRounds
from .scenarios import prepared

Spoil = Callable[[Run], object]
Sabotage = tuple[str, "str | None", Spoil]  # name, pattern of the expected message (None: no violation), what spoils


def scenarios(rounds: Rounds) -> Iterator[tuple[str, Callable[[Row], None]]]:
    catalog = DatasetRounds(rounds)
    for dataset, sabotages in ((API, of_tables), (PAGES, of_postgres), (CHANGES, of_aws)):
        for name, expected, spoil in sabotages(catalog, dataset):
            yield f"{dataset.name}: {name}", prepared(catalog, dataset, found(catalog, name, expected, spoil))


def found(catalog: DatasetRounds, name: str, expected: str | None, spoil: Spoil) -> Callable[[Row], None]:
    is_brief = "briefly" in name

    def scenario(row: Row) -> None:
        catalog.round(row)
        catalog.round(row)
        try:
            catalog.round(row, **({"briefly": spoil} if is_brief else {"spoil": spoil}))
        except InvariantViolation as violation:
            message = str(violation)
        else:
            message = ""
        if not re.search(expected or "^$", message):
            raise InvariantViolation(f"not detected; the message was: {message or 'none'}")
        row.injected["found: " + message[:60].replace("\n", " ") if message else "nothing"] += 1

    return scenario


def of_tables(catalog: DatasetRounds, dataset: Dataset) -> Iterator[Sabotage]:
    pipeline, table = catalog.pipeline, dataset.table

    def sql(statement: str) -> Spoil:
        return lambda run: pipeline.sql(statement.format(run=run.name, table=table))

    def without(chosen: Callable[[str], str]) -> Spoil:
        def spoil(run: Run) -> None:
            key = pipeline.sql(f"select raw_key from loads where run = '{run.name}' limit 1").strip()
            pipeline.s3.delete_object(Bucket=BUCKET, Key=chosen(key))

        return spoil

    def briefly(statement: str, undo: str) -> Spoil:
        def spoil(run: Run) -> None:
            pipeline.sql(statement.format(table=table))
            time.sleep(1)
            pipeline.sql(undo.format(table=table))

        return spoil

    one = "(select min(id) from {table} where _deleted_at is null)"
    twice = (
        'insert into {table} select (jsonb_populate_record(t, \'{{"id": "x"}}\')).* from {table} t where id = ' + one
    )
    yield "nothing", None, lambda run: None
    yield "a row is lost", "lacks 1 rows, and has 0", sql(f"delete from {{table}} where id = {one}")
    yield "a row is there twice", "lacks 0 rows, and has 1", sql(twice)
    yield "a value changes", "lacks 1 rows, and has 1", sql(f"update {{table}} set stock = -1 where id = {one}")
    yield (
        "a row is deleted that has not vanished",
        "lacks 1 rows, and has 1",
        sql(f"update {{table}} set _deleted_at = now() where id = {one}"),
    )
    yield (
        "a vanished row is not deleted",
        r"lacks [1-9]\d* rows",
        sql("update {table} set _deleted_at = null where _deleted_at is not null"),
    )
    yield (
        "half of an item is briefly missing",
        "neither as before nor as after",
        briefly(
            "create table kept as select * from {table} where _item = 'b' and stock % 2 = 0; "
            "delete from {table} where _item = 'b' and stock % 2 = 0",
            "insert into {table} select * from kept; drop table kept",
        ),
    )
    yield (
        "a row names no load",
        "name no load of their item",
        sql(f"update {{table}} set _raw_key = 'raw/x' where id = {one}"),
    )
    yield (
        "a row names another item's load",
        "name no load of their item",
        sql(f"update {{table}} set _item = 'f' where id = {one}"),
    )
    yield "a document is deleted", "json was loaded but", without(lambda document: document)
    yield "an archive is deleted", "warc.gz was loaded but", without(lambda key: archive_of(pipeline, key))
    yield "the ledger loses the run", "the ledger has no entry", sql("delete from etl_runs where run = '{run}'")
    yield (
        "the ledger loses a load",
        "name no load|has no load of|add up to",
        sql("delete from loads where id in (select max(id) from loads)"),
    )
    yield (
        "a load has counts of another",
        "in the ledger, expected",
        sql(
            "update loads set counts = jsonb_set(jsonb_set(counts, '{{records,new}}', '0'), '{{records,unchanged}}', "
            "to_jsonb(records_unchanged + records_new)) where run = '{run}'; update etl_runs r set "
            "records_new = c.records_new, records_unchanged = c.records_unchanged from etl_run_counts c "
            "where c.run = r.run and r.run = '{run}'"
        ),
    )
    yield (
        "a rejection is lost",
        "open rejections of",
        sql(
            "delete from rejected_records where id in (select max(id) from rejected_records where resolved_at is null)"
        ),
    )
    yield (
        "an old rejection is open",
        "open rejections of",
        sql(
            "update rejected_records set resolved_at = null, resolved_by = null, resolution = null "
            "where id in (select min(id) from rejected_records where resolved_at is not null)"
        ),
    )


def of_postgres(catalog: DatasetRounds, dataset: Dataset) -> Iterator[Sabotage]:
    pipeline = catalog.pipeline

    def sql(statement: str) -> Spoil:
        return lambda run: pipeline.sql(statement.format(run=run.name, name=dataset.name, other=OTHER))

    def briefly(run: Run) -> None:
        query = f"select checkpoint_value from etl_checkpoints where source_name = '{dataset.name}/a'"
        value = pipeline.sql(query).strip()
        sql(move.format("2030-01-01T00:00:00Z"))(run)
        time.sleep(1)
        sql(move.format(value))(run)

    move = "update etl_checkpoints set checkpoint_value = '{}' where source_name = '{{name}}/a'"
    yield "nothing", None, lambda run: None
    yield "a checkpoint is ahead", "ahead of its table", sql(move.format("2030-01-01T00:00:00Z"))
    yield "a checkpoint goes back", "has gone back", sql(move.format("2020-01-01T00:00:00Z"))
    yield "a checkpoint is briefly ahead", "during the run the checkpoint of a", briefly
    yield "a checkpoint is lost", "has gone back", sql("delete from etl_checkpoints where source_name = '{name}/a'")
    yield (
        "the lock is still held",
        "still has the lock",
        sql(
            "insert into etl_locks (lock_key, owner, acquired_at, expires_at) "
            "values ('etl:{name}', '{run}', now(), now() + interval '1 minute')"
        ),
    )


def of_aws(catalog: DatasetRounds, dataset: Dataset) -> Iterator[Sabotage]:
    pipeline = catalog.pipeline

    def move(value: str) -> Spoil:
        def spoil(run: Run) -> None:
            key = f"state/{dataset.name}/a.json"
            text = json.loads(pipeline.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
            pipeline.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(moved(text, value)).encode())

        return spoil

    yield "nothing", None, lambda run: None
    yield "a checkpoint in S3 is ahead", "ahead of its table", move("2030-01-01T00:00:00Z")
    yield "a checkpoint in S3 goes back", "has gone back", move("2020-01-01T00:00:00Z")


def moved(state: object, value: str) -> object:
    """Returns the state with another value of the checkpoint."""
    if not isinstance(state, dict):
        return state
    return {
        name: value if name == "value" and isinstance(each, str) else moved(each, value) for name, each in state.items()
    }
