"""A finished run: the state machine's execution, the executions of its dates, and their histories."""

from __future__ import annotations

import collections
import json
from collections.abc import Mapping


class InvariantViolation(Exception):
    """An invariant of the pipeline does not hold."""


# The error of a run in which more dates failed than it tolerates.
TOO_MANY = "States.ExceedToleratedFailureThreshold"


def failure(execution: Mapping) -> str | None:
    """Returns the error of an execution that failed, or whose result is a tolerated failure."""
    if execution["status"] != "SUCCEEDED":
        return execution.get("error") or execution["status"]
    return json.loads(execution["output"]).get("failed")


class Run:
    """A finished run.

    `executions` maps each date to its execution, and None to the run's own. An execution is (description, history).
    """

    def __init__(self, dates: tuple[str, ...], executions: Mapping[str | None, tuple[dict, list[dict]]]):
        own, _ = executions[None]
        self.arn = own["executionArn"]
        self.name = own["name"]
        self.status = own["status"]
        self.summary = json.loads(own.get("output") or "{}")
        self.refresh_error = self.summary.get("refresh_error")
        self.executions = executions
        self.failed = {date: error for date in dates if date in executions and (error := failure(executions[date][0]))}
        self.done = [date for date in dates if date in executions and date not in self.failed]
        self.missed = [date for date in dates if date not in self.done]
        self.failures = collections.Counter()  # of single tasks; most of them succeeded when retried
        self.retries = 0
        for _, events in executions.values():
            kinds = collections.Counter(event["type"] for event in events)
            self.retries += kinds["TaskScheduled"] - kinds["TaskStateEntered"]
            self.failures.update(
                event["taskFailedEventDetails"]["error"] for event in events if event["type"] == "TaskFailed"
            )
            self.failures["States.Timeout"] += kinds["TaskTimedOut"]
        self.failures = +self.failures

    @property
    def is_complete(self) -> bool:
        """True if every date is loaded and cached, and the final cache refresh succeeded."""
        return self.status == "SUCCEEDED" and not self.missed and not self.refresh_error

    @property
    def causes(self) -> dict[str, str]:
        """The causes of the run's and the dates' failures, by error name. A tolerated failure has no cause here."""
        failures = [(error, self.executions[date][0].get("cause", "")) for date, error in self.failed.items()]
        own, _ = self.executions[None]
        if error := failure(own):
            failures.append((error, own.get("cause", "")))
        causes = {error: cause[:500] for error, cause in failures}
        return {**causes, **({"RefreshCache": self.refresh_error} if self.refresh_error else {})}

    def seconds(self, date: str) -> float:
        execution, _ = self.executions[date]
        return (execution["stopDate"] - execution["startDate"]).total_seconds()

    def is_aborted(self, date: str) -> bool:
        """True if the date was not started, or was aborted, because too many other dates had failed."""
        return date not in self.executions or self.executions[date][0]["status"] == "ABORTED"

    def given_up(self, date: str | None = None) -> set[str]:
        """Returns the states of a date, or of the run itself, whose task failed in every attempt."""
        names, entered = set(), None
        for event in self.executions[date][1]:
            if event["type"] == "TaskSucceeded":
                entered = None
            elif event["type"].endswith("StateEntered"):
                names.add(entered)
                entered = None
                if event["type"] == "TaskStateEntered":
                    entered = event["stateEnteredEventDetails"]["name"]
        return names - {None}

    def expect_errors(self, allowed: Mapping[str, int | None]) -> None:
        """Checks that tasks, dates and the run failed only with the errors in `allowed`.

        `allowed` maps an error name to the largest number of failed tasks (None: any number). Tasks that succeeded when
        retried count too. A function therefore must not die unless the harness kills it (Runtime.ExitError), must not
        exceed its timeout (Sandbox.Timedout), and must not exceed the state machine's (States.Timeout): it has to end
        before its own deadline, with the name of the cause.
        """
        for error, count in self.failures.items():
            if error not in allowed:
                raise InvariantViolation(f"{self.name}: {count} tasks failed with {error}, which no fault explains")
            if allowed[error] is not None and count > allowed[error]:
                raise InvariantViolation(
                    f"{self.name}: {count} tasks failed with {error}, but only {allowed[error]} faults were injected"
                )
        # When too many dates have failed, the state machine aborts those that are running.
        aborted = {"ABORTED"} if TOO_MANY in self.causes else set()
        for error, cause in self.causes.items():
            if error not in {*allowed, TOO_MANY, "RefreshCache", *aborted}:
                raise InvariantViolation(f"{self.name} failed with the unexpected error {error}: {cause}")
