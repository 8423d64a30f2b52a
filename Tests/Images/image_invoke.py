#!/usr/bin/python3
"""Invokes a function's image as Lambda would: behind the Runtime Interface Emulator, not as root, on a read-only file
system, with the function's settings of the local stack, which must be up.

  image_invoke.py [--home DIR] [--tag TAG] FUNCTION [EVENT]

FUNCTION is a name in terraform/functions.yaml. EVENT is a file or JSON; the default is
statemachine/events/FUNCTION.json. Prints response, logs and times; exits with status 1 if the function reports an
error. DOCKER in the environment names another docker.
"""

import argparse
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(ROOT, "statemachine", "local"))

from aws.sandboxes import INVOKE, Response, free_ports, interpret  # noqa: E402
from services.functions import function_named, functions  # noqa: E402
from services.home import Failure  # noqa: E402
from services.site import pace  # noqa: E402

EMULATOR = os.path.join(ROOT, ".local", "bin", "aws-lambda-rie")
CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL")
SIGNALS = {signal.SIGINT, signal.SIGTERM}
TIMEOUT = 20  # seconds for the emulator to listen


@dataclass
class Invocation:
    response: Response
    seconds: float

    def body(self) -> dict | str:
        """Returns the body of the function's response; raises Failure unless its status code is 200."""
        document = json.loads(self.response.payload)
        if self.response.error or not isinstance(document, dict) or document.get("statusCode") != 200:
            raise Failure(self.response.payload.decode(errors="replace"))
        return document["body"]


class Container:
    """A container of one function behind the emulator. The caller removes it."""

    def __init__(self, image: str, name: str, settings: Mapping[str, str], mounts: Mapping[str, str] | None = None):
        """`settings` is the stack's environment; the function gets what it reads. `mounts` maps paths in the container
        to files of this machine."""
        # The stack has no database role of the read API, and no key.
        reader = {"API_DATABASE_URL": settings["PG_DATABASE_URL"], "API_PUBLIC": "true"}
        settings = {**reader, **settings, **pace(settings["BASE_URL"])}
        function = function_named(name)
        self.timeout = function.timeout
        self.port, runtime_port = free_ports(2)
        # Not the path of the weights on this machine: the image has its own.
        names = {*function.settings, *CREDENTIALS} - {"EMBEDDING_WEIGHTS"}
        environment = {key: settings[key] for key in names if settings.get(key)} | {
            "TZ": ":UTC",
            "_HANDLER": function.product,
            "AWS_LAMBDA_FUNCTION_NAME": function.deployed_name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
        }
        authority = settings["TEST_CA_FILE"]  # PG_DATABASE_URL and REDIS_CA_FILE contain its path here
        files = {"/aws-lambda-rie": EMULATOR, authority: authority} | dict(mounts or {})
        self.id = docker(
            *("create", "--network", "host", "--read-only", "--cap-drop", "ALL"),
            *("--security-opt", "no-new-privileges", "--entrypoint", "/aws-lambda-rie"),
            *(f"--mount=type=bind,source={source},target={target},readonly" for target, source in files.items()),
            *(f"--env={key}" for key in environment),  # by name: every user can read a command line
            *(image, "--log-level", "warn", "--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"),
            *("--runtime-api-address", f"127.0.0.1:{runtime_port}", "/bootstrap"),
            environment=environment,
        ).strip()

    def start(self) -> float:
        """Starts the container and waits for the emulator. Returns the time of the start, by `time.monotonic()`."""
        started = time.monotonic()
        docker("start", self.id)
        while time.monotonic() < started + TIMEOUT:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return started
            except OSError:
                time.sleep(0.002)
            if docker("inspect", "--format", "{{.State.Running}}", self.id).strip() != "true":
                break
        raise Failure(f"the emulator does not listen\n{self.logs()}")

    def invoke(self, event: bytes, since: float | None = None) -> Invocation:
        """Invokes the function once. The duration is measured from `since`, by default from the request."""
        since = since or time.monotonic()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{INVOKE}", data=event)
        try:
            with opener.open(request, timeout=self.timeout + 30) as response:
                result = interpret(response.status, response.read())
        except urllib.error.HTTPError as error:
            result = interpret(error.code, error.read())
        return Invocation(result, time.monotonic() - since)

    def logs(self) -> str:
        return docker("logs", self.id, errors_too=True)

    def remove(self) -> None:
        docker("rm", "--force", self.id)


