"""The stack's geocoder in the enrichment's scenarios: whose interface is used, what it does wrong, and what it did."""

from __future__ import annotations

import collections
import json
import os
import time
from collections.abc import Iterable

from pipeline import Pipeline
from processes import write
from runs import InvariantViolation

FUNCTION = "festvibes-enricher"
STANDARD = "census"


class Geocoders:
    def __init__(self, pipeline: Pipeline):
        self.pipeline = pipeline
        self.provider = STANDARD
        self.read = 0  # bytes of the log
        self.since = 0.0

    def use(self, provider: str) -> None:
        """Lets the function use another provider. Its next invocation is in a new process."""
        if provider == self.provider:
            return
        functions = self.pipeline.functions
        settings = functions.get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=FUNCTION, Environment={"Variables": {**settings, "GEOCODER": provider}}
        )
        self.provider = provider

    def set(self, **rule) -> None:
        """Sets what the geocoder does wrong from now on; without a rule it does nothing wrong."""
        path = self.pipeline.home.join("geocoder.json")
        if rule:
            write(path, json.dumps(rule))
        elif os.path.exists(path):
            os.unlink(path)

    def forget(self) -> None:
        """Leaves out the requests so far, also those whose slow responses are still to be logged."""
        self.requests()
        self.since = time.time()

    def requests(self) -> list[dict]:
        """Returns the requests that the geocoder has logged since the last call."""
        path = self.pipeline.home.join("logs", "geocoder.jsonl")
        if not os.path.exists(path):
            return []
        with open(path, "rb") as file:
            file.seek(self.read)
            lines = file.read()
        lines = lines[: lines.rfind(b"\n") + 1]
        self.read += len(lines)
        return [each for each in map(json.loads, lines.splitlines()) if each["t"] >= self.since]

    def injected(self, kind: str) -> int:
        """Returns how often the geocoder did it since the last call of `requests` or of this. Raises InvariantViolation
        if never, or if another provider's interface was used."""
        requests = self.requests()
        if others := {each["provider"] for each in requests} - names(self.provider):
            raise InvariantViolation(f"{self.provider} is the geocoder, but these were asked: {sorted(others)}")
        count = faults(requests)[kind]
        if not count:
            raise InvariantViolation(f"none of {len(requests)} requests met the fault {kind}")
        return count


def names(provider: str) -> set[str]:
    """Returns the interfaces of a provider, as the log names them."""
    return {provider, "census batch"} if provider == "census" else {provider}


def faults(requests: Iterable[dict]) -> collections.Counter[str]:
    """Counts the faults by kind: of responses, and of the results in them."""
    counts: collections.Counter[str] = collections.Counter()
    for request in requests:
        counts[request["fault"]] += 1
        counts.update(request.get("results", {}))
    return counts
