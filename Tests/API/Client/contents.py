"""What must hold before cases are sent to a front end: there are rows of every kind for responses, and the address of
a row leads to that row alone. Without rows the cases run no SQL, and cannot fail."""

from __future__ import annotations

from urllib.parse import quote

from client import Client

# The dataset of series that the stack has loaded.
SERIES = "bcra_infomondia_series"
# A list, and what fills it.
LISTS = {
    "/data": "festvibes run --dataset sample_products",
    "/events": "festvibes run --days 2",
    "/venues": "festvibes run --days 2",
    "/artists": "festvibes run --days 2",
    "/genres": "festvibes run --days 2",
    "/runs": "festvibes run --days 2",
    "/datasets": "festvibes run --days 2",
    "/rejected": "festvibes run --dataset indec_ipc",
    f"/series/{SERIES}": f"festvibes run --dataset {SERIES}",
}


def missing(client: Client) -> list[str]:
    """Returns the lists that have nothing."""
    found = []
    for target, command in LISTS.items():
        response = client.ask(target)
        if response.status != 200:
            found.append(f"GET {target} is {response.status}: {response.body[:300]!r}")
        elif not response.json()["items"]:
            found.append(f"GET {target} has no items, so its cases would test nothing; `{command}` loads some")
    if not found and not client.items(point_target(client)):
        found.append(f"GET {point_target(client)} has no points, so its cases would test nothing")
    return found


def point_target(client: Client) -> str:
    return f"/series/{SERIES}/{quote(client.items(f'/series/{SERIES}')[0]['code'], safe='')}"


def wrong_addresses(client: Client) -> list[str]:
    """An escape in a path is decoded once: by the server, or on AWS by API Gateway."""
    target = point_target(client)
    escaped = target[:-1] + f"%{ord(target[-1]):02X}"
    rules = {
        target: (200, "a series"),
        escaped: (200, "the same series, with an escape"),
        escaped.replace("%", "%25"): (404, "a code with a percent sign, which no series has"),
        f"/series/{SERIES}/100%25": (404, "a code that ends with a percent sign, which no series has"),
        f"/series/{SERIES}/%25zz": (404, "a code with a percent sign and no digits, which no series has"),
    }
    found = []
    for path, (status, meaning) in rules.items():
        response = client.ask(path)
        if response.status != status:
            found.append(f"GET {path}, {meaning}, is {response.status}, not {status}: {response.body[:200]!r}")
    return found


def wrong_heads(client: Client) -> list[str]:
    """HEAD has the headers of GET; a length, if it has one, is that of GET's body."""
    found = []
    for target in ("/", "/events?from=2000-01-01", "/data", point_target(client), "/nothing"):
        got, head = client.ask(target), client.ask(target, method="HEAD")
        if head.status != got.status or head.body:
            found.append(f"HEAD {target} is {head.status} with {len(head.body)} bytes, GET is {got.status}")
        if head.headers.get("content-type") != got.headers.get("content-type"):
            found.append(f"HEAD {target} has another type than GET: {head.headers.get('content-type')}")
        # The ids and times of two responses differ, but have the same lengths.
        length = head.headers.get("content-length")
        if length not in (None, str(len(got.body))):
            found.append(f"HEAD {target} has the length {length}, the body of GET has {len(got.body)}")
    return found
