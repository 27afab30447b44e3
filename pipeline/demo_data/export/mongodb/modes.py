"""The three ways to write all or nothing: stage what shall be there, let it stay or go as a whole, put it in place."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bson.raw_bson import RawBSONDocument

from demo_data.build import Progress
from demo_data.common.errors import COMPLETED, UsageError
from demo_data.export.mongodb.compare import Compared, compared
from demo_data.export.mongodb.existing import Existing, existing
from demo_data.export.mongodb.head import PLACING, UNDOING, Head
from demo_data.export.mongodb.journal import Journal, Lost
from demo_data.export.mongodb.placing import Place
from demo_data.export.mongodb.readback import UNDONE, Sample, Staged, verified
from demo_data.export.mongodb.records import Item, batches
from demo_data.export.mongodb.report import MERGE, SWAP, TRANSACTION, Loaded
from demo_data.export.mongodb.rules import Rules
from demo_data.export.mongodb.server import Server
from demo_data.export.mongodb.targets import Target
from demo_data.validation.discover import Source

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    Documents = Collection[RawBSONDocument]

IN_ONE_TRANSACTION = 1000
"""Documents that one transaction may write: what MongoDB recommends as the most."""


@dataclass
class Task:
    """What is to be loaded, where to. `rows` counts the records of each table."""

    server: Server
    journal: Journal
    suffix: str
    targets: Sequence[Target]
    sources: Mapping[str, Source]
    rows: Mapping[str, int]
    clear: bool
    progress: Progress | None
    there: Mapping[str, Existing] = field(default_factory=dict)

    def look(self) -> None:
        """See what is at the targets. Raises `UsageError` where a load could not keep its word about it."""
        self.there = {target.table: existing(self.server, target, clear=self.clear) for target in self.targets}

    def collection(self, target: Target) -> Documents:
        """The target's collection."""
        return self.server.collection(target.database, target.collection)

    def rules(self, target: Target) -> Rules:
        """What the target's documents have to keep to."""
        return Rules(self.there[target.table])


def mode(task: Task) -> str:
    """The way that fits deployment and load."""
    if task.server.transactions:
        number = sum(task.rows.values())
        if task.clear and number <= IN_ONE_TRANSACTION:
            number += sum(task.collection(target).estimated_document_count() for target in task.targets)
        if number <= IN_ONE_TRANSACTION:
            return TRANSACTION
    return SWAP if task.clear else MERGE


def would_do(task: Task) -> list[Loaded]:
    """What a load would do; nothing is written. Raises `UsageError` where it would be refused."""
    found = []
    for target in task.targets:
        collection, rules = task.collection(target), task.rules(target)
        with _timed(task, target) as (loaded, told):
            if task.clear:
                loaded.dropped = collection.count_documents({})
            for batch in batches(target, task.sources[target.table]):
                sorted_out = Compared(new=batch) if task.clear else compared(collection, target, batch)
                rules.hold(collection, sorted_out.writes, among_others=not task.clear)
                _count(loaded, sorted_out)
                told(len(batch))
        found.append(loaded)
    return found


def in_transaction(task: Task, source: str) -> list[Loaded]:
    """Write everything in one transaction, and in it that all is there but the indexes."""

    def write(session: ClientSession) -> tuple[Head, list[Loaded]]:
        # The head comes last: until then, the beats of a long transaction would be in its way.
        found = [_written(task, target, session) for target in task.targets]
        return task.journal.advance(head, PLACING, session), found

    from pymongo import ReadPreference, WriteConcern
    from pymongo.errors import PyMongoError
    from pymongo.read_concern import ReadConcern

    how = (ReadConcern("snapshot"), WriteConcern("majority", 60_000), ReadPreference.PRIMARY)
    with (
        task.server.client.start_session() as session,
        task.journal.opened(TRANSACTION, source, _tables(task), session) as head,
    ):
        place = Place(task.server, task.journal, task.suffix, head)
        with _undone(task, place, head):
            task.look()  # Another load may just have ended.
            try:
                placing, found = session.with_transaction(write, *how)
            except BaseException:
                with suppress(PyMongoError):
                    task.journal.end_transaction(head)
                raise
        _placed(task, place, placing, lambda: None)
    return found


def staged(task: Task, source: str) -> list[Loaded]:
    """Write into collections beside, and when all are whole, let these replace the old ones, or be merged in."""
    with task.journal.opened(SWAP if task.clear else MERGE, source, _tables(task)) as head:
        place = Place(task.server, task.journal, task.suffix, head)
        with _undone(task, place, head):
            task.look()  # Another load may just have ended.
            done = [_staged(task, target, place, head) for target in task.targets]
            placing = task.journal.advance(head, PLACING)
        # What took a place by its name was read back under the other.
        _placed(task, place, placing, lambda: None if task.clear else _read_back(done))
    return [each.loaded for each in done]


WAYS: dict[str, Callable[[Task, str], list[Loaded]]] = {TRANSACTION: in_transaction, SWAP: staged, MERGE: staged}


