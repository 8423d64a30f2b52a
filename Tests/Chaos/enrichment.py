"""The enrichment, disturbed: whatever happens, the vectors and coordinates are in the end those of an undisturbed call.

The rows are loaded once. Each round forgets their vectors and coordinates, and calls the optional function until it
says that nothing is left.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
from collections.abc import Callable, Iterator

from baseline import STARTS
from checks import check_leftovers
from outages import SECONDS
from processes import write
from rounds import FUTILE, Rounds, Row
from runs import InvariantViolation
from state import State

FUNCTION = "festvibes-enricher"
CALLS = 40  # until it must have done everything
# What the geocoder does for a while; the next call finds what it had kept back.
OUTAGES = ("down", "slow", "unavailable", "over_quota", "garbage", "cut")
# What it says of an address; a wrong place must not be stored.
WRONG_RESULTS = ("nothing", "ambiguous", "partial", "wrong_city", "city_only")

FORGET = """
do $$ declare c record; begin
  for c in
    select table_name as entity, string_agg(quote_ident(column_name) || ' = null', ', ') as assignments
    from information_schema.columns
    where table_schema = 'public' and table_name in ('venues', 'artists', 'genres', 'events') and (
      column_name like '%embedding%' or column_name in ('latitude', 'longitude', 'last_geocoded'))
    group by 1
  loop
    execute format('update %I set %s', c.entity, c.assignments);
  end loop;
  if to_regclass('venue_locations') is not null then truncate venue_locations; end if;
