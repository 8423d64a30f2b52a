"""Faults of the source: errors, throttling, slow responses, truncated responses, no responses."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from baseline import Start
from rounds import Rounds, Row
from runs import InvariantViolation, Run
from services.aws import BUCKET
from services.functions import function_named
from source import Fault
from state import State

SCRAPER = function_named("scraper")
LISTING = "/calendar/"
WINDOW = 5  # seconds
RATE = 10  # requests a second: the scraper's own default
TIMEOUT = 12  # seconds that the scraper has where the site hangs; its real timeout would make the suite take hours
TRIES = 4  # attempts of the scraper's task (etl.asl.json)
PAUSES = 2 + 4 + 8  # seconds between them, at most
MARGIN = 10  # seconds for what follows: the ledger

# The ways in which a site hangs.
HANGS: dict[str, Fault] = {
    "at once": lambda path, content: "no response",
    "at the listing": lambda path, content: path.startswith(LISTING) and "no response",
    "within the listing": lambda path, content: path.startswith(LISTING) and "stalled",
}


def cut_pages(path: str, content: bytes) -> str | bool:
    """Truncates one detail page of eight."""
    is_chosen = content and not path.startswith((LISTING, "/robots")) and sum(path.encode()) % 8 == 0
    return is_chosen and "cut off"


class SourceFaults:
    def __init__(self, rounds: Rounds, dates: tuple[str, ...], rate: int = RATE):
        self.pipeline = rounds.pipeline
        self.baseline = rounds.baseline
        self.rounds = rounds
        self.dates = dates
        self.rate = rate

    # ---- temporary faults: a run on empty stores has the same result as without them

    def fails_once(self, row: Row) -> None:
        def fault(path: str, content: bytes) -> str | bool:
            is_first = path not in (requested for _, requested, _ in self.pipeline.site.requests)
            return is_first and sum(path.encode()) % 3 == 0 and "error"

        self.recovers(row, fault)

    def throttles(self, row: Row) -> None:
        self.recovers(row, lambda path, content: len(self.pipeline.site.requests) % 20 == 19 and "throttled")

    def is_slow(self, row: Row) -> None:
        self.recovers(row, lambda path, content: "slow")

    def recovers(self, row: Row, fault: Fault) -> None:
        reference = self.healthy()
        with self.paced():
            self.baseline.begin(self.dates, Start(False, True))
            self.run(row, fault)
            reference.expect(State.read(self.pipeline))
            self.check_rate(row)

    # ---- permanent faults

    def cuts_pages(self, row: Row) -> None:
        """Truncated detail pages add no invented details and remove none that are stored.

        On empty stores the events are loaded without these details, which the next run of the healthy site adds. Over
        an earlier run of the healthy site, nothing changes.
        """
        reference = self.healthy()
        with self.paced():
            for has_earlier in (False, True):
                if not has_earlier:
                    self.baseline.begin(self.dates, Start(False, True))
                self.pipeline.empty_pages()
                run = self.run(row, cut_pages)
                if not run.summary["pages_failed"]:
                    raise InvariantViolation("pages were truncated, but the run reports no failed pages")
                found = State.read(self.pipeline)
                if has_earlier:
                    # The load counts differ: the run before this one completed some events.
                    reference.without("loads").expect(found.without("loads"))
                elif found.times() != reference.times():
                    raise InvariantViolation(f"the dates have events at {found.times()}, expected {reference.times()}")
                self.run_healthy(row, reference)

    def cuts_a_listing(self, row: Row) -> None:
        """The date whose listing is truncated fails with SourceUnavailable and stores nothing; the others succeed."""
        date = self.dates[0]
        reference = self.healthy()
        with self.paced():
            self.baseline.begin(self.dates, Start(False, True))
            run = self.run(row, lambda path, _: f"date={date}" in path and "cut off", "SourceUnavailable")
            if run.missed != [date]:
                raise InvariantViolation(f"{run.missed} failed instead of {date}: {run.causes}")
            found = State.read(self.pipeline)
            State([]).expect(found.of([date]))
            self.expect_no_document(run, date)
            reference.of(run.done).expect(found.of(run.done))
            self.run_healthy(row, reference)

    def hangs(self, way: str) -> Callable[[Row], None]:
        """Every date fails within its time, with a named error, and what an earlier run stored is unchanged."""

        def scenario(row: Row) -> None:
            with self.paced(TIMEOUT):
                self.baseline.begin(self.dates, Start(True, True))
                before = State.read(self.pipeline)
                names = ("SourceUnavailable", "SourceThrottled", "DeadlineExceeded")
                run = self.run(row, HANGS[way], *names)
                if run.done:
                    raise InvariantViolation(f"{run.done} succeeded although the site did not respond")
                before.expect(State.read(self.pipeline))
                for date in run.missed:
                    self.expect_no_document(run, date)
                longest = max(run.seconds(date) for date in self.dates if date in run.executions)
                row.injected["seconds at most"] = round(longest)
                if longest > TRIES * TIMEOUT + PAUSES + MARGIN:
                    raise InvariantViolation(f"a date took {longest:.0f} s with {TRIES} attempts of {TIMEOUT} s each")

        return scenario

    # ---- steps

    def healthy(self) -> State:
        """Returns the result of a run of the healthy site on empty stores, at full speed."""
        return self.baseline.reference(self.dates, Start(False, True)).state

    def run_healthy(self, row: Row, reference: State) -> None:
        """Performs a run of the healthy site, which must add what is missing.

        Its load counts are larger than the baseline's. In a warm scraper the circuit of this site may still be open,
        so SourceUnavailable is allowed; the state machine retries it.
        """
        self.pipeline.site.set(self.pipeline.site.edition)
        self.baseline.run(self.dates, f"{row.name} healthy", allowed={"SourceUnavailable": None})
        reference.without("loads").expect(State.read(self.pipeline).without("loads"))

    def run(self, row: Row, fault: Fault, *allowed: str) -> Run:
        site = self.pipeline.site
        site.set(site.edition, fault)
        run = self.pipeline.run(self.dates, row.name, dict.fromkeys(allowed))
        self.requests = site.requests
        row.rounds += 1
        row.retries += run.retries
        row.injected.update(kind for _, _, kind in self.requests if kind)
        if not row.injected:
            raise InvariantViolation("no fault was injected")
        if not allowed and not run.is_complete:
            raise InvariantViolation(f"{run.missed} failed: {run.causes}")
        self.rounds.check(row, run)
        return run

    def expect_no_document(self, run: Run, date: str) -> None:
        key = f"raw/wwoz/events/year={date[:4]}/month={date[5:7]}/day={date[8:]}/events_{date}_{run.name}.json"
        if found := self.pipeline.s3.list_objects_v2(Bucket=BUCKET, Prefix=key).get("Contents"):
            raise InvariantViolation(f"{found[0]['Key']} was stored although its listing could not be read")

    def check_rate(self, row: Row) -> None:
        """Checks the request rate in every window of five seconds.

        At most the rate, plus one request for each scraper, whose first is not delayed. At least a quarter of that,
        which shows even on a busy machine that the limit was exercised.
        """
        times = sorted(moment for moment, _, _ in self.requests)
        most = max(sum(1 for other in times if start <= other < start + WINDOW) for start in times)
        allowed = self.rate * WINDOW + SCRAPER.sandboxes
        row.injected["requests"] = len(times)
        row.injected[f"at most in {WINDOW} s (allowed {allowed})"] = most
        if most > allowed:
            raise InvariantViolation(f"{most} requests in {WINDOW} s, but only {self.rate} a second are allowed")
        if most <= allowed / 4:
            raise InvariantViolation(
                f"at most {most} requests in {WINDOW} s: the limit of {self.rate} a second was never reached"
            )

    @contextlib.contextmanager
    def paced(self, timeout: int | None = None) -> Iterator[None]:
        """Gives the scraper production's request rate; the local stack otherwise sets no limit.

        The change of its configuration restarts the scraper's sandboxes, before and after, so that no circuit breaker
        keeps its state.
        """
        functions, site = self.pipeline.functions, self.pipeline.site
        usual = functions.get_function_configuration(FunctionName=SCRAPER.deployed_name)
        variables = usual["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=SCRAPER.deployed_name,
            Timeout=timeout or usual["Timeout"],
            Environment={"Variables": {**variables, "SOURCE_REQUESTS_PER_SECOND": str(self.rate)}},
        )
        try:
            yield
        finally:
            site.set(site.edition)
            functions.update_function_configuration(
                FunctionName=SCRAPER.deployed_name, Timeout=usual["Timeout"], Environment={"Variables": variables}
            )
