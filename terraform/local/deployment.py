"""One deployment on the local AWS, made with the commands that README.md documents, and its checks."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from commands import ROOT, Failure, git, run, say
from images import ENRICHED, Images
from plan import unexpected_changes
from started import DATASET, check_request, check_schedule
from stopped import check_stopped_run

DAYS_AHEAD = 2
# What is not of one deployment by its name: GitHub's identity provider, and mappings, which Lambda names.
NAMELESS = ("aws_iam_openid_connect_provider", "aws_lambda_event_source_mapping")


class Deployment:
    def __init__(self, name: str, home: Path, binaries: Path, settings: dict[str, str], client: Callable) -> None:
        self.name = name
        self.home = home
        self.binaries = binaries
        self.client = client
        self.images = Images(name, home, binaries, client)
        self.settings = {**settings, **self.stores(settings)}
        self.root = {"bootstrap": home / "terraform/bootstrap", "deployment": home / "terraform"}
        self.environment = {
            **self.settings,
            "DEPLOYMENT": name,
            "DEPLOY_PYTHON": sys.executable,
            "CI": "1",  # without questions
            "TF_IN_AUTOMATION": "1",
            "TF_CLI_ARGS": "-no-color",
            # The copy of the roots is no repository; its images are recorded for the commit of this one.
            "GIT_DIR": git("rev-parse", "--absolute-git-dir"),
        }

    def stores(self, settings: dict[str, str]) -> dict[str, str]:
        """Each deployment has a database of its own in Postgres and in Redis, which has 16, by number."""
        database = self.name.replace("-", "_") + "_deployed"
        postgres = urlsplit(settings["PG_DATABASE_URL"])
        redis = urlsplit(settings["REDIS_URL"])
        return {
            "PG_DATABASE_URL": postgres._replace(path=f"/{database}").geturl(),
            "REDIS_URL": redis._replace(path=f"/{len(self.name) % 16}").geturl(),
        }

    # ---- up

    def bootstrap(self, provider_exists: bool) -> None:
        self.write_settings(
            "bootstrap",
            {
                "github_repository": "owner/repository",
                "github_provider_exists": provider_exists,
                "enrichment_enabled": ENRICHED,
                "force_destroy": True,
            },
        )
        self.report("bootstrap", self.terraform("bootstrap", "-auto-approve", "-input=false"))
        objects = self.client("s3").list_objects_v2(Bucket=self.state_bucket())["Contents"]
        local = list((self.home / "terraform").rglob("*.tfstate*"))
        if "bootstrap.tfstate" not in {found["Key"] for found in objects} or local:
            raise Failure(f"{self.name}: the state of bootstrap is not only in its bucket")

    def apply(self) -> None:
        self.write_settings(
            "deployment",
            {
                "base_url": self.settings["BASE_URL"],
                "source_requests_per_second": 10000,  # the site is on this machine
                "datasets": ["wwoz", DATASET],
                "dataset_variables": {"COINGECKO_URL": self.settings["COINGECKO_URL"]},
                "request_queue": {},
                "enrichment_enabled": ENRICHED,
                "geocoder_url": self.settings.get("GEOCODER_URL"),
                "alert_emails": ["operator@example.com"],
                "force_destroy": True,
                "secret_recovery_days": 0,
            },
        )
        self.report("deployment", self.terraform("apply"))

    def report(self, root: str, text: str) -> None:
        line = next(line for line in text.splitlines() if line.startswith("Apply complete!"))
        say(f"✓ {self.name}, {root}: {line}")

    def write_settings(self, root: str, settings: dict) -> None:
        lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        (self.root[root] / f"{self.name}.tfvars").write_text(lines)

    def store_secrets(self) -> None:
        address = urlsplit(self.settings["PG_DATABASE_URL"])
        database = address.path[1:]
        administer = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--dbname", "postgres", "--command"]
        server = {"PGHOST": address.hostname, "PGPORT": str(address.port), "PGUSER": address.username}
        server["PGPASSWORD"] = unquote(address.password or "")
        known = run([*administer, "select datname from pg_database"], environment=server, capture=True).stdout.split()
        if database not in known:
            run([*administer, f"create database {database}"], environment=server)
        outputs = self.outputs()
        for name, arn in outputs["secret_arns"].items():
            self.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=self.settings[name])
        self.settings["STATE_MACHINE_ARN"] = outputs["state_machine_arn"]

    # ---- checks

    def smoke(self, **options) -> subprocess.CompletedProcess:
        outputs = self.terraform("output", "-json")
        command = [sys.executable, str(ROOT / "terraform/smoke.py")]
        return run(command, input=outputs, environment=self.settings, **options)

    def check_smoke_without_the_source(self) -> None:
        """A source that nobody serves: its port is closed."""
        scraper = f"{self.name}-scraper"
        functions = self.client("lambda")
        environment = functions.get_function_configuration(FunctionName=scraper)["Environment"]
        closed = {"Variables": {**environment["Variables"], "BASE_URL": "http://127.0.0.1:9"}}
        functions.update_function_configuration(FunctionName=scraper, Environment=closed)
        try:
            text = self.smoke(capture=True).stdout
        finally:
            functions.update_function_configuration(FunctionName=scraper, Environment=environment)
        if "nothing is said of the deployment" not in text:
            raise Failure(f"without a source the smoke test says: {text}")
        say("✓ without a source the smoke test says nothing of the deployment, aloud")

    def check_run(self) -> None:
        """Runs several dates with the festvibes command. The cache must then have as many events for each date as the
        run reports."""
        festvibes = str(self.binaries / "festvibes")
        run([festvibes, "run", "--days", str(DAYS_AHEAD)], environment=self.settings)
        for date, cached in self.cached_by_last_run():
            day = run([festvibes, "show", date, "--json"], environment=self.settings, capture=True).stdout
            if len(json.loads(day)) != cached or cached == 0:
                raise Failure(f"the cache has {len(json.loads(day))} events of {date}, but the run reports {cached}")
            say(f"✓ {self.name}, {date}: {cached} events in the cache")
        if ENRICHED:
            self.check_enrichment()

    def check_enrichment(self) -> None:
        """The last run must have embedded texts and found venues, with the image's weights and the stack's geocoder."""
        machines = self.client("stepfunctions")
        last = machines.list_executions(stateMachineArn=self.settings["STATE_MACHINE_ARN"])["executions"][0]
        summary = json.loads(machines.describe_execution(executionArn=last["executionArn"])["output"])
        done = summary["enrichment"]
        if not done or not any(done["embedded"].values()) or not done["geocoded"]["found"]:
            raise Failure(f"{self.name}: the run enriched nothing: {done}, error: {summary['enrichment_error']}")
        say(f"✓ {self.name}: embedded {done['embedded']}, geocoded {done['geocoded']}")

    def cached_by_last_run(self) -> Iterator[tuple[str, int]]:
        machines = self.client("stepfunctions")
        last = machines.list_executions(stateMachineArn=self.settings["STATE_MACHINE_ARN"])["executions"][0]
        map_run = machines.list_map_runs(executionArn=last["executionArn"])["mapRuns"][0]
        children = machines.list_executions(mapRunArn=map_run["mapRunArn"])["executions"]
        if len(children) != DAYS_AHEAD + 1:
            raise Failure(f"{len(children)} dates ran, not {DAYS_AHEAD + 1}")
        for child in children:
            result = json.loads(machines.describe_execution(executionArn=child["executionArn"])["output"])
            yield result["date"], result["cached"]

    def check_starts(self) -> None:
        outputs = self.outputs()
        machine = outputs["state_machine_arn"]
        say(f"{check_schedule(self.client, outputs['schedules'][DATASET], machine)} ({self.name})")
        say(f"{check_request(self.client, outputs['request_queue_url'], machine)} ({self.name})")

    def check_stopped_run(self) -> None:
        def ledger(run_name: str) -> str:
            festvibes = str(self.binaries / "festvibes")
            # Its exit status is 1 for a run that failed, which is what is waited for.
            command = [festvibes, "status", run_name]
            return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **self.settings}).stdout

        topic = self.outputs()["topic_arns"]["runs"]
        said = check_stopped_run(self.client, self.settings["STATE_MACHINE_ARN"], topic, ledger)
        say(f"{said} ({self.name})")

    def check_second_plans(self) -> None:
        for root in self.root:
            saved = str(self.home / f"{self.name}-{root}.plan")
            options = [f"-out={saved}", f"-var=name={self.name}", f"-var-file={self.name}.tfvars"]
            if root == "deployment":
                options.append(f"-var-file={self.home}/.local/images/{self.name}.tfvars.json")
            self.in_root(root, "plan", "-input=false", *options)
            problems = unexpected_changes(json.loads(self.in_root(root, "show", "-json", saved)))
            if problems:
                raise Failure("\n  ".join([f"a second plan of {self.name}, {root}, still changes", *problems]))
            say(f"✓ {self.name}, {root}: a second plan changes nothing")

    def state_bucket(self) -> str:
        return f"{self.name}-state-{self.client('sts').get_caller_identity()['Account']}"

    def resources(self, root: str) -> list[dict]:
        """Returns what terraform made: each with type, address and values."""
        state = json.loads(self.in_root(root, "show", "-json"))
        return [each for each in state["values"]["root_module"]["resources"] if each["mode"] == "managed"]

    def arns(self, *roots: str) -> dict[str, str]:
        """Returns the ARNs of what terraform made, and of things in it (an object, a stream, an execution), with
        terraform's addresses."""
        found = {}
        for resource in (each for root in roots or self.root for each in self.resources(root)):
            values, address = resource["values"], resource["address"]
            arn = values.get("dashboard_arn") or values.get("arn")
            if not arn or resource["type"] in NAMELESS:
                continue
            found[arn] = address
            machine = arn.replace(":stateMachine:", ":execution:")
            inside = {
                "aws_s3_bucket": [f"{arn}/raw/x"],
                "aws_cloudwatch_log_group": [f"{arn}:log-stream:x"],
                "aws_sfn_state_machine": [f"{machine}:x", f"{machine}/x:y"],
            }
            found.update(dict.fromkeys(inside.get(resource["type"], []), address) if not roots else {})
        return found

    # ---- down

    def destroy(self) -> None:
        self.terraform("destroy", "-auto-approve", "-input=false")

    def destroy_bootstrap(self) -> None:
        self.terraform("bootstrap-destroy", "-auto-approve", "-input=false")

    # ---- terraform

    def outputs(self) -> dict:
        return {name: each["value"] for name, each in json.loads(self.terraform("output", "-json")).items()}

    def terraform(self, command: str, *arguments: str) -> str:
        say(f"  terraform/run {command} ({self.name})")
        script = str(self.home / "terraform/run")
        return run([script, command, *arguments], environment=self.environment, capture=True).stdout

    def in_root(self, root: str, command: str, *arguments: str) -> str:
        environment = {**self.environment, "TF_DATA_DIR": str(self.home / ".local/terraform" / self.name / root)}
        program = [str(self.home / "terraform/tf"), f"-chdir={self.root[root]}", command, *arguments]
        return run(program, environment=environment, capture=True).stdout
