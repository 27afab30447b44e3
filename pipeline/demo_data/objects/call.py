"""One request for objects, as the classes see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from demo_data.engine.world import Block
from demo_data.objects import state
from demo_data.objects.columns import given_columns, reach
from demo_data.objects.registry import FKRegistry
from demo_data.recipes.columns import Array, Column
from demo_data.tea.tables import RECIPES

Maker: TypeAlias = "Callable[[Call, dict[str, Any]], Block]"
"""Makes the rows of a call under some settings."""


@dataclass
class Call:
    """One request for objects: how many, their row numbers, and what the caller states of them.

    `given` are the columns that the overrides stand for. `single`: the objects are asked for one by one, so they take
    turns with their parents; a batch is dealt to them in runs. `counted` collects what each object counts for below
    which parent: the kind of number, and a parent's key per object. `maker` makes the rows where the class is not to.
    """

    table: str
    size: int
    overrides: Mapping[str, Sequence[Any]]
    single: bool = False
    counted: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    maker: Maker | None = None

    def __post_init__(self) -> None:
        self.registry: FKRegistry = state.current().registry
        self.made = state.current().made_of(self.table)
        self.rows: Array = self.made.rows + np.arange(self.size, dtype=np.int64)
        self.given: dict[str, Column] = given_columns(RECIPES[self.table], self.overrides)

    def rows_given(self) -> list[dict[str, Any]]:
        """The overrides, object by object."""
        return [{name: values[row] for name, values in self.overrides.items()} for row in range(self.size)]

    def texts(self, path: str) -> list[str | None]:
        """An overridden text per object, None where there is none; a dot leads into nested fields."""
        top, _, below = path.partition(".")
        found = [reach(value, below) for value in self.overrides.get(top, ())] or [None] * self.size
        return [value if isinstance(value, str) else None for value in found]

    def dealt(self, parents: int) -> Array:
        """A parent's number for each object: in turn, or in runs that differ by one.

        A first batch is spread over all parents, as in a dataset; a later one that is smaller than their number goes on
        where the last one ended.
        """
        one_each = self.single or (self.made.rows and self.size < parents)
        steps = np.arange(self.size) if one_each else np.arange(self.size) * parents // self.size
        return (self.made.rows + steps) % parents

    def numbered(self, kind: str, keys: Sequence[str]) -> Array:
        """How many objects each parent had before each object of this call; they count from now on."""
        seen = dict(self.made.below)
        numbers = []
        for key in keys:
            numbers.append(seen.get((kind, key), 0))
            seen[kind, key] = numbers[-1] + 1
        self.counted.append((kind, keys))
        return np.array(numbers, np.int64)
