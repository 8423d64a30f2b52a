"""Step Functions: adds what moto 5.2.1 lacks and corrects what it gets wrong.

moto runs a distributed Map's items inside the parent execution and records nothing about them. Here each item is an
execution of its own, as on AWS: it has a name, an ARN, a status, an error and a history, and is found through
ListMapRuns, DescribeMapRun, ListExecutions(mapRunArn), DescribeExecution and GetExecutionHistory.

When more items fail than the Map tolerates, no further child starts and the running ones are aborted. AWS documents
that it may run some a little longer. A task that is running still finishes, here before the Map fails.
"""

import copy
import datetime
import functools
import json
import re
import threading
import time
import types
import uuid

import boto3
import jsonpath_ng.ext
from botocore.config import Config
from jsonata import Jsonata
from jsonata import parser as jsonata_parser
from jsonata.utils import Utils
from moto.core.config import default_user_config
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.stepfunctions.exceptions import InvalidExecutionInput
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, ExecutionStatus, HistoryEventType, MapRunStatus
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import JitterStrategyDecl
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountStringJSONata,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramStopped, ProgramTimedOut
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from . import quotas
from .patching import method, replace

default_user_config["stepfunctions"] = {"execute_state_machine": True}
map_runs = {}  # map run ARN -> MapRun


def now():
    return datetime.datetime.now(tz=datetime.timezone.utc)


# ---- the children of a distributed Map


class MapRun:
    def __init__(self, record, items):
        self.record = record
        self.children = {}  # ARN -> Child, in the order of their start
        self.count(total=items, pending=items)
        map_runs[record.map_run_arn] = self

    def count(self, **changes):
        for counter in (self.record.item_counter, self.record.execution_counter):
            for name, change in changes.items():
                getattr(counter, name).offset(change)

    def within_tolerance(self):
        counts = self.record.item_counter.describe()
        failed = counts["failed"] + counts["timedOut"]
        percentage, number = self.record.tolerated_failure_percentage, self.record.tolerated_failure_count
        if not percentage and not number:
            return failed == 0
        too_many = number and failed > number
        too_large = percentage and 100 * failed > percentage * counts["total"]
        return not (too_many or too_large)

    def abort_pending(self):
        pending = self.record.item_counter.describe()["pending"]
        self.count(pending=-pending, aborted=pending)

    def stop_children(self):
        for child in list(self.children.values()):
            if child.exec_status == ExecutionStatus.RUNNING:
                child.stop(now(), None, None)


class ChildWorker(ExecutionWorker):
    """Runs a parsed part of the parent's definition in the thread of its caller."""

    program = None

    def _get_evaluation_entrypoint(self):
        return self.program

    def _get_evaluation_environment(self):
        """Stops a child that was aborted before it had an environment."""
        self.env = super()._get_evaluation_environment()
        execution = self._execution_communication.execution
        if execution.exec_status == ExecutionStatus.ABORTED:
            self.env.set_stop(stop_date=execution.stop_date, error=None, cause=None)
        return self.env

    def start(self):
        try:
            self._execution_logic()
        except Exception as error:  # a failure of the interpreter fails the child, as on AWS
            execution = self._execution_communication.execution
            if execution.exec_status != ExecutionStatus.RUNNING:
                return  # the child was stopped, and the interpreter failed because of it
            execution.error, execution.cause = StatesErrorNameType.StatesRuntime.to_name(), str(error)
            execution.exec_status, execution.stop_date = ExecutionStatus.FAILED, now()


class Child(Execution):
    """The execution of one item of a distributed Map."""

    def __init__(self, map_run, parent_environment, program, item):
        record, details = map_run.record, parent_environment.aws_execution_details
        name = str(uuid.uuid4())
        machine_arn = record.map_state_machine_arn
        super().__init__(
            name=name,
            sm_type=parent_environment.execution_type,
            role_arn=details.role_arn,
            exec_arn=f"{machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
            account_id=details.account,
            region_name=details.region,
            state_machine=types.SimpleNamespace(
                arn=machine_arn,
                name=machine_arn.split(":")[-1],
                sm_type=parent_environment.execution_type,
                definition=None,
            ),
            start_date=now(),
            cloud_watch_logging_session=None,
            activity_store=parent_environment.activity_store,
            input_data=to_json_str(item, separators=(",", ":")),
        )
        self.map_run_arn = record.map_run_arn
        self.program = program

    def _get_start_execution_worker(self):
        worker = super()._get_start_execution_worker()
        worker.__class__ = ChildWorker
        worker.program = self.program
        return worker


