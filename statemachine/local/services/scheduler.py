"""The scheduler: starts the runs of the datasets' schedules, as EventBridge does on AWS. Off unless it is asked for."""

from __future__ import annotations

import os

from . import datasets
from .home import Failure, Home
from .service import Service, fingerprint

SWITCH = "ENABLE_SCHEDULER"


def enabled() -> bool:
    """Returns True if ENABLE_SCHEDULER of the environment asks for the scheduler."""
    value = os.environ.get(SWITCH) or "false"
    if value not in ("true", "false"):
        raise Failure(f"{SWITCH} is 'true' or 'false', not '{value}'")
    return value == "true"


class Scheduler(Service):
    name = "scheduler"

    def __init__(self, home: Home, binaries: str):
        super().__init__(home)
        self.program = os.path.join(binaries, "festvibes")

    def address(self) -> str:
        return "no port"

    def command(self) -> list[str]:
        return [self.program, "schedule"]

    def environment(self) -> dict[str, str]:
        """Returns the variables that the stack's file `env` has, which names its state machine and its ledger."""
        return {**os.environ, **self.home.variables(), datasets.FOLDER: datasets.directory()}

    def version(self) -> str:
        if not os.path.exists(self.program):
            raise Failure(f"{self.program} is missing: build it, or leave out {SWITCH}")
        return fingerprint(
            self.command(), os.stat(self.program).st_mtime_ns, self.home.variables(), datasets.directory()
        )

    def problem(self) -> str | None:
        return None if self.running() else "it has ended"
