"""EventBridge: delivers events to the targets of rules, which moto does for few sources and few targets.

Events come from PutEvents, from buckets that send theirs to EventBridge, and from executions that ended. As on AWS,
every execution has events, also those of a Map's items, whose state machine is named MACHINE/LABEL; rules on the
default bus select by their patterns. A target may be a function, which is invoked asynchronously, or a topic, and its
policy must allow the rule to use it; or a queue, or a state machine with a role. Delivery is at least once: here
always twice, so that tests show who minds. An execution is named by the event and the target, so that a second
delivery starts nothing. A function that fails is tried twice more; what cannot be delivered goes to the queue that
target or function names.
"""

import datetime
import json
import sys
import threading
import time
import uuid

from moto.awslambda.models import lambda_backends
from moto.events.models import Rule, events_backends
from moto.events.utils import _BASE_EVENT_MESSAGE, EventTemplateParser
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends
from moto.stepfunctions.exceptions import ExecutionAlreadyExists
from moto.stepfunctions.responses import get_backend
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from . import executions  # noqa: F401  whose methods are extended here
from .patching import method

DELIVERIES = 2
WAITS = (1, 2)  # seconds before a function is tried again; on Lambda one minute and two


class Undelivered(Exception):
    """An event that a target did not take."""


# ---- the sources


@method(Rule)
def send_to_targets(self, original_event, transform_input=True):
    """Takes an event of PutEvents or of S3. Moto ignores transform_input for S3, as this does for all."""
    del transform_input
    event = {name: value for name, value in original_event.items() if name != "ingestion-time"}
    if event["id"] == _BASE_EVENT_MESSAGE["id"]:  # all of moto's S3 events have it
        event["id"] = str(uuid.uuid4())
    if isinstance(event["time"], (int, float)):
        moment = datetime.datetime.fromtimestamp(event["time"], tz=datetime.timezone.utc)
        event["time"] = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    # AWS's services send to the default bus.
    if self.event_bus_name == "default" or not event["source"].startswith("aws."):
        offer(self, event)


@method(BaseExecutionWorkerCommunication)
def _reflect_execution_status(self):
    before = self.execution.exec_status
    _reflect_execution_status.original(self)
    if before != self.execution.exec_status:
        publish(self.execution)


@method(Execution)
def stop(self, stop_date, error, cause):
    before = self.exec_status
    stop.original(self, stop_date, error, cause)
    if before != self.exec_status:
        publish(self)


def publish(execution):
    event = event_of(execution)
    bus = events_backends[execution.account_id][execution.region_name].event_buses["default"]
    for rule in list(bus.rules.values()):
        offer(rule, event)


def offer(rule, event):
    """Delivers an event to the targets of a rule that selects it."""
    if rule.state == "ENABLED" and not rule.scheduled_expression and rule.event_pattern.matches_event(event):
        for target in list(rule.targets):
            threading.Thread(target=deliver, args=(rule, target, event), daemon=True).start()


def event_of(execution):
    """Returns the event of an execution that ended, with AWS's fields."""
    succeeded = execution.exec_status == ExecutionStatus.SUCCEEDED
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": execution.account_id,
        "time": execution.stop_date.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": execution.region_name,
        "resources": [execution.exec_arn],
        "detail": {
            "executionArn": execution.exec_arn,
            "stateMachineArn": execution.state_machine.arn,
            "stateMachineVersionArn": None,
            "stateMachineAliasArn": None,
            "name": execution.name,
            "status": execution.exec_status.value,
            "startDate": milliseconds(execution.start_date),
            "stopDate": milliseconds(execution.stop_date),
            "input": text(execution.execution_input),
            "output": text(execution.output) if succeeded else None,
            "inputDetails": {"included": True},
            "outputDetails": {"included": True} if succeeded else None,
            "error": execution.error,
            "cause": execution.cause,
            "redriveCount": 0,
            "redriveDate": None,
            "redriveStatus": "NOT_REDRIVABLE" if succeeded else "REDRIVABLE",
            "redriveStatusReason": None,
        },
    }


