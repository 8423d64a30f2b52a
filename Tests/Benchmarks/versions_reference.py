#!/usr/bin/env python3
"""Writes versions of time series as system 002 does: every partition of a version, one after the other.

  versions_reference.py POINTS

POINTS is a JSON list, which is in memory before anything is measured. Each line on standard input is one load; the
milliseconds from its start to the end of the pointer's write are the line of output.
"""

from __future__ import annotations

import collections
import json
import os
import sys
import time
from datetime import datetime, timezone
from typing import Any

import boto3
from botocore.handlers import add_expect_header

BUCKET = "bench"


def load(client: Any, points: list[dict[str, Any]]) -> None:
    now = datetime.now(timezone.utc)
    version = now.strftime("v%Y%m%d_%H%M%S_%f")
    partitions: dict[str, list[dict[str, Any]]] = collections.defaultdict(list)
    for point in points:
        at = datetime.fromisoformat(point["obs_time"])
        partitions[f"{point['internal_series_code']}/year={at.year:04}/month={at.month:02}"].append(point)
    files = []
    for name, members in partitions.items():
        key = f"datasets/bench/versions/{version}/data/{name}/data.json"
        client.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(members, indent=2, ensure_ascii=False).encode())
        files.append(key)
    times = sorted(point["obs_time"] for point in points)
    manifest = {
        "version_id": version,
        "dataset_id": "bench",
        "created_at": now.isoformat(),
        "data_points_count": len(points),
        "series_codes": sorted({point["internal_series_code"] for point in points}),
        "date_range": {"min_obs_time": times[0], "max_obs_time": times[-1]},
        "json_files": files,
        "partitions": list(partitions),
        "partition_strategy": "series_year_month",
    }
    root = "datasets/bench"
    client.put_object(Bucket=BUCKET, Key=f"{root}/versions/{version}/manifest.json", Body=json.dumps(manifest).encode())
    client.put_object(Bucket=BUCKET, Key=f"{root}/index/current_version.txt", Body=version.encode())


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        points = json.load(file)
    os.remove(path)
    client = boto3.client("s3", region_name="us-east-1", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    # The server in memory does not say that it is ready for a body, for which botocore waits a second.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    for _ in sys.stdin:
        start = time.perf_counter()
        load(client, points)
        print((time.perf_counter() - start) * 1000, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
