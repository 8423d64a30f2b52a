"""The waits of the local state machine (statemachine/local/aws/executions.py), as long as on AWS or shortened.

Tests/StateMachine runs it, with the Python of .local/venv.
"""

from __future__ import annotations

import json
import sys
import time
import types
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "statemachine/local"))

from aws import executions  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction  # noqa: E402
from moto.stepfunctions.parser.models import stepfunctions_parser_backends  # noqa: E402
from services.aws import wait_divisor  # noqa: E402
from services.home import Failure  # noqa: E402

# The Map fails, and is tried again after 4 s, 8 s, and 10 s.
RETRIED: dict[str, object] = {
    "StartAt": "Fail",
    "States": {
        "Fail": {
            "Type": "Map",
            "ItemsPath": "$",
            "ItemProcessor": {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "No"}}},
            "Retry": [
                {
                    "ErrorEquals": ["States.ALL"],
                    "IntervalSeconds": 4,
                    "MaxAttempts": 3,
                    "BackoffRate": 2.0,
                    "MaxDelaySeconds": 10,
                }
            ],
            "End": True,
        }
    },
}
WAITING: dict[str, object] = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 30, "End": True}}}


def run(name: str, definition: dict[str, object], given: str) -> tuple[str, float]:
    """Runs a definition to its end, and returns its status and the seconds that it took."""
    backend = stepfunctions_parser_backends["123456789012"]["us-east-1"]
    role = "arn:aws:iam::123456789012:role/tests"
    machine = backend.create_state_machine(name, json.dumps(definition), role)
    started = time.monotonic()
    execution = backend.start_execution(machine.arn, execution_input=given)
    while execution.status == "RUNNING" and time.monotonic() < started + 25:
        time.sleep(0.01)
    return execution.status, time.monotonic() - started


class WaitsTest(unittest.TestCase):
    def setUp(self) -> None:
        # What shorten_waits() replaces.
        self.addCleanup(setattr, retrier_decl, "time", retrier_decl.time)
        self.addCleanup(setattr, WaitFunction, "_wait_interval", WaitFunction._wait_interval)
        self.slept: list[float] = []

    def test_retries_wait_as_on_aws_by_default(self) -> None:
        retrier_decl.time = types.SimpleNamespace(sleep=self.slept.append)
        self.assertEqual(run("default", RETRIED, "[1]")[0], "FAILED")
        self.assertEqual(self.slept, [4, 8, 10])

    def test_a_divisor_shortens_the_waits_of_retries_and_takes_no_attempt_away(self) -> None:
        executions.shorten_waits(4, sleep=self.slept.append)
        self.assertEqual(run("shortened", RETRIED, "[1]")[0], "FAILED")
        self.assertEqual(self.slept, [1, 2, 2.5])

    def test_a_divisor_shortens_a_wait_state(self) -> None:
        executions.shorten_waits(100)
        status, seconds = run("waiting", WAITING, "{}")
        self.assertEqual(status, "SUCCEEDED")
        self.assertGreaterEqual(seconds, 0.3)
        self.assertLess(seconds, 20)


class SettingTest(unittest.TestCase):
    def test_the_stack_shortens_nothing_unless_it_is_told(self) -> None:
        for text, divisor in (("", 1), ("1", 1), ("10", 10), ("2.5", 2.5)):
            with mock.patch.dict("os.environ", {"WAIT_DIVISOR": text}):
                self.assertEqual(wait_divisor(), divisor)

    def test_what_is_no_divisor_is_refused(self) -> None:
        for text in ("0", "-1", "0.5", "nan", "inf", "ten"):
            with mock.patch.dict("os.environ", {"WAIT_DIVISOR": text}), self.assertRaisesRegex(Failure, "WAIT_DIVISOR"):
                wait_divisor()


if __name__ == "__main__":
    unittest.main()
