"""Tells new documents from changed ones and from those that are there already, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bson import decode, encode
from bson.raw_bson import RawBSONDocument

from pipeline.checks.shown import printable, represented
from pipeline.errors import UsageError
from pipeline.load.records import Item
from pipeline.load.targets import Target

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

_AT_ONCE = 200
"""Keys of one query: servers differ in how well they bear long lists."""


@dataclass
class Compared:
    """A batch, sorted. `before` are the documents that the changed ones replace, in their order."""

    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    before: list[RawBSONDocument] = field(default_factory=list)
    same: int = 0

    @property
    def writes(self) -> list[Item]:
        """What has to be written."""
        return self.new + self.changed

    @property
    def whole(self) -> list[Item]:
        """The same, each changed document with the `_id` of the one that it replaces."""
        return self.new + [_with_id(item, old) for item, old in zip(self.changed, self.before, strict=True)]


def compared(
    collection: Collection[RawBSONDocument],
    target: Target,
    batch: Sequence[Item],
    session: ClientSession | None = None,
) -> Compared:
    """Compare a batch with what the collection holds. A moment that a record does not state stays as it is there."""
    there = stored(collection, target, [item.key for item in batch], session)
    found = Compared()
    for item in batch:
        old = there.get(item.key)
        if old is None:
            found.new.append(item)
        elif _same(old, kept := _kept(item, old)):
            found.same += 1
        else:
            found.changed.append(kept)
            found.before.append(old)
    return found


def stored(
    collection: Collection[RawBSONDocument],
    target: Target,
    keys: Sequence[tuple[Any, ...]],
    session: ClientSession | None = None,
) -> dict[tuple[Any, ...], RawBSONDocument]:
    """The documents of these keys that the collection holds."""
    found = {}
    for start in range(0, len(keys), _AT_ONCE):
        for document in collection.find(target.any_of(keys[start : start + _AT_ONCE]), session=session):
            found[tuple(document[name] for name in target.identity)] = document
    return found


class Rules:
    """The unique indexes of a collection, against which a load's documents are held before any is written."""

    def __init__(self, target: Target, indexes: Sequence[Mapping[str, Any]]) -> None:
        self._target = target
        self._indexes = indexes
        self._seen: list[dict[tuple[Any, ...], tuple[Any, ...]]] = [{} for _ in indexes]

    def hold(
        self,
        collection: Collection[RawBSONDocument],
        items: Sequence[Item],
        session: ClientSession | None = None,
        *,
        among_others: bool,
    ) -> None:
        """Raise `UsageError` where a key is another document's: in the load, or (`among_others`) in the collection."""
        for index, seen in zip(self._indexes, self._seen, strict=True):
            values = {}
            for item in items:
                if (key := _values(item.document, index)) is None:
                    continue
                # The checks have made sure of a record's own key.
                if set(index["key"]) != set(self._target.key) and seen.setdefault(key, item.key) != item.key:
                    self._refuse(index, key, seen[key])
                values[key] = item
            if among_others and values:
                self._hold(collection, index, values, session)

    def _hold(
        self,
        collection: Collection[RawBSONDocument],
        index: Mapping[str, Any],
        values: Mapping[tuple[Any, ...], Item],
        session: ClientSession | None,
    ) -> None:
        fields, keys = list(index["key"]), list(values)
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            one = {fields[0]: {"$in": [key[0] for key in part]}}
            some = {"$or": [dict(zip(fields, key, strict=True)) for key in part]}
            wanted: dict[str, Any] = one if len(fields) == 1 else some
            for other in collection.find(wanted, session=session, collation=index.get("collation")):
                key = _values(other, index)
                mine = values.get(key) if key is not None else None
                if mine is not None and tuple(other.get(name) for name in self._target.identity) != mine.key:
                    self._refuse(index, key or (), (other["_id"],))

    def _refuse(self, index: Mapping[str, Any], key: tuple[Any, ...], other: tuple[Any, ...]) -> None:
        pairs = zip(index["key"], key, strict=True)
        told = ", ".join(f"{printable(name)}: {represented(value)}" for name, value in pairs)
        whose = " ".join(represented(part) for part in other)
        raise UsageError(
            f"{self._target}: another document has that key already: {told} is that of {whose}, "
            f"and the index {printable(str(index['name']))} is unique; nothing was changed"
        )


def _values(document: RawBSONDocument, index: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """What an index holds of a document; None where it is not one plain value a field, or nothing at all."""
    found = []
    for path in index["key"]:
        value: Any = document
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, Mapping | list):
            return None
        found.append(value)
    return None if index.get("sparse") and all(value is None for value in found) else tuple(found)


def same(old: RawBSONDocument, item: Item) -> bool:
    """Whether a stored document is the record's, but for an `_id` that the server made."""
    return _same(old, _kept(item, old))


def _with_id(item: Item, old: RawBSONDocument) -> Item:
    if "_id" in item.document:
        return item
    elements = encode({"_id": old["_id"]})[4:-1] + item.document.raw[4:]
    return Item(item.key, RawBSONDocument((4 + len(elements)).to_bytes(4, "little") + elements), item.unstated)


def _same(old: RawBSONDocument, item: Item) -> bool:
    if old.raw == item.document.raw:
        return True
    if "_id" in item.document:
        return False
    # BSON is its length in four bytes, the elements, and a zero: the server's `_id` is the first element.
    made = encode({"_id": old["_id"]})[4:-1]
    return old.raw[4 : 4 + len(made)] == made and old.raw[4 + len(made) :] == item.document.raw[4:]


def _kept(item: Item, old: RawBSONDocument) -> Item:
    if not item.unstated:
        return item
    values, known = decode(item.document.raw), decode(old.raw)
    for path in item.unstated:
        _take_over(values, known, path)
    return Item(item.key, RawBSONDocument(encode(values)), item.unstated)


def _take_over(values: dict[str, Any], known: Any, path: tuple[str, ...]) -> None:
    *above, last = path
    for name in above:
        values, known = values[name], known.get(name) if isinstance(known, dict) else None
    if isinstance(known, dict) and isinstance(known.get(last), str):
        values[last] = known[last]
