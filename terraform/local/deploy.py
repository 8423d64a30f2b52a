#!/usr/bin/env python3
"""Tests the deployment on the local AWS.

  deploy.py up      starts a stack of its own, applies bootstrap and deployment with terraform, runs the state machine
                    that terraform created, checks the cache, and checks that a second plan changes nothing
  deploy.py down    destroys both with terraform, checks that nothing is left, and removes the stack

--home DIR is the stack's folder; --bin DIR has the functions' binaries and the festvibes command. Both roots are first
copied into the folder, without the settings and the state of a real deployment.
"""

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import yaml
from inventory import inventory
from plan import unexpected_changes
from stopped import check_stopped_run

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "terraform/functions.yaml"
NAME = "local"
DAYS_AHEAD = 2
PRODUCTS = {name: entry["product"] for name, entry in yaml.safe_load(FUNCTIONS.read_text()).items()}


class Failure(Exception):
    pass


class Deployment:
    def __init__(self, home: Path, binaries: Path) -> None:
        self.home = home
        self.binaries = binaries
        self.before = home / "before.json"  # the inventory before terraform ran
        self.stack = [str(ROOT / "statemachine/local/stack"), "--home", str(home), "--bin", str(binaries)]
        self.roots = {"bootstrap": home / "terraform" / "bootstrap", "deployment": home / "terraform"}

    # ---- up

    def up(self) -> None:
        run([*self.stack, "up", "--without-functions"])
        self.settings = self.read_settings()
        self.copy_roots()
        if not self.before.exists():
            self.before.write_text(json.dumps(inventory(self.client)))

        self.apply("bootstrap", {"force_destroy": True, "github_repository": "owner/repository"})
        outputs = self.outputs("bootstrap")
        (self.home / "backend.hcl").write_text(outputs["backend"])
        digests = {function: self.push(function) for function in PRODUCTS}
        self.apply(
            "deployment",
            {
                "image_digests": digests,
                "base_url": self.settings["BASE_URL"],
                "source_requests_per_second": 10000,  # the site is on this machine
                "alert_emails": ["operator@example.com"],
                "force_destroy": True,
                "secret_recovery_days": 0,
            },
        )
        outputs = self.outputs("deployment")
        for name, arn in outputs["secret_arns"].items():
            self.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=self.settings[name])

        self.settings["STATE_MACHINE_ARN"] = outputs["state_machine_arn"]
        self.smoke()
        self.check_run()
        say(check_stopped_run(self.client, outputs["state_machine_arn"], outputs["topic_arns"]["runs"], self.ledger))
        for root in self.roots:
            self.check_second_plan(root)

    def read_settings(self) -> dict[str, str]:
        """Reads the file that `stack up` wrote for a shell: export NAME='value'."""
        lines = (self.home / "env").read_text().splitlines()
        pairs = (shlex.split(line)[1].partition("=") for line in lines)
        return {name: value for name, _, value in pairs}

    def copy_roots(self) -> None:
        for folder in ("terraform", "terraform/bootstrap", "statemachine"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        patterns = ("*.tf", "functions.yaml", ".terraform.lock.hcl", "bootstrap/*.tf", "bootstrap/.terraform.lock.hcl")
        found = (path for pattern in patterns for path in (ROOT / "terraform").glob(pattern))
        # Imports and the lifted protection belong to a real deployment.
        wanted = [path for path in found if path.name not in ("imports.tf", "destroy_override.tf")]
        for path in [*wanted, *(ROOT / "statemachine").glob("*.json")]:
            shutil.copyfile(path, self.home / path.relative_to(ROOT))

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.settings["AWS_ENDPOINT_URL"],
            region_name=self.settings["AWS_REGION"],
            aws_access_key_id=self.settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.settings["AWS_SECRET_ACCESS_KEY"],
        )

    def push(self, function: str) -> str:
        """Registers a manifest whose title names the binary to run, which is all that the local AWS needs of an image.
        Its digest changes with the binary."""
        binary = (self.binaries / PRODUCTS[function]).read_bytes()
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": {
                    "mediaType": "application/vnd.oci.image.config.v1+json",
                    "digest": f"sha256:{hashlib.sha256(binary).hexdigest()}",
                    "size": len(binary),
                },
                "layers": [],
                "annotations": {"org.opencontainers.image.title": PRODUCTS[function]},
            }
        )
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        registry = self.client("ecr")
        repository = f"{NAME}-{function}"
        known = registry.list_images(repositoryName=repository)["imageIds"]
        if digest not in {image["imageDigest"] for image in known}:
            registry.put_image(
                repositoryName=repository, imageManifest=manifest, imageDigest=digest, imageTag=digest[7:19]
            )
        return digest

    def smoke(self) -> None:
        outputs = self.terraform("deployment", "output", "-json")
        run([sys.executable, str(ROOT / "terraform/smoke.py")], input=outputs, environment=self.settings)

    def check_run(self) -> None:
        """Runs several dates with the festvibes command. The cache must then have as many events for each date as the
        run reports."""
        festvibes = str(self.binaries / "festvibes")
        run([festvibes, "run", "--days", str(DAYS_AHEAD)], environment=self.settings)
        for date, cached in self.cached_by_last_run():
            day = output([festvibes, "show", date, "--json"], environment=self.settings)
            if len(json.loads(day)) != cached or cached == 0:
                raise Failure(f"the cache has {len(json.loads(day))} events of {date}, but the run reports {cached}")
            say(f"✓ {date}: {cached} events in the cache")

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

    def ledger(self, run: str) -> str:
        return output([str(self.binaries / "festvibes"), "status", run], environment=self.settings)

    def check_second_plan(self, root: str) -> None:
        saved = str(self.home / f"{root}.plan")
        self.terraform(root, "plan", "-input=false", f"-out={saved}", f"-var-file={self.variables(root)}")
        plan = json.loads(self.terraform(root, "show", "-json", saved))
        problems = unexpected_changes(plan)
        if problems:
            raise Failure("\n  ".join([f"a second plan of {root} still changes", *problems]))
        say(f"✓ a second plan of {root} changes nothing")

    # ---- down

    def down(self) -> None:
        if not self.before.exists():
            raise Failure("nothing is deployed: make deploy-local")
        run([*self.stack, "up", "--without-functions"])
        self.settings = self.read_settings()
        for root, folder in reversed(self.roots.items()):
            example = ROOT / folder.relative_to(self.home) / "destroy_override.tf.example"
            shutil.copyfile(example, folder / "destroy_override.tf")
            self.terraform(root, "destroy", "-auto-approve", "-input=false", f"-var-file={self.variables(root)}")
        before, after = json.loads(self.before.read_text()), inventory(self.client)
        left = {kind: sorted(set(names) - set(before[kind])) for kind, names in after.items()}
        left = {kind: names for kind, names in left.items() if names}
        if left:
            raise Failure(f"terraform destroy left {json.dumps(left, indent=2)}\nmake clean removes the whole stack")
        say(f"✓ terraform destroy left nothing behind, in {len(after)} kinds of resources")
        run([*self.stack, "clean"])

    # ---- terraform

    def variables(self, root: str) -> Path:
        return self.home / f"{root}.tfvars.json"

    def apply(self, root: str, variables: dict) -> None:
        self.variables(root).write_text(json.dumps({"name": NAME, **variables}, indent=2))
        backend = [f"-backend-config={self.home / 'backend.hcl'}"] if root == "deployment" else []
        self.terraform(root, "init", "-input=false", "-lockfile=readonly", "-reconfigure", *backend)
        text = self.terraform(root, "apply", "-auto-approve", "-input=false", f"-var-file={self.variables(root)}")
        say(f"✓ {root}: " + next(line for line in text.splitlines() if line.startswith("Apply complete!")))

    def outputs(self, root: str) -> dict:
        return {name: each["value"] for name, each in json.loads(self.terraform(root, "output", "-json")).items()}

    def terraform(self, root: str, command: str, *arguments: str) -> str:
        say(f"  terraform {command} ({root})")
        environment = {**self.settings, "TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": "-no-color"}
        folder = self.roots[root]
        return output([str(ROOT / "terraform/tf"), f"-chdir={folder}", command, *arguments], environment=environment)


def run(command: list[str], input: str | None = None, environment: dict[str, str] | None = None) -> None:
    result = subprocess.run(command, input=input, text=True, env={**os.environ, **(environment or {})})
    if result.returncode != 0:
        raise Failure(f"{Path(command[0]).name} {' '.join(command[1:])}: exit status {result.returncode}")


def output(command: list[str], environment: dict[str, str]) -> str:
    result = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if result.returncode != 0:
        raise Failure(f"{Path(command[0]).name} {' '.join(command[1:])}\n{result.stderr or result.stdout[-3000:]}")
    return result.stdout


def say(text: str) -> None:
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--home", type=Path, default=ROOT / ".local/deploy")
    parser.add_argument("--bin", type=Path, default=ROOT / ".build/release")
    arguments = parser.parse_args()
    deployment = Deployment(arguments.home.resolve(), arguments.bin.resolve())
    try:
        deployment.up() if arguments.command == "up" else deployment.down()
    except Failure as failure:
        sys.exit(f"deploy: {failure}")


if __name__ == "__main__":
    main()
