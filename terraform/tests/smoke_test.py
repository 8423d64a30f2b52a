"""The smoke test, with clients that respond as AWS would. make terraform-test runs it; it needs no packages."""

import contextlib
import http.server
import io
import json
import subprocess
import sys
import threading
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER))
import smoke  # noqa: E402

ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:festvibes-etl"
OUTPUTS = {"function_names": {"date-range-generator": "generator", "scraper": "scraper"}, "state_machine_arn": ARN}
DATES = ["2024-05-31", "2024-06-01", "2024-06-02"]
DONE = {"dates": 1, "failed_dates": [], "status": "success", "found": 3, "rejected": 0, "cached": 3}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class ClientError(Exception):
    def __init__(self, code: str) -> None:
        self.response = {"Error": {"Code": code}}


class Functions:
    """Lambda. `states` and `errors` are consumed one by one; the last state stays."""

    class exceptions:
        ClientError = ClientError

    def __init__(self, states: list[dict] | None = None, errors: list[str] | None = None) -> None:
        self.states = states or [{"State": "Active", "LastUpdateStatus": "Successful"}]
        self.errors = errors or []
        self.invoked = 0

    def get_function_configuration(self, FunctionName: str) -> dict:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def invoke(self, FunctionName: str, Payload: str) -> dict:
        self.invoked += 1
        if self.errors:
            raise ClientError(self.errors.pop(0))
        body = {"status": "success", "start_date": DATES[0], "dates": DATES}
        return {"Payload": io.BytesIO(json.dumps({"body": body}).encode())}


class Machines:
    """Step Functions, with one run and the executions of its items."""

    def __init__(self, run: dict, items: list[dict]) -> None:
        self.executions = {"run": run, **{f"item{number}": item for number, item in enumerate(items)}}

    def start_execution(self, **_) -> dict:
        return {"executionArn": "run"}

    def describe_execution(self, executionArn: str) -> dict:
        return self.executions[executionArn]

    def list_map_runs(self, executionArn: str) -> dict:
        return {"mapRuns": [{"mapRunArn": "map"}]}

    def list_executions(self, mapRunArn: str) -> dict:
        return {"executions": [{"executionArn": name} for name in self.executions if name != "run"]}


def succeeded(output: dict) -> dict:
    return {"status": "SUCCEEDED", "output": json.dumps(output)}


