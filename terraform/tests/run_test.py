"""terraform/run and the Makefile's targets of the deployment, with a terraform that only writes down what it is asked.
make terraform-test runs it; it needs no packages."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ["date-range-generator", "scraper", "loader", "cache-manager"]
TERRAFORM = r"""#!/usr/bin/env bash
folder=${1#-chdir=}
echo "${TF_DATA_DIR#"$ROOT"/} ${*/#"$1"/}" >>"$ROOT/log"
[ -e "$folder/backend_override.tf" ] && echo '(local)' >>"$ROOT/log"
case $2 in
  output) case $* in *-json*) cat "$ROOT/outputs" ;; *) echo 'bucket = "b"'; echo 'region = "eu-west-1"' ;; esac ;;
  apply) cp "$ROOT"/.local/images/*.tfvars.json "$ROOT/applied" 2>/dev/null ;;
esac
# The state of bootstrap is a file, or in the bucket. As terraform does, a new data folder finds none to copy.
[[ $folder == */bootstrap ]] || exit 0
path=$(sed -n 's/.*path = "\(.*\)"/\1/p' "$folder/backend_override.tf" 2>/dev/null)
state=${path:-$ROOT/bucket.tfstate}
mkdir -p "$TF_DATA_DIR"
case $2 in
  init)
    before=$(cat "$TF_DATA_DIR/backend" 2>/dev/null)
    [ ! -e "$before" ] || [ "$before" = "$state" ] || cp "$before" "$state"
    echo "$state" >"$TF_DATA_DIR/backend"
    ;;
  apply) echo resources >"$state" ;;
  destroy) echo "destroyed: $(cat "$state" 2>/dev/null)" >>"$ROOT/log" ;;
