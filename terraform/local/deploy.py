#!/usr/bin/env python3
"""Tests the deployment on the local AWS, with two deployments side by side: festvibes, and its stage festvibes-dev.

  deploy.py up      starts a stack of its own, bootstraps and applies both as README.md says, runs the state machines
                    that terraform created, also as a schedule and a message of the queue do, and checks the
                    caches, that second plans change nothing, that a stopped run is reported, that the two share
                    nothing and cannot reach each other, and that the registry keeps the images that run
  deploy.py down    destroys both with terraform, checks that nothing is left, and removes the stack

With ENRICH=1 both have the enricher, and the runs must have embedded and geocoded. --home DIR is the stack's folder;
--bin DIR has the functions' binaries and the festvibes command. The roots are first copied into the folder, without the
settings and the state of a real deployment.
"""

import argparse
import json
import shlex
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from commands import ROOT, Failure, run, say
from deployment import Deployment
from inventory import inventory
from isolation import foreign_reach, shared, unreached
from lifecycle import expired

NAMES = ("festvibes", "festvibes-dev")


class Account:
    """The local AWS, with both deployments."""

    def __init__(self, home: Path, binaries: Path) -> None:
        self.home = home
        self.binaries = binaries
        self.before = home / "before.json"  # the inventory before terraform ran
        self.stack = [str(ROOT / "statemachine/local/stack"), "--home", str(home), "--bin", str(binaries)]

    # ---- up

    def up(self) -> None:
        self.start()
        if not self.before.exists():
            self.before.write_text(json.dumps(inventory(self.client)))

        self.check_smoke_without_a_deployment()
        for deployment in self.deployments:  # one after the other, because both use an override file of one folder
            deployment.bootstrap(provider_exists=deployment is not self.deployments[0])
            deployment.images.push_all()
        self.each(Deployment.apply)
        for deployment in self.deployments:
            deployment.store_secrets()
            deployment.smoke()
            deployment.check_run()
            deployment.check_starts()
            deployment.check_stopped_run()
        self.each(Deployment.check_second_plans)
        self.check_isolation()
        self.check_images()
        self.deployments[1].check_smoke_without_the_source()

    def start(self) -> None:
        run([*self.stack, "up", "--without-functions"])
        self.settings = self.read_settings()
        self.copy_roots()
        self.deployments = [Deployment(name, self.home, self.binaries, self.settings, self.client) for name in NAMES]

    def each(self, action: Callable[[Deployment], None]) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(action, self.deployments))

    def read_settings(self) -> dict[str, str]:
        """Reads the file that `stack up` wrote for a shell: export NAME='value'."""
        lines = (self.home / "env").read_text().splitlines()
        pairs = (shlex.split(line)[1].partition("=") for line in lines)
        return {name: value for name, _, value in pairs}

    def copy_roots(self) -> None:
        for folder in ("terraform", "terraform/bootstrap", "statemachine/local", ".local"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        patterns = ("*.tf", "functions*", ".terraform.lock.hcl", "bootstrap/*.tf", "bootstrap/.terraform.lock.hcl")
        found = (path for pattern in patterns for path in (ROOT / "terraform").glob(pattern))
        # Imports, a backend and the lifted protection belong to a real deployment.
        own = ("imports.tf", "backend_override.tf", "destroy_override.tf")
        wanted = [path for path in found if path.name not in own]
        scripts = [ROOT / "terraform" / name for name in ("run", "tf", "protect_images.py")]
        scripts.append(ROOT / "statemachine/local/private")
        for path in [*wanted, *scripts, *(ROOT / "statemachine").glob("*.json")]:
            shutil.copy(path, self.home / path.relative_to(ROOT))
        for path in (ROOT / "statemachine/datasets").glob("*/dataset.yaml"):
            (self.home / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, self.home / path.relative_to(ROOT))
        if (ROOT / ".local/terraform.rc").exists():  # where the provider is, once it was looked for
            shutil.copy(ROOT / ".local/terraform.rc", self.home / ".local")

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.settings["AWS_ENDPOINT_URL"],
            region_name=self.settings["AWS_REGION"],
            aws_access_key_id=self.settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.settings["AWS_SECRET_ACCESS_KEY"],
        )

    # ---- checks

    def check_smoke_without_a_deployment(self) -> None:
        result = run([sys.executable, str(ROOT / "terraform/smoke.py")], input="{}", status=1, capture=True)
        if "nothing is deployed" not in result.stderr or "Traceback" in result.stderr:
            raise Failure(f"without a deployment the smoke test says: {result.stderr}")
        say("✓ without a deployment the smoke test says so")

    def check_isolation(self) -> None:
        before, after = json.loads(self.before.read_text()), inventory(self.client)
        made = {kind: set(names) - set(before[kind]) for kind, names in after.items()}
        problems = shared(made, NAMES)
        for one, other in (self.deployments, reversed(self.deployments)):
            problems += foreign_reach(one, other.arns()) + unreached(one)
        if problems:
            raise Failure("\n  ".join(["the two deployments are not separate", *problems]))
        say("✓ the two deployments share nothing, and no policy of one reaches a resource of the other")

    def check_images(self) -> None:
        """Pushes more images than the registry keeps, and deploys none of them: those that run must not expire."""
        for deployment in self.deployments:
            for repository, digest in deployment.images.running():
                for number in range(deployment.images.number_kept(repository) + 1):
                    deployment.images.push(repository, f"never deployed {number}")
                leaving = expired(self.client("ecr"), repository)
                if digest in leaving or not leaving:
                    raise Failure(f"{repository}: {sorted(leaving)} expire, and {digest} runs")
        say("✓ images that run do not expire, however many are pushed after them")

    # ---- down

    def down(self) -> None:
        if not self.before.exists():
            raise Failure("nothing is deployed: make deploy-local")
        self.start()
        for folder in ("terraform", "terraform/bootstrap"):
            shutil.copyfile(ROOT / folder / "destroy_override.tf.example", self.home / folder / "destroy_override.tf")
        self.each(Deployment.destroy)
        for deployment in reversed(self.deployments):  # the first has GitHub's identity provider
            deployment.destroy_bootstrap()
        before, after = json.loads(self.before.read_text()), inventory(self.client)
        left = {kind: sorted(set(names) - set(before[kind])) for kind, names in after.items()}
        left = {kind: names for kind, names in left.items() if names}
        if left:
            raise Failure(f"terraform destroy left {json.dumps(left, indent=2)}\nmake clean removes the whole stack")
        say(f"✓ terraform destroy left nothing behind, in {len(after)} kinds of resources")
        run([*self.stack, "clean"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--home", type=Path, default=ROOT / ".local/deploy")
    parser.add_argument("--bin", type=Path, default=ROOT / ".build/release")
    arguments = parser.parse_args()
    account = Account(arguments.home.resolve(), arguments.bin.resolve())
    try:
        account.up() if arguments.command == "up" else account.down()
    except Failure as failure:
        sys.exit(f"deploy: {failure}")


if __name__ == "__main__":
    main()
