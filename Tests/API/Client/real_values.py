"""A hook of schemathesis: of the cases that the document allows, most get ids, names and cursors that exist, so that
they are answered with rows and not only by 404. What a case gets follows from the case, so that it can be repeated."""

from __future__ import annotations

import json
import os
import zlib

import requests
import schemathesis
from client import Client
from contents import SERIES

VALUES = "API_TEST_VALUES"
# Of each pair the first is at most the second.
ORDERED = (("from", "to"), ("starts_after", "starts_before"))


def collect(client: Client) -> str:
    """Returns the values of the stack's rows, for the environment of schemathesis."""
    items, runs = client.items("/data?page_size=1000"), client.items("/runs")
    events = client.items("/events")
    codes = [each["code"] for each in client.items(f"/series/{SERIES}")]
    return json.dumps(
        {
            "paths": {
                "/events/{id}": [{"id": each["id"]} for each in events],
                "/runs/{id}": [{"id": each["id"], "dataset": each["dataset"]} for each in runs],
                "/series/{id}": [{"id": SERIES}],
                "/series/{id}/{code}": [{"id": SERIES, "code": code} for code in codes],
            },
            "queries": {
                "/data": {
                    "source_name": sorted({each["source_name"] for each in items}),
                    "source_type": sorted({each["source_type"] for each in items}),
                    "category": sorted({each["category"] for each in items if each["category"]}),
                    "search": sorted({each["title"][:12] for each in items}),
                    "status": ["active"],
                },
                "/runs": {"dataset": sorted({each["dataset"] for each in runs})},
                "/rejected": {"dataset": sorted({each["dataset"] for each in client.items("/rejected")})},
            },
        }
    )


def chosen(values: list, case: schemathesis.Case, name: str) -> object | None:
    """Returns one of the values for three of four cases."""
    number = zlib.crc32(repr((name, case.path_parameters, case.query)).encode())
    return values[number // 4 % len(values)] if values and number % 4 else None


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict) -> None:
    if case.method != "GET" or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    values = json.loads(os.environ[VALUES])
    path, query = case.operation.path, case.query
    real = chosen(values["paths"].get(path, []), case, "path")
    if isinstance(real, dict):
        case.path_parameters = {name: real[name] for name in case.path_parameters}
        query.update({name: value for name, value in real.items() if name in query})
    for name, known in values["queries"].get(path, {}).items():
        real = chosen(known, case, name) if name in query else None
        if real is not None:
            query[name] = real
    agree(query)
    if "cursor" in query and chosen([True], case, "cursor"):
        cursor = next_cursor(case)
        if cursor:
            query["cursor"] = cursor
        else:
            del query["cursor"]


def agree(query: dict) -> None:
    """Takes away what contradicts another parameter: a document of OpenAPI cannot say that, only its texts do."""
    for least, most in ORDERED:
        if least in query and most in query and not is_ordered(query[least], query[most]):
            query[most] = query[least]
    if "date" in query:
        query.pop("from", None)
        query.pop("to", None)
    if "near" not in query:
        query.pop("within", None)


def is_ordered(least: object, most: object) -> bool:
    # Days compare as texts. Times may have offsets, so that only the same one is surely not after itself.
    return least == most or (len(str(least)) == len(str(most)) == len("2024-05-31") and str(least) <= str(most))


def next_cursor(case: schemathesis.Case) -> str | None:
    """Returns the cursor of the case's list, with its filters; None for a list of one page."""
    request = case.as_transport_kwargs()
    size = "page_size" if case.operation.path == "/data" else "limit"
    query = {**(request.get("params") or {}), size: "1"}
    query.pop("cursor")
    response = requests.get(request["url"], params=query, headers={"X-API-Key": os.environ["API_KEY"]}, timeout=20)
    if response.status_code != 200:
        return None
    found = response.json()
    return found.get("next_cursor") or found.get("pagination", {}).get("next_cursor")
