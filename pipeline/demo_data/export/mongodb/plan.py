"""What a load is to do: documents by collection, wherever they come from, and what of them is new or changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bson import decode, encode
from bson.raw_bson import RawBSONDocument

from demo_data.build import Progress
from demo_data.export.mongodb.existing import Existing, Rules, existing
from demo_data.export.mongodb.report import Loaded, Mode
from demo_data.export.mongodb.server import Documents, Server, Session
from demo_data.export.mongodb.targets import FieldPath, Item, Key, Target

IN_ONE_TRANSACTION = 1000
"""Documents that one transaction may write: what MongoDB recommends as the most."""

_AT_ONCE = 200
"""Keys of one query: servers differ in how well they bear long lists."""


@dataclass
class Changes:
    """The operations that a batch comes to. `before` are the documents that the changed ones replace, in their order.

    A changed document has the `_id` of the one that it replaces. `gone` are the stored documents that are deleted.
    """

    new: list[Item] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)
    before: list[RawBSONDocument] = field(default_factory=list)
    same: list[Item] = field(default_factory=list)
    gone: list[RawBSONDocument] = field(default_factory=list)

    @property
    def there(self) -> list[Item]:
        """What has to be there in the end."""
        return self.new + self.changed + self.same


class Part(Protocol):
    """What is for one collection: about so many documents."""

    @property
    def target(self) -> Target:
        """The collection."""

    @property
    def rows(self) -> int:
        """How many documents, for progress and for the choice of the way."""

    def changes(self, collection: Documents, session: Session) -> Iterator[Changes]:
        """Batch by batch, what has to be written, by what the collection holds."""


@dataclass(frozen=True)
class Records:
    """All records of a table, and the batches that they come in. `clear` says that the collection's own go."""

    target: Target
    rows: int
    batches: Callable[[], Iterator[list[Item]]]
    clear: bool = False

    def changes(self, collection: Documents, session: Session) -> Iterator[Changes]:
        """What of each batch is new or changed."""
        for batch in self.batches():
            yield Changes(new=batch) if self.clear else compared(collection, self.target, batch, session)


@dataclass
class Plan:
    """All that one load writes to a server. `clear` says that the collections' own documents go."""

    server: Server
    parts: Sequence[Part]
    clear: bool
    progress: Progress | None = None
    there: Mapping[str, Existing] = field(default_factory=dict)

    @property
    def mode(self) -> Mode:
        """The way that fits deployment and load."""
        if self.server.transactions:
            number = sum(part.rows for part in self.parts)
            if self.clear and number <= IN_ONE_TRANSACTION:
                number += sum(self.collection(part.target).estimated_document_count() for part in self.parts)
            if number <= IN_ONE_TRANSACTION:
                return "transaction"
        return "swap" if self.clear else "merge"

    def look(self) -> None:
        """See what is at the targets. Raises `UsageError` where a load could not keep its word about it."""
        targets = [part.target for part in self.parts]
        self.there = {target.table: existing(self.server, target, clear=self.clear) for target in targets}

    def collection(self, target: Target) -> Documents:
        """The target's collection."""
        return self.server.collection(*target.place)

    @contextmanager
    def timed(self, target: Target) -> Iterator[Loaded]:
        """A collection's counts, which get its time at the end."""
        loaded, began = Loaded(target.table, target.database, target.collection), time.monotonic()
        yield loaded
        loaded.seconds = time.monotonic() - began

    def changes(self, part: Part, loaded: Loaded, session: Session = None) -> Iterator[Changes]:
        """What has to be written of a part, batch by batch.

        Counts a batch, and shows progress, when the next one is asked for. Raises `UsageError` where an owner's rules
        forbid one.
        """
        target, collection, done = part.target, self.collection(part.target), 0
        rules = Rules(self.there[target.table], collection, session, among_others=not self.clear)
        for changes in part.changes(collection, session):
            rules.hold(changes.new + changes.changed)
            yield changes
            loaded.inserted += len(changes.new)
            loaded.updated += len(changes.changed)
            loaded.unchanged += len(changes.same)
            loaded.deleted += len(changes.gone)
            done += len(changes.there) + len(changes.gone)
            if self.progress:
                self.progress(target.table, done, max(part.rows, done))

    def dry_run(self) -> list[Loaded]:
        """What would be done; nothing is written. Raises `UsageError` where it would be refused."""
        collections = []
        for part in self.parts:
            with self.timed(part.target) as loaded:
                if self.clear:
                    loaded.dropped = self.collection(part.target).count_documents({})
                for _ in self.changes(part, loaded):
                    pass
            collections.append(loaded)
        return collections


def compared(collection: Documents, target: Target, batch: Sequence[Item], session: Session) -> Changes:
    """Compare a batch with what the collection holds, byte for byte."""
    there = stored(collection, target, [item.key for item in batch], session)
    changes = Changes()
    for item in batch:
        old = there.get(item.key)
        if old is None:
            changes.new.append(item)
        elif (merged := in_place_of(old, item)).document.raw == old.raw:
            changes.same.append(merged)
        else:
            changes.changed.append(merged)
            changes.before.append(old)
    return changes


def stored(collection: Documents, target: Target, keys: Sequence[Key], session: Session) -> dict[Key, RawBSONDocument]:
    """The documents of these keys that the collection holds."""
    documents = {}
    for start in range(0, len(keys), _AT_ONCE):
        for document in collection.find(target.any_of(keys[start : start + _AT_ONCE]), session=session):
            documents[tuple(document[name] for name in target.identity)] = document
    return documents


def in_place_of(old: RawBSONDocument, item: Item) -> Item:
    """An item as it is written over a stored document: with the server's `_id`, and moments that it does not state."""
    raw = item.document.raw
    if item.unstated:
        values, known = decode(raw), decode(old.raw)
        for path in item.unstated:
            _take_over(values, known, path)
        raw = encode(values)
    if raw[5:9] != b"_id\0":
        # BSON is its length in four bytes, the elements (a byte for the type, the name, the value), and a zero.
        elements = encode({"_id": old["_id"]})[4:-1] + raw[4:]
        raw = (4 + len(elements)).to_bytes(4, "little") + elements
    return item if raw is item.document.raw else Item(item.key, RawBSONDocument(raw), item.unstated)


def _take_over(values: dict[str, Any], known: Any, path: FieldPath) -> None:
    *above, last = path
    for name in above:
        values, known = values[name], known.get(name) if isinstance(known, dict) else None
    if isinstance(known, dict) and isinstance(known.get(last), str):
        values[last] = known[last]
