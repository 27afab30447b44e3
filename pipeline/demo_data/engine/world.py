"""One simulated world: the tables of a profile, made by ranges of rows in any order.

`World` knows the profile; a `Block` is some rows of one table, whose columns are made when first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from demo_data.common.hashed_bits import positions
from demo_data.domain import Domain
from demo_data.engine.cells import TableNoise
from demo_data.engine.changed import Changed
from demo_data.engine.draws import draw, with_setting
from demo_data.engine.results import columns_of, require_column
from demo_data.engine.taking import take
from demo_data.recipes.calendar import first_day, inside
from demo_data.recipes.columns import Array, Column, Earlier, Settings, Span
from demo_data.recipes.distributions import Distribution
from demo_data.recipes.growth import joined
from demo_data.recipes.recipe import LATER, Count, Derived, Recipe
from demo_data.schema.arrow import arrow_schema

_MOST_KEPT = 14
"""Blocks of events that are kept below some rows: those of a year of months."""


class World:
    """All tables of a domain under one profile: `settings` by dotted path."""

    def __init__(self, domain: Domain, settings: Settings) -> None:
        self.domain = domain
        self.settings = settings
        self._whole: dict[str, Block] = {}
        self._latest: dict[str, tuple[tuple[int, int], Block]] = {}

    def but(self, changes: Mapping[str, Any]) -> World:
        """The same world under other settings, none of which the whole tables that are made already depend on."""
        other = World(self.domain, Changed(self.settings, changes))
        other._whole = self._whole
        return other

    def count(self, table: str) -> int:
        """Rows of a table by the last day; for one that fans out, rows of the parent whose ranges cut it."""
        recipe = self.domain.recipes[table]
        if recipe.within:
            return self.count(recipe.within[1])
        if not isinstance(recipe.count, Count):
            return recipe.count(self.settings)
        rows = int(self.settings[f"{table}.count"])
        if recipe.count.joining is None:
            return rows
        noise = TableNoise(self.settings["seed"], table)
        return rows + joined(table, self.settings, noise, recipe.count.joins_on)

    def whole(self, table: str) -> Block:
        """A small table's rows, all of them, kept for the tables that refer to it."""
        if table not in self._whole:
            self._whole[table] = self.rows(table, 0, self.count(table))
        return self._whole[table]

    def use_rows(self, table: str, rows: Array, given: Mapping[str, Column]) -> Block:
        """Let rows with these columns be the whole table, whatever the settings say; its parents' rows come first."""
        recipe = self.domain.recipes[table]
        within = {recipe.within[0]: self._whole[recipe.within[1]]} if recipe.within else {}
        self._whole[table] = Block(self, recipe, rows, given, within)
        return self._whole[table]

    def rows(self, table: str, start: int, stop: int | None = None, span: Span | None = None) -> Block:
        """The rows from `start` (included) to `stop` (excluded; the end); of one that fans out, those of parents' rows.

        `span`: of a table of events, only those from one day to another, both included, in days since 1970.
        """
        recipe = self.domain.recipes[table]
        stop = self.count(table) if stop is None else stop
        if recipe.within is None:
            if span:
                a_day, first = int(recipe.per_parent(self.settings)), first_day(self.settings)
                start, stop = max(start, (span[0] - first) * a_day), min(stop, (span[1] - first + 1) * a_day)
            return Block(self, recipe, np.arange(start, max(start, stop), dtype=np.int64))
        above = self.shared(recipe.within[1], start, stop)
        if span and (known := above.events.pop((table, span), None)):
            return known  # and is written now, after what was computed from it
        return self.below(table, above, spans=[span] if span else None)

    def carried(self, table: str, start: int, stop: int, earlier: Earlier) -> Block:
        """The rows of a table that is computed from events, carried on from what it was as of an earlier day."""
        block = self.rows(table, start, stop)
        if carry := block.recipe.carried:
            made = columns_of(self.domain, carry, block.call(carry, earlier=earlier), carry.names)
            for name, column in zip(carry.names, made, strict=True):
                require_column(self.domain, carry, name, column, len(block))
                block.set_column(name, column)
        return block

    def shared(self, table: str, start: int, stop: int) -> Block:
        """The rows as `rows` gives them, kept until others are asked for here.

        What is cut by the same rows has them made once: the table itself, its events, made month by month, and what is
        computed from these.
        """
        if self._latest.get(table, (None,))[0] != (start, stop):
            self._latest[table] = (start, stop), self.rows(table, start, stop)
        return self._latest[table][1]

    def below(
        self, table: str, above: Block, given: Mapping[str, Column] | None = None, spans: Iterable[Span] | None = None
    ) -> Block:
        """The rows of a table that certain rows of its parent, or of that one's parent, cut; `given` are columns."""
        recipe = self.domain.recipes[table]
        assert recipe.within is not None
        link, parent = recipe.within
        block = above if parent == above.recipe.table else self.below(parent, above)
        parents = {link: block} | {child: self._child(child, block) for child in recipe.children}
        if recipe.fan_out is None:
            index = np.arange(len(block), dtype=np.int32)
            return Block(self, recipe, block.rows, {link: index, **(given or {})}, parents)
        index, columns = block.expanded(recipe)
        if spans is not None:
            held = np.flatnonzero(inside(columns["day"], spans))
            index, columns = index[held], {name: take(column, held) for name, column in columns.items()}
        return Block(self, recipe, block.rows[index], {link: index, **columns, **(given or {})}, parents)

    def _child(self, table: str, above: Block) -> Any:
        """The rows that a table is computed from; where they are events, what gives those of any days."""
        if not self.domain.recipes[table].has_events:
            return self.below(table, above)
        return partial(self._events, table, above)

    def _events(self, table: str, above: Block, first: int, last: int, *others: Span) -> Block:
        """The rows of a table of events below some rows, from one day to another, and of other spans of days.

        Those of one span are kept with the rows above, until they are asked for to be written: so they are made once.
        """
        if others or len(above.events) == _MOST_KEPT:
            return self.below(table, above, spans=((first, last), *others))
        if (table, (first, last)) not in above.events:
            above.events[table, (first, last)] = self.below(table, above, spans=[(first, last)])
        return above.events[table, (first, last)]


