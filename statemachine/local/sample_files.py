"""The samples of the datasets as a source on loopback: an API of files.

  /samples/DATASET/PATH?QUERY   DATASETS_DIR/DATASET/sample/input/PATH, with or without an extension

Where `input/PATH` is a folder, a parameter of the query chooses the file: `?page=2` is `PATH/page-2.json`. Where there
is no file, the response is 404. `sample/requires` names what a request must have, as `query apikey=VALUE` or
`header x-api-key: VALUE`, a line each; without it the response is 401, so that a sample also tries the credentials.
/samples/DATASET/wp-json/wp/v2/posts is a blog of WordPress (sample_posts.py).
"""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qsl

import sample_posts

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PREFIX = "/samples/"
TYPES = {
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PLAIN = "text/plain; charset=utf-8"
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")


def folder() -> str:
    return os.environ.get("DATASETS_DIR") or os.path.join(ROOT, "statemachine", "datasets")


def respond(path: str, query: str, headers, changes: dict | None = None) -> tuple[int, bytes, str, dict[str, str]]:
    """Returns the status, the body, its type and further headers for a path below /samples/.

    `changes` is the content of the site's file of changes."""
    names = path.removeprefix(PREFIX).strip("/").split("/")
    if len(names) < 2 or not all(NAME.fullmatch(name) for name in names):
        return 404, b"not found\n", PLAIN, {}
    sample = os.path.join(folder(), names[0], "sample")
    items = parse_qsl(query, keep_blank_values=True)
    missing = unmet(os.path.join(sample, "requires"), items, headers)
    if missing:
        return 401, f"the request has no {missing}\n".encode(), PLAIN, {}
    if "/".join(names[1:]) == sample_posts.PATH and os.path.isdir(sample):
        return sample_posts.respond(sample, query, (changes or {}).get(names[0], {}).get("edition", 0))
    found = file_for(os.path.join(sample, "input", *names[1:]), items)
    if not found:
        return 404, b"not found\n", PLAIN, {}
    with open(found, "rb") as file:
        return 200, file.read(), TYPES.get(os.path.splitext(found)[1], "application/octet-stream"), {}


def file_for(base: str, items: list[tuple[str, str]]) -> str | None:
    """Returns the file of a path without its extension, or of a folder and the query."""
    if os.path.isfile(base):
        return base
    if os.path.isdir(base):
        for name, value in items:
            if NAME.fullmatch(f"{name}-{value}"):
                if found := with_extension(os.path.join(base, f"{name}-{value}")):
                    return found
        return None
    return with_extension(base)


def with_extension(base: str) -> str | None:
    return next((base + extension for extension in TYPES if os.path.isfile(base + extension)), None)


def unmet(path: str, items: list[tuple[str, str]], headers) -> str | None:
    """Returns the first requirement that a request does not meet, without its value; None if it meets all."""
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    for line in lines:
        kind, _, rest = line.partition(" ")
        name, _, value = (each.strip() for each in rest.partition("=" if kind == "query" else ":"))
        has = (name, value) in items if kind == "query" else headers.get(name) == value
        if not has:
            return f"{kind} {name} as {os.path.basename(path)} asks for it"
    return None
