"""Services that become unavailable during a run and come back."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable

from pipeline import Pipeline
from reader import Reader
from runs import InvariantViolation
from services.service import Service

Outage = Callable[[Reader], None]

SECONDS = 2
S3_SECONDS = 8  # longer than a client's own retries


class TooLate(InvariantViolation):
    """The run ended before the outage began, so the round tested nothing."""


class Outages:
    """Each method returns, or is, a function that causes an outage and ends it."""

    def __init__(self, pipeline: Pipeline):
        self.pipeline = pipeline

    def stopped(self, service: Service) -> Outage:
        """A service that is shut down and restarted."""

        def inject(reader: Reader) -> None:
            service.process.stop()
            self.restart(service)

        return inject

    def killed(self, service: Service) -> Outage:
        """A service that is killed and restarted."""

        def inject(reader: Reader) -> None:
            os.kill(service.process.pid(), signal.SIGKILL)
            self.restart(service)

        return inject

    def replaced(self, redis: Service) -> Outage:
        """A Redis that is killed and restarted without its data. The end of the run caches again what was lost."""

        def inject(reader: Reader) -> None:
            reader.emptied.add("Redis")
            os.kill(redis.process.pid(), signal.SIGKILL)
            redis.process.stop()
            shutil.rmtree(redis.home.join("redis", "data"))
            self.restart(redis)

        return inject

    @staticmethod
    def restart(service: Service) -> None:
        time.sleep(SECONDS)
        service.start()
        service.wait()

    def without_s3(self, reader: Reader) -> None:
        self.pipeline.faults(s3={"share": 1.0, "kinds": ["unavailable"]})
        time.sleep(S3_SECONDS)
        self.pipeline.faults()

    def wait_for_a_moment(self, arn: str, dates: tuple[str, ...], chance: random.Random) -> None:
        """Waits until a random number of dates, less than half of them, has ended.

        The run's own progress is the measure, because no fixed delay fits a busy machine.
        """
        done, pause = chance.randrange(max(1, len(dates) // 2)), chance.uniform(0, 0.3)
        while True:
            children = self.pipeline.children(arn)
            if children and sum(each["status"] != "RUNNING" for each in children) >= done:
                break
            if not self.pipeline.is_running(arn):
                break
            time.sleep(0.02)
        time.sleep(pause)
        if not self.pipeline.is_running(arn):
            raise TooLate("the run ended before the fault could be injected")
