#!/usr/bin/env python3
"""Tags images, so that the registry keeps them while they run.

  protect_images.py NAME REGION <IMAGES

IMAGES is what terraform reads: {"image_digests": {FUNCTION: DIGEST}}. Each image, in the repository NAME-FUNCTION, gets
the tag deployed-DIGEST (the first twelve digits), which the first lifecycle rule of bootstrap/images.tf looks for. Run
before the apply: after one that fails midway, some functions run the new images. A second run changes nothing; a tag of
an immutable repository is never moved.
"""

import json
import sys

PREFIX = "deployed-"


class Failure(Exception):
    """An error with a message for the person at the terminal."""


def protect(registry, name: str, digests: dict[str, str]) -> list[str]:
    """Returns the repositories whose image got a tag. `registry` is boto3's client of ECR."""
    return [
        repository
        for repository, digest in ((f"{name}-{function}", digest) for function, digest in digests.items())
        if add_tag(registry, repository, digest)
    ]


def add_tag(registry, repository: str, digest: str) -> bool:
    try:
        found = registry.batch_get_image(repositoryName=repository, imageIds=[{"imageDigest": digest}])["images"]
        if not found:
            raise Failure(f"{repository} has no image {digest}: run make push-all first")
        registry.put_image(
            repositoryName=repository,
            imageManifest=found[0]["imageManifest"],
            imageDigest=digest,
            imageTag=PREFIX + digest.removeprefix("sha256:")[:12],
            **({"imageManifestMediaType": kind} if (kind := found[0].get("imageManifestMediaType")) else {}),
        )
    except registry.exceptions.RepositoryNotFoundException:
        raise Failure(f"there is no repository {repository}: run make bootstrap first") from None
    except registry.exceptions.ImageAlreadyExistsException:
        return False
    return True


def main() -> None:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    name, region = sys.argv[1:]
    digests = json.load(sys.stdin)["image_digests"]
    try:
        tagged = protect(boto3.client("ecr", region_name=region), name, digests)
    except (BotoCoreError, ClientError) as error:
        raise Failure(f"the images could not be tagged: {error}") from None
    print(f"{len(digests)} images are kept while they run, {len(tagged)} of them since now")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"terraform: {failure}")