class SmokeTest(unittest.TestCase):
    def check(self, functions: Functions, machines: Machines | None = None) -> str:
        self.clock = Clock()
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            smoke.check(OUTPUTS, functions, machines or Machines(succeeded(DONE), []), self.clock)
        return output.getvalue()

    def test_waits_until_functions_are_active(self) -> None:
        pending = {"State": "Pending", "StateReason": "The function is being created."}
        updating = {"State": "Active", "LastUpdateStatus": "InProgress"}
        ready = {"State": "Active", "LastUpdateStatus": "Successful"}
        functions = Functions([pending, pending, updating, updating, ready])
        self.assertIn("3 events found", self.check(functions))
        self.assertGreater(self.clock.now, 0)
        self.assertEqual(functions.invoked, 1)

    def test_a_function_that_is_never_active_is_named(self) -> None:
        functions = Functions([{"State": "Pending"}])
        with self.assertRaisesRegex(smoke.Failure, r"not ready after 300 s: generator \(Pending"):
            self.check(functions)
        self.assertEqual(functions.invoked, 0)

    def test_a_failed_function_is_reported_with_its_reason(self) -> None:
        for failed in (
            {"State": "Failed", "StateReason": "The image cannot be read."},
            {"State": "Active", "LastUpdateStatus": "Failed", "LastUpdateStatusReason": "The image cannot be read."},
        ):
            with self.assertRaisesRegex(smoke.Failure, "cannot run: The image cannot be read"):
                self.check(Functions([failed]))

    def test_a_sleeping_function_is_invoked_again(self) -> None:
        errors = ["ResourceNotReadyException", "CodeArtifactUserPendingException"]
        functions = Functions([{"State": "Inactive"}], errors)
        self.check(functions)
        self.assertEqual((functions.invoked, self.clock.now), (3, 20))

    def test_an_unavailable_source_says_nothing_of_the_deployment(self) -> None:
        partial = {**DONE, "status": "partial", "failed_dates": ["2024-05-31"]}
        for machines in (
            # the item fails, and with it the run
            Machines(
                {"status": "FAILED", "error": "States.ExceedToleratedFailureThreshold", "cause": "…"},
                [{"status": "FAILED", "error": "SourceUnavailable", "cause": "connection refused"}],
            ),
            # the item ends with its error, and the run is partial
            Machines(succeeded(partial), [succeeded({"id": "2024-05-31", "failed": "SourceThrottled"})]),
        ):
            self.assertIn("nothing is said of the deployment", self.check(Functions(), machines))

    def test_another_failure_fails(self) -> None:
        for error in ("DatabaseUnavailable", "SourceChanged"):
            item = {"status": "FAILED", "error": error, "cause": "…"}
            with self.assertRaisesRegex(smoke.Failure, "run: FAILED, Exceeded"):
                self.check(Functions(), Machines({"status": "FAILED", "error": "Exceeded", "cause": "…"}, [item]))
        with self.assertRaisesRegex(smoke.Failure, "run: FAILED, ParamGeneratorFailed"):
            self.check(Functions(), Machines({"status": "FAILED", "error": "ParamGeneratorFailed"}, []))

    def check_api(self, pages: dict[str, tuple[int, str]]) -> str:
        """Runs the check against a gateway that has these pages."""

        class Gateway(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = pages[self.path]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_) -> None:
                pass

        output = io.StringIO()
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server, contextlib.redirect_stdout(output):
            threading.Thread(target=server.serve_forever).start()
            try:
                address = f"http://127.0.0.1:{server.server_port}"
                smoke.check({**OUTPUTS, "api_url": address}, Functions(), Machines(succeeded(DONE), []), Clock())
            finally:
                server.shutdown()
        return output.getvalue()

    def test_the_read_api_wants_a_key_or_is_public(self) -> None:
        # 503: every source has failed. That is no matter of the deployment.
        for health, status, found in ((200, "healthy", "wants a key"), (503, "unhealthy", "public")):
            body = json.dumps({"status": status, "database_connected": True, "total_sources": 2})
            events = (401, "{}") if found == "wants a key" else (200, "{}")
            output = self.check_api({"/health": (health, body), "/events?limit=1": events})
            self.assertRegex(output, f"read API: {status}; .*{found}")

    def test_a_read_api_that_cannot_read_fails(self) -> None:
        lost = json.dumps({"status": "unhealthy", "database_connected": False, "total_sources": 0})
        refused = json.dumps({"status": "unhealthy", "database_connected": True, "total_sources": 0})
        read = json.dumps({"status": "healthy", "database_connected": True, "total_sources": 0})
        for health, events, message in (
            ((500, '{"message":"Internal Server Error"}'), (401, ""), "status 500.*Store the secrets"),
            ((200, "[]"), (401, ""), "Store the secrets"),
            ((503, lost), (401, ""), "has no database"),
            ((503, refused), (401, ""), "cannot read its database"),
            ((200, read), (500, "{}"), "/events responds with status 500"),
        ):
            with self.assertRaisesRegex(smoke.Failure, message):
                self.check_api({"/health": health, "/events?limit=1": events})
        with self.assertRaisesRegex(smoke.Failure, "cannot be reached"):
            smoke.check_api("http://127.0.0.1:9")

    def test_without_a_deployment_it_says_so(self) -> None:
        for outputs, message in (("{}", "nothing is deployed"), ("", "there are no outputs of terraform")):
            command = [sys.executable, str(FOLDER / "smoke.py")]
            result = subprocess.run(command, input=outputs, capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 1)
            self.assertTrue(result.stderr.startswith(f"smoke: {message}"), result.stderr)


if __name__ == "__main__":
    unittest.main()
