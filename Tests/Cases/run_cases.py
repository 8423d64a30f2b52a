#!/usr/bin/env python3
"""Runs the cases of a folder through `festvibes try`, and compares what comes out with what must.

    run_cases.py FOLDER [--festvibes PATH] [--only WORD]

FOLDER has a script `compare` and NN-topic/CASE/ with case.md, input/ and expected.json. A topic for which there is a
definition, of the repository or beside this script, is run; any other is listed as skipped. What differs from case to
case (a CSV's dialect, the name of the source, its zone, the clock) is read from case.md. Prints a line for each
case, and the sum. Exits with 1 if a case fails, or if none was run.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = HERE.parents[1] / "statemachine/datasets"
KINDS = {"concert", "venue", "artist"}
TIMEOUT = 120
SHOWN = 12


class CaseError(Exception):
    """A case that could not be run."""


def inputs(case):
    """The files of input/, page-2 before page-10."""

    def order(path):
        return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]

    found = sorted((path for path in (case / "input").iterdir() if path.is_file()), key=order)
    if not found:
        raise CaseError("input/ is empty")
    return found


def dialect(text):
    """The JSON object that case.md gives as the dialect of the file, as a section `parse`; nothing if it gives none."""
    found = re.search(r"Dialect of this file[^`]*`(\{.*?\})`", text)
    if not found:
        return None
    keys = json.loads(found.group(1))
    # In a definition a key without a value counts as missing.
    return {"plugin": "csv", **{name: "none" if value in (None, "") else value for name, value in keys.items()}}


def variables(text):
    """What case.md says of the source, as variables of the definition."""
    found = {}
    for name, pattern in [
        ("SOURCE_NAME", r"source_name `?([\w.-]*\w)"),
        ("TIMEZONE", r"dataset's zone, here `?([\w/+-]*\w)"),
    ]:
        match = re.search(pattern, text)
        if match:
            found[name] = match.group(1)
    return found


def attempt(program, definition, files, values, *options):
    """Runs `try` on files, without network and stores: the environment names none."""
    command = [program, "try", str(definition), *options]
    for path in files:
        command += ["--input", str(path)]
    environment = {"PATH": os.environ.get("PATH", ""), "TZ": "UTC", **values}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
    if done.returncode != 0:
        raise CaseError(done.stderr.strip() or f"festvibes ends with {done.returncode}")
    return json.loads(done.stdout)


def with_dialect(definition, parse, folder):
    """A copy of a definition with another section `parse`. JSON is YAML."""
    text, count = re.subn(r"(?m)^parse: .*$", lambda _: "parse: " + json.dumps(parse), definition.read_text())
    if count != 1:
        raise CaseError(f"{definition} has no line 'parse: …'")
    path = pathlib.Path(folder) / "dataset.yaml"
    path.write_text(text)
    return path


def unified(result):
    """Records as the expected files of unified items have them."""
    items = [{name: value for name, value in record.items() if name != "_record"} for record in result["records"]]
    return {"items": items, "rejected": result["rejected"]}


def wordpress(program, case, text, folder):
    """06: posts. The content must have reached the store: its digest is compared."""
    result = attempt(program, HERE / "06-wordpress/dataset.yaml", inputs(case), variables(text))
    wrapped = unified(result)
    for item in wrapped["items"]:
        content = ((item["metadata"] or {}).get("content") or {}).get("rendered")
        if content is not None:
            item["content_sha256"] = hashlib.sha256(content.encode()).hexdigest()
    # A page without posts ends paging.
    wrapped["end_of_pages"] = not result["records"] and not result["rejected"]
    return wrapped


def csv(program, case, text, folder):
    """07: what the CSV parser makes of a file."""
    definition = with_dialect(HERE / "07-csv/dataset.yaml", dialect(text) or {"plugin": "csv"}, folder)
    files = inputs(case)
    if len(files) > 1:
        raise CaseError("input/ has more than one file")
    result = attempt(program, definition, files, {}, "--stage", "parse")
    rows = "".join("\x1f".join(row) + "\x1e" for row in result["rows"])
    return {**result, "rows_sha256": hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()}


def feed(program, case, text, folder):
    """08: the entries of a feed, as the feed parser reads them."""
    result = attempt(program, HERE / "08-feeds/dataset.yaml", inputs(case), {}, "--stage", "parse")
    entries = result["records"]
    # `fields_asked` counts what the expected file has: here those of them that the parser answers.
    asked = json.loads((case / "expected.json").read_text())["entries"]
    answered = sum(len(wanted.keys() & entry.keys()) for wanted, entry in zip(asked, entries, strict=False))
    return {"entries": entries, "entry_count": result["record_count"], "fields_asked": answered}


def items(program, case, text, folder):
    """09: a JSON API, or a CSV file, as unified items."""
    match = re.search(r"source_type `?(\w+)", text)
    is_csv = match.group(1) == "csv" if match else inputs(case)[0].suffix == ".csv"
    definition = HERE / "09-json-api" / ("dataset-csv.yaml" if is_csv else "dataset.yaml")
    if is_csv and dialect(text):
        definition = with_dialect(definition, dialect(text), folder)
    return unified(attempt(program, definition, inputs(case), variables(text)))


def rejections(result, kinds):
    """The rejected records of some kinds, each with its place in the body; those of a kind are named `KIND: …`."""
    found = []
    for row in result["rejected"]:
        reason = row["reason"].removeprefix("jq: ")
        kind = reason.partition(":")[0]
        if kind in kinds or kind not in KINDS:
            found.append({"kind": "event" if kind == "concert" else kind, "reason": reason})
    return found


def of_kind(result, kind):
    return [
        {name: value for name, value in record.items() if name not in ("kind", "_record")}
        for record in result["records"]
        if record["kind"] == kind
    ]


def clock(text):
    """The run's clock, as an option of `try`."""
    found = re.search(r"[Cc]lock of the run:? `?([0-9T:.Z+-]+[0-9Z])", text)
    return ["--read-at", found.group(1)] if found else []


