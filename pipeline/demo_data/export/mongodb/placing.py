"""From staged to loaded, and back: steps that anybody may do, twice, and from the beginning.

What is staged has names that only its load knows, and which follow from its head and the tables; so a damaged head
cannot lead to anything else. Nothing here is dropped, or renamed away, under a name that others use. An error or an
interrupt ends a load as undone, as ended, or as left to the next one, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo.errors import PyMongoError

from demo_data.common.errors import COMPLETED, UsageError
from demo_data.export.mongodb.existing import Existing, existing
from demo_data.export.mongodb.journal import Head, Journal, Lost
from demo_data.export.mongodb.report import Mode
from demo_data.export.mongodb.server import Documents
from demo_data.export.mongodb.targets import Target, targets

UNDONE = "the load was undone"
_STAGED = "all records are staged: the next load puts them in place first"
_LATER: dict[Mode, str] = {
    "transaction": "all records are there: the next load first makes the indexes that are still missing",
    "swap": _STAGED,
    "merge": _STAGED,
}
_AT_ONCE = 1000
_MARK = "demo_data_taken_out_by"


class Place:
    """Where a load stages, and how it puts in place what it has staged."""

    def __init__(self, journal: Journal, head: Head) -> None:
        self.journal, self.head = journal, head
        self._server, self._targets = journal.server, targets(journal.domain, head.tables, journal.suffix)

    def staged(self, target: Target) -> tuple[str, str]:
        """Database and collection of what shall be written."""
        if self.head.mode == "swap":
            return target.database, f"{target.collection}.loading.{self.head.staged}"
        return self.journal.name, f"staged.{self.head.staged}.{target.table}"

    def before(self, target: Target) -> tuple[str, str]:
        """Database and collection of the documents that shall be replaced or deleted."""
        return self.journal.name, f"before.{self.head.staged}.{target.table}"

    def gone(self, target: Target) -> tuple[str, str]:
        """Database and collection of the `_id`s of documents that shall be deleted."""
        return self.journal.name, f"gone.{self.head.staged}.{target.table}"

    def keep(self, target: Target, before: Sequence[RawBSONDocument], gone: Sequence[object]) -> None:
        """Note documents that shall be replaced or deleted, and the `_id`s of those that shall be deleted."""
        doomed: Sequence[Any] = [{"_id": own} for own in gone]
        for where, documents in (self.before(target), before), (self.gone(target), doomed):
            if documents:
                self._server.collection(*where).insert_many(documents, ordered=False, comment=self.head.staged)

    def stage(self, there: Existing) -> Documents:
        """An empty collection that keeps the rules of the one that it is for."""
        where = self.staged(there.target)
        self._server.create(*where, there.options)
        self._server.index(*where, [*there.indexes, *there.missing])
        return self._server.collection(*where)

    def do(self) -> None:
        """Put everything in place."""
        if self.head.mode == "swap":
            for target in self._targets:
                self._server.rename(*self.staged(target), target.collection)
            return
        for target in self._targets:
            self._server.index(*target.place, existing(self._server, target, clear=True).missing)
        if self.head.mode == "merge":
            for target in self._targets:
                self._take_out(self.gone(target), target)
                self._merge(self.staged(target), target)

    def can_be_undone(self) -> bool:
        """Whether the owner may still undo what it has begun to put in place: not once a collection was replaced."""
        return self.head.mode == "merge" or (
            self.head.mode == "swap" and all(self._server.has(*self.staged(target)) for target in self._targets)
        )

    def undo(self) -> None:
        """Put back what was there; the journal is at `undoing`."""
        if self.head.mode == "merge":
            for target in reversed(self._targets):
                self._merge(self.before(target), target)
                self._take_out(self.staged(target), target, but=self.before(target))

    def finish(self, head: Head) -> None:
        """Drop what is left of what was staged, and the head. Raises `Lost` where the load is another's by now."""
        dropping = self.journal.advance(head, "dropping") if head.phase != "dropping" else head
        self.clear()
        self.journal.close(dropping)

    def clear(self) -> None:
        """Drop what is left of what was staged."""
        for target in self._targets:
            for database, name in (self.staged(target), self.before(target), self.gone(target)):
                if self.head.mode != "transaction" and self._server.has(database, name):
                    self._server.database(database).drop_collection(name, comment=self.head.staged)

    def failure(self, error: BaseException, became: str) -> BaseException:
        """The error to raise: why the load ended, and what became of it. An interrupt stays one."""
        if isinstance(error, KeyboardInterrupt):
            return KeyboardInterrupt(f"{self._server.hosts}: {became}")
        reason = self._server.reason(error) if isinstance(error, PyMongoError) else str(error) or type(error).__name__
        return UsageError([f"{self._server.hosts}: {reason}", became])

    def _merge(self, source: tuple[str, str], target: Target, *steps: dict[str, Any], only: bool = False) -> None:
        """Let the server write a collection's documents into the target, by `_id`: none if the collection is gone."""
        into = {"db": target.database, "coll": target.collection}
        how = ("merge", "discard") if only else ("replace", "insert")
        merge = {"$merge": {"into": into, "whenMatched": how[0], "whenNotMatched": how[1]}}
        self._server.collection(*source).aggregate([*steps, merge], comment=self.head.staged)

    def _take_out(self, source: tuple[str, str], target: Target, but: tuple[str, str] | None = None) -> None:
        """Delete the target's documents whose `_id`s are in the source, but for those that are in `but`.

        They are marked first, by a command that finds none once another load has put this one in order. So a load that
        wakes up between the two deletes nothing of that other load's.
        """
        stay = {document["_id"] for document in self._server.collection(*but).find({}, {"_id": 1})} if but else set()
        staged = self._server.collection(*source).find({}, {"_id": 1})
        doomed = [document["_id"] for document in staged if document["_id"] not in stay]
        mine, there = self.head.owner, self._server.collection(*target.place)
        for start in range(0, len(doomed), _AT_ONCE):
            some = {"_id": {"$in": doomed[start : start + _AT_ONCE]}}
            mark = {"$project": {_MARK: {"$literal": mine}}}
            self._merge(source, target, {"$match": some}, mark, only=True)
            there.delete_many(some | {_MARK: mine}, comment=self.head.staged)


