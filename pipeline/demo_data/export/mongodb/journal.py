"""Whose turn it is to load, kept on the server, so that no two loads mix and the next one ends what was cut off.

In the database `demo_data_<suffix>` the collection `loads` holds two documents while a load runs. The *head* says who
loads, how, and how far it is:

- `staging`: nothing of anybody's is changed. Who comes after a load that was cut off drops what it has staged.
- `placing`: all is staged and whole. Each step from here on may be done twice; who comes after does them to the end.
- `undoing`: a step was refused. Who comes after puts the documents back that were replaced.
- `dropping`: all is in place, or nothing is. Who comes after drops what is left of what was staged.

The other document is the *beat*, by which others see that the load lives: not part of the head, which a transaction
writes. A load that is silent is taken over by putting another owner into the head. It may only be suspended, and wake
up at any moment; so whatever it does next must fail or do nothing. It cannot go on to `placing`, which needs its own
name in the head, and no step of `placing` finds anything once what was staged is gone.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from demo_data.common.clock import utc_now
from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable
from demo_data.dataset.atomic import alive
from demo_data.domain import Domain
from demo_data.export.mongodb.head import STAGING, UNDOING, Head, Phase, here, read_head
from demo_data.export.mongodb.report import Mode
from demo_data.export.mongodb.server import Server
from demo_data.export.mongodb.targets import JOURNAL, Target, tables_of, targets

if TYPE_CHECKING:
    from pymongo.client_session import ClientSession

_BEAT = timedelta(seconds=10)
_SILENT = timedelta(seconds=60)
"""A load that has said nothing for so long, by the server's clock, is taken for dead."""

_STILL_RUNS = timedelta(seconds=60)
"""How long the server may take to end what a dead load had sent."""

_ID = "load"
_LIVE: set[str] = set()
"""The owners that live in this process."""


class Lost(UsageError):
    """Another load has taken this one over."""


