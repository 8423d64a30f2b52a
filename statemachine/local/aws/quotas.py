"""Step Functions' quota for data: 262,144 bytes for the input and the output of a state, and for a task's arguments.

moto measures outputs only, with other white space than AWS, and lets States.ALL catch the error, which on AWS ends the
execution: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
"""

import json

from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.parser import quotas
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.component.state.state import CommonStateField
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

from .patching import method, replace

MAXIMUM = 262_144  # bytes of UTF-8
# Terminal errors, which States.ALL does not catch.
TERMINAL = {StatesErrorNameType.StatesStatesDataLimitExceeded.to_name(), StatesErrorNameType.StatesRuntime.to_name()}


def size(value) -> int:
    """Returns the bytes of a value as compact JSON."""
    text = to_json_str(value, separators=(",", ":"))
    if "\\u" in text:  # moto escapes what is not ASCII
        text = json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
    return len(text.encode(errors="surrogatepass"))


def is_within_size_quota(value) -> bool:
    return size(value) <= MAXIMUM


def check(env, value, what: str) -> None:
    """Fails the state with States.DataLimitExceeded if the value is over the quota."""
    found = size(value)
    if found <= MAXIMUM:
        return
    name = StatesErrorNameType.StatesStatesDataLimitExceeded
    cause = f"{what} has {found} bytes; the maximum is {MAXIMUM}"
    details = ExecutionFailedEventDetails(error=name.to_name(), cause=cause)
    raise FailureEventException(
        FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=name),
            event_type=HistoryEventType.TaskFailed,
            event_details=EventDetails(executionFailedEventDetails=details),
        )
    )


def check_execution_input(text) -> None:
    """Refuses an execution's input, as StartExecution does."""
    if len((text or "{}").encode()) > MAXIMUM:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: over {MAXIMUM} bytes")


@method(CommonStateField)
def _verify_size_quota(self, env, value):
    check(env, value, f"the output of the state '{self.name}'")


@method(CommonStateField)
def _eval_state_input(self, env):
    _eval_state_input.original(self, env)
    check(env, env.stack[-1], f"the input of the state '{self.name}'")


@method(StateTask)
def _eval_parameters(self, env):
    arguments = _eval_parameters.original(self, env)
    check(env, arguments, f"the arguments of the state '{self.name}'")
    return arguments


@method(ErrorEqualsDecl)
def _eval_body(self, env):
    name = env.stack[-1]
    _eval_body.original(self, env)
    if getattr(name, "error_name", None) in TERMINAL:
        env.stack[-1] = name in self.error_names


replace(quotas.is_within_size_quota, is_within_size_quota)
