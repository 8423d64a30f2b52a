"""Large responses at once, to many clients: the server's memory must not grow with their number."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from client import PATIENCE, Client

# As many as the server serves at once.
CLIENTS = 64
LEAST_BYTES = 3 << 20
# Of CLIENTS that ask at once, those that must get their response. Compressed ones are small: they wait for the
# processor alone. Of the others the server holds only some, and refuses the rest.
LEAST_SENT = {"gzip": 32, "identity": 8}


@dataclass
class Rows:
    """Rows in the database that the server reads, and the page that is as large as a response may be."""

    target: str
    script: str
    removal: str


ALL_ROWS = (
    # Written by Swift.
    Rows(
        "/data?source_name=many_items&page_size=1000",
        "many_items.sql",
        "delete from unified_items where _dataset = 'many_items'",
    ),
    # Written by Postgres, as every other list.
    Rows("/artists?q=Many+&limit=500", "many_artists.sql", "delete from artists where name like 'Many %'"),
)


@contextmanager
def added(rows: Rows) -> Iterator[None]:
    """Adds rows for as long as they are needed."""
    url = os.environ["PG_DATABASE_URL"]
    psql = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url]
    try:
        subprocess.run([*psql, "--file", str(Path(__file__).with_name(rows.script))], check=True)
        yield
    finally:
        subprocess.run([*psql, "--command", rows.removal], check=True)


def ask_at_once(client: Client, target: str, coding: str, expect: Callable[..., None]) -> None:
    """Each sends its request before the first reads. A server may refuse some, but sends no half response."""
    host, port = client.host.rsplit(":", 1)
    headers = f"Host: x\r\nX-API-Key: {client.key}\r\nAccept-Encoding: {coding}\r\nConnection: close"
    request = f"GET {target} HTTP/1.1\r\n{headers}\r\n\r\n".encode()
    sockets = [socket.create_connection((host, int(port)), timeout=PATIENCE) for _ in range(CLIENTS)]
    try:
        for each in sockets:
            each.sendall(request)
        # A client that takes nothing for a few seconds would lose its connection.
        with ThreadPoolExecutor(CLIENTS) as pool:
            statuses = list(pool.map(status_of, sockets))
    finally:
        for each in sockets:
            each.close()
    expect(f"{target}, {coding}: responses are whole, or refused", set(statuses) <= {200, 503}, statuses)
    sent = statuses.count(200)
    expect(f"{target}, {coding}: {LEAST_SENT[coding]} of {CLIENTS} are sent", sent >= LEAST_SENT[coding], sent)


def status_of(client: socket.socket) -> int:
    """Returns the status of a whole response; 0 of one that is cut."""
    received = bytearray()
    try:
        while part := client.recv(1 << 16):
            received += part
    except OSError:
        return 0
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    lines = head.decode("ascii", "replace").lower().split("\r\n")
    length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), -1)
    if length != len(body):
        return 0
    text = gzip.decompress(body) if "content-encoding: gzip" in lines else body
    return int(lines[0].split()[1]) if json.loads(text) else 0


def check(client: Client, expect: Callable[..., None]) -> None:
    for rows in ALL_ROWS:
        with added(rows):
            response = client.ask(rows.target)
            expect(f"{rows.target} is large", len(response.body) > LEAST_BYTES, (response.status, len(response.body)))
            for coding in LEAST_SENT:
                ask_at_once(client, rows.target, coding, expect)
