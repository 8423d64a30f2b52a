"""The folder of a stack, and what is recorded there: ports and passwords."""

from __future__ import annotations

import fcntl
import json
import os
import random
import secrets
import socket
import subprocess
from collections.abc import Callable

from processes import write

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCAL = os.path.join(os.path.dirname(os.path.dirname(FOLDER)), ".local")  # the default home; others are in it

# Below the ports that the system assigns to outgoing connections, so that a restart finds them free.
PORTS = range(20000, 30000)


class Failure(Exception):
    """An error with a message for the person at the terminal, shown without a traceback."""


class Home:
    def __init__(self, path: str):
        self.path = os.path.abspath(path)
        if is_inside(self.path, LOCAL):
            make_private(LOCAL)
        make_private(self.path)
        self.memory_file = self.join("stack.json")
        self.recall()

    def join(self, *parts: str) -> str:
        return os.path.join(self.path, *parts)

    def log(self, name: str) -> str:
        return self.join("logs", f"{name}.log")

    def recall(self) -> None:
        self.memory = {"ports": {}, "secrets": {}}
        if os.path.exists(self.memory_file):
            with open(self.memory_file, encoding="utf-8") as file:
                self.memory = json.load(file)

    def save(self) -> None:
        write(self.memory_file, json.dumps(self.memory, indent=2) + "\n")

    def variables(self) -> dict[str, str]:
        """Returns the variables that the stack's file `env` exports."""
        lines = subprocess.run(
            ["bash", "-c", 'source "$0"; env -0', self.join("env")], stdout=subprocess.PIPE, check=True, env={}
        )
        return dict(each.split("=", 1) for each in lines.stdout.decode().split("\0") if "=" in each)

    def lock(self) -> None:
        """Locks the folder until this program ends, because concurrent `up` would start everything twice. Then reads
        again what an earlier holder of the lock has recorded."""
        self.lock_file = open(self.join("lock"), "a+", encoding="ascii")
        try:
            fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.lock_file.seek(0)
            holder = self.lock_file.read().strip()
            who = f"process {holder}" if holder else "another process"
            print(f"waiting for {who}, which works on the stack in {os.path.relpath(self.path)} …", flush=True)
            fcntl.flock(self.lock_file, fcntl.LOCK_EX)
        self.lock_file.truncate(0)
        self.lock_file.write(f"{os.getpid()}\n")
        self.lock_file.flush()
        self.recall()

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(24)) -> str:
        if name not in self.memory["secrets"]:
            self.memory["secrets"][name] = make()
            self.save()
        return self.memory["secrets"][name]

    def port(self, name: str) -> int | None:
        return self.memory["ports"].get(name)

    def claim_port(self, name: str) -> int:
        """Returns the recorded port, or a new one if another process is listening on it."""
        port = self.port(name)
        others = {taken for other, taken in self.memory["ports"].items() if other != name}
        while port is None or not is_free(port):
            port = random.choice(PORTS)
            if port in others:
                port = None
        if port != self.port(name):
            self.memory["ports"][name] = port
            self.save()
        return port


def make_private(folder: str) -> None:
    result = subprocess.run([os.path.join(FOLDER, "private"), folder], capture_output=True, text=True)
    if result.returncode != 0:
        raise Failure(f"{folder} cannot be the folder of a stack: {result.stderr.strip()}")


def is_inside(path: str, folder: str) -> bool:
    return path.startswith(folder + os.sep)


def is_free(port: int) -> bool:
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            socket.create_server((address, port), family=family).close()
        except OSError as error:
            if family == socket.AF_INET or error.errno == 98:  # 98: in use; anything else: a machine without IPv6
                return False
    return True
