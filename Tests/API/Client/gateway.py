"""An HTTP API of API Gateway on this machine: it hands each request to the function ReadAPI as payload format 2.0, by
Lambda's runtime API, and answers with what the function answers.

As the real one it decodes the escapes in the path, and leaves the query as it was sent. The real one also cuts a path
at a decoded question mark, which is not imitated. What it does with a Content-Length that the function gives for HEAD
is not known: here the client gets it as it is."""

from __future__ import annotations

import base64
import json
import queue
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

# What API Gateway itself adds or refuses to pass on.
HOP_BY_HOP = ("connection", "transfer-encoding", "date", "server")


@dataclass
class Invocation:
    event: dict
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    response: dict | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Gateway:
    """Starts the function's binary, and serves at `url` until it is closed."""

    def __init__(self, binary: str, environment: dict[str, str]) -> None:
        self.waiting: queue.Queue[Invocation] = queue.Queue()
        self.begun: dict[str, Invocation] = {}
        self.runtime = ThreadingHTTPServer(("127.0.0.1", 0), self.runtime_handler())
        self.front = ThreadingHTTPServer(("127.0.0.1", 0), self.front_handler())
        for server in (self.runtime, self.front):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"127.0.0.1:{self.runtime.server_port}"
        self.process = subprocess.Popen(
            [binary], env={**environment, "AWS_LAMBDA_RUNTIME_API": address}, stdout=subprocess.DEVNULL
        )
        self.url = f"http://127.0.0.1:{self.front.server_port}"

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self.front.shutdown()
        self.runtime.shutdown()

    def invoke(self, event: dict) -> dict | None:
        invocation = Invocation(event)
        self.waiting.put(invocation)
        return invocation.response if invocation.done.wait(30) else None

    def runtime_handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Runtime(Handler):
            def do_GET(self) -> None:
                while True:
                    try:
                        invocation = gateway.waiting.get(timeout=1)
                        break
                    except queue.Empty:
                        if gateway.process.poll() is not None:
                            return
                gateway.begun[invocation.id] = invocation
                deadline = str(int((time.time() + 15) * 1000))
                headers = {"Lambda-Runtime-Aws-Request-Id": invocation.id, "Lambda-Runtime-Deadline-Ms": deadline}
                self.reply(200, json.dumps(invocation.event).encode(), headers)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                parts = self.path.split("/")
                invocation = gateway.begun.pop(parts[-2], None)
                if invocation is not None:
                    invocation.response = json.loads(body) if parts[-1] == "response" else None
                    invocation.done.set()
                self.reply(202, b"")

        return Runtime

    def front_handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Front(Handler):
            def handle_any(self) -> None:
                path, _, query = self.path.partition("?")
                path = unquote(path)
                body = self.rfile.read(int(self.headers.get("Content-Length", "0") or "0"))
                headers: dict[str, str] = {}
                for name, value in self.headers.items():
                    name = name.lower()
                    headers[name] = f"{headers[name]},{value}" if name in headers else value
                http = {
                    "method": self.command,
                    "path": path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "",
                }
                response = gateway.invoke(
                    {
                        "version": "2.0",
                        "routeKey": "$default",
                        "rawPath": path,
                        "rawQueryString": query,
                        "headers": headers,
                        "requestContext": {
                            "http": http,
                            "domainName": "api-test.execute-api.us-east-1.amazonaws.com",
                            "requestId": uuid.uuid4().hex,
                            "stage": "$default",
                        },
                        "body": base64.b64encode(body).decode() if body else None,
                        "isBase64Encoded": bool(body),
                    }
                )
                if response is None:
                    self.reply(502, b'{"message":"Internal Server Error"}', {"content-type": "application/json"})
                    return
                sent = response["body"].encode()
                content = base64.b64decode(sent) if response["isBase64Encoded"] else sent
                kept = {name: value for name, value in response["headers"].items() if name not in HOP_BY_HOP}
                self.reply(response["statusCode"], content, kept)

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_QUERY = handle_any

        return Front


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are written apart, and the second would wait for the first to be confirmed.
    disable_nagle_algorithm = True

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in (headers or {}).items():
            # The length of a body that is sent is counted here.
            if name != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if status not in (204, 304) and self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The function has the log."""
