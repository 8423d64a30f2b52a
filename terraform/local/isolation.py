"""Checks that deployments in one account are separate: by their names, and by what their policies reach."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

ACCOUNT_WIDE = {"identity providers", "subscriptions"}  # GitHub's, of which there can be one; e-mail addresses


def shared(made: dict[str, set[str]], names: tuple[str, ...]) -> list[str]:
    """Returns what is not of exactly one deployment, and kinds of which one has more than another.

    `made` has the names of new resources by their kinds. The longest deployment's name in it decides, because festvibes
    is the beginning of festvibes-dev."""
    problems = []
    for kind, resources in made.items():
        if kind in ACCOUNT_WIDE:
            continue
        counts = dict.fromkeys(names, 0)
        for resource in resources:
            own = max((name for name in names if name in resource), key=len, default=None)
            if own is None:
                problems.append(f"{kind}: {resource} has no deployment's name")
            else:
                counts[own] += 1
        if len(set(counts.values())) != 1:
            problems.append(f"{kind}: {counts}")
    return problems


def foreign_reach(deployment, arns: dict[str, str]) -> list[str]:
    """Returns the statements of the deployment's policies that reach one of another deployment's resources."""
    return [
        f"{policy}: {statement.get('Sid')} reaches {arn} by {resource}"
        for policy, statement in policies(deployment)
        for resource in resources_of(statement)
        for arn in arns
        if statement["Effect"] == "Allow" and resource != "*" and fnmatchcase(arn, resource)
        if not of_its_own(statement, deployment.name)
    ]


def of_its_own(statement: dict, name: str) -> bool:
    """Returns true if the statement is only for resources with the deployment's tag, such as the datasets' tables."""
    return statement.get("Condition", {}).get("StringEquals", {}).get("aws:ResourceTag/Project") == name


def unreached(deployment) -> list[str]:
    """Returns the resources of a deployment that its own role for GitHub may not change."""
    writes = [
        resource
        for policy, statement in policies(deployment)
        if any(f"-github-deploy-{part}" in policy for part in ("data", "roles", "write"))
        for resource in resources_of(statement)
    ]
    return [
        f"the deploy role of {deployment.name} does not reach {address}: {arn}"
        for arn, address in deployment.arns("deployment").items()
        if not any(resource != "*" and fnmatchcase(arn, resource) for resource in writes)
    ]


def policies(deployment) -> Iterator[tuple[str, dict]]:
    """Returns each statement of the policies that terraform made, with the policy's name."""
    for root in ("bootstrap", "deployment"):
        for resource in deployment.resources(root):
            if resource["type"] in ("aws_iam_policy", "aws_iam_role_policy"):
                name = resource["values"].get("name") if root == "bootstrap" else resource["address"]
                for statement in json.loads(resource["values"]["policy"])["Statement"]:
                    yield name, statement


def resources_of(statement: dict) -> list[str]:
    resource = statement.get("Resource", [])
    return [resource] if isinstance(resource, str) else resource
