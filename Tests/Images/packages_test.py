#!/usr/bin/python3
"""Tests packages.py without Docker. Tests/Architecture runs it with the other tests."""

import hashlib
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(1, os.path.join(ROOT, "statemachine", "local"))

import packages  # noqa: E402


def image() -> dict[str, bytes]:
    """Returns the files of a small image whose list is right."""
    files = {
        "lib/libz.so.1": b"zlib",
        "lib64/ld-linux-x86-64.so.2": b"loader",
        "lib/libicudata.so.72": b"without most data",
        "etc/ssl/certs/ca-certificates.crt": b"authorities",
        "usr/share/zoneinfo/America/Chicago": b"zone",
        "etc/os-release": b'ID=debian\nVERSION_ID="12"\nBUILD_ID=swift-6.3.3-RELEASE\n',
    }
    listed = {
        "zlib1g": {"usr/lib/x86_64-linux-gnu/libz.so.1.2.13": b"zlib"},
        "libc6": {"lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": b"loader"},
        "libicu72": {"usr/lib/x86_64-linux-gnu/libicudata.so.72.1": b"all data"},
        "ca-certificates": {},
        "tzdata": {},
    }
    for name, contents in listed.items():
        fields = f"Package: {name}\nStatus: install ok installed\nVersion: 1-1\nArchitecture: amd64\nSource: x (1-1)\n"
        files[f"{packages.FOLDER}/{name}"] = fields.encode()
        files[f"{packages.FOLDER}/{name}.md5sums"] = "".join(
            f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}  {path}\n" for path, content in contents.items()
        ).encode()
    return files


class ListTests(unittest.TestCase):
    def test_complete(self):
        self.assertEqual(packages.problems(image()), [])
        self.assertEqual(packages.listed(image())["libc6"], packages.Package("libc6", "1-1", "x (1-1)"))

    def test_without_list(self):
        files = {path: content for path, content in image().items() if not path.startswith("var/")}
        found = packages.problems(files)
        self.assertIn("lib/libz.so.1 is of no package in the list", found)
        self.assertIn("tzdata is not in the list", found)

    def test_planted_library(self):
        files = image() | {"lib/libevil.so.1": b"evil"}
        self.assertEqual(packages.problems(files), ["lib/libevil.so.1 is of no package in the list"])

    def test_changed_library(self):
        found = packages.problems(image() | {"lib/libz.so.1": b"another"})
        self.assertIn("lib/libz.so.1 is of no package in the list", found)
        self.assertIn("zlib1g is in the list, but has no file", found)

    def test_unused_package(self):
        files = image()
        del files["lib/libicudata.so.72"]
        self.assertEqual(packages.problems(files), ["libicu72 is in the list, but has no file"])

    def test_without_release(self):
        found = packages.problems(image() | {"etc/os-release": b"ID=debian\n"})
        self.assertEqual(found, ['etc/os-release has no VERSION_ID="12"', "etc/os-release has no BUILD_ID=swift-"])


class ComparisonTests(unittest.TestCase):
    """With a script in Docker's place."""

    def outdated(self, script: str) -> list[str]:
        path = os.path.join(self.folder, "docker")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\n{script}\n")
        os.chmod(path, 0o755)
        os.environ["DOCKER"] = path
        return packages.outdated("swift:6.3-bookworm", {packages.Package("libc6", "2.36-9", "glibc (2.36-9)")})

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_newer_version(self):
        found = self.outdated("while read -r line; do echo $line 9; done")
        self.assertEqual(found, ["libc6 2.36-9, now 9"])

    def test_only_the_planted_one(self):
        self.assertEqual(self.outdated("grep openssl | sed 's/$/ 9/'"), [])

    def test_comparison_that_finds_nothing(self):
        with self.assertRaisesRegex(packages.Failure, "was not found to be old"):
            self.outdated("cat >/dev/null")

    def test_no_network(self):
        with self.assertRaisesRegex(packages.Failure, "archives cannot be asked: no network"):
            self.outdated("echo no network >&2; exit 100")


if __name__ == "__main__":
    unittest.main()