@contextmanager
def running(
    image: str, name: str, settings: Mapping[str, str], mounts: Mapping[str, str] | None = None
) -> Iterator[tuple[Container, float]]:
    """Yields a started container and the time of its start. Always removes it, also after Ctrl-C at any moment."""
    container = None
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # until the container's id is known
        container = Container(image, name, settings, mounts)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        yield container, container.start()
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        if container:
            container.remove()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def docker(*arguments: str, environment: Mapping[str, str] | None = None, errors_too: bool = False) -> str:
    # In its own session, so that Ctrl-C reaches only this program.
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


@contextmanager
def exported(image: str) -> Iterator[tarfile.TarFile]:
    """Yields the file system of an image."""
    container = docker("create", image).strip()
    try:
        with tempfile.TemporaryFile() as archive:
            subprocess.run([os.environ.get("DOCKER", "docker"), "export", container], stdout=archive, check=True)
            archive.seek(0)
            with tarfile.open(fileobj=archive) as opened:
                yield opened
    except subprocess.CalledProcessError as error:
        raise Failure(f"docker export: {error}") from error
    finally:
        docker("rm", container)


def stack_settings(home: str) -> dict[str, str]:
    """Returns the settings that `stack up` wrote to HOME/env."""
    path = os.path.join(home, "env")
    try:
        with open(path, encoding="utf-8") as file:
            exports = [shlex.split(line)[1].partition("=") for line in file]
    except FileNotFoundError:
        raise Failure(f"{path} is missing: start the local stack with make up") from None
    return {name: value for name, _, value in exports}


def event_of(name: str, given: str | None) -> bytes:
    """Returns the event: `given` is a file or JSON; the default is the function's sample event."""
    if given and given.lstrip().startswith(("{", "[")):
        text = given.encode()
    else:
        path = given or os.path.join(ROOT, "statemachine", "events", f"{name}.json")
        try:
            with open(path, "rb") as file:
                text = file.read()
        except OSError as error:
            raise Failure(f"the event {path} cannot be read: {error.strerror}") from None
    try:
        json.loads(text)
    except ValueError as error:
        raise Failure(f"the event is not JSON: {error}") from None
    return text


def invoke(image: str, name: str, settings: Mapping[str, str], event: bytes) -> int:
    with running(image, name, settings) as (container, started):
        first = container.invoke(event, since=started)
        response, logs = first.response, container.logs()
        warm = None if response.error else container.invoke(event)
    try:
        print(json.dumps(json.loads(response.payload), indent=2, ensure_ascii=False))
    except ValueError:
        print(response.payload.decode(errors="replace"))
    print(f"\nlogs:\n{logs}", end="")
    if warm and warm.response.error:
        print(f"\nthe second response, of the warm function:\n{warm.response.payload.decode(errors='replace')}")
    warm_text = f"; warm {warm.seconds * 1000:.0f} ms" if warm else ""
    print(f"\nfrom the start of the container to the first response {first.seconds * 1000:.0f} ms{warm_text}")
    return 1 if response.error or (warm and warm.response.error) else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local"))
    parser.add_argument("--tag", default="latest")
    parser.add_argument("function", choices=[function.name for function in functions()])
    parser.add_argument("event", nargs="?")
    given = parser.parse_args()
    event = event_of(given.function, given.event)
    return invoke(f"festvibes-{given.function}:{given.tag}", given.function, stack_settings(given.home), event)


def run(program) -> None:
    """Exits with the program's status. SIGTERM raises an exception, so that containers are removed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        sys.exit(program())
    except Failure as failure:
        sys.exit(f"image: {failure}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    run(main)
