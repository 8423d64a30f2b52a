#!/usr/bin/env python3
"""Checks what is promised of the four images: their size, that nothing else is in them, that they run as no root on a
read-only file system, and that each does its work there: the sample events, and for the scraper a source with TLS and
another encoding.

  image_check.py [--home DIR] [--tag TAG]

The local stack has to be up. To be run by the Python of .local/venv. Says what does not hold, and exits with 1.
"""

import argparse
import datetime
import json
import os
import re
import secrets
import ssl
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

import boto3

sys.dont_write_bytecode = True

import sample_site  # noqa: E402
from image_invoke import (  # noqa: E402
    NAMES,
    ROOT,
    Failure,
    docker,
    event_of,
    run,
    running,
    stack_settings,
)

MEGABYTE = 1_000_000
LARGEST = dict.fromkeys(NAMES, 40 * MEGABYTE) | {"scraper": 60 * MEGABYTE}
# All that an image may hold. What docker itself puts into a container, which is empty there, comes last.
EXPECTED = re.compile(
    r"bootstrap|lib(64)?/(lib[\w.+-]+|ld-linux-[\w-]+)\.so\.[\d.]+"
    r"|etc/ssl/certs/ca-certificates\.crt|usr/lib/ssl/cert\.pem|etc/nsswitch\.conf|usr/share/zoneinfo/[\w./+-]+"
    r"|\.dockerenv|dev/console|etc/(hosts|hostname|resolv\.conf|mtab)"
)
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# What must be there, by whatever links, and has at least so many bytes.
BUNDLES = {
    "usr/share/zoneinfo/America/Chicago": 1000,
    AUTHORITIES.lstrip("/"): 100_000,
    "usr/lib/ssl/cert.pem": 100_000,
}


