"""What is at a target already, and what its owner demands: it is kept, and a load that would break it is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bson import ObjectId
from bson.raw_bson import RawBSONDocument
from pymongo.errors import OperationFailure

from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable, represented
from demo_data.export.mongodb.server import Documents, Server, Session
from demo_data.export.mongodb.targets import Index, Item, Key, Target

_AT_ONCE = 200
"""Keys of one query."""


@dataclass(frozen=True)
class Existing:
    """A collection as it is: `options` are those it was made with, `indexes` are without the one of `_id`.

    `missing` are the indexes that it shall get, `notes` what its owner should know of that.
    """

    target: Target
    options: Mapping[str, Any] = field(default_factory=dict)
    indexes: Sequence[Index] = ()
    missing: Sequence[Index] = ()
    notes: Sequence[str] = ()

    @property
    def unique(self) -> list[Index]:
        """The unique indexes beyond the one by which documents are found: their keys may be another's."""
        whole = [
            index
            for index in (*self.indexes, *self.missing)
            if index.get("unique") and "partialFilterExpression" not in index
        ]
        return [index for index in whole if self.target.own_id or set(index["key"]) != set(self.target.identity)]


def existing(server: Server, target: Target, *, clear: bool) -> Existing:
    """What is there. Raises `UsageError` where a load could not keep its word about it."""
    database = server.database(target.database)
    collection = next(iter(database.list_collections(filter={"name": target.collection})), None)
    if collection is None:
        return Existing(target, missing=target.indexes)
    kind = collection.get("type", "collection")
    if kind != "collection" or collection["options"].get("capped"):
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
            notes.append(f"{target}: gets {'a unique' if index['unique'] else 'an'} index on {', '.join(index['key'])}")
            if index["unique"] and not clear:
                _require_no_twins(server, target, index)
        elif difference := _difference(index, serving):
            notes.append(f"{target}: has the index {_name(serving)} ({difference}), which serves; it stays as it is")
    return Existing(target, collection["options"], indexes, missing, notes)


def _serving(target: Target, index: Index, there: Sequence[Index]) -> Index | None:
    """An index that does what `index` shall; None where it can be made. Raises `UsageError` if one is in the way."""
    for other in there:
        if index["unique"] and set(other["key"]) == set(index["key"]) and _strict(other):
            return other
        if not index["unique"] and list(other["key"])[: len(index["key"])] == list(index["key"]):
            return other
    fields = ", ".join(index["key"])
    for other in there:
        if list(other["key"].items()) == list(index["key"].items()):
            part = "covers only a part of the documents, and a load needs all"
            raise UsageError(
                f"{target}: the index {_name(other)} on {fields} "
                f"{part if other.get('unique') else 'is not unique, as a load needs'}; "
                "drop it, or make it so, and load again; nothing was written"
            )
        if other["name"] == index["name"]:
            raise UsageError(
                f"{target}: the index {_name(other)} is on {', '.join(map(printable, other['key']))}, and a load "
                f"needs one of that name on {fields}; drop it, or make it under another name; nothing was written"
            )
    return None


def _strict(index: Index) -> bool:
    """Whether no two documents may agree in the fields."""
    plain = all(order in (1, -1) for order in index["key"].values())
    return bool(index.get("unique")) and "partialFilterExpression" not in index and plain


def _difference(index: Index, other: Index) -> str:
    """How another's index differs from the one that a load would make; empty if it does not."""
    options = [name for name in ("partialFilterExpression", "sparse", "hidden", "collation") if other.get(name)]
    if other.get("unique") and not index["unique"]:
        options.append("unique")
    if list(other["key"].items()) != list(index["key"].items()):
        options.append("on " + ", ".join(f"{printable(field)}: {order}" for field, order in other["key"].items()))
    return ", ".join(options) or ("" if other["name"] == index["name"] else "under a name of its own")


def _name(index: Index) -> str:
    return printable(str(index["name"]))


