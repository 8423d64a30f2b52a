#!/usr/bin/env python3
"""Compares the results of two builds of the functions for the same pages, byte for byte.

  compare_builds.py OLD NEW SITE [--new-shapes] [--selftest] [--home DIR]

OLD and NEW are folders with the release binaries Scraper, Loader and CacheManager. SITE is the folder of the captured
pages: site.py, days/ and listings/. Each build runs the same events, with the same run names, request ids and start
times, against the same site and against a database, a bucket and a Redis database of its own:

  first    every day and listing, and a day without events
  again    the same once more: the site confirms every page, and nothing changes
  changed  some of the days with rows removed, renamed, moved, damaged, and with detail pages and a listing missing
  older    a replay of the first run, which the third has superseded
  newest   a replay of the newest archives
  refresh  the cache of all dates at once

Prints a table, and what it does not compare with the reasons. Exits with 1 if anything differs, and with 2 if the
comparison cannot be made. --new-shapes sends NEW events with `dataset` and `item`; OLD always gets the former shapes.
--selftest then plants a difference of each kind in the results of NEW, and exits with 1 unless each is found.
Run it with the Python of .local/venv. It starts a local stack in --home (default: .local/compare) and removes it.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True

from local_functions import ROOT, Failure, Function, Stack, free_port  # noqa: E402

FUNCTIONS = ("Scraper", "Loader", "CacheManager")
REDIS_DATABASES = {"old": 40, "new": 41}
EMPTY_DAY = "2024-06-01"
SHARING = 5
# The scraper accepts a run that starts up to 300 s in the future, the tolerance between clocks, and dates no page
# before the start of its run. A run that starts in the future therefore gives every page and every record the same time
# in both builds, as long as the pages are read before that start.
AHEAD = 285  # seconds

# The compared fields of each response and document; a path leads through lists. Every other field that OLD writes must
# be in EXCLUDED, so that no field is left out by mistake.
COMPARED = {
    "the scraper's responses": (
        "status", "date", "run", "event_count", "s3_key", "rejected_count", "pages", "failed_pages.url",
        "rejected.href", "remarks.href", "errorType",
    ),
    "the loader's responses": (
        "status", "date", "s3_key", "counts", "operation_summary", "rejected.position", "rejected.href", "errorType",
    ),
    "the cache manager's responses": (
        "status", "date", "dates", "start_date", "end_date", "event_count", "errorType",
    ),
    "documents": (
        "records", "rejected.href", "rejected.text", "ingestion_result.success", "ingestion_result.source",
        "ingestion_result.data_type", "ingestion_result.records_processed", "ingestion_result.records_successful",
        "ingestion_result.records_failed", "ingestion_result.timestamp", "ingestion_result.errors",
    ),
}  # fmt: skip
TABLES = (
    "venues", "artists", "genres", "events", "venue_artists", "venue_genres", "artist_genres", "event_genres",
    "artist_relations",
)  # fmt: skip
# The columns that identify a row for a reader, and the tables to which columns refer.
NAMES = {
    "venues": ("source", "wwoz_venue_href", "name"),
    "artists": ("name",),
    "genres": ("name",),
    "events": ("source", "wwoz_event_href"),
}
REFERENCES = {
    "venue_id": "venues",
    "artist_id": "artists",
    "related_artist_id": "artists",
    "genre_id": "genres",
    "event_id": "events",
}
MESSAGE = "a text for people"
WRITTEN = "the database's clock when the row was written, which a build cannot set"
IDENTITY = (
    "a number of a sequence, drawn in the order in which the database returns rows: it differs between two runs of one "
    "build; rows and references are compared by addresses and names"
)
EXCLUDED = {
    "the scraper's responses": {
        "message": MESSAGE,
        "failed_pages.error": MESSAGE,
        "rejected.reason": MESSAGE,
        "remarks.reason": MESSAGE,
        "errorMessage": MESSAGE,
        "stackTrace": "lines for people, always empty",
        "archive_key": "an archive's name: it contains the real time",
        "s3_url": "the name of the build's own bucket; s3_key is compared",
    },
    "the loader's responses": {
        "message": MESSAGE,
        "rejected.reason": MESSAGE,
        "errorMessage": MESSAGE,
        "stackTrace": "lines for people, always empty",
    },
    "the cache manager's responses": {
        "message": MESSAGE,
        "errorMessage": MESSAGE,
        "stackTrace": "lines for people, always empty",
    },
    "documents": {
        "rejected.reason": MESSAGE,
        "ingestion_result.errors": f"{MESSAGE}; their number is compared",
        "ingestion_result.archive": "an archive's name: it contains the real time",
    },
    "venues": {"id": IDENTITY, "last_updated": WRITTEN},
    "artists": {"id": IDENTITY},
    "genres": {"id": IDENTITY},
    "events": {
        "id": IDENTITY,
        "last_updated": WRITTEN,
        "first_seen": WRITTEN,
        "last_seen": WRITTEN,
        "last_written": WRITTEN,
        "load_id": "a number of a row of the ledger",
    },
    "tables": {
        "loads, rejected_records, etl_runs, etl_failures, schema_migrations": "the ledger, whose schema may be newer"
    },
    "the bucket": {
        "archives' names and bytes": "they contain real times and random record ids; the number for each document "
        "is compared, and the replays read them",
        "pages' bytes": "they contain real times and random record ids; their keys are compared",
        "leases' bytes": "they contain real times; their keys are compared",
    },
    "Redis": {"the lifetimes of keys": "they are random, and count from the real time"},
}


class Build:
    """The functions of one build, and the stores that only they use."""

    def __init__(self, name, folder, has_new_shapes, stack, site, logs):
        self.name = name
        self.has_new_shapes = has_new_shapes
        self.stores = stack.stores(name, REDIS_DATABASES[name])
        environment = {**self.stores.environment(), "BASE_URL": site, "SOURCE_REQUESTS_PER_SECOND": "10000"}
        self.functions = {}
        for function in FUNCTIONS:
            binary = os.path.join(os.path.abspath(folder), function)
            if not os.access(binary, os.X_OK):
                raise Failure(f"{binary} is not a program: build it with `make release`")
            self.functions[function] = Function(binary, environment, os.path.join(logs, f"{name}-{function}.log"))
        self.responses = {}  # round, date, function → body

    def invoke(self, function, round_name, date, event):
        request_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{round_name}/{date}/{function}"))
        response = self.functions[function].invoke(event, request_id)
        self.responses[round_name, date, function] = response
        return response

    def item(self, date):
        return {"dataset": "wwoz", "item": {"id": date, "date": date}}

    def run(self, round_name, date, slot, started, replay):
        """Scrapes, loads and caches a date, as the state machine does."""
        run = f"compare-{round_name}"
        job = {"run": run, "started": started, "sharing": SHARING, "slot": slot, "replay": replay}
        scope = self.item(date) if self.has_new_shapes else {"queryStringParameters": {"date": date}}
        scraped = self.invoke("Scraper", round_name, date, {**scope, **job})
        if "errorType" in scraped:
            return
        key = {"s3_key": scraped["s3_key"], "run": run, "allow_shrink": False}
        dated = self.item(date) if self.has_new_shapes else {"date": date}
        loaded = self.invoke("Loader", round_name, date, {**dated, **key})
        if "errorType" not in loaded:
            self.invoke("CacheManager", round_name, date, scope)

    def refresh(self, dates):
        event = {"dates": dates}
        if self.has_new_shapes:
            event = {"dataset": "wwoz", "items": [self.item(date)["item"] for date in dates]}
        self.invoke("CacheManager", "refresh", "all dates", event)

    def stop(self):
        for function in self.functions.values():
            function.stop()


class Site:
    """The site of the captured pages. Its port stays the same during the comparison."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.process = None

    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def serve(self, *options):
        self.stop()
        command = ["/usr/bin/python3", str(self.folder / "site.py"), "--port", str(self.port), *options]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        limit = time.monotonic() + 20
        while True:
            try:
                opener.open(f"{self.address()}/robots.txt", timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > limit:
                    raise Failure("the site does not start") from None
                time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None


# ---- the changed site


def changed_site(source, dates, target):
    """Writes the data of the dates with every kind of change that the extractor and the loader distinguish.

    A listing with a rejected row that has no address is not complete, so that it cancels nothing. Only every third day
    has such rows. Another third has rejected rows with an address, and the last third has no rejected rows.
    """
    for name in ("days", "listings"):
        (target / name).mkdir(parents=True)
    for index, date in enumerate(dates):
        day, listing = source / "days" / f"{date}.json", source / "listings" / f"{date}.html"
        if day.exists():
            rows = changed_rows(json.loads(day.read_text("utf-8")), rejects=index % 3 > 0, unlinked=index % 3 > 1)
            (target / "days" / day.name).write_text(json.dumps(rows), "utf-8")
        else:
            (target / "listings" / listing.name).write_text(changed_listing(listing.read_text("utf-8")), "utf-8")


def changed_rows(rows, rejects, unlinked):
    changed = []
    for index, row in enumerate(rows):
        if index % 7 == 3:
            continue  # cancelled
        if index % 5 == 0:
            row["time"] = "11:45pm"
        if rejects and index % 23 == 8:
            changed.append({**row, "time": "10:01pm"})  # rejected: two rows of an event that contradict each other
        if index % 29 == 2:
            changed.append(dict(row))  # a row twice, which counts as unchanged
        if index % 11 == 4:
            row["artist"] = row["artist"] + " (special guest)"
        if unlinked and index % 13 == 6:
            row["event_href"] = "/nothing/1"  # rejected: no link to an event
        if index % 17 == 8:
            row["time"] = "after the parade"  # a remark: the time is not clear
        if rejects and index % 19 == 9:
            row["artist"] = ""  # rejected: no artist is named
        changed.append(row)
    return changed


def changed_listing(page):
    links = iter(range(10_000))

    def change(match):
        index = next(links)
        return match[0].replace("/events/", "/nothing/") if index % 9 == 4 else match[0]

    page = re.sub(r'<a href="/events/\d+">', change, page)
    return re.sub(r"(\w+day,  \w+) (\d+)(\s+at\s+8:00pm)", r"\1 3\2\3", page, count=2)  # rejected: not a day


# ---- the runs


def run(builds, site, source):
    days = sorted(path.stem for path in (source / "days").glob("*.json"))
    listings = sorted(path.stem for path in (source / "listings").glob("*.html"))
    if not days or not listings:
        raise Failure(f"{source} has no days/ or no listings/")
    dates = sorted([*days, *listings, EMPTY_DAY])
    some = sorted([*days[::3], *listings])
    site.serve()
    one_round(builds, "first", dates)
    one_round(builds, "again", dates)
    with tempfile.TemporaryDirectory() as folder:
        changed_site(source, some, pathlib.Path(folder))
        missing = f"(date={days[0]}|^/(events|organizations|artists)/[^?]*[37k]$)"
        site.serve("--data", folder, "--missing", missing)
        one_round(builds, "changed", some)
    site.stop()
    one_round(builds, "older", some, {"run": "compare-first"})
    one_round(builds, "newest", dates, {})
    at_once(builds, lambda build: build.refresh(dates))
    return dates


def one_round(builds, name, dates, replay=None):
    began = time.monotonic()
    start = time.time() + AHEAD
    started = datetime.datetime.fromtimestamp(int(start), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    for slot, date in enumerate(dates):
        at_once(builds, lambda build, date=date, slot=slot: build.run(name, date, slot, started, replay))
        if replay is None and time.time() >= int(start):
            raise Failure(
                f"the round '{name}' took longer than {AHEAD} s, so that its pages have the real time: run this again "
                "when the machine has less to do"
            )
    print(f"{name:<8} {len(dates):>3} dates in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def at_once(builds, work):
    with ThreadPoolExecutor(len(builds)) as pool:
        list(pool.map(work, builds))


# ---- the results, by kind: a dictionary from a name to a value


def collect(build, columns):
    stores = build.stores
    documents = {key: json.loads(stores.object(key)) for key in stores.keys("raw/") if key.endswith(".json")}
    everything = {f"responses of {name}": {} for name in FUNCTIONS}
    for (round_name, date, function), response in build.responses.items():
        everything[f"responses of {function}"][f"{round_name} {date}"] = picked(response, responses_of(function))
    everything["keys of documents"] = dict.fromkeys(documents, True)
    parts = {"records": "records", "rejected": "rejected rows", "ingestion_result": "counts and times of documents"}
    for part, name in parts.items():
        everything[name] = {}
        for key, document in documents.items():
            found = {path: value for path, value in picked(document, "documents").items() if path.startswith(part)}
            everything[name].update({f"{key} {path}": value for path, value in found.items()})
    # The table counts single records, and names the first one that differs.
    lists = everything["records"]
    everything["records"] = {
        f"{name} {index}": record for name, records in lists.items() for index, record in enumerate(records)
    }
    everything["archives of each document"] = archives(stores)
    everything["keys of pages and leases"] = dict.fromkeys(stores.keys("pages/"), True)
    everything |= rows(stores, columns)
    cached = [key.decode() for key in stores.redis("KEYS", "*")]
    everything["cached keys"] = dict.fromkeys(cached, True)
    everything["cached bytes"] = {key: stores.redis("GET", key).decode("utf-8", "replace") for key in cached}
    return everything


def responses_of(function):
    names = {"Scraper": "scraper", "Loader": "loader", "CacheManager": "cache manager"}
    return f"the {names[function]}'s responses"


def picked(document, kind):
    found = {path: at(document, path.split(".")) for path in COMPARED[kind]}
    if kind == "documents":
        found["ingestion_result.errors"] = len(found["ingestion_result.errors"] or [])
    return found


def at(value, path):
    if not path:
        return value
    if isinstance(value, list):
        return [at(each, path) for each in value]
    return at(value.get(path[0]), path[1:]) if isinstance(value, dict) else None


def archives(stores):
    counts = {}
    for key in stores.keys("raw/"):
        if key.endswith(".warc.gz"):
            document = re.sub(r"\.[^./]+\.warc\.gz$", ".json", key)
            counts[document] = counts.get(document, 0) + 1
    return counts


def rows(stores, columns):
    """Returns the rows of all tables, by their names, with all columns except the excluded ones.

    Ids are replaced by names, also in references.
    """
    found = {table: read_rows(stores, table, columns[table]) for table in TABLES}
    names = {table: {row["id"]: name_of(row, NAMES[table]) for row in found[table]} for table in NAMES}
    named = {}
    for table, table_rows in found.items():
        keyed = {}
        for row in table_rows:
            for column in row.keys() & REFERENCES.keys():
                row[column] = names[REFERENCES[column]].get(row[column])
            name = name_of(row, NAMES.get(table) or [column for column in row if column.endswith("_id")])
            keyed[name] = {column: value for column, value in row.items() if column not in EXCLUDED.get(table, {})}
        if len(keyed) != len(table_rows):
            raise Failure(f"{table} has several rows of one name")
        named[f"table {table}"] = keyed
    return named


def read_rows(stores, table, columns):
    # jsonb_build_object takes at most 50 columns; the widest table has 23.
    arguments = ", ".join(f"'{name}', t.{name}" for name in columns)
    return [json.loads(line) for line in stores.sql(f"select jsonb_build_object({arguments}) from {table} t")]


def name_of(row, columns):
    return " ".join(str(row[column]) for column in columns)


def columns_of(stores):
    """Returns the columns of each table, in order."""
    statement = """
        select table_name || ' ' || string_agg(column_name, ' ' order by column_name) from information_schema.columns
        where table_schema = 'public' group by table_name
        """
    found = dict(line.split(" ", 1) for line in stores.sql(statement))
    return {table: found[table].split() for table in TABLES}


# ---- the comparison


def compare(old, new):
    """Returns the lines of the table: kind, number in each build, number that differs, and the first difference."""
    table = []
    for kind in old:
        ours, theirs = old[kind], new[kind]
        names = sorted(ours.keys() | theirs.keys())
        different = [name for name in names if name not in ours or name not in theirs or ours[name] != theirs[name]]
        first = f"{different[0]}: {difference(different[0], ours, theirs)}" if different else ""
        table.append((kind, len(ours), len(theirs), len(different), first))
    return table


def difference(name, ours, theirs):
    if name not in ours or name not in theirs:
        return f"only in {'NEW' if name not in ours else 'OLD'}"
    return inner_difference(ours[name], theirs[name])


def inner_difference(old, new):
    """Describes the first place in which two values differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if key not in old or key not in new:
                return f"{key}: only in {'NEW' if key not in old else 'OLD'}"
            if old[key] != new[key]:
                return f"{key}: {inner_difference(old[key], new[key])}"
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        index = next(index for index, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1])
        return f"[{index}]: {inner_difference(old[index], new[index])}"
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > 100:
        pairs = enumerate(zip(old, new, strict=False))
        place = next((at for at, pair in pairs if pair[0] != pair[1]), min(len(old), len(new)))
        around = slice(max(0, place - 30), place + 30)
        return f"at character {place}: {old[around]!r} / {new[around]!r}"
    return f"{shortened(old)} / {shortened(new)}"


def shortened(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else text[:100] + "…"


def paths(value, prefix=""):
    """Returns the paths of all members of a document, without positions in lists."""
    if isinstance(value, list):
        return {path for each in value for path in paths(each, prefix)}
    if not isinstance(value, dict):
        return {prefix}
    return {path for key, each in value.items() for path in paths(each, f"{prefix}.{key}" if prefix else key)}


def documents_by_kind(build):
    by_kind = {responses_of(name): [] for name in FUNCTIONS}
    for (_, _, function), response in build.responses.items():
        by_kind[responses_of(function)].append(response)
    keys = [key for key in build.stores.keys("raw/") if key.endswith(".json")]
    by_kind["documents"] = [json.loads(build.stores.object(key)) for key in keys]
    return by_kind


def other_fields(build):
    """Returns the fields of responses and documents that are neither compared nor excluded."""
    others = set()
    for kind, documents in documents_by_kind(build).items():
        known = [*COMPARED[kind], *EXCLUDED[kind]]
        for path in sorted(set().union(*map(paths, documents))):
            if not any(path == each or path.startswith(each + ".") or each.startswith(path + ".") for each in known):
                others.add(f"{kind}: {path}")
    return others


def check_coverage(old, everything):
    """Fails if the rounds have not produced everything that they are meant to compare."""
    if unknown := sorted(other_fields(old)):
        raise Failure(f"OLD writes fields that are neither compared nor excluded: {', '.join(unknown)}")
    if empty := [kind for kind, things in everything.items() if not things]:
        raise Failure(f"there is nothing to compare of: {', '.join(empty)}")
    responses = old.responses
    scraped = [response for (_, _, function), response in responses.items() if function == "Scraper"]
    loaded = [response for (_, _, function), response in responses.items() if function == "Loader"]
    good = [response for response in loaded if "errorType" not in response]
    seen = {
        "a rejected row": any(response.get("rejected_count") for response in scraped),
        "a remark": any(response.get("remarks") for response in scraped),
        "a page that failed": any(response.get("failed_pages") for response in scraped),
        "a listing that failed": any(response.get("errorType") == "SourceChanged" for response in scraped),
        "a page that the site confirmed": any(response.get("pages", {}).get("validated") for response in scraped),
        "a page that another date has read": any(response.get("pages", {}).get("shared") for response in scraped),
        "a superseded load": any(response["status"] == "superseded" for response in good),
        "a cancelled event": any(response["counts"].get("events", {}).get("cancelled") for response in good),
        "a changed event": any(response["counts"]["events"]["changed"] for response in good),
        "an empty day": any(value == "[]" for value in everything["cached bytes"].values()),
    }
    if missing := [name for name, is_there in seen.items() if not is_there]:
        raise Failure(f"the rounds have not produced {', '.join(missing)}")


# ---- planted differences


def plant_values(build):
    """Changes one value, or removes one row or object, of each kind where that affects no other kind."""
    stores = build.stores
    for function in FUNCTIONS:
        # The last response that is not an error.
        key = [key for key in build.responses if key[2] == function and "errorType" not in build.responses[key]][-1]
        build.responses[key] = {**build.responses[key], "status": "planted"}
        yield f"responses of {function}"
    keys = (key for key in stores.keys("raw/") if key.endswith(".json"))
    with_rows = next(key for key in keys if json.loads(stores.object(key))["rejected"])
    document = json.loads(stores.object(with_rows))
    document["records"][0]["venue_data"]["phone_number"] += "0"
    document["rejected"][0]["text"] += "."
    document["ingestion_result"]["records_processed"] += 1
    stores.put(with_rows, json.dumps(document).encode())
    yield from ("records", "rejected rows", "counts and times of documents")
    stores.delete(next(key for key in stores.keys("raw/") if key.endswith(".warc.gz")))
    yield "archives of each document"
    stores.delete(stores.keys("pages/")[0])
    yield "keys of pages and leases"
    stores.sql("update venues set postal_code = '00000' where ctid = (select min(ctid) from venues)")
    stores.sql("update artists set description = 'planted' where ctid = (select min(ctid) from artists)")
    stores.sql("update genres set description = 'planted' where ctid = (select min(ctid) from genres)")
    stores.sql("update events set performance_time = now() where ctid = (select min(ctid) from events)")
    for table in TABLES[4:]:
        stores.sql(f"delete from {table} where ctid = (select min(ctid) from {table})")
    yield from (f"table {table}" for table in TABLES)
    key = max(key.decode() for key in stores.redis("KEYS", "*"))
    value = stores.redis("GET", key).decode()
    stores.redis("SET", key, value[:-3] + chr(ord(value[-3]) ^ 1) + value[-2:])
    yield "cached bytes"


def plant_losses(build):
    """Removes a document and a cached day, and adds a column. Other kinds that depend on these differ, too."""
    stores = build.stores
    stores.delete(next(key for key in stores.keys("raw/") if key.endswith(".json")))
    yield "keys of documents"
    stores.redis("DEL", min(key.decode() for key in stores.redis("KEYS", "*")))
    yield "cached keys"
    stores.sql("alter table events add column planted integer")
    yield "columns of tables"


# ---- output


def print_table(table):
    width = max(len(line[0]) for line in table)
    print(f"{'':<{width}} {'OLD':>6} {'NEW':>6} {'differ':>7}")
    for kind, ours, theirs, different, first in table:
        print(f"{kind:<{width}} {ours:>6} {theirs:>6} {different:>7}" + (f"  {first}" if first else ""))


def print_excluded():
    print("\nNot compared:")
    for kind, fields in EXCLUDED.items():
        for field, reason in fields.items():
            print(f"  {kind}: {field}: {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("site", type=pathlib.Path)
    parser.add_argument("--new-shapes", action="store_true")
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--home", default=os.path.join(ROOT, ".local", "compare"))
    arguments = parser.parse_args()
    logs = tempfile.mkdtemp(prefix="compare-builds-")
    try:
        with Stack(arguments.home) as stack:
            status = compare_builds(arguments, stack, logs)
    except Failure as failure:
        print(f"compare_builds: {failure}", file=sys.stderr)
        return 2
    shutil.rmtree(logs)
    return status


def compare_builds(arguments, stack, logs):
    site = Site(arguments.site)
    builds = []
    try:
        for name, folder in (("old", arguments.old), ("new", arguments.new)):
            shapes = name == "new" and arguments.new_shapes
            builds.append(Build(name, folder, shapes, stack, site.address(), logs))
        run(builds, site, arguments.site)
        old, new = builds
        columns = columns_of(old.stores)
        left = collect(old, columns)
        check_coverage(old, left)
        table = comparison(left, new, columns)
        print_table(table)
        print_excluded()
        if extra := sorted(other_fields(new) - other_fields(old)):
            print(f"\nFields that only NEW writes: {'; '.join(extra)}")
        kinds = sum(1 for line in table if line[3])
        print(f"\n{kinds} of {len(table)} kinds differ." if kinds else f"\nAll {len(table)} kinds are equal.")
        return selftest(left, new, columns) if arguments.selftest and not kinds else min(kinds, 1)
    finally:
        for build in builds:
            build.stop()
        site.stop()


def comparison(left, new, columns):
    names = {name: " ".join(columns[name]) for name in TABLES}
    new_names = {name: " ".join(found) for name, found in columns_of(new.stores).items()}
    table = compare(left, collect(new, columns))
    return table + compare({"columns of tables": names}, {"columns of tables": new_names})


def selftest(left, new, columns):
    values = set(plant_values(new))
    table = comparison(left, new, columns)
    print("\nWith a value planted in each of most kinds:")
    print_table(table)
    wrong = [line[0] for line in table if line[3] != (line[0] in values)]
    losses = set(plant_losses(new))
    table = comparison(left, new, columns)
    print("\nWith a loss in each of the other kinds:")
    print_table(table)
    wrong += [line[0] for line in table if line[0] in losses and line[3] != 1]
    unplanted = [line[0] for line in table if line[0] not in values | losses]
    if wrong or unplanted:
        print(f"\nNot found, or found too often: {wrong}; never planted: {unplanted}")
        return 1
    print(f"\nThe {len(values | losses)} planted differences were found, one of each kind.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
