"""Parts that go away in the middle of a night, and come back."""

import os
import shutil
import signal
import time

from .nights import Loss

SECONDS = 2
S3_SECONDS = 8  # longer than a client tries again by itself


class TooLate(Loss):
    """The round has shown nothing."""


class Outages:
    def __init__(self, pipeline):
        self.pipeline = pipeline

    def stopped(self, part):
        """A service that is shut down and comes back."""

        def strike(reader):
            part.process.stop()
            self.back(part)

        return strike

    def killed(self, part):
        """A service that dies and comes back."""

        def strike(reader):
            os.kill(part.process.pid(), signal.SIGKILL)
            self.back(part)

        return strike

    def replaced(self, redis):
        """A Redis that dies, with another in its place that has nothing. What was cached before is cached once more at
        the end of the run."""

        def strike(reader):
            reader.emptied.add("Redis")
            os.kill(redis.process.pid(), signal.SIGKILL)
            redis.process.stop()
            shutil.rmtree(redis.home.join("redis", "data"))
            self.back(redis)

        return strike

    @staticmethod
    def back(part):
        time.sleep(SECONDS)
        part.start()
        part.wait()

    def without_s3(self, reader):
        self.pipeline.faults(s3={"share": 1.0, "kinds": ["unavailable"]})
        time.sleep(S3_SECONDS)
        self.pipeline.faults()

    def wait_for_a_moment(self, arn, dates, chance):
        """Until some of the dates are done, and half of them are not; told by the night's own progress: no clock knows
        how far it is on a busy machine."""
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
            raise TooLate("the night was over before anything happened to it")
