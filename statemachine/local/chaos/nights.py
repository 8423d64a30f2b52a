"""A night at its end: the execution of the state machine, those of its dates, and all that their histories tell."""

import collections
import json


class Loss(Exception):
    """Something that must hold does not."""


# What a run says of itself when more dates failed than are tolerated.
TOO_MANY = "States.ExceedToleratedFailureThreshold"


class Night:
    """`executions` maps None to the run's own, and dates to those of its dates: description, history."""

    def __init__(self, dates, executions):
        run, _ = executions[None]
        self.arn = run["executionArn"]
        self.name = run["name"]
        self.status = run["status"]
        self.summary = json.loads(run.get("output") or "{}")
        self.refresh_error = self.summary.get("refresh_error")
        self.executions = executions
        self.done = [date for date in dates if date in executions and executions[date][0]["status"] == "SUCCEEDED"]
        self.missed = [date for date in dates if date not in self.done]
        self.failures = collections.Counter()  # of single tasks, most of them tried again with success
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
    def is_whole(self):
        """Every date is loaded and cached, and the cache is what Postgres is."""
        return self.status == "SUCCEEDED" and not self.missed and not self.refresh_error

    @property
    def causes(self):
        """By error, of what came to no good end."""
        ends = [each for each, _ in self.executions.values() if each["status"] != "SUCCEEDED"]
        causes = {each.get("error") or each["status"]: each.get("cause", "")[:500] for each in ends}
        return {**causes, **({"RefreshCache": self.refresh_error} if self.refresh_error else {})}

    def seconds(self, date):
        execution, _ = self.executions[date]
        return (execution["stopDate"] - execution["startDate"]).total_seconds()

    def is_aborted(self, date):
        """Whether it was never begun, or given up, because too many others had failed."""
        return date not in self.executions or self.executions[date][0]["status"] == "ABORTED"

    def given_up(self, date=None):
        """The tasks, of a date or of the run itself, that were left without success, however often they were tried."""
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

    def expect_errors(self, allowed):
        """`allowed`: by which names a task, and so a date or the run, may have failed, and how often at most (None: as
        often as it likes). Nothing else may have failed, not even a task that was tried again with success. So nowhere
        may a function die unless somebody kills it, run out of its time (Sandbox.Timedout), or keep the state machine
        waiting (States.Timeout): each function ends by its own deadline, with a name that says what it waited for."""
        for error, count in self.failures.items():
            if error not in allowed:
                raise Loss(
                    f"{self.name}: {count} tasks failed with {error}, and nothing was done that would explain it"
                )
            if allowed[error] is not None and count > allowed[error]:
                raise Loss(f"{self.name}: {count} tasks failed with {error}, where {allowed[error]} were struck")
        # What is under way when too many have failed is given up.
        given_up = {"ABORTED"} if TOO_MANY in self.causes else set()
        for error, cause in self.causes.items():
            if error not in {*allowed, TOO_MANY, "RefreshCache", *given_up}:
                raise Loss(f"{self.name} failed with {error}, which is no name to fail with: {cause}")
