"""The source, in this process: the sample site in any of its editions, with faults if a scenario sets them."""

import sys
import threading
import time
from collections.abc import Callable

import sample_site

EDITIONS = range(1, 5)

# Returns the fault for a path and a response body; a false value means none.
Fault = Callable[[str, bytes], str | bool | None]


class Handler(sample_site.Handler):
    edition = property(lambda self: self.server.edition)

    def respond(self, status, content, kind, headers=None):
        site = self.server
        moment = time.monotonic()
        fault = site.fault(self.path, content) if site.fault else None
        if fault == "slow":
            time.sleep(site.SLOW)
        elif fault == "error":
            status, content, headers = 503, b"try again", None
        elif fault == "throttled":
            status, content, headers = 429, b"slow down", {"Retry-After": "1"}
        with site.lock:
            site.requests.append((moment, self.path, fault))
        if fault == "no response":
            site.released.wait()
        elif fault in ("cut off", "stalled"):
            return self.respond_partly(status, content, kind, headers, stalls=fault == "stalled")
        else:
            return super().respond(status, content, kind, headers)
        return status

    def respond_partly(self, status, content, kind, headers, stalls):
        """Sends half of a response, and then closes the connection or sends nothing more."""
        whole, self.wfile = self.wfile, Half(self.wfile)
        super().respond(status, content, kind, headers)
        self.wfile = whole
        self.wfile.flush()
        if stalls:
            self.server.released.wait()
        self.close_connection = True
        return status


class Half:
    """A stream that passes on the headers, and half of each later write."""

    def __init__(self, stream):
        self.stream = stream
        self.closed = False
        self.writes = 0

    def write(self, data):
        self.writes += 1
        self.stream.write(data if self.writes == 1 else data[: len(data) // 2])

    def flush(self):
        self.stream.flush()


class Source(sample_site.Server):
    SLOW = 2  # seconds

    def __init__(self, port: int):
        super().__init__(("127.0.0.1", port), Handler)
        self.edition = 0
        self.fault: Fault | None = None
        self.requests: list[tuple[float, str, str | None]] = []  # moment, path, fault
        self.lock = threading.Lock()
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Ignores broken connections: the client may have been killed."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def set(self, edition: int, fault: Fault | None = None) -> None:
        """Sets edition and fault for later requests, and releases the connections that are being kept waiting."""
        self.released.set()
        with self.lock:
            self.edition, self.fault, self.requests, self.released = edition, fault, [], threading.Event()
