"""DynamoDB: what moto lacks, and faults of single items.

moto looks at a condition and then writes, without regard to other threads: here one request writes at a time. Items,
except locks, survive a restart: a table is in HOME/dynamodb, as of half a second ago.
"""

from __future__ import annotations

import base64
import json
import os
import threading
import time

from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.exceptions import ConditionalCheckFailed, MockValidationException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.utilities import dynamo_to_dict
from moto.dynamodb.responses import DynamoHandler

from .patching import method

MOST_WRITES = 25  # of a batch
PARTIAL_SHARE = 0.3  # of a batch's items, where a fault lets some be left
PERIOD = 0.5  # seconds between two looks for tables that have changed

lock = threading.RLock()
faults = None  # set by `install`; without it nothing is left
current = threading.local()  # the fault of the request that this thread performs
folder = None  # of the tables; without it they are in memory only
changed = {}  # tables to be stored, by their names


def install(injected, fault, home=None):
    global faults, current, folder
    faults, current = injected, fault
    if home:
        folder = os.path.join(home, "dynamodb")
        os.makedirs(folder, exist_ok=True)
        threading.Thread(target=store, daemon=True).start()


def fault():
    return getattr(current, "fault", None)


def is_left():
    """True for an item that a faulty batch leaves. The service may leave each of them."""
    return bool(faults) and fault() == "partial" and faults.random.random() < PARTIAL_SHARE


# ---- batches


@method(DynamoHandler)
def batch_write_item(self):
    requests = self.body["RequestItems"]
    if sum(len(each) for each in requests.values()) > MOST_WRITES:
        raise MockValidationException(f"Member must have length less than or equal to {MOST_WRITES}")
    left = {}
    for table, writes in requests.items():
        kept = [write for write in writes if not is_left()]
        if len(kept) < len(writes):
            left[table] = [write for write in writes if write not in kept]
        requests[table] = kept
    with lock:
        response = batch_write_item.original(self)
    response._result["UnprocessedItems"] = left
    return response


@method(DynamoHandler)
def batch_get_item(self):
    requests = self.body["RequestItems"]
    left = {}
    for table, request in requests.items():
        kept = [key for key in request["Keys"] if not is_left()]
        if len(kept) < len(request["Keys"]):
            left[table] = {**request, "Keys": [key for key in request["Keys"] if key not in kept]}
        requests[table] = {**request, "Keys": kept}
    response = batch_get_item.original(self)
    response._result["UnprocessedKeys"].update(left)
    return response


# ---- single items


def check_race(handler):
    """Refuses a conditional write, as if another writer had been faster. Locks are taken without such a fault: a run
    does not try again to release its lock."""
    body = handler.body
    key = body.get("Key") or body.get("Item") or {}
    if fault() == "raced" and body.get("ConditionExpression") and "lock_key" not in key:
        raise ConditionalCheckFailed()


@method(DynamoHandler)
def put_item(self):
    check_race(self)
    return put_item.original(self)


@method(DynamoHandler)
def delete_item(self):
    check_race(self)
    return delete_item.original(self)


def one_at_a_time(name):
    original = getattr(DynamoDBBackend, name)

    def write(self, *arguments, **named):
        table = named.get("table_name") or arguments[0]
        with lock:
            try:
                return original(self, *arguments, **named)
            finally:
                if folder and table in self.tables:
                    changed[table] = self.tables[table]

    setattr(DynamoDBBackend, name, write)


for each in ("put_item", "delete_item", "update_item"):
    one_at_a_time(each)


# ---- responses


@method(BaseJSONSerializer)
def _serialize_type_structure(self, serialized, value, shape, key):
    """Writes an attribute's value as it is. moto looks in each for all ten types, by three names, which took two thirds
    of a query's time."""
    if shape.name == "AttributeValue":
        self._default_serialize(serialized, wire_form(value), shape, key)
    else:
        _serialize_type_structure.original(self, serialized, value, shape, key)


def wire_form(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: wire_form(each) for name, each in value.items()}
    return [wire_form(each) for each in value] if isinstance(value, (list, tuple, set)) else value


# ---- the tables' files


def path_of(name):
    return os.path.join(folder, f"{name}.json")


def store():
    """Stores the tables that have changed, again and again."""
    while True:
        time.sleep(PERIOD)
        store_changed()


def store_changed():
    with lock:
        waiting = {
            name: [dynamo_to_dict(item.describe_attrs()["Item"]) for item in table.all_items()]
            for name, table in changed.items()
            if table.hash_key_attr != "lock_key"
        }
        changed.clear()
    for name, items in waiting.items():
        with open(path_of(name) + ".new", "w", encoding="utf-8") as file:
            file.write(json.dumps(items))  # json.dump is ten times as slow: it is not written in C
        os.replace(path_of(name) + ".new", path_of(name))


@method(DynamoDBBackend)
def create_table(self, name, *arguments, **named):
    """Makes a table, with the items that one of its name had when the stack ended."""
    table = create_table.original(self, name, *arguments, **named)
    if folder and os.path.exists(path_of(name)):
        with open(path_of(name), encoding="utf-8") as file:
            items = json.load(file)
        for item in items:
            table.put_item(item)
    return table


@method(DynamoDBBackend)
def delete_table(self, name):
    with lock:
        table = delete_table.original(self, name)
        changed.pop(name, None)
        if folder and os.path.exists(path_of(name)):
            os.remove(path_of(name))
    return table
