#!/usr/bin/python3
"""Stand-ins for the APIs of Ticketmaster and Spotify, with invented events, venues and artists (concert_data.py).

  concert_apis.py --port P [--faults FILE] [--log FILE] [--events N] [--today DATE]

  /discovery/v2/events.json, venues.json      Ticketmaster: apikey, keyword, city, size, page; /events/ID, /venues/ID
  /api/token                                  Spotify's accounts: POST grant_type=client_credentials
  /v1/search?type=artist&q=…, /v1/artists     Spotify: limit, offset, ids; /v1/artists/ID

API_TICKETMASTER_API_KEY, API_SPOTIFY_CLIENT_ID and API_SPOTIFY_CLIENT_SECRET are what it accepts: another key is 401. A
token is good for --token-seconds (3600). A city has N events (80) from DATE on (today, in UTC). Ticketmaster's API is
limited to --quota requests in --quota-seconds (5000 a day), and says so in its headers, in milliseconds.

FILE has faults as JSON, and is read again when it changes; without it there are none. A rule, or a list of rules:

    {"kind": "used_up", "share": 0.5, "first": 3, "for": "ticketmaster", "seconds": 5, "seed": 1}

The first rule that applies counts. `share`: of the requests (1); `first`: only as many of them; `for`: only requests
with this text in API, path or query: ticketmaster, spotify, token, venues.json, `page=1`. Kinds:

  down, slow          the connection is closed; the response comes after `seconds` (3)
  error, unavailable  500, 503
  throttled           429 without a word about when to come again
  retry_after         429 with Retry-After: `seconds`
  over_quota          429 with the headers of a quota that begins again in `seconds`
  used_up             a good response whose headers leave nothing for `seconds`; until then every request is 429
  revoked             401: the token, and every other one, is no longer good
  cut, garbage        half a body; a page of HTML
  empty               a page without results, and a total of 0
  changing_total      a total that is another one each time
  null_items          null in place of a record

A room has faults and a list of requests of its own, for tests that run at once. Its address is the server's and /~NAME:
PUT /~NAME/faults sets its faults, GET /~NAME/requests returns its requests. --log appends a line of JSON for each
request, without keys and tokens.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import hmac
import json
import os
import re
import secrets
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import concert_data as data
from rooms import FileRoom, Room

SLOW = 3.0  # seconds
TRANSPORT = ("down", "slow", "error", "unavailable", "throttled", "retry_after", "over_quota", "used_up", "revoked",
             "cut", "garbage")  # fmt: skip
CONTENT = ("empty", "changing_total", "null_items")
KINDS = (*TRANSPORT, *CONTENT)
SECRETS = ("API_TICKETMASTER_API_KEY", "API_SPOTIFY_CLIENT_ID", "API_SPOTIFY_CLIENT_SECRET")
DEEPEST = 1000  # results that a search gives, over all its pages


@dataclass
class Reply:
    status: int
    content: bytes
    kind: str = "application/json;charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def in_json(document: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(document, ensure_ascii=False).encode())


def integer(query: dict[str, str], name: str, standard: int) -> int:
    text = query.get(name, "")
    return int(text) if re.fullmatch(r"\d{1,9}", text) else standard if not text else -1


class Quota:
    """Ticketmaster's limit: so many requests in a window, which its headers tell."""

    def __init__(self, requests: int, seconds: float) -> None:
        self.requests, self.seconds = requests, seconds
        self.lock = threading.Lock()
        self.used = 0
        self.ends = 0.0

    def headers(self, leaves_nothing_for: float | None = None) -> tuple[bool, dict[str, str]]:
        """Takes a request. Returns True if it is within the limit, and the headers that say what is left.

        `leaves_nothing_for`: the seconds for which nothing is left after this request."""
        with self.lock:
            now = time.time()
            if now >= self.ends:
                self.used, self.ends = 0, now + self.seconds
            self.used += 1
            is_within = self.used <= self.requests
            if leaves_nothing_for is not None:
                self.used, self.ends = max(self.used, self.requests), now + leaves_nothing_for
            return is_within, {
                "Rate-Limit": str(self.requests),
                "Rate-Limit-Available": str(max(0, self.requests - self.used)),
                "Rate-Limit-Over": str(max(0, self.used - self.requests)),
                "Rate-Limit-Reset": str(int(self.ends * 1000) + 1),
            }


