"""The three ways to write all or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bson.raw_bson import RawBSONDocument

from pipeline.build import Progress
from pipeline.checks.discover import Source
from pipeline.errors import UsageError
from pipeline.load.compare import Compared, compared, same, stored
from pipeline.load.journal import Journal
from pipeline.load.records import Item, batches
from pipeline.load.report import SWAP, TRANSACTION, UPSERTS, Loaded
from pipeline.load.server import Server
from pipeline.load.targets import Index, Target

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    Documents = Collection[RawBSONDocument]

IN_ONE_TRANSACTION = 1000
"""Documents that one transaction may write: what MongoDB recommends as the most."""

_SAMPLE = 20
_STAGED = ".loading"


@dataclass
class Task:
    """What is to be loaded, where to. `rows` counts the records of each table."""

    server: Server
    journal: Journal
    targets: Sequence[Target]
    sources: Mapping[str, Source]
    rows: Mapping[str, int]
    clear: bool
    progress: Progress | None

    def collection(self, target: Target) -> Documents:
        """The target's collection."""
        return self.server.collection(target.database, target.collection)


def mode(task: Task) -> str:
    """The way that fits deployment and load."""
    if task.server.transactions:
        number = sum(task.rows.values())
        if task.clear and number <= IN_ONE_TRANSACTION:
            number += sum(task.collection(target).estimated_document_count() for target in task.targets)
        if number <= IN_ONE_TRANSACTION:
            return TRANSACTION
    return SWAP if task.clear else UPSERTS


def would_do(task: Task) -> list[Loaded]:
    """What a load would do; nothing is written."""
    found = []
    for target in task.targets:
        collection = task.collection(target)
        with _timed(task, target) as (loaded, told):
            if task.clear:
                loaded.dropped = collection.count_documents({})
            for batch in batches(target, task.sources[target.table]):
                sorted_out = Compared(new=batch) if task.clear else compared(collection, target, batch)
                _count(loaded, sorted_out)
                told(len(batch))
        found.append(loaded)
    return found


def upserted(task: Task, source: str) -> list[Loaded]:
    """Write batch by batch; each is told to the journal first."""
    with task.journal.opened(UPSERTS, source):
        return [_upserted(task, target, None) for target in task.targets]


def in_transaction(task: Task, source: str) -> list[Loaded]:
    """Write everything in one transaction, which the journal's end is part of."""

    def write(session: ClientSession) -> list[Loaded]:
        found = [_upserted(task, target, session) for target in task.targets]
        task.journal.close(session)
        return found

    with task.server.client.start_session() as session, task.journal.opened(TRANSACTION, source, session=session):
        for target in task.targets:
            _prepare(task, target)
        return session.with_transaction(write)


def swapped(task: Task, source: str) -> list[Loaded]:
    """Write new collections beside the old ones, and let them take their places when all are whole."""
    staged = [(target, target.collection + _STAGED) for target in task.targets]
    with task.journal.opened(SWAP, source, staged):
        found = [_staged(task, target, name) for target, name in staged]
        task.journal.swapping()
        task.journal.swap([(target.database, name, target.collection) for target, name in staged])
    return found


WAYS: dict[str, Callable[[Task, str], list[Loaded]]] = {
    TRANSACTION: in_transaction,
    SWAP: swapped,
    UPSERTS: upserted,
}


def _upserted(task: Task, target: Target, session: ClientSession | None) -> Loaded:
    collection = task.collection(target)
    with _timed(task, target) as (loaded, told):
        if session is None:
            _prepare(task, target)
        before = collection.count_documents({}, session=session)
        if task.clear:
            loaded.dropped = collection.delete_many({}, session=session).deleted_count
            before = 0
        sample = _Sample(task.rows.get(target.table, 0))
        for batch in batches(target, task.sources[target.table]):
            sorted_out = compared(collection, target, batch, session)
            if session is None:
                task.journal.writing(target, sorted_out)
                task.journal.beat()
            _write(collection, target, sorted_out.writes, session)
            _count(loaded, sorted_out)
            sample.see(batch)
            told(len(batch))
        loaded.read_back = _verified(collection, target, sample, before + loaded.inserted, session)
    return loaded