def milliseconds(moment):
    return int(moment.timestamp() * 1000)


def text(value):
    return value if isinstance(value, str) or value is None else json.dumps(value)


# ---- the targets


def deliver(rule, target, event):
    for _ in range(DELIVERIES):
        try:
            send(rule, target, event)
        except Undelivered as problem:
            print(f"not delivered: {target['Arn']}: {problem}", file=sys.stderr, flush=True)
            queue(target.get("DeadLetterConfig", {}).get("Arn"), event)


def transformed(target, event):
    transformer = target.get("InputTransformer")
    if not transformer:
        return event
    context = {**event, "ingestion-time": time.time()}  # which moto's parser expects
    return EventTemplateParser.parse(transformer["InputTemplate"], transformer.get("InputPathsMap", {}), context)


def send(rule, target, event):
    arn, payload = target["Arn"], transformed(target, event)
    _, _, service, region, account, *name = arn.split(":")
    if service == "lambda":
        invoke(rule, lambda_backends[account][region], name[-1], payload)
    elif service == "sns":
        topic = sns_backends[account][region].topics.get(arn)
        if not topic:
            raise Undelivered("there is no such topic")
        require_permission(rule, "sns:Publish", json.loads(topic.policy)["Statement"])
        topic.publish(json.dumps(payload))
    elif service == "sqs":
        if name[-1] not in sqs_backends[account][region].queues:
            raise Undelivered("there is no such queue")
        queue(arn, payload)
    elif service == "states":
        start(rule, target, event, payload)
    else:
        raise Undelivered("only functions, topics, queues and state machines are targets here")


def start(rule, target, event, payload):
    """Starts an execution, once for each event and target."""
    _, _, _, region, account, *_ = target["Arn"].split(":")
    if not target.get("RoleArn"):
        raise Undelivered("the target has no role that may start executions")
    name = f"{event['id']}_{uuid.uuid5(uuid.NAMESPACE_URL, rule.arn + target['Id'])}"
    try:
        get_backend(account, region).start_execution(target["Arn"], name, json.dumps(payload))
    except ExecutionAlreadyExists:
        pass
    except Exception as error:
        raise Undelivered(str(error)) from error


def invoke(rule, backend, name, payload):
    try:
        function = backend.get_function(name)
    except Exception as error:
        raise Undelivered(str(error)) from error
    require_permission(rule, "lambda:InvokeFunction", function.policy.statements if function.policy else [])
    threading.Thread(target=invoke_until_done, args=(backend, function, payload), daemon=True).start()


def invoke_until_done(backend, function, payload):
    """Invokes a function as Lambda does for an asynchronous request. EventBridge does not see the outcome."""
    for wait in (0, *WAITS):
        time.sleep(wait)
        headers = {}
        response = backend.invoke(function.function_name, None, json.dumps(payload), {}, headers)
        if "x-amz-function-error" not in headers:
            return
    context = {"condition": "RetriesExhausted", "approximateInvokeCount": 1 + len(WAITS)}
    record = {"version": "1.0", "requestContext": context, "requestPayload": payload}
    record["responsePayload"] = json.loads(response)
    for config in function.event_invoke_config[:1]:
        destinations = config.response().get("DestinationConfig") or {}
        queue(destinations.get("OnFailure", {}).get("Destination"), record)


def require_permission(rule, action, statements):
    for statement in statements:
        principal, condition = statement.get("Principal"), statement.get("Condition") or {}
        sources = [test.get("AWS:SourceArn", test.get("aws:SourceArn")) for test in condition.values()]
        if (
            statement["Effect"] == "Allow"
            and statement["Action"] == action
            and isinstance(principal, dict)
            and principal.get("Service") == "events.amazonaws.com"
            and rule.arn in sources
        ):
            return
    raise Undelivered(f"its policy does not allow {action} to {rule.arn}")


def queue(arn, payload):
    if not arn:
        return
    _, _, _, region, account, name = arn.split(":")
    sqs_backends[account][region].send_message(name, json.dumps(payload))
