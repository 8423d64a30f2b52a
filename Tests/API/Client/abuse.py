"""Tries what a stranger would try with the API's server: no key, wrong keys, tricks with paths and SQL, giant and slow
requests, 60 bodies at once, all places held by clients that drip, 200 connections, 64 responses of 4 MB. The server
must refuse, stay small, and go on answering others."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import large_responses
from client import PATIENCE, Client
from searches import Searches

LARGEST_MEMORY = 64 << 20
# With 64 responses of 4 MB at once: by the table in Sources/API/README.md, "The server".
LARGEST_MEMORY_OF_ANSWERS = 192 << 20


class Abuse:
    def __init__(self, client: Client, pid: int) -> None:
        self.client, self.pid, self.key = client, pid, client.key
        self.port = int(client.host.rsplit(":", 1)[1])
        self.problems: list[str] = []
        self.checks = 0
        self.measures: list[int] = []

    def expect(self, what: str, is_right: bool, found: object = "") -> None:
        self.checks += 1
        if not is_right:
            self.problems.append(f"{what}: {found}")

    def get(self, target: str, headers: dict[str, str] | None = None, method: str = "GET") -> tuple[int, bytes]:
        response = self.client.ask(target, headers, method)
        return response.status, response.body

    def raw(self, data: bytes, wait: float = 5.0) -> bytes:
        """Returns the beginning of the response, which may come before all is sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as client:
            with contextlib.suppress(OSError):
                client.sendall(data)
            try:
                return client.recv(65536)
            except OSError:
                return b""

    def memory(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the server has ended")

    def run(self) -> list[str]:
        searches = Searches(self.client, self.expect)
        steps = (
            self.keys, self.paths, searches.known, searches.injections, self.giants, self.bodies, self.slow, self.crowd,
            self.after, self.large, self.after,
        )  # fmt: skip
        for step in steps:
            step()
        return self.problems

    def keys(self) -> None:
        wrong: dict[str, dict[str, str]] = {
            "no key": {},
            "an empty key": {"X-API-Key": ""},
            "another key": {"X-API-Key": "x" * len(self.key)},
            "the beginning of the key": {"X-API-Key": self.key[:-1]},
            "a longer key": {"X-API-Key": self.key + "x"},
            "a key of 30 KB": {"X-API-Key": "x" * 30_000},
            "the key as a password": {"Authorization": f"Basic {self.key}"},
            "the key twice": {"X-API-Key": f"{self.key},{self.key}"},
        }
        for name, headers in wrong.items():
            status, body = self.get("/events", headers)
            self.expect(f"{name} is refused", status == 401, status)
            self.expect(f"{name}: nothing is shown", self.key.encode() not in body)
        response = self.raw(b"GET /events HTTP/1.1\r\nHost: x\r\nX-API-Key: " + b"x" * (1 << 20) + b"\r\n\r\n")
        self.expect("a key of a megabyte is refused", b" 431 " in response[:20], response[:80])
        self.expect("the key in the query is refused", self.get(f"/events?key={self.key}", {})[0] in (401, 422))
        for headers in ({"X-API-Key": self.key}, {"Authorization": f"Bearer {self.key}"}):
            self.expect("the key opens", self.get("/events", headers)[0] == 200)
        for target in ("/health", "/openapi.json", "/docs"):
            self.expect(f"{target} is open", self.get(target, {})[0] == 200)

    def paths(self) -> None:
        for target in (
            "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/series/..%2f..%2fversions", "/series/%00", "/events/1%00",
            "//events", "/events/", "/events/../ops", "/series/..", "/runs/%F0%28%8C%28", "/events/%", "/events/%zz",
        ):  # fmt: skip
            status, _ = self.get(target)
            self.expect(f"{target} is refused", status in (400, 404, 422), status)
        for method in ("POST", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE", "QUERY", "get"):
            status, _ = self.get("/events", method=method)
            self.expect(f"{method} is refused", status in (400, 404, 405, 411, 501), status)

    def giants(self) -> None:
        status, _ = self.get("/events?q=" + "x" * 20_000)
        self.expect("a long text is refused", status in (414, 422, 431), status)
        response = self.raw(b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n")
        self.expect("a giant path is refused", b" 414 " in response[:20], response[:80])
        response = self.raw(
            b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 90) for n in range(2000))
        )
        self.expect("giant headers are refused", b" 431 " in response[:20], response[:80])
        response = self.raw(b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        self.expect("a giant body is refused", b" 413 " in response, response[:80])
        response = self.raw(b"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        self.expect(
            "a body without a length is refused",
            b" 411 " in response or b" 501 " in response or b" 400 " in response,
            response[:80],
        )
        many = "&".join(f"p{n}=1" for n in range(2000))
        status, body = self.get("/events?" + many)
        self.expect("many parameters are refused, briefly", status in (414, 422, 431) and len(body) < 20_000, status)
        for junk in (
            b"\x00" * 1000,
            b"\r\n" * 5000,
            b"GET / HTTP/9.9\r\n\r\n",
            b"\x16\x03\x01\x02\x00" + b"\xff" * 512,
        ):
            self.raw(junk, wait=PATIENCE)
        self.expect("it answers after junk", self.get("/health")[0] == 200)

    def bodies(self) -> None:
        """No route reads a body, so none is kept. Sixty at once, a byte short, leave the memory as it is."""
        response = self.raw(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
        self.expect("a body beyond the limit is refused", b" 413 " in response, response[:80])
        clients = [socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) for _ in range(60)]
        for length in (65_536, 1 << 20):
            for client in clients:
                try:
                    client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % length)
                    client.sendall(b"x" * (length - 1))
                except OSError:
                    continue
            if length == 65_536:
                for client in clients:
                    client.sendall(b"x")
                responses = [client.recv(65_536) for client in clients]
                self.expect(
                    "bodies within the limit are dropped",
                    all(b" 200 " in response[:20] or b" 503 " in response[:20] for response in responses),
                )
        self.expect("bodies take no memory", self.memory() < LARGEST_MEMORY, self.memory())
        for client in clients:
            client.close()
        time.sleep(0.5)

    def slow(self) -> None:
        """Clients that send a byte now and then are given up, and lock nobody out: here they hold all places."""
        dripping = 70
        ends: list[float] = []

        def drip() -> None:
            begin = time.monotonic()
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as client:
                    while time.monotonic() - begin < PATIENCE:
                        client.sendall(b"G")
                        time.sleep(0.5)
            except OSError:
                ends.append(time.monotonic() - begin)

        threads = [threading.Thread(target=drip) for _ in range(dripping)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        statuses: list[int] = []
        slowest = max(self.seconds(lambda: statuses.append(self.get("/health")[0])) for _ in range(20))
        self.expect("others are not refused", set(statuses) == {200}, statuses)
        self.expect("others are answered within a second", slowest < 1, slowest)
        for thread in threads:
            thread.join()
        self.expect("every slow client was given up", len(ends) == dripping, len(ends))

    def crowd(self) -> None:
        """Of 200 connections at once some are refused with 503; those that are open are answered."""
        clients: list[socket.socket] = []
        refused = 0
        for _ in range(200):
            client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
            clients.append(client)
        request = f"GET /events HTTP/1.1\r\nHost: x\r\nX-API-Key: {self.key}\r\n\r\n".encode()
        answered = 0
        for client in clients:
            try:
                client.sendall(request)
                response = client.recv(65536)
            except OSError:
                response = b" 503 "
            answered += b" 200 " in response[:20]
            # 408: it waited longest, and gave its place to one that came later.
            refused += b" 503 " in response[:20] or b" 408 " in response[:20] or response == b""
        self.expect(
            "64 connections are served, the rest is refused",
            answered >= 60 and answered + refused == 200,
            (answered, refused),
        )
        for client in clients:
            client.close()
        time.sleep(1)
        self.expect("it answers after the crowd", self.get("/events")[0] == 200)

    def large(self) -> None:
        large_responses.check(self.client, self.expect)

    def after(self) -> None:
        memory = self.memory()
        self.measures.append(memory)
        bound = LARGEST_MEMORY if len(self.measures) == 1 else LARGEST_MEMORY_OF_ANSWERS
        self.expect(f"memory stays under {bound >> 20} MB", memory < bound, memory)

    def measured(self) -> str:
        small, large = (memory >> 20 for memory in self.measures)
        return f"at most {small} MB, and {large} MB with large responses"

    @staticmethod
    def seconds(work: Callable[[], object]) -> float:
        begin = time.monotonic()
        work()
        return time.monotonic() - begin
