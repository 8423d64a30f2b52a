"""Step Functions' API (awsJson1_0, 2016-11-23): actions that moto lacks, or whose responses lack what Map runs need."""

import base64
import json
import sys

from moto.core.responses import ActionResult, BaseResponse
from moto.stepfunctions.exceptions import ResourceNotFound, ValidationException
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.responses import StepFunctionResponse

from .executions import map_runs, now
from .patching import method


def page(self, items, default, maximum):
    """Returns the slice of `items` that maxResults and nextToken request, and the token of the next slice."""
    size = int(self._get_param("maxResults") or default)
    if not 0 <= size <= maximum:
        raise ValidationException(f"maxResults must be between 0 and {maximum}")
    token = self._get_param("nextToken")
    start = int(base64.b64decode(token)) if token else 0
    end = start + size
    return items[start:end], base64.b64encode(str(end).encode()).decode() if end < len(items) else None


def find_map_run(arn):
    if arn not in map_runs:
        raise ResourceNotFound(arn)
    return map_runs[arn]


def find_execution(self, arn):
    for map_run in list(map_runs.values()):
        if arn in map_run.children:
            return map_run.children[arn]
    return self.stepfunction_backend.describe_execution(arn)


def list_item(execution):
    item = {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.start_date,
        "redriveCount": 0,
    }
    if execution.stop_date:
        item["stopDate"] = execution.stop_date
    if hasattr(execution, "map_run_arn"):
        item.update(mapRunArn=execution.map_run_arn, itemCount=1)
    return item


@method(StepFunctionResponse)
def list_executions(self):
    machine, map_run = self._get_param("stateMachineArn"), self._get_param("mapRunArn")
    if bool(machine) == bool(map_run):
        raise ValidationException("Must provide either a State Machine ARN or Map Run ARN, and not both")
    if map_run:
        executions = list(find_map_run(map_run).children.values())
    else:
        executions = self.stepfunction_backend.describe_state_machine(machine).executions
    wanted = self._get_param("statusFilter")
    items = [list_item(execution) for execution in reversed(executions) if wanted in (None, execution.status)]
    items, token = page(self, items, 100, 1000)
    return ActionResult({"executions": items, "nextToken": token})


@method(StepFunctionResponse)
def describe_execution(self):
    execution = find_execution(self, self._get_param("executionArn"))
    description = {
        **list_item(execution),
        "input": execution.execution_input,
        "inputDetails": {"included": True},
        "error": execution.error,
        "cause": execution.cause,
    }
    description.pop("itemCount", None)
    if execution.exec_status == ExecutionStatus.SUCCEEDED:
        output = to_json_str(execution.output, separators=(",", ":"))
        description.update(output=output, outputDetails={"included": True})
    return ActionResult({name: value for name, value in description.items() if value is not None})


@method(StepFunctionResponse)
def get_execution_history(self):
    execution = find_execution(self, self._get_param("executionArn"))
    has_started = execution.exec_worker and execution.exec_worker.env
    events = execution.to_history_output()["events"] if has_started else []
    if self._get_param("reverseOrder"):
        events = events[::-1]
    events, token = page(self, events, 100, 1000)
    return ActionResult({"events": events, "nextToken": token})


@method(StepFunctionResponse)
def stop_execution(self):
    execution = find_execution(self, self._get_param("executionArn"))
    execution.stop(now(), self._get_param("error"), self._get_param("cause"))
    return ActionResult({"stopDate": execution.stop_date})


@method(StepFunctionResponse)
def list_map_runs(self):
    arn = self._get_param("executionArn")
    find_execution(self, arn)
    records = [map_run.record for map_run in list(map_runs.values()) if map_run.record.execution_arn == arn]
    items, token = page(self, [record.list_item() for record in reversed(records)], 100, 1000)
    return ActionResult({"mapRuns": items, "nextToken": token})


@method(StepFunctionResponse)
def describe_map_run(self):
    return ActionResult(find_map_run(self._get_param("mapRunArn")).record.describe())


@method(StepFunctionResponse)
def validate_state_machine_definition(self):
    """Validates a definition. terraform calls this action when it plans; moto lacks it."""
    diagnostics = []
    try:
        AmazonStateLanguageParser.parse(self._get_param("definition"))
    except Exception as error:
        diagnostics = [
            {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": repr(error)[:900], "location": "/"}
        ]
    return ActionResult({"result": "FAIL" if diagnostics else "OK", "diagnostics": diagnostics, "truncated": False})


@method(StepFunctionResponse)
def list_state_machine_versions(self):
    """Lists the versions of a machine. terraform calls this action after it creates one; moto lacks it."""
    machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
    versions = [
        {"stateMachineVersionArn": f"{machine.arn}:{number}", "creationDate": machine.creation_date}
        for number in sorted(machine.versions, reverse=True)
    ]
    return ActionResult({"stateMachineVersions": versions})


@method(BaseResponse)
def call_action(self):
    """Responds with 400 to an action that moto lacks. moto responds with 500, which SDKs retry for a long time."""
    try:
        return call_action.original(self)
    except NotImplementedError as error:
        print(f"not implemented: {self.service_name}: {error}", file=sys.stderr, flush=True)
        kind = "UnknownOperationException"
        return 400, {"status": 400, "x-amzn-errortype": kind}, json.dumps({"__type": kind, "message": str(error)})