class Block:
    """Some rows of one table. `given` columns take the place of stated ones, and all that follows from them follows."""

    def __init__(
        self,
        world: World,
        recipe: Recipe,
        rows: Array,
        given: Mapping[str, Column] | None = None,
        parents: Mapping[str, Any] | None = None,
    ) -> None:
        self.world = world
        self.recipe = recipe
        self.rows = rows
        self.noise = TableNoise(world.settings["seed"], recipe.table)
        self._made: dict[str, Any] = dict(given or {})
        self._given = frozenset(self._made)
        self._parents = parents or {}
        self._spread: Array | None = None
        self._expanded: dict[str, tuple[Array, dict[str, Any]]] = {}
        self._reference: pa.Table | None = None
        self.events: dict[tuple[str, Span], Block] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Any:
        """The column `name`, published or latent."""
        if name not in self._made:
            try:
                self._made[name] = self._make(name)
            except RecursionError:
                raise ValueError(f"{self.recipe.table}.{name}: needs a column that needs it in turn") from None
        return self._made[name]

    def is_given(self, name: str) -> bool:
        """Whether a caller has stated the column."""
        return name in self._given

    def part(self, index: Array, given: Mapping[str, Column] | None = None) -> Block:
        """Some of the rows, with what was given of them; of a table that is computed from others, all its columns."""
        names = [node.path for node in self.recipe.published] if self.recipe.children else self._given
        columns = {name: take(self[name], index) for name in names}
        return Block(self.world, self.recipe, self.rows[index], columns | dict(given or {}), self._parents)

    def set_column(self, name: str, column: Column) -> None:
        """State a column, before anything that follows from it has been asked for."""
        self._made[name] = column
        self._given |= {name}

    def call(self, derived: Derived, noise: TableNoise | None = None, earlier: Earlier | None = None) -> Any:
        """What a derived function returns for these rows."""
        special = {"noise": noise or self.noise, "earlier": earlier}
        return derived.function(*(self._argument(name, special) for name in derived.parameters))

    def expanded(self, recipe: Recipe) -> tuple[Array, dict[str, Any]]:
        """All rows of a table that fans out below these: the place of each one's parent, and the columns stated."""
        if recipe.table not in self._expanded:
            domain, fan_out = self.world.domain, recipe.fan_out
            assert fan_out is not None
            noise = TableNoise(self.world.settings["seed"], recipe.table)
            names = ("the rows of each parent row", *fan_out.names)
            counts, *columns = columns_of(domain, fan_out, self.call(fan_out, noise), names)
            require_column(domain, fan_out, names[0], counts, len(self))
            for name, column in zip(fan_out.names, columns, strict=True):
                require_column(domain, fan_out, name, column, int(counts.sum()))
            index = np.repeat(np.arange(len(self), dtype=np.int32), counts)
            self._expanded[recipe.table] = index, dict(zip(fan_out.names, columns, strict=True))
        return self._expanded[recipe.table]

    def has(self, name: str) -> bool:
        return name in self._made or name in self.recipe.columns

    def _make(self, name: str) -> Any:
        column = self.recipe.columns.get(name)
        if isinstance(column, Derived):
            made = dict(
                zip(column.names, columns_of(self.world.domain, column, self.call(column), column.names), strict=True)
            )
            for each, values in made.items():
                require_column(self.world.domain, column, each, values, len(self))
            self._made = made | self._made
            return self._made[name]
        if column is not None:
            return self._draw(name, column)
        if self.recipe.reference is not None:
            return self._from_reference(name)
        raise KeyError(f"{self.recipe.table} has no column {name}")

    def _draw(self, name: str, distribution: Distribution) -> Column:
        table, settings = self.recipe.table, self.world.settings
        if distribution.settable:
            distribution = with_setting(distribution, settings[f"{table}.{name}"])
        if self._spread is None:
            self._spread = positions(self["cells"] if self.has("cells") else self.rows)
        return draw(distribution, self.noise.at(name, self._spread))

    def _argument(self, name: str, special: Mapping[str, Any]) -> Any:
        if name == "rows":
            return self.rows
        if name == "settings":
            return self.world.settings
        if name in special:
            return special[name]
        if self.has(path := name.replace("__", ".")):
            return self[path]
        first, _, rest = name.partition("__")
        column = rest.replace("__", ".")
        if first == "drawn":
            return self[column] if column in self._given else self._draw(column, self.recipe.drawn[column])
        if first == "weights":
            setting = self.world.settings[f"{self.recipe.table}.{column}"]
            weighted: Any = with_setting(self.recipe.drawn[column], setting)
            return weighted.weights
        if first == "every":
            return self.world.whole(self.recipe.table)[column]
        if first.startswith("all_"):
            return self.world.whole(self.recipe.links[first.removeprefix("all_")])[column]
        if first.startswith(LATER):
            return partial(self.world.rows, first.removeprefix(LATER))
        if name in self.recipe.children:
            return self._parents[name]
        if first in self.recipe.links or first in self._parents:
            return take(self.parent(first)[column], self[first])
        if self.recipe.reference is not None:
            return self[path]
        raise KeyError(f"{self.recipe.table}: nothing is called {name}")

    def parent(self, link: str) -> Block:
        """The block in which a link's row numbers count."""
        if link in self._parents:
            return self._parents[link]
        return self.world.whole(self.recipe.links[link])

    def reference(self) -> pa.Table:
        """The rows of a reference table, as its class's schema has them."""
        if self._reference is None:
            assert self.recipe.reference is not None
            records = [record.model_dump() for record in self.recipe.reference()]
            table = pa.Table.from_pylist(records, schema=arrow_schema(self.recipe.model))
            self._reference = table.take(pa.array(self.rows)).combine_chunks()
        return self._reference

    def _from_reference(self, path: str) -> Column:
        top, *below = path.split(".")
        column = self.reference().column(top).chunk(0)
        for step in below:
            column = column.field(step)
        if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
            return np.asarray(column.to_numpy(zero_copy_only=False))
        return column