class Check:
    def __init__(self, home: str, tag: str):
        self.home = home
        self.tag = tag
        self.settings = stack_settings(home)
        self.failures = 0

    def image(self, name: str) -> str:
        return f"festvibes-{name}:{self.tag}"

    def that(self, promise: str, test: Callable[[], str]) -> None:
        """`test` throws when the promise is broken, a Failure if it knows why, and answers with what it found."""
        try:
            print(f"✓ {promise}: {test()}", flush=True)
        except (Failure, ValueError, KeyError, OSError) as failure:
            self.failures += 1
            name = "" if isinstance(failure, Failure) else f"{type(failure).__name__}: "
            print(f"✘ {promise}: {name}{failure}", flush=True)

    def all(self) -> int:
        for name in NAMES:
            self.that(f"{name} runs as no root", partial(self.user, name))
            self.that(f"{name} is small, and holds what it needs and nothing else", partial(self.files, name))
        for name in NAMES:  # in the order of a run: each reads what the one before has written
            self.that(f"{name} answers its sample event", partial(self.sample, name))
        self.that("scraper trusts the system's authorities, and reads windows-1252", self.other_source)
        self.that("scraper trusts no other", partial(self.refused, self.secure_site(), "certificate"))
        self.that("scraper says when a name is not known", partial(self.refused, nowhere(), "resolve host"))
        self.that("cache-manager trusts the system's authorities", self.secure_redis)
        return 1 if self.failures else 0

    def user(self, name: str) -> str:
        user = docker("image", "inspect", "--format", "{{.Config.User}}", self.image(name)).strip()
        return told(f"user '{user}'", re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", user) is not None)

    def files(self, name: str) -> str:
        container = docker("create", self.image(name)).strip()
        try:
            with tempfile.TemporaryFile() as archive:
                command = [os.environ.get("DOCKER", "docker"), "export", container]
                subprocess.run(command, stdout=archive, check=True)
                archive.seek(0)
                with tarfile.open(fileobj=archive) as exported:
                    files = {file.name: file for file in exported if not file.isdir()}
        except subprocess.CalledProcessError as error:
            raise Failure(f"docker export: {error}") from error
        finally:
            docker("rm", container)
        size = sum(file.size for file in files.values() if file.isreg())
        others = sorted(path for path in files if not EXPECTED.fullmatch(path))
        missing = sorted(path for path, least in BUNDLES.items() if size_of(path, files) < least)
        return told(
            f"{len(files)} files of {size / MEGABYTE:.1f} MB in all, of {LARGEST[name] // MEGABYTE}"
            + (f"; unexpected: {', '.join(others[:10])}" if others else "")
            + (f"; missing or too small: {', '.join(missing)}" if missing else ""),
            size < LARGEST[name] and not others and not missing,
        )

    def sample(self, name: str) -> str:
        with running(self.image(name), name, self.settings) as (container, _):
            body = container.invoke(event_of(name, None)).body()
        counts = {key: body[key] for key in ("count", "event_count") if key in body} or body["counts"]["events"]
        return told(json.dumps(counts), any(counts.values()))

    def scrape(self, site: str, run_name: str, mounts: dict[str, str]) -> dict:
        event = {**json.loads(event_of("scraper", None)), "run": f"{run_name}-{secrets.token_hex(4)}"}
        settings = {**self.settings, "BASE_URL": site}
        with running(self.image("scraper"), "scraper", settings, mounts) as (container, _):
            return container.invoke(json.dumps(event).encode()).body()

    def other_source(self) -> str:
        """The sample site by TLS, in windows-1252."""
        with self.secure_site() as site:
            body = self.scrape(site, "check", self.authorities())
        document = self.stored(body["s3_key"])
        listed = sample_site.events(datetime.date.fromisoformat(body["date"]))
        names = {name for event in listed for name in (event.act, event.venue[0]) if not name.isascii()}
        lost = sorted(name for name in names if json.dumps(name, ensure_ascii=False) not in document)
        return told(f"{body['event_count']} events, {len(names)} names beyond ASCII, lost: {lost}", names and not lost)

    def stored(self, key: str) -> str:
        """The document, its strings as JSON writes them."""
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
                text = str(failure)  # the function's answer, or docker's
                return told(text, '"SourceUnavailable"' in text and reason in text)
        raise Failure(f"it read {body['event_count']} events")

    def secure_redis(self) -> str:
        settings = {**self.settings, "REDIS_URL": self.settings["TEST_REDISS_URL"], "REDIS_CA_FILE": ""}
        event = event_of("cache-manager", None)
        with running(self.image("cache-manager"), "cache-manager", settings) as (container, _):
            answer = container.invoke(event).answer.payload.decode()
            told(f"without them: {answer}", "certificate is refused" in answer)
        with running(self.image("cache-manager"), "cache-manager", settings, self.authorities()) as (container, _):
            return container.invoke(event).body()["message"]

    def authorities(self) -> dict[str, str]:
        """The stack's authority, where Debian keeps the system's."""
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
        """Quiet about a client that refuses the certificate."""


class Windows1252(sample_site.Handler):
    def answer(self, status, content, kind, headers=None):
        if kind and kind.startswith("text/html"):
            content, kind = content.decode().encode("windows-1252"), "text/html; charset=windows-1252"
        return super().answer(status, content, kind, headers)

    def answer_page(self, content, kind):
        return self.answer(200, content, kind)


@contextmanager
def nowhere() -> Iterator[str]:
    yield "https://no-such-host.invalid"


def size_of(path: str, files: dict[str, tarfile.TarInfo]) -> int:
    """Of the file that a path of the image leads to; 0 when it leads nowhere."""
    for _ in range(8):
        file = files.get(path)
        if file is None or file.isreg():
            return file.size if file else 0
        folder = "" if file.islnk() else os.path.dirname(path)
        path = os.path.normpath(os.path.join("/", folder, file.linkname)).lstrip("/")
    return 0


def told(text: str, holds: object) -> str:
    if not holds:
        raise Failure(text)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", default=os.path.join(ROOT, ".local"))
    parser.add_argument("--tag", default="latest")
    given = parser.parse_args()
    return Check(given.home, given.tag).all()


if __name__ == "__main__":
    run(main)
