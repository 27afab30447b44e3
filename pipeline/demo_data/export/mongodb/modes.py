"""The three ways to write all or nothing: stage what shall be there, let it stay or go as a whole, put it in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bson.raw_bson import RawBSONDocument

from demo_data.export.mongodb.head import PLACING, Head
from demo_data.export.mongodb.outcome import put_in_place, undone
from demo_data.export.mongodb.placing import Place
from demo_data.export.mongodb.readback import Sample, Staged, verified
from demo_data.export.mongodb.records import Item
from demo_data.export.mongodb.report import MERGE, SWAP, TRANSACTION, Loaded
from demo_data.export.mongodb.targets import Target
from demo_data.export.mongodb.task import Task

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection


def in_transaction(task: Task, source: str) -> list[Loaded]:
    """Write everything in one transaction, and in it that all is there but the indexes."""
    from pymongo import ReadPreference, WriteConcern
    from pymongo.errors import PyMongoError
    from pymongo.read_concern import ReadConcern

    journal = task.journal

    def write(session: ClientSession) -> tuple[Head, list[Loaded]]:
        # The head comes last: until then, the beats of a long transaction would be in its way.
        found = [_written(task, target, session) for target in task.targets]
        return journal.advance(head, PLACING, session), found

    how = (ReadConcern("snapshot"), WriteConcern("majority", 60_000), ReadPreference.PRIMARY)
    with (
        journal.server.client.start_session() as session,
        journal.opened(TRANSACTION, source, task.tables, session) as head,
    ):
        place = Place(journal, head)
        with undone(journal, place, head):
            task.look()  # Another load may just have ended.
            try:
                placing, found = session.with_transaction(write, *how)
            except BaseException:
                with suppress(PyMongoError):
                    journal.end_transaction(head)
                raise
        put_in_place(journal, place, placing, lambda: None)
    return found


def staged(task: Task, source: str) -> list[Loaded]:
    """Write into collections beside, and when all are whole, let these replace the old ones, or be merged in."""
    journal = task.journal
    with journal.opened(SWAP if task.clear else MERGE, source, task.tables) as head:
        place = Place(journal, head)
        with undone(journal, place, head):
            task.look()  # Another load may just have ended.
            done = [_staged(task, target, place, head) for target in task.targets]
            placing = journal.advance(head, PLACING)
        # What took a place by its name was read back under the other.
        put_in_place(journal, place, placing, lambda: None if task.clear else _read_back(done))
    return [each.loaded for each in done]


WAYS: dict[str, Callable[[Task, str], list[Loaded]]] = {TRANSACTION: in_transaction, SWAP: staged, MERGE: staged}


def _written(task: Task, target: Target, session: ClientSession) -> Loaded:
    collection = task.collection(target)
    with task.timed(target) as loaded:
        before = collection.count_documents({}, session=session)
        if task.clear:
            loaded.dropped = collection.delete_many({}, session=session).deleted_count
            before = 0
        sample = Sample(task.rows.get(target.table, 0))
        for batch, found in task.sorted_out(target, loaded, session):
            _write(collection, target, found.writes, session)
            sample.see(batch)
        loaded.read_back = verified(collection, target, sample, before + loaded.inserted, session)
    return loaded


def _staged(task: Task, target: Target, place: Place, head: Head) -> Staged:
    """Stage all of a table, or what of it is new or changed."""
    collection = task.collection(target)
    with task.timed(target) as loaded:
        there = collection.count_documents({})
        if task.clear:
            loaded.dropped, there = there, 0
        staging = place.stage(task.there[target.table])
        rows = task.rows.get(target.table, 0)
        written, everything = Sample(rows), Sample(rows)
        for batch, found in task.sorted_out(target, loaded):
            task.journal.hold(head)
            if found.before:
                before = task.journal.server.collection(*place.before(target))
                before.insert_many(found.before, ordered=False, comment=head.staged)
            _write(staging, target, found.whole, None, head.staged)
            written.see(found.writes)
            everything.see(batch)
        loaded.read_back = verified(staging, target, written, loaded.inserted + loaded.updated)
    return Staged(collection, target, loaded, everything, there + loaded.inserted)


def _read_back(done: Sequence[Staged]) -> None:
    for each in done:
        each.read_back()


def _write(
    collection: Collection[RawBSONDocument],
    target: Target,
    items: Sequence[Item],
    session: ClientSession | None,
    comment: str | None = None,
) -> None:
    """Write documents: in a transaction over what is there, else where nothing is yet."""
    from pymongo import InsertOne, ReplaceOne

    operations: list[InsertOne[RawBSONDocument] | ReplaceOne[RawBSONDocument]] = [
        ReplaceOne(target.one(item.key), item.document, upsert=True) if session else InsertOne(item.document)
        for item in items
    ]
    if operations:
        collection.bulk_write(operations, ordered=False, session=session, comment=comment)
