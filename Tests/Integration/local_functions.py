"""Runs release binaries of the functions without Lambda: a small runtime API, and the stores of a local stack.

compare_builds.py and record_fixture.py use it, with the Python of .local/venv, which `make install` makes.
"""

import json
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import boto3

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "statemachine", "local"))

from services.redis import encoded, reply  # noqa: E402

TIMEOUT = 300  # seconds for one event, as on Lambda
REGION = "us-east-1"


class Failure(Exception):
    """The comparison cannot be made: this is not a difference between builds."""


class Stack:
    """A local stack in its own folder: Postgres, Redis and AWS, without functions and without a site."""

    def __init__(self, home):
        self.home = os.path.abspath(home)

    def __enter__(self):
        self.command("up", "--without-functions", "--without-site")
        with open(os.path.join(self.home, "env"), encoding="utf-8") as file:
            self.environment = dict(re.findall(r"^export (\w+)='(.*)'$", file.read(), re.M))
        return self

    def __exit__(self, *_):
        self.command("clean")

    def command(self, *words):
        program = os.path.join(ROOT, "statemachine", "local", "stack")
        subprocess.run([program, "--home", self.home, *words], check=True, stdout=sys.stderr)

    def stores(self, name, redis_database):
        return Stores(self.environment, name, redis_database)


class Stores:
    """The database, the bucket and the Redis database of one build. They are empty at first."""

    def __init__(self, environment, name, redis_database):
        self.stack = environment
        self.database = f"build_{name}"
        self.bucket = f"build-{name}-{os.getpid()}"
        self.redis_database = redis_database
        self.s3 = boto3.client(
            "s3",
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=REGION,
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )
        self.sql(f"drop database if exists {self.database} with (force)", "postgres")
        self.sql(f"create database {self.database}", "postgres")
        self.s3.create_bucket(Bucket=self.bucket)
        self.redis("FLUSHDB")

    def environment(self):
        """The variables that the functions read."""
        names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "REDIS_CA_FILE")
        return {
            **{name: self.stack[name] for name in names},
            "S3_BUCKET_NAME": self.bucket,
            "S3_REGION": REGION,
            "PG_DATABASE_URL": self.database_url(self.database),
            "REDIS_URL": re.sub(r"/\d+$", f"/{self.redis_database}", self.stack["REDIS_URL"]),
        }

    def database_url(self, database):
        return re.sub(r"/\w+(\?|$)", rf"/{database}\1", self.stack["PG_DATABASE_URL"], count=1)

    def sql(self, statement, database=None):
        """Returns the rows of a statement as lines of text."""
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        environment = {**os.environ, **postgres_settings(self.database_url(database or self.database))}
        result = subprocess.run(command, env=environment, capture_output=True, text=True)
        if result.returncode != 0:
            raise Failure(f"psql: {result.stderr.strip()}")
        return result.stdout.splitlines()

    def redis(self, *command):
        """Returns the reply to a command: bytes, a number, None, or a list of these."""
        address = urlsplit(self.stack["REDIS_URL"])
        with socket.create_connection((address.hostname, address.port), 5) as connection:
            replies = connection.makefile("rb")
            for words in (("AUTH", address.password), ("SELECT", str(self.redis_database)), command):
                connection.sendall(encoded(*words))
                response = reply(replies)
        return response

    def keys(self, prefix=""):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return sorted(each["Key"] for page in pages for each in page.get("Contents", []))

    def object(self, key):
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def put(self, key, body):
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def delete(self, key):
        self.s3.delete_object(Bucket=self.bucket, Key=key)


def postgres_settings(url):
    """Returns libpq's variables for an address. Every user of the machine could read a password on a command line."""
    address = urlsplit(url)
    return {
        "PGHOST": address.hostname,
        "PGPORT": str(address.port),
        "PGUSER": address.username,
        "PGPASSWORD": address.password,
        "PGDATABASE": address.path.strip("/"),
    }


class RuntimeAPI(ThreadingHTTPServer):
    """Lambda's runtime API, version 2018-06-01, for one process."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), RuntimeHandler)
        self.events = queue.Queue()  # request id, event, deadline in milliseconds
        self.outcomes = queue.Queue()  # request id, True for a response and False for an error, the document
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"


class RuntimeHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    PREFIX = "/2018-06-01/runtime/"

    def do_GET(self):
        if self.path != self.PREFIX + "invocation/next":
            return self.respond(404)
        request_id, event, deadline = self.server.events.get()
        headers = {"Lambda-Runtime-Aws-Request-Id": request_id, "Lambda-Runtime-Deadline-Ms": str(deadline)}
        return self.respond(200, json.dumps(event).encode(), headers)

    def do_POST(self):
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.removeprefix(self.PREFIX)
        found = re.fullmatch(r"invocation/([^/]+)/(response|error)", path)
        if found:
            self.server.outcomes.put((found[1], found[2] == "response", document))
        elif path == "init/error":
            self.server.outcomes.put((None, False, document))
        self.respond(202)

    def respond(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Function:
    """A function's process. It keeps running between events, as a warm sandbox does."""

    def __init__(self, binary, environment, log):
        self.binary = binary
        self.api = RuntimeAPI()
        self.log = log
        environment = {
            "PATH": "/usr/bin:/bin",
            "DATASETS_DIR": os.path.join(ROOT, "statemachine", "datasets"),
            **environment,
            "AWS_LAMBDA_RUNTIME_API": self.api.address(),
            "AWS_LAMBDA_FUNCTION_NAME": os.path.basename(binary),
        }
        with open(log, "ab") as output:
            self.process = subprocess.Popen([binary], env=environment, stdout=output, stderr=output)

    def invoke(self, event, request_id):
        """Returns the body of the response, or `{"errorType": …, "errorMessage": …}`."""
        self.api.events.put((request_id, event, int((time.time() + TIMEOUT) * 1000)))
        limit = time.monotonic() + TIMEOUT + 10
        while True:
            try:
                answered_id, is_response, document = self.api.outcomes.get(timeout=0.5)
                break
            except queue.Empty:
                if self.process.poll() is not None:
                    raise Failure(f"{self.binary} ended with {self.process.returncode}: see {self.log}") from None
                if time.monotonic() > limit:
                    raise Failure(f"{self.binary} did not respond to the event {event}: see {self.log}") from None
        if answered_id != request_id:
            raise Failure(f"{self.binary} responded to the request {answered_id} instead of {request_id}: {document}")
        if not is_response:
            return document
        if document.get("statusCode") != 200:
            raise Failure(f"{self.binary} responded with {document}")
        return document["body"]

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.api.shutdown()
        self.api.server_close()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