def ended(journal: Journal, head: Head) -> str:
    """Bring to an end what another load has left, which is this one's now; in words, what became of it."""
    place, hosts = Place(journal, head), journal.server.hosts
    with journal.beating(head):
        try:
            if head.phase == "placing":
                place.do()
                COMPLETED.append(f"an earlier load into {hosts}")
            elif head.phase == "undoing":
                place.undo()
                COMPLETED.append(f"the undoing of an earlier load into {hosts}")
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"{hosts}: an earlier load is in place in part; the next load puts it in order"
            ) from None
        place.finish(head)
    done = {"placing": "it was ended", "dropping": "what it had staged was dropped"}
    return done.get(head.phase, "it was undone")


@contextmanager
def undone(place: Place) -> Iterator[None]:
    """The time until all is staged: an error leaves nothing of it. Raises `Lost`, too."""
    head = place.head
    try:
        yield
    except BaseException as error:
        later = "nothing was changed; the next load drops what was staged for this one"
        try:
            try:
                place.finish(head)
            except Lost:
                later = _LATER[head.mode]
                place.journal.hold(head)
                raise place.failure(error, later) from None
        except Lost:
            with suppress(PyMongoError):
                place.clear()
            raise
        except PyMongoError:
            raise place.failure(error, later) from None
        raise


def put_in_place(place: Place, head: Head, read_back: Callable[[], object]) -> None:
    """Put in place what is staged; `head` is at `placing`.

    Raises `UsageError` or `KeyboardInterrupt`, with what became of it.
    """
    try:
        try:
            place.do()
        except KeyboardInterrupt:
            place.do()
        read_back()
    except (PyMongoError, UsageError, KeyboardInterrupt) as error:
        with suppress(PyMongoError):
            place.journal.hold(head)
        raise place.failure(error, _taken_back(place, head)) from None
    COMPLETED.append(f"the load into {place.journal.server.hosts}")
    place.finish(head)


def _taken_back(place: Place, head: Head) -> str:
    """Undo what was begun to be put in place; what became of it."""
    later = _LATER[head.mode]
    try:
        if not place.can_be_undone():
            return later
        undoing = place.journal.advance(head, "undoing")
        later = "what was written until then could not be undone: the next load does it"
        place.undo()
        place.finish(undoing)
    except Lost as error:
        return str(error)
    except (PyMongoError, UsageError, KeyboardInterrupt):
        return later
    return UNDONE
