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
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from bson.binary import Binary
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from demo_data.common.clock import utc_now
from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable
from demo_data.dataset.atomic import alive
from demo_data.domain import Domain
from demo_data.export.mongodb.report import Mode
from demo_data.export.mongodb.server import Server, Session
from demo_data.export.mongodb.targets import JOURNAL, tables_of

Phase = Literal["staging", "placing", "undoing", "dropping"]

_BEAT = timedelta(seconds=10)
_SILENT = timedelta(seconds=60)
"""A load that has said nothing for so long, by the server's clock, is taken for dead."""

_STILL_RUNS = timedelta(seconds=60)
"""How long the server may take to end what a dead load had sent."""

_ID = "load"
_LIVE: set[str] = set()
"""The owners that live in this process."""

_Token = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class Lost(UsageError):
    """Another load has taken this one over."""


class Head(BaseModel):
    """A load: its present owner, and the word that is part of the names of what it stages. Both are random.

    `domain` is where the domain of its tables is found.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    owner: _Token
    staged: _Token
    mode: Mode
    phase: Phase
    domain: str
    tables: Annotated[list[str], Field(min_length=1)]
    source: str
    began: AwareDatetime
    host: str
    process: Annotated[int, Field(gt=0, lt=2**31)]
    session: UUID | None = None


class Journal:
    """The journal of one suffix on a server, as loads of a domain keep it."""

    def __init__(self, server: Server, domain: Domain, suffix: str) -> None:
        self.server, self.domain, self.suffix = server, domain, suffix
        self.name = f"{JOURNAL}_{suffix}"
        self._loads = server.database(self.name)["loads"]

    def left(self) -> Head | None:
        """What an earlier load has left. Raises `UsageError` where it still runs, or its head is not one."""
        document = self._loads.find_one({"_id": _ID})
        if document is None:
            return None
        head = self._read(document)
        if _may_live(head) and not self._silent(head):
            raise UsageError(
                f"{self.server.hosts}: another load is running (process {head.process} on "
                f"{printable(head.host.partition(' ')[0])}, {printable(head.source)}); wait for it"
            )
        return head

    def take_over(self, head: Head) -> Head:
        """Own what another load has left; from here on it can go no further. Raises `UsageError` if another does."""
        self.end_transaction(head)
        mine = {"owner": os.urandom(16).hex(), "host": _here(), "process": os.getpid()}
        document = self._loads.find_one_and_update(
            {"_id": _ID, "owner": head.owner},
            {"$set": mine, "$currentDate": {"at": True}},
            return_document=ReturnDocument.AFTER,
        )
        if document is None:
            raise self._another_has_begun()
        taken = self._read(document)
        self._stop_what_runs(taken)
        return taken

    @contextmanager
    def opened(self, mode: Mode, source: str, tables: Sequence[str], session: Session = None) -> Iterator[Head]:
        """The time of a load, which beats. Raises `UsageError` if another runs. The end is the body's to tell."""
        owner = os.urandom(16).hex()
        head = Head(
            owner=owner,
            staged=owner,
            mode=mode,
            phase="staging",
            domain=str(self.domain),
            tables=list(tables),
            source=source,
            began=utc_now(),
            host=_here(),
            process=os.getpid(),
            session=session.session_id["id"].as_uuid() if session else None,
        )
        change = {"$set": head.model_dump(exclude_none=True), "$currentDate": {"at": True}}
        try:
            self._loads.update_one({"_id": _ID, "owner": owner}, change, upsert=True)
        except DuplicateKeyError:
            raise self._another_has_begun() from None
        with self.beating(head):
            yield head

    @contextmanager
    def beating(self, head: Head) -> Iterator[None]:
        """Show now and then that this load lives, whatever it waits for."""
        over = threading.Event()

        def beat() -> None:
            while not over.wait(_BEAT.total_seconds()):
                with suppress(PyMongoError):
                    # The server's clock: those of two hosts may differ.
                    self._loads.update_one({"_id": head.owner}, {"$currentDate": {"at": True}}, upsert=True)

        thread = threading.Thread(target=beat, name="demo-data-load-beat", daemon=True)
        _LIVE.add(head.owner)
        thread.start()
        try:
            yield
        finally:
            _LIVE.discard(head.owner)
            over.set()
            thread.join(5)
            with suppress(PyMongoError):  # The last beat may have come after all else was gone.
                self._loads.delete_one({"_id": head.owner})
                if self._loads.find_one({}, {"_id": 1}) is None:
                    self._loads.drop()

    def hold(self, head: Head) -> None:
        """Raise `Lost` where this load is another's by now."""
        if self._loads.find_one({"_id": _ID, "owner": head.owner}, {"_id": 1}) is None:
            raise self._lost(head)

    def advance(self, head: Head, phase: Phase, session: Session = None) -> Head:
        """Go on to the next phase, in a transaction with it. Raises `Lost` where this load is another's by now."""
        mine = {"_id": _ID, "owner": head.owner, "phase": head.phase}
        if not self._loads.update_one(mine, {"$set": {"phase": phase}}, session=session).matched_count:
            raise self._lost(head)
        return head.model_copy(update={"phase": phase})

    def close(self, head: Head) -> None:
        """Take the head away, if it is this load's still, and in its phase; and the beats of those before it."""
        self._loads.delete_one({"_id": _ID, "owner": head.owner, "phase": head.phase})
        self._loads.delete_many({"_id": {"$ne": _ID}})

    def end_transaction(self, head: Head) -> None:
        """Abort a load's transaction, if it has one. The server would hold its documents for a minute."""
        if head.session is not None:
            self.server.client.admin.command("killSessions", [{"id": Binary.from_uuid(head.session)}])

    def _another_has_begun(self) -> UsageError:
        return UsageError(f"{self.server.hosts}: another load has just begun; wait for it")

    def _lost(self, head: Head) -> Lost:
        who = "another load has taken over"
        if self._loads.find_one({"_id": _ID}, {"_id": 1}) is None:
            who = f"another load has come and gone (or somebody has dropped {self.name})"
        what = {
            "staging": "this one has stopped, and none of its records are there",
            "undoing": "it has first undone this one",
        }.get(head.phase, "it has first ended this one, whose records were all staged")
        return Lost(f"{self.server.hosts}: {who}, as this one was silent for too long; {what}")

    def _silent(self, head: Head) -> bool:
        steps: list[dict[str, Any]] = [
            {"$match": {"_id": {"$in": [_ID, head.owner]}}},
            {"$project": {"at": 1, "now": "$$NOW"}},
        ]
        signs = self._loads.aggregate(steps)
        ages = [sign["now"] - sign["at"] for sign in signs if type(sign.get("at")) is datetime]
        return min(ages, default=_SILENT) >= _SILENT

    def _stop_what_runs(self, head: Head) -> None:
        """Wait until the server has ended what the load before had sent, and end it where one may."""
        admin = self.server.client.admin
        names = ("command.comment", "cursor.originatingCommand.comment", "originatingCommand.comment")
        steps: list[dict[str, Any]] = [{"$currentOp": {}}, {"$match": {"$or": [{name: head.staged} for name in names]}}]
        patience = time.monotonic() + _STILL_RUNS.total_seconds()
        with suppress(OperationFailure):  # It is not for everybody to see what runs.
            while running := list(admin.aggregate(steps)):
                if time.monotonic() > patience:
                    what = "the server still runs what a load that was cut off had sent; try again later"
                    raise UsageError(f"{self.server.hosts}: {what}")
                for operation in running:
                    with suppress(OperationFailure):
                        admin.command("killOp", op=operation.get("opid"))
                time.sleep(0.2)

    def _read(self, document: dict[str, Any]) -> Head:
        """A head. Raises `UsageError` if it is none: it must never lead to anything but the targets of its suffix."""
        try:
            head = Head.model_validate({name: value for name, value in document.items() if name not in ("_id", "at")})
            sound = len(set(head.tables)) == len(head.tables) and (head.session is None or head.mode == "transaction")
            sound = sound and isinstance(document.get("at"), datetime)
        except ValidationError:
            sound = False
        if sound and head.domain != str(self.domain):
            raise UsageError(
                f"{self.server.hosts}: a load of another domain, {printable(head.domain)}, runs or was cut off; "
                "load with that one first, or choose another --suffix"
            )
        if not sound or not set(head.tables) <= set(tables_of(self.domain)):
            raise UsageError(
                f"{self.server.hosts}: what {self.name}.loads holds was not written by this version of demo-data, or "
                f"is damaged; nothing was touched. Where no load runs, drop the database {self.name}, and load again"
            )
        return head


def _here() -> str:
    """This host, and where the numbers of its processes count: containers may share a host's name."""
    with suppress(OSError):
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    return socket.gethostname()


def _may_live(head: Head) -> bool:
    """Whether the load may still run: on another host one cannot know."""
    if head.host != _here():
        return True
    return head.owner in _LIVE if head.process == os.getpid() else alive(head.process)