def ticketmaster(program, case, text, folder):
    """03: events or venues, by the repository's own definitions."""
    files = inputs(case)
    document = json.loads(files[0].read_text())
    embedded = document.get("_embedded", {}) if isinstance(document, dict) else {}
    is_of_venues = "id" not in document and "venues" in embedded
    definition = DATASETS / ("ticketmaster_venues" if is_of_venues else "ticketmaster_events") / "dataset.yaml"
    result = attempt(program, definition, files, {}, *clock(text))
    return {
        "concerts": of_kind(result, "concert"),
        "venues": of_kind(result, "venue"),
        # The records of artists are not asked here.
        "rejected": rejections(result, {"concert", "venue"}),
    }


def spotify(program, case, text, folder):
    """04: artists, by the repository's own definition."""
    files = inputs(case)
    result = attempt(program, DATASETS / "spotify_artists/dataset.yaml", files, {}, *clock(text))
    document = json.loads(files[-1].read_text())
    listed = document.get("artists", document) if isinstance(document, dict) else None
    paged = isinstance(listed, dict) and "items" in listed
    return {
        "artists": of_kind(result, "artist"),
        "rejected": [{"reason": row["reason"]} for row in result["rejected"]],
        # What paging reads in the body: `paginate` of the definition follows `next`.
        "page": {name: listed.get(name) for name in ("offset", "limit", "total", "next")} if paged else None,
    }


def workouts(program, case, text, folder):
    """05: the sessions of posts, by the repository's own definition. A rejection begins with the post's slug."""
    result = attempt(program, DATASETS / "invictus_wod/dataset.yaml", inputs(case), {})
    rejected = [row["reason"].partition(": ") for row in result["rejected"]]
    return {
        "sessions": of_kind(result, "session"),
        "rejected": [{"slug": slug, "reason": reason} for slug, _, reason in rejected],
    }


def series_definition(text, plugin, folder):
    """A definition with the `series_map` of case.md, in system 002's keys. JSON is YAML."""
    found = re.search(r"```yaml\n(series_map:\n.*?)```", text, re.DOTALL)
    if not found:
        raise CaseError("case.md has no series_map")
    indented = "".join(f"  {line}\n" for line in found.group(1).splitlines())
    template = (HERE / "01-indec/dataset.yaml").read_text()
    path = pathlib.Path(folder) / "dataset.yaml"
    path.write_text(template.replace("PLUGIN", plugin) + "parse_config:\n" + indented)
    return path, re.findall(r"internal_series_code: \"?([\w.-]+)", found.group(1))


