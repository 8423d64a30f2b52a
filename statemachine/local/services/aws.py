"""The local AWS (aws_local.py), which also runs the functions."""

from __future__ import annotations

import glob
import json
import os
import secrets
import shutil
import socket
import string
import subprocess

from . import datasets
from .functions import functions
from .home import Failure, Home
from .service import Service, fingerprint

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REGION = "us-east-1"
BUCKET = "fest-vibes-ai-etl-pipeline-data"
MACHINE = "etl"
ACCOUNT = "123456789012"  # moto's
MACHINE_ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{MACHINE}"
STREAM_FAILURES = "festvibes-stream-failures"
PROJECTIONS = "festvibes-projections"
DEFINITION = os.path.join(os.path.dirname(FOLDER), "etl.asl.json")
STOPPED_MESSAGE = os.path.join(os.path.dirname(FOLDER), "stopped.json")


class Aws(Service):
    name = "aws"
    ports = ("aws",)

    def __init__(self, home: Home, tools: str, binaries: str):
        super().__init__(home)
        self.tools = tools
        self.binaries = binaries
        self.python = os.path.join(tools, "venv", "bin", "python")

    def address(self) -> str:
        return f"http://127.0.0.1:{self.home.port('aws')}"

    def credentials(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.home.secret(
                "aws-key-id", lambda: "AKIA" + random_text(16, string.ascii_uppercase)
            ),
            "AWS_SECRET_ACCESS_KEY": self.home.secret(
                "aws-key", lambda: random_text(40, string.ascii_letters + string.digits)
            ),
        }

    def command(self) -> list[str]:
        return [
            self.python,
            os.path.join(FOLDER, "aws_local.py"),
            *("--port", str(self.home.port("aws")), "--home", self.home.path),
            *("--bin", self.binaries, "--emulator", os.path.join(self.tools, "bin", "aws-lambda-rie")),
            *("--cpu", os.environ.get("CPU") or "all"),
            *("--wait-divisor", f"{wait_divisor():g}"),
        ]

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.credentials(), "PYTHONDONTWRITEBYTECODE": "1"}

    def version(self) -> str:
        sources = [f"{FOLDER}/aws_local.py", *sorted(glob.glob(f"{FOLDER}/aws/*.py"))]
        return fingerprint(self.command(), [os.stat(path).st_mtime_ns for path in sources])

    def start(self) -> bool:
        self.check_cpu()  # before what runs is stopped
        wait_divisor()
        return super().start()

    def prepare(self) -> None:
        if not os.path.exists(self.python):
            raise Failure(f"{self.python} is missing: run make install")

    @staticmethod
    def check_cpu() -> None:
        cpu = os.environ.get("CPU") or "all"
        if cpu not in ("all", "lambda"):
            raise Failure(f"CPU is 'lambda' or 'all', not '{cpu}'")
        if cpu == "lambda" and not shutil.which("cpulimit"):
            raise Failure("CPU=lambda needs cpulimit: run CPU=lambda make install")

    def problem(self) -> str | None:
        try:
            socket.create_connection(("127.0.0.1", self.home.port("aws")), 2).close()
            return None
        except OSError as error:
            return str(error)

    def deploy(self, settings: dict[str, str], with_functions: bool) -> tuple[dict[str, str], bool]:
        """Creates or updates bucket, role, functions, topic, machine, queue and rules, unless nothing has changed.

        Returns the ARNs, and True if something was deployed.
        """
        streams = datasets.streams(settings)
        if streams:
            settings = {**settings, "STREAM_FAILURES_QUEUE_URL": f"{self.address()}/{ACCOUNT}/{STREAM_FAILURES}"}
        buckets = datasets.version_buckets(settings)
        if buckets:
            topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:{PROJECTIONS}"
            settings = {**settings, "SNS_PROJECTION_TOPIC_ARN": topic}
        wanted = {
            "endpoint": self.address(),
            "region": REGION,
            "bucket": settings["S3_BUCKET_NAME"],
            "version_buckets": buckets,
            "object_buckets": datasets.object_buckets(settings),
            "projections": PROJECTIONS,
            "tables": {
                **{name: ["lock_key"] for name in datasets.lock_tables(settings)},
                **datasets.item_tables(settings),
            },
            "idempotency": settings.get("IDEMPOTENCY_TABLE"),
            "streams": streams,
            "stream_failures": STREAM_FAILURES,
            "triggers": datasets.triggers(settings),
            "machine": MACHINE,
            "definition": DEFINITION if with_functions else None,
            "message": STOPPED_MESSAGE,
            "functions": [
                {
                    "name": function.deployed_name,
                    "handler": function.product,
                    "sandboxes": function.sandboxes,
                    "timeout": function.timeout,
                    "memory": function.memory,
                    "environment": {key: settings[key] for key in function.settings if settings.get(key)},
                }
                for function in (functions() if with_functions else ())
            ],
        }
        text = read(DEFINITION) + read(STOPPED_MESSAGE) if with_functions else ""
        state = json.dumps([wanted, text, self.process.recorded()])
        if self.home.memory.get("deployed") == state:
            return self.home.memory["arns"], False
        result = subprocess.run(
            [self.python, os.path.join(FOLDER, "deploy.py")],
            input=json.dumps(wanted),
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise Failure(f"deploy: {result.stderr.strip()}\n{self.tail()}")
        self.home.memory.update(deployed=state, arns=json.loads(result.stdout))
        self.home.save()
        return self.home.memory["arns"], True


def wait_divisor() -> float:
    """Returns the number by which the state machine's waits are divided. As long as on AWS is 1."""
    text = os.environ.get("WAIT_DIVISOR") or "1"
    try:
        divisor = float(text)
    except ValueError:
        divisor = 0
    if not 1 <= divisor <= 1000:
        raise Failure(f"WAIT_DIVISOR is a number from 1 to 1000, not '{text}'")
    return divisor


def random_text(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        raise Failure(f"{path} is missing") from None
