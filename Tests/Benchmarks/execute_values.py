#!/usr/bin/env python3
"""Upserts the records of an extract document with psycopg2's execute_values, as a program in Python would.

  execute_values.py DOCUMENT URL

The rows are in memory, converted, before anything is measured. Each line `ROWS_PER_STATEMENT` on standard input is one
upsert; the milliseconds from its start to the end of its commit are the line of output.
"""

import json
import sys
import time
from datetime import date, datetime
from decimal import Decimal

import psycopg2
from psycopg2.extras import Json, execute_values

COLUMNS = ("id", "name", "price", "score", "rank", "active", "day", "seen", "tags", "attributes")
UPSERT = f"""
    insert into execute_values_rows ({", ".join(COLUMNS)}) values %s
    on conflict (id) do update set {", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])}
"""
TABLE = """
    create table if not exists execute_values_rows (
      id text primary key, name text, price numeric(12,2), score double precision, rank bigint, active boolean,
      day date, seen timestamptz, tags text[], attributes jsonb)
"""


def row_of(record: dict[str, object]) -> tuple[object, ...]:
    values = dict(record)
    values["price"] = Decimal(str(record["price"]))
    values["day"] = date.fromisoformat(str(record["day"]))
    values["seen"] = datetime.fromisoformat(str(record["seen"]))
    values["attributes"] = Json(record["attributes"])
    return tuple(values[name] for name in COLUMNS)


def main(path: str, url: str) -> None:
    with open(path, encoding="utf-8") as file:
        rows = [row_of(record) for record in json.load(file)["records"]]
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    connection.commit()
    for line in sys.stdin:
        start = time.perf_counter()
        with connection.cursor() as cursor:
            execute_values(cursor, UPSERT, rows, page_size=int(line))
        connection.commit()
        print((time.perf_counter() - start) * 1000, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
