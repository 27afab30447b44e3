"""Where objects of any table are placed: an engine's world of the registered parents, and the rows in it.

A parent of which only the id is known is stood in for by the row of a dataset that it would be.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from pydantic import BaseModel

from demo_data.domain import Domain
from demo_data.engine.world import Block, World
from demo_data.objects.call import Call
from demo_data.objects.columns import columns_of, reach, records
from demo_data.recipes.columns import Array
from demo_data.recipes.recipe import Recipe
from demo_data.schema.tree import references

Record = BaseModel | Mapping[str, Any]

OTHER_ROWS = 1_000_000


def stable(text: str, below: int) -> int:
    """A number below `below` that follows from the text alone."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") % below


def row_of(key: str, prefix: str = "") -> int:
    """The row of a record by its id: the number after the prefix less one; rows of other ids begin at a million."""
    number = re.fullmatch((re.escape(prefix) or ".*?") + r"0*([1-9]\d{0,5})", str(key))
    return int(number[1]) - 1 if number else OTHER_ROWS + stable(str(key), OTHER_ROWS)


@cache
def keys_of_links(recipe: Recipe) -> dict[str, tuple[str, str]]:
    """The links to parents that a foreign key tells of, each with the table and the key's path."""
    links = dict(recipe.links) | ({recipe.within[0]: recipe.within[1]} if recipe.within else {})
    found = {}
    for link, table in links.items():
        own = [each.path for each in references(recipe.model) if each.key.table == table and not each.in_list]
        if own:
            found[link] = (table, next((path for path in own if path.startswith(link)), own[0]))
    return found


@cache
def ancestors(domain: Domain, table: str) -> tuple[str, ...]:
    """The tables that a table's rows refer to, and those that these refer to: the nearest first."""
    keys = [reference.key for reference in references(domain.models[table])]
    near = {key.table for key in keys if key.table in domain.tables and not key.deferred} - {table}
    above = near.union(*(ancestors(domain, parent) for parent in near))
    return tuple(parent for parent in reversed([*domain.tables]) if parent in above)


class Parents:
    """The rows that a table's objects are placed by, as whole tables of a world: registered ones, and those named."""

    def __init__(self, call: Call, settings: Mapping[str, Any], named: Mapping[str, Sequence[str | None]]) -> None:
        self._domain, self._settings, self._registry = call.state.domain, settings, call.registry
        self._found: dict[str, dict[Any, Record]] = {table: {} for table in ancestors(self._domain, call.table)}
        for table, keys in named.items():
            for key in (*self._registry.ids(table), *keys):
                self._add(table, key)
        self.keys = {table: list(found) for table, found in self._found.items() if found}
        counts = {f"{table}.count": len(keys) for table, keys in self.keys.items()}
        self.world = World(self._domain, dict(settings) | counts)
        for table in reversed(self.keys):
            recipe, found = self._domain.recipes[table], self._found[table].values()
            given: dict[str, Any] = dict(columns_of(recipe, list(found)))
            for link, (above, path) in keys_of_links(recipe).items():
                given[link] = self.places(above, [reach(record, path) for record in found])
            prefix = settings[f"{table}.id_prefix"] if recipe.id_prefix else ""
            self.world.use_rows(table, np.array([row_of(key, prefix) for key in self.keys[table]], np.int64), given)

    def places(self, table: str, keys: Sequence[Any]) -> Array:
        """Where the keys stand among the table's; -1 where there is none."""
        place = {key: number for number, key in enumerate(self.keys[table])}
        return np.array([place.get(key, -1) for key in keys], np.int64)

    def _add(self, table: str, key: Any) -> None:
        if key is None or key in self._found[table]:
            return
        record = self._registry.record(table, key) or self._stand_in(table, key)
        for above, path in keys_of_links(self._domain.recipes[table]).values():
            self._add(above, reach(record, path))
        self._found[table][key] = record

    def _stand_in(self, table: str, key: Any) -> Record:
        """The row of a dataset that a record would be of which only the id is known."""
        recipe = self._domain.recipes[table]
        if recipe.within:
            raise ValueError(f"of {key!r} in {table} nothing but the id is known: register its record")
        world = World(self._domain, self._settings)
        row = row_of(key, self._settings[f"{table}.id_prefix"] if recipe.id_prefix else "") % world.count(table)
        deferred = [each.path for each in references(recipe.model) if each.key.deferred]
        return records(world.rows(table, row, row + 1), leaves_out=deferred)[0] | {recipe.key[0].name: key}


