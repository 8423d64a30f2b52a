"""Rooms of the stand-ins for services: each has faults and a list of requests of its own, for tests that run at once.

A fault is a rule `{"kind": …, "share": 0.5, "first": 3, "for": "text", "seed": 1}`; the first rule that applies counts.
`share`: of the requests (1); `first`: only as many of them; `for`: only requests about this text.
"""

from __future__ import annotations

import collections
import hashlib
import json
import os
import sys
import threading


class Room:
    """The faults and the requests of those who use it."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.lock = threading.Lock()
        self.rules: list[dict] = []
        self.requests: list[dict] = []
        self.seen: collections.Counter[int] = collections.Counter()  # requests that a rule was for, by its place
        self.used: collections.Counter[int] = collections.Counter()

    def set(self, rules: object) -> None:
        """Replaces the faults. Raises ValueError if they are none."""
        chosen = rules if isinstance(rules, list) else [rules] if rules else []
        for rule in chosen:
            if not isinstance(rule, dict) or rule.get("kind") not in self.kinds:
                raise ValueError(f"no fault: {rule}")
        with self.lock:
            self.rules = chosen
            self.seen.clear()
            self.used.clear()

    def fault(self, kinds: tuple[str, ...], subjects: list[str]) -> dict | None:
        """Returns the first rule of these kinds that applies to one of the subjects."""
        with self.lock:
            for place, rule in enumerate(self.rules):
                wanted = rule.get("for", "").lower()
                if rule["kind"] not in kinds or not any(wanted in subject.lower() for subject in subjects):
                    continue
                self.seen[place] += 1
                draw = hashlib.sha256(f"{rule.get('seed', 0)} {place} {self.seen[place]}".encode()).digest()[0] / 256
                if draw < rule.get("share", 1) and self.used[place] < rule.get("first", sys.maxsize):
                    self.used[place] += 1
                    return rule
        return None


class FileRoom(Room):
    """The room of those who name none: its faults are in a file."""

    def __init__(self, kinds: tuple[str, ...], path: str | None):
        super().__init__(kinds)
        self.path = path
        self.version: object = None
        self.reading = threading.Lock()

    def fault(self, kinds: tuple[str, ...], subjects: list[str]) -> dict | None:
        if self.path:
            with self.reading:
                self.read(self.path)
        return super().fault(kinds, subjects)

    def read(self, path: str) -> None:
        """Reads the file if it has changed."""
        try:
            status = os.stat(path)
            version = (status.st_mtime_ns, status.st_ino)
        except FileNotFoundError:
            version = None
        if version == self.version:
            return
        self.version = version
        rules: object = []
        if version:
            with open(path, encoding="utf-8") as file:
                rules = json.load(file)
        self.set(rules)
