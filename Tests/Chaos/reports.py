"""What a person is told about a run in which a service was away: one cause, one count, and a next step that works."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable

from baseline import days
from pipeline import TIMEOUT, Pipeline
from rounds import Rounds, Row
from runs import InvariantViolation
from screens import check_screens
from services.aws import Aws
from services.service import Service

DATES = days(12, first=20)
AWAY = 240  # seconds, at most, until an item has failed; the state machine retries a load for up to two minutes
FAILED = 2  # items that fail before the service comes back
NEXT = re.compile(r"^\s*next: (.+)$", re.MULTILINE)
RUN = re.compile(r"^Run (\S+):", re.MULTILINE)
ITEM_FAILED = re.compile(r"^\[\d+/\d+\] (\S+) failed", re.MULTILINE)


class Reports:
    """Runs `festvibes run`, takes a service away in mid-run, brings it back, and reads what the commands say."""

    def __init__(self, rounds: Rounds):
        self.rounds = rounds
        self.pipeline: Pipeline = rounds.pipeline
        self.program = os.path.join(self.pipeline.binaries, "festvibes")
        self.variables = {**os.environ, **self.pipeline.home.variables(), "TZ": "America/Chicago"}

    # ---- outages

    def of_site(self, row: Row) -> None:
        def away() -> Callable[[], None]:
            site = self.pipeline.site
            site.set(site.edition, lambda path, content: "error")
            return lambda: site.set(site.edition)

        self.check(row, "SourceUnavailable", away)

    def of_service(self, service: Service, error: str) -> Callable[[Row], None]:
        def away() -> Callable[[], None]:
            os.kill(service.process.pid(), signal.SIGKILL)
            service.process.stop()

            def back() -> None:
                service.start()
                service.wait()

            return back

        return lambda row: self.check(row, error, away)

    def of_s3(self, row: Row) -> None:
        def away() -> Callable[[], None]:
            self.pipeline.faults(s3={"share": 1.0, "kinds": ["unavailable"]})
            return self.pipeline.faults

        self.check(row, "StorageUnavailable", away)

    def of_aws(self, row: Row) -> None:
        """The local AWS loses its executions: the run ends unseen, and the ledger knows which items were loaded."""
        aws: Aws = self.pipeline.aws
        process, arn = self.begin(row)
        run = arn.rsplit(":", 1)[-1]
        os.kill(aws.process.pid(), signal.SIGKILL)
        aws.process.stop()
        row.injected["outages"] += 1
        text = self.end(process, row)
        # As `make up` does: the local AWS has no functions and no state machine when it starts.
        stack = os.path.join(self.pipeline.root, "statemachine", "local", "stack")
        command = [stack, "--home", self.pipeline.home.path, "--bin", self.pipeline.binaries, "up", "--without-site"]
        source = {"BASE_URL": f"http://127.0.0.1:{self.pipeline.site.server_address[1]}"}  # this process has its port
        subprocess.run(command, env={**os.environ, **source}, check=True, stdout=subprocess.DEVNULL)
        self.expect(process.returncode != 0, row, "`run` must not succeed when it loses the run", text)
        self.expect(f"watch {run}" in "".join(NEXT.findall(text)), row, "`run` does not say how to go on", text)
        loaded = int(self.pipeline.sql(f"select count(*) from loads where run = '{run}'"))
        self.expect(0 < loaded < len(DATES), row, f"{loaded} items were loaded before the outage", text)
        self.age(run)
        code, text = self.command("watch", run)
        self.expect(code == 1 and run in NEXT.findall(text)[-1], row, "`watch` does not say what to do", text)
        self.compare_lost(row, run, loaded)
        check_screens(row, self.program, self.variables, ["status"], ["status", run])
        self.follow_next(row, text)
        code, text = self.command("retry", run)
        self.expect(code == 0 and "Nothing to retry" in text, row, "a second retry has something to do", text)

    def age(self, run: str) -> None:
        """Makes a run older than the minute in which Step Functions may not know it yet."""
        self.pipeline.sql(f"update etl_runs set started_at = started_at - interval '2 minutes' where run = '{run}'")

    def compare_lost(self, row: Row, run: str, loaded: int) -> None:
        """`status`, `status RUN` and the ledger have one cause, and count the items that were loaded as done."""
        code, text = self.command("status", "--json")
        summary = next((each for each in json.loads(text)["runs"] if each["run"] == run), {})
        states = dict(summary.get("item_states", {}))
        self.expect(code == 1 and summary.get("error") == "Lost", row, "`status --json` does not name the loss", text)
        self.expect(states.pop("done", 0) == loaded, row, f"`status --json` does not have {loaded} items as done", text)
        self.expect(set(states) <= {"aborted", "not_tried"}, row, "an item of a lost run has another state", text)
        state = self.pipeline.sql(f"select status, error from etl_runs where run = '{run}' and ended_at is not null")
        self.expect(state.strip() == "failed|Lost", row, f"the ledger's row is '{state}'", text)
        for command in (["status"], ["status", run]):
            code, text = self.command(*command)
            causes = text.count("Lost: ")
            self.expect(code == 1 and causes == 1, row, f"`{' '.join(command)}` names the cause {causes} times", text)
            self.expect(f"{loaded} done" in text, row, f"`{' '.join(command)}` does not count {loaded} as done", text)
            self.expect(f"retry {run}" in NEXT.findall(text)[-1], row, f"`{' '.join(command)}`: no next step", text)

    # ---- the steps

    def check(self, row: Row, error: str, away: Callable[[], Callable[[], None]]) -> None:
        process, arn = self.begin(row)
        back = away()
        row.injected["outages"] += 1
        try:
            failed = self.wait_for_failures(arn)
        finally:
            back()
        text = self.end(process, row)
        self.expect(failed, row, f"no item failed within {AWAY} s", text)
        self.expect(process.returncode == 1, row, f"`run` ended with status {process.returncode}", text)
        self.expect(error in text, row, f"`run` does not name {error}", text)
        self.compare(row, arn, error, text)
        check_screens(row, self.program, self.variables, ["status"], ["status", arn.rsplit(":", 1)[-1]])
        self.follow_next(row, text)

    def begin(self, row: Row) -> tuple[subprocess.Popen, str]:
        """Starts a run, and waits until some of its items are done."""
        self.pipeline.empty()
        self.pipeline.empty_pages()
        self.pipeline.site.set(1)
        command = [self.program, "run", "--start", DATES[0], "--end", DATES[-1]]
        process = subprocess.Popen(
            command, env=self.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        executions = self.pipeline.steps.list_executions
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and process.poll() is None:
            running = executions(stateMachineArn=self.pipeline.machine, statusFilter="RUNNING")["executions"]
            if (
                running
                and sum(each["status"] != "RUNNING" for each in self.pipeline.children(running[0]["executionArn"])) >= 2
            ):
                return process, running[0]["executionArn"]
            time.sleep(0.02)
        raise InvariantViolation(f"the run did not begin: {process.communicate()[0][-2000:]}")

    def wait_for_failures(self, arn: str) -> bool:
        deadline = time.monotonic() + AWAY
        while time.monotonic() < deadline and self.pipeline.is_running(arn):
            if len(self.failures(arn)) >= FAILED:
                return True
            time.sleep(0.2)
        return bool(self.failures(arn))

    def failures(self, arn: str) -> dict[str, str]:
        """Returns the items that Step Functions has as failed, with their errors."""
        found = {}
        for child in self.pipeline.children(arn):
            execution = self.pipeline.steps.describe_execution(executionArn=child["executionArn"])
            item = json.loads(execution["input"])["item"]["id"]
            if execution["status"] == "FAILED":
                found[item] = execution["error"]
            elif execution["status"] == "SUCCEEDED" and "failed" in (output := json.loads(execution["output"])):
                found[item] = output["failed"]
        return found

    def end(self, process: subprocess.Popen, row: Row) -> str:
        text, _ = process.communicate(timeout=TIMEOUT)
        row.rounds += 1
        return text

    def compare(self, row: Row, arn: str, error: str, live: str) -> None:
        """Live view, `status`, `status RUN`, the ledger and Step Functions have the same failed items and one cause."""
        run = arn.rsplit(":", 1)[-1]
        expected = self.failures(arn)
        seen = set(ITEM_FAILED.findall(live))
        self.expect(seen == set(expected), row, f"the live view has {seen}, Step Functions {expected}", live)
        code, text = self.command("status", "--json")
        self.expect(code == 1, row, f"`status` ended with status {code} after a run with failed items", text)
        summary = next((each for each in json.loads(text)["runs"] if each["run"] == run), None)
        self.expect(summary, row, f"`status --json` does not have {run}", text)
        listed = {each["item"]: each["failure"]["error"] for each in summary["items"] if each["state"] == "failed"}
        self.expect(listed == expected, row, f"`status` has {listed}, Step Functions {expected}", text)
        rows = dict(
            line.split("|")
            for line in self.pipeline.sql(f"select item, error from etl_failures where run = '{run}'").split()
        )
        self.expect(rows == expected, row, f"the ledger has {rows}, Step Functions {expected}", text)
        state = self.pipeline.sql(f"select status from etl_runs where run = '{run}'").strip()
        self.expect(state in ("partial", "failed"), row, f"the ledger's row is '{state}'", text)
        for command in (["status"], ["status", run]):
            code, text = self.command(*command)
            causes = {line for line in text.splitlines() if error in line and "│" not in line}
            self.expect(code == 1 and causes, row, f"`{' '.join(command)}` does not name {error}", text)
            self.expect(NEXT.search(text), row, f"`{' '.join(command)}` says no next step", text)

    def follow_next(self, row: Row, text: str) -> None:
        """Pastes the last next step into a shell, and then those that it says itself."""
        for _ in range(4):
            steps = NEXT.findall(text)
            if not steps:
                break
            result = subprocess.run(
                ["bash", "-c", steps[-1]],
                env=self.variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
            text = result.stdout
            if result.returncode == 0 and "retry" in steps[-1]:
                break
        else:
            raise InvariantViolation(f"the next steps lead nowhere: {text[-2000:]}")
        loaded = int(self.pipeline.sql("select count(distinct item) from loads"))
        self.expect(loaded == len(DATES), row, f"{loaded} of {len(DATES)} items are loaded after the next step", text)
        code, text = self.command("status", "--from", DATES[0], "--to", DATES[-1])
        self.expect(code == 0, row, f"`status` ends with status {code} after the repair", text)

    def command(self, *arguments: str) -> tuple[int, str]:
        result = subprocess.run(
            [self.program, *arguments],
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        return result.returncode, result.stdout if "--json" in arguments else result.stdout + result.stderr

    @staticmethod
    def expect(condition: object, row: Row, problem: str, text: str) -> None:
        if not condition:
            raise InvariantViolation(f"{problem}:\n{text[-3000:]}")
