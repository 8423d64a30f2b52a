"""The datasets: one definition, with and without a lock, and as the undisturbed one."""

from __future__ import annotations

import os
import shutil

from catalog.checks import LOCKS
from catalog.definitions import FOLDER as OTHERS

from .stored import BUCKET

FREE, LOCKED, CALM = "series", "series_locked", "series_calm"
NEEDY = "api"  # a dataset that needs Postgres

TEMPLATE = """\
dataset_id: {name}
data_type: series
timezone: America/Argentina/Buenos_Aires
extract:
  plugin: http
  url: ${{CHAOS_SERIES}}/series
  rate: {{requests: 1000}}
  retry: {{attempts: 2, backoff_seconds: 0.1}}
  timeout_seconds: 5
parse: {{plugin: json, records: ".points[]"}}
load:
  plugin: s3_versioned
  bucket: {bucket}
  partition_strategy: series_year_month
  projection: {{copy_workers: 4, merge_workers: 2}}
state: {{kind: s3, key: datasets/{name}/state.json}}
lock: {lock}
"""


def write(folder: str) -> None:
    """Writes the definitions into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in (FREE, LOCKED, CALM):
        os.makedirs(os.path.join(folder, name))
        lock = f"{{kind: dynamodb, table_name: {LOCKS}, timeout_seconds: 30}}" if name == LOCKED else "null"
        with open(os.path.join(folder, name, "dataset.yaml"), "w", encoding="utf-8") as file:
            file.write(TEMPLATE.format(name=name, bucket=BUCKET, lock=lock))
    shutil.copytree(os.path.join(OTHERS, NEEDY), os.path.join(folder, NEEDY))
