"""Large answers at once, to clients that take them slowly: the server's memory must not grow with their number."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from client import PATIENCE, Client

# As many as the server serves at once.
CLIENTS = 64
# A page of this is as large as an answer may be.
TARGET = "/data?source_name=many_items&page_size=1000"
LEAST_BYTES = 3 << 20


@contextmanager
def many_items() -> Iterator[None]:
    """Adds items to the database that the server reads, for as long as they are needed."""
    url = os.environ["PG_DATABASE_URL"]
    psql = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", url]
    try:
        subprocess.run([*psql, "--file", str(Path(__file__).with_name("many_items.sql"))], check=True)
        yield
    finally:
        subprocess.run([*psql, "--command", "delete from unified_items where _dataset = 'many_items'"], check=True)


def ask_at_once(client: Client, expect: Callable[..., None]) -> None:
    """Each sends its request before the first reads. A server may refuse some, but sends no half answer."""
    host, port = client.host.rsplit(":", 1)
    request = f"GET {TARGET} HTTP/1.1\r\nHost: x\r\nX-API-Key: {client.key}\r\nConnection: close\r\n\r\n".encode()
    sockets = [socket.create_connection((host, int(port)), timeout=PATIENCE) for _ in range(CLIENTS)]
    try:
        for each in sockets:
            each.sendall(request)
        statuses = [status_of(each) for each in sockets]
    finally:
        for each in sockets:
            each.close()
    expect("large answers are whole, or refused", set(statuses) <= {200, 503}, statuses)
    expect("large answers are given", 200 in statuses, statuses)


def status_of(client: socket.socket) -> int:
    """Returns the status of a whole answer; 0 of one that is cut."""
    received = bytearray()
    try:
        while part := client.recv(1 << 16):
            received += part
    except OSError:
        return 0
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    lines = head.decode("ascii", "replace").lower().split("\r\n")
    length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), -1)
    return int(lines[0].split()[1]) if length == len(body) and json.loads(body) else 0


def check(client: Client, expect: Callable[..., None]) -> None:
    with many_items():
        answer = client.ask(TARGET)
        expect("a large answer is large", len(answer.body) > LEAST_BYTES, (answer.status, len(answer.body)))
        ask_at_once(client, expect)
