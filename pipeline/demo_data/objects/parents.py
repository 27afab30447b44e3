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
from demo_data.objects.registry import FKRegistry
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
    keys = {}
    for link, table in links.items():
        own = [key.path for key in references(recipe.model) if key.key.table == table and not key.in_list]
        if own:
            keys[link] = (table, next((path for path in own if path.startswith(link)), own[0]))
    return keys


@cache
def ancestors(domain: Domain, table: str) -> tuple[str, ...]:
    """The tables that a table's rows refer to, and those that these refer to: the nearest first."""
    keys = [reference.key for reference in references(domain.models[table])]
    near = {key.table for key in keys if key.table in domain.tables and not key.deferred} - {table}
    above = near.union(*(ancestors(domain, parent) for parent in near))
    return tuple(parent for parent in reversed([*domain.tables]) if parent in above)


class Parents:
    """Parents by key, gathered one by one, then the whole tables of an engine's world.

    Whoever is added brings the parents that it has in turn. Who is not registered has a stand-in: a record that is
    never handed out.
    """

    def __init__(self, domain: Domain, settings: Mapping[str, Any], registry: FKRegistry) -> None:
        self.domain, self.settings, self.registry = domain, dict(settings), registry
        self.records: dict[str, dict[Any, Record]] = {}

    def add(self, table: str, key: Any, **stated: Any) -> Record:
        """The record of a parent; `stated` are foreign keys of a stand-in, None where it may have any."""
        records = self.records.setdefault(table, {})
        if key not in records:
            record = self.registry.record(table, key) or self.stand_in(table, key, stated)
            keys = {path: reach(record, path) for _, path in keys_of_links(self.domain.recipes[table]).values()}
            for above, path in keys_of_links(self.domain.recipes[table]).values():
                shared = keys.keys() & {path for _, path in keys_of_links(self.domain.recipes[above]).values()}
                self.add(above, keys[path], **{path: keys[path] for path in shared})
            records[key] = record
        return records[key]

    def index(self, table: str, keys: Sequence[Any]) -> Array:
        """The number of each of these parents, which are added where they are new; -1 for None."""
        for key in dict.fromkeys(keys):
            if key is not None:
                self.add(table, key)
        place = {key: number for number, key in enumerate(self.records.get(table, ()))}
        return np.array([place.get(key, -1) for key in keys], np.int64)

    def world(self, **changes: Any) -> World:
        """A world of all that was gathered; `changes` are settings (`__` is the dot)."""
        counts = {f"{table}.count": len(records) for table, records in self.records.items()}
        changes = {path.replace("__", "."): value for path, value in changes.items()}
        world = World(self.domain, self.settings | counts | changes)
        for table in self.domain.tables:
            if records := self.records.get(table):
                recipe = self.domain.recipes[table]
                given: dict[str, Any] = dict(columns_of(recipe, list(records.values())))
                for link, (above, path) in keys_of_links(recipe).items():
                    given[link] = self.index(above, [reach(record, path) for record in records.values()])
                world.use_rows(table, self.rows(table), given | self.latent(table))
        return world

    # What a domain may know better

    def stand_in(self, table: str, key: Any, stated: Mapping[str, Any]) -> Record:
        """The row of a dataset that a parent would be of which only the id is known."""
        recipe = self.domain.recipes[table]
        if recipe.within:
            raise ValueError(f"of {key!r} in {table} nothing but the id is known: register its record")
        world = World(self.domain, self.settings)
        row = row_of(key, self._prefix(table)) % world.count(table)
        deferred = [reference.path for reference in references(recipe.model) if reference.key.deferred]
        known = {path: value for path, value in stated.items() if value is not None}
        return records(world.rows(table, row, row + 1), leaves_out=deferred)[0] | known | {recipe.key[0].name: key}

    def rows(self, table: str) -> Array:
        """The rows of a table's parents, by which what is not published of them is drawn."""
        return np.array([row_of(key, self._prefix(table)) for key in self.records[table]], np.int64)

    def latent(self, table: str) -> dict[str, Any]:
        """Columns of a table's parents that are not published."""
        return {}

    def _prefix(self, table: str) -> str:
        return str(self.settings[f"{table}.id_prefix"]) if self.domain.recipes[table].id_prefix else ""


