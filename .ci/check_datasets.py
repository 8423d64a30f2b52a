#!/usr/bin/env python3
"""Checks definitions of datasets against the JSON Schema by which editors complete them: dataset.schema.json FILE…

A key is its text, as in the project's own reader, also one such as null. Prints what does not fit.
"""

import json
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """Values by YAML's types, keys as they are written."""

    def construct_mapping(self, node, deep=False):
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


Loader.add_constructor("tag:yaml.org,2002:map", Loader.construct_mapping)


def main(schema: str, *files: str) -> int:
    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.validators.validator_for(content := json.load(file))(content)
    problems = []
    for path in files:
        with open(path, encoding="utf-8") as file:
            for error in validator.iter_errors(yaml.load(file, Loader)):
                deepest = jsonschema.exceptions.best_match([error])
                problems.append(f"{path}: {deepest.json_path}: {deepest.message}")
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
