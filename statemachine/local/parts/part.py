"""What every part has: a process, a log, a start that is skipped when it runs as it should, a wait until it answers."""

import hashlib
import time

from processes import Process

from .home import Failure

PATIENCE = 60  # seconds that a part has to answer after its start


class Part:
    name = ""
    stop_signal = Process.DEFAULT_SIGNAL
    ports = ()

    def __init__(self, home):
        self.home = home
        self.process = Process(home.path, self.name, self.stop_signal)

    def command(self):
        raise NotImplementedError

    def problem(self):
        """Why the real thing does not answer as its users want it to; None if it does."""
        raise NotImplementedError

    def address(self):
        raise NotImplementedError

    def prepare(self):
        """What has to be there before the first start."""

    def environment(self):
        return None

    def user(self):
        return None

    def directory(self):
        return self.home.path

    def version(self):
        """Changes when a running part should be started afresh."""
        return fingerprint(self.command())

    def running(self):
        return self.process.alive()

    def start(self):
        """Starts the part unless it runs as it should; tells whether it had to."""
        if self.running() and self.process.note() == self.version():
            return False
        self.process.stop()
        for name in self.ports:
            self.home.claim_port(name)
        self.prepare()
        self.launch()
        return True

    def launch(self):
        self.process.start(
            self.command(),
            log=self.home.log(self.name),
            environment=self.environment(),
            cwd=self.directory(),
            user=self.user(),
            note=self.version(),
        )

    def wait(self):
        deadline = time.monotonic() + PATIENCE
        starts = 1
        while problem := self.problem():
            if not self.running():
                if starts == 3:
                    raise Failure(f"{self.name} does not start\n{self.tail()}")
                starts += 1  # after a crash the first try may find what the old process has not let go of yet
                time.sleep(1)
                self.launch()
            if time.monotonic() > deadline:
                raise Failure(f"{self.name} does not answer after {PATIENCE} s: {problem}\n{self.tail()}")
            time.sleep(0.05)

    def tail(self, lines=20):
        try:
            with open(self.home.log(self.name), encoding="utf-8", errors="replace") as file:
                return (
                    "".join(f"  {line}" for line in file.readlines()[-lines:])
                    + f"  (all of it: {self.home.log(self.name)})"
                )
        except FileNotFoundError:
            return ""


def fingerprint(*values):
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]
