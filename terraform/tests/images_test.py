"""Which images expire, and the tag that keeps those that run. make terraform-test runs it; it needs no packages."""

import sys
import unittest
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(FOLDER), str(FOLDER / "local")]
import protect_images  # noqa: E402
from lifecycle import evaluate  # noqa: E402

DIGEST = "sha256:" + "0123456789abcdef" * 4


def rule(priority: int, count: int, **selection) -> dict:
    selection = {**selection, "countType": "imageCountMoreThan", "countNumber": count}
    return {"rulePriority": priority, "selection": selection}


class LifecycleTest(unittest.TestCase):
    deployed = rule(1, 2, tagStatus="tagged", tagPrefixList=["deployed-"])
    rest = rule(2, 2, tagStatus="any")

    def test_an_image_of_an_earlier_rule_does_not_expire_by_a_later_one(self) -> None:
        images = [("runs", ["a", "deployed-a"]), ("b", ["b"]), ("c", ["c"]), ("d", [])]
        self.assertEqual(evaluate({"rules": [self.rest, self.deployed]}, images), {"b"})
        self.assertEqual(evaluate({"rules": [self.rest]}, images), {"runs", "b"})

    def test_the_newest_deployments_stay(self) -> None:
        images = [(name, [f"deployed-{name}"]) for name in "abc"]
        self.assertEqual(evaluate({"rules": [self.deployed, self.rest]}, images), {"a"})


class Registry:
    """ECR with immutable tags."""

    class exceptions:
        class RepositoryNotFoundException(Exception):
            pass

        class ImageAlreadyExistsException(Exception):
            pass

    def __init__(self, images: dict[str, str]) -> None:
        self.images = images  # repository -> digest
        self.tags = []

    def batch_get_image(self, repositoryName: str, imageIds: list[dict]) -> dict:
        if repositoryName not in self.images:
            raise self.exceptions.RepositoryNotFoundException
        known = imageIds == [{"imageDigest": self.images[repositoryName]}]
        return {"images": [{"imageManifest": "{}", "imageManifestMediaType": "oci"}] if known else []}

    def put_image(self, repositoryName: str, imageDigest: str, imageTag: str, **manifest) -> None:
        if (repositoryName, imageTag) in self.tags:
            raise self.exceptions.ImageAlreadyExistsException
        assert imageDigest == self.images[repositoryName]
        assert manifest == {"imageManifest": "{}", "imageManifestMediaType": "oci"}
        self.tags.append((repositoryName, imageTag))


class ProtectionTest(unittest.TestCase):
    def test_a_tag_is_added_once(self) -> None:
        registry = Registry({"festvibes-dev-loader": DIGEST})
        for _ in range(2):
            protect_images.protect(registry, "festvibes-dev", {"loader": DIGEST})
        self.assertEqual(registry.tags, [("festvibes-dev-loader", "deployed-0123456789ab")])

    def test_a_missing_image_is_an_error(self) -> None:
        for images, message in (({"festvibes-loader": "sha256:other"}, "make push-all"), ({}, "make bootstrap")):
            with self.assertRaisesRegex(protect_images.Failure, message):
                protect_images.protect(Registry(images), "festvibes", {"loader": DIGEST})


if __name__ == "__main__":
    unittest.main()
