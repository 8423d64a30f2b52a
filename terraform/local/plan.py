"""What a second plan still wants to change, but for what the local AWS is known to get wrong."""

from collections.abc import Iterator

# moto tells of an empty image_config that a function made of an image does not have.
KNOWN = {"aws_lambda_function": {"image_config"}}


def unexpected_changes(plan: dict) -> list[str]:
    """`plan` is what `terraform show -json PLANFILE` prints."""
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
        # An update makes computed values (last_modified) unknown; that is its consequence, not its cause.
        if name not in known and before.get(name) != after.get(name) and unknown.get(name) is not True:
            yield f"{resource['address']}: {name} from {before.get(name)!r} to {after.get(name)!r}"
