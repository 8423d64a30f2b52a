"""Processes that outlive the program that starts them. A file in HOME/run records the id and start time of each."""

from __future__ import annotations

import contextlib
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable

TICK = 0.02


class Process:
    """A process of the stack. Process ids are reused, so the start time is recorded with the id."""

    DEFAULT_SIGNAL = signal.SIGTERM

    def __init__(self, home: str, name: str, stop_signal: signal.Signals = DEFAULT_SIGNAL):
        self.file = os.path.join(home, "run", name)
        self.name = name
        self.stop_signal = stop_signal

    def start(
        self,
        command: list[str],
        log: str,
        environment: dict[str, str] | None = None,
        cwd: str | None = None,
        user: pwd.struct_passwd | None = None,
        note: str = "-",
    ) -> None:
        """Starts the process. `note` is recorded with it; note() returns it."""
        self.stop()  # processes left behind by a crash
        os.makedirs(os.path.dirname(log), exist_ok=True)
        identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        with open(log, "ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                cwd=cwd,
                start_new_session=True,
                **identity,
            )
        os.makedirs(os.path.dirname(self.file), exist_ok=True)
        write(self.file, f"{child.pid} {started(child.pid)} {note}\n")
        self.child = child  # kept for poll() in pid(), which reaps it

    def pid(self) -> int | None:
        """Returns the id of the running process, or None."""
        recorded = self.recorded()
        if not recorded:
            return None
        if getattr(self, "child", None):
            self.child.poll()
        pid, start_time, _ = recorded
        return pid if started(pid) == start_time else None

    def alive(self) -> bool:
        return self.pid() is not None

    def note(self) -> str | None:
        recorded = self.recorded()
        return recorded[2] if recorded else None

    def stop(self, timeout: float = 15) -> None:
        """Stops the process and its session; kills what ignores the signal."""
        pid = self.pid()
        if pid:
            send(pid, self.stop_signal)
            wait_until(lambda: not self.alive(), timeout)
        for survivor in self.session():
            send(survivor, signal.SIGKILL)
        wait_until(lambda: not self.session(), timeout)
        if os.path.exists(self.file):
            os.unlink(self.file)

    def recorded(self) -> tuple[int, int, str] | None:
        try:
            with open(self.file, encoding="ascii") as file:
                pid, start_time, note = file.read().split()
                return int(pid), int(start_time), note
        except (FileNotFoundError, ValueError):
            return None

    def session(self) -> list[int]:
        """Returns the live processes of the session that this process started. Its id is not reused while one lives."""
        recorded = self.recorded()
        if not recorded or (started(recorded[0]) not in (None, recorded[1])):
            return []
        return [pid for pid in processes() if session_of(pid) == recorded[0]]


def processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def children(pid: int) -> list[int]:
    """Returns the child processes of a live process, including those that its other threads started."""
    found = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                found += [int(child) for child in file.read().split()]
    return found


def status(pid: int) -> list[str] | None:
    """Returns the fields of /proc/PID/stat after the command's name; None for a zombie or no process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields


def started(pid: int) -> int | None:
    fields = status(pid)
    return int(fields[19]) if fields else None  # clock ticks after boot


def session_of(pid: int) -> int | None:
    fields = status(pid)
    return int(fields[3]) if fields else None


def send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(TICK)
    return True


def write(path: str, text: str, mode: int = 0o600) -> None:
    """Writes a file atomically. By default only its owner can read it."""
    with open(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)
