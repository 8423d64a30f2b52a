"""The DynamoDB of the local AWS (statemachine/local/aws/tables.py): limits of batches, faults of single items.
Tests/StateMachine runs it, with the Python of .local/venv."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import types
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(ROOT, "statemachine", "local"))

os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}

import boto3  # noqa: E402
from aws import tables  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from moto import mock_aws  # noqa: E402

TABLE = "workouts"
Item = dict[str, dict[str, str]]


def key(number: int) -> Item:
    return {"date": {"S": f"day {number}"}, "session": {"S": "one"}}


class TablesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.mock = mock_aws()
        self.mock.start()
        self.current = threading.local()
        tables.install(types.SimpleNamespace(random=random.Random(1)), self.current)
        self.client = boto3.client("dynamodb")
        self.make_table()

    def make_table(self) -> None:
        self.client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("date", "session")],
            KeySchema=[
                {"AttributeName": "date", "KeyType": "HASH"},
                {"AttributeName": "session", "KeyType": "RANGE"},
            ],
        )

    def tearDown(self) -> None:
        tables.install(None, threading.local())
        self.mock.stop()

    def test_an_item_is_read_as_it_was_written(self) -> None:
        values = {
            "text": {"S": "Tipitina's"}, "number": {"N": "1.50"}, "bytes": {"B": b"\x00\xff"}, "yes": {"BOOL": False},
            "nothing": {"NULL": True}, "texts": {"SS": ["a", "b"]}, "numbers": {"NS": ["1", "2"]},
            "parts": {"BS": [b"\x01", b"\x02"]}, "list": {"L": [{"S": ""}, {"L": []}, {"B": b"\x03"}]},
            "map": {"M": {"in": {"M": {}}, "S": {"N": "7"}}},
        }  # fmt: skip
        item = {**key(1), **values}
        self.client.put_item(TableName=TABLE, Item=item)
        found = self.client.query(
            TableName=TABLE,
            KeyConditionExpression="#d = :d",
            ExpressionAttributeNames={"#d": "date"},
            ExpressionAttributeValues={":d": key(1)["date"]},
        )["Items"]
        self.assertEqual(found, [item])
        self.assertEqual(self.client.get_item(TableName=TABLE, Key=key(1))["Item"], item)
        self.assertEqual(self.client.scan(TableName=TABLE)["Items"], [item])

    def write(self, numbers: range) -> list[Item]:
        """Returns what is left."""
        requests = [{"PutRequest": {"Item": key(number)}} for number in numbers]
        left = self.client.batch_write_item(RequestItems={TABLE: requests})["UnprocessedItems"].get(TABLE, [])
        return [each["PutRequest"]["Item"] for each in left]

    def stored(self) -> list[str]:
        return sorted(item["date"]["S"] for item in self.client.scan(TableName=TABLE)["Items"])

    def test_a_batch_has_at_most_25_writes(self) -> None:
        self.assertEqual(self.write(range(25)), [])
        with self.assertRaisesRegex(ClientError, "less than or equal to 25"):
            self.write(range(26))
        self.assertEqual(len(self.stored()), 25)

    def test_a_faulty_batch_leaves_some(self) -> None:
        self.current.fault = "partial"
        left = self.write(range(25))
        self.assertTrue(0 < len(left) < 25)
        written = {key(number)["date"]["S"] for number in range(25)} - {item["date"]["S"] for item in left}
        self.assertEqual(self.stored(), sorted(written))
        response = self.client.batch_get_item(
            RequestItems={TABLE: {"Keys": [key(number) for number in range(25)], "ConsistentRead": True}}
        )
        unread = response["UnprocessedKeys"][TABLE]["Keys"]
        found = [item["date"]["S"] for item in response["Responses"][TABLE]]
        self.assertTrue(0 < len(unread) < 25)
        self.assertEqual(sorted(found), sorted(written - {each["date"]["S"] for each in unread}))

    def test_a_race_refuses_conditional_writes_only_and_no_lock(self) -> None:
        self.current.fault = "raced"
        self.client.put_item(TableName=TABLE, Item=key(1))
        condition = {"ConditionExpression": "attribute_exists(#d)", "ExpressionAttributeNames": {"#d": "date"}}
        for write in (
            lambda: self.client.put_item(TableName=TABLE, Item=key(1), **condition),
            lambda: self.client.delete_item(TableName=TABLE, Key=key(1), **condition),
        ):
            with self.assertRaisesRegex(ClientError, "ConditionalCheckFailed"):
                write()
        self.assertEqual(self.stored(), ["day 1"])
        self.client.create_table(
            TableName="locks",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "lock_key", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "lock_key", "KeyType": "HASH"}],
        )
        self.client.put_item(
            TableName="locks", Item={"lock_key": {"S": "l"}}, ConditionExpression="attribute_not_exists(lock_key)"
        )

    def test_items_survive_a_restart_and_those_of_a_deleted_table_do_not(self) -> None:
        with tempfile.TemporaryDirectory() as home:
            tables.install(None, threading.local(), home)
            nested = {**key(1), "list": {"L": [{"M": {"a": {"N": "1"}}}, {"NULL": True}]}, "flag": {"BOOL": False}}
            self.client.put_item(TableName=TABLE, Item=nested)
            self.client.put_item(TableName=TABLE, Item=key(2))
            self.client.delete_item(TableName=TABLE, Key=key(2))
            tables.store_changed()
            self.mock.stop()
            self.mock.start()
            self.client = boto3.client("dynamodb")
            self.make_table()
            self.assertEqual(self.client.scan(TableName=TABLE)["Items"], [nested])
            self.client.delete_table(TableName=TABLE)
            self.make_table()
            self.assertEqual(self.stored(), [])
        tables.folder = None


if __name__ == "__main__":
    unittest.main()
