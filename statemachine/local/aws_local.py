#!/usr/bin/env python3
"""AWS on loopback: moto's S3, DynamoDB, Kinesis, Step Functions, EventBridge, Lambda, CloudWatch Logs, SNS, SQS, IAM,
STS and Secrets Manager, extended to run the pipeline.

  aws_local.py --port P --home DIR --bin DIR --emulator FILE [--cpu lambda] [--wait-divisor N] [--tasks-at URL]
    [--waits FILE]

Every request must be signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which are taken from the environment.
Objects survive a restart, in HOME/s3, and items, in HOME/dynamodb; `stack up` creates everything else again. A
function's handler, or the title of its image, names a binary in --bin, which runs behind Lambda's Runtime Interface
Emulator. Each request is logged as a line of HOME/logs/requests.jsonl. HOME/faults.json injects faults (aws/faults.py).
With --cpu lambda every sandbox has only the share of a CPU that Lambda gives to the function's memory. With
--wait-divisor N the state machine's waits, of retries and of Wait states, take 1/N of their time.

For tests of the state machine: --tasks-at sends the requests of its tasks to another server; with --waits, retries
happen immediately, and each skipped delay is a line of FILE.
"""

import argparse
import logging
import os
import signal
import sys
import threading

ACCOUNT_REGION = "us-east-1"


class Settings:
    def __init__(self, arguments, endpoint, credentials, faults):
        self.home = arguments.home
        self.faults = faults
        self.binaries = os.path.abspath(arguments.bin)
        self.emulator = arguments.emulator
        self.cpu = arguments.cpu
        self.credentials = {
            **credentials,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": ACCOUNT_REGION,
            "AWS_DEFAULT_REGION": ACCOUNT_REGION,
        }

    def log(self, function):
        return os.path.join(self.home, "logs", f"{function.binary}.log")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", required=True)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--emulator", required=True)
    parser.add_argument("--cpu", choices=["all", "lambda"], default="all")
    parser.add_argument("--wait-divisor", type=float, default=1)
    parser.add_argument("--tasks-at")
    parser.add_argument("--waits")
    arguments = parser.parse_args()
    arguments.home = os.path.abspath(arguments.home)
    credentials = {name: os.environ.pop(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}

    # moto reads these when it is imported.
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    os.environ["MOTO_LAMBDA_STUB_ECR"] = "false"  # an image must be in the registry before a function can use it
    os.environ.pop("AWS_ENDPOINT_URL", None)
    os.environ.setdefault("AWS_DEFAULT_REGION", ACCOUNT_REGION)

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    from aws import api, dispatch, events, executions, functions, logs, queues, streams, tables  # noqa: F401
    from aws.faults import Faults, FaultyStore
    from aws.sigv4 import SignatureVerifier
    from aws.objects import ObjectStore

    class Handler(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_request(self, code="-", size="-"):
            pass  # the signature verifier logs requests

        def handle_expect_100(self):
            return True  # werkzeug sends "100 Continue" itself; a client would take a second one for the response

        def make_environ(self):
            """Keeps metadata of objects whose names have an underscore, as on S3: werkzeug leaves such headers out."""
            environ = super().make_environ()
            for name, value in self.headers.items():
                if name.lower().startswith("x-amz-meta-") and "_" in name:
                    environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
            return environ

    endpoint = f"http://127.0.0.1:{arguments.port}"
    # moto logs every failure of a task, with its data.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    executions.install(credentials, arguments.tasks_at or endpoint)
    if arguments.wait_divisor != 1:
        executions.shorten_waits(arguments.wait_divisor)
    if arguments.waits:
        executions.record_waits(arguments.waits)
    faults = Faults(arguments.home)
    settings = Settings(arguments, endpoint, credentials, faults)
    functions.install(settings)
    streams.install(faults)
    tables.install(faults, streams.current, arguments.home)
    logs.install(settings)
    store = ObjectStore(DomainDispatcherApplication(create_backend_app), os.path.join(arguments.home, "s3"))
    keys = {credentials["AWS_ACCESS_KEY_ID"]: credentials["AWS_SECRET_ACCESS_KEY"]}
    verifier = SignatureVerifier(store, keys, os.path.join(arguments.home, "logs", "requests.jsonl"))
    app = FaultyStore(verifier, faults, streams.current)
    server = make_server("127.0.0.1", arguments.port, app, threaded=True, request_handler=Handler)

    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"ready at {endpoint}", flush=True)
    server.serve_forever()
    functions.stop()
    tables.store_changed()


if __name__ == "__main__":
    sys.exit(main())
