"""What is at a target already: a collection, its options, and indexes that are not ours. They are kept or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable, represented
from demo_data.export.mongodb.server import Server
from demo_data.export.mongodb.targets import Index, Target


@dataclass(frozen=True)
class Existing:
    """A collection as it is: `options` are those it was made with, `indexes` are without the one of `_id`.

    `missing` are the indexes that it shall get, `notes` what its owner should know of that.
    """

    target: Target
    there: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    indexes: Sequence[Mapping[str, Any]] = ()
    missing: Sequence[Index] = ()
    notes: Sequence[str] = ()

    @property
    def rules(self) -> list[Mapping[str, Any]]:
        """The unique indexes beyond the one by which documents are found: their keys may be another's."""
        ours = [] if self.target.own_id else [set(self.target.identity)]
        whole = [index for index in self.indexes if index.get("unique") and "partialFilterExpression" not in index]
        keys = [index for index in self.missing if index.unique]
        found = [*whole, *({"key": dict.fromkeys(index.fields, 1), "name": index.name} for index in keys)]
        return [index for index in found if set(index["key"]) not in ours]


def existing(server: Server, target: Target, *, clear: bool) -> Existing:
    """What is there. Raises `UsageError` where a load could not keep its word about it."""
    database = server.database(target.database)
    found = next(iter(database.list_collections(filter={"name": target.collection})), None)
    if found is None:
        return Existing(target, missing=target.indexes)
    kind = found.get("type", "collection")
    if kind != "collection" or found["options"].get("capped"):
        what = f"a {kind}" if kind != "collection" else "a capped collection"
        raise UsageError(f"{target}: is {what}, which cannot be loaded into; rename it, or choose another --suffix")
    indexes = [
        {name: value for name, value in index.items() if name not in ("v", "ns", "background")}
        for index in database[target.collection].list_indexes()
        if index["name"] != "_id_" and "clustered" not in index
    ]
    missing, notes = [], []
    for index in target.indexes:
        serving = _serving(target, index, indexes)
        if serving is None:
            missing.append(index)
            notes.append(f"{target}: gets {'a unique' if index.unique else 'an'} index on {', '.join(index.fields)}")
        elif odd := _odd(index, serving):
            notes.append(f"{target}: has the index {_shown(serving)} ({odd}), which serves; it stays as it is")
    if not clear:
        for index in missing:
            _no_twins(server, target, index)
    return Existing(target, True, found["options"], indexes, missing, notes)


def _serving(target: Target, index: Index, there: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """An index that does what `index` shall; None where it can be made. Raises `UsageError` if one is in the way."""
    for other in there:
        over = tuple(other["key"])
        if index.unique and set(over) == set(index.fields) and _strict(other):
            return other
        if not index.unique and over[: len(index.fields)] == index.fields:
            return other
    for other in there:
        if list(other["key"].items()) == [(field, 1) for field in index.fields]:
            part = other.get("unique")
            why = (
                "covers only a part of the documents, and a load needs all"
                if part
                else "is not unique, as a load needs"
            )
            raise UsageError(
                f"{target}: the index {_shown(other)} on {', '.join(index.fields)} {why}; "
                "drop it, or make it so, and load again; nothing was written"
            )
        if other["name"] == index.name:
            raise UsageError(
                f"{target}: the index {_shown(other)} is on {', '.join(map(printable, other['key']))}, and a load "
                f"needs one of that name on {', '.join(index.fields)}; drop it, or make it under another name; "
                "nothing was written"
            )
    return None


def _strict(index: Mapping[str, Any]) -> bool:
    """Whether no two documents may agree in the fields."""
    plain = all(order in (1, -1) for order in index["key"].values())
    return bool(index.get("unique")) and "partialFilterExpression" not in index and plain


def _odd(index: Index, other: Mapping[str, Any]) -> str:
    """How another's index differs from the one that a load would make; empty if it does not."""
    told = [name for name in ("partialFilterExpression", "sparse", "hidden", "collation") if other.get(name)]
    if other.get("unique") and not index.unique:
        told.append("unique")
    if list(other["key"].items()) != [(field, 1) for field in index.fields]:
        told.append("on " + ", ".join(f"{printable(field)}: {order}" for field, order in other["key"].items()))
    return ", ".join(told) or ("" if other["name"] == index.name else "under a name of its own")


def _shown(index: Mapping[str, Any]) -> str:
    return printable(str(index["name"]))


def _no_twins(server: Server, target: Target, index: Index) -> None:
    """Raise `UsageError` where a key that shall be unique is there twice."""
    if not index.unique:
        return
    group = {f"k{number}": {"$ifNull": [f"${field}", None]} for number, field in enumerate(index.fields)}
    steps: list[dict[str, Any]] = [
        {"$group": {"_id": group, "n": {"$sum": 1}}},
        {"$match": {"n": {"$gt": 1}}},
        {"$limit": 1},
    ]
    collection = server.database(target.database)[target.collection]
    for twin in collection.aggregate(steps, allowDiskUse=True):
        values = ", ".join(represented(value) for value in twin["_id"].values())
        raise UsageError(
            f"{target}: cannot have a unique index on {', '.join(index.fields)}: {values} is there {twin['n']:,} times"
            "; nothing was written"
        )


def specification(index: Index) -> dict[str, Any]:
    """An index as the server is told of it."""
    return {"key": dict.fromkeys(index.fields, 1), "name": index.name, "unique": index.unique}


def to_make(there: Existing) -> list[Mapping[str, Any]]:
    """The indexes of a collection that shall be like this one, and serve a load."""
    return [*there.indexes, *(specification(index) for index in there.missing)]
