"""What the author of rules is told: names that come twice, and columns that no table has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from demo_data.common.errors import nearest
from demo_data.domain import Domain
from demo_data.domain_check import entities, modules_of, place_of, values_of
from demo_data.schema.tree import column_paths
from demo_data.validation.rules import Rule, Source


def rule_faults(domain: Domain) -> list[str]:
    """What is wrong with a domain's rules."""
    faults: list[str] = []
    stated: dict[str, str] = {}
    for table, module in modules_of(domain, "rules", faults):
        for rule in (rule.at(table) for rule in values_of(module, Rule)):
            place = place_of(domain, rule.function)
            if rule.name in stated and stated[rule.name] != place:
                faults.append(f"{place}: the rule {rule.name!r} is stated at {stated[rule.name]} too")
            stated.setdefault(rule.name, place)
            faults += [f"{place}: the rule {rule.name!r} reads {each}" for each in _columns(domain, rule)]
    return faults


def _columns(domain: Domain, source: Source[Any]) -> Iterator[str]:
    """The columns that a rule, or a view that it reads, names and no table has."""
    classes, external = entities(domain)[0], domain.external_tables
    for column in source.columns:
        table, _, path = column.partition(".")
        if table == "*":
            if path and not any(_has(column_paths(kind), path) for kind in classes.values()):
                yield f"{column!r}: no table has a column {path!r}"
        elif table not in domain.tables and table not in external:
            yield f"{column!r}: no table is called {table!r}; {nearest(table, [*domain.tables, *external])}"
        elif table in classes and not _has(paths := column_paths(classes[table]), path):
            yield f"{column!r}: {table} has no column {path!r}; {nearest(path, sorted(paths))}"
    for each in (*source.sources, *source.may_read):
        yield from _columns(domain, each)


def _has(paths: Collection[str], path: str) -> bool:
    """Whether there is such a column; `attributes.*` stands for all whose paths begin so."""
    return path in paths or (path.endswith("*") and any(each.startswith(path[:-1]) for each in paths))
