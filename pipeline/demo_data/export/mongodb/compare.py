"""Tells new documents from changed ones and from those that are there already, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bson import decode, encode
from bson.raw_bson import RawBSONDocument

from demo_data.export.mongodb.records import Item
from demo_data.export.mongodb.targets import Target

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
