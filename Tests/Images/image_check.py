#!/usr/bin/env python3
"""Checks the functions' images: their size, that they hold only the files they need, that they list the packages of all
shared objects and Debian has no newer ones, that they do not run as root, and that each works on a read-only file
system: with its sample event, and the scraper with a source that uses TLS and another encoding.

  image_check.py [--home DIR] [--tag TAG] [--base IMAGE]

The local stack must be up. Needs the Python of .local/venv, and Debian's archives. Scans the images with grype too if
it is installed, or GRYPE in the environment names it. Prints a line for each check; exits with status 1 if one fails.
"""

import argparse
import datetime
import json
import os
import re
import secrets
import shutil
import ssl
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import boto3

sys.dont_write_bytecode = True

from image_invoke import (  # noqa: E402, which also makes the modules of the local stack importable
    ROOT,
    Failure,
    docker,
    event_of,
    exported,
    run,
    running,
    stack_settings,
)

import packages  # noqa: E402
import sample_site  # noqa: E402
from services.functions import Function, functions  # noqa: E402

MEGABYTE = 1_000_000
# The files that an image may hold. The last line has the empty files that docker itself adds to a container.
EXPECTED = re.compile(
    r"bootstrap|lib(64)?/(lib[\w.+-]+|ld-linux-[\w-]+)\.so\.[\d.]+"
    r"|etc/ssl/certs/ca-certificates\.crt|usr/lib/ssl/cert\.pem|etc/nsswitch\.conf|usr/share/zoneinfo/[\w./+-]+"
    r"|datasets/[\w.-]+/dataset\.yaml|weights/all-MiniLM-L6-v2\.fp16"
    r"|etc/(os-release|debian_version)|var/lib/dpkg/status\.d/[a-z0-9.+-]+"
    r"|\.dockerenv|dev/console|etc/(hosts|hostname|resolv\.conf|mtab)"
)
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# Files that an image must hold, possibly through links, with their smallest size in bytes.
BUNDLES = {
    "usr/share/zoneinfo/America/Chicago": 1000,
    AUTHORITIES.lstrip("/"): 100_000,
    "usr/lib/ssl/cert.pem": 100_000,
    "datasets/wwoz/dataset.yaml": 100,
}
WEIGHTS = {"weights/all-MiniLM-L6-v2.fp16": 40_000_000}


