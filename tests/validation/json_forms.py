"""The JSON form of rows, value by value in Python: what their texts must read as."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from demo_data.schema.tree import Node, tree
from demo_data.validation.tables import ParquetTable


def forms(table: ParquetTable) -> Iterator[dict[str, Any]]:
    """Text for moments and days, and no key of an open dict that is null."""
    for batch in table.raw():
        yield from (_form(row, tree(table.model)) for row in batch.to_pylist())


def _form(value: Any, node: Node) -> Any:
    if isinstance(value, dict):
        whole = {child.name: _form(value[child.name], child) for child in node.children}
        return whole if node.kind == "record" else {key: item for key, item in whole.items() if item is not None}
    if isinstance(value, list):
        return [_form(item, node.children[0]) for item in value]
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, date) else value
