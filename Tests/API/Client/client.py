"""A client of the API that sends a target as it is given, and reads whole responses."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

# The server's own time limits for a slow client are below this.
PATIENCE = 40.0


@dataclass
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        found = json.loads(self.body)
        if not isinstance(found, dict):
            raise ValueError(f"the response is no object: {self.body[:80]!r}")
        return found


class Client:
    def __init__(self, url: str, key: str) -> None:
        self.host, self.key = urlsplit(url).netloc, key

    def ask(self, target: str, headers: dict[str, str] | None = None, method: str = "GET") -> Response:
        """Sends the key, unless other headers are given."""
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in (headers if headers is not None else {"X-API-Key": self.key}).items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Response(response.status, fields, response.read())
        finally:
            connection.close()

    def items(self, target: str) -> list[dict]:
        """Returns a list's items; none of a response that is no list."""
        response = self.ask(target)
        return response.json()["items"] if response.status == 200 else []
