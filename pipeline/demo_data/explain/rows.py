"""How many rows a profile's tables will have: counted where settings or parents' rows tell, else estimated."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from demo_data.engine.world import Block, World
from demo_data.recipes.columns import Array

_FIRST = 64
"""Rows of a parent that are asked first how many each has below it."""

_MOST = 400_000
"""About as many rows as are counted one by one below those that are asked."""


@dataclass(frozen=True)
class Rows:
    """Rows of a table; `error`: the share by which they may be off, in 19 of 20 cases, 0 where they are exact.

    `asked`: of how many rows of the parent it is known how many are below each, where these are not all.
    """

    count: int
    error: float = 0.0
    asked: int | None = None


def rows_of(world: World, table: str) -> Rows:
    """A table's rows. Of one that fans out, some rows of the parent are asked how many each has, or all of few."""
    parents = world.count(table)
    if not parents or not _fans_out(world, table):
        return Rows(parents)
    counts = _below(world, table, _spread(parents, _FIRST))
    if len(counts) < parents:
        counts = _below(world, table, _spread(parents, int(_MOST / max(counts.mean(), 1))))
    if len(counts) == parents:
        return Rows(int(counts.sum()))
    mean = float(counts.mean())
    spread = float(counts.std()) / math.sqrt(len(counts)) * math.sqrt(1 - len(counts) / parents)
    return Rows(round(mean * parents), 2 * spread / mean if mean else 1.0, len(counts))


def _fans_out(world: World, table: str) -> bool:
    """Whether a row of the table whose ranges cut this one may have more or fewer than one row in it."""
    recipe = world.domain.recipes[table]
    return recipe.within is not None and (recipe.fan_out is not None or _fans_out(world, recipe.within[1]))


def _spread(rows: int, some: int) -> Array:
    """Row numbers from end to end, about `some`, or all where these are few."""
    some = max(some, _FIRST)
    return np.arange(rows) if some >= rows else np.unique(np.linspace(0, rows - 1, some).astype(np.int64))


def _below(world: World, table: str, rows: Array) -> Array:
    """How many rows of a table each of these rows has below it, of the table whose ranges cut it."""
    recipes = world.domain.recipes
    top = table
    while within := recipes[top].within:
        top = within[1]
    above = Block(world, recipes[top], rows)
    block = world.below(table, above)
    index = np.arange(len(block))
    while block is not above:
        link = block.recipe.within[0]  # type: ignore[index]
        index, block = block[link][index], block.parent(link)
    return np.bincount(index, minlength=len(rows))
