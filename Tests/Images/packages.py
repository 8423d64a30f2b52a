"""The list of Debian packages in an image, /var/lib/dpkg/status.d as in distroless images: is it complete, and has
Debian newer versions?

NAME there has a package's fields, and NAME.md5sums the checksums of those of its files that are in the image.
"""

import hashlib
import os
import re
import subprocess
from dataclasses import dataclass

from services.functions import ROOT
from services.home import Failure

FOLDER = "var/lib/dpkg/status.d"
SHARED_OBJECT = re.compile(r"lib(64)?/[^/]+\.so[.\d]*")
# Packages without shared objects, with a file that each has in every image.
OTHERS = {"ca-certificates": "etc/ssl/certs/ca-certificates.crt", "tzdata": "usr/share/zoneinfo/America/Chicago"}
# The Dockerfile takes out what the functions do not use, so that its checksum is not the package's.
CHANGED = re.compile(r"libicudata\.so\.\d+")

# Reads lines NAME VERSION. Prints those of which Debian has a newer version, or which Debian does not know.
COMPARE = """
apt-get -qq update >&2
while read -r name version; do
  newest=$(apt-cache policy "$name" | sed -n 's/^  Candidate: //p')
  if [ -z "$newest" ] || dpkg --compare-versions "$version" lt "$newest"; then
    echo "$name $version ${newest:-unknown}"
  fi
done
"""
# The first version in Debian 12, which has known faults: the comparison must find it.
PLANTED = ("openssl", "3.0.8-1")


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    source: str


def base() -> str:
    """Returns the name of the image on which the Dockerfile builds."""
    with open(os.path.join(ROOT, "Dockerfile"), encoding="utf-8") as file:
        return re.search(r"^FROM (\S+) AS pinned$", file.read(), re.MULTILINE)[1]


def listed(files: dict[str, bytes]) -> dict[str, Package]:
    """Returns the packages in the list, by name. `files` maps the image's paths to their content."""
    found = {}
    for path, content in files.items():
        folder, _, file = path.rpartition("/")
        if folder == FOLDER and not file.endswith(".md5sums"):
            fields = dict(line.split(": ", 1) for line in content.decode().splitlines())
            if fields["Package"] != file or fields["Status"] != "install ok installed":
                raise Failure(f"{path} is about {fields['Package']}, {fields['Status']}")
            found[file] = Package(file, fields["Version"], fields["Source"])
    return found


def problems(files: dict[str, bytes]) -> list[str]:
    """Returns what is wrong with the list: a shared object without a package, a package without a file, no Debian."""
    packages = listed(files)
    owners = {}
    for name in packages:
        for line in files.get(f"{FOLDER}/{name}.md5sums", b"").decode().splitlines():
            checksum, path = line.split(maxsplit=1)
            owners[checksum] = name
            if CHANGED.match(os.path.basename(path)):
                owners[re.match(r"\D+\d+", os.path.basename(path))[0]] = name
    used = {name for name, path in OTHERS.items() if path in files}
    found = []
    for path, content in files.items():
        if SHARED_OBJECT.fullmatch(path):
            name = os.path.basename(path)
            key = name if CHANGED.fullmatch(name) else hashlib.md5(content, usedforsecurity=False).hexdigest()
            if key in owners:
                used.add(owners[key])
            else:
                found.append(f"{path} is of no package in the list")
    found += [f"{name} is not in the list" for name in sorted(OTHERS.keys() - packages.keys())]
    found += [f"{name} is in the list, but has no file" for name in sorted(packages.keys() - used)]
    release = files.get("etc/os-release", b"").decode()
    for field in ("ID=debian", 'VERSION_ID="12"', "BUILD_ID=swift-"):
        if not re.search(f"^{re.escape(field)}", release, re.MULTILINE):
            found.append(f"etc/os-release has no {field}")
    return found


def outdated(image: str, packages: set[Package]) -> list[str]:
    """Asks Debian's archives, in a container of the image, for newer versions of the packages."""
    versions = sorted({(package.name, package.version) for package in packages} | {PLANTED})
    result = subprocess.run(
        [os.environ.get("DOCKER", "docker"), "run", "--rm", "--interactive", image, "bash", "-euc", COMPARE],
        input="".join(f"{name} {version}\n" for name, version in versions),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise Failure(f"Debian's archives cannot be asked: {result.stderr.strip()[-500:]}")
    found = [tuple(line.split(" ")) for line in result.stdout.splitlines()]
    if PLANTED not in [entry[:2] for entry in found]:
        raise Failure(f"{' '.join(PLANTED)} was not found to be old: {result.stdout.strip() or 'nothing was'}")
    return [f"{name} {version}, now {newest}" for name, version, newest in found if (name, version) != PLANTED]


def scan(grype: str, image: str) -> str:
    """Looks with grype for known faults of the packages that a newer version does not have."""
    result = subprocess.run(
        [grype, f"docker:{image}", "--only-fixed", "--fail-on", "negligible", "--quiet"],
        capture_output=True,
        text=True,
        check=False,
    )
    text = (result.stdout + result.stderr).strip()[-2000:]
    if result.returncode != 0:
        raise Failure(text)
    return text
