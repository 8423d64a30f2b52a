"""The datasets of Tests/Chaos/datasets, and what their documents have."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import NamedTuple

from .contents import SHELVES, Record
from .feeds import NAMES, Entry
from .server import Source

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "datasets")
TIME = "to_char({} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


class Wanted(NamedTuple):
    """A record of a document. `values` is what its row has, as JSON."""

    key: str
    values: str
    cursor: str | None
    is_valid: bool = True


class Dataset(NamedTuple):
    name: str
    table: str
    items: tuple[str, ...]
    key: str
    columns: str  # what selects the values of a row, as a list of jsonb
    cursor: str  # what selects its cursor
    rows: Callable[[Source, str, int], list[Wanted]]  # source, item, version -> all records of the item
    is_complete: bool = False  # a document has everything, and what it lacks is marked as deleted
    state: str | None = None  # where its checkpoints are: postgres or s3
    lock: str | None = None  # where its lock is: postgres or dynamodb

    @property
    def prefix(self) -> str:
        """The beginning of the keys of its documents."""
        return f"raw/{self.name}/"


def values(*columns: object) -> str:
    return json.dumps(columns, ensure_ascii=False)


def product(record: Record, metadata: object = None) -> Wanted:
    tags = list(record.tags)
    columns = values(record.name, record.price, record.stock, tags, record.updated_at, metadata or {})
    return Wanted(record.id, columns, record.updated_at, record.is_valid)


def whole(source: Source, item: str, version: int) -> list[Wanted]:
    return [product(each) for each in source.whole.shelf(item, version)]


def growing(source: Source, item: str, version: int) -> list[Wanted]:
    return [product(each) for each in source.growing.shelf(item, version)]


def entry(entry: Entry) -> Wanted:
    return Wanted(entry.guid, values(entry.title, entry.link, entry.updated_at), entry.updated_at)


def feed(source: Source, item: str, version: int) -> list[Wanted]:
    return [entry(each) for each in source.feeds.entries(item, version)]


PRODUCT = (
    "jsonb_build_array(name, (price * 100)::bigint, stock, coalesce(tags, '[]'), "
    f"{TIME.format('updated_at')}, coalesce(metadata, '{{}}'))"
)
ENTRY = f"jsonb_build_array(title, link, {TIME.format('published_at')})"
UPDATED = TIME.format("updated_at")
PUBLISHED = TIME.format("published_at")

API = Dataset("api", "chaos_api", SHELVES, "id", PRODUCT, UPDATED, whole, is_complete=True)
PAGES = Dataset(
    "api_incremental", "chaos_pages", SHELVES, "id", PRODUCT, UPDATED, growing, state="postgres", lock="postgres"
)
CHANGES = Dataset("api_s3", "chaos_changes", SHELVES, "id", PRODUCT, UPDATED, growing, state="s3", lock="dynamodb")
FEED = Dataset("feed", "chaos_feed", NAMES, "guid", ENTRY, PUBLISHED, feed, state="postgres", lock="postgres")
ALL = (API, PAGES, CHANGES, FEED)
