"""Frictionless as a second opinion on keys: it checks tables that are flattened as far as its own foreign keys need it.

What is a key is taken from the descriptor that a snapshot carries, so the descriptor is put to the test as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Rows = dict[str, list[dict[str, Any]]]


def refuse(*arguments: Any) -> None:
    """What stands in for `socket.connect`: a description that is checked needs no network."""
    raise AssertionError(f"the network was asked for: {arguments[1:]}")


def rows_of(folder: Path) -> Rows:
    """Every table's records, as the snapshot's JSON form has them."""
    return {path.stem: json.loads(path.read_bytes()) for path in sorted((folder / "json").glob("*.json"))}


def flattened(descriptor: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """A package of inline resources with key columns alone, and all of the descriptor's keys as `foreignKeys`.

    A nested key is a column named by its path. A list of keys is a resource of its own, `table.path`, with a row per
    item. Keys whose target may be absent, and is, are left out.
    """
    known = {resource["name"] for resource in descriptor["resources"]}
    package: dict[str, Any] = {"$schema": descriptor["$schema"], "name": "keys", "resources": []}
    for resource in descriptor["resources"]:
        name, schema = resource["name"], resource["schema"]
        keys = [*schema.get("foreignKeys", []), *schema.get("nestedForeignKeys", [])]
        keys = [key for key in keys if key["reference"]["resource"] in known or not key.get("ifPresent")]
        single = [key for key in keys if not key["fields"][0].endswith("[]")]
        paths = list(dict.fromkeys([*schema["primaryKey"], *(key["fields"][0] for key in single)]))
        found = [{path: at(row, path) for path in paths} for row in rows[name]]
        package["resources"].append(table(name, paths, found, schema["primaryKey"], single))
        for key in keys:
            if key not in single:
                path = key["fields"][0].removesuffix("[]")
                items = [{"item": item} for row in rows[name] for item in at(row, path)]
                package["resources"].append(table(f"{name}.{path}", ["item"], items, [], [{**key, "fields": ["item"]}]))
    return package


def table(
    name: str, paths: list[str], rows: list[dict[str, Any]], primary: list[str], foreign: list[dict[str, Any]]
) -> dict[str, Any]:
    fields = [{"name": path, "type": "string"} for path in paths]
    schema = {"fields": fields, "primaryKey": primary, "foreignKeys": foreign}
    return {"name": name, "type": "table", "data": rows, "schema": schema}


def at(row: dict[str, Any], path: str) -> Any:
    """The value at a dotted path."""
    for key in path.split("."):
        row = row[key]
    return row


def put(row: dict[str, Any], path: str, value: Any) -> None:
    """Another value at a dotted path; with `[]` at its end, one more item of the list there."""
    *above, last = path.removesuffix("[]").split(".")
    for key in above:
        row = row[key]
    if path.endswith("[]"):
        row[last].append(value)
    else:
        row[last] = value


def inline(descriptor: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """The descriptor with its JSON files' records in it: what frictionless reads without its extra for JSON."""
    file = ("path", "format", "mediatype", "encoding", "hash")
    resources = [
        {**{key: value for key, value in resource.items() if key not in file}, "data": rows[resource["name"]]}
        for resource in descriptor["resources"]
    ]
    return {**descriptor, "resources": resources}


def faults(package: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What frictionless finds in a package: resource, type of error, its note."""
    from frictionless import Package

    report = Package.from_descriptor(package).validate()
    whole = [("", error.type, error.note) for error in report.errors]
    return whole + [(task.name, error.type, error.note) for task in report.tasks for error in task.errors]


def metadata_faults(descriptor: dict[str, Any]) -> list[str]:
    """What frictionless finds wrong with a descriptor itself."""
    from frictionless import Package

    return [error.message for error in Package.validate_descriptor(descriptor).errors]
