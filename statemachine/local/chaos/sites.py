"""A source in trouble: one that fails, throttles, dawdles, cuts its answers short, or says nothing any more."""

import contextlib

from parts.aws import BUCKET, FUNCTIONS

from .nights import Loss
from .state import State
from .undisturbed import Start

SCRAPER = "festvibes-scraper"
SCRAPERS = next(sandboxes for name, _, sandboxes, *_ in FUNCTIONS if name == SCRAPER)  # that a run has at once
LISTING = "/calendar/"
WINDOW = 5  # seconds
RATE = 10  # requests a second: the scraper's own default
TIMEOUT = 12  # seconds that the scraper has where the site hangs, so that nobody waits an hour for what comes of it
TRIES = 4  # of the scraper (etl.asl.json: ExtractorTask)
PAUSES = 2 + 4 + 8  # seconds between them, at most
MARGIN = 10  # seconds for what comes after: the ledger

# What a site does that hangs, by path and answer.
HANGS = {
    "at once": lambda path, content: "says nothing",
    "at the listing": lambda path, content: path.startswith(LISTING) and "says nothing",
    "within the listing": lambda path, content: path.startswith(LISTING) and "stops",
}


def cuts(path, content):
    """One detail page of eight."""
    return content and not path.startswith((LISTING, "/robots")) and sum(path.encode()) % 8 == 0 and "cuts"


