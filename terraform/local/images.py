"""The images of one deployment in the local registry."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from commands import ROOT, git

ARCHITECTURE = "arm64"
FUNCTIONS = ROOT / "terraform/functions.yaml"
ENRICHED = os.environ.get("ENRICH") == "1"
PRODUCTS = {
    name: entry["product"]
    for name, entry in yaml.safe_load(FUNCTIONS.read_text()).items()
    if "optional" not in entry or os.environ.get(entry["optional"]) == "1"
}


class Images:
    def __init__(self, name: str, home: Path, binaries: Path, client: Callable) -> None:
        self.name = name
        self.folder = home / ".local/images" / name
        self.binaries = binaries
        self.client = client

    def push_all(self) -> None:
        """Registers the images, and records them as make push does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for function, product in PRODUCTS.items():
            binary = hashlib.sha256((self.binaries / product).read_bytes()).hexdigest()
            digest = self.push(f"{self.name}-{function}", product, binary)
            (self.folder / f"{function}-{ARCHITECTURE}.digest").write_text(f"{git('rev-parse', 'HEAD')} {digest}\n")

    def push(self, repository: str, title: str, config: str = "0" * 64) -> str:
        """Registers a manifest whose title names the binary to run, which is all that the local AWS needs of an image.
        Its digest changes with the binary."""
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": {
                    "mediaType": "application/vnd.oci.image.config.v1+json",
                    "digest": f"sha256:{config}",
                    "size": 1,
                },
                "layers": [],
                "annotations": {"org.opencontainers.image.title": title},
            }
        )
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        registry = self.client("ecr")
        known = registry.get_paginator("list_images").paginate(repositoryName=repository)
        if digest not in known.search("imageIds[].imageDigest"):
            registry.put_image(
                repositoryName=repository, imageManifest=manifest, imageDigest=digest, imageTag=digest[7:19]
            )
        return digest

    def running(self) -> Iterator[tuple[str, str]]:
        """Returns the repository and the digest of what each function runs."""
        for function in PRODUCTS:
            name = f"{self.name}-{function}"
            uri = self.client("lambda").get_function(FunctionName=name)["Code"]["ImageUri"]
            repository, _, digest = uri.rpartition("/")[2].partition("@")
            yield repository, digest

    def number_kept(self, repository: str) -> int:
        policy = self.client("ecr").get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"]
        return max(rule["selection"]["countNumber"] for rule in json.loads(policy)["rules"])