def series(program, case, text, folder):
    """01 and 02: the points of series in a workbook, in the order of the series in case.md."""
    plugin = "indec_ipc" if case.parent.name == "01-indec" else "bcra_infomondia"
    definition, codes = series_definition(text, plugin, folder)
    result = attempt(program, definition, inputs(case), {})
    # Sheets are read one after the other; the expected files have one series after the other.
    points = sorted(result["records"], key=lambda point: codes.index(point["internal_series_code"]))
    rejected, missing = [], set()
    for row in result["rejected"]:
        code, _, rest = row["reason"].partition(": ")
        sheet = re.match(r"the workbook has no sheet '(.*?)'", rest)
        if sheet:
            missing.add(sheet.group(1))
            continue
        # CODE: SHEET!CELL: …, where rows of the sheet's own rule are asked.
        cell = re.match(r".*?![A-Z]+([0-9]+): ", rest)
        if code not in codes or not cell:
            raise CaseError(f"a rejection names no series and no cell: {row['reason']}")
        rejected.append({"internal_series_code": code, "row": int(cell.group(1)), "reason": rest})
    rejected.sort(key=lambda row: (codes.index(row["internal_series_code"]), row["row"]))
    return {"points": points, "rejected": rejected, "missing_sheets": sorted(missing)}


def duplicates(program, case, text, folder):
    """10: pairs of names with their scores, or a list with its duplicates."""
    path = inputs(case)[0]
    rows = json.loads(path.read_text())
    if rows and "a" in rows[0]:
        options = ["--pairs"]
    else:
        options = ["--kind", "venues" if any("venue_id" in row for row in rows) else "artists"]
    command = [program, "duplicates", *options, str(path)]
    environment = {"PATH": os.environ.get("PATH", "")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT)
    if done.returncode != 0:
        raise CaseError(done.stderr.strip() or f"festvibes ends with {done.returncode}")
    result = json.loads(done.stdout)
    wanted = json.loads((case / "expected.json").read_text()).get("pairs", [])
    for pair, expected in zip(result.get("pairs", []), wanted, strict=False):
        # The score of another library, which case.md does not ask for beside ours.
        pair["score_fuzzywuzzy"] = expected["score_fuzzywuzzy"]
        scores = ("ratio", "partial_ratio", "token_sort_ratio", "token_set_ratio")
        values = [pair[name] for name in scores]
        is_compared = None not in values
        pair["ratio, partial, token_sort, token_set"] = [round(value, 4) for value in values] if is_compared else None
    return result


TOPICS = {
    "01-indec": series,
    "02-bcra": series,
    "03-ticketmaster": ticketmaster,
    "04-spotify": spotify,
    "05-wod": workouts,
    "06-wordpress": wordpress,
    "07-csv": csv,
    "08-feeds": feed,
    "09-json-api": items,
    "10-fuzzy": duplicates,
}


def run(program, case, compare):
    """Runs one case. Returns the differences, as lines."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            actual = TOPICS[case.parent.name](program, case, (case / "case.md").read_text(), folder)
        except (CaseError, json.JSONDecodeError, KeyError, OSError, subprocess.TimeoutExpired) as error:
            return [f"{type(error).__name__}: {error}" if not isinstance(error, CaseError) else str(error)]
        path = pathlib.Path(folder) / "actual.json"
        path.write_text(json.dumps(actual))
        done = subprocess.run(
            [sys.executable, str(compare), str(case / "expected.json"), str(path)], capture_output=True, text=True
        )
    lines = (done.stdout + done.stderr).strip().splitlines()
    return [] if done.returncode == 0 else lines or ["compare fails and says nothing"]


def main():
    """Returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--festvibes", default=".build/debug/festvibes")
    parser.add_argument("--only", default="", help="a word in TOPIC/CASE")
    options = parser.parse_args()
    compare = options.folder / "compare"
    if not compare.is_file():
        print(f"{options.folder} has no script 'compare': give a folder of cases as DIR=…", file=sys.stderr)
        return 1
    program = str(pathlib.Path(options.festvibes).resolve())
    passed, failed, skipped = 0, 0, []
    for topic in sorted(path for path in options.folder.iterdir() if path.is_dir()):
        cases = sorted(path for path in topic.iterdir() if (path / "expected.json").is_file())
        cases = [case for case in cases if options.only in f"{topic.name}/{case.name}"]
        if topic.name not in TOPICS:
            skipped += [f"{topic.name} ({len(cases)})"] if cases else []
            continue
        for case in cases:
            problems = run(program, case, compare)
            print(f"{'FAIL' if problems else 'ok'}  {topic.name}/{case.name}", flush=True)
            for line in problems[:SHOWN]:
                print(f"      {line}")
            if len(problems) > SHOWN:
                print(f"      … and {len(problems) - SHOWN} more lines")
            passed, failed = passed + (not problems), failed + bool(problems)
    if skipped:
        print(f"skipped, because there is no definition: {', '.join(skipped)}")
    print(f"{passed + failed} cases: {passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
