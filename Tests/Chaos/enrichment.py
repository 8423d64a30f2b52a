"""The enrichment, disturbed: whatever happens, the vectors and coordinates are in the end those of an undisturbed call.

The rows are loaded once. Each round forgets their vectors and coordinates, and calls the optional function until it
says that nothing is left. Other scenarios disturb the function in runs of the state machine.
"""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
from collections.abc import Callable, Iterator

from baseline import STARTS
from checks import check_leftovers
from geocoders import FUNCTION, STANDARD, Geocoders, names
from outages import SECONDS
from rounds import FUTILE, Rounds, Row
from runs import InvariantViolation
from state import State

CALLS = 40  # until it must have done everything
ATTEMPTS = 4  # of a run's call
RUN_KILLS = 4  # direct calls are killed so many times as often as those of runs, which take longer
# What the geocoder does for a while; the next call finds what it had kept back. `late` is slower than a client waits:
# 120 s for the Census' batch, 10 s for one address of the others.
OUTAGES = ("down", "late", "unavailable", "unknown_error", "over_quota", "denied", "garbage", "cut")
# What it says of an address; a wrong place must not be stored. The Census knows no cities.
WRONG_RESULTS = ("nothing", "ambiguous", "partial", "wrong_city", "wrong_street", "city_only")
LATE = {"census": 125, "google": 12, "nominatim": 12}  # seconds
# A server of Nominatim is asked once a second, so that it has the kinds of which it has a form of its own.
KINDS = {
    "census": [kind for kind in (*OUTAGES, *WRONG_RESULTS) if kind != "city_only"],
    "google": [*OUTAGES, *WRONG_RESULTS],
    "nominatim": ["down", "late", "garbage", "nothing", "wrong_city", "city_only"],
}

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
        self.geocoders = Geocoders(rounds.pipeline)
        self.references: dict[str, State] = {}  # by provider
        self.coordinates: set[str] = set()

    @property
    def reference(self) -> State:
        return self.references[self.geocoders.provider]

    def scenarios(self, kills: int, short: bool) -> Iterator[tuple[str, Fill]]:
        yield "enrichment: kill -9", self.of(lambda row: self.kills(row, kills))
        yield "enrichment: the geocoder is down", self.of(lambda row: self.outage(row, "down"))
        if short:
            return
        in_runs = max(1, kills // RUN_KILLS)
        yield "enrichment: kill -9 in runs", self.of(lambda row: self.kills_in_runs(row, in_runs), in_runs=True)
        yield "enrichment: killed in every attempt", self.of(self.killed_in_every_attempt, in_runs=True)
        yield "enrichment: the geocoder takes 3 s", self.of(self.slow)
        for provider, kinds in KINDS.items():
            for kind in kinds:
                if (provider, kind) != (STANDARD, "down"):
                    disturb = self.outage if kind in OUTAGES else self.wrong
                    yield (
                        f"enrichment: {provider}, {kind}",
                        self.of(lambda row, disturb=disturb, kind=kind: disturb(row, kind), provider),
                    )
        yield "enrichment: Postgres killed", self.of(self.without_postgres)
        yield "enrichment: two at once, and loads", self.of(self.at_once)

    def of(self, fill: Fill, provider: str = STANDARD, in_runs: bool = False) -> Fill:
        """Returns a scenario on loaded rows, or one that makes the runs itself."""

        def scenario(row: Row) -> None:
            names = [each["FunctionName"] for each in self.pipeline.functions.list_functions()["Functions"]]
            if FUNCTION not in names:
                row.skipped = "the stack has no enricher; ENRICH=1 starts it"
                return
            self.geocoders.set()
            try:
                self.geocoders.use(provider)
                self.geocoders.forget()
                if not in_runs:
                    self.begin()
                fill(row)
                check_leftovers(self.pipeline)
            finally:
                self.geocoders.set()
                self.geocoders.use(STANDARD)
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
        provider = self.geocoders.provider
        if others := {each["provider"] for each in self.geocoders.requests()} - names(provider):
            raise InvariantViolation(f"{provider} is the geocoder, but these were asked: {sorted(others)}")
        self.references.setdefault(provider, found).expect(found)
        self.coordinates = self.located()
        if not self.coordinates:
            raise InvariantViolation(f"{provider} found no venue in an undisturbed call")
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

    def kills_in_runs(self, row: Row, count: int) -> None:
        """Sends SIGKILL to the function while runs wait for it. Their retries end its work: the stores are those of
        undisturbed runs."""
        futile = 0
        while (left := count - row.injected["Enricher"]) > 0:
            before = row.injected.total()
            # One attempt is left, so that the run itself must do everything.
            kill = {"Enricher": {"share": 0.8, "most": min(left, ATTEMPTS - 1)}}
            run = self.rounds.round(row, self.dates, STARTS[2 + row.rounds % 2], {"kill": kill})
            if run.summary["enrichment_error"] or not run.summary["enrichment"]:
                raise InvariantViolation(f"{run.name} was not enriched: {run.summary['enrichment_error']}")
            futile = 0 if row.injected.total() > before else futile + 1
            if futile == FUTILE:
                raise InvariantViolation(f"no fault was injected in {FUTILE} rounds")

    def killed_in_every_attempt(self, row: Row) -> None:
        """A run whose calls are all killed says so, and is complete otherwise; the next run does what is left."""
        start = STARTS[3]
        reference = self.rounds.baseline.reference(self.dates, start).state
        for _ in range(FUTILE):
            self.rounds.baseline.begin(self.dates, start)
            self.pipeline.injected()
            self.pipeline.faults(seed=row.rounds, kill={"Enricher": {"share": 1.0, "most": ATTEMPTS}})
            run = self.pipeline.run(
                self.dates, row.name, lambda: {"Runtime.ExitError": self.rounds.count_injected(row)}
            )
            self.pipeline.faults()
            row.rounds += 1
            row.retries += run.retries
            if not run.is_complete:
                raise InvariantViolation(f"{run.name} is not complete: {run.causes}")
            if run.summary["enrichment_error"]:
                break
        else:
            raise InvariantViolation(f"in {FUTILE} runs an attempt ended before it was killed")
        if "Runtime.ExitError" not in run.summary["enrichment_error"]:
            raise InvariantViolation(f"{run.name} names another error: {run.summary['enrichment_error']}")
        self.rounds.check(row, run)
        again = self.rounds.baseline.run(self.dates, f"{row.name} again")
        row.reruns += 1
        if again.summary["enrichment_error"]:
            raise InvariantViolation(f"{again.name}: {again.summary['enrichment_error']}")
        reference.expect(State.read(self.pipeline))

    def slow(self, row: Row) -> None:
        """A geocoder that takes its time, but less than the client waits, is no failure."""
        self.geocoders.set(kind="slow")
        responses = self.finish()
        row.injected["slow"] += self.geocoders.injected("slow")
        if any(each["geocoded"]["failed"] or each["notes"] for each in responses):
            raise InvariantViolation(f"a slow geocoder is a failure: {responses[-1]}")
        self.expect_undisturbed(row)

    def outage(self, row: Row, kind: str) -> None:
        """A geocoder that fails for a while delays coordinates, and no vectors."""
        late = {"kind": "slow", "seconds": LATE[self.geocoders.provider]}
        self.geocoders.set(**(late if kind == "late" else {"kind": kind}))
        responses = self.finish()
        row.injected[kind] += self.geocoders.injected("slow" if kind == "late" else kind)
        if not any(each["notes"] for each in responses):
            raise InvariantViolation(f"nobody is told that the geocoder is {kind}: {responses[-1]}")
        if self.located():
            raise InvariantViolation(f"a geocoder that is {kind} gave coordinates: {sorted(self.located())[:3]}")
        if self.pipeline.sql(WITHOUT_VECTOR).strip() != "0":
            raise InvariantViolation(f"a geocoder that is {kind} left events without a vector")
        self.geocoders.set()
        self.finish()
        self.expect_undisturbed(row)

    def wrong(self, row: Row, kind: str) -> None:
        """A doubtful result is stored as none: no venue gets coordinates that an undisturbed call does not give it."""
        self.geocoders.set(kind=kind, share=0.5, seed=self.rounds.seed)
        self.finish()
        row.rounds += 1
        row.injected[kind] += self.geocoders.injected(kind)
        self.expect_known_places()
        # A match that the provider calls partial, with the very address, is believed.
        if kind != "partial" and self.located() == self.coordinates:
            raise InvariantViolation(f"results that are {kind} made no difference")
        self.geocoders.set()
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
