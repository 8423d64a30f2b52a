"""The source of the datasets, in this process: an API with tokens and two feeds, with faults if a scenario sets them.

  POST /token                           a token of OAuth's client credentials
  GET  /cursor/SHELF?after=             {"items": …, "next": CURSOR or null, "total": COUNT}
  GET  /changes/SHELF?after=&since=     the same, of what has changed since a time; nothing vanishes
  GET  /pages/SHELF?page=&since=        {"items": …, "pages": COUNT}, the same by numbers of pages, from 1
  GET  /feed/NAME                       Atom or RSS

`since` is inclusive. Everything is in the order of changes.
"""

from __future__ import annotations

import base64
import collections
import datetime
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from .contents import Contents, Record
from .feeds import Feeds

SIZE = 5  # records of a page
CLIENT = "chaos", "client-secret-of-chaos"
STALL = 10  # seconds that a response takes which stalls; the definitions give up after 2


class Asked(NamedTuple):
    """A request. `count` is 1 for the first one of its address since the last `set`."""

    kind: str  # token, cursor, changes, pages or feed
    shelf: str
    page: int
    count: int


# Returns the fault of a request, a key of FAULTS or of CHANGES; a false value means none.
Fault = Callable[[Asked], "str | bool | None"]

FAULTS = {
    "error": (500, {}),
    "throttled": (429, {"Retry-After": "1"}),
    "unauthorized": (401, {}),
    "forbidden": (403, {}),
}


def with_fault(name: str, items: list[dict], next_page: dict) -> tuple[list[dict], dict]:
    """Returns the records of a page, and what is beside them, as a source has them that is wrong but answers."""
    if name == "empty":
        return [], {**next_page, "next": None, "total": 0, "pages": 1}
    if name == "shrunk":
        return items[:2], {**next_page, "next": None, "total": 2, "pages": 1}
    if name == "more columns":
        return [{**each, "origin": "a new column", "nested": {"deep": [1, None]}} for each in items], next_page
    if name == "another type":
        return [{**each, "stock": "many" if number % 2 else [1]} for number, each in enumerate(items)], next_page
    if name == "nothing fits":
        return [{**each, "price": {"amount": 1}} for each in items], next_page
    raise ValueError(name)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = 1 << 16

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer()

    def do_GET(self):
        self.answer()

    def answer(self):
        source: Source = self.server
        target = urlsplit(self.path)
        kind, _, shelf = target.path.strip("/").partition("/")
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        version, asked, fault = source.begin(self.path, kind, shelf, query)
        if fault in FAULTS:
            status, headers = FAULTS[fault]
            return self.respond(status, b"a fault of the source", headers)
        if kind == "token":
            return self.token(source)
        if kind == "feed":
            return self.send(source.feeds.document(shelf, version).encode(), fault)
        if not source.admits(self.headers.get("Authorization", "")):
            return self.respond(401, b"the token has expired")
        page = source.page(asked, query, version, repeats=fault == "repeated")
        if fault and fault not in ("repeated", "cut", "garbage", "stalled"):
            items, rest = with_fault(fault, page.pop("items"), page)
            page = {**rest, "items": items}
        return self.send(json.dumps(page).encode(), fault)

    def token(self, source):
        expected = "Basic " + base64.b64encode(":".join(CLIENT).encode()).decode()
        if self.headers.get("Authorization") != expected:
            return self.respond(401, b"no such client")
        self.send(json.dumps(source.new_token()).encode(), None)

    def send(self, body, fault):
        if fault == "garbage":
            body = b"<html>Down for maintenance</html>"
        if fault not in ("cut", "stalled"):
            return self.respond(200, body)
        self.respond(200, body, cut=len(body) // 2)
        if fault == "stalled":
            self.wfile.flush()
            self.server.released.wait(STALL)
        self.close_connection = True

    def respond(self, status, body, headers=None, cut=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json" if status == 200 else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, *arguments):
        pass


class Source(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, seed: int):
        super().__init__(("127.0.0.1", 0), Handler)
        self.whole = Contents(seed, vanishing=True)
        self.growing = Contents(seed, vanishing=False)
        self.feeds = Feeds(seed)
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.tokens: dict[str, int] = {}  # uses left
        self.set(0)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def set(self, version: int, fault: Fault | None = None, token_uses: int = 10**9, token_seconds: int = 3600) -> None:
        """Sets version and faults for later requests. Tokens that were issued before are valid no more."""
        self.released.set()
        with self.lock:
            self.version, self.fault = version, fault
            self.token_uses, self.token_seconds = token_uses, token_seconds
            self.tokens.clear()
            self.counts = collections.Counter()
            self.injected = collections.Counter()
            self.released = threading.Event()

    def begin(self, path: str, kind: str, shelf: str, query: dict) -> tuple[int, Asked, str | None]:
        """Counts a request. Returns the version that it reads, what it asks for, and its fault."""
        with self.lock:
            self.counts[path] += 1
            page = int(query["page"]) if "page" in query else int(query.get("after", "1:").partition(":")[0])
            asked = Asked(kind, shelf, page, self.counts[path])
            fault = self.fault(asked) if self.fault else None
            if fault:
                self.injected[fault] += 1
            return self.version, asked, fault or None

    def new_token(self) -> dict:
        with self.lock:
            name = f"token-{time.time_ns()}"
            self.tokens[name] = self.token_uses
            self.injected["tokens"] += 1
            return {"access_token": name, "token_type": "Bearer", "expires_in": self.token_seconds}

    def admits(self, authorization: str) -> bool:
        name = authorization.removeprefix("Bearer ")
        with self.lock:
            left = self.tokens.get(name, 0)
            if left:
                self.tokens[name] = left - 1
            else:
                self.injected["expired tokens"] += 1
            return left > 0

    def page(self, asked: Asked, query: dict, version: int, repeats: bool) -> dict:
        """Returns a page. The cursor is the number of the page, and the last change before it: what has changed
        since is not skipped."""
        contents = self.whole if asked.kind == "cursor" else self.growing
        records = contents.shelf(asked.shelf, version)
        if "since" in query:
            since = instant(query["since"])
            records = [each for each in records if instant(each.updated_at) >= since]
        if asked.kind == "pages":
            first = 0 if repeats else SIZE * (asked.page - 1)
            pages = max(1, -(-len(records) // SIZE))
            return {"items": [each.as_json() for each in records[first : first + SIZE]], "pages": pages}
        _, _, after = query.get("after", "1:").partition(":")
        left = [each for each in records if place(each) > after]
        page, rest = left[:SIZE], left[SIZE:]
        follows = f"{asked.page + 1}:{place(page[-1])}" if rest else None
        if repeats:
            follows = query.get("after", f"1:{after}")
        return {"items": [each.as_json() for each in page], "next": follows, "total": len(records)}

    def handle_error(self, request, client_address):
        """Ignores broken connections: the client may have been killed."""


def place(record: Record) -> str:
    return f"{record.updated_at}/{record.id}"


def instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
