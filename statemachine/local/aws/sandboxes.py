"""Lambda sandboxes: the Runtime Interface Emulator around one of our binaries, one invocation at a time.

As on Lambda, an invocation that needs a sandbox starts one, which is then kept for the next invocation. A sandbox is
restarted when it has died, or when the binary, the function's configuration or a dataset's definition has changed.
"""

import glob
import http.client
import json
import os
import socket
import threading
import time
import uuid

from processes import Process

INVOKE = "/2015-03-31/functions/function/invocations"
DOCUMENT_KEYS = {"errorType", "errorMessage", "stackTrace"}
INHERITED = ("PATH", "HOME", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")
# What an image has: the definitions, and the enricher's the weights.
STATEMACHINE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATASETS = os.path.join(STATEMACHINE, "datasets")
WEIGHTS = os.path.join(os.path.dirname(STATEMACHINE), ".local", "weights", "all-MiniLM-L6-v2.fp16")
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


THROTTLED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "throttled")
FULL_CPU = 1769  # MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html


class Response:
    """The result of an invocation: its payload, and the value of x-amz-function-error, if any."""

    def __init__(self, payload, error=None):
        self.payload = payload
        self.error = error

    @classmethod
    def failure(cls, kind: str, message: str) -> "Response":
        return cls(json.dumps({"errorType": kind, "errorMessage": message}).encode(), "Unhandled")


class Sandbox:
    def __init__(self, name, settings):
        self.name = name
        self.settings = settings
        self.process = None
        self.made_of = None
        self.port = None

    def invoke(self, function, payload, headers):
        binary = os.path.join(self.settings.binaries, function.binary)
        if not os.access(binary, os.X_OK):
            return Response.failure("Runtime.InvalidEntrypoint", f"{function.binary} has not been built: {binary}")
        environment = self.environment(function)
        made_of = (self.command(function, binary), os.stat(binary).st_mtime_ns, definitions(environment), environment)
        if self.process and (made_of != self.made_of or not self.process.alive()):
            self.stop()
        if not self.process and not self.start(function, made_of):
            return Response.failure(
                "Runtime.ExitError", f"the emulator did not start: see {self.settings.log(function)}"
            )
        try:
            with self.settings.faults.during(function.binary, payload, self.process):
                return self.call(function, payload, headers)
        except OSError as error:
            self.stop()
            return Response.failure("Runtime.ExitError", f"RequestId: {uuid.uuid4()} Error: the sandbox died ({error})")

    def start(self, function, made_of):
        command, *_, environment = made_of
        for _ in range(3):  # another process may take a free port before the emulator binds it
            self.port, runtime_port = free_ports(2)
            self.process = Process(self.settings.home, self.name)
            self.process.start(
                [
                    self.settings.emulator,
                    *("--log-level", "warn"),
                    *("--runtime-interface-emulator-address", f"127.0.0.1:{self.port}"),
                    *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
                    *command,
                ],
                log=self.settings.log(function),
                environment=environment,
                cwd=self.settings.binaries,
            )
            if self.listening():
                self.made_of = made_of
                return True
            self.stop()
        return False

    def command(self, function, binary):
        """Returns the command of the function's process, which may be limited to the CPU that Lambda would give it."""
        if self.settings.cpu != "lambda" or function.memory_size >= FULL_CPU:
            return (binary,)
        return (THROTTLED, str(max(1, 100 * function.memory_size // FULL_CPU)), binary)

    def stop(self):
        if self.process:
            self.process.stop()
            self.process = None

    def listening(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.process.alive():
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return True
            except OSError:
                time.sleep(0.01)
        return False

    def call(self, function, payload, headers):
        # The emulator ends an invocation at the function's timeout; a second request before that would crash it.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=function.timeout + 30)
        try:
            connection.request("POST", INVOKE, payload or b"{}", headers)
            response = connection.getresponse()
            return interpret(response.status, response.read())
        except (http.client.HTTPException, TimeoutError) as error:
            raise OSError(error) from error
        finally:
            connection.close()

    def environment(self, function):
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        for name in PROXIES:
            for spelling in (name, name.upper()):
                if os.environ.get(spelling):
                    inherited[spelling] = os.environ[spelling]
                    inherited["no_proxy"] = "127.0.0.1,localhost"
        return {
            **inherited,
            "DATASETS_DIR": DATASETS,
            **({"EMBEDDING_WEIGHTS": WEIGHTS} if function.binary == "Enricher" else {}),
            **function.environment_vars,
            **self.settings.credentials,
            "TZ": ":UTC",
            "_HANDLER": function.binary,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout),
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
        }


class Pool:
    """The sandboxes of one function. An invocation waits for a free one (Lambda would respond with 429)."""

    def __init__(self, name, size, settings):
        self.slots = threading.Semaphore(size)
        self.lock = threading.Lock()
        self.sandboxes = [Sandbox(f"{name}-{number}", settings) for number in range(size, 0, -1)]
        self.idle = list(self.sandboxes)

    def invoke(self, function, payload, headers):
        with self.slots:
            with self.lock:
                sandbox = self.idle.pop()  # the most recently used one, which is warm
            try:
                return sandbox.invoke(function, payload, headers)
            finally:
                with self.lock:
                    self.idle.append(sandbox)


def definitions(environment: dict[str, str]) -> list[tuple[str, int]]:
    """Returns the definitions that a function may have read, with the times of their last changes."""
    folder = environment.get("DATASETS_DIR")
    paths = sorted(glob.glob(os.path.join(glob.escape(folder), "*", "dataset.yaml"))) if folder else []
    return [(path, os.stat(path).st_mtime_ns) for path in paths]


def interpret(status: int, body: bytes) -> Response:
    """Returns the emulator's response. It marks a function's error only by the status, the document or a text."""
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if isinstance(document, dict) and "errorType" in document and document.keys() <= DOCUMENT_KEYS:
        return Response(body, "Unhandled")
    text = body[:1000].decode(errors="replace")
    if text.startswith("Task timed out after"):
        return Response.failure("Sandbox.Timedout", f"RequestId: {uuid.uuid4()} Error: {text}")
    if status >= 400:
        message = f"RequestId: {uuid.uuid4()} Error: {text or 'Runtime exited without providing a reason'}"
        return Response.failure("Runtime.ExitError", message)
    return Response(body)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
