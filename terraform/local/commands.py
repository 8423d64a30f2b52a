"""Starts programs, and fails with a message for the person at the terminal."""

import os
import subprocess
from pathlib import Path


ROOT = Path(__file__).resolve().parents[2]


class Failure(Exception):
    pass


def run(command: list[str], input=None, environment=None, status=0, capture=False) -> subprocess.CompletedProcess:
    result = subprocess.run(
        command, input=input, text=True, capture_output=capture, env={**os.environ, **(environment or {})}
    )
    if result.returncode != status:
        output = f"\n{result.stderr or result.stdout[-3000:]}" if capture else ""
        raise Failure(f"{Path(command[0]).name} {' '.join(command[1:])}: exit status {result.returncode}{output}")
    return result


def say(text: str) -> None:
    print(text, flush=True)


def git(*arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()
