"""Step Functions: what moto 5.2.1 lacks or gets wrong.

moto runs a distributed Map's items inside the parent execution, and they leave no trace. Here each item is an execution
of its own, as on AWS: with a name, an ARN, a status, an error and a history, found through ListMapRuns, DescribeMapRun,
ListExecutions(mapRunArn), DescribeExecution and GetExecutionHistory.

When the tolerated failures are exceeded no child begins any more, and those that run are aborted: AWS documents that it
may run some a little longer. A task under way still ends in its own time, here before the Map fails.
"""

import copy
import datetime
import functools
import json
import re
import threading
import types
import uuid

import boto3
import jsonpath_ng.ext
from botocore.config import Config
from jsonata import Jsonata
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
from moto.stepfunctions.parser.asl.component.common.retry.jitter_strategy_decl import JitterStrategyDecl
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_func import ComparisonFuncValue
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison_operator_type import (
    ComparisonOperatorType,
)
from moto.stepfunctions.parser.asl.component.state.choice.comparison.variable import NoSuchVariable
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor.map_run_record import (
    MapRunRecord,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.program_state import ProgramEnded, ProgramStopped, ProgramTimedOut
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData
from moto.stepfunctions.parser.asl.jsonata import jsonata
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

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
    """Runs a part of the parent's definition, parsed already, in the thread of its caller."""

    program = None

    def _get_evaluation_entrypoint(self):
        return self.program

    def _get_evaluation_environment(self):
        """Whoever stops a child that has no environment yet leaves it to this to end it."""
        self.env = super()._get_evaluation_environment()
        execution = self._execution_communication.execution
        if execution.exec_status == ExecutionStatus.ABORTED:
            self.env.set_stop(stop_date=execution.stop_date, error=None, cause=None)
        return self.env

    def start(self):
        try:
            self._execution_logic()
        except Exception as error:  # the interpreter's own failure; on AWS too it would be the child's
            execution = self._execution_communication.execution
            if execution.exec_status != ExecutionStatus.RUNNING:
                return  # stopped, and the interpreter tripped over it
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
                    child = Child(map_run, env, program, selected(env, eval_input, index, item))
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
            if not env.is_running() or not map_run.within_tolerance():  # the parent was stopped, or fails
                map_run.stop_children()
    if broken_selector:
        raise broken_selector[0]
    if not map_run.within_tolerance():
        map_run.abort_pending()
        raise threshold_exceeded(env)
    env.stack.append(outputs)


@method(MapRunRecord)
def set_stop(self, status):
    counts = self.item_counter.describe()
    unfinished = counts["pending"] or counts["aborted"]
    set_stop.original(self, MapRunStatus.ABORTED if unfinished and status == MapRunStatus.SUCCEEDED else status)


def selected(env, eval_input, index, item):
    """The input of an item's execution: what ItemSelector (once Parameters) makes of it, or the item itself."""
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
    """What a Map's result has: a child's output; of one that failed within what is tolerated the execution."""
    if child.exec_status == ExecutionStatus.SUCCEEDED:
        return child.output
    return {
        "ExecutionArn": child.exec_arn,
        "Input": child.execution_input,
        "Name": child.name,
        "StateMachineArn": child.state_machine.arn,
        "Status": child.exec_status.value,
        **({"Error": child.error, "Cause": child.cause} if child.error else {}),
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


@method(StepFunctionsParserBackend)
def start_execution(self, state_machine_arn, name=None, execution_input=None, trace_header=None):
    name = name or str(uuid.uuid4())  # moto calls every nameless execution "None"
    self._validate_name(name)
    try:
        json.loads(execution_input or "{}")
    except ValueError as error:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{error}'") from error
    return start_execution.original(self, state_machine_arn, name, execution_input, trace_header)


def copy_without_executions(machine, memo):
    """start_execution copies the machine; moto's copy takes past executions along, whose threads cannot be copied."""
    new = copy.copy(machine)
    new.executions = []
    return new


StateMachine.__deepcopy__ = copy_without_executions


@method(Execution)
def get_start_execution_details(self):
    """$$.Execution.StartTime is text; moto's datetime breaks every document that it is copied into."""
    details = get_start_execution_details.original(self)
    details.start_time = iso_8601_datetime_with_milliseconds(self.start_date)
    return details


# Polled at the wrong moment, moto's execution has no status yet, or has ended and not got its output yet.
Execution.status = property(lambda self: (self.exec_status or ExecutionStatus.RUNNING).value)


@method(BaseExecutionWorkerCommunication)
def _reflect_execution_status(self):
    execution, state = self.execution, self.execution.exec_worker.env.program_state()
    if isinstance(state, ProgramStopped) or execution.exec_status == ExecutionStatus.ABORTED:
        return  # stop() has said so, and the interpreter may have tripped over it
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
    """ABORTED at once, as on AWS, although a task under way still ends in its own time."""
    if self.exec_status != ExecutionStatus.RUNNING:
        return
    self.stop_date, self.error, self.cause = stop_date, error or None, cause or None
    self.exec_status = ExecutionStatus.ABORTED
    if self.exec_worker.env:
        self.exec_worker.env.set_stop(stop_date=stop_date, error=self.error, cause=self.cause)


# A Fail state may pass a States.… error on by ErrorPath; moto refuses the name.
CustomErrorName.__init__ = ErrorName.__init__


# ---- the language


parse_strictly = AmazonStateLanguageParser.parse
parsing = threading.Lock()  # two at once lose track of which state speaks JSONata


def parse(definition):
    """moto's grammar wants a fraction where AWS takes a whole number."""
    whole = re.sub(r'("(?:ToleratedFailurePercentage|BackoffRate)"\s*:\s*\d+)(?=\s*[,}])', r"\1.0", definition)
    with parsing:
        return parse_strictly(whole)


AmazonStateLanguageParser.parse = staticmethod(parse)


# What a retrier remembers of an execution it finds by this. moto's is chosen when first read, and children that read it
# at once for the first time may get different ones, and count and wait anew.
EvalComponent.heap_key = property(lambda self: str(id(self)))


@method(ComparisonFuncValue)
def _eval_body(self, env):
    """As on AWS, a path that is not there fails the execution, but for IsPresent; to moto it is merely unequal."""
    variable = env.stack[-1]
    if isinstance(variable, NoSuchVariable) and self.operator_type is not ComparisonOperatorType.IsPresent:
        raise ValueError(f"Invalid path '{variable.path}'")
    _eval_body.original(self, env)


# A path is parsed in 10 ms each time that a state reads it, which is most of what a date costs the interpreter.
for parse_path in (jsonpath_ng.parse, jsonpath_ng.ext.parse):
    replace(parse_path, functools.cache(parse_path))


def eval_jsonata(expression):
    """moto's bridge to JSONata wants a JVM that it does not ship."""
    try:
        return Jsonata(expression).evaluate(None)
    except Exception as error:
        raise jsonata.JSONataException("UNKNOWN", str(error)) from error


def encode_variables(bindings):
    """As moto's, but text with a quotation mark in it stays one string."""
    return "".join(f"{name}:={to_json_str(value, separators=(',', ':'))};" for name, value in bindings.items())


def record_waits(path):
    """A retry's wait is written down instead of waited for: the seconds asked for, and what jitter chose them from."""
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
    """The rest, which must know where tasks lead, and this server's keys: the interpreter signs what it calls."""
    session = boto3.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"], aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"]
    )
    config = Config(
        parameter_validation=False,
        retries={"total_max_attempts": 1},  # Retry in the definition is the only one
        connect_timeout=10,
        read_timeout=1000,  # a function runs for 900 s at most
        max_pool_connections=50,
    )
    clients = {}
    lock = threading.Lock()

    def boto_client_for(region, service, state_credentials=None):
        with lock:  # a client serves many threads, but a session cannot make two at once
            if (region, service) not in clients:
                clients[region, service] = session.client(
                    service, region_name=region, endpoint_url=tasks_endpoint, config=config
                )
            return clients[region, service]

    replace(boto_client.boto_client_for, boto_client_for)
    replace(jsonata.encode_jsonata_variable_declarations, encode_variables)
    jsonata._eval_jsonata = eval_jsonata
