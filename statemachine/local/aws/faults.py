"""Fault injection for Tests/Chaos: HOME/faults.json, read again when it changes; without the file there are no faults.

    {"seed": 1,
     "kill": {"Loader": {"share": 0.3, "most": 100}},
     "s3":   {"share": 0.2, "kinds": ["unavailable", "slow", "cut", "lost"]},
     "dynamodb": {"share": 0.5, "kinds": ["throttled", "partial", "unavailable", "hang", "cut", "lost", "raced"]},
     "kinesis": {"share": 0.5, "kinds": ["throttled", "partial", "unavailable", "hang", "cut", "lost"]}}

kill: this share of a function's invocations receives SIGKILL at a random moment of its work, at most `most` in all;
without "most" there is no limit. An invocation that ends before that moment is done, and the state machine starts one
that was killed 3 more times: so it is chance whether an item fails, also with a share of 1.0.
s3, dynamodb, kinesis: this share of the service's requests fails; with "under" only of those to S3 whose path begins
with it, and none of a test's own. "unavailable": response 503. "throttled": response 400 of DynamoDB or Kinesis.
"partial": Kinesis does not write some of the records, and DynamoDB leaves some items of a batch, with response 200
(streams.py, tables.py). "raced": the condition of a write to DynamoDB does not hold, as if another writer were faster.
"slow": the response is delayed by three seconds. "hang": there is no response for `seconds`, 40 by default, which is
longer than a client waits; the request is not performed. "cut": the connection is closed after half of the response;
for a write, after half of the request. "lost": the request is performed, but the connection is closed without a
response. Each injected fault is a line of HOME/logs/faults.jsonl.
"""

from __future__ import annotations

import collections
import contextlib
import json
import math
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from typing import NoReturn

from processes import Process, children, send, wait_until

from . import bodies

SLOW = 3  # seconds
HANG = 40


class Faults:
    def __init__(self, home: str):
        self.path = os.path.join(home, "faults.json")
        self.log = os.path.join(home, "logs", "faults.jsonl")
        self.lock = threading.Lock()
        self.version = None
        self.random = random.Random()
        self.settings = {}
        self.kills = collections.Counter()
        self.used = set()  # ids of sandboxes
        self.durations = collections.defaultdict(lambda: collections.deque(maxlen=20))

    def settings_of(self, kind: str) -> dict:
        """Returns the current settings of a kind of fault. The caller holds the lock."""
        try:
            status = os.stat(self.path)
            version = (status.st_mtime_ns, status.st_ino)
        except FileNotFoundError:
            version = None
        if version != self.version:
            self.version = version
            self.settings = {}
            if version:
                with open(self.path, encoding="utf-8") as file:
                    self.settings = json.load(file)
            self.random.seed(self.settings.get("seed"))
            self.kills.clear()
        return self.settings.get(kind, {})

    def is_warm(self, pid: int) -> bool:
        """True if the sandbox has been used before. The caller holds the lock."""
        is_warm = pid in self.used
        self.used.add(pid)
        return is_warm

    def record(self, **fault) -> None:
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(json.dumps({"t": round(time.time(), 3), **fault}) + "\n")

    # ---- functions

    @contextlib.contextmanager
    def during(self, binary: str, payload: bytes | None, process: Process) -> Iterator[None]:
        """Wraps an invocation, and kills the processes under `process` (the emulator) if chance selects it.

        The moment is random within the duration of a randomly chosen recent invocation of the same kind, so that the
        ends of long invocations (COMMIT, the last SET) are hit too, and short ones are not always missed. If the
        invocation ends first, no fault is counted, and another invocation may be selected. Invocations are of the same
        kind if they are of the same function, with the same request keys, and both warm or both cold.
        """
        with self.lock:
            kind = (binary, self.is_warm(process.pid()), *sorted(json.loads(payload or b"{}")))
            plan = self.settings_of("kill").get(binary, {})
            is_allowed = self.kills[binary] < plan.get("most", math.inf)
            is_selected = is_allowed and self.random.random() < plan.get("share", 0)
            delay = self.random.uniform(0, self.random.choice(self.durations[kind] or [0.2]))
            self.kills[binary] += is_selected
        lock = threading.Lock()
        invocation = {"is over": False, "was killed": False}

        def kill():
            with lock:
                pids = [] if invocation["is over"] else children(process.pid())
                for pid in pids:
                    send(pid, signal.SIGKILL)
                invocation["was killed"] = bool(pids)

        timer = threading.Timer(delay, kill)
        timer.daemon = True
        started = time.monotonic()
        if is_selected:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with lock:
                invocation["is over"] = True
            if invocation["was killed"] and process.pid():
                # Even if the response had been sent: the next invocation gets a new sandbox, as on Lambda.
                send(process.pid(), signal.SIGKILL)
                wait_until(lambda: not process.alive(), 10)
            with self.lock:
                if invocation["was killed"]:
                    self.record(kind="kill", function=binary, after_ms=round(delay * 1000, 1))
                else:
                    self.kills[binary] -= is_selected  # it ended before the kill
                    self.durations[kind].append(time.monotonic() - started)