class Tokens:
    """The access tokens that are good."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.lock = threading.Lock()
        self.ends: dict[str, float] = {}
        self.given = 0

    def give(self) -> str:
        token = secrets.token_urlsafe(24)
        with self.lock:
            self.ends[token] = time.time() + self.seconds
            self.given += 1
        return token

    def is_good(self, token: str) -> bool:
        with self.lock:
            return self.ends.get(token, 0) > time.time()

    def revoke(self) -> None:
        with self.lock:
            self.ends.clear()


class State:
    """What a room has beside faults: its quota and its tokens."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.quota = Quota(options.quota, options.quota_seconds)
        self.tokens = Tokens(options.token_seconds)


# ---- Ticketmaster


def ticketmaster_error(status: int, code: str, detail: str) -> Reply:
    return in_json({"errors": [{"code": code, "detail": detail, "status": str(status)}]}, status)


def fault_reply(status: int, text: str, code: str) -> Reply:
    return in_json({"fault": {"faultstring": text, "detail": {"errorcode": code}}}, status)


class Ticketmaster:
    def __init__(self, options: argparse.Namespace) -> None:
        self.count = options.events
        self.today = options.today

    def answer(self, path: str, query: dict[str, str], content: dict | None) -> Reply:
        name = path.removeprefix("/discovery/v2/")
        if name in ("events", "events.json", "venues", "venues.json"):
            return self.search(name.removesuffix(".json"), query, content)
        kind, _, wanted = name.removesuffix(".json").partition("/")
        found = self.one(kind, wanted) if kind in ("events", "venues") else None
        return in_json(found) if found else ticketmaster_error(404, "DIS1004", f"Resource not found: {wanted}")

    def first_day(self) -> datetime.date:
        return self.today or datetime.datetime.now(datetime.timezone.utc).date()

    def search(self, kind: str, query: dict[str, str], content: dict | None) -> Reply:
        size, page = integer(query, "size", 20), integer(query, "page", 0)
        if not 0 <= size <= 200 or page < 0:
            return ticketmaster_error(400, "DIS1025", "The size must be a number up to 200, and the page from 0")
        if size * page >= DEEPEST:
            text = "API Limits Exceeded: Max paging depth exceeded. (page * size) must be less than 1,000"
            return ticketmaster_error(400, "DIS1035", text)
        keyword, city = query.get("keyword", ""), query.get("city", "")
        if kind == "venues":
            cities = [city] if city else list(data.CITIES)
            all_venues = [each for name in cities if name in data.CITIES for each in data.venues(name)]
            named = [each for each in all_venues if keyword.lower() in each["name"].lower()]
            results: list = sorted(named, key=lambda each: each["name"].strip().lower())
        else:
            results = data.events(city or None, keyword, self.first_day(), self.count)
        fault = content["kind"] if content else None
        if fault == "empty":
            results = []
        total = len(results)
        if fault == "changing_total":
            total = max(0, total + time.time_ns() // 1000 % 41 - 20)
        shown: list = results[size * page : size * (page + 1)]
        if kind == "events":
            shown = [data.event(*each) for each in shown]
        if fault == "null_items" and shown:
            shown = [None, *shown[1:]]
        items = {name: value for name, value in query.items() if name not in ("apikey", "page")}

        def link(number: int) -> dict[str, str]:
            return {"href": f"/discovery/v2/{kind}.json?{urlencode({**items, 'page': number})}"}

        document: dict = {"_links": {"self": link(page)}}
        if shown:
            document["_embedded"] = {kind: shown}
        pages = -(-total // size) if size else 0
        if page + 1 < pages:
            document["_links"]["next"] = link(page + 1)
        document["page"] = {"size": size, "totalElements": total, "totalPages": pages, "number": page}
        return in_json(document)

    def one(self, kind: str, wanted: str) -> dict | None:
        if kind == "venues":
            return next((each for city in data.CITIES for each in data.venues(city) if each["id"] == wanted), None)
        places = data.events(None, "", self.first_day(), self.count)
        return next((found for found in (data.event(*each) for each in places) if found["id"] == wanted), None)


# ---- Spotify


def spotify_error(status: int, message: str) -> Reply:
    return in_json({"error": {"status": status, "message": message}}, status)


class Spotify:
    def token(self, tokens: Tokens, client: tuple[str, str], authorization: str, form: dict[str, str]) -> Reply:
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        if authorization.startswith("Basic "):
            try:
                name, _, password = base64.b64decode(authorization[6:], validate=True).decode().partition(":")
            except ValueError:
                return in_json({"error": "invalid_client"}, 400)
            given = (name, password)
        if not all(
            hmac.compare_digest(one.encode(), other.encode()) for one, other in zip(given, client, strict=True)
        ):
            return in_json({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        if form.get("grant_type") != "client_credentials":
            return in_json({"error": "unsupported_grant_type"}, 400)
        return in_json({"access_token": tokens.give(), "token_type": "Bearer", "expires_in": int(tokens.seconds)})

    def answer(self, path: str, query: dict[str, str], address: str, content: dict | None) -> Reply:
        if path == "/v1/search":
            return self.search(query, address, content)
        by_id = {each.id: each for each in data.spotify_artists()}
        if path == "/v1/artists":
            ids = query.get("ids", "").split(",")
            if not 1 <= len(ids) <= 50:
                return spotify_error(400, "Too many ids requested")
            return in_json({"artists": [by_id[each].document(address) if each in by_id else None for each in ids]})
        wanted = by_id.get(path.removeprefix("/v1/artists/"))
        return in_json(wanted.document(address)) if wanted else spotify_error(404, "Resource not found")

    def search(self, query: dict[str, str], address: str, content: dict | None) -> Reply:
        limit, offset = integer(query, "limit", 20), integer(query, "offset", 0)
        text = query.get("q") or query.get("query", "")  # the next pages' addresses have the longer name
        if not text:
            return spotify_error(400, "No search query")
        if query.get("type") != "artist":
            return spotify_error(400, "Missing parameter type")
        if not 1 <= limit <= 50 or not 0 <= offset <= DEEPEST:
            return spotify_error(400, "Invalid limit")
        fault = content["kind"] if content else None
        found = [] if fault == "empty" else data.search(text)[:DEEPEST]
        total = len(found)
        items: list = [each.document(address) for each in found[offset : offset + limit]]
        if fault == "null_items" and items:
            items[0] = None

        def link(start: int) -> str:
            return f"{address}/v1/search?query={quote(text)}&type=artist&offset={start}&limit={limit}"

        page = {
            "href": link(offset),
            "limit": limit,
            "next": link(offset + limit) if offset + limit < total else None,
            "offset": offset,
            "previous": link(max(0, offset - limit)) if offset else None,
            "total": max(0, total + time.time_ns() // 1000 % 41 - 20) if fault == "changing_total" else total,
            "items": items,
        }
        return in_json({"artists": page})


# ---- server


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # sends headers and body together
    timeout = 60  # of an idle connection
    server: Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = urlsplit(self.path)
        name, path = "", target.path
        if found := re.match(r"/~([\w.-]+)(/.*)", path):
            name, path = found[1], found[2]
        room, state = self.server.room(name)
        if name and path in ("/faults", "/requests"):
            return self.send(self.control(room, path, body))
        query = {key: values[0] for key, values in parse_qs(target.query, keep_blank_values=True).items()}
        self.handle_request(room, state, name, path, query, body)

    do_POST = do_PUT = do_GET

    def control(self, room: Room, path: str, body: bytes) -> Reply:
        if path == "/requests":
            with room.lock:
                return in_json(room.requests)
        try:
            room.set(json.loads(body or b"[]"))
        except ValueError as error:
            return in_json({"error": str(error)}, 400)
        return in_json(room.rules)

    def handle_request(
        self, room: Room, state: State, name: str, path: str, query: dict[str, str], body: bytes
    ) -> None:
        started = time.time()
        api = "ticketmaster" if path.startswith("/discovery/") else "token" if path == "/api/token" else "spotify"
        shown = urlencode({key: value for key, value in query.items() if key != "apikey"})
        subject = f"{'spotify ' if api == 'token' else ''}{api} {path}?{shown}"
        rule = room.fault(TRANSPORT, [subject])
        fault = rule["kind"] if rule else None
        line = {"t": round(started, 3), "room": name, "api": api, "path": path, "query": shown, "fault": fault}
        with room.lock:
            room.requests.append(line)
        seconds = float(rule.get("seconds", SLOW)) if rule else SLOW
        if fault == "slow":
            time.sleep(seconds)
        headers: dict[str, str] = {}
        is_within = True
        if api == "ticketmaster":
            uses_up = fault in ("over_quota", "used_up")
            is_within, headers = state.quota.headers(seconds if uses_up else None)
        reply = self.refusal(state, fault, api, seconds, is_within)
        if not reply:
            content = room.fault(CONTENT, [subject])
            reply = self.answer(state, api, name, path, query, body, content)
        reply.headers = {**headers, **reply.headers}
        with room.lock:
            line["status"] = reply.status
        self.server.record({**line, "ms": round((time.time() - started) * 1000, 1)})
        if fault == "down":
            self.close_connection = True
        else:
            self.send(reply, cut=fault == "cut")

    def refusal(self, state: State, fault: str | None, api: str, seconds: float, is_within: bool) -> Reply | None:
        if fault == "garbage":
            return Reply(200, b"<html><body>Be right back</body></html>", "text/html; charset=utf-8")
        if fault in ("error", "unavailable"):
            return in_json({"error": "invented"}, 500 if fault == "error" else 503)
        if fault == "revoked":
            state.tokens.revoke()
        if fault in ("throttled", "retry_after", "over_quota") or not is_within:
            text = "Rate limit quota violation. Quota limit exceeded."
            reply = fault_reply(429, text, "policies.ratelimit.QuotaViolation")
            if api != "ticketmaster":
                reply = spotify_error(429, "API rate limit exceeded")
            if fault == "retry_after" or (fault == "over_quota" and api != "ticketmaster"):
                reply.headers["Retry-After"] = str(int(-(-seconds // 1)))
            return reply
        return None

    def answer(
        self, state: State, api: str, room: str, path: str, query: dict[str, str], body: bytes, content: dict | None
    ) -> Reply:
        key, client, secret = self.server.secrets
        if api == "ticketmaster":
            if not hmac.compare_digest(query.get("apikey", "").encode(), key.encode()):
                return fault_reply(401, "Invalid ApiKey", "oauth.v2.InvalidApiKey")
            return self.server.ticketmaster.answer(path, query, content)
        if api == "token":
            form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
            authorization = self.headers.get("Authorization", "")
            return self.server.spotify.token(state.tokens, (client, secret), authorization, form)
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or not state.tokens.is_good(token):
            return spotify_error(401, "The access token expired" if token else "No token provided")
        address = f"http://{self.headers.get('Host', '')}{f'/~{room}' if room else ''}"
        return self.server.spotify.answer(path, query, address, content)

    def send(self, reply: Reply, cut: bool = False) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content[: len(reply.content) // 2] if cut else reply.content)
        self.close_connection = self.close_connection or cut

    def log_message(self, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options: argparse.Namespace, keys: tuple[str, str, str]):
        super().__init__(("127.0.0.1", options.port), Handler)
        self.options = options
        self.secrets = keys
        self.ticketmaster = Ticketmaster(options)
        self.spotify = Spotify()
        self.lock = threading.Lock()
        self.rooms: dict[str, tuple[Room, State]] = {"": (FileRoom(KINDS, options.faults), State(options))}
        self.log = open(options.log, "a", buffering=1, encoding="utf-8") if options.log else None

    def server_close(self) -> None:
        super().server_close()
        if self.log:
            self.log.close()

    def room(self, name: str) -> tuple[Room, State]:
        with self.lock:
            if name not in self.rooms:
                self.rooms[name] = (Room(KINDS), State(self.options))
            return self.rooms[name]

    def record(self, line: dict) -> None:
        if self.log:
            with self.lock:
                self.log.write(json.dumps(line) + "\n")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--port", type=int, required=True)
    made.add_argument("--faults")
    made.add_argument("--log")
    made.add_argument("--events", type=int, default=80, help="events of a city, without a keyword")
    made.add_argument("--today", type=datetime.date.fromisoformat, help="the first day that has events")
    made.add_argument("--quota", type=int, default=5000, help="Ticketmaster's requests in a window")
    made.add_argument("--quota-seconds", type=float, default=86_400)
    made.add_argument("--token-seconds", type=float, default=3600)
    return made


def main() -> None:
    missing = [name for name in SECRETS if not os.environ.get(name)]
    if missing:
        sys.exit(f"concert_apis: the environment has no {', '.join(missing)}, which requests must have")
    key, client, secret = (os.environ[name] for name in SECRETS)
    Server(parser().parse_args(), (key, client, secret)).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
