#!/usr/bin/python3
"""Invokes a function's image as Lambda would: behind the Runtime Interface Emulator, as no root, on a read-only file
system, with that function's environment of the local stack, which has to be up.

  image_invoke.py [--home DIR] [--tag TAG] FUNCTION [EVENT]

FUNCTION is date-range-generator, scraper, loader or cache-manager; EVENT is a file or JSON, by default
statemachine/events/FUNCTION.json. Prints the answer, the logs and how long it took; exits with 1 when the function
reports an error. DOCKER in the environment names another docker.
"""

import argparse
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

sys.dont_write_bytecode = True

from aws.sandboxes import INVOKE, Answer, free_ports, interpret  # noqa: E402
from parts.aws import FUNCTIONS  # noqa: E402
from parts.home import Failure  # noqa: E402
from parts.site import pace  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EMULATOR = os.path.join(ROOT, ".local", "bin", "aws-lambda-rie")
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL")
SIGNALS = {signal.SIGINT, signal.SIGTERM}
PATIENCE = 20  # seconds that the emulator has to listen
NAMES = [name.removeprefix("festvibes-") for name, *_ in FUNCTIONS]


@dataclass
class Invocation:
    answer: Answer
    seconds: float

    def body(self) -> dict:
        """The function's answer; raises when it is none that says 200."""
        document = json.loads(self.answer.payload)
        if self.answer.error or not isinstance(document, dict) or document.get("statusCode") != 200:
            raise Failure(self.answer.payload.decode(errors="replace"))
        return document["body"]


class Container:
    """A container of one function behind the emulator, until it is removed."""

    def __init__(self, image: str, name: str, settings: Mapping[str, str], mounts: Mapping[str, str] | None = None):
        """`settings` is the stack's environment, of which the function gets what it reads; `mounts` is files of this
        machine by their place in the container."""
        settings = {**settings, **pace(settings["BASE_URL"])}
        _, binary, _, timeout, memory, reads = next(each for each in FUNCTIONS if each[0] == f"festvibes-{name}")
        self.timeout = timeout
        self.port, runtime_port = free_ports(2)
        environment = {key: settings[key] for key in (*reads, *CREDENTIALS) if settings.get(key)} | {
            "TZ": ":UTC",
            "_HANDLER": binary,
            "AWS_LAMBDA_FUNCTION_NAME": f"festvibes-{name}",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
        }
        authority = settings["TEST_CA_FILE"]  # PG_DATABASE_URL and REDIS_CA_FILE name it by its path on this machine
        files = {"/aws-lambda-rie": EMULATOR, authority: authority} | dict(mounts or {})
        self.id = docker(
            *("create", "--network", "host", "--read-only", "--cap-drop", "ALL"),
            *("--security-opt", "no-new-privileges", "--entrypoint", "/aws-lambda-rie"),
            *(f"--mount=type=bind,source={source},target={target},readonly" for target, source in files.items()),
            *(f"--env={key}" for key in environment),  # by name: a value on a command line can be read by all
            *(image, "--log-level", "warn", "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"),
            *("--runtime-api-address", f"127.0.0.1:{runtime_port}", "/bootstrap"),
            environment=environment,
        ).strip()

    def start(self) -> float:
        """Returns when the emulator listens; tells the moment of the start, for `time.monotonic()`."""
        started = time.monotonic()
        docker("start", self.id)
        while time.monotonic() < started + PATIENCE:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return started
            except OSError:
                time.sleep(0.002)
            if docker("inspect", "--format", "{{.State.Running}}", self.id).strip() != "true":
                break
        raise Failure(f"the emulator does not listen\n{self.logs()}")

    def invoke(self, event: bytes, since: float | None = None) -> Invocation:
        """One invocation; its time is counted from `since`, or from the request on."""
        since = since or time.monotonic()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{INVOKE}", data=event)
        try:
            with opener.open(request, timeout=self.timeout + 30) as response:
                answer = interpret(response.status, response.read())
        except urllib.error.HTTPError as error:
            answer = interpret(error.code, error.read())
        return Invocation(answer, time.monotonic() - since)

    def logs(self) -> str:
        return docker("logs", self.id, errors_too=True)

    def remove(self) -> None:
        docker("rm", "--force", self.id)


@contextmanager
def running(
    image: str, name: str, settings: Mapping[str, str], mounts: Mapping[str, str] | None = None
) -> Iterator[tuple[Container, float]]:
    """A container and the moment of its start; removed whatever happens, Ctrl-C at any moment included."""
    container = None
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until it is known what to remove
        container = Container(image, name, settings, mounts)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        yield container, container.start()
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        if container:
            container.remove()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def docker(*arguments: str, environment: Mapping[str, str] | None = None, errors_too: bool = False) -> str:
    # In a session of its own: Ctrl-C is for this program alone.
    result = subprocess.run(
        [os.environ.get("DOCKER", "docker"), *arguments],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if errors_too else subprocess.PIPE,
        text=True,
        check=False,
        start_new_session=True,
    )
    if result.returncode != 0:
        raise Failure(f"docker {arguments[0]}: {(result.stderr or result.stdout).strip()}")
    return result.stdout


def stack_settings(home: str) -> dict[str, str]:
    """What `stack up` wrote to HOME/env."""
    path = os.path.join(home, "env")
    try:
        with open(path, encoding="utf-8") as file:
            exports = [shlex.split(line)[1].partition("=") for line in file]
    except FileNotFoundError:
        raise Failure(f"{path} is missing: the local stack is not up") from None
    return {name: value for name, _, value in exports}


def event_of(name: str, given: str | None) -> bytes:
    """The bytes of a file, or of JSON that stands in its place."""
    if given and given.lstrip().startswith(("{", "[")):
        text = given.encode()
    else:
        path = given or os.path.join(ROOT, "statemachine", "events", f"{name}.json")
        try:
            with open(path, "rb") as file:
                text = file.read()
        except OSError as error:
            raise Failure(f"{path} is no event: {error.strerror}") from None
    try:
        json.loads(text)
    except ValueError as error:
        raise Failure(f"the event is no JSON: {error}") from None
    return text


def invoke(image: str, name: str, settings: Mapping[str, str], event: bytes) -> int:
    with running(image, name, settings) as (container, started):
        first = container.invoke(event, since=started)
        answer, logs = first.answer, container.logs()
        warm = None if answer.error else container.invoke(event)
    try:
        print(json.dumps(json.loads(answer.payload), indent=2, ensure_ascii=False))
    except ValueError:
        print(answer.payload.decode(errors="replace"))
    print(f"\nlogs:\n{logs}", end="")
    if warm and warm.answer.error:
        print(f"\nthe second answer, of the warm function:\n{warm.answer.payload.decode(errors='replace')}")
    warm_text = f"; warm {warm.seconds * 1000:.0f} ms" if warm else ""
    print(f"\nstart of the container to the first answer {first.seconds * 1000:.0f} ms{warm_text}")
    return 1 if answer.error or (warm and warm.answer.error) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local"))
    parser.add_argument("--tag", default="latest")
    parser.add_argument("function", choices=NAMES)
    parser.add_argument("event", nargs="?")
    given = parser.parse_args()
    event = event_of(given.function, given.event)
    return invoke(f"festvibes-{given.function}:{given.tag}", given.function, stack_settings(given.home), event)


def run(program) -> None:
    """Ends this process with the program's status; a signal becomes an exception, so that containers are removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(program())
    except Failure as failure:
        sys.exit(f"image: {failure}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    run(main)
