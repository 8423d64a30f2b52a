#!/usr/bin/env python3
"""Ingests Ticketmaster's events with system 001's own code, its ProductionDataPipeline, and says what that took.

  catalog_legacy.py FOLDER RECORDS CITY,… KEYWORD [--without-pauses]

FOLDER is a checkout of system 001, of which nothing is in this repository. TICKETMASTER_URL, API_TICKETMASTER_API_KEY,
AWS_S3_BUCKET_RAW, AWS_KINESIS_STREAM_NAME and AWS's own variables say where it reads and writes. Prints a line of JSON.
"""

import asyncio
import importlib
import json
import os
import resource
import sys
import time


async def no_pause(seconds: float) -> None:
    """Stands for the pause between two pages."""


def main() -> None:
    folder, records, cities, keyword, *options = sys.argv[1:]
    started = time.perf_counter()
    output, sys.stdout = sys.stdout, sys.stderr  # for its logs
    sys.path.insert(0, folder)
    service = importlib.import_module("src.services.external_apis.ingestion_service")
    production = importlib.import_module("src.services.external_apis.production_ingestion")
    # Its settings read every address but this one from the environment.
    service.settings.external_apis.ticketmaster_base_url = os.environ["TICKETMASTER_URL"]
    if "--without-pauses" in options:
        service.asyncio = type("asyncio", (), {"sleep": staticmethod(no_pause)})

    async def ingest() -> dict:
        async with production.ProductionDataPipeline() as pipeline:
            metrics: dict = await pipeline.ingest_and_persist_events(cities.split(","), [keyword], int(records))
            return metrics

    metrics = asyncio.run(ingest())
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "seconds": time.perf_counter() - started,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * 1024 / 1e6,
        "records": metrics["records_fetched"],
        "stored": metrics["records_saved_to_s3"],
        "streamed": metrics["records_streamed_to_kinesis"],
        "errors": metrics["errors"],
    }
    print(json.dumps(result), file=output, flush=True)


if __name__ == "__main__":
    main()
