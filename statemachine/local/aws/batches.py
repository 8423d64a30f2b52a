"""The batches of a shard, as Lambda's event source mapping delivers them to a function.

https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

PARTIAL = "ReportBatchItemFailures"
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0  # seconds between the attempts of a batch; AWS does not say how long it waits


@dataclass(frozen=True)
class Rules:
    """What a mapping says of failures. None: without end."""

    reports_items: bool = False
    bisects: bool = False
    attempts: int | None = None  # after the first
    age: float | None = None  # seconds


class Shard:
    """Delivers the records of one shard in their order. A batch that fails holds up those behind it.

    invoke: hands records to the function, and returns its response; None if the function failed.
    give_up: takes records that are delivered no more, why, and the number of attempts.
    """

    def __init__(
        self,
        rules: Rules,
        invoke: Callable[[Sequence[Any]], bytes | None],
        give_up: Callable[[Sequence[Any], str, int], None],
        number: Callable[[Any], str],
        age: Callable[[Any], float],
        wait: Callable[[float], None],
    ):
        self.rules = rules
        self.invoke = invoke
        self.give_up = give_up
        self.number = number
        self.age = age
        self.wait = wait

    def deliver(self, records: Sequence[Any]) -> None:
        """Returns when the function has taken each record, or it was given up."""
        batches = [(list(records), 0)]  # with the attempts that failed; the first one is next
        while batches:
            batch, failed = batches.pop(0)
            first = self.first_failure(batch)
            if first is None:
                continue
            is_error = first < 0
            rest = batch[max(first, 0) :]
            if self.rules.age is not None and self.age(rest[0]) > self.rules.age:
                self.give_up(rest, "RecordAgeExceeded", failed + 1)
                continue
            # A division does not count as an attempt.
            if len(rest) < len(batch) and self.rules.bisects:
                batches.insert(0, (rest, 0))
            elif is_error and self.rules.bisects and len(rest) > 1:
                middle = len(rest) // 2
                batches[:0] = [(rest[:middle], failed), (rest[middle:], failed)]
            elif self.rules.attempts is not None and failed >= self.rules.attempts:
                self.give_up(rest, "RetryAttemptsExhausted", failed + 1)
            else:
                self.wait(min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failed, 10)))
                batches.insert(0, (rest, failed + 1))

    def first_failure(self, batch: Sequence[Any]) -> int | None:
        """Returns the index of the first record that the function reports; -1 if all of the batch failed; None if
        nothing did."""
        response = self.invoke(batch)
        if response is None:
            return -1
        if not self.rules.reports_items:
            return None
        numbers = [self.number(record) for record in batch]
        named = reported(response)
        if named is None or not named <= set(numbers):
            return -1  # an unknown number, or another response, is a failure of the whole batch
        return min((numbers.index(number) for number in named), default=None)


def reported(response: bytes) -> set[str] | None:
    """Returns the sequence numbers that a response names; None if it cannot be read."""
    try:
        items = (json.loads(response or b"null") or {}).get("batchItemFailures") or []
        named = {item["itemIdentifier"] for item in items}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return named if all(isinstance(number, str) and number for number in named) else None
