"""The source, in this process: the sample site, in any of its editions, and in trouble when a scenario wants it."""

import sys
import threading
import time

import sample_site

EDITIONS = range(1, 5)


class Handler(sample_site.Handler):
    edition = property(lambda self: self.server.edition)

    def answer(self, status, content, kind, headers=None):
        site = self.server
        moment = time.monotonic()
        trouble = site.trouble(self.path, content) if site.trouble else None
        if trouble == "slow":
            time.sleep(site.SLOW)
        elif trouble == "fails":
            status, content, headers = 503, b"try again", None
        elif trouble == "throttles":
            status, content, headers = 429, b"slow down", {"Retry-After": "1"}
        with site.lock:
            site.requests.append((moment, self.path, trouble))
        if trouble == "says nothing":
            site.released.wait()
        elif trouble in ("cuts", "stops"):
            return self.begin(status, content, kind, headers, stops=trouble == "stops")
        else:
            return super().answer(status, content, kind, headers)
        return status

    def begin(self, status, content, kind, headers, stops):
        """Half of an answer; then the end of the connection, or nothing more."""
        whole, self.wfile = self.wfile, Half(self.wfile)
        super().answer(status, content, kind, headers)
        self.wfile = whole
        self.wfile.flush()
        if stops:
            self.server.released.wait()
        self.close_connection = True
        return status


class Half:
    """Takes all that is written, and passes on half of what comes after the headers."""

    def __init__(self, stream):
        self.stream = stream
        self.closed = False
        self.writes = 0

    def write(self, data):
        self.writes += 1
        self.stream.write(data if self.writes == 1 else data[: len(data) // 2])

    def flush(self):
        self.stream.flush()


class Site(sample_site.Server):
    SLOW = 2  # seconds

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.edition = 0
        self.trouble = None  # of a path and the answer's bytes: what is to go wrong with it
        self.requests = []  # moment, path, trouble
        self.lock = threading.Lock()
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Whoever asked may have been killed meanwhile."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def be(self, edition, trouble=None):
        """What it is from here on. Whoever was kept waiting is let go."""
        self.released.set()
        with self.lock:
            self.edition, self.trouble, self.requests, self.released = edition, trouble, [], threading.Event()
