"""The samples that replace the sources of datasets: their addresses, as the variables of the definitions."""

from __future__ import annotations

import glob
import os
import re

from . import datasets
from .home import Failure


def settings(site: str) -> dict[str, str]:
    """Returns the variables of every sample's sample.env, and DATASETS_DIR if it is set. A value of the environment
    wins, and is another source, unless it is a sample's, as in a stack's own environment file."""
    values: dict[str, str] = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(datasets.directory()), "*", "sample", "sample.env"))):
        sample = os.path.dirname(path)
        values |= variables(path, f"{site}/samples/{os.path.basename(os.path.dirname(sample))}")
    own = {name: os.environ.get(name, "") for name in values}
    values = {name: value if is_sample(own[name]) else own[name] for name, value in values.items()}
    return values | ({datasets.FOLDER: datasets.directory()} if os.environ.get(datasets.FOLDER) else {})


def is_sample(value: str) -> bool:
    return not value or re.match(r"http://127\.0\.0\.1:\d+/samples/", value) is not None or "/sample/input/" in value


def variables(path: str, site: str) -> dict[str, str]:
    """Reads sample.env: lines NAME=VALUE, in which {site} is the address of the sample, and {folder} its folder."""
    values = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            name, sign, value = line.partition("=")
            if not sign or not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
                raise Failure(f"{path}:{number}: it must be NAME=VALUE, with a name of capital letters, digits and _")
            values[name] = value.replace("{site}", site).replace("{folder}", os.path.dirname(os.path.abspath(path)))
    return values
