"""One request for objects, as the classes see it, and records that are made for requests to come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from demo_data.engine.world import Block, World
from demo_data.objects.columns import MISSING, given_columns, reach
from demo_data.objects.registry import FKRegistry
from demo_data.objects.state import State
from demo_data.recipes.columns import Array, Column
from demo_data.recipes.recipe import Recipe

Maker: TypeAlias = "Callable[[Call, dict[str, Any]], Block]"
"""Makes the rows of a call under some settings."""

PREFETCH = 64
"""Objects that `build` makes at once, at most: a block of many rows costs hardly more than one of a single row."""


@dataclass
class Call:
    """One request for objects: how many, their row numbers, and what the caller states of them.

    `given` are the columns that the overrides stand for. `single`: the objects are asked for one by one, so they take
    turns with their parents; a batch is dealt to them in runs. `counted` collects what each object counts for: a
    field, and per object the key in it. `maker` makes the rows where the class is not to.
    """

    state: State
    recipe: Recipe
    size: int
    overrides: Mapping[str, Sequence[Any]]
    single: bool = False
    counted: list[tuple[str, Sequence[str]]] = field(default_factory=list)
    maker: Maker | None = None

    def __post_init__(self) -> None:
        self.table = self.recipe.table
        self.registry: FKRegistry = self.state.registry
        self.made = self.state.made[self.table]
        self.rows: Array = self.made.rows + np.arange(self.size, dtype=np.int64)
        self.given: dict[str, Column] = given_columns(self.recipe, self.overrides)

    def rows_given(self) -> list[dict[str, Any]]:
        """The overrides, object by object."""
        return [{name: values[row] for name, values in self.overrides.items()} for row in range(self.size)]

    def values(self, path: str) -> list[Any]:
        """What the caller states per object, `MISSING` where nothing; a dot leads into nested fields."""
        top, _, below = path.partition(".")
        return [reach(value, below) for value in self.overrides.get(top, ())] or [MISSING] * self.size

    def texts(self, path: str) -> list[str | None]:
        """The text that the caller states per object, None where there is none."""
        return [value if isinstance(value, str) else None for value in self.values(path)]

    def keys(self, path: str) -> list[str | None]:
        """The foreign key that the caller names per object, None where there is none. Raises TypeError for no text."""
        for value in self.values(path):
            if value is not MISSING and not isinstance(value, str):
                raise TypeError(f"{self.table}.{path} is a text, not {value!r:.80}")
        return self.texts(path)

    def reference_rows(self) -> list[dict[str, Any]]:
        """The rows of a reference table: those whose key the caller names, the others in turn."""
        assert self.recipe.reference is not None
        key = self.recipe.key[0].name
        known = {getattr(record, key): record for record in self.recipe.reference()}
        named, keys = self.texts(key), list(known)
        if named.count(None) > len(keys) and not self.single:
            raise ValueError(f"{self.size} {self.table} are more than there are: {', '.join(keys)}")
        turns = [keys[row % len(keys)] for row in self.rows.tolist()]
        return [known.get(of, known[turn]).model_dump() for of, turn in zip(named, turns, strict=True)]

    def dealt(self, parents: int) -> Array:
        """A parent's number for each object: in turn, or in runs that differ by one.

        A first batch is spread over all parents, as in a dataset; a later one that is smaller than their number goes on
        where the last one ended.
        """
        one_each = self.single or (self.made.rows and self.size < parents)
        steps = np.arange(self.size) if one_each else np.arange(self.size) * parents // self.size
        return (self.made.rows + steps) % parents

    def numbered(self, name: str, keys: Sequence[str]) -> Array:
        """How many objects had each key in the field before each object of this call; these count from now on."""
        seen = dict(self.state.below(self.table, name))
        numbers = []
        for key in keys:
            numbers.append(seen.get((name, key), 0))
            seen[name, key] = numbers[-1] + 1
        self.counted.append((name, keys))
        return np.array(numbers, np.int64)

    def planned(self, settings: Mapping[str, Any]) -> int:
        """The table's rows as of `born`, as far as is known: the profile's, or those made so far and now."""
        planned = int(settings[f"{self.table}.count"])
        return planned if self.of_profile(settings) else max(planned * bool(self.state.profile), self._rows_then())

    def of_profile(self, settings: Mapping[str, Any]) -> bool:
        """Whether the rows asked for are rows of the profile's table, with those that have joined by the last day."""
        if not self.state.profile:
            return False
        return self._rows_then() <= World(self.state.domain, settings).count(self.table)

    def _rows_then(self) -> int:
        return self.made.rows + self.size


@dataclass
class Prefetched:
    """Records for the calls to come: they hold for the rows to come while nothing changes that they depend on."""

    depends: tuple[Any, ...]
    records: list[dict[str, Any]]
    counted: list[tuple[str, Sequence[str]]]
    first_row: int
    used: int = 0

    def lacking(self, depends: tuple[Any, ...], row: int) -> int:
        """How many to make anew: none where the row is there, twice as many where all were used, one after a change."""
        same = all(before is now or before == now for before, now in zip(self.depends, depends, strict=True))
        if not same or row != self.first_row + self.used:
            return 1
        return 0 if self.used < len(self.records) else min(PREFETCH, 2 * len(self.records))