def _staged(task: Task, target: Target, name: str) -> Loaded:
    from pymongo import InsertOne

    collection = task.server.collection(target.database, name)
    with _timed(task, target) as (loaded, told):
        loaded.dropped = task.collection(target).count_documents({})
        collection.drop()
        task.server.client[target.database].create_collection(name)
        _make(collection, target.indexes)
        sample = _Sample(task.rows.get(target.table, 0))
        for batch in batches(target, task.sources[target.table]):
            collection.bulk_write([InsertOne(item.document) for item in batch], ordered=False)
            loaded.inserted += len(batch)
            task.journal.beat()
            sample.see(batch)
            told(len(batch))
        loaded.read_back = _verified(collection, target, sample, loaded.inserted)
    return loaded


def _prepare(task: Task, target: Target) -> None:
    """Make the collection and its indexes, where they are not there yet."""
    database = task.server.client[target.database]
    new = not task.server.has(target.database, target.collection)
    there = {} if new else database[target.collection].index_information()
    known = {(tuple(field for field, _ in index["key"]), bool(index.get("unique"))) for index in there.values()}
    missing = [index for index in target.indexes if (index.fields, index.unique) not in known]
    if new or missing:
        task.journal.making(target, collection=new, indexes=missing)
    if new:
        database.create_collection(target.collection)
    _make(task.collection(target), missing)


def _make(collection: Documents, indexes: Sequence[Index]) -> None:
    from pymongo.errors import OperationFailure

    for index in indexes:
        try:
            collection.create_index([(field, 1) for field in index.fields], name=index.name, unique=index.unique)
        except OperationFailure as error:
            told = (error.details or {}).get("errmsg", "")
            raise UsageError(
                f"{collection.full_name}: cannot have a{' unique' if index.unique else 'n'} index on "
                f"{', '.join(index.fields)}: {told}"
            ) from None


def _write(collection: Documents, target: Target, items: Sequence[Item], session: ClientSession | None) -> None:
    from pymongo import ReplaceOne

    if items:
        operations: list[ReplaceOne[RawBSONDocument]] = [
            ReplaceOne(target.one(item.key), item.document, upsert=True) for item in items
        ]
        collection.bulk_write(operations, ordered=False, session=session)


def _count(loaded: Loaded, batch: Compared) -> None:
    loaded.inserted += len(batch.new)
    loaded.updated += len(batch.changed)
    loaded.unchanged += batch.same


class _Sample:
    """Records from all over the table, and the last one."""

    def __init__(self, rows: int) -> None:
        self._step = max(rows // _SAMPLE, 1)
        self._seen = 0
        self.items: dict[tuple[object, ...], Item] = {}

    def see(self, batch: Sequence[Item]) -> None:
        for item in batch:
            if self._seen % self._step == 0:
                self.items[item.key] = item
            self._seen += 1


def _verified(
    collection: Documents, target: Target, sample: _Sample, expected: int, session: ClientSession | None = None
) -> int:
    """Read back counts and the sample; returns how many records were compared. Raises `UsageError`.

    Others may have added documents meanwhile: more than expected is fine.
    """
    found = collection.count_documents({}, session=session)
    if found < expected:
        raise UsageError(f"{target}: {expected:,} documents are expected, {found:,} are there; the load was undone")
    there = stored(collection, target, list(sample.items), session)
    for key, item in sample.items.items():
        if key not in there or not same(there[key], item):
            raise UsageError(f"{target}: {' '.join(map(str, key))} is not there as it was written; the load was undone")
    return len(sample.items)


@contextmanager
def _timed(task: Task, target: Target) -> Iterator[tuple[Loaded, Callable[[int], None]]]:
    """A collection's counts, which get its time at the end; and what shows progress, to be told of more records."""
    loaded = Loaded(target.table, target.database, target.collection)
    began, done, total = time.monotonic(), 0, task.rows.get(target.table, 0)

    def told(more: int) -> None:
        nonlocal done
        done += more
        if task.progress:
            task.progress(target.table, done, max(total, done))

    yield loaded, told
    loaded.seconds = time.monotonic() - began
