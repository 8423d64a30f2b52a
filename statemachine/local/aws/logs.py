"""CloudWatch Logs: FilterLogEvents reads the functions' log files. Their groups are named as Lambda names them."""

from __future__ import annotations

import base64
import datetime
import json
import os
import re

import functionlog
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import lambda_backends
from moto.logs.exceptions import InvalidParameterException
from moto.logs.responses import LogsResponse

from .patching import method

PREFIX = "/aws/lambda/"
LIMIT = 10_000  # events in a response, AWS's maximum
LARGEST = 1 << 20  # bytes of a response, as on AWS
MILLISECOND = datetime.timedelta(milliseconds=1)
EPOCH = datetime.datetime.fromtimestamp(0, functionlog.UTC)


def install(settings):
    @method(LogsResponse)
    def filter_log_events(self):
        group = self._get_param("logGroupName") or ""
        try:
            function = lambda_backends[self.current_account][self.region].get_function(group.removeprefix(PREFIX))
        except UnknownFunctionException:
            function = None
        if not group.startswith(PREFIX) or not function:
            return filter_log_events.original(self)
        events, token = page(
            settings.log(function),
            start=self._get_param("startTime") or 0,
            end=self._get_param("endTime"),
            terms=terms(self._get_param("filterPattern") or ""),
            limit=min(int(self._get_param("limit") or LIMIT), LIMIT),
            place=place(self._get_param("nextToken")),
        )
        answer = {"events": events, "searchedLogStreams": []}
        return json.dumps(answer | ({"nextToken": token} if token else {}))


def terms(pattern: str) -> list[str]:
    """Returns the terms of a pattern, which all must be in a line: "quoted ones", the only ones that are known here."""
    if not re.fullmatch(r'\s*("[^"]*"\s*)*', pattern):
        raise InvalidParameterException(f"The local AWS knows only terms in double quotes, not the pattern {pattern}")
    return re.findall(r'"([^"]*)"', pattern)


def place(token: str | None) -> tuple[int, datetime.datetime | None]:
    """Returns where a token's page begins, and the time of the line before it."""
    try:
        position, milliseconds = (int(part) for part in base64.b64decode(token).split()) if token else (0, 0)
    except ValueError:
        raise InvalidParameterException("The specified nextToken is invalid.") from None
    return position, EPOCH + milliseconds * MILLISECOND if token else None


def page(
    path: str,
    start: int,
    end: int | None,
    terms: list[str],
    limit: int,
    place: tuple[int, datetime.datetime | None] = (0, None),
) -> tuple[list[dict], str | None]:
    """Returns the events at `start` or later and before `end`, in milliseconds, and the token of the next page."""
    events, size, time = [], 0, 0
    for offset, _, line in functionlog.read(path, *place):
        before, time = time, (line.time - EPOCH) // MILLISECOND if line.time else 0
        if time < start or (end is not None and time >= end) or not all(term in line.text for term in terms):
            continue
        if len(events) == limit or size > LARGEST:
            return events, base64.b64encode(f"{offset} {before}".encode()).decode()
        size += len(line.text)
        events.append(
            {
                "eventId": f"{os.path.basename(path)}-{offset}",
                "logStreamName": os.path.basename(path),
                "timestamp": time,
                "ingestionTime": time,
                "message": line.text,
            }
        )
    return events, None