class Sites:
    def __init__(self, rounds, dates, rate=RATE):
        self.pipeline = rounds.pipeline
        self.undisturbed = rounds.undisturbed
        self.rounds = rounds
        self.dates = dates
        self.rate = rate
        self.reference = None

    # ---- a source that is slow to tell, but tells: a night on empty stores leaves what it leaves of one that is well

    def fails_once(self, row):
        def trouble(path, content):
            is_first = path not in (asked for _, asked, _ in self.pipeline.site.requests)
            return is_first and sum(path.encode()) % 3 == 0 and "fails"

        self.tells(row, trouble)

    def throttles(self, row):
        self.tells(row, lambda path, content: len(self.pipeline.site.requests) % 20 == 19 and "throttles")

    def is_slow(self, row):
        self.tells(row, lambda path, content: "slow")

    def tells(self, row, trouble):
        reference = self.well()
        with self.paced():
            self.undisturbed.begin(self.dates, Start(False, True))
            self.night(row, trouble)
            reference.expect(State.read(self.pipeline))
            self.check_rate(row)

    # ---- one that does not

    def cuts_pages(self, row):
        """Details that are cut short are not made up, and what was known before stays: over a night of the site when it
        was well, everything. On empty stores the shows are there nevertheless; the details, when it is well again."""
        reference = self.well()
        with self.paced():
            for is_over in (False, True):
                if not is_over:
                    self.undisturbed.begin(self.dates, Start(False, True))
                self.pipeline.empty_pages()
                night = self.night(row, cuts)
                if not night.summary["pages_failed"]:
                    raise Loss("pages were cut short, and nobody noticed")
                found = State.read(self.pipeline)
                if is_over:
                    reference.without("loads").expect(found.without("loads"))  # the night before made some good
                elif found.times() != reference.times():
                    raise Loss(f"the shows of the dates are {found.times()}, not {reference.times()}")
                self.well_again(row, reference)

    def cuts_a_listing(self, row):
        """The date whose listing is cut fails by name, with nothing of it stored; the others do not."""
        date = self.dates[0]
        reference = self.well()
        with self.paced():
            self.undisturbed.begin(self.dates, Start(False, True))
            night = self.night(row, lambda path, _: f"date={date}" in path and "cuts", "SourceUnavailable")
            if night.missed != [date]:
                raise Loss(f"{night.missed} failed instead of {date}: {night.causes}")
            found = State.read(self.pipeline)
            State([]).expect(found.of([date]))
            self.expect_no_document(night, date)
            reference.of(night.done).expect(found.of(night.done))
            self.well_again(row, reference)

    def hangs(self, way):
        """Every date ends in time, by name, with nothing touched of what an earlier night had stored."""

        def run(row):
            with self.paced(TIMEOUT):
                self.undisturbed.begin(self.dates, Start(True, True))
                before = State.read(self.pipeline)
                names = ("SourceUnavailable", "SourceThrottled", "DeadlineExceeded")
                night = self.night(row, HANGS[way], *names)
                if night.done:
                    raise Loss(f"a site that says nothing has told of {night.done}")
                before.expect(State.read(self.pipeline))
                for date in night.missed:
                    self.expect_no_document(night, date)
                longest = max(night.seconds(date) for date in self.dates if date in night.executions)
                row.struck["seconds at most"] = round(longest)
                if longest > TRIES * TIMEOUT + PAUSES + MARGIN:
                    raise Loss(f"a date took {longest:.0f} s, {TRIES} tries of {TIMEOUT} s each")

        return run

    # ---- what they are made of

    def well(self):
        """What a night leaves of the site when it is well, at full speed."""
        return self.undisturbed.reference(self.dates, Start(False, True)).state

    def well_again(self, row, reference):
        """The next night of a site that is well again makes good what is missing: it has more to load. A scraper
        that is still warm may leave the site alone for a while, as it knows it to fail: then it is tried again."""
        self.pipeline.site.be(self.pipeline.site.edition)
        self.undisturbed.night(self.dates, f"{row.name} well", allowed={"SourceUnavailable": None})
        reference.without("loads").expect(State.read(self.pipeline).without("loads"))

    def night(self, row, trouble, *allowed):
        site = self.pipeline.site
        site.be(site.edition, trouble)
        night = self.pipeline.night(self.dates, row.name, dict.fromkeys(allowed))
        self.requests = site.requests
        row.rounds += 1
        row.retries += night.retries
        row.struck.update(kind for _, _, kind in self.requests if kind)
        if not row.struck:
            raise Loss("nothing was struck")
        if not allowed and not night.is_whole:
            raise Loss(f"{night.missed} failed: {night.causes}")
        self.rounds.check(row, night)
        return night

    def expect_no_document(self, night, date):
        folder = f"raw/wwoz/events/year={date[:4]}/month={date[5:7]}/day={date[8:]}/events_{date}_{night.name}.json"
        if found := self.pipeline.s3.list_objects_v2(Bucket=BUCKET, Prefix=folder).get("Contents"):
            raise Loss(f"{found[0]['Key']} was stored although its listing could not be read")

    def check_rate(self, row):
        """In no five seconds came more than the rate allows, and one for each scraper: its first is free. That
        more than a quarter as many did come shows that the rate was tried, on a busy machine too."""
        times = sorted(moment for moment, _, _ in self.requests)
        most = max(sum(1 for other in times if start <= other < start + WINDOW) for start in times)
        allowed = self.rate * WINDOW + SCRAPERS
        row.struck["requests"] = len(times)
        row.struck[f"at most in {WINDOW} s (allowed {allowed})"] = most
        if most > allowed:
            raise Loss(f"{most} requests in {WINDOW} s, where {self.rate} a second are allowed")
        if most <= allowed / 4:
            raise Loss(f"at most {most} requests in {WINDOW} s: the rate, {self.rate} a second, was never tried")

    @contextlib.contextmanager
    def paced(self, timeout=None):
        """The scraper with a rate as in production, instead of the local stack's, which has none. Its sandboxes start
        anew for it, and after it: what one has found out of the site's health is forgotten."""
        functions, site = self.pipeline.functions, self.pipeline.site
        usual = functions.get_function_configuration(FunctionName=SCRAPER)
        variables = usual["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=SCRAPER,
            Timeout=timeout or usual["Timeout"],
            Environment={"Variables": {**variables, "SOURCE_REQUESTS_PER_SECOND": str(self.rate)}},
        )
        try:
            yield
        finally:
            site.be(site.edition)
            functions.update_function_configuration(
                FunctionName=SCRAPER, Timeout=usual["Timeout"], Environment={"Variables": variables}
            )