@method(DistributedIterationComponent)
def _map_run(self, env, eval_input):
    items = env.stack.pop()
    program = self._get_iteration_program()
    map_run = MapRun(eval_input.map_run_record, len(items))
    outputs = [None] * len(items)
    waiting = iter(enumerate(items))
    lock = threading.Lock()
    broken_selector = []

    def work():
        while env.is_running() and not broken_selector and map_run.within_tolerance():
            with lock:
                index, item = next(waiting, (None, None))
                if index is None:
                    return
                try:
                    selection = selected(env, eval_input, index, item)
                    quotas.check(env, selection, f"the input of item {index}")
                    child = Child(map_run, env, program, selection)
                except Exception as error:
                    broken_selector.append(error)
                    return
                map_run.children[child.exec_arn] = child
            map_run.count(pending=-1, running=1)
            child.start()
            map_run.count(running=-1, **outcome(child.exec_status))
            outputs[index] = result(child)
            if not map_run.within_tolerance():
                map_run.stop_children()

    limit = eval_input.map_run_record.max_concurrency or len(items)  # 0: no limit
    workers = [threading.Thread(target=work, daemon=True) for _ in range(min(limit, len(items)))]
    for worker in workers:
        worker.start()
    for worker in workers:
        while worker.is_alive():
            worker.join(0.2)
            if not env.is_running() or not map_run.within_tolerance():  # the parent was stopped or is failing
                map_run.stop_children()
    if broken_selector:
        raise broken_selector[0]
    if not map_run.within_tolerance():
        map_run.abort_pending()
        raise threshold_exceeded(env)
    quotas.check(env, outputs, "the result of the Map")
    env.stack.append(outputs)


@method(MapRunRecord)
def set_stop(self, status):
    counts = self.item_counter.describe()
    unfinished = counts["pending"] or counts["aborted"]
    set_stop.original(self, MapRunStatus.ABORTED if unfinished and status == MapRunStatus.SUCCEEDED else status)


def selected(env, eval_input, index, item):
    """Returns the input of an item's execution: the value of ItemSelector (formerly Parameters), or else the item."""
    selector = eval_input.item_selector or eval_input.parameters
    if not selector:
        return item
    frame = env.open_inner_frame()
    try:
        frame.states.context_object.context_object_data["Map"] = MapData(Item=ItemData(Index=index, Value=item))
        frame.states.reset(input_value=env.stack[-1])
        frame.stack.append(env.stack[-1])
        selector.eval(frame)
        return frame.stack[-1]
    finally:
        env.delete_frame(frame)


def result(child):
    """Returns a child's entry in the Map's result: its output, or the whole record of the execution if it failed."""
    if child.exec_status == ExecutionStatus.SUCCEEDED:
        return child.output
    return {
        **({"Cause": child.cause, "Error": child.error} if child.error else {}),
        "ExecutionArn": child.exec_arn,
        "Input": child.execution_input,
        "InputDetails": {"Included": True},
        "MapRunArn": child.map_run_arn,
        "Name": child.name,
        "RedriveCount": 0,
        "RedriveStatus": "REDRIVABLE",
        "StartDate": iso_8601_datetime_with_milliseconds(child.start_date),
        "StateMachineArn": child.state_machine.arn,
        "Status": child.exec_status.value,
        "StopDate": iso_8601_datetime_with_milliseconds(child.stop_date or now()),
    }


def outcome(status):
    return {
        ExecutionStatus.SUCCEEDED: {"succeeded": 1, "results_written": 1},
        ExecutionStatus.ABORTED: {"aborted": 1},
        ExecutionStatus.TIMED_OUT: {"timed_out": 1},
    }.get(status, {"failed": 1})


def threshold_exceeded(env):
    name = StatesErrorNameType.StatesExceedToleratedFailureThreshold
    details = ExecutionFailedEventDetails(
        error=name.to_name(), cause="The specified tolerated failure threshold was exceeded"
    )
    return FailureEventException(
        FailureEvent(
            env=env,
            error_name=StatesErrorName(typ=name),
            event_type=HistoryEventType.MapRunFailed,
            event_details=EventDetails(executionFailedEventDetails=details),
        )
    )


# ---- executions


starting = threading.Lock()  # two starts at once under one name would both find it free


@method(StepFunctionsParserBackend)
def start_execution(self, state_machine_arn, name=None, execution_input=None, trace_header=None):
    name = name or str(uuid.uuid4())  # moto names every unnamed execution "None"
    self._validate_name(name)
    try:
        json.loads(execution_input or "{}")
    except ValueError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
    quotas.check_execution_input(execution_input)
    with starting:
        return start_execution.original(self, state_machine_arn, name, execution_input, trace_header)


