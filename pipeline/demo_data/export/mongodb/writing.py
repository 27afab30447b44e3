"""Writes all of a plan, or nothing: in one transaction, or staged and then put in place; and reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from bson.raw_bson import RawBSONDocument
from pymongo import DeleteOne, InsertOne, ReadPreference, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from demo_data.common.errors import UsageError
from demo_data.export.mongodb.journal import Head, Journal
from demo_data.export.mongodb.placing import UNDONE, Place, put_in_place, undone
from demo_data.export.mongodb.plan import Changes, Part, Plan, in_place_of, stored
from demo_data.export.mongodb.report import Loaded, Mode
from demo_data.export.mongodb.server import MAJORITY, Documents, Session
from demo_data.export.mongodb.targets import Item, Target

_SAMPLE = 20
"""So many documents of a table are read back, from all over it; one of each batch where there are more."""


@dataclass
class Written:
    """What has to be in a collection: at least so many documents, since others may add some, and a sample.

    `gone` are the `_id`s of some that must not be there.
    """

    collection: Documents
    target: Target
    loaded: Loaded
    documents: int
    sample: Sequence[Item]
    gone: Sequence[object] = ()

    def read_back(self, session: Session = None, *, end: str = "") -> None:
        """Look whether it is there, and note how many records were compared. Raises `UsageError`."""
        target = self.target
        number = self.collection.count_documents({}, session=session)
        if number < self.documents:
            raise UsageError(f"{target}: {self.documents:,} documents are expected, {number:,} are there{end}")
        there = stored(self.collection, target, [item.key for item in self.sample], session)
        for item in self.sample:
            old = there.get(item.key)
            if old is None or in_place_of(old, item).document.raw != old.raw:
                raise UsageError(f"{target}: {' '.join(map(str, item.key))} is not there as it was written{end}")
        wrong = self.collection.find_one({"_id": {"$in": list(self.gone)}}, session=session) if self.gone else None
        if wrong is not None:
            raise UsageError(f"{target}: {wrong['_id']} is still there, and was deleted{end}")
        self.loaded.read_back = len(self.sample) + len(self.gone)


def write(plan: Plan, journal: Journal, mode: Mode, source: str) -> list[Loaded]:
    """Write a plan; `source` says to others where it comes from."""
    tables = [part.target.table for part in plan.parts]
    with ExitStack() as stack:
        session = stack.enter_context(plan.server.client.start_session()) if mode == "transaction" else None
        head = stack.enter_context(journal.opened(mode, source, tables, session))
        place = Place(journal, head)
        with undone(place):
            plan.look()  # Another load may just have ended.
            if session:
                placing, written = _in_transaction(plan, place, session)
            else:
                written = [_written(plan, part, place) for part in plan.parts]
                placing = journal.advance(head, "placing")
        # What is in a transaction, or takes a place by its name, was read back before.
        put_in_place(place, placing, lambda: _read_back(written) if mode == "merge" else None)
    return [table.loaded for table in written]


def _in_transaction(plan: Plan, place: Place, session: ClientSession) -> tuple[Head, list[Written]]:
    def attempt(session: ClientSession) -> tuple[Head, list[Written]]:
        # The head comes last: until then, the beats of a long transaction would be in its way.
        written = [_written(plan, part, place, session) for part in plan.parts]
        return place.journal.advance(place.head, "placing", session), written

    try:
        return session.with_transaction(attempt, ReadConcern("snapshot"), MAJORITY, ReadPreference.PRIMARY)
    except BaseException:
        with suppress(PyMongoError):
            place.journal.end_transaction(place.head)
        raise


def _written(plan: Plan, part: Part, place: Place, session: Session = None) -> Written:
    """Write all of a part in a transaction, or stage what of it is new or changed; and read that back."""
    target, collection = part.target, plan.collection(part.target)
    with plan.timed(target) as loaded:
        there = collection.count_documents({}, session=session)
        if plan.clear:
            loaded.dropped, there = there, 0
            if session:
                collection.delete_many({}, session=session)
        into = collection if session else place.stage(plan.there[target.table])
        step = max(part.rows // _SAMPLE, 1)
        sample: list[Item] = []
        staged: list[Item] = []
        gone: list[object] = []
        for changes in plan.changes(part, loaded, session):
            writes = changes.new + changes.changed
            if session:
                _write(into, changes, session)
            else:
                place.journal.hold(place.head)
                place.keep(target, changes.before + changes.gone, gone=[old["_id"] for old in changes.gone])
                _write(into, Changes(new=writes), comment=place.head.staged)
            sample += changes.there[::step]
            staged += writes[::step]
            gone += [old["_id"] for old in changes.gone[::step]]
        written = Written(collection, target, loaded, there + loaded.inserted - loaded.deleted, sample, gone)
        if session:
            written.read_back(session, end=f"; {UNDONE}")
        else:
            number = loaded.inserted + loaded.updated
            Written(into, target, loaded, number, staged).read_back(end=f"; {UNDONE}")
    return written


def _read_back(written: Sequence[Written]) -> None:
    for table in written:
        table.read_back()


def _write(collection: Documents, changes: Changes, session: Session = None, comment: str | None = None) -> None:
    operations: list[InsertOne[RawBSONDocument] | ReplaceOne[RawBSONDocument] | DeleteOne] = [
        *(InsertOne(item.document) for item in changes.new),
        *(
            ReplaceOne({"_id": old["_id"]}, item.document)
            for old, item in zip(changes.before, changes.changed, strict=True)
        ),
        *(DeleteOne({"_id": old["_id"]}) for old in changes.gone),
    ]
    if operations:
        collection.bulk_write(operations, ordered=False, session=session, comment=comment)
