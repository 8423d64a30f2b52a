#!/usr/bin/env python3
"""Measures GET /data of the read API on a million items, and system 003's own code beside it on the same database.

  api.py --home DIR --bin DIR [--reference FOLDER --python FILE] [--items N]

Starts a stack in DIR, and deletes its data in the end. With a checkout of system 003 in FOLDER, and a Python that has
what it needs, that system serves the same items from tables of its own (api_legacy.py makes them): its index of the
search, which no Postgres accepts, is left out. Both are asked in turns, one request at a time on one connection. Each
query has several values. "first" is the median of each value's first request: ours keeps the number of items that a
filter finds for ten seconds, as long as a client may reuse the response.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import psycopg2

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PORTS = {"ours": 18431, "003": 18432}
REPEATS = 12
TABLE = """
    create table unified_items (
      source_type text not null, source_name text not null, external_id text not null, title text not null,
      description text, category text, url text, image_url text, author text, amount numeric, quantity bigint,
      rating numeric, tags jsonb not null, metadata jsonb not null, status text not null, published_at timestamptz,
      _first_seen timestamptz not null, _last_seen timestamptz not null,
      primary key (source_type, source_name, external_id))"""
ITEMS = """
    insert into unified_items
    select (array['api','csv','rss'])[1 + n % 3], 'source' || n % 20, 'id' || n, 'Item ' || md5(n::text),
      'About ' || md5((n * 7)::text) || ' and ' || md5((n % 1000)::text), 'category' || n % 200,
      'https://example.com/' || n, null, 'author' || n % 100, (n % 100000) / 100.0, n % 1000, n % 6, '["a", "b"]',
      '{}', case when n % 50 = 0 then 'inactive' else 'active' end,
      timestamptz '2020-01-01Z' + n * interval '2 minutes', timestamptz '2024-01-01Z' + n * interval '1 second',
      timestamptz '2024-01-01Z' + n * interval '1 second'
    from generate_series(1, COUNT) n"""

Queries = dict[str, list[str]]


def queries(items: int) -> Queries:
    """Each filter, and pages by number, which both systems have."""
    deep = items // 50
    return {
        "no filter": [""],
        "source_type": [f"source_type={name}" for name in ("api", "csv", "rss")],
        "source_name": [f"source_name=source{n}" for n in range(6)],
        "category": [f"category=category{n}" for n in range(20, 26)],
        "status, rare": ["status=inactive"],
        "search, rare": [f"search={text}" for text in ("c4ca4238a0", "c81e728d9d", "eccbc87e4b", "a87ff679a2")],
        "search, frequent": ["search=about", "search=item"],
        "min and max amount": [f"min_amount={n}&max_amount={n + 1}" for n in range(10, 16)],
        "published, a day": [
            f"published_after=2021-02-{n:02}T00:00:00&published_before=2021-02-{n:02}T23:59:59" for n in range(1, 7)
        ],
        "category and status": [f"category=category{n}&status=active" for n in range(30, 36)],
        "page_size 1000": ["page_size=1000"],
        "page 1000": ["page=1000"],
        f"page {deep * 9 // 10}": [f"page={deep * 9 // 10}"],
    }


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.used_at = 0.0

    def get(self, query: str) -> tuple[float, Any]:
        if time.perf_counter() - self.used_at > 3:  # the server may have closed it
            self.connection.close()
            self.connection.connect()
        start = time.perf_counter()
        self.connection.request("GET", f"/data?{query}" if query else "/data")
        response = self.connection.getresponse()
        body = response.read()
        self.used_at = time.perf_counter()
        spent = (self.used_at - start) * 1000
        if response.status != 200:
            raise SystemExit(f"{query}: status {response.status}: {body[:300]!r}")
        return spent, json.loads(body)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--reference")
    parser.add_argument("--python")
    parser.add_argument("--items", type=int, default=1_000_000)
    given = parser.parse_args()
    home = os.path.abspath(given.home)
    stack = [os.path.join(ROOT, "statemachine", "local", "stack"), "--home", home, "--bin", given.bin]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the stack is deleted all the same
    servers: list[subprocess.Popen[bytes]] = []
    try:
        up = [*stack, "up", "--without-functions", "--without-site"]
        subprocess.run(up, check=True, stdout=subprocess.DEVNULL)
        url = database_url(home)
        prepare(url, os.path.join(given.bin, "festvibes"), given.items)
        clients = {"ours": serve_ours(url, given.bin, servers)}
        if given.reference:
            clients["003"] = serve_reference(url, given.reference, given.python or sys.executable, servers)
        is_met = measure(clients, given.items)
    finally:
        for server in servers:
            server.terminate()
            server.wait()
        subprocess.run([*stack, "clean"], check=True, stdout=subprocess.DEVNULL)
    return 0 if is_met else 1


def database_url(home: str) -> str:
    with open(os.path.join(home, "env"), encoding="utf-8") as file:
        for line in file:
            name, _, value = line.removeprefix("export ").strip().partition("=")
            if name == "PG_DATABASE_URL":
                return value.strip("'\"")
    raise SystemExit(f"{home}/env has no PG_DATABASE_URL")


def prepare(url: str, festvibes: str, items: int) -> None:
    environment = {**os.environ, "PG_DATABASE_URL": url}
    subprocess.run([festvibes, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(ITEMS.replace("COUNT", str(items)))
        start = time.perf_counter()
        subprocess.run([festvibes, "migrate", "--api"], env=environment, check=True, stdout=subprocess.DEVNULL)
        print(f"indexes of migrate --api: {time.perf_counter() - start:.0f} s", flush=True)
        cursor.execute("vacuum analyze unified_items")
    connection.close()


def serve_ours(url: str, binaries: str, servers: list[subprocess.Popen[bytes]]) -> Client:
    environment = {**os.environ, "PG_DATABASE_URL": url, "API_PUBLIC": "true", "LOG_LEVEL": "ERROR"}
    command = [os.path.join(binaries, "festvibes"), "serve", "--port", str(PORTS["ours"])]
    servers.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    return wait_for("ours")


def serve_reference(url: str, folder: str, python: str, servers: list[subprocess.Popen[bytes]]) -> Client:
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "api_legacy.py")
    parts = urlsplit(url)
    legacy = f"postgresql+asyncpg://{parts.netloc}{parts.path}"
    environment = {
        **os.environ,
        "PYTHONPATH": os.path.abspath(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "DATABASE_URL": legacy,
        "ENVIRONMENT": "production",
        "LOG_LEVEL": "ERROR",
    }
    subprocess.run([python, program, "--fill"], env=environment, check=True)
    command = [python, program, "--port", str(PORTS["003"])]
    servers.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    return wait_for("003")


def wait_for(name: str) -> Client:
    end = time.monotonic() + 60
    while True:
        try:
            client = Client(PORTS[name])
            client.get("page_size=1")
            return client
        except OSError:
            if time.monotonic() > end:
                raise SystemExit(f"{name} does not answer") from None
            time.sleep(0.2)


def measure(clients: dict[str, Client], items: int) -> bool:
    """Prints a line for each query, with the ratio of the requests per second.

    True if ours is at least as fast as 003, five times where Postgres needs little (a response in 3 ms).
    """
    is_met = True
    head = "".join(f"{name + ': first':>14}{'p50':>9}{'p99':>9}{'req/s':>8}" for name in clients)
    print(f"{'GET /data, ms':24}{head}" + (f"{'ratio':>8}" if "003" in clients else ""))
    for title, values in queries(items).items():
        totals = {name: {client.get(value)[1]["pagination"]["total_items"] for value in values[:1]}
                  for name, client in clients.items()}  # fmt: skip
        if len({frozenset(total) for total in totals.values()}) > 1:
            raise SystemExit(f"{title}: the systems find different numbers of items: {totals}")
        time.sleep(10.5)  # what was counted is forgotten
        first = {name: statistics.median(client.get(value)[0] for value in values) for name, client in clients.items()}
        spent: dict[str, list[float]] = {name: [] for name in clients}
        for _ in range(REPEATS):
            for name, client in clients.items():
                spent[name] += turn(client, values)
        line = f"{title:24}" + "".join(columns(first[name], spent[name]) for name in clients)
        if "003" in clients:
            ratio = statistics.mean(spent["003"]) / statistics.mean(spent["ours"])
            wanted = 5 if percentile(spent["ours"], 0.5) < 3 else 1
            line += f"{ratio:>8.1f}" + ("" if ratio >= wanted else f"  under {wanted}")
            is_met = is_met and ratio >= wanted
        print(line, flush=True)
    cursors(clients["ours"], items)
    return is_met


def turn(client: Client, values: list[str]) -> list[float]:
    """Asks for a tenth of a second: the first requests after the other system's find caches cold and cores asleep."""
    end = time.perf_counter() + 0.1
    spent: list[float] = []
    while not spent or time.perf_counter() < end:
        spent += [client.get(value)[0] for value in values]
    return spent


def cursors(client: Client, items: int) -> None:
    """Prints the time of a page by cursor at several depths."""
    for field in ("created_at", "amount", "published_at"):
        for share in (0, 0.5, 0.9):
            page = max(1, int(items / 50 * share))
            _, response = client.get(f"page={page}&sort_by={field}")
            spent = []
            for _ in range(100):
                milliseconds, response = client.get(f"cursor={response['pagination']['next_cursor']}")
                spent.append(milliseconds)
            print(f"{f'cursor, {field}, {share:.0%}':24}{'':14}{columns(None, spent)[14:]}", flush=True)


def columns(first: float | None, spent: list[float]) -> str:
    start = "" if first is None else f"{first:.1f}"
    rate = 1000 / statistics.mean(spent)
    return f"{start:>14}{percentile(spent, 0.5):>9.1f}{percentile(spent, 0.99):>9.1f}{rate:>8.0f}"


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


if __name__ == "__main__":
    sys.exit(main())
