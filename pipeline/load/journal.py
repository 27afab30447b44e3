"""What a load has done so far, kept on the server, so that the next one can undo it, or end it, after a crash.

In the database `demo_data_<suffix>` the collection `loads` holds one document while a load runs: who loads, and how.
Taking it away is what makes the load's changes stay. The collection `journal` tells each change before it is made.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from bson.raw_bson import RawBSONDocument

from pipeline.errors import UsageError
from pipeline.load.compare import Compared
from pipeline.load.server import Server
from pipeline.load.targets import JOURNAL, Index, Target
from pipeline.spec.clock import utc_now

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

_ONE = {"_id": "load"}
_BEAT = timedelta(seconds=10)
_SILENT = timedelta(seconds=60)
"""A load that has said nothing for so long is taken for dead."""

_ENTRY = 1 << 23
"""Bytes of replaced documents in one entry; a document may have twice as many."""

Staged = tuple[Target, str]
"""A target, and the name of the collection that shall take its place."""


class Journal:
    """The journal of one suffix."""

    def __init__(self, server: Server, suffix: str) -> None:
        self._server = server
        self._database = server.client[f"{JOURNAL}_{suffix}"]
        self._loads, self._entries = self._database["loads"], self._database["journal"]
        self._beaten = utc_now()

    def cut_off(self) -> str | None:
        """What an earlier load left, in words; None where it left nothing. Raises `UsageError` where it still runs."""
        head = self._loads.find_one(_ONE)
        if head is None:
            return None
        age = utc_now() - head["at"].replace(tzinfo=UTC)
        if age < _SILENT and _runs(head):
            raise UsageError(
                f"{self._server.shown}: another load is running (process {head['process']} on {head['host']}, "
                f"{head['source']}); wait for it"
            )
        return f"a load of {head['source']} begun {head['began']:%Y-%m-%d %H:%M} UTC was cut off"

    def recover(self) -> str | None:
        """Undo what an earlier load left half done, or end its swap; says what was done, None if nothing was."""
        what = self.cut_off()
        head = self._loads.find_one(_ONE)
        if head and head.get("session"):
            # The server cannot know that who began the transaction is dead: it would hold the documents for a minute.
            self._server.client.admin.command("killSessions", [{"id": head["session"]}])
        swapping = self._undo()
        return f"{what}: {'its swap was ended' if swapping else 'it was undone'} first" if what else None

    @contextmanager
    def opened(
        self, mode: str, source: str, staged: Sequence[Staged] = (), session: ClientSession | None = None
    ) -> Iterator[None]:
        """The time of a load. After an error, what it has changed is undone. Raises `UsageError` if another runs."""
        from pymongo.errors import DuplicateKeyError

        now = utc_now()
        staging = [[target.database, name, target.collection] for target, name in staged]
        owner = {"host": socket.gethostname(), "process": os.getpid()}
        head = _ONE | owner | {"mode": mode, "source": source, "began": now, "at": now, "staging": staging}
        if session:
            head["session"] = session.session_id["id"]
        try:
            self._loads.insert_one(head)
        except DuplicateKeyError:
            raise UsageError(f"{self._server.shown}: another load has just begun; wait for it") from None
        try:
            yield
        except BaseException:
            self._undo_now()
            raise
        self.close()
        self._clear()

    def close(self, session: ClientSession | None = None) -> None:
        """Let the changes stay: from here on the load is done. In a transaction, with it."""
        self._loads.delete_one(_ONE, session=session)

    def beat(self) -> None:
        """Show now and then that this load is alive."""
        if utc_now() - self._beaten > _BEAT:
            self._beaten = utc_now()
            self._loads.update_one(_ONE, {"$set": {"at": self._beaten}})

    def making(self, target: Target, *, collection: bool, indexes: Sequence[Index]) -> None:
        """Tell that a collection and indexes are about to be made."""
        self._enter(target, collection=collection, indexes=[index.name for index in indexes])

    def writing(self, target: Target, batch: Compared) -> None:
        """Tell that a batch is about to be written."""
        if batch.new:
            self._enter(target, new=[target.one(item.key) for item in batch.new])
        before: list[RawBSONDocument] = []
        size = 0
        for old in batch.before:
            if before and size + len(old.raw) > _ENTRY:
                self._enter(target, before=before)
                before, size = [], 0
            before.append(old)
            size += len(old.raw)
        if before:
            self._enter(target, before=before)

    def swapping(self) -> None:
        """Tell that all is staged: from here on, what was cut off is ended, not undone."""
        self._loads.update_one(_ONE, {"$set": {"swapping": True}})

    def swap(self, staging: Sequence[Sequence[str]]) -> None:
        """Let staged collections take their places, those that have not yet."""
        for database, name, final in staging:
            if self._server.has(database, name):
                self._server.client.admin.command(
                    "renameCollection", f"{database}.{name}", to=f"{database}.{final}", dropTarget=True
                )

    def _enter(self, target: Target, **change: Any) -> None:
        self._entries.insert_one({"database": target.database, "in": target.collection, **change})

    def _undo(self) -> bool:
        """Bring back what was before the load whose document is there; or end its swap, if it was at that."""
        head = self._loads.find_one(_ONE)
        swapping = bool(head and head.get("swapping"))
        if head and swapping:
            self.swap(head["staging"])
        elif head:
            for database, name, _ in head["staging"]:
                self._server.client[database].drop_collection(name)
            self._undo_entries()
        if head:
            self.close()
        self._clear()
        return swapping

    def _undo_now(self) -> None:
        from pymongo.errors import PyMongoError

        try:
            self._undo()
        except PyMongoError as error:
            told = f"{self._server.shown}: {self._server.reason(error)}"
            raise UsageError([told, "what was written until then could not be undone: the next load does it"]) from None

    def _undo_entries(self) -> None:
        # The last change first, so that a collection is made empty before it is asked whether it may go.
        for entry in self._server.collection(self._database.name, "journal").find().sort("_id", -1):
            collection = self._server.collection(entry["database"], entry["in"])
            if "new" in entry:
                _delete(collection, [dict(filter) for filter in entry["new"]])
            for old in entry.get("before", ()):
                collection.replace_one({"_id": old["_id"]}, old, upsert=True)
            if "indexes" in entry:
                self._unmake(collection, entry)

    def _unmake(self, collection: Collection[RawBSONDocument], entry: RawBSONDocument) -> None:
        if not self._server.has(entry["database"], entry["in"]):
            return
        if entry["collection"] and collection.find_one({}, {"_id": 1}) is None:
            collection.drop()
            return
        there = collection.index_information()
        for name in entry["indexes"]:
            if name in there:
                collection.drop_index(name)

    def _clear(self) -> None:
        """Take the journal away; what remains of it without a load's document counts for nothing."""
        names = self._database.list_collection_names()
        for name in ("journal", "loads"):
            if name in names:
                self._database.drop_collection(name)


def _delete(collection: Collection[RawBSONDocument], filters: list[dict[str, Any]]) -> None:
    from pymongo import DeleteOne

    collection.bulk_write([DeleteOne(filter) for filter in filters], ordered=False)


def _runs(head: dict[str, Any]) -> bool:
    """Whether the load may still run: on another host one cannot know."""
    if head["host"] != socket.gethostname():
        return True
    if head["process"] == os.getpid():
        return False
    try:
        os.kill(head["process"], 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
