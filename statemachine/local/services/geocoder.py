"""The geocoder, a stand-in for the providers of coordinates, and the settings of the enrichment. Only with ENRICH=1."""

from __future__ import annotations

import os
import urllib.request

from .functions import ENRICH, ROOT, wanted
from .home import Failure
from .service import Service, fingerprint

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(FOLDER, "geocoder.py")
WEIGHTS = os.path.join(ROOT, ".local", "weights", "all-MiniLM-L6-v2.fp16")


class Geocoder(Service):
    name = "geocoder"
    ports = ("geocoder",)

    def address(self) -> str:
        return f"http://127.0.0.1:{self.home.port('geocoder')}"

    def command(self) -> list[str]:
        return [
            "/usr/bin/python3",
            PROGRAM,
            *("--port", str(self.home.port("geocoder"))),
            *("--faults", self.home.join("geocoder.json"), "--log", self.home.join("logs", "geocoder.jsonl")),
        ]

    def environment(self) -> dict[str, str]:
        return {**os.environ, "GOOGLE_MAPS_API_KEY": self.key(), "PYTHONDONTWRITEBYTECODE": "1"}

    def key(self) -> str:
        return self.home.secret("google-maps-key")

    def version(self) -> str:
        return fingerprint(self.command(), os.stat(PROGRAM).st_mtime_ns)

    def problem(self) -> str | None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(self.address() + "/~stack/requests", timeout=5):
                return None
        except OSError as error:
            return str(error)

    def settings(self) -> dict[str, str | None]:
        """Returns the settings of the enrichment: without ENRICH=1 none. Those of the environment win; a key of the
        environment is for its own geocoder, and the one on this machine does not get it."""
        names = ("EMBEDDING_WEIGHTS", "GEOCODER", "GEOCODER_URL", "GOOGLE_MAPS_API_KEY", "TEST_GEOCODER_URL", ENRICH)
        if not wanted(ENRICH):
            return dict.fromkeys(names)
        own = os.environ.get("GEOCODER_URL")
        return {
            "EMBEDDING_WEIGHTS": weights(),
            "GEOCODER": os.environ.get("GEOCODER") or "census",
            "GEOCODER_URL": own or self.address(),
            "GOOGLE_MAPS_API_KEY": (os.environ.get("GOOGLE_MAPS_API_KEY") if own else None) or self.key(),
            "TEST_GEOCODER_URL": self.address(),
            # For programs that read the list of functions: the optional one is among this stack's.
            ENRICH: "1",
        }


def weights() -> str:
    """Returns the path of the weights; raises Failure if they are not there."""
    path = os.environ.get("EMBEDDING_WEIGHTS") or WEIGHTS
    if not os.path.exists(path):
        raise Failure(f"the weights of the embedding are missing, {path}: run make weights")
    return path
