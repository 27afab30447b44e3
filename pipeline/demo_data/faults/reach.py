"""How far a domain's rules see beyond single records: what may be at fault, or be added, without their minding."""

from __future__ import annotations

from demo_data.faults.data import Data, derived
from demo_data.schema.tree import references
from demo_data.validation.rules import rules_of

Columns = set[str]
"""Columns as `table.path`; one that ends in `*` stands for all that begin so."""


def may_fail(data: Data, table: str, path: str) -> bool:
    """Whether the value at the path may be at fault in any record: no name of it, and of no other's concern."""
    return not _meet(f"{table}.{path}", _read(data)[1] | _names(data))


def may_grow(data: Data, table: str) -> bool:
    """Whether a record like another may be added under a name of its own."""
    of_records, of_tables = _read(data)
    names = {name for name in _names(data) if _meet(table, {name})}
    return not _meet(table, of_tables) and not any(_meet(name, of_records) for name in names)


def _meet(column: str, others: Columns) -> bool:
    """Whether a column is one of the others, or lies above or below one."""
    parts = [(f"{column}.", each.removesuffix("*") if each.endswith("*") else f"{each}.") for each in others]
    return any(own.startswith(other) or other.startswith(own) for own, other in parts)


@derived
def _names(data: Data) -> Columns:
    """What records are known by: keys, and fields that references lead to."""
    models = data.domain.models
    found = {f"{table}.{name}" for table in models for name in data.domain.key_fields(table)}
    keys = [reference.key for model in models.values() for reference in references(model)]
    return found | {f"{key.table}.{key.field}" for key in keys if key.field}


@derived
def _read(data: Data) -> tuple[Columns, Columns]:
    """What rules about single records read, and what the others do."""
    found: tuple[Columns, Columns] = set(), set()
    for rule in rules_of(data.domain):
        found[not rule.by_row].update(rule.reads)
    return found