def _tables(task: Task) -> tuple[str, ...]:
    return tuple(target.table for target in task.targets)


@contextmanager
def _undone(task: Task, place: Place, head: Head) -> Iterator[None]:
    """The time until all is staged: an error leaves nothing of it. Raises `Lost`, too."""
    from pymongo.errors import PyMongoError

    try:
        yield
    except BaseException as error:
        later = "nothing was changed; the next load drops what was staged for this one"
        try:
            try:
                place.finish(head)
            except Lost:
                later = _LATER[head.mode]
                task.journal.hold(head)
                raise _failure(task, error, later) from None
        except Lost:
            with suppress(PyMongoError):
                place.clear()
            raise
        except PyMongoError:
            raise _failure(task, error, later) from None
        raise


_LATER = dict.fromkeys((SWAP, MERGE), "all records are staged: the next load puts them in place first") | {
    TRANSACTION: "all records are there: the next load first makes the indexes that are still missing"
}


def _placed(task: Task, place: Place, head: Head, read_back: Callable[[], object]) -> None:
    """Put in place what is staged. Raises `UsageError` or `KeyboardInterrupt`, with what became of it."""
    from pymongo.errors import PyMongoError

    try:
        try:
            place.do()
        except KeyboardInterrupt:
            place.do()
        read_back()
    except (PyMongoError, UsageError, KeyboardInterrupt) as error:
        with suppress(PyMongoError):
            task.journal.hold(head)
        raise _failure(task, error, _taken_back(task, place, head)) from None
    COMPLETED.append(f"the load into {task.server.shown}")
    place.finish(head)


def _taken_back(task: Task, place: Place, head: Head) -> str:
    """Undo what was begun to be put in place; what became of it."""
    from pymongo.errors import PyMongoError

    later = _LATER[head.mode]
    try:
        if not place.can_be_undone():
            return later
        undoing = task.journal.advance(head, UNDOING)
        later = "what was written until then could not be undone: the next load does it"
        place.undo(undoing)
        place.finish(undoing)
    except Lost as error:
        return str(error)
    except (PyMongoError, UsageError, KeyboardInterrupt):
        return later
    return UNDONE


def _failure(task: Task, error: BaseException, became: str) -> BaseException:
    """The error to raise: why the load ended, and what became of it. An interrupt stays one."""
    from pymongo.errors import PyMongoError

    if isinstance(error, KeyboardInterrupt):
        return KeyboardInterrupt(f"{task.server.shown}: {became}")
    said = task.server.reason(error) if isinstance(error, PyMongoError) else str(error) or type(error).__name__
    return UsageError([f"{task.server.shown}: {said}", became])


def _written(task: Task, target: Target, session: ClientSession) -> Loaded:
    collection, rules = task.collection(target), task.rules(target)
    with _timed(task, target) as (loaded, told):
        before = collection.count_documents({}, session=session)
        if task.clear:
            loaded.dropped = collection.delete_many({}, session=session).deleted_count
            before = 0
        sample = Sample(task.rows.get(target.table, 0))
        for batch in batches(target, task.sources[target.table]):
            sorted_out = compared(collection, target, batch, session)
            rules.hold(collection, sorted_out.writes, session, among_others=not task.clear)
            _write(collection, target, sorted_out.writes, session)
            _count(loaded, sorted_out)
            sample.see(batch)
            told(len(batch))
        loaded.read_back = verified(collection, target, sample, before + loaded.inserted, session)
    return loaded


def _staged(task: Task, target: Target, place: Place, head: Head) -> Staged:
    """Stage all of a table, or what of it is new or changed."""
    collection, rules = task.collection(target), task.rules(target)
    with _timed(task, target) as (loaded, told):
        there = collection.count_documents({})
        if task.clear:
            loaded.dropped, there = there, 0
        staging = place.stage(task.there[target.table])
        rows = task.rows.get(target.table, 0)
        written, everything = Sample(rows), Sample(rows)
        for batch in batches(target, task.sources[target.table]):
            sorted_out = Compared(new=batch) if task.clear else compared(collection, target, batch)
            rules.hold(collection, sorted_out.writes, among_others=not task.clear)
            task.journal.hold(head)
            if sorted_out.before:
                before = task.server.collection(*place.before(target))
                before.insert_many(sorted_out.before, ordered=False, comment=head.staged)
            _write(staging, target, sorted_out.whole, None, head.staged)
            _count(loaded, sorted_out)
            written.see(sorted_out.writes)
            everything.see(batch)
            told(len(batch))
        loaded.read_back = verified(staging, target, written, loaded.inserted + loaded.updated)
    return Staged(collection, target, loaded, everything, there + loaded.inserted)


def _read_back(done: Sequence[Staged]) -> None:
    for each in done:
        each.read_back()


def _write(
    collection: Documents,
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


def _count(loaded: Loaded, batch: Compared) -> None:
    loaded.inserted += len(batch.new)
    loaded.updated += len(batch.changed)
    loaded.unchanged += batch.same


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
