"""The datasets' definitions, and the samples that replace their sources."""

from __future__ import annotations

import glob
import os
import re

from .home import Failure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
FOLDER = "DATASETS_DIR"
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_][A-Z0-9_]*)(?::-[^}]*)?\}")


def folder() -> str:
    return os.path.abspath(os.environ.get(FOLDER) or os.path.join(ROOT, "statemachine", "datasets"))


def settings(site: str) -> dict[str, str]:
    """Returns the variables that the definitions name, and DATASETS_DIR: a variable's value is that of the environment,
    else the one of the dataset's sample. One that has neither is left out: its definition may have a default."""
    values: dict[str, str] = {}
    for definition in sorted(glob.glob(os.path.join(glob.escape(folder()), "*", "dataset.yaml"))):
        home = os.path.dirname(definition)
        values |= sample_variables(os.path.join(home, "sample"), f"{site}/samples/{os.path.basename(home)}")
        with open(definition, encoding="utf-8", errors="replace") as file:
            named = VARIABLE.findall(file.read())
        values |= {name: os.environ[name] for name in named if os.environ.get(name)}
    return values | {FOLDER: folder()}


def sample_variables(sample: str, site: str) -> dict[str, str]:
    """Reads sample.env: lines NAME=VALUE, in which {site} is the address of the sample, and {folder} its folder."""
    path = os.path.join(sample, "sample.env")
    if not os.path.isfile(path):
        return {}
    values = {}
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            name, sign, value = line.partition("=")
            if not sign or not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
                raise Failure(f"{path}:{number}: it must be NAME=VALUE, with a name of capital letters, digits and _")
            values[name] = value.replace("{site}", site).replace("{folder}", os.path.abspath(sample))
    return values
