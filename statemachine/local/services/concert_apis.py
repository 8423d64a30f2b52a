"""Stand-ins for the APIs of Ticketmaster and Spotify. They are started by a run of a dataset that reads one of them."""

from __future__ import annotations

import os
import urllib.request

from . import datasets
from .service import Service, fingerprint

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(FOLDER, "concert_apis.py")
MODULES = [PROGRAM, os.path.join(FOLDER, "concert_data.py"), os.path.join(FOLDER, "rooms.py")]
# The address of each API with the secrets that are sent there. Whoever sets one of them means an API of their own.
TICKETMASTER = ("TICKETMASTER_URL", "API_TICKETMASTER_API_KEY")
SPOTIFY = ("SPOTIFY_URL", "SPOTIFY_ACCOUNTS_URL", "API_SPOTIFY_CLIENT_ID", "API_SPOTIFY_CLIENT_SECRET")
EVENTS = "CONCERT_API_EVENTS"  # a number: events of each city
URL = "TEST_CONCERT_APIS_URL"


class ConcertAPIs(Service):
    name = "concert-apis"
    ports = ("concert-apis",)

    def address(self) -> str:
        return f"http://127.0.0.1:{self.home.port('concert-apis')}"

    def command(self) -> list[str]:
        events = os.environ.get(EVENTS)
        return [
            "/usr/bin/python3",
            PROGRAM,
            *("--port", str(self.home.port("concert-apis"))),
            *("--faults", self.home.join("concert-apis.json"), "--log", self.home.join("logs", "concert-apis.jsonl")),
            *(("--events", events) if events else ()),
        ]

    def environment(self) -> dict[str, str]:
        own = self.own()
        keys = {name: own[name] for name in (*TICKETMASTER, *SPOTIFY) if name.startswith("API_")}
        return {**os.environ, **keys, "PYTHONDONTWRITEBYTECODE": "1"}

    def version(self) -> str:
        return fingerprint(self.command(), [os.stat(path).st_mtime_ns for path in MODULES])

    def problem(self) -> str | None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.address() + "/~stack/requests", timeout=5):
                return None
        except OSError as error:
            return str(error)

    def wanted(self) -> bool:
        """Returns True if the dataset that is to run reads one of the APIs, or if they are running: another dataset's
        run leaves them alone."""
        dataset = os.environ.get("DATASET")
        if self.running():
            return True
        named = datasets.variables(["extract"], only=dataset) if dataset else ()
        return bool({*TICKETMASTER, *SPOTIFY} & set(named))

    def own(self) -> dict[str, str]:
        """Returns the addresses and the invented secrets of the stand-ins."""
        return {
            "TICKETMASTER_URL": f"{self.address()}/discovery/v2",
            "API_TICKETMASTER_API_KEY": self.home.secret("ticketmaster-key"),
            "SPOTIFY_URL": f"{self.address()}/v1",
            "SPOTIFY_ACCOUNTS_URL": self.address(),
            "API_SPOTIFY_CLIENT_ID": self.home.secret("spotify-id"),
            "API_SPOTIFY_CLIENT_SECRET": self.home.secret("spotify-secret"),
        }

    def settings(self) -> dict[str, str | None]:
        """Returns the variables of the datasets. With a key of one's own the functions read the API itself, and the
        stand-in never gets that key."""
        if not self.wanted():
            return {}
        own = self.own()
        values: dict[str, str | None] = {URL: self.address()}
        for group in (TICKETMASTER, SPOTIFY):
            given = {name: os.environ.get(name) for name in group}
            is_foreign = any(value and value != own[name] for name, value in given.items())
            # The environment file of another stack, or an earlier one of this stack.
            if (stack := os.environ.get(URL)) and (given[group[0]] or "").startswith(stack):
                is_foreign = False
            values |= given if is_foreign else {name: own[name] for name in group}
        return values
