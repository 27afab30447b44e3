"""What is to be loaded, and what of it is new, changed or there already."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demo_data.build import Progress
from demo_data.export.mongodb.compare import Compared, compared
from demo_data.export.mongodb.existing import Existing, existing
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.records import Item, batches
from demo_data.export.mongodb.report import MERGE, SWAP, TRANSACTION, Loaded, Mode
from demo_data.export.mongodb.rules import Rules
from demo_data.export.mongodb.targets import Target
from demo_data.validation.discover import Source

if TYPE_CHECKING:
    from bson.raw_bson import RawBSONDocument
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

IN_ONE_TRANSACTION = 1000
"""Documents that one transaction may write: what MongoDB recommends as the most."""


@dataclass
class Task:
    """What is to be loaded, where to. `rows` counts the records of each table."""

    journal: Journal
    targets: Sequence[Target]
    sources: Mapping[str, Source]
    rows: Mapping[str, int]
    clear: bool
    progress: Progress | None
    there: Mapping[str, Existing] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of the tables, in the order in which they are loaded."""
        return tuple(target.table for target in self.targets)

    @property
    def mode(self) -> Mode:
        """The way that fits deployment and load."""
        if self.journal.server.transactions:
            number = sum(self.rows.values())
            if self.clear and number <= IN_ONE_TRANSACTION:
                number += sum(self.collection(target).estimated_document_count() for target in self.targets)
            if number <= IN_ONE_TRANSACTION:
                return TRANSACTION
        return SWAP if self.clear else MERGE

    def look(self) -> None:
        """See what is at the targets. Raises `UsageError` where a load could not keep its word about it."""
        server = self.journal.server
        self.there = {target.table: existing(server, target, clear=self.clear) for target in self.targets}

    def collection(self, target: Target) -> Collection[RawBSONDocument]:
        """The target's collection."""
        return self.journal.server.collection(target.database, target.collection)

    @contextmanager
    def timed(self, target: Target) -> Iterator[Loaded]:
        """A collection's counts, which get its time at the end."""
        loaded, began = Loaded(target.table, target.database, target.collection), time.monotonic()
        yield loaded
        loaded.seconds = time.monotonic() - began

    def sorted_out(
        self, target: Target, loaded: Loaded, session: ClientSession | None = None
    ) -> Iterator[tuple[list[Item], Compared]]:
        """A table's records, batch by batch, and what of them is new or changed: that may be written.

        Counts a batch, and shows progress, when the next one is asked for. Raises `UsageError` where an owner's rules
        forbid one.
        """
        collection, rules = self.collection(target), Rules(self.there[target.table])
        done, total = 0, self.rows.get(target.table, 0)
        for batch in batches(self.journal.domain, target, self.sources[target.table]):
            found = Compared(new=batch) if self.clear else compared(collection, target, batch, session)
            rules.hold(collection, found.writes, session, among_others=not self.clear)
            yield batch, found
            loaded.inserted += len(found.new)
            loaded.updated += len(found.changed)
            loaded.unchanged += found.same
            done += len(batch)
            if self.progress:
                self.progress(target.table, done, max(total, done))


def would_do(task: Task) -> list[Loaded]:
    """What a load would do; nothing is written. Raises `UsageError` where it would be refused."""
    found = []
    for target in task.targets:
        with task.timed(target) as loaded:
            if task.clear:
                loaded.dropped = task.collection(target).count_documents({})
            for _ in task.sorted_out(target, loaded):
                pass
        found.append(loaded)
    return found
