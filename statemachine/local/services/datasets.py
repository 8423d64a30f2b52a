"""The variables that the datasets' definitions name."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable

FOLDER = "DATASETS_DIR"
REPOSITORY = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "datasets")
# ${NAME} or ${NAME:-default}; $${ stands for ${ itself.
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_][A-Z0-9_]*)(?::-[^}]*)?\}")
VALUED = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}")
OBJECT_SINKS = ("objects", "json_lines")
# Where a secret belongs, its variable's name alone stands for ${NAME}. An account's name in capitals is taken for one,
# too, which does no harm.
NAME = re.compile(r"[A-Z_][A-Z0-9_]*")


def directory() -> str:
    """Returns the folder of the definitions: the repository's, unless DATASETS_DIR names another."""
    return os.path.abspath(os.environ.get(FOLDER) or REPOSITORY)


def variables(sections: Iterable[str], folder: str | None = None, only: str | None = None) -> tuple[str, ...]:
    """Returns the variables in some sections, and in the names at the top, of all definitions, or of one dataset's;
    and the names by which they may come from Secrets Manager. A definition that is no YAML names none: `festvibes
    check` has its problems."""
    import yaml

    wanted = set(sections)
    # System 002's names for extract and for a part of parse.
    wanted |= {former for former, section in (("source", "extract"), ("parse_config", "parse")) if section in wanted}
    found: set[str] = set()
    for path in glob.glob(os.path.join(glob.escape(folder or directory()), only or "*", "dataset.yaml")):
        try:
            with open(path, encoding="utf-8") as file:
                root = yaml.compose(file, Loader=yaml.SafeLoader)
        except (OSError, UnicodeError, yaml.YAMLError):
            continue
        if isinstance(root, yaml.MappingNode):
            for key, value in root.value:
                if isinstance(value, yaml.ScalarNode) or key.value in wanted:
                    found.update(named_in(value, False, set()))
    return tuple(name + end for name in sorted(found) for end in ("", "_SECRET_ARN"))


def lock_tables(values: dict[str, str | None], folder: str | None = None) -> list[str]:
    """Returns the DynamoDB tables of the locks that the definitions have, with the variables' values in their names."""
    import yaml

    tables: set[str] = set()
    for path in glob.glob(os.path.join(glob.escape(folder or directory()), "*", "dataset.yaml")):
        try:
            with open(path, encoding="utf-8") as file:
                lock = (yaml.safe_load(file) or {}).get("lock")
        except (OSError, UnicodeError, yaml.YAMLError, AttributeError):
            continue
        name = lock.get("table_name") if isinstance(lock, dict) and lock.get("kind") == "dynamodb" else None
        if isinstance(name, str):
            tables.add(VALUED.sub(lambda found: values.get(found[1]) or found[2] or "", name))
    return sorted(tables - {""})


def sinks(plugin: str, values: dict[str, str | None], folder: str | None = None) -> list[dict[str, str]]:
    """Returns the entries of `load` with a plugin, of all definitions: their texts, with the variables' values."""
    import yaml

    found: list[dict[str, str]] = []
    for path in sorted(glob.glob(os.path.join(glob.escape(folder or directory()), "*", "dataset.yaml"))):
        try:
            with open(path, encoding="utf-8") as file:
                load = (yaml.safe_load(file) or {}).get("load")
        except (OSError, UnicodeError, yaml.YAMLError, AttributeError):
            continue
        for sink in load if isinstance(load, list) else [load]:
            if isinstance(sink, dict) and sink.get("plugin") == plugin:
                found.append({key: valued(text, values) for key, text in sink.items() if isinstance(text, str)})
    return found


def valued(text: str, values: dict[str, str | None]) -> str:
    return VALUED.sub(lambda found: values.get(found[1]) or found[2] or "", text)


def streams(values: dict[str, str | None], folder: str | None = None) -> list[str]:
    """Returns the Kinesis streams into which the definitions load, with the variables' values in their names."""
    return sorted({sink.get("stream", "") for sink in sinks("kinesis", values, folder)} - {""})


def item_tables(values: dict[str, str | None], folder: str | None = None) -> dict[str, list[str]]:
    """Returns the DynamoDB tables into which the definitions load, with the fields of their keys."""
    return {
        sink["table"]: [sink[key] for key in ("hash", "range") if sink.get(key)]
        for sink in sinks("dynamodb", values, folder)
        if sink.get("table") and sink.get("hash")
    }


def version_buckets(values: dict[str, str | None], folder: str | None = None) -> list[str]:
    """Returns the buckets in which the definitions keep versions of time series, with the variables' values in their
    names."""
    return sorted({sink.get("bucket", "") for sink in sinks("s3_versioned", values, folder)} - {""})


def object_buckets(values: dict[str, str | None], folder: str | None = None) -> list[str]:
    """Returns the buckets into which the definitions write objects and files of lines, with the variables' values in
    their names."""
    found = [sink for plugin in OBJECT_SINKS for sink in sinks(plugin, values, folder)]
    return sorted({sink.get("bucket", "") for sink in found} - {""})


def triggers(values: dict[str, str | None], folder: str | None = None) -> list[dict[str, str]]:
    """Returns the triggers of all definitions, each with its dataset, with the variables' values. One that is
    incomplete, or whose variable has no value, is left out: `festvibes check` names it."""
    import yaml

    needed = {"s3": {"bucket"}, "event": {"source", "detail_type"}}
    found: list[dict[str, str]] = []
    for path in sorted(glob.glob(os.path.join(glob.escape(folder or directory()), "*", "dataset.yaml"))):
        try:
            with open(path, encoding="utf-8") as file:
                written = (yaml.safe_load(file) or {}).get("trigger")
        except (OSError, UnicodeError, yaml.YAMLError, AttributeError):
            continue
        for trigger in written if isinstance(written, list) else [written]:
            if not isinstance(trigger, dict):
                continue
            filled = {
                key: VALUED.sub(lambda match: values.get(match[1]) or match[2] or "", str(value))
                for key, value in trigger.items()
            }
            present = {key for key, value in filled.items() if value}
            if needed.get(filled.get("kind", ""), {"?"}) <= present:
                found.append({**filled, "dataset": os.path.basename(os.path.dirname(path))})
    return found


def named_in(node, is_secret: bool, visited: set[int]) -> Iterable[str]:
    """Yields the variables below a node. Aliases, which definitions must not have, are not expanded."""
    if id(node) in visited:
        return
    visited.add(id(node))
    if isinstance(node.value, str):
        yield from [node.value] if is_secret and NAME.fullmatch(node.value) else VARIABLE.findall(node.value)
        return
    for child in node.value:
        if isinstance(child, tuple):
            key, value = child
            yield from named_in(value, is_secret or key.value == "auth", visited)
        else:
            yield from named_in(child, is_secret, visited)
