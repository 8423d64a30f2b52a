"""What is stored below datasets/ID/: read by the pointers, as a reader does, and with versions and times masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError
from pipeline import Pipeline
from runs import InvariantViolation

from .source import OFFSET, Points, partition

BUCKET = "chaos-series"
VERSION = re.compile(r"v\d{8}_\d{6}_\d{6}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Stored:
    """The objects of a dataset. Those that are never replaced are read once."""

    def __init__(self, pipeline: Pipeline, dataset: str):
        self.s3 = pipeline.s3
        self.root = f"datasets/{dataset}/"
        self.known: dict[str, Points] = {}

    def get(self, key: str) -> bytes | None:
        try:
            return self.s3.get_object(Bucket=BUCKET, Key=self.root + key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                return None
            raise

    def read(self, key: str) -> bytes:
        """Reads an object that another one names."""
        found = self.get(key)
        if found is None:
            raise InvariantViolation(f"{self.root}{key} is named and missing")
        return found

    def current(self) -> str | None:
        pointer = self.get("index/current_version.txt")
        return pointer.decode().strip() if pointer is not None else None

    def manifest(self, version: str) -> dict[str, Any]:
        return parsed(self.read(f"versions/{version}/manifest.json"), version)

    def snapshot(self) -> Points:
        """Returns the points of the current version, through its manifest."""
        version = self.current()
        if version is None:
            return {}
        contents = self.manifest(version)["contents"]
        return self.points(
            {each: f"versions/{entry['version']}/data/{each}/data.json" for each, entry in contents.items()}, contents
        )

    def projection(self) -> Points:
        """Returns the points of the projection, through its pointer."""
        pointer = self.get("projections/manifest.json")
        if pointer is None:
            return {}
        partitions = parsed(pointer, "projections/manifest.json")["partitions"]
        return self.points({each: self.object(entry) for each, entry in partitions.items()}, partitions)

    @staticmethod
    def object(entry: Mapping[str, Any]) -> str:
        """The key of a projection's object, below the dataset's folder."""
        key = entry["object"]
        return key if key.startswith("projections/") else f"projections/{key}"

    def points(self, keys: Mapping[str, str], entries: Mapping[str, Mapping[str, Any]]) -> Points:
        found: Points = {}
        for name, key in keys.items():
            if key not in self.known:
                self.known[key] = points_of(parsed(self.read(key), key), name)
            if len(self.known[key]) != entries[name]["points"]:
                raise InvariantViolation(
                    f"{key} has {len(self.known[key])} points, {entries[name]['points']} are named"
                )
            found |= self.known[key]
        return found

    # ---- all objects

    def chain(self) -> list[str]:
        """Returns the versions from the first to the current one."""
        versions: list[str] = []
        version = self.current()
        while version is not None:
            versions.insert(0, version)
            version = self.manifest(version).get("previous_version")
        return versions

    def objects(self) -> dict[str, bytes]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=self.root)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {key.removeprefix(self.root): self.read(key.removeprefix(self.root)) for key in keys}

    def masked(self) -> tuple[dict[str, str], list[str]]:
        """Returns the objects that the pointers lead to, and the projection's copies, with versions and times masked;
        and the keys of the others: what runs that were cut have left, which later runs collect."""
        versions = self.chain()
        names = {version: f"version {number}" for number, version in enumerate(versions, 1)}
        found: dict[str, str] = {}
        left: list[str] = []
        objects = self.objects()
        pointer = parsed(objects.get("projections/manifest.json", b'{"partitions": {}}'), "projections/manifest.json")
        named = {self.object(entry) for entry in pointer["partitions"].values()}
        # An object that a later version has replaced may still be read for a day.
        replaced = {self.object(each) for each in pointer.get("replaced", [])}
        for key, body in objects.items():
            version = VERSION.search(key)
            if key.startswith("projections/") and version:
                is_reachable = key in named or key in replaced
            else:
                is_reachable = version is None or version[0] in names
            if is_reachable:
                text = (
                    json.dumps(masked(parsed(body, key)), ensure_ascii=False, indent=1)
                    if key.endswith(".json")
                    else body.decode()
                )
                found[renamed(key, names)] = renamed(text, names)
            else:
                left.append(key)
        return found, left


def renamed(text: str, names: Mapping[str, str]) -> str:
    return VERSION.sub(lambda match: names.get(match[0], "another version"), text)


def masked(value: Any) -> Any:
    """Masks times in UTC. The times of points have their own offset."""
    if isinstance(value, dict):
        return {name: masked(each) for name, each in value.items()}
    if isinstance(value, list):
        return [masked(each) for each in value]
    return INSTANT.sub("TIME", value) if isinstance(value, str) else value


def parsed(body: bytes, key: str) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise InvariantViolation(f"{key} is no JSON: {error}") from error


def points_of(rows: list[dict[str, Any]], name: str) -> Points:
    """Returns the points of a file: those of its partition, in order of time, with the offset of the source."""
    found: Points = {}
    for row in rows:
        key = (row["obs_time"], row["internal_series_code"])
        if partition(key) != name or not key[0].endswith(OFFSET):
            raise InvariantViolation(f"the partition {name} has a point of {key}")
        found[key] = row["value"]
    if list(found) != sorted(found) or len(found) != len(rows):
        raise InvariantViolation(f"the points of {name} are not in order, or are there twice")
    return found