esac
exit 0
"""
PYTHON = '#!/usr/bin/env bash\necho "python ${*#"$ROOT"/}" >>"$ROOT/log"\n'
MAKE = r"""#!/usr/bin/env bash
for word in "$@"; do case $word in *=*) export "$word" ;; esac; done
mkdir -p "$DIGESTS"
echo "$(git -C "$ROOT" rev-parse HEAD) $NEW" >"$DIGESTS/$FUNC-$ARCH.digest"
"""


def digest(digit: str) -> str:
    return "sha256:" + digit * 64


class RunTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "terraform/bootstrap").mkdir(parents=True)
        for name in ("terraform/run", "terraform/functions", "terraform/functions.yaml", "Makefile"):
            shutil.copy(ROOT / name, self.root / name)
        self.write("terraform/tf", TERRAFORM)
        self.write("bin/make", MAKE)
        self.write("tools/python", PYTHON)
        self.write("terraform/festvibes-dev.backend.hcl", 'bucket = "b"\nregion = "eu-west-1"\n')
        self.deployed = {"architecture": "arm64", "image_digests": {name: digest("0") for name in FUNCTIONS}}
        self.write("outputs", json.dumps({name: {"value": value} for name, value in self.deployed.items()}))
        git = ["git", "-C", str(self.root), "-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", "init", "--quiet", str(self.root)], check=True)
        subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "a"], check=True)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def environment(self, **variables: str) -> dict[str, str]:
        unwanted = re.compile("AWS_|DEPLOY|STAGE|ENRICH|CI$|GIT_|TF_|MAKE|MFLAGS|ARCH$")
        kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
        tools = {"ROOT": str(self.root), "DEPLOY_PYTHON": str(self.root / "tools/python")}
        return {**kept, "PATH": f"{self.root / 'bin'}:{kept['PATH']}", **tools, **variables}

    def run_script(self, *arguments: str, status: int = 0, **variables: str) -> str:
        command = [str(self.root / "terraform/run"), *arguments]
        result = subprocess.run(
            command, capture_output=True, text=True, env=self.environment(**variables), check=False
        )
        self.assertEqual(result.returncode, status, result.stderr)
        return result.stderr

    def log(self) -> str:
        return (self.root / "log").read_text()

    def record(self, name: str, functions: list[str]) -> None:
        head = subprocess.run(
            ["git", "-C", str(self.root), "rev-parse", "HEAD"], capture_output=True, text=True, check=True
        ).stdout.strip()
        for function in functions:
            self.write(f".local/images/{name}/{function}-arm64.digest", f"{head} {digest('1')}\n")

    # ---- stages

    def test_a_stage_has_its_own_state_settings_and_images(self) -> None:
        self.record("festvibes", FUNCTIONS)  # of another deployment
        self.write("terraform/festvibes-dev.tfvars", "")
        self.run_script("plan", STAGE="dev")
        terraform = self.root / "terraform"
        self.assertIn(f"-backend-config={terraform}/festvibes-dev.backend.hcl", self.log())
        plan = next(line for line in self.log().splitlines() if " plan " in line)
        self.assertTrue(plan.startswith(".local/terraform/festvibes-dev/deployment "), plan)
        # The last one counts: a name in the settings is not that of the state and the images.
        self.assertIn(f"-var-file={terraform}/festvibes-dev.tfvars -var name=festvibes-dev ", plan)
        images = json.loads((self.root / ".local/images/festvibes-dev.tfvars.json").read_text())
        self.assertEqual(images, self.deployed)

    def test_without_a_stage_nothing_of_a_stage_is_read(self) -> None:
        self.assertIn("terraform/festvibes.backend.hcl is missing", self.run_script("plan", status=1))

    def test_settings_that_terraform_reads_for_every_deployment_are_refused(self) -> None:
        self.write("terraform/terraform.tfvars", 'bucket_name = "production"')
        message = self.run_script("plan", STAGE="dev", status=1)
        self.assertIn("rename it to terraform/festvibes-dev.tfvars", message)

    def test_bootstrap_moves_its_state_into_the_bucket(self) -> None:
        self.run_script("bootstrap", STAGE="new")
        steps = [line.split()[1] if " " in line else line for line in self.log().splitlines()]
        self.assertEqual(steps, ["init", "(local)", "apply", "(local)", "output", "(local)", "init"])
        self.assertIn("-migrate-state -force-copy", self.log())
        self.assertIn("-backend-config=key=bootstrap.tfstate", self.log().splitlines()[-1])
        self.assertFalse((self.root / "terraform/bootstrap/backend_override.tf").exists())
        (self.root / "log").unlink()
        self.run_script("bootstrap", STAGE="new")
        self.assertNotIn("(local)", self.log())
        (self.root / "log").unlink()
        self.run_script("bootstrap-destroy", STAGE="new")
        steps = [line.split()[1] if " " in line else line for line in self.log().splitlines()]
        self.assertEqual(steps, ["init", "init", "(local)", "destroy", "(local)", "resources"])
        self.assertFalse((self.root / "terraform/festvibes-new.backend.hcl").exists())

    def test_what_bootstrap_made_is_destroyed_where_terraform_has_not_run(self) -> None:
        self.run_script("bootstrap", STAGE="new")
        shutil.rmtree(self.root / ".local")  # make clean
        self.run_script("bootstrap-destroy", STAGE="new")
        self.assertIn("destroyed: resources", self.log())

    def test_a_state_of_an_earlier_version_is_not_left_behind(self) -> None:
        former = self.root / "terraform/bootstrap/terraform.tfstate"
        former.write_text("resources\n")
        message = self.run_script("bootstrap", STAGE="new", status=1)
        self.assertIn("rename it to terraform/bootstrap/festvibes-new.tfstate", message)
        former.rename(self.root / "terraform/bootstrap/festvibes-new.tfstate")
        self.run_script("bootstrap", STAGE="new")
        self.assertEqual((self.root / "bucket.tfstate").read_text(), "resources\n")
        self.assertFalse((self.root / "terraform/bootstrap/festvibes-new.tfstate").exists())

    def test_without_a_state_nothing_is_destroyed_and_the_name_of_its_bucket_is_kept(self) -> None:
        self.run_script("bootstrap", STAGE="new")
        (self.root / "bucket.tfstate").unlink()
        self.assertIn("nothing is destroyed", self.run_script("bootstrap-destroy", STAGE="new", status=1))
        self.assertTrue((self.root / "terraform/festvibes-new.backend.hcl").exists())

    def test_nothing_deployed_is_said_and_not_destroyed(self) -> None:
        self.write("outputs", "{}")
        self.assertIn("festvibes-dev is not deployed", self.run_script("destroy", STAGE="dev", status=1))
    def test_without_a_bootstrap_nothing_is_asked_of_terraform(self) -> None:
        for command in ("plan", "output", "bootstrap-output"):
            message = self.run_script(command, status=1)
            self.assertIn("terraform/festvibes.backend.hcl is missing", message, command)
            self.assertIn("make bootstrap writes it", message, command)
        self.assertFalse((self.root / "log").exists(), "terraform was started")

    # ---- images

    def test_images_are_kept_before_they_are_deployed(self) -> None:
        self.record("festvibes-dev", FUNCTIONS)
        self.run_script("apply", STAGE="dev", CI="1")
        steps = [line for line in self.log().splitlines() if "python" in line or " apply " in line]
        self.assertEqual(steps[0], "python terraform/protect_images.py festvibes-dev eu-west-1")
        self.assertIn(" apply -input=false -auto-approve ", steps[1])

    def test_an_incomplete_set_of_images_is_refused(self) -> None:
        self.record("festvibes-dev", FUNCTIONS[:2])
        self.assertIn("only 2 of 4 images are pushed", self.run_script("apply", STAGE="dev", status=1))

    def test_an_optional_function_has_an_image_only_if_it_is_wanted(self) -> None:
        self.record("festvibes-dev", [*FUNCTIONS, "enricher"])
        for variables, expected in (({}, FUNCTIONS), ({"ENRICH": "1"}, [*FUNCTIONS, "enricher"])):
            self.run_script("apply", STAGE="dev", CI="1", **variables)
            applied = json.loads((self.root / "applied").read_text())
            self.assertEqual(sorted(applied["image_digests"]), sorted(expected))

    def test_an_optional_function_that_was_not_pushed_is_missed_where_it_is_wanted(self) -> None:
        self.record("festvibes-dev", FUNCTIONS)
        self.assertIn("only 4 of 5 images", self.run_script("apply", STAGE="dev", CI="1", ENRICH="1", status=1))

    def test_one_function_is_deployed_with_the_others_as_they_are(self) -> None:
        self.record("festvibes-dev", FUNCTIONS[:1])  # pushed, and not deployed
        self.run_script("deploy-function", "scraper", STAGE="dev", CI="1", NEW=digest("2"))
        applied = json.loads((self.root / "applied").read_text())
        expected = {**self.deployed["image_digests"], "scraper": digest("2")}
        self.assertEqual(applied, {"architecture": "arm64", "image_digests": expected})

    def test_an_optional_function_is_deployed_by_its_name(self) -> None:
        self.run_script("deploy-function", "enricher", STAGE="dev", CI="1", NEW=digest("2"))
        applied = json.loads((self.root / "applied").read_text())
        self.assertEqual(applied["image_digests"]["enricher"], digest("2"))

    def test_one_function_of_a_deployment_that_is_not_there_is_refused(self) -> None:
        self.write("outputs", "{}")
        message = self.run_script("deploy-function", "scraper", STAGE="dev", status=1)
        self.assertIn("festvibes-dev is not deployed yet", message)
        self.assertIn("there is no function 'x'", self.run_script("deploy-function", "x", STAGE="dev", status=1))

    # ---- make

    def make(self, *arguments: str, **variables: str) -> str:
        (self.root / "bin/make").unlink(missing_ok=True)
        for tool in ("pip", "pip3", "python3"):
            self.write(f"bin/{tool}", '#!/bin/sh\necho "installs: $*" >>"$ROOT/log"\n')
        command = ["make", "-C", str(self.root), *arguments]
        result = subprocess.run(
            command, capture_output=True, text=True, env=self.environment(**variables), check=False
        )
        self.assertNotEqual(result.returncode, 0)
        self.assertFalse((self.root / "log").exists(), "something was installed or asked")
        return result.stderr

    def test_smoke_installs_nothing(self) -> None:
        self.assertIn("run make deploy-tools first", self.make("smoke", AWS_ACCESS_KEY_ID="x"))

    def test_nothing_is_installed_while_there_are_credentials(self) -> None:
        for name in (
            *("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE"),
            *("AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
        ):
            self.assertIn("unset AWS_ACCESS_KEY_ID", self.make("deploy-tools", **{name: "x"}))

    def test_a_missing_registry_is_named_with_where_it_stands(self) -> None:
        for target in (["push", "FUNC=scraper"], ["push-all"], ["registry-login"]):
            message = self.make(*target, REGISTRY="")
            self.assertIn("export REGISTRY=$(terraform/run bootstrap-output -raw registry)", message, target)

    def test_two_names_are_refused(self) -> None:
        self.assertIn("is not of the STAGE dev", self.make("smoke", "STAGE=dev", DEPLOYMENT="mine"))


if __name__ == "__main__":
    unittest.main()
