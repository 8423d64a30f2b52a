"""What must hold after any night, whatever happened to it."""

import json
import time

from botocore.exceptions import ClientError

from parts.aws import BUCKET

from .nights import Loss

# No function uploads in parts, so there is no half-written upload to look for: an object is there, or is not.
LEFT = {
    "transactions are open although no function runs": (
        "select count(*) from pg_stat_activity where application_name like 'festvibes-%' and state <> 'idle'"
    ),
    "advisory locks are held although no function runs": "select count(*) from pg_locks where locktype = 'advisory'",
}
BAD = {
    "loads have counts that do not add up": (
        "select count(*) from loads where records_found <> "
        "records_new + records_changed + records_unchanged + records_rejected"
    ),
    "events are of no load": "select count(*) from events where load_id not in (select id from loads)",
}
COUNTS = "dates_loaded, records_found, records_new, records_changed, records_unchanged, records_rejected"
GZIP = b"\x1f\x8b"
PATIENCE = 5  # seconds that Postgres has to notice that a client is gone


def check_leftovers(pipeline):
    for what, query in LEFT.items():
        deadline = time.monotonic() + PATIENCE
        while (count := pipeline.sql(query).strip()) != "0":
            if time.monotonic() > deadline:
                raise Loss(f"{count} {what}")
            time.sleep(0.1)
    for what, query in BAD.items():
        if (count := pipeline.sql(query).strip()) != "0":
            raise Loss(f"{count} {what}")


def check_storage(pipeline, night):
    """Each load's document and the archive of its pages are in S3."""
    for key in pipeline.sql(f"select raw_key from loads where run = '{night.name}'").split():
        archive = archive_of(pipeline, key)
        if not read(pipeline, archive).startswith(GZIP):
            raise Loss(f"{archive}, of which {key} was made, is no archive")


def archive_of(pipeline, key):
    """The key of the archive that a document names."""
    return json.loads(read(pipeline, key))["ingestion_result"]["archive"]


def read(pipeline, key):
    try:
        return pipeline.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    except ClientError as error:
        raise Loss(f"{key}, which was loaded, is not in S3: {error}") from error


def ledger(pipeline, night):
    """The run's outcome and counts as one text; nothing if it is not there."""
    return pipeline.sql(f"select status, {COUNTS}, records_cancelled from etl_runs where run = '{night.name}'").strip()


def check_ledger(pipeline, night, reference=None):
    """That the night is in the ledger with its outcome and counts: `reference`'s if it was whole. Answers whether
    its end is missing: a ledger that cannot be written, however often it is tried, stops no night."""
    found = ledger(pipeline, night)
    status = found.split("|")[0]
    if status in ("", "running"):
        if not any(name.startswith("Close") for name in night.given_up()):
            raise Loss(f"the ledger says {status or 'nothing'} of {night.name}, and no end of it was given up")
    else:
        check_outcome(pipeline, night, found, status, reference)
    recorded = pipeline.sql(f"select event_date from etl_failures where run = '{night.name}'").split()
    for date in night.missed:
        if date not in recorded and not night.is_aborted(date) and "RecordFailure" not in str(night.given_up(date)):
            raise Loss(f"{date} failed in {night.name}, and the ledger does not know")
    return status in ("", "running")


def check_outcome(pipeline, night, found, status, reference):
    if night.is_whole:
        if status not in ("success", "partial") or (reference and found != reference):
            raise Loss(f"the ledger says {found} of {night.name}, not {reference or 'success'}")
    elif status != ("partial" if night.status == "SUCCEEDED" else "failed"):
        raise Loss(f"the ledger says {status} of {night.name}, which {night.status.lower()} without {night.missed}")
    sums = pipeline.sql(
        f"select '{status}', {COUNTS}, records_cancelled from etl_run_counts where run = '{night.name}'"
    )
    if found != (sums.strip() or f"{status}{'|0' * 7}"):
        raise Loss(f"the ledger says {found} of {night.name}, whose loads add up to {sums.strip() or 'nothing'}")
