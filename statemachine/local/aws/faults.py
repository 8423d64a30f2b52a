"""What goes wrong on purpose, for run_chaos.py: HOME/faults.json, read anew when it changes; without it, nothing.

    {"seed": 1,
     "kill": {"Loader": {"share": 0.3, "most": 100}},
     "s3":   {"share": 0.2, "kinds": ["unavailable", "slow", "cut", "lost"]}}

kill: that share of a function's invocations is struck by SIGKILL at a random moment of its work, `most` times in all.
s3: that share of its requests is answered with 503; after three seconds; with half of the answer, or for a write with
none, after half of what was to be written has come ("cut"); with no answer although it was done ("lost"). Each fault
that struck is a line of HOME/logs/faults.jsonl.
"""

import collections
import contextlib
import json
import os
import random
import signal
import socket
import threading
import time

from processes import children, send, wait_until

SLOW = 3  # seconds


class Faults:
    def __init__(self, home):
        self.path = os.path.join(home, "faults.json")
        self.log = os.path.join(home, "logs", "faults.jsonl")
        self.lock = threading.Lock()
        self.version = None
        self.random = random.Random()
        self.settings = {}
        self.kills = collections.Counter()
        self.used = set()  # ids of sandboxes
        self.durations = collections.defaultdict(lambda: collections.deque(maxlen=20))

    def wanted(self, kind):
        """With the lock held."""
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

    def is_warm(self, pid):
        """Whether the sandbox has been used before. With the lock held."""
        is_warm = pid in self.used
        self.used.add(pid)
        return is_warm

    def struck(self, **fault):
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(json.dumps({"t": round(time.time(), 3), **fault}) + "\n")

    # ---- functions

    @contextlib.contextmanager
    def during(self, binary, payload, process):
        """Around an invocation: kills what runs under `process`, the emulator, if chance wants it. It takes one of the
        latest invocations of the kind, as they come, for the measure, and then any moment of that: so the ends of the
        long ones (COMMIT, the last SET) are struck, too, and the short ones not only missed. Where this one is over
        before, nothing was struck, and another may be. Of a kind are those of a function that ask for the same and have
        to start, or not."""
        with self.lock:
            kind = (binary, self.is_warm(process.pid()), *sorted(json.loads(payload or b"{}")))
            plan = self.wanted("kill").get(binary, {})
            strikes = self.kills[binary] < plan.get("most", 0) and self.random.random() < plan["share"]
            delay = self.random.uniform(0, self.random.choice(self.durations[kind] or [0.2]))
            self.kills[binary] += strikes
        under_way = threading.Lock()
        invocation = {"is over": False, "was killed": False}

        def kill():
            with under_way:
                pids = [] if invocation["is over"] else children(process.pid())
                for pid in pids:
                    send(pid, signal.SIGKILL)
                invocation["was killed"] = bool(pids)

        timer = threading.Timer(delay, kill)
        timer.daemon = True
        started = time.monotonic()
        if strikes:
            timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with under_way:
                invocation["is over"] = True
            if invocation["was killed"] and process.pid():
                # Also where the blow fell after the answer: the next invocation gets a sandbox afresh, as on Lambda.
                send(process.pid(), signal.SIGKILL)
                wait_until(lambda: not process.alive(), 10)
            with self.lock:
                if invocation["was killed"]:
                    self.struck(kind="kill", function=binary, after_ms=round(delay * 1000, 1))
                else:
                    self.kills[binary] -= strikes  # it was over before the blow fell
                    self.durations[kind].append(time.monotonic() - started)


class FaultyStore:
    """A WSGI middleware before all of AWS: before the gate, which takes in the whole of a request."""

    def __init__(self, app, faults):
        self.app = app
        self.faults = faults

    def __call__(self, environ, start_response):
        if "/s3/aws4_request" not in environ.get("HTTP_AUTHORIZATION", ""):
            return self.app(environ, start_response)
        with self.faults.lock:
            plan = self.faults.wanted("s3")
            kind = None
            if plan and self.faults.random.random() < plan["share"]:
                kind = self.faults.random.choice(plan["kinds"])
                self.faults.struck(kind=kind, method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"])
        return self.answer(kind, environ, start_response)

    def answer(self, kind, environ, start_response):
        if kind == "unavailable":
            body = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
            start_response("503 Slow Down", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
            return [body]
        if kind == "slow":
            time.sleep(SLOW)
        if kind == "cut" and environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0) // 2)
            hang_up(environ)
        if kind not in ("cut", "lost"):
            return self.app(environ, start_response)
        answer = {}

        def start(*arguments):
            answer["start"] = arguments
            return lambda data: None

        body = b"".join(self.app(environ, start))
        if kind == "lost" or not body:
            hang_up(environ)
        start_response(*answer["start"])
        return halves(body, environ)


def halves(body, environ):
    yield body[: len(body) // 2]
    hang_up(environ)


def hang_up(environ):
    with contextlib.suppress(OSError):
        environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("the connection was cut on purpose")
