"""The functions, as terraform/functions.yaml lists them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from . import datasets
from .home import Failure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
LIST = os.path.join(ROOT, "terraform", "functions.yaml")
# Settings of the local stack that a deployment does not have: the certificate authority of its Redis, by the secret to
# which it belongs, and the log level of every function, which on AWS is a property of the function.
LOCAL_SETTINGS = {"REDIS_URL": "REDIS_CA_FILE"}
LOG_LEVEL = "LOG_LEVEL"


@dataclass(frozen=True)
class Function:
    name: str
    product: str  # the name of its binary
    sandboxes: int
    timeout: int  # seconds
    memory: int  # MB
    settings: tuple[str, ...]  # the names of the environment variables that it reads, secrets included
    opens: tuple[str, ...]  # shared objects that its image has besides those that it links
    largest_image: int  # bytes

    @property
    def deployed_name(self) -> str:
        return f"festvibes-{self.name}"


@cache
def functions() -> tuple[Function, ...]:
    """Reads the list. Needs PyYAML, which `make install` puts into .local/venv."""
    try:
        import yaml
    except ImportError:
        raise Failure("PyYAML is missing: run make install") from None
    with open(LIST, encoding="utf-8") as file:
        entries = yaml.safe_load(file)
    return tuple(
        Function(
            name=name,
            product=entry["product"],
            sandboxes=entry["sandboxes"],
            timeout=entry["timeout"],
            memory=entry["memory"],
            settings=settings_of(entry),
            opens=tuple(entry["opens"]),
            largest_image=entry["max_image_mb"] * 1_000_000,
        )
        for name, entry in entries.items()
    )


def settings_of(entry: dict) -> tuple[str, ...]:
    local = [LOCAL_SETTINGS[secret] for secret in entry["secrets"] if secret in LOCAL_SETTINGS]
    settings = (*entry["environment"], *entry["secrets"], *local, LOG_LEVEL, datasets.FOLDER)
    settings += datasets.variables(entry["sections"])
    return tuple(dict.fromkeys(settings))


def function_named(name: str) -> Function:
    return next(function for function in functions() if function.name == name)
