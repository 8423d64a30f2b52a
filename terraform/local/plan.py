"""The changes in a second plan, except those caused by known faults of the local AWS."""

import json
from collections.abc import Iterator

# moto returns an empty image_config for a function made from an image, which has none.
KNOWN = {"aws_lambda_function": {"image_config"}}
# moto returns it with spaces, where AWS has none.
JSON_TEXTS = {"redrive_policy"}


def unexpected_changes(plan: dict) -> list[str]:
    """Returns a description of each unexpected change. `plan` is the output of `terraform show -json PLANFILE`."""
    resources = [change for change in plan.get("resource_changes", []) if change["mode"] == "managed"]
    problems = [problem for change in resources for problem in problems_of(change)]
    outputs = plan.get("output_changes", {})
    return problems + [f"output {name}" for name, change in outputs.items() if change["actions"] != ["no-op"]]


def problems_of(resource: dict) -> Iterator[str]:
    change = resource["change"]
    if change["actions"] == ["no-op"]:
        return
    if change["actions"] != ["update"]:
        yield f"{resource['address']}: {' and '.join(change['actions'])}"
        return
    before, after, unknown = change["before"], change["after"], change.get("after_unknown", {})
    known = KNOWN.get(resource["type"], set())
    for name in sorted(before.keys() | after.keys()):
        # An update makes computed values (last_modified) unknown, which is a consequence and not a cause.
        same = before.get(name) == after.get(name)
        if name in JSON_TEXTS:
            same = same or is_same_json(before.get(name), after.get(name))
        if name not in known and not same and unknown.get(name) is not True:
            yield f"{resource['address']}: {name} from {before.get(name)!r} to {after.get(name)!r}"


def is_same_json(one: str | None, other: str | None) -> bool:
    return bool(one and other) and json.loads(one) == json.loads(other)
