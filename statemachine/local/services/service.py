"""The base class of a service: a process, a log, a start that does nothing while it runs, a wait for readiness."""

from __future__ import annotations

import hashlib
import pwd
import time

from processes import Process

from .home import Failure, Home

TIMEOUT = 60  # seconds for a service to become ready


class Service:
    name = ""
    stop_signal = Process.DEFAULT_SIGNAL
    ports = ()

    def __init__(self, home: Home):
        self.home = home
        self.process = Process(home.path, self.name, self.stop_signal)

    def command(self) -> list[str]:
        raise NotImplementedError

    def problem(self) -> str | None:
        """Returns the reason why the service is not ready, or None if it is."""
        raise NotImplementedError

    def address(self) -> str:
        raise NotImplementedError

    def prepare(self) -> None:
        """Creates what the service needs before its first start."""

    def environment(self) -> dict[str, str] | None:
        return None

    def user(self) -> pwd.struct_passwd | None:
        return None

    def directory(self) -> str:
        return self.home.path

    def version(self) -> str:
        """Returns a value that changes when a running service has to be restarted."""
        return fingerprint(self.command())

    def running(self) -> bool:
        return self.process.alive()

    def start(self) -> bool:
        """Starts the service unless this version of it is running. Returns True if it was started."""
        if self.running() and self.process.note() == self.version():
            return False
        self.process.stop()
        for name in self.ports:
            self.home.claim_port(name)
        self.prepare()
        self.launch()
        return True

    def launch(self) -> None:
        self.process.start(
            self.command(),
            log=self.home.log(self.name),
            environment=self.environment(),
            cwd=self.directory(),
            user=self.user(),
            note=self.version(),
        )

    def wait(self) -> None:
        deadline = time.monotonic() + TIMEOUT
        starts = 1
        while problem := self.problem():
            if not self.running():
                if starts == 3:
                    raise Failure(f"{self.name} does not start\n{self.tail()}")
                starts += 1  # after a crash, resources of the old process may not be free at the first start
                time.sleep(1)
                self.launch()
            if time.monotonic() > deadline:
                raise Failure(f"{self.name} is not ready after {TIMEOUT} s: {problem}\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines: int = 20) -> str:
        try:
            with open(self.home.log(self.name), encoding="utf-8", errors="replace") as file:
                return (
                    "".join(f"  {line}" for line in file.readlines()[-lines:])
                    + f"  (all of it: {self.home.log(self.name)})"
                )
        except FileNotFoundError:
            return ""


def fingerprint(*values: object) -> str:
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
