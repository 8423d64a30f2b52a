"""The source: series of daily figures. Each version of the source has more days, and revises earlier figures.

GET /series answers with the records that a parser makes of a workbook. The series LATE is in every other version only:
what a document does not have is carried over.
"""

from __future__ import annotations

import datetime
import json
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERIES = ("RESERVAS", "TASA", "CIRCULANTE")
LATE = "LATE"
FIRST = datetime.date(2025, 11, 20)  # some months before the last day, so that most partitions stay as they are
DAYS = 70
REVISIONS = 4  # figures of earlier days that a version revises
OFFSET = "-03:00"

Points = dict[tuple[str, str], float]  # (obs_time, series) -> value


def partition(key: tuple[str, str]) -> str:
    day, series = key
    return f"{series}/year={day[:4]}/month={day[5:7]}"


class Figures:
    """The points of each version. Versions follow one another: a document replaces the series that it has."""

    def __init__(self, seed: int):
        self.seed = seed
        self.documents: list[Points] = []
        self.snapshots: list[Points] = []

    def document(self, version: int) -> Points:
        self.make(version)
        return self.documents[version]

    def snapshot(self, version: int) -> Points:
        """Returns what a current version must have after the document was loaded."""
        self.make(version)
        return self.snapshots[version]

    def make(self, version: int) -> None:
        while len(self.documents) <= version:
            number = len(self.documents)
            chance = random.Random(f"{self.seed} {number}")
            points: Points = dict(self.snapshots[-1]) if self.snapshots else {}
            named = (*SERIES, LATE) if number % 2 == 0 else SERIES
            for each in named:
                known = sorted(key for key in points if key[1] == each)
                for key in chance.sample(known, min(REVISIONS, len(known))):
                    points[key] = round(chance.uniform(1, 1e6), 3)
                for day in range(DAYS + number):
                    key = (f"{FIRST + datetime.timedelta(days=day)}T00:00:00{OFFSET}", each)
                    points.setdefault(key, round(chance.uniform(1, 1e6), 3))
            self.documents.append({key: value for key, value in points.items() if key[1] in named})
            self.snapshots.append(points)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Source

    def do_GET(self) -> None:
        if self.path != "/series":
            return self.respond(404, b"")
        self.server.asked += 1
        now = datetime.datetime.fromtimestamp(int(time.time()), datetime.timezone.utc)
        points = [
            {
                "obs_time": obs_time,
                "internal_series_code": series,
                "value": value,
                "unit": "ARS",
                "frequency": "D",
                "collection_date": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for (obs_time, series), value in sorted(self.server.figures.document(self.server.version).items())
        ]
        return self.respond(200, json.dumps({"points": points}).encode())

    def respond(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


class Source(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, seed: int):
        super().__init__(("127.0.0.1", 0), Handler)
        self.figures = Figures(seed)
        self.version = 0
        self.asked = 0  # requests so far
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignores broken connections: the client may have been killed."""
