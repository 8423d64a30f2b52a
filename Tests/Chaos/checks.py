"""Invariants that hold after every run, including a disturbed one."""

from __future__ import annotations

import json
import time

from botocore.exceptions import ClientError
from pipeline import Pipeline
from runs import InvariantViolation, Run
from services.aws import BUCKET

# Functions never use multipart uploads, so no partial uploads can be left behind: an object exists or it does not.
LEFTOVERS = {
    "transactions are open although no function is running": (
        "select count(*) from pg_stat_activity where application_name like 'festvibes-%' and state <> 'idle'"
    ),
    "advisory locks are held although no function is running": (
        "select count(*) from pg_locks where locktype = 'advisory'"
    ),
}
INCONSISTENCIES = {
    "loads have counts that do not add up": (
        "select count(*) from loads where records_found <> "
        "records_new + records_changed + records_unchanged + records_rejected"
    ),
    "events refer to a load that does not exist": (
        "select count(*) from events where load_id not in (select id from loads)"
    ),
}
COUNTS = "dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected"
GZIP = b"\x1f\x8b"
TIMEOUT = 5  # seconds until Postgres must have noticed that a client has disconnected


def check_leftovers(pipeline: Pipeline) -> None:
    """Raises InvariantViolation for locks and transactions that are left behind, and for inconsistent rows."""
    for description, query in LEFTOVERS.items():
        deadline = time.monotonic() + TIMEOUT
        while (count := pipeline.sql(query).strip()) != "0":
            if time.monotonic() > deadline:
                raise InvariantViolation(f"{count} {description}")
            time.sleep(0.1)
    for description, query in INCONSISTENCIES.items():
        if (count := pipeline.sql(query).strip()) != "0":
            raise InvariantViolation(f"{count} {description}")


def check_storage(pipeline: Pipeline, run: Run) -> None:
    """Checks that S3 holds the document of each load of the run, and the archive of its pages."""
    for key in pipeline.sql(f"select raw_key from loads where run = '{run.name}'").split():
        archive = archive_of(pipeline, key)
        if not read(pipeline, archive).startswith(GZIP):
            raise InvariantViolation(f"{archive}, the archive of {key}, is not a gzip file")


def archive_of(pipeline: Pipeline, key: str) -> str:
    """Returns the key of the archive that the document names."""
    return json.loads(read(pipeline, key))["ingestion_result"]["archive"]


def read(pipeline: Pipeline, key: str) -> bytes:
    try:
        return pipeline.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    except ClientError as error:
        raise InvariantViolation(f"{key} was loaded but is not in S3: {error}") from error


def ledger(pipeline: Pipeline, run: Run) -> str:
    """Returns the run's outcome and counts in the ledger, separated by |, or an empty text."""
    return pipeline.sql(f"select status, {COUNTS}, records_cancelled from etl_runs where run = '{run.name}'").strip()


def check_ledger(pipeline: Pipeline, run: Run, reference: str | None = None) -> bool:
    """Checks the run's outcome, counts and failed dates in the ledger.

    `reference` is the line that a complete run must have. Returns True if the run was never closed in the ledger. That
    is accepted only if the state machine gave up closing it: an unreachable ledger does not stop a run.
    """
    found = ledger(pipeline, run)
    status = found.split("|")[0]
    if status in ("", "running"):
        if not any(name.startswith("Close") for name in run.given_up()):
            raise InvariantViolation(
                f"the ledger has {status or 'no entry'} for {run.name}, although closing it did not fail"
            )
    else:
        check_outcome(pipeline, run, found, status, reference)
    recorded = pipeline.sql(f"select item from etl_failures where run = '{run.name}'").split()
    for date in run.missed:
        if date not in recorded and not run.is_aborted(date) and "RecordFailure" not in str(run.given_up(date)):
            raise InvariantViolation(f"{date} failed in {run.name}, but the ledger has no record of it")
    return status in ("", "running")


def check_outcome(pipeline: Pipeline, run: Run, found: str, status: str, reference: str | None) -> None:
    if run.is_complete:
        if status not in ("success", "partial") or (reference and found != reference):
            raise InvariantViolation(f"the ledger has {found} for {run.name}, expected {reference or 'success'}")
    elif status != ("partial" if run.status == "SUCCEEDED" else "failed"):
        raise InvariantViolation(
            f"the ledger has {status} for {run.name}, which ended as {run.status} without {run.missed}"
        )
    sums = pipeline.sql(f"select '{status}', {COUNTS}, records_cancelled from etl_run_counts where run = '{run.name}'")
    if found != (sums.strip() or f"{status}{'|0' * 7}"):
        raise InvariantViolation(
            f"the ledger has {found} for {run.name}, but its loads add up to {sums.strip() or 'nothing'}"
        )
