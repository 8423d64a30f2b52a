#!/usr/bin/env python3
"""Tests the read API from outside, by its OpenAPI document.

It starts `festvibes serve`, and the function ReadAPI behind a stand-in for API Gateway. schemathesis sends what the
document allows and what it does not, and compares every answer with it. Then the server is abused. `make api-test` runs
it, with the settings of a stack whose database has events and runs."""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from abuse import Abuse
from gateway import Gateway


def schemathesis(url: str, key: str, cases: int, seed: int) -> int:
    """Returns the number of test cases; 0 if something was found."""
    program = str(Path(sys.executable).absolute().parent / "schemathesis")
    command = [
        program, "run", f"{url}/openapi.json", "--header", f"X-API-Key: {key}", "--checks", "all",
        "--max-examples", str(cases), "--seed", str(seed), "--workers", "2", "--mode", "all", "--phases",
        "examples,coverage,fuzzing", "--request-timeout", "20", "--no-color", "--continue-on-failure",
    ]  # fmt: skip
    # Of what it finds it keeps files below the current folder.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    found = re.findall(r"(\d+) generated", done.stdout) or ["0"]
    if done.returncode != 0:
        print(done.stdout[-12_000:], done.stderr[-4000:])
        return 0
    return int(found[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="the folder of the binaries")
    parser.add_argument("--cases", type=int, default=300, help="cases of each operation")
    parser.add_argument("--least", type=int, default=0, help="the fewest cases in all; fewer are a failure")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 31))
    parser.add_argument("--only", choices=["server", "function", "abuse"])
    options = parser.parse_args()
    key = secrets.token_urlsafe(24)
    environment = {**os.environ, "API_KEY": key, "API_PUBLIC": "false", "LOG_LEVEL": "ERROR"}
    # The function has no address but its own.
    for name in ("AWS_LAMBDA_RUNTIME_API", "API_HOST", "API_PORT"):
        environment.pop(name, None)
    print(f"seed {options.seed}")
    cases, failed = 0, False
    if options.only != "function":
        server = subprocess.Popen(
            [f"{options.bin}/festvibes", "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        url = server.stdout.readline().split("/ serves")[0]
        try:
            if options.only != "abuse":
                found = schemathesis(url, key, options.cases, options.seed)
                print(f"festvibes serve: {found} cases" if found else "festvibes serve: findings, above")
                cases, failed = cases + found, failed or not found
            if options.only != "server":
                abuse = Abuse(int(url.rsplit(":", 1)[1]), server.pid, key)
                problems = abuse.run()
                for problem in problems:
                    print(f"abuse: {problem}")
                print(f"abuse: {abuse.checks} checks, {len(problems)} problems; at most {abuse.memory() >> 20} MB")
                failed = failed or bool(problems)
        finally:
            server.terminate()
            server.wait(30)
    if options.only in (None, "function"):
        gateway = Gateway(f"{options.bin}/ReadAPI", environment)
        try:
            found = schemathesis(gateway.url, key, options.cases, options.seed)
            print(f"ReadAPI: {found} cases" if found else "ReadAPI: findings, above")
            cases, failed = cases + found, failed or not found
        finally:
            gateway.close()
    if options.only is None and cases < options.least:
        print(f"{cases} cases are too few: {options.least} are the least, unless CASES is given")
        failed = True
    print(f"{cases} cases in all" + (", with findings" if failed else ", no finding"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
