"""The functions, as terraform/functions.yaml lists them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from . import datasets
from .home import Failure

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
LIST = os.path.join(ROOT, "terraform", "functions.yaml")
# Settings that belong to others in the list: the certificate authority of the stack's Redis, which a deployment does
# not have; and the key that only one geocoder asks for, which terraform adds.
COMPANIONS = {"REDIS_URL": "REDIS_CA_FILE", "GEOCODER": "GOOGLE_MAPS_API_KEY"}
LOG_LEVEL = "LOG_LEVEL"  # on AWS a property of the function
ENRICH = "ENRICH"


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
    optional: str | None  # the environment variable that is 1 where it is wanted

    @property
    def deployed_name(self) -> str:
        return f"festvibes-{self.name}"


def wanted(variable: str | None) -> bool:
    """Returns True if a function is not optional, or its variable in the environment asks for it."""
    value = os.environ.get(variable, "") if variable else "1"
    if value not in ("", "0", "1"):
        raise Failure(f"{variable} is 1 or 0, not '{value}'")
    return value == "1"


def functions() -> tuple[Function, ...]:
    """Returns the functions of the list, optional ones only if they are wanted."""
    return tuple(function for function in listed() if wanted(function.optional))


@cache
def listed() -> tuple[Function, ...]:
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
            optional=entry.get("optional"),
        )
        for name, entry in entries.items()
    )


def settings_of(entry: dict) -> tuple[str, ...]:
    own = (*entry["environment"], *entry["secrets"])
    companions = [COMPANIONS[name] for name in own if name in COMPANIONS]
    settings = (*own, *companions, LOG_LEVEL, datasets.FOLDER)
    settings += datasets.variables(entry["sections"])
    return tuple(dict.fromkeys(settings))


def function_named(name: str) -> Function:
    return next(function for function in functions() if function.name == name)