class Journal:
    """The journal of one suffix on a server, as loads of a domain keep it."""

    def __init__(self, server: Server, domain: Domain, suffix: str) -> None:
        self.server, self.domain, self.suffix = server, domain, suffix
        self.name = f"{JOURNAL}_{suffix}"
        self._loads = server.database(self.name)["loads"]

    def targets(self, head: Head) -> list[Target]:
        """Where the tables of a load go, in the order in which they are loaded."""
        return targets(self.domain, head.tables, self.suffix)

    def left(self) -> Head | None:
        """What an earlier load has left. Raises `UsageError` where it still runs, or its head is not one."""
        found = self._loads.find_one({"_id": _ID})
        if found is None:
            return None
        head = self._read(found)
        if _may_live(head) and not self._silent(head):
            raise UsageError(
                f"{self.server.shown}: another load is running (process {head.process} on {head.machine}, "
                f"{printable(head.source)}); wait for it"
            )
        return head

    def take_over(self, head: Head) -> Head:
        """Own what another load has left; from here on it can go no further. Raises `UsageError` if another does."""
        from pymongo import ReturnDocument

        self.end_transaction(head)
        mine = {"owner": os.urandom(16).hex(), "host": here(), "process": os.getpid()}
        found = self._loads.find_one_and_update(
            {"_id": _ID, "owner": head.owner},
            {"$set": mine, "$currentDate": {"at": True}},
            return_document=ReturnDocument.AFTER,
        )
        if found is None:
            raise UsageError(f"{self.server.shown}: another load has just begun; wait for it")
        taken = self._read(found)
        self._stop_what_runs(taken)
        return taken

    @contextmanager
    def opened(
        self, mode: Mode, source: str, tables: tuple[str, ...], session: ClientSession | None = None
    ) -> Iterator[Head]:
        """The time of a load, which beats. Raises `UsageError` if another runs. The end is the body's to tell."""
        from pymongo.errors import DuplicateKeyError

        owner = os.urandom(16).hex()
        head = Head(
            owner=owner,
            staged=owner,
            mode=mode,
            phase=STAGING,
            domain=str(self.domain),
            tables=list(tables),
            source=source,
            began=utc_now(),
            host=here(),
            process=os.getpid(),
            session=session.session_id["id"].as_uuid() if session else None,
        )
        change = {"$set": head.model_dump(exclude_none=True), "$currentDate": {"at": True}}
        try:
            self._loads.update_one({"_id": _ID, "owner": owner}, change, upsert=True)
        except DuplicateKeyError:
            raise UsageError(f"{self.server.shown}: another load has just begun; wait for it") from None
        with self.beating(head):
            yield head

    @contextmanager
    def beating(self, head: Head) -> Iterator[None]:
        """Show now and then that this load lives, whatever it waits for."""
        over = threading.Event()

        def beat() -> None:
            from pymongo.errors import PyMongoError

            while not over.wait(_BEAT.total_seconds()):
                with suppress(PyMongoError):
                    self._beat(head.owner)

        thread = threading.Thread(target=beat, name="demo-data-load-beat", daemon=True)
        _LIVE.add(head.owner)
        thread.start()
        try:
            yield
        finally:
            _LIVE.discard(head.owner)
            over.set()
            thread.join(5)

    def hold(self, head: Head) -> None:
        """Raise `Lost` where this load is another's by now."""
        if self._loads.find_one({"_id": _ID, "owner": head.owner}, {"_id": 1}) is None:
            raise self._lost(head)

    def advance(self, head: Head, phase: Phase, session: ClientSession | None = None) -> Head:
        """Go on to the next phase, in a transaction with it. Raises `Lost` where this load is another's by now."""
        mine = {"_id": _ID, "owner": head.owner, "phase": head.phase}
        done = self._loads.update_one(mine, {"$set": {"phase": phase}}, session=session)
        if not done.matched_count:
            raise self._lost(head)
        return head.model_copy(update={"phase": phase})

    def close(self, head: Head) -> bool:
        """Take the head away, if it is this load's still, and in its phase; whether it was."""
        done = self._loads.delete_one({"_id": _ID, "owner": head.owner, "phase": head.phase})
        self._loads.delete_many({"_id": {"$ne": _ID}})
        self._tidy()
        return bool(done.deleted_count)

    def _tidy(self) -> None:
        if self._loads.find_one({}, {"_id": 1}) is None:
            self._loads.drop()

    def _lost(self, head: Head) -> Lost:
        self._loads.delete_one({"_id": head.owner})
        who = "another load has taken over"
        if self._loads.find_one({"_id": _ID}, {"_id": 1}) is None:
            who = f"another load has come and gone (or somebody has dropped {self.name})"
        self._tidy()
        what = {
            STAGING: "this one has stopped, and none of its records are there",
            UNDOING: "it has first undone this one",
        }.get(head.phase, "it has first ended this one, whose records were all staged")
        return Lost(f"{self.server.shown}: {who}, as this one was silent for too long; {what}")

    def _beat(self, owner: str) -> None:
        # The server's clock: those of two hosts may differ.
        self._loads.update_one({"_id": owner}, {"$currentDate": {"at": True}}, upsert=True)

    def _silent(self, head: Head) -> bool:
        steps: list[dict[str, Any]] = [
            {"$match": {"_id": {"$in": [_ID, head.owner]}}},
            {"$project": {"at": 1, "now": "$$NOW"}},
        ]
        ages = [each["now"] - each["at"] for each in self._loads.aggregate(steps) if type(each.get("at")) is datetime]
        return min(ages, default=_SILENT) >= _SILENT

    def end_transaction(self, head: Head) -> None:
        """Abort a load's transaction, if it has one. The server would hold its documents for a minute."""
        if head.session is not None:
            self.server.client.admin.command("killSessions", [{"id": _binary(head.session)}])

    def _stop_what_runs(self, head: Head) -> None:
        """Wait until the server has ended what the load before had sent, and end it where one may."""
        from pymongo.errors import OperationFailure

        admin = self.server.client.admin
        names = ("command.comment", "cursor.originatingCommand.comment", "originatingCommand.comment")
        steps: list[dict[str, Any]] = [{"$currentOp": {}}, {"$match": {"$or": [{name: head.staged} for name in names]}}]
        patience = time.monotonic() + _STILL_RUNS.total_seconds()
        while True:
            try:
                running = list(admin.aggregate(steps))
            except OperationFailure:
                return  # It is not for everybody to see what runs.
            if not running:
                return
            if time.monotonic() > patience:
                told = "the server still runs what a load that was cut off had sent; try again later"
                raise UsageError(f"{self.server.shown}: {told}")
            for operation in running:
                with suppress(OperationFailure):
                    admin.command("killOp", op=operation.get("opid"))
            time.sleep(0.2)

    def _read(self, found: dict[str, Any]) -> Head:
        head = read_head(found)
        if head and head.domain != str(self.domain):
            raise UsageError(
                f"{self.server.shown}: a load of another domain, {printable(head.domain)}, runs or was cut off; "
                "load with that one first, or choose another --suffix"
            )
        if head is None or not set(head.tables) <= set(tables_of(self.domain)):
            raise UsageError(
                f"{self.server.shown}: what {self.name}.loads holds was not written by this version of demo-data, or "
                f"is damaged; nothing was touched. Where no load runs, drop the database {self.name}, and load again"
            )
        return head


def _binary(session: Any) -> Any:
    from bson.binary import Binary

    return Binary.from_uuid(session)


def _may_live(head: Head) -> bool:
    """Whether the load may still run: on another host one cannot know."""
    if head.host != here():
        return True
    return head.owner in _LIVE if head.process == os.getpid() else alive(head.process)