def placed(call: Call, settings: Mapping[str, Any], kept: Callable[..., Parents]) -> Block:
    """The rows asked for, below the parents that the caller names, or those registered ones that the recipe chooses.

    `kept` gives the parents of the last call where they are the same. Raises ValueError where there is no parent, or
    where the parents have not so many rows.
    """
    links = keys_of_links(call.recipe)
    keys = {link: call.keys(path) for link, (_, path) in links.items()}
    named = {links[link][0]: tuple(dict.fromkeys(of)) for link, of in keys.items()}
    parents = kept((named,), lambda: Parents(call, settings, named))
    for table, path in links.values():
        if table not in parents.keys:
            raise nothing_registered(call.state.domain, table, f"{path}=...")
    if call.recipe.within:
        return _below(call, parents, keys[call.recipe.within[0]])
    world = parents.world.but({f"{call.table}.count": call.planned(settings)})
    return Block(world, call.recipe, call.rows, call.given | _named_parents(call, world, parents, keys))


def _named_parents(call: Call, world: World, parents: Parents, keys: Mapping[str, Sequence[Any]]) -> dict[str, Array]:
    """The links to parents that the caller names; where a nearer parent is not named, it is one below these."""
    recipes, links = call.state.domain.recipes, keys_of_links(call.recipe)
    own = Block(world, call.recipe, call.rows, call.given)
    at = {link: parents.places(links[link][0], of) for link, of in keys.items() if any(of)}
    given = {link: np.where(places < 0, own[link], places) for link, places in at.items()}
    for link in [link for link in links if link not in at]:
        table, path = links[link]
        above = {of: up for up, (of, _) in keys_of_links(recipes[table]).items()}
        for named in [named for named in at if links[named][0] in above]:
            below = world.whole(table)[above[links[named][0]]]
            chosen = own[link].copy()
            for place in np.unique(at[named][at[named] >= 0]):
                able, rows = np.flatnonzero(below == place), at[named] == place
                if not len(able):
                    stated = {links[named][1]: parents.keys[links[named][0]][place]}
                    raise nothing_registered(call.state.domain, table, f"{path}=...", within=stated)
                chosen[rows] = able[chosen[rows] % len(able)]
            given[link] = chosen
    return given


def _below(call: Call, parents: Parents, keys: Sequence[Any]) -> Block:
    """Rows that a parent's rows cut: the latest of each parent first; in a batch, in order."""
    recipe, world = call.recipe, parents.world
    assert recipe.within is not None
    link, table = recipe.within
    above = world.whole(table)
    path = keys_of_links(recipe)[link][1]
    if recipe.fan_out is None:
        if call.size > len(above) and not call.single and None in keys:
            raise ValueError(f"{call.size} rows of {call.table} are more than the {len(above)} {table}; each has one")
        turns = (call.made.rows + np.arange(call.size)) % len(above)
        at = np.where([key is None for key in keys], turns, parents.places(table, keys))
        return world.below(call.table, above.part(at), call.given)
    whole = world.below(call.table, above)
    counts = np.bincount(whole[link], minlength=len(above))
    at = parents.places(table, keys)
    if None in keys:
        able = np.flatnonzero(counts)
        if not len(able):
            raise ValueError(f"no {table} have any {call.table} under these settings")
        shares = np.diff(np.cumsum(counts) * call.size // counts.sum(), prepend=0)
        dealt = able[call.dealt(len(able))] if call.single else np.repeat(np.arange(len(above)), shares)
        at = np.where(at < 0, dealt, at)
    names = [parents.keys[table][place] for place in at]
    back = call.numbered(path, names)
    if not call.single:
        back = latest_last(at, back)
    for name, behind, many in zip(names, back.tolist(), counts[at].tolist(), strict=True):
        if behind >= many:
            raise ValueError(f"{name!r} has no more than {many} {call.table}; reset_counter() starts again")
    return whole.part(np.cumsum(counts)[at] - 1 - back, call.given)


def latest_last(parent: Array, back: Array) -> Array:
    """How far back objects lie that were counted from the latest on, put in order of time below each parent."""
    order = np.lexsort((-back, parent))
    placed = np.empty_like(back)
    placed[np.argsort(parent, kind="stable")] = back[order]
    return placed


def nothing_registered(
    domain: Domain, table: str, passed: str, why: str = "", within: Mapping[str, str] | None = None
) -> ValueError:
    """The error of whoever needs a parent and finds none, with certain foreign keys if need be.

    `passed` is the argument that would name one.
    """
    from demo_data.objects.classes import factories

    makers, keys = factories(domain), within or {}
    how = f"{makers[table].__name__}.build_batch_and_register(3)"
    if keys:
        why = f" for {', '.join(keys.values())}"
        stated = ", ".join(f"{field}={key!r}" for field, key in keys.items())
        chain = [each for each in (*reversed(ancestors(domain, table)), table) if keys.keys() <= _fields(domain, each)]
        how = " and then ".join(f"{makers[each].__name__}.build_and_register({stated})" for each in chain)
    return ValueError(f"No {table} registered in FK registry{why}: generate them first, as in {how}, or pass {passed}")


def _fields(domain: Domain, table: str) -> set[str]:
    return {reference.path for reference in references(domain.models[table])}
