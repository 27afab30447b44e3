"""What the owner of a collection demands of every document, held against a load before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bson import ObjectId
from bson.raw_bson import RawBSONDocument

from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable, represented
from demo_data.export.mongodb.existing import Existing
from demo_data.export.mongodb.records import Item

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

_AT_ONCE = 200
"""Keys of one query."""


class Rules:
    """The unique indexes and the validator of a collection: documents are held against them before any is written."""

    def __init__(self, there: Existing) -> None:
        self._target = there.target
        self._indexes = there.rules
        self._seen: list[dict[tuple[Any, ...], tuple[Any, ...]]] = [{} for _ in self._indexes]
        strict = there.options.get("validationAction") != "warn" and there.options.get("validationLevel") != "off"
        self._validator = there.options.get("validator") if strict else None

    def hold(
        self,
        collection: Collection[RawBSONDocument],
        items: Sequence[Item],
        session: ClientSession | None = None,
        *,
        among_others: bool,
    ) -> None:
        """Raise `UsageError` where a document is not valid, or its key another's: in the load, or in the collection.

        `among_others` says that the collection's documents stay.
        """
        if self._validator and items:
            self._validate(collection, items)
        for index, seen in zip(self._indexes, self._seen, strict=True):
            values = {}
            for item in items:
                if (key := _values(item.document, index)) is None:
                    continue
                # The checks have made sure of a record's own key.
                if set(index["key"]) != set(self._target.key) and seen.setdefault(key, item.key) != item.key:
                    self._refuse(index, key, seen[key], "two of these records have one key")
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
                    self._refuse(index, key or (), (other["_id"],), "another document has that key already")

    def _validate(self, collection: Collection[RawBSONDocument], items: Sequence[Item]) -> None:
        from pymongo.errors import OperationFailure

        ids = {item.document.get("_id", ObjectId()): item for item in items}
        documents = [{"$literal": {"_id": own, **item.document}} for own, item in ids.items()]
        broken = {"$match": {"$nor": [self._validator]}}
        steps: list[dict[str, Any]] = [{"$documents": documents}, broken, {"$limit": 1}]
        try:
            bad = next(iter(collection.database.aggregate(steps)), None)
        except OperationFailure:
            return  # Before MongoDB 5.1, the server tells when the documents are staged.
        if bad is not None:
            whose = " ".join(represented(part) for part in ids[bad["_id"]].key)
            told = f"{whose} does not satisfy the collection's own validator; nothing was changed"
            raise UsageError(f"{self._target}: {told}")

    def _refuse(self, index: Mapping[str, Any], key: tuple[Any, ...], other: tuple[Any, ...], what: str) -> None:
        pairs = zip(index["key"], key, strict=True)
        told = ", ".join(f"{printable(name)}: {represented(value)}" for name, value in pairs)
        whose = " ".join(represented(part) for part in other)
        raise UsageError(
            f"{self._target}: {what}: {told} is that of {whose}, "
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
