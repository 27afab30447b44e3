"""What the page tells of a dataset as a whole: what it is, its settings, its tables and what leads where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from demo_data.dataset.layout import CERTIFICATE
from demo_data.domain import Domain
from demo_data.export.metadata import foreign_keys, metadata, sentence
from demo_data.export.page.views import Dataset, Question, View

_NAMED = 12
"""Records of a scenario that are named."""


def overview(
    dataset: Dataset,
    domain: Domain,
    held: Mapping[str, int],
    views: Sequence[View],
    questions: Sequence[Question],
) -> dict[str, Any]:
    """The payload of `data/overview.js`; `held`: how many rows of each table the page has.

    Raises `DataError` as `metadata` does.
    """
    manifest, recipe = dataset.manifest, dataset.recipe
    words = metadata(dataset.folder, manifest, domain)
    return {
        "title": words.title,
        "about": domain.title,
        "notice": domain.notice,
        "licence": domain.licence,
        "profile": manifest.profile,
        "identity": manifest.identity,
        "generator": manifest.generator,
        "schema": manifest.schema_version,
        "seed": recipe.seed,
        "period": list(words.period),
        "born": str(recipe.birth),
        "settings": recipe.as_json().get("settings", {}),
        "tables": [_table(dataset, domain, table) | {"held": held[table]} for table in dataset.tables],
        "views": [{"name": view.name, "title": view.title, "kind": view.kind} for view in views],
        "scenarios": {
            table: [
                {"name": name, "count": len(keys), "keys": keys[:_NAMED]} for name, keys in seasons[-1].stories.items()
            ]
            for table, seasons in recipe.seasons.items()
            if table in dataset.tables
        },
        "questions": [{"title": title, "sql": sql} for title, sql in questions],
        "certificate": (dataset.folder / CERTIFICATE).is_file(),
    }


def _table(dataset: Dataset, domain: Domain, table: str) -> dict[str, Any]:
    listed = dataset.manifest.by_table[table]
    return {
        "name": table,
        "about": sentence(domain.models[table]),
        "rows": listed.rows,
        "bytes": sum(file.bytes for file in listed.parquet),
        "key": list(domain.key_fields(table)),
        "references": [
            {"path": reference.path, "list": reference.in_list, "table": reference.key.table, "field": field}
            for reference, field in foreign_keys(table, domain)
        ],
    }
