"""The sample site: it replaces WWOZ unless BASE_URL names another source, and has the samples of the other datasets."""

from __future__ import annotations

import os
import re
import urllib.request

from . import datasets
from .service import Service, fingerprint

PROGRAM = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sample_site.py")
SAMPLES = [os.path.join(os.path.dirname(PROGRAM), name) for name in ("sample_files.py", "sample_posts.py")]


def pace(address: str | None) -> dict[str, str]:
    """Returns the setting of the request rate: effectively unlimited for a site on this machine, else none."""
    is_here = re.match(r"https?://(127\.0\.0\.1|localhost)(:|/|$)", address or "")
    return {"SOURCE_REQUESTS_PER_SECOND": "10000"} if is_here else {}


class Site(Service):
    name = "site"
    ports = ("site",)

    def address(self) -> str:
        return f"http://127.0.0.1:{self.home.port('site')}"

    def reserve(self, source: str | None) -> None:
        """Stops the site, and keeps its port for the caller's own, which may be there already if it is the source."""
        self.process.stop()
        if source != self.address():
            self.home.claim_port("site")

    def command(self) -> list[str]:
        return [
            "/usr/bin/python3",
            PROGRAM,
            "--port",
            str(self.home.port("site")),
            "--log",
            self.home.join("logs", "site.jsonl"),
            "--changes",
            self.home.join("site.json"),
        ]

    def environment(self) -> dict[str, str]:
        return {**os.environ, datasets.FOLDER: datasets.directory(), "PYTHONDONTWRITEBYTECODE": "1"}

    def version(self) -> str:
        times = [os.stat(path).st_mtime_ns for path in (PROGRAM, *SAMPLES)]
        return fingerprint(self.command(), times, datasets.directory())

    def problem(self) -> str | None:
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                self.address() + "/robots.txt", timeout=5
            ):
                return None
        except OSError as error:
            return str(error)
