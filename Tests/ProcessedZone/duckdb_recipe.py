"""Runs the DuckDB recipe of the processed zone's README on objects that are in a folder.

    PYTHON Tests/ProcessedZone/duckdb_recipe.py FOLDER    # of an environment with duckdb 2.0.1 and pytz

FOLDER has `processed/`, as `aws s3 cp --recursive s3://BUCKET/ FOLDER` writes it. Without one, the script makes a small
zone of its own, and compares every value that it reads. No part of `make test`, because DuckDB has 69 MB.
"""

from __future__ import annotations

import datetime
import gzip
import json
import os
import re
import sys
import tempfile

import duckdb

README = os.path.join(os.path.dirname(__file__), "..", "..", "Sources", "Publishers", "Processed", "README.md")
PRICES = [{"type": "general", "min": 20, "max": 45.5, "currency": None}]
CONCERTS = {
    "year=2026/month=05/day=31": {
        "concert_id": "ticketmaster_1",
        "artist_id": "ticketmaster_a",
        "artist_ids": ["ticketmaster_a", "ticketmaster_b"],
        "venue_id": None,
        "event_date": "2026-06-01T00:30:00Z",
        "local_date": "2026-05-31",
        "local_time": "19:30:00",
        "timezone": "America/Chicago",
        "date_precision": "instant",
        "ticket_prices": PRICES,
        "total_attendance": 18500,
        "revenue": 1875000.5,
        "status": "scheduled",
        "status_code": "onsale",
        "source": "ticketmaster",
    },
    "year=0000/month=00/day=00": {
        "concert_id": "ticketmaster_2",
        "artist_id": None,
        "artist_ids": [],
        "venue_id": "ticketmaster_v",
        "event_date": None,
        "local_date": None,
        "local_time": None,
        "timezone": None,
        "date_precision": "none",
        "ticket_prices": None,
        "total_attendance": None,
        "revenue": None,
        "status": None,
        "status_code": None,
        "source": "ticketmaster",
    },
}


def recipe(folder: str) -> str:
    """Returns the statement of the README, on a folder in place of the bucket."""
    with open(README, encoding="utf-8") as file:
        found = re.search(r"## DuckDB\n\n```sql\n(.*?)```", file.read(), re.DOTALL)
    if not found:
        raise SystemExit("README.md has no DuckDB recipe")
    return found.group(1).replace("s3://BUCKET", folder)


def make_zone(folder: str) -> None:
    for partition, concert in CONCERTS.items():
        path = os.path.join(folder, "processed/concerts/source=ticketmaster", partition, "concerts.jsonl.gz")
        os.makedirs(os.path.dirname(path))
        with gzip.open(path, "wt", encoding="utf-8") as file:
            file.write(json.dumps(concert) + "\n")


def read(folder: str) -> list[dict[str, object]]:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    rows = connection.execute(recipe(folder))
    names = [column[0] for column in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def plain(value: object) -> object:
    """A value as the lines have it."""
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, datetime.date) else value


def main() -> None:
    if len(sys.argv) > 1:
        for row in read(sys.argv[1]):
            print(row)
        return
    with tempfile.TemporaryDirectory() as folder:
        make_zone(folder)
        found = {row["concert_id"]: {name: plain(value) for name, value in row.items()} for row in read(folder)}
    wanted = {concert["concert_id"]: concert for concert in CONCERTS.values()}
    if found != wanted:
        raise SystemExit(f"DuckDB has read\n{found}\nin place of\n{wanted}")
    print(f"DuckDB {duckdb.__version__} has read {len(found)} concerts as they are")


if __name__ == "__main__":
    main()
