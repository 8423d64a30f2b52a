#!/usr/bin/env python3
"""Serves system 003's own API for api.py. Its checkout is in PYTHONPATH, the database in DATABASE_URL.

  api_legacy.py --fill            makes its tables in the schema legacy, with the items of ours
  api_legacy.py --port PORT       serves

Nothing of its code is changed. Three things are done around it: its tables are in a schema of their own; the index
idx_unified_search, which no Postgres accepts (GIN on texts without operator class), is left out; the scheduler, which
would read from the internet, is not started.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Any

COPY = """
    insert into legacy.unified_items (id, uuid, source_type, source_name, external_id, title, description, category,
      url, author, amount, quantity, rating, tags, status, published_at, created_at, updated_at)
    select row_number() over (order by _first_seen), gen_random_uuid(), upper(source_type)::legacy.sourcetype,
      source_name, external_id, title, description, category, url, author, amount, quantity, rating, tags,
      upper(status)::legacy.itemstatus, published_at at time zone 'UTC', _first_seen at time zone 'UTC',
      _last_seen at time zone 'UTC'
    from public.unified_items"""


def fill() -> None:
    sqlalchemy = importlib.import_module("sqlalchemy")
    for module in ("checkpoint", "etl_run", "raw_data"):
        importlib.import_module(f"models.{module}")
    items = importlib.import_module("models.normalized_data").UnifiedItem.__table__
    items.indexes = {index for index in items.indexes if index.name != "idx_unified_search"}
    url = importlib.import_module("core.config").settings.DATABASE_URL.replace("+asyncpg", "+psycopg2")
    plain = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with plain.connect() as connection:
        connection.exec_driver_sql("drop schema if exists legacy cascade")
        connection.exec_driver_sql("create schema legacy")
    engine = sqlalchemy.create_engine(url, connect_args={"options": "-c search_path=legacy"})
    importlib.import_module("models.base").Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(COPY)
    with plain.connect() as connection:
        connection.exec_driver_sql("vacuum analyze legacy.unified_items")


def serve(port: int) -> None:
    sqlalchemy = importlib.import_module("sqlalchemy")
    scheduler = importlib.import_module("ingestion.scheduler").ETLScheduler
    scheduler.start = scheduler.stop = lambda self: None
    engine = importlib.import_module("api.dependencies").engine

    def use_schema(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        cursor.execute("set search_path = legacy")
        cursor.close()
        connection.commit()

    sqlalchemy.event.listen(engine.sync_engine, "connect", use_schema)
    app = importlib.import_module("api.main").app
    importlib.import_module("uvicorn").run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    sys.path.pop(0)  # this folder, whose api.py stands before its package of that name
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fill", action="store_true")
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    if given.fill:
        fill()
    if given.port:
        serve(given.port)
    sys.exit(0)
