"""Which images of a repository its lifecycle policy expires, by the rules that ECR documents:

- Rules are applied by priority, the lowest number first. An image that has the tags of a rule cannot be expired by a
  later one; later rules still count it.
- A rule on tag prefixes selects images that have a tag with each of the prefixes.
- Counts keep the images that were pushed last.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
"""

import json


def expired(registry, repository: str) -> set[str]:
    """Returns the digests. `registry` is boto3's client of ECR, which evaluates no policy on the local AWS."""
    policy = json.loads(registry.get_lifecycle_policy(repositoryName=repository)["lifecyclePolicyText"])
    pages = registry.get_paginator("describe_images").paginate(repositoryName=repository)
    images = [image for page in pages for image in page["imageDetails"]]
    images.sort(key=lambda image: image["imagePushedAt"])  # stable, so that images of one second keep their order
    return evaluate(policy, [(image["imageDigest"], image.get("imageTags", [])) for image in images])


def evaluate(policy: dict, images: list[tuple[str, list[str]]]) -> set[str]:
    """`images` are digests with their tags, the oldest first."""
    leaving, decided = set(), set()
    for rule in sorted(policy["rules"], key=lambda rule: rule["rulePriority"]):
        selection = rule["selection"]
        if selection["countType"] != "imageCountMoreThan":
            raise ValueError(f"countType {selection['countType']} is not evaluated here")
        selected = [digest for digest, tags in images if selects(selection, tags)]
        surplus = selected[: max(0, len(selected) - selection["countNumber"])]
        leaving |= set(surplus) - decided
        decided |= set(selected)
    return leaving


def selects(selection: dict, tags: list[str]) -> bool:
    if selection["tagStatus"] == "any":
        return True
    if selection["tagStatus"] == "untagged":
        return not tags
    return all(any(tag.startswith(prefix) for tag in tags) for prefix in selection["tagPrefixList"])
