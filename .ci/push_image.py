#!/usr/bin/env python3
"""Pushes a function's image to its registry, and records the digest that Lambda will run.

  push_image.py FUNCTION ARCH REGISTRY TAG NAME DIGESTS [--rebuild NAME]

The local image festvibes-FUNCTION:TAG, built by make, becomes REGISTRY/NAME-FUNCTION:COMMIT-ARCH and :TAG-ARCH, where
NAME is the deployment's. A rebuild, for Debian's updates, becomes :COMMIT-REBUILD-ARCH instead. Commit and digest are
written to DIGESTS/FUNCTION-ARCH.digest. The registry's tags may be immutable: if a tag exists, its image is used, and
nothing is built. A second run, also after a crash, completes what is missing and writes the same digest. DOCKER in the
environment names another docker.
"""

import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ARCHITECTURES = {"arm64": "arm64", "x86_64": "amd64"}  # Lambda's name: Docker's name
IMAGE_INPUTS = (
    *("Dockerfile", ".dockerignore", ".ci/Package.resolved", ".ci/pins", "Package.swift", "Sources"),
    *("terraform/functions", "terraform/functions.yaml"),
)
# Lambda accepts a single image; a build with attestations or for several platforms makes a list of images.
SINGLE = (
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
)


class Failure(Exception):
    """An error with a message for the person at the terminal."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("function")
    parser.add_argument("arch", choices=ARCHITECTURES)
    parser.add_argument("registry", help="such as 123456789012.dkr.ecr.us-east-1.amazonaws.com")
    parser.add_argument("tag")
    parser.add_argument("name")
    parser.add_argument("digests", help="a folder")
    parser.add_argument("--rebuild", type=tag_part, default="")
    given = parser.parse_args()

    local = f"festvibes-{given.function}:{given.tag}"
    repository = f"{given.registry}/{given.name}-{given.function}"
    commit = output("git", "rev-parse", "HEAD")
    by_commit = f"{repository}:{'-'.join(filter(None, (commit[:12], given.rebuild, given.arch)))}"
    by_version = f"{repository}:{given.tag}-{given.arch}"

    check_source(commit)
    digest = digest_of(by_commit)
    if digest:
        print(f"{by_commit} exists already")
    else:
        build(given.function, given.arch, given.tag, given.rebuild)
        check_image(local, commit, given.arch)
        digest = push(local, by_commit)
    add_tag(by_version, repository, digest)

    path = os.path.join(ROOT, given.digests, f"{given.function}-{given.arch}.digest")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + ".new", "w", encoding="ascii") as file:
        file.write(f"{commit} {digest}\n")
    os.replace(path + ".new", path)
    print(f"{repository}@{digest}")


def check_source(commit: str) -> None:
    changed = output("git", "status", "--porcelain", "--", *IMAGE_INPUTS)
    if changed:
        raise Failure(f"the image would differ from commit {commit[:12]}; commit these changes first:\n{changed}")


def tag_part(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]{1,16}", text):
        raise argparse.ArgumentTypeError("is at most 16 lower-case letters and digits, such as 20261201")
    return text


def build(function: str, arch: str, tag: str, rebuild: str) -> None:
    command = ["make", "--no-print-directory", "image", f"FUNC={function}", f"ARCH={arch}", f"VERSION={tag}"]
    command.append(f"REBUILD={rebuild}")
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        raise Failure("the image could not be built")


def check_image(image: str, commit: str, arch: str) -> None:
    made = json.loads(output(DOCKER, "image", "inspect", image))[0]
    revision = (made["Config"].get("Labels") or {}).get("org.opencontainers.image.revision")
    if revision != commit:
        raise Failure(f"{image} has revision {revision}, expected {commit}: build it again")
    if made["Architecture"] != ARCHITECTURES[arch]:
        raise Failure(f"{image} is for {made['Architecture']}, expected {arch}: build it with ARCH={arch}")


def add_tag(tag: str, repository: str, digest: str) -> None:
    """Adds a tag to an image that is in the registry."""
    named = digest_of(tag)
    if named == digest:
        return
    if named:
        raise Failure(f"{tag} exists as {named}: was this version used for another commit?")
    output(DOCKER, "pull", "--quiet", f"{repository}@{digest}")
    if push(f"{repository}@{digest}", tag) != digest:
        raise Failure(f"{tag} does not refer to {digest} after its push")


def push(image: str, tag: str) -> str:
    output(DOCKER, "tag", image, tag)
    output(DOCKER, "push", tag)
    digest = digest_of(tag)
    if not digest:
        raise Failure(f"{tag} is not in the registry after its push")
    return digest


def digest_of(tag: str) -> str | None:
    """Returns the digest that the registry has for the tag, or None if it has no such tag."""
    is_here = re.match(r"(localhost|127\.[\d.]+)(:\d+)?/", tag)  # docker too uses no TLS for these
    arguments = [DOCKER, "manifest", "inspect", "--verbose", *(["--insecure"] if is_here else []), tag]
    result = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        if "no such manifest" in result.stderr:
            return None
        raise Failure(f"{tag}: {result.stderr.strip()}")
    manifest = json.loads(result.stdout)
    if isinstance(manifest, list) or manifest["Descriptor"]["mediaType"] not in SINGLE:
        raise Failure(f"{tag} is a list of images, which Lambda refuses")
    return manifest["Descriptor"]["digest"]


def output(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if result.returncode != 0:
        raise Failure(f"{' '.join(command[:2])}: {result.stderr.strip()}")
    return result.stdout.strip()


DOCKER = os.environ.get("DOCKER", "docker")

if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"push: {failure}")