@method(StateTaskServiceSfn)
def _normalise_parameters(self, parameters, boto_service_name=None, service_action_name=None):
    """Writes names as the API has them: stateMachineArn for StateMachineArn. moto passes on those of the definition."""
    _normalise_parameters.original(self, parameters, boto_service_name, service_action_name)
    for name in list(parameters):
        parameters[name[:1].lower() + name[1:]] = parameters.pop(name)


@method(StateTaskServiceSfn)
def _normalise_response(self, response, boto_service_name=None, service_action_name=None):
    """Writes the response as the task's result has it: ExecutionArn for executionArn, and times as texts."""
    for name in list(response):
        value = response.pop(name)
        is_time = isinstance(value, datetime.datetime)
        response[name[:1].upper() + name[1:]] = iso_8601_datetime_with_milliseconds(value) if is_time else value


def copy_without_executions(machine, memo):
    """Copies a machine for start_execution. moto also copies past executions, whose threads cannot be copied."""
    new = copy.copy(machine)
    new.executions = []
    return new


StateMachine.__deepcopy__ = copy_without_executions


@method(Execution)
def get_start_execution_details(self):
    """Makes Execution.StartTime a text. moto's datetime is not JSON."""
    details = get_start_execution_details.original(self)
    details.start_time = iso_8601_datetime_with_milliseconds(self.start_date)
    return details


# At some moments moto's execution has no status yet, or has ended but has no output yet.
Execution.status = property(lambda self: (self.exec_status or ExecutionStatus.RUNNING).value)


@method(BaseExecutionWorkerCommunication)
def _reflect_execution_status(self):
    execution, state = self.execution, self.execution.exec_worker.env.program_state()
    if isinstance(state, ProgramStopped) or execution.exec_status == ExecutionStatus.ABORTED:
        return  # stop() has set the status, and the interpreter may have failed because of it
    execution.stop_date = now()
    if isinstance(state, ProgramEnded):
        execution.output = execution.exec_worker.env.states.get_input()
        execution.exec_status = ExecutionStatus.SUCCEEDED
    elif isinstance(state, ProgramTimedOut):
        execution.exec_status = ExecutionStatus.TIMED_OUT
    else:
        execution.error, execution.cause = state.error.get("error"), state.error.get("cause")
        execution.exec_status = ExecutionStatus.FAILED


@method(Execution)
def stop(self, stop_date, error, cause):
    """Aborts the execution at once, as on AWS. A task that is running still finishes."""
    if self.exec_status != ExecutionStatus.RUNNING:
        return
    self.stop_date, self.error, self.cause = stop_date, error or None, cause or None
    self.exec_status = ExecutionStatus.ABORTED
    if self.exec_worker.env:
        self.exec_worker.env.set_stop(stop_date=stop_date, error=self.error, cause=self.cause)


# A Fail state may report a States.… error that it was given; moto refuses the name.
CustomErrorName.__init__ = ErrorName.__init__


# ---- the language


parse_strictly = AmazonStateLanguageParser.parse
parsing = threading.Lock()  # two at once mix up the states' query languages


@functools.lru_cache(maxsize=32)
def parsed(definition):
    return parse_strictly(definition)


def parse(definition):
    """Writes whole numbers as fractions where moto's grammar, unlike AWS, requires them.

    moto parses a definition for each execution, which takes 0.2 s. What it has parsed has no state, and is shared.
    """
    whole = re.sub(r'("(?:ToleratedFailurePercentage|BackoffRate)"\s*:\s*\d+)(?=\s*[,}])', r"\1.0", definition)
    with parsing:
        return parsed(whole)


AmazonStateLanguageParser.parse = staticmethod(parse)


@method(Preprocessor)
def visitTolerated_failure_count_string_jsonata(self, ctx):
    """Reads an expression of ToleratedFailureCount. moto takes it for one of ToleratedFailurePercentage."""
    return ToleratedFailureCountStringJSONata(string_jsonata=self.visitString_jsonata(ctx=ctx.string_jsonata()))


# A retrier stores its count for an execution under this key. moto chooses it when it is first read: children that read
# it at the same time may get different keys and start to count again.
EvalComponent.heap_key = property(lambda self: str(id(self)))


# moto describes a failure for its log at each level of the definition: a text of the whole Map, which nobody reads.
EvalComponent._log_failure_event_exception = EvalComponent._log_exception = lambda self, **failure: None


