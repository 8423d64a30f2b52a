"""The faults of the local stack (statemachine/local/aws/faults.py). Tests/StateMachine runs it, with the Python of
.local/venv."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import types
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(ROOT, "statemachine", "local"))

from aws import faults  # noqa: E402

IDLE = types.SimpleNamespace(pid=lambda: 0, alive=lambda: False)  # a sandbox without a process


class FaultsTest(unittest.TestCase):
    def chosen(self, plan: dict | None, count: int = 5) -> int:
        """Returns how many of that many invocations at once are chosen for a kill."""
        with tempfile.TemporaryDirectory() as home:
            os.mkdir(os.path.join(home, "logs"))
            if plan is not None:
                with open(os.path.join(home, "faults.json"), "w", encoding="utf-8") as file:
                    json.dump({"seed": 1, "kill": {"Loader": plan}}, file)
            current = faults.Faults(home)
            invocations = [current.during("Loader", b"{}", IDLE) for _ in range(count)]
            for invocation in invocations:
                invocation.__enter__()
            chosen = current.kills["Loader"]
            for invocation in invocations:
                invocation.__exit__(None, None, None)
            return chosen

    def test_without_most_a_share_has_no_limit(self) -> None:
        self.assertEqual(self.chosen({"share": 1.0}), 5)
        self.assertEqual(self.chosen({"share": 1.0, "most": 2}), 2)

    def test_without_a_plan_nothing_is_killed(self) -> None:
        self.assertEqual(self.chosen(None), 0)
        self.assertEqual(self.chosen({"share": 0.0}), 0)


if __name__ == "__main__":
    unittest.main()