EXCEEDED = {
    "dynamodb": (
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "application/x-amz-json-1.0",
    ),
    "kinesis": ("ProvisionedThroughputExceededException", "application/x-amz-json-1.1"),
}


class FaultyStore:
    """A WSGI middleware in front of the local AWS, and of the signature verifier, which reads the whole request."""

    def __init__(self, app, faults, current=None):
        self.app = app
        self.faults = faults
        self.current = current or threading.local()  # the fault that the thread's request meets behind this middleware

    def __call__(self, environ, start_response):
        signed = environ.get("HTTP_AUTHORIZATION", "")
        service = next((name for name in ("s3", "dynamodb", "kinesis") if f"/{name}/aws4_request" in signed), None)
        if service is None:
            return self.app(environ, start_response)
        with self.faults.lock:
            plan = self.faults.settings_of(service)
            kind = None
            if plan and not is_spared(plan, environ) and self.faults.random.random() < plan["share"]:
                kind = self.faults.random.choice(plan["kinds"])
                path = environ["PATH_INFO"] if service == "s3" else environ.get("HTTP_X_AMZ_TARGET", "")
                self.faults.record(kind=kind, method=environ["REQUEST_METHOD"], path=path)
        self.current.fault = kind
        return self.respond(service, kind, plan, environ, start_response)

    def respond(self, service, kind, plan, environ, start_response):
        if kind == "throttled":
            code, content = EXCEEDED[service]
            body = json.dumps({"__type": code, "message": "The level of throughput is exceeded."}).encode()
            start_response("400 Bad Request", [("Content-Type", content), ("Content-Length", str(len(body)))])
            return [body]
        if kind == "hang":
            time.sleep(plan.get("seconds", HANG))
            hang_up(environ)
        if kind == "unavailable":
            body = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
            start_response("503 Slow Down", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        if kind == "slow":
            time.sleep(SLOW)
        if kind == "cut" and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            with contextlib.suppress(bodies.NotRead):
                environ["wsgi.input"].read(bodies.declared_length(environ) // 2)
            hang_up(environ)
        if kind not in ("cut", "lost"):
            return self.app(environ, start_response)
        response = {}

        def start(*arguments):
            response["start"] = arguments
            return lambda data: None

        body = b"".join(self.app(environ, start))
        if kind == "lost" or not body:
            hang_up(environ)
        start_response(*response["start"])
        return halves(body, environ)


def is_spared(plan: dict, environ: dict) -> bool:
    """True for a request outside the part of S3 that is to fail, and for one of a test, whose client is Python's."""
    if "under" not in plan:
        return False
    return not environ["PATH_INFO"].startswith(plan["under"]) or environ.get("HTTP_USER_AGENT", "").startswith("Boto3")


def halves(body: bytes, environ: dict) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    hang_up(environ)


def hang_up(environ: dict) -> NoReturn:
    with contextlib.suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("the connection was cut on purpose")
