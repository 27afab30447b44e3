"""What a build of a profile will make and take: rows of each table, bytes on disk, CPU, memory."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from demo_data.domain import Domain
from demo_data.engine.world import World
from demo_data.explain.costs import Cost, Costs
from demo_data.explain.rows import Rows, rows_of
from demo_data.plan import Part, plan
from demo_data.profile import Settings, defaults

_WRITTEN = 16_384
"""Rows whose JSON form is in memory at a time, at most: two slices of those that `dataset.store` writes."""


@dataclass(frozen=True)
class TableExpected:
    """A table's rows, its Parquet files, and bytes of these and of its JSON form; None where no cost is known.

    `json` is 0 of a table in several files, of which a build makes no JSON form.
    """

    table: str
    rows: Rows
    files: int
    parquet: float | None
    json: float | None


@dataclass(frozen=True)
class Expected:
    """What a build makes and takes.

    `differing`: settings that are not what they are where a profile says nothing: what each is, and would be.
    `seconds`: in one process; `wall`: with a worker a core, whose start takes as long as the command's; `memory`: bytes
    of the largest process. These are None where the domain has measured no costs.
    """

    settings: Settings
    tables: tuple[TableExpected, ...]
    differing: Mapping[str, tuple[Any, Any]]
    cores: int
    costs: Costs | None
    seconds: float | None = None
    wall: float | None = None
    memory: float | None = None


def expected(settings: Settings, cores: int | None = None) -> Expected:
    """What `settings` will make, on so many cores (default: those of this machine)."""
    domain, cores = settings.domain, cores or available_cores()
    world, costs = World(domain, settings), costs_of(domain)
    parts = {table: plan(world, table) for level in domain.levels for table in level}
    rows = {table: rows_of(world, table) for table in parts}
    known = costs.tables if costs else {}
    tables = tuple(_table(table, rows[table], len(parts[table]), known.get(table)) for table in domain.models)
    told = Expected(settings, tables, _differing(settings), cores, costs)
    if costs is None:
        return told
    work = sum(_seconds(known.get(each.table, Cost()), each) for each in tables)
    memory = costs.memory + sum(_memory(cost, rows[table].count, parts[table]) for table, cost in known.items())
    busy = min(cores, max(len(each) for each in parts.values()))
    return replace(told, seconds=costs.seconds + work, wall=2 * costs.seconds + work / busy, memory=memory)


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def costs_of(domain: Domain) -> Costs | None:
    """What the domain has measured, if anything."""
    module = domain.module("costs")
    return module.COSTS if module else None


def _table(table: str, rows: Rows, files: int, cost: Cost | None) -> TableExpected:
    if cost is None:
        return TableExpected(table, rows, files, None, None)
    json = cost.json * rows.count if files == 1 else 0.0
    return TableExpected(table, rows, files, cost.file * files + cost.row * rows.count, json)


def _seconds(cost: Cost, table: TableExpected) -> float:
    each = cost.microseconds + (cost.json_microseconds if table.files == 1 else 0)
    return table.rows.count * each / 1_000_000


def _memory(cost: Cost, rows: int, parts: Sequence[Part]) -> float:
    """Bytes that a table takes in memory: rows that are made together, and written, and all that is kept of it."""
    share = max(part.stop - part.start for part in parts) / max(1, *(part.stop for part in parts))
    written = min(rows, _WRITTEN) if len(parts) == 1 else 0
    return cost.held * rows * share + cost.json_held * written + cost.kept * rows


def _differing(settings: Settings) -> dict[str, tuple[Any, Any]]:
    usual = defaults(settings.domain)
    return {
        path: (value, usual[path]) for path, value in settings.values.items() if path in usual and value != usual[path]
    }