def _require_no_twins(server: Server, target: Target, index: Index) -> None:
    """Raise `UsageError` where a key that shall be unique is there twice."""
    group = {f"k{number}": {"$ifNull": [f"${field}", None]} for number, field in enumerate(index["key"])}
    steps: list[dict[str, Any]] = [
        {"$group": {"_id": group, "n": {"$sum": 1}}},
        {"$match": {"n": {"$gt": 1}}},
        {"$limit": 1},
    ]
    for twin in server.database(target.database)[target.collection].aggregate(steps, allowDiskUse=True):
        values = ", ".join(represented(value) for value in twin["_id"].values())
        raise UsageError(
            f"{target}: cannot have a unique index on {', '.join(index['key'])}: {values} is there {twin['n']:,} times"
            "; nothing was written"
        )


class Rules:
    """The unique indexes and the validator of a collection: documents are held against them before any is written.

    `among_others` says that the collection's documents stay.
    """

    def __init__(self, there: Existing, collection: Documents, session: Session, *, among_others: bool) -> None:
        self._target, self._unique = there.target, there.unique
        self._collection, self._session, self._among_others = collection, session, among_others
        self._seen: list[dict[Key, Key]] = [{} for _ in self._unique]
        strict = there.options.get("validationAction") != "warn" and there.options.get("validationLevel") != "off"
        self._validator = there.options.get("validator") if strict else None

    def hold(self, items: Sequence[Item]) -> None:
        """Raise `UsageError` where a document is not valid, or its key another's: in the load, or in the collection."""
        if self._validator and items:
            self._validate(items)
        for index, seen in zip(self._unique, self._seen, strict=True):
            keys = {}
            for item in items:
                if (key := _values(item.document, index)) is None:
                    continue
                # The checks have made sure of a record's own key.
                if set(index["key"]) != set(self._target.key) and seen.setdefault(key, item.key) != item.key:
                    self._refuse(index, key, seen[key], "two of these records have one key")
                keys[key] = item.key
            if self._among_others:
                self._require_free(index, keys)

    def _require_free(self, index: Index, owners: Mapping[Key, Key]) -> None:
        """Raise `UsageError` where the collection has a key of these in a document that is not its owner."""
        fields, keys = list(index["key"]), list(owners)
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            wanted: dict[str, Any] = {"$or": [dict(zip(fields, key, strict=True)) for key in some]}
            if len(fields) == 1:
                wanted = {fields[0]: {"$in": [key[0] for key in some]}}
            for other in self._collection.find(wanted, session=self._session, collation=index.get("collation")):
                key = _values(other, index)
                if key and key in owners and tuple(other.get(name) for name in self._target.identity) != owners[key]:
                    self._refuse(index, key, (other["_id"],), "another document has that key already")

    def _validate(self, items: Sequence[Item]) -> None:
        ids = {item.document.get("_id", ObjectId()): item for item in items}
        documents = [{"$literal": {"_id": own, **item.document}} for own, item in ids.items()]
        broken = {"$match": {"$nor": [self._validator]}}
        steps: list[dict[str, Any]] = [{"$documents": documents}, broken, {"$limit": 1}]
        try:
            bad = next(iter(self._collection.database.aggregate(steps)), None)
        except OperationFailure:
            return  # Before MongoDB 5.1, the server says so when the documents are staged.
        if bad is not None:
            key = " ".join(represented(part) for part in ids[bad["_id"]].key)
            what = f"{key} does not satisfy the collection's own validator; nothing was changed"
            raise UsageError(f"{self._target}: {what}")

    def _refuse(self, index: Index, key: Key, other: Key, what: str) -> None:
        pairs = zip(index["key"], key, strict=True)
        values = ", ".join(f"{printable(name)}: {represented(value)}" for name, value in pairs)
        owner = " ".join(represented(part) for part in other)
        raise UsageError(
            f"{self._target}: {what}: {values} is that of {owner}, "
            f"and the index {_name(index)} is unique; nothing was changed"
        )


def _values(document: RawBSONDocument, index: Index) -> Key | None:
    """What an index holds of a document; None where it is not one plain value a field, or nothing at all."""
    values = []
    for path in index["key"]:
        value: Any = document
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, Mapping | list):
            return None
        values.append(value)
    return None if index.get("sparse") and all(value is None for value in values) else tuple(values)
