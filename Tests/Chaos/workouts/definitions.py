"""The datasets: one definition, with and without a lock, and the repository's own, which reads the posts themselves.
Each has a table of its own."""

from __future__ import annotations

import os
import re
import shutil

from catalog.checks import LOCKS

FREE, LOCKED, BLOG = "workouts", "workouts_locked", "invictus_wod"
HASH, RANGE = "date", "session"

TEMPLATE = """\
dataset_id: {name}
data_type: workouts
extract:
  plugin: http
  url: ${{CHAOS_POSTS}}/posts
  rate: {{requests: 1000}}
  retry: {{attempts: 2, backoff_seconds: 0.1}}
  timeout_seconds: 5
parse: {{plugin: json, records: ".sessions[]"}}
load: {{plugin: dynamodb, table: {table}, hash: {hash}, range: {range}, owner: post_id, order: modified}}
lock: {lock}
"""


REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3, "statemachine", "datasets", BLOG)


def table(dataset: str) -> str:
    return f"chaos-{dataset}"


def write(folder: str) -> None:
    """Writes the definitions into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, BLOG))
    with open(os.path.join(REPOSITORY, "dataset.yaml"), encoding="utf-8") as file:
        text = file.read()
    # There is no Postgres here.
    text = re.sub(r"(?m)^state:.*\n", "", text) + "state: {kind: s3}\n"
    with open(os.path.join(folder, BLOG, "dataset.yaml"), "w", encoding="utf-8") as file:
        file.write(text)
    for name in (FREE, LOCKED):
        os.makedirs(os.path.join(folder, name))
        lock = f"{{kind: dynamodb, table_name: {LOCKS}, timeout_seconds: 30}}" if name == LOCKED else "null"
        with open(os.path.join(folder, name, "dataset.yaml"), "w", encoding="utf-8") as file:
            file.write(TEMPLATE.format(name=name, table=table(name), hash=HASH, range=RANGE, lock=lock))