class Check:
    def __init__(self, home: str, tag: str, base: str):
        self.home = home
        self.tag = tag
        self.base = base
        self.packages: set[packages.Package] = set()
        self.settings = stack_settings(home)
        self.failures = 0

    def image(self, name: str) -> str:
        return f"festvibes-{name}:{self.tag}"

    def that(self, claim: str, test: Callable[[], str]) -> None:
        """Prints the result of a check. `test` returns what it found; it raises an error if the claim is wrong."""
        try:
            print(f"✓ {claim}: {test()}", flush=True)
        except (Failure, ValueError, KeyError, OSError) as failure:
            self.failures += 1
            name = "" if isinstance(failure, Failure) else f"{type(failure).__name__}: "
            print(f"✘ {claim}: {name}{failure}", flush=True)

    def all(self) -> int:
        for function in functions():
            self.that(f"{function.name} does not run as root", partial(self.user, function.name))
            self.that(f"{function.name} is small, and holds only needed files", partial(self.files, function))
            self.that(f"{function.name} lists its packages", partial(self.listed, function.name))
        self.that("Debian has no newer packages", self.newest)
        self.scan()
        for function in functions():  # in the order of a run: each reads what the one before has written
            self.that(f"{function.name} responds to its sample event", partial(self.sample, function.name))
        self.that("scraper trusts the system's authorities, and reads windows-1252", self.other_source)
        self.that("scraper trusts no other authorities", partial(self.refused, self.secure_site(), "certificate"))
        self.that("scraper reports an unknown host name", partial(self.refused, nowhere(), "resolve host"))
        self.that("cache-manager trusts the system's authorities", self.secure_redis)
        return 1 if self.failures else 0

    def user(self, name: str) -> str:
        user = docker("image", "inspect", "--format", "{{.Config.User}}", self.image(name)).strip()
        return require(f"user '{user}'", re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", user) is not None)

    def files(self, function: Function) -> str:
        with exported(self.image(function.name)) as archive:
            files = {file.name: file for file in archive if not file.isdir()}
        size = sum(file.size for file in files.values() if file.isreg())
        others = sorted(path for path in files if not EXPECTED.fullmatch(path))
        needed = BUNDLES | {f"lib/{name}": 100_000 for name in function.opens}
        weights = WEIGHTS if "EMBEDDING_WEIGHTS" in function.settings else {}
        needed |= weights
        others += [path for path in WEIGHTS if path in files and path not in weights]
        missing = sorted(path for path, least in needed.items() if size_of(path, files) < least)
        return require(
            f"{len(files)} files, {size / MEGABYTE:.1f} of at most {function.largest_image // MEGABYTE} MB"
            + (f"; unexpected: {', '.join(others[:10])}" if others else "")
            + (f"; missing or too small: {', '.join(missing)}" if missing else ""),
            size < function.largest_image and not others and not missing,
        )

    def listed(self, name: str) -> str:
        with exported(self.image(name)) as archive:
            files = {file.name: archive.extractfile(file).read() for file in archive if file.isreg()}
        found = packages.problems(files)
        self.packages |= set(packages.listed(files).values())
        return require("; ".join(found) or f"{len(packages.listed(files))} packages", not found)

    def newest(self) -> str:
        old = packages.outdated(self.base, self.packages)
        text = f"{len(self.packages)} packages in all" + (f"; build again: {', '.join(old)}" if old else "")
        return require(text, self.packages and not old)

    def scan(self) -> None:
        grype = os.environ.get("GRYPE") or shutil.which("grype")
        if not grype:
            print("- not scanned for known faults: grype is not installed", flush=True)
            return
        for function in functions():
            claim = f"{function.name} has no known fault that Debian has mended"
            self.that(claim, partial(packages.scan, grype, self.image(function.name)))

    def sample(self, name: str) -> str:
        with running(self.image(name), name, self.settings) as (container, _):
            body = container.invoke(event_of(name, None)).body()
        if isinstance(body, str):  # of the read API: a document as text
            health = json.loads(body)
            return require(f"the API is {health['status']}", health["database_connected"])
        if "embedded" in body:  # nothing may be left to do, but it must have opened its weights
            found = {key: body[key] for key in ("embedded", "geocoded", "notes")}
            return require(json.dumps(found), body["status"] == "success" and not body["notes"])
        counts = {key: body[key] for key in ("count", "event_count") if key in body} or body["counts"]["events"]
        return require(json.dumps(counts), any(counts.values()))

    def scrape(self, site: str, run_name: str, mounts: dict[str, str]) -> dict:
        event = {**json.loads(event_of("scraper", None)), "run": f"{run_name}-{secrets.token_hex(4)}"}
        settings = {**self.settings, "BASE_URL": site}
        with running(self.image("scraper"), "scraper", settings, mounts) as (container, _):
            return container.invoke(json.dumps(event).encode()).body()

    def other_source(self) -> str:
        """Reads the sample site over TLS, in windows-1252."""
        with self.secure_site() as site:
            body = self.scrape(site, "check", self.authorities())
        document = self.stored(body["s3_key"])
        listed = sample_site.events(datetime.date.fromisoformat(body["date"]))
        names = {name for event in listed for name in (event.artist, event.venue[0]) if not name.isascii()}
        lost = sorted(name for name in names if json.dumps(name, ensure_ascii=False) not in document)
        found = f"{body['event_count']} events, {len(names)} non-ASCII names, lost: {lost}"
        return require(found, names and not lost)

    def stored(self, key: str) -> str:
        """Returns the document as JSON text without escapes."""
        names = {"aws_access_key_id": "AWS_ACCESS_KEY_ID", "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY"}
        s3 = boto3.client(
            "s3",
            endpoint_url=self.settings["AWS_ENDPOINT_URL"],
            region_name=self.settings["AWS_REGION"],
            **{argument: self.settings[name] for argument, name in names.items()},
        )
        body = s3.get_object(Bucket=self.settings["S3_BUCKET_NAME"], Key=key)["Body"].read()
        return json.dumps(json.loads(body), ensure_ascii=False)

    def refused(self, site: AbstractContextManager[str], reason: str) -> str:
        with site as address:
            try:
                body = self.scrape(address, "check", {})
            except Failure as failure:
                text = str(failure)  # the function's response, or docker's message
                return require(text, '"SourceUnavailable"' in text and reason in text)
        raise Failure(f"it read {body['event_count']} events instead")

    def secure_redis(self) -> str:
        settings = {**self.settings, "REDIS_URL": self.settings["TEST_REDISS_URL"], "REDIS_CA_FILE": ""}
        event = event_of("cache-manager", None)
        with running(self.image("cache-manager"), "cache-manager", settings) as (container, _):
            response = container.invoke(event).response.payload.decode()
            require(f"without them: {response}", "certificate" in response)
        with running(self.image("cache-manager"), "cache-manager", settings, self.authorities()) as (container, _):
            return container.invoke(event).body()["message"]

    def authorities(self) -> dict[str, str]:
        """Mounts the stack's authority at the path of the system's authorities."""
        return {AUTHORITIES: self.settings["TEST_CA_FILE"]}

    @contextmanager
    def secure_site(self) -> Iterator[str]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(os.path.join(self.home, "tls", name) for name in ("server.pem", "server.key")))
        server = SecureServer(("127.0.0.1", 0), Windows1252)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"https://localhost:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()


class SecureServer(sample_site.Server):
    def handle_error(self, request, client_address):
        """Ignores clients that refuse the certificate."""


class Windows1252(sample_site.Handler):
    def respond(self, status, content, kind, headers=None):
        if kind and kind.startswith("text/html"):
            content, kind = content.decode().encode("windows-1252"), "text/html; charset=windows-1252"
        return super().respond(status, content, kind, headers)

    def respond_with_page(self, content, kind):
        return self.respond(200, content, kind)


@contextmanager
def nowhere() -> Iterator[str]:
    yield "https://no-such-host.invalid"


def size_of(path: str, files: dict[str, tarfile.TarInfo]) -> int:
    """Returns the size of the file at a path of the image, following links; 0 if there is none."""
    for _ in range(8):
        file = files.get(path)
        if file is None or file.isreg():
            return file.size if file else 0
        folder = "" if file.islnk() else os.path.dirname(path)
        path = os.path.normpath(os.path.join("/", folder, file.linkname)).lstrip("/")
    return 0


def require(text: str, holds: object) -> str:
    if not holds:
        raise Failure(text)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local"))
    parser.add_argument("--tag", default="latest")
    parser.add_argument("--base", default=packages.base(), help="their base image; default: the Dockerfile's")
    given = parser.parse_args()
    return Check(given.home, given.tag, given.base).all()


if __name__ == "__main__":
    run(main)
