#!/usr/bin/env python3
"""Tests the read API from outside, by its OpenAPI document.

It starts `festvibes serve`, and the function ReadAPI behind a stand-in for API Gateway. Of each it first asks for rows,
since without them nothing is tested. schemathesis sends what the document allows and what it does not, and compares
every response with it. Then the server is abused. `make api-test` runs it, with the settings of a stack whose database
has events, items, runs and rejected records, and whose bucket has series."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

import contents
import real_values
from abuse import Abuse
from client import Client
from gateway import Gateway

FOLDER = Path(__file__).absolute().parent
# Of so many random cases of an operation some are allowed, and some are not.
CERTAIN = 20


def schemathesis(client: Client, cases: int, seed: int) -> tuple[int, list[str]]:
    """Returns the number of test cases, and what is wrong."""
    program = str(Path(sys.executable).absolute().parent / "schemathesis")
    # Of what it finds it keeps files below the current folder. One worker: where two threads make cases, one may end in
    # an error of the library's own, which leaves its operation untested without a word.
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [
            program, "run", f"http://{client.host}/openapi.json", "--header", f"X-API-Key: {client.key}",
            "--checks", "all", "--max-examples", str(cases), "--seed", str(seed), "--workers", "1", "--mode", "all",
            "--phases", "examples,coverage,fuzzing", "--request-timeout", "20", "--no-color", "--continue-on-failure",
            "--report", "json", "--report-json-path", str(report),
        ]  # fmt: skip
        environment = {
            **os.environ,
            "API_KEY": client.key,
            "PYTHONPATH": str(FOLDER),
            "SCHEMATHESIS_HOOKS": "real_values",
            real_values.VALUES: real_values.collect(client),
        }
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment)
        found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else None
    output = [done.stdout[-12_000:] + done.stderr[-4000:]]
    if found is None:
        return 0, [*output, f"schemathesis ended with status {done.returncode}, and has written no report"]
    generated = found["test_cases"]["generated"]
    return generated, (output if done.returncode != 0 else []) + untested(found, cases)


def untested(report: dict, cases: int) -> list[str]:
    """Returns what a run without a finding has not tested."""
    problems = []
    operations, generated = report["operations"], report["test_cases"]["generated"]
    if not report["complete"] or not operations["total"] or operations["tested"] != operations["total"]:
        problems.append(f"of {operations['total']} operations {operations['tested']} were tested to the end")
    # Operations without parameters have one case, others at least as many as were asked for.
    if generated < operations["total"] * cases // 2:
        problems.append(f"{generated} cases are too few for {operations['total']} operations with {cases} each")
    for operation, phases in report["valid_rates"].items():
        if not sum(phase["accepted"] for phase in phases.values()):
            problems.append(f"{operation} has answered no case with what was asked for")
        if "fuzzing" not in phases and cases >= CERTAIN:
            problems.append(f"{operation} has had no random case that its document allows")
    return problems


class Run:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.key = secrets.token_urlsafe(24)
        self.environment = {**os.environ, "API_KEY": self.key, "API_PUBLIC": "false", "LOG_LEVEL": "ERROR"}
        # The function has no address but its own, and both read the stack's database.
        for name in ("AWS_LAMBDA_RUNTIME_API", "API_HOST", "API_PORT", "API_DATABASE_URL"):
            self.environment.pop(name, None)
        self.cases, self.problems = 0, 0

    def report(self, name: str, problems: list[str]) -> None:
        for problem in problems:
            print(f"{name}: {problem}")
        self.problems += len(problems)

    def front(self, name: str, client: Client) -> None:
        missing = contents.missing(client)
        self.report(name, missing)
        if missing:
            return
        self.report(name, contents.wrong_addresses(client) + contents.wrong_heads(client))
        cases, found = schemathesis(client, self.options.cases, self.options.seed)
        self.report(name, found)
        self.cases += cases
        print(f"{name}: {cases} cases, {'findings above' if found else 'no finding'}")

    def server(self) -> None:
        # From a folder that has the datasets, and no weights of the model: this stack has no embeddings for /search.
        folder = tempfile.TemporaryDirectory()
        Path(folder.name, "statemachine").symlink_to(FOLDER.parents[2] / "statemachine")
        server = subprocess.Popen(
            [os.path.abspath(f"{self.options.bin}/festvibes"), "serve", "--port", "0"],
            cwd=folder.name,
            env={**self.environment, "EMBEDDING_WEIGHTS": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout is not None
        try:
            client = Client(server.stdout.readline().split("/ serves")[0], self.key)
            if self.options.only != "abuse":
                self.front("festvibes serve", client)
            if self.options.only != "server":
                abuse = Abuse(client, server.pid)
                self.report("abuse", abuse.run())
                print(f"abuse: {abuse.checks} checks, {len(abuse.problems)} problems; {abuse.measured()}")
        finally:
            server.terminate()
            server.wait(30)
            folder.cleanup()

    def function(self) -> None:
        gateway = Gateway(f"{self.options.bin}/ReadAPI", self.environment)
        try:
            self.front("ReadAPI", Client(gateway.url, self.key))
        finally:
            gateway.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the folder of the binaries")
    parser.add_argument("--cases", type=int, default=300, help="cases of each operation")
    parser.add_argument("--least", type=int, default=0, help="the fewest cases in all; fewer are a failure")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    parser.add_argument("--only", choices=["server", "function", "abuse"])
    options = parser.parse_args()
    print(f"seed {options.seed}")
    run = Run(options)
    if options.only != "function":
        run.server()
    if options.only in (None, "function"):
        run.function()
    if options.only is None and run.cases < options.least:
        run.report("all", [f"{run.cases} cases are too few: {options.least} are the least, unless CASES is given"])
    print(f"{run.cases} cases in all, {run.problems} problems")
    return 1 if run.problems else 0


if __name__ == "__main__":
    sys.exit(main())
