"""The Frictionless Data Package (version 2) descriptor of a snapshot: `datapackage.json`.

One resource per table, over its JSON form, or over its Parquet files where the snapshot has no JSON. Table Schema knows
no fields below a field, so nested records are of type `object` and lists of type `array`; properties of our own, which
the specification permits, tell the rest: `jsonSchema` of a nested field's JSON form, and `nestedForeignKeys`, written
as `foreignKeys` are, with dotted paths and `[]` for each item of a list. docs/decisions/0019 tells why.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from demo_data.common.written import slug
from demo_data.dataset.manifest import Manifest, TableEntry
from demo_data.domain import Domain
from demo_data.export.metadata import foreign_keys, licence_url, metadata, node_sentence, sentence
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, primary_key, tree

_PROFILES = "https://datapackage.org/profiles/2.0"
_TYPES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    datetime.datetime: "datetime",
    datetime.date: "date",
}
_SAME = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "enum")
_CONSTRAINTS = {name: name for name in _SAME} | {"minItems": "minLength", "maxItems": "maxLength"}


class _Written(GenerateJsonSchema):
    """As the JSON form is: every field of a record is there."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def datapackage(
    folder: Path, manifest: Manifest, domain: Domain, schemas: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The descriptor of the snapshot in `folder` that `manifest` describes; its `id` is the snapshot's identity.

    `schemas`: those of the tables, where this version has made them before.
    """
    words = metadata(folder, manifest, domain)
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": slug(manifest.profile),
        "id": manifest.identity,
        "title": words.title,
        "description": words.description,
        "licenses": [{"name": domain.licence, "path": licence_url(domain)}],
        "keywords": list(domain.keywords),
        "sources": [{"title": source} for source in domain.sources()],
        "resources": [_resource(table, domain, (schemas or {}).get(table.table)) for table in manifest.tables],
    }


def _resource(table: TableEntry, domain: Domain, schema: dict[str, Any] | None) -> dict[str, Any]:
    model = domain.models[table.table]
    return {
        "name": table.table,
        "type": "table",
        "description": sentence(model),
        **_data(table),
        "rows": table.rows,
        "files": [{"path": file.path, "bytes": file.bytes, "hash": f"sha256:{file.sha256}"} for file in table.files],
        "schema": schema or _schema(model, domain),
    }


def _data(table: TableEntry) -> dict[str, Any]:
    """Where the rows are. The size stands in `files` alone: frictionless 5 counts no bytes of JSON or Parquet."""
    form = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    if table.json_form:
        form = {"format": "json", "mediatype": "application/json", "encoding": "utf-8"}
    first, *more = [table.json_form] if table.json_form else table.parquet
    if more:
        return {"path": [first.path, *(file.path for file in more)], **form}
    return {"path": first.path, **form, "hash": f"sha256:{first.sha256}"}


def _schema(model: type[Entity], domain: Domain) -> dict[str, Any]:
    primary = primary_key(model)
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(model, node, unique=primary == (node.name,)) for node in tree(model).children],
        "missingValues": [],  # an empty text is a text; what is missing is null
        "primaryKey": list(primary),
    }
    for reference, target in foreign_keys(model.table, domain):
        path = f"{reference.path}[]" if reference.in_list else reference.path
        key: dict[str, Any] = {"fields": [path], "reference": {"resource": reference.key.table, "fields": [target]}}
        if reference.key.if_present:
            key["ifPresent"] = True
        flat = "." not in path and not reference.in_list and not reference.key.if_present
        schema.setdefault("foreignKeys" if flat else "nestedForeignKeys", []).append(key)
    return schema


def _field(model: type[Entity], node: Node, *, unique: bool) -> dict[str, Any]:
    limits = {} if node.optional else {"required": True}
    if unique:
        limits["unique"] = True
    column: dict[str, Any] = {"name": node.name, "type": _type(node)}
    if description := node_sentence(node):
        column["description"] = description
    schema = json_schema(model.model_fields[node.name])
    column["constraints"] = limits | constraints(schema)
    if node.kind != "scalar":
        column["jsonSchema"] = schema
    return column


def _type(node: Node) -> str:
    if node.kind == "scalar":
        return _TYPES.get(node.type, "string")
    return "array" if node.kind == "list" else "object"


def json_schema(field: FieldInfo) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a field's values in the JSON form.

    Open dicts may hold other keys, and miss any of theirs.
    """
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind).json_schema(mode="serialization", schema_generator=_Written)


def constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Bounds, lengths, pattern and permitted values of a field, by its JSON Schema, as Table Schema names them."""
    own = next(option for option in schema.get("anyOf", [schema]) if option != {"type": "null"})
    if name := own.get("$ref"):
        own = schema["$defs"][name.rpartition("/")[2]]
    dated = own.get("format") in ("date", "date-time")  # a type of Table Schema's, which settles how it is written
    return {_CONSTRAINTS[name]: own[name] for name in own if name in _CONSTRAINTS and not dated}