def placed(call: Call, settings: Mapping[str, Any], kept: Callable[..., tuple[Parents, World]]) -> Block:
    """The rows asked for, below the parents that the caller names, or those registered ones that the recipe chooses.

    `kept` gives the parents of the last call where they are the same. Raises ValueError where there is no parent, or
    where the parents have not so many rows.
    """
    links = keys_of_links(call.recipe)
    keys = {link: call.keys(path) for link, (_, path) in links.items()}
    named = {links[link][0]: tuple(dict.fromkeys(of)) for link, of in keys.items()}

    def gathered() -> tuple[Parents, World]:
        parents = Parents(call.state.domain, settings, call.registry)
        for table, of in named.items():
            parents.index(table, [*call.registry.ids(table), *of])
        return parents, parents.world()

    parents, world = kept((named,), gathered)
    for table, path in links.values():
        if not parents.records.get(table):
            raise nothing_registered(call.state.domain, table, f"{path}=...")
    if call.recipe.within:
        return _below(call, parents, world, keys[call.recipe.within[0]])
    world = world.but({f"{call.table}.count": call.planned(settings)})
    return Block(world, call.recipe, call.rows, call.given | _named_parents(call, world, parents, keys))


def _named_parents(call: Call, world: World, parents: Parents, keys: Mapping[str, Sequence[Any]]) -> dict[str, Array]:
    """The links to parents that the caller names; where a nearer parent is not named, it is one below these."""
    recipes, links = call.state.domain.recipes, keys_of_links(call.recipe)
    own = Block(world, call.recipe, call.rows, call.given)
    at = {link: parents.index(links[link][0], of) for link, of in keys.items() if any(of)}
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
                    stated = {links[named][1]: list(parents.records[links[named][0]])[place]}
                    raise nothing_registered(call.state.domain, table, f"{path}=...", within=stated)
                chosen[rows] = able[chosen[rows] % len(able)]
            given[link] = chosen
    return given


def _below(call: Call, parents: Parents, world: World, keys: Sequence[Any]) -> Block:
    """Rows that a parent's rows cut: the latest of each parent first; in a batch, in order."""
    recipe = call.recipe
    assert recipe.within is not None
    link, table = recipe.within
    above = world.whole(table)
    path = keys_of_links(recipe)[link][1]
    if recipe.fan_out is None:
        if call.size > len(above) and not call.single and None in keys:
            raise ValueError(f"{call.size} rows of {call.table} are more than the {len(above)} {table}; each has one")
        turns = (call.made.rows + np.arange(call.size)) % len(above)
        at = np.where([key is None for key in keys], turns, parents.index(table, keys))
        return world.below(call.table, above.part(at), call.given)
    whole = world.below(call.table, above)
    counts = np.bincount(whole[link], minlength=len(above))
    at = parents.index(table, keys)
    if None in keys:
        able = np.flatnonzero(counts)
        if not len(able):
            raise ValueError(f"no {table} have any {call.table} under these settings")
        shares = np.diff(np.cumsum(counts) * call.size // counts.sum(), prepend=0)
        dealt = able[call.dealt(len(able))] if call.single else np.repeat(np.arange(len(above)), shares)
        at = np.where(at < 0, dealt, at)
    every = list(parents.records[table])
    names = [every[place] for place in at]
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
    from demo_data.objects.base import factories

    makers, keys = factories(domain), within or {}
    how = f"{makers[table].__name__}.build_batch_and_register(3)"
    if keys:
        why = f" for {', '.join(keys.values())}"
        stated = ", ".join(f"{field}={key!r}" for field, key in keys.items())
        fields = {name: {key.path for key in references(model)} for name, model in domain.models.items()}
        chain = [name for name in (*reversed(ancestors(domain, table)), table) if keys.keys() <= fields[name]]
        how = " and then ".join(f"{makers[name].__name__}.build_and_register({stated})" for name in chain)
    return ValueError(f"No {table} registered in FK registry{why}: generate them first, as in {how}, or pass {passed}")
