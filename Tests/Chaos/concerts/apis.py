"""The stand-ins for Ticketmaster and Spotify, in this process: their records have versions, which take turns."""

from __future__ import annotations

import collections
import datetime
import json
import secrets
import threading

import concert_apis
from concert_data import number

VERSIONS = 3  # after the last comes the first again, with its record ids
EVENTS = 60  # of a city, without a keyword
LATER = datetime.timedelta(days=40)  # no event begins while the scenarios are performed
KEYS = tuple(secrets.token_hex(16) for _ in range(3))
STATUS = ("onsale", "postponed", "cancelled")


class Ticketmaster(concert_apis.Ticketmaster):
    """Of a third of the events the status changes with the version, of a third the price, of some venues and artists
    the postal code and the address."""

    version = 0

    def answer(self, path: str, query: dict[str, str], content: dict | None) -> concert_apis.Reply:
        reply = super().answer(path, query, content)
        document = json.loads(reply.content)
        embedded = document.get("_embedded", {})
        for event in filter(None, embedded.get("events", [])):
            self.change_event(event)
        for venue in filter(None, embedded.get("venues", [])):
            self.change_venue(venue)
        reply.content = json.dumps(document, ensure_ascii=False).encode()
        return reply

    def change_event(self, event: dict) -> None:
        form = number(event["id"]) % 3
        if form == 0:
            event["dates"]["status"]["code"] = STATUS[self.version]
        elif form == 1:
            lowest = 20 + self.version
            event["priceRanges"] = [{"type": "standard", "currency": "USD", "min": lowest, "max": 2 * lowest}]
        for venue in event["_embedded"]["venues"]:
            self.change_venue(venue)
        for artist in event["_embedded"].get("attractions", []):
            if number(artist["id"]) % 4 == 0:
                artist["url"] += f"?version={self.version}"

    def change_venue(self, venue: dict) -> None:
        if number(venue["id"]) % 4 == 0:
            venue["postalCode"] = f"9000{self.version}"


class Spotify(concert_apis.Spotify):
    """The popularity of some artists changes with the version."""

    version = 0

    def answer(self, path: str, query: dict[str, str], address: str, content: dict | None) -> concert_apis.Reply:
        reply = super().answer(path, query, address, content)
        document = json.loads(reply.content)
        for artist in filter(None, document.get("artists", {}).get("items", [])):
            if number(artist["id"]) % 3 == 0:
                artist["popularity"] = self.version
        reply.content = json.dumps(document, ensure_ascii=False).encode()
        return reply


class APIs:
    def __init__(self) -> None:
        self.today = datetime.datetime.now(datetime.timezone.utc).date() + LATER
        options = concert_apis.parser().parse_args(
            ["--port", "0", "--events", str(EVENTS), "--today", str(self.today), "--quota", "100000000"]
        )
        key, client, secret = KEYS
        self.server = concert_apis.Server(options, (key, client, secret))
        self.ticketmaster, self.spotify = Ticketmaster(options), Spotify()
        self.server.ticketmaster, self.server.spotify = self.ticketmaster, self.spotify
        self.room, self.state = self.server.room("")
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self) -> dict[str, str]:
        """Returns the variables of the datasets."""
        key, client, secret = KEYS
        return {
            "TICKETMASTER_URL": f"{self.address}/discovery/v2",
            "API_TICKETMASTER_API_KEY": key,
            "SPOTIFY_URL": f"{self.address}/v1",
            "SPOTIFY_ACCOUNTS_URL": self.address,
            "API_SPOTIFY_CLIENT_ID": client,
            "API_SPOTIFY_CLIENT_SECRET": secret,
            "SPOTIFY_PAGE_SIZE": "10",
            "API_RATE_LIMIT_REQUESTS": "6000",
            "API_RETRY_BACKOFF": "0.2",
        }

    def set(self, version: int, rules: tuple[dict, ...] = (), token_seconds: float = 3600) -> None:
        """Sets the version and the faults from now on, and forgets the requests so far."""
        self.ticketmaster.version = self.spotify.version = version
        self.state.tokens.seconds = token_seconds
        self.state.tokens.given = 0
        self.state.quota.ends = 0
        self.room.set(list(rules))
        with self.room.lock:
            self.room.requests.clear()

    def injected(self) -> collections.Counter[str]:
        """Returns the faults since `set`: those of connections and responses as the log of requests has them."""
        with self.room.lock:
            counts = collections.Counter(each["fault"] for each in self.room.requests if each["fault"])
            for place, rule in enumerate(self.room.rules):
                if rule["kind"] in concert_apis.CONTENT and self.room.used[place]:
                    counts[rule["kind"]] += self.room.used[place]
        return counts