# Parsing a path takes 10 ms, and moto parses a state's path each time that the state runs.
for parse_path in (jsonpath_ng.parse, jsonpath_ng.ext.parse):
    replace(parse_path, functools.cache(parse_path))


@functools.lru_cache(maxsize=256)
def syntax(expression, regex_engine=jsonata_parser.default_regex_engine):
    """Parses an expression. An evaluation reads what was parsed; a new one only clears its list of errors."""
    return jsonata_parser.Parser().parse(expression, regex_engine)


# It would parse a state's expression each time that the state runs, in each thread with a parser of its own.
remembering = jsonata_parser.Parser()
remembering.parse = syntax
Jsonata.get_parser = staticmethod(lambda: remembering)


def eval_jsonata(expression):
    """Evaluates JSONata in Python. moto's own bridge needs a JVM, which it does not ship."""
    try:
        return Jsonata(expression).evaluate(None)
    except Exception as error:
        raise jsonata.JSONataException("UNKNOWN", str(error)) from error


def encode_variables(bindings):
    """Writes variables into an expression as moto does, but text with a quotation mark in it stays one string."""
    return "".join(f"{name}:={to_json_str(value, separators=(',', ':'))};" for name, value in bindings.items())


def bindings(expression, env):
    """Returns copies of the values that an expression refers to: the evaluation may change them."""
    data, variables = env.states._states_data, {**env.variable_store._outer_scope, **env.variable_store._inner_scope}
    values = {"states": {}}
    for reference in jsonata.extract_jsonata_variable_references(expression):
        name, _, path = reference[1:].partition(".")
        if name == "states":
            values[name].update({key: value for key, value in data.items() if path.partition(".")[0] in ("", key)})
        elif name in variables:
            values[name] = variables[name]
    copies = json.loads(to_json_str(values))
    return {name: Utils.NULL_VALUE if value is None else value for name, value in copies.items()}


@method(StringJSONata)
def _eval_body(self, env):
    """Binds variables to their values. moto writes the values into the expression, which is slow with 366 items."""
    try:
        query = Jsonata(self.expression)
        query.set_output_convert_nulls(False)  # None is now 'undefined' only, which is an error
        value = query.evaluate(None, bindings(self.expression, env))
    except Exception:
        value = None
    if value is None:
        _eval_body.original(self, env)  # reports the failure as AWS does
    else:
        env.stack.append(Utils.convert_nulls(value))


def shorten_waits(divisor, sleep=time.sleep):
    """Divides the waits of retries and of Wait states. Nothing else is faster: timeouts and tasks are as they are."""
    retrier_decl.time = types.SimpleNamespace(sleep=lambda seconds: sleep(seconds / divisor))

    @method(WaitFunction)
    def _wait_interval(self, env, wait_seconds):
        """Waits until the execution ends. moto waits for whole seconds only."""
        end = time.monotonic() + wait_seconds / divisor
        while env.is_running() and (left := end - time.monotonic()) > 0:
            env.program_state_event.wait(left)


def record_waits(path):
    """Writes each retry's wait to a file instead of waiting: the seconds, and the limit that jitter chose from."""
    file = open(path, "a", buffering=1, encoding="utf-8")
    lock = threading.Lock()

    @method(JitterStrategyDecl)
    def _eval_body(self, env):
        limit = env.stack[-1]
        _eval_body.original(self, env)
        context = env.states.context_object.context_object_data
        wait = {"execution": context["Execution"]["Id"], "state": context["State"]["Name"]}
        with lock:
            file.write(json.dumps({**wait, "limit": limit, "seconds": env.stack[-1]}) + "\n")
        env.stack[-1] = 0


def install(credentials, tasks_endpoint):
    """Installs what needs the address that tasks call, and this server's keys, with which the interpreter signs."""
    session = boto3.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"], aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"]
    )
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1},  # only the definition retries
        connect_timeout=10,
        read_timeout=1000,  # a function runs for 900 s at most
        max_pool_connections=50,
    )
    clients = {}
    lock = threading.Lock()

    def boto_client_for(region, service, state_credentials=None):
        with lock:  # threads share clients, but a session cannot make two at once
            if (region, service) not in clients:
                clients[region, service] = session.client(
                    service, region_name=region, endpoint_url=tasks_endpoint, config=config
                )
            return clients[region, service]

    replace(boto_client.boto_client_for, boto_client_for)
    replace(jsonata.encode_jsonata_variable_declarations, encode_variables)
    jsonata._eval_jsonata = eval_jsonata
