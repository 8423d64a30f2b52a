#!/usr/bin/env python3
"""Checks that everything that comes from outside is named by its content: base images by digest, Python packages by
checksum, Swift packages by revision. (zizmor checks that actions are named by commit.) Prints what is not."""

import glob
import json
import os
import re
import subprocess
import sys

REQUIREMENTS = (
    *("statemachine/local/requirements.txt", "statemachine/local/emulator.txt"),
    *("terraform/requirements.txt", ".ci/lint-requirements.txt", "Tests/Benchmarks/requirements.txt"),
    *("Tests/Benchmarks/catalog-requirements.txt", "Tests/Benchmarks/embedding-requirements.txt"),
    "Sources/Core/Embedding/Weights/requirements.txt",
)
DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
# pip and its options, which may have values, before what it does.
PIP = re.compile(r"(\bpip[\d.]*|\{pip\[@\]\})['\"]?( -\S+( [^-\s]\S*)?)*? (install|download)\b")


def main() -> int:
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    problems = [*images(), *containers(), *checksums(), *installations(), *revisions()]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


def images():
    """Finds images without a digest that the Dockerfile builds on, copies from, mounts, or is read by. Stages are none,
    nor are arguments whose default is a stage."""
    text = read("Dockerfile")
    stages = {"scratch", *re.findall(r"^FROM .* AS (\S+)", text, re.MULTILINE | re.IGNORECASE)}
    arguments = re.findall(r"^ARG (\w+)=(\S+)", text, re.MULTILINE)
    stages |= {f"${{{name}}}" for name, default in arguments if default in stages}
    uses = r"^FROM(?: --\S+)* (\S+)|[-,=\s]from=([^\s,]+)|^# *syntax *= *(\S+)"
    for image in dict.fromkeys("".join(match) for match in re.findall(uses, text, re.MULTILINE | re.IGNORECASE)):
        if image not in stages and not image.isdigit() and not DIGEST.fullmatch(image):
            yield f"Dockerfile: {image} has no digest"


def containers():
    for path in (path for end in ("yml", "yaml") for path in glob.glob(f".github/**/*.{end}", recursive=True)):
        for image in re.findall(r"^ *(?:- +)?(?:container|image): *['\"]?([^\s#'\"]+)", read(path), re.MULTILINE):
            if not image.startswith("${{") and not DIGEST.fullmatch(image):
                yield f"{path}: {image} has no digest"


def checksums():
    for path in REQUIREMENTS:
        for requirement in re.split(r"(?<!\\)\n", read(path)):
            name = re.match(r"[\w.-]+", requirement)
            if name and not re.search(r"--hash=sha256:[0-9a-f]{64}", requirement):
                yield f"{path}: {name[0]} has no checksum; run .ci/hash-requirements {path}"


def installations():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    for path in sorted(set(listed.stdout.splitlines())):
        if path.endswith((".md", ".txt", ".swift")) or not os.path.isfile(path) or path == ".ci/lint-selftest":
            continue
        for line in re.sub(r"\\\n", "", read(path)).splitlines():
            for option in ("--require-hashes", "--only-binary :all:"):
                if PIP.search(line) and option not in line:
                    yield f"{path}: pip must be given {option}: {line.strip()}"


def revisions():
    """Finds dependencies of Package.swift whose version has no recorded revision, or another one."""
    pins = {(pin["location"], pin["state"].get("version")) for pin in json.loads(read(".ci/Package.resolved"))["pins"]}
    declared = re.findall(r'\.package\(\s*url: "([^"]+)",\s*exact: "([^"]+)"\)', read("Package.swift"))
    if len(declared) != len(re.findall(r"\.package\(\s*(?!path:|name:)\w+:", read("Package.swift"))):
        yield "Package.swift: a dependency has no exact version"
    for location, version in declared:
        if (location, version) not in pins:
            yield f"Package.swift: {location.rpartition('/')[2]} {version} is not in .ci/Package.resolved"


def read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main())
