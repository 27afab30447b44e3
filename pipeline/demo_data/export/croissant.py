"""The Croissant (version 1.1) metadata of a snapshot: `croissant.json`.

Every file is a FileObject with its SHA-256, and a table of several parts is a FileSet over them too. One RecordSet per
table reads the Parquet: a record's fields are `subField`s that a JSONPath takes out of the column. A foreign key is a
`references`; of a list of keys only the description tells it, for Croissant's readers join on what `references` names,
and nothing joins on a list.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from demo_data.common.written import slug
from demo_data.dataset.layout import RECIPE
from demo_data.dataset.manifest import FileEntry, Manifest, TableEntry
from demo_data.domain import Domain
from demo_data.export.metadata import foreign_keys, licence_url, metadata, node_sentence, sentence
from demo_data.schema.arrow import arrow_type
from demo_data.schema.tree import Node, primary_key, tree

_CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
} | {
    word: f"cr:{word}"
    for word in (
        *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject"),
        *("fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5"),
        *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate"),
        *("separator", "source", "subField", "transform"),
    )
}
"""The terms, as the specification gives them."""

_PARQUET = "application/x-parquet"
_JSON = "application/json"


def croissant(folder: Path, manifest: Manifest, domain: Domain) -> dict[str, Any]:
    """The metadata of the snapshot in `folder` that `manifest` describes."""
    words = metadata(folder, manifest, domain)
    note = f"demo-data {manifest.generator}, identity {manifest.identity}"
    recipe = FileEntry(path=RECIPE, bytes=(folder / RECIPE).stat().st_size, sha256=manifest.recipe)
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": _CONFORMS_TO,
        "name": manifest.profile,
        "description": words.description,
        "license": licence_url(domain),
        "keywords": list(domain.keywords),
        "temporalCoverage": "/".join(words.period),
        # The generator's version settles the values together with the recipe; the identity stands for its build.
        "version": f"{manifest.generator}+{manifest.identity[:12]}",
        "citeAs": f"@misc{{{slug(manifest.profile)}, title = {{{words.title}}}, note = {{{note}}}}}",
        "distribution": [_file(recipe, _JSON), *(file for table in manifest.tables for file in _files(table))],
        "recordSet": [_record_set(table, domain) for table in manifest.tables],
    }


def _files(table: TableEntry) -> list[dict[str, Any]]:
    files = [_file(file, _PARQUET) for file in table.parquet]
    if len(files) > 1:
        name = f"{table.table}.parquet"
        parts = {"encodingFormat": _PARQUET, "includes": f"{name}/*.parquet"}
        files.append({"@type": "cr:FileSet", "@id": name, "name": name, **parts})
    return [*files, *([_file(table.json_form, _JSON)] if table.json_form else [])]


def _file(file: FileEntry, form: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path.rpartition("/")[2],
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": form,
        "sha256": file.sha256,
    }


def _record_set(table: TableEntry, domain: Domain) -> dict[str, Any]:
    name = table.table
    model = domain.models[name]
    source = {"fileSet" if len(table.parquet) > 1 else "fileObject": {"@id": f"{name}.parquet"}}
    keys = {
        reference.path: f"{reference.key.table}/{target}"
        for reference, target in foreign_keys(name, domain)
        if reference.key.table in domain.models
    }
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": sentence(model),
        "key": [{"@id": f"{name}/{column}"} for column in primary_key(model)],
        "field": [_field(name, node, node.name, (), source, keys) for node in tree(model).children],
    }


def _field(
    table: str, node: Node, column: str, steps: tuple[str, ...], source: dict[str, Any], keys: dict[str, str]
) -> dict[str, Any]:
    """One field of a record set, or of a record in it; `steps` are the JSONPaths from the column down to it."""
    field: dict[str, Any] = {"@type": "cr:Field", "@id": _id(table, node), "name": node.name}
    sentences = [node_sentence(node)]
    leaf = node
    if node.kind == "list":
        field |= {"isArray": True, "arrayShape": "-1"}
        leaf = node.children[0]
        if node.path in keys:
            sentences.append(f"Each item is one of {keys[node.path]}.")
    if text := " ".join(filter(None, sentences)):
        field["description"] = text
    if leaf.children:
        inner = (*steps, "") if node.kind == "list" else steps
        field["subField"] = [
            _field(table, child, column, _below(inner, child.name), source, keys) for child in leaf.children
        ]
        return field
    field["dataType"] = _data_type(leaf)
    field["source"] = {**source, "extract": {"column": column}}
    if steps:
        field["source"]["transform"] = [{"jsonPath": step} for step in steps if step]
    if node.kind == "scalar" and node.path in keys:
        field["references"] = {"field": {"@id": keys[node.path]}}
    return field


def _below(steps: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The steps to a key one deeper; a new step begins at each list, whose items the step is taken for."""
    step = name if name.isidentifier() else f"'{name}'"
    if not steps:
        return (step,)
    return (*steps[:-1], f"{steps[-1]}.{step}".lstrip("."))


def _id(table: str, node: Node) -> str:
    """`table/column/key`; identifiers hold no spaces."""
    return f"{table}/{node.path}".replace("[]", "").replace(".", "/").replace(" ", "_")


def _data_type(node: Node) -> str:
    kind = arrow_type(node)
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "cr:Int32" if kind.bit_width == 32 else "cr:Int64"
    if pa.types.is_floating(kind):
        return "cr:Float64"
    if pa.types.is_date(kind):
        return "sc:Date"
    return "sc:DateTime" if pa.types.is_timestamp(kind) else "sc:Text"
