"""The batches of a shard (statemachine/local/aws/batches.py), as AWS documents their failures. Tests/Architecture
runs it."""

from __future__ import annotations

import json
import sys
import unittest
from collections.abc import Callable, Sequence
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(1, str(Path(__file__).resolve().parents[2] / "statemachine/local/aws"))

import batches  # noqa: E402

Answer = Callable[[list[int]], "list[int] | None"]


class World:
    """A function that takes numbers, and fails as `answer` says: with the failed numbers, or with an error (None)."""

    def __init__(self, answer: Answer, rules: batches.Rules) -> None:
        self.answer = answer
        self.calls: list[list[int]] = []
        self.given_up: list[tuple[list[int], str, int]] = []
        self.waits: list[float] = []
        self.now = 0.0
        self.shard = batches.Shard(
            rules,
            self.invoke,
            lambda batch, condition, attempts: self.given_up.append((list(batch), condition, attempts)),
            number=str,
            age=lambda record: self.now - record,
            wait=self.waits.append,
        )

    def invoke(self, batch: Sequence[int]) -> bytes | None:
        self.calls.append(list(batch))
        failed = self.answer(list(batch))
        if failed is None:
            return None
        return json.dumps({"batchItemFailures": [{"itemIdentifier": str(number)} for number in failed]}).encode()


def poison(number: int) -> Answer:
    return lambda batch: [number] if number in batch else []


def returning(response: bytes) -> Callable[[Sequence[int]], bytes | None]:
    return lambda batch: response


class Batches(unittest.TestCase):
    def test_a_batch_is_delivered_once(self) -> None:
        world = World(lambda batch: [], batches.Rules(reports_items=True))
        world.shard.deliver([1, 2, 3])
        self.assertEqual(world.calls, [[1, 2, 3]])
        self.assertEqual((world.given_up, world.waits), ([], []))

    def test_the_lowest_failure_is_where_it_goes_on(self) -> None:
        answers = [[4, 2], []]
        world = World(lambda batch: answers.pop(0), batches.Rules(reports_items=True, bisects=True))
        world.shard.deliver([1, 2, 3, 4])
        self.assertEqual(world.calls, [[1, 2, 3, 4], [2, 3, 4]])

    def test_a_record_that_always_fails_ends_in_the_queue_with_those_behind_it(self) -> None:
        world = World(poison(2), batches.Rules(reports_items=True, bisects=True, attempts=3))
        world.shard.deliver([1, 2, 3])
        self.assertEqual(world.calls, [[1, 2, 3]] + 4 * [[2, 3]])
        self.assertEqual(world.given_up, [([2, 3], "RetryAttemptsExhausted", 4)])
        self.assertEqual(world.waits, [0.1, 0.2, 0.4])

    def test_an_error_halves_the_batch_until_the_record_is_alone(self) -> None:
        world = World(
            lambda batch: None if 3 in batch else [], batches.Rules(reports_items=True, bisects=True, attempts=1)
        )
        world.shard.deliver([1, 2, 3, 4])
        self.assertEqual(world.calls, [[1, 2, 3, 4], [1, 2], [3, 4], [3], [3], [4]])
        self.assertEqual(world.given_up, [([3], "RetryAttemptsExhausted", 2)])

    def test_without_division_the_whole_batch_is_given_up(self) -> None:
        world = World(lambda batch: None, batches.Rules(attempts=2))
        world.shard.deliver([1, 2])
        self.assertEqual(world.calls, 3 * [[1, 2]])
        self.assertEqual(world.given_up, [([1, 2], "RetryAttemptsExhausted", 3)])

    def test_what_is_too_old_is_given_up(self) -> None:
        world = World(lambda batch: None, batches.Rules(age=10))
        world.now = 12.0
        world.shard.deliver([1, 2])
        self.assertEqual(world.given_up, [([1, 2], "RecordAgeExceeded", 1)])

    def test_a_response_that_names_an_unknown_record_or_is_none_fails_the_batch(self) -> None:
        for response in (b'{"batchItemFailures": [{"itemIdentifier": "9"}]}', b"[1]", b'{"batchItemFailures": [{}]}'):
            world = World(lambda batch: [], batches.Rules(reports_items=True, attempts=0))
            world.shard.invoke = returning(response)
            world.shard.deliver([1, 2])
            self.assertEqual(world.given_up, [([1, 2], "RetryAttemptsExhausted", 1)], response)
        for response in (b"", b"null", b"{}", b'{"batchItemFailures": null}'):
            self.assertEqual(batches.reported(response), set())


if __name__ == "__main__":
    unittest.main()