end $$
"""
WITHOUT_VECTOR = "select count(*) from events where event_text_embedding is null"
COORDINATES = "select name, latitude, longitude from venues where latitude is not null or longitude is not null"

Fill = Callable[[Row], object]


class Enrichment:
    def __init__(self, rounds: Rounds, dates: tuple[str, ...]):
        self.rounds = rounds
        self.pipeline = rounds.pipeline
        self.dates = dates
        self.reference = State([])  # empty until it is taken
        self.coordinates: set[str] = set()

    def scenarios(self, kills: int, short: bool) -> Iterator[tuple[str, Fill]]:
        yield "enrichment: kill -9", self.of(lambda row: self.kills(row, kills))
        yield "enrichment: the geocoder is down", self.of(lambda row: self.geocoder(row, "down"))
        if short:
            return
        for kind in OUTAGES[1:]:
            yield f"enrichment: the geocoder, {kind}", self.of(lambda row, kind=kind: self.geocoder(row, kind))
        for kind in WRONG_RESULTS:
            yield f"enrichment: an address, {kind}", self.of(lambda row, kind=kind: self.wrong(row, kind))
        yield "enrichment: Postgres killed", self.of(self.without_postgres)
        yield "enrichment: two at once, and loads", self.of(self.at_once)

    def of(self, fill: Fill) -> Fill:
        """Returns a scenario on loaded rows."""

        def scenario(row: Row) -> None:
            names = [each["FunctionName"] for each in self.pipeline.functions.list_functions()["Functions"]]
            if FUNCTION not in names:
                row.skipped = "the stack has no enricher; ENRICH=1 starts it"
                return
            self.set_geocoder()
            try:
                self.begin()
                fill(row)
                check_leftovers(self.pipeline)
            finally:
                self.set_geocoder()
                self.pipeline.faults()

        return scenario

    # ---- rounds

    def begin(self) -> None:
        """Loads the rows, and takes the reference, if that is still to be done; else forgets what was found."""
        self.rounds.baseline.begin(self.dates, STARTS[1])
        self.rounds.baseline.run(self.dates, "enrichment")
        self.forget()
        self.finish()
        found = State.read(self.pipeline)
        if self.pipeline.sql(WITHOUT_VECTOR).strip() != "0":
            raise InvariantViolation("an undisturbed call left events without a vector")
        if self.reference.rows:
            self.reference.expect(found)
        self.reference, self.coordinates = found, self.located()
        self.forget()

    def forget(self) -> None:
        self.pipeline.sql(FORGET)

    def located(self) -> set[str]:
        return set(self.pipeline.sql(COORDINATES).splitlines())

    def call(self) -> dict | None:
        """Calls the function once. Returns its response's body, or None if it failed."""
        response = self.pipeline.functions.invoke(FunctionName=FUNCTION, Payload=b'{"dataset":"wwoz","run":"chaos"}')
        payload = json.load(response["Payload"])
        return None if "FunctionError" in response else payload["body"]

    def finish(self) -> list[dict]:
        """Calls the function until it says that nothing is left. Returns its responses."""
        responses = []
        for _ in range(CALLS):
            body = self.call()
            if body:
                responses.append(body)
                if not body["more"]:
                    return responses
        raise InvariantViolation(f"no end after {CALLS} calls; the last response: {responses[-1:]}")

    def expect_undisturbed(self, row: Row) -> None:
        """Checks the result, and that another call finds nothing to do."""
        row.rounds += 1
        self.reference.expect(State.read(self.pipeline))
        again = self.finish()[-1]
        if sum(again["embedded"].values()) or again["geocoded"]["looked_up"]:
            raise InvariantViolation(f"a call with nothing to do did {again['embedded']} and {again['geocoded']}")

    # ---- scenarios

    def kills(self, row: Row, count: int) -> None:
        """Sends SIGKILL at random moments of the function's work."""
        futile = 0
        while (left := count - row.injected["Enricher"]) > 0:
            before = row.injected.total()
            self.pipeline.injected()
            chance = self.rounds.chance(row).random()
            self.pipeline.faults(seed=chance, kill={"Enricher": {"share": 0.8, "most": min(left, CALLS // 4)}})
            self.finish()
            self.pipeline.faults()
            self.rounds.count_injected(row)
            self.expect_undisturbed(row)
            self.forget()
            futile = 0 if row.injected.total() > before else futile + 1
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")

    def geocoder(self, row: Row, kind: str) -> None:
        """A geocoder that fails for a while delays coordinates, and no vectors."""
        self.set_geocoder(kind=kind)
        self.finish()
        row.injected[kind] += 1
        if self.pipeline.sql(WITHOUT_VECTOR).strip() != "0":
            raise InvariantViolation(f"a geocoder that is {kind} left events without a vector")
        self.expect_known_places()
        self.set_geocoder()
        self.finish()
        self.expect_undisturbed(row)

    def wrong(self, row: Row, kind: str) -> None:
        """A doubtful result is stored as none: no venue gets coordinates that an undisturbed call does not give it."""
        self.set_geocoder(kind=kind, share=0.5, seed=self.rounds.seed)
        self.finish()
        row.rounds += 1
        row.injected[kind] += 1
        self.expect_known_places()
        self.set_geocoder()
        self.forget()
        self.finish()
        self.expect_undisturbed(row)

    def expect_known_places(self) -> None:
        if invented := self.located() - self.coordinates:
            raise InvariantViolation(f"coordinates that no undisturbed call finds: {sorted(invented)[:3]}")

    def without_postgres(self, row: Row) -> None:
        postgres = self.pipeline.postgres
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            call = thread.submit(self.call)
            os.kill(postgres.process.pid(), signal.SIGKILL)
            self.rounds.outages.restart(postgres)
            call.result(timeout=SECONDS + 600)
        row.injected["outages"] += 1
        self.finish()
        self.expect_undisturbed(row)

    def at_once(self, row: Row) -> None:
        """Three calls beside a run, whose loads write the same rows. No load may fail."""
        with concurrent.futures.ThreadPoolExecutor(3) as threads:
            calls = [threads.submit(self.finish) for _ in range(3)]
            self.rounds.baseline.run(self.dates, row.name)
            for call in calls:
                call.result()
        row.injected["calls at once"] += len(calls)
        self.finish()
        self.expect_undisturbed(row)

    def set_geocoder(self, **rule) -> None:
        """Sets what the geocoder does wrong from now on; without a rule it does nothing wrong."""
        path = self.pipeline.home.join("geocoder.json")
        if rule:
            write(path, json.dumps(rule))
        elif os.path.exists(path):
            os.unlink(path)
