"""Redis: one plain port and one with TLS, both with a password; every write is in its append-only file."""

from __future__ import annotations

import os
import socket
from typing import BinaryIO

from processes import write

from .certificates import Certificates
from .home import Home
from .service import Service

Reply = "bytes | int | list[Reply] | None"


class Redis(Service):
    name = "redis"
    ports = ("redis", "redis-tls")

    def __init__(self, home: Home, certificates: Certificates):
        super().__init__(home)
        self.certificates = certificates

    def address(self) -> str:
        return f"127.0.0.1:{self.home.port('redis')}"

    def url(self) -> str:
        return f"redis://default:{self.home.secret('redis')}@{self.address()}/0"

    def tls_url(self) -> str:
        return f"rediss://default:{self.home.secret('redis')}@localhost:{self.home.port('redis-tls')}/0"

    def command(self) -> list[str]:
        return ["/usr/bin/redis-server", self.home.join("redis", "redis.conf")]

    def version(self) -> str:
        return f"{self.home.port('redis')}-{self.home.port('redis-tls')}"

    def prepare(self) -> None:
        os.makedirs(self.home.join("redis", "data"), exist_ok=True)
        settings = {
            "bind": "127.0.0.1",
            "port": self.home.port("redis"),
            "tls-port": self.home.port("redis-tls"),
            "tls-cert-file": quoted(self.certificates.certificate),
            "tls-key-file": quoted(self.certificates.key),
            "tls-ca-cert-file": quoted(self.certificates.authority),
            "tls-auth-clients": "no",
            "requirepass": self.home.secret("redis"),
            "databases": 64,
            "dir": quoted(self.home.join("redis", "data")),
            "appendonly": "yes",
            "save": '""',
        }
        write(self.home.join("redis", "redis.conf"), "".join(f"{name} {value}\n" for name, value in settings.items()))

    def shell(self) -> tuple[list[str], dict[str, str]]:
        """Returns the command of a shell on the server, and what it needs in its environment."""
        command = ["redis-cli", "-h", "127.0.0.1", "-p", str(self.home.port("redis"))]
        return command, {"REDISCLI_AUTH": self.home.secret("redis")}

    def problem(self) -> str | None:
        try:
            reply_text = self.command_reply("PING")
            return None if reply_text == b"PONG" else str(reply_text)
        except (OSError, ValueError) as error:
            return str(error)

    def command_reply(self, *command: str) -> Reply:
        """Sends one command on its own connection. Returns bytes, a number, None, or a list of these.

        An error reply raises ValueError.
        """
        with socket.create_connection(("127.0.0.1", self.home.port("redis")), 5) as connection:
            connection.sendall(encoded("AUTH", self.home.secret("redis")) + encoded(*command))
            replies = connection.makefile("rb")
            reply(replies)
            return reply(replies)


def encoded(*words: str) -> bytes:
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    return f"*{len(parts)}\r\n{''.join(parts)}".encode()


def reply(stream: BinaryIO) -> Reply:
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionResetError("Redis closed the connection")
    kind, rest = line[:1], line[1:-2]
    if kind == b"-":
        raise ValueError(rest.decode())
    if kind == b"+":
        return rest
    if kind == b"$":
        return None if rest == b"-1" else stream.read(int(rest) + 2)[:-2]
    if kind == b"*":
        return [reply(stream) for _ in range(int(rest))]
    return int(rest)


def quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
