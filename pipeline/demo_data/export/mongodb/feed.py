"""Loads a feed: brings a database that holds what it leads from to what it leads to, or says that it is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from demo_data.build import Progress
from demo_data.common.errors import DataError, UsageError, nearest
from demo_data.common.rendering import printable, short
from demo_data.domain import Domain
from demo_data.export.mongodb.documents import document
from demo_data.export.mongodb.fit import Fit
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.net import Net, Step, Values, empty_net
from demo_data.export.mongodb.plan import Changes, Plan, in_place_of, stored
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.run import carry_out
from demo_data.export.mongodb.server import Documents, Session, connected
from demo_data.export.mongodb.targets import Item, Key, Target, tables_of, targets
from demo_data.feed.header import LINES, FeedHeader
from demo_data.feed.reading import events, verified
from demo_data.validation.report import Report

_OFTEN = 1000
"""Events between two signs of progress."""


def load_feed(
    folder: Path,
    uri: str,
    domain: Domain,
    suffix: str,
    *,
    dry_run: bool,
    progress: Progress | None,
    notify: Callable[[str], None] | None,
) -> LoadReport:
    """Load the feed in `folder`, as `load` does. Memory: what a batch has, and the keys of an owner's unique indexes.

    Raises `DataError` where the feed is damaged, or has records that are none; `UsageError` where it does not fit what
    is there, with the first record that differs.
    """
    header = _loadable(folder, domain)
    with empty_net() as net:
        wanted = targets(domain, header.tables, suffix)
        _gather(net, folder, header, {target.table: target for target in wanted}, progress)
        with connected(uri) as server:
            checked = Report(str(folder), dict(net.steps))
            report = LoadReport(str(folder), server.hosts, checked, dry_run, feed=header.spanned)
            fit = Fit()
            parts = [_Steps(target, net, domain, fit, first=target is wanted[0]) for target in wanted]
            if parts:
                carry_out(Plan(server, parts, False, progress), Journal(server, domain, suffix), report, notify)
            report.applied = bool(fit.applied)
    return report


def _loadable(folder: Path, domain: Domain) -> FeedHeader:
    """The header of a feed that tells what there was before. Raises `DataError` or `UsageError`."""
    header, known = verified(folder), tables_of(domain)
    if header.upserts or any("r" in counts for counts in header.tables.values()):
        raise UsageError(
            f"{folder}: does not tell what there was before, so nobody could say whether it fits: "
            "load a feed between two datasets (`changes OLD NEW --out DIR`), or the dataset itself"
        )
    for table in header.tables:
        if table not in known:
            raise DataError(f"{folder}: {printable(str(short(table)))} is no table of {domain}; {nearest(table, known)}")
    return header


def _gather(
    net: Net, folder: Path, header: FeedHeader, places: dict[str, Target], progress: Progress | None
) -> None:
    """Read a feed into a net. Raises `DataError`."""
    for event in events(folder, header):
        names = places[event.table].key
        if set(event.key) != set(names):
            raise _fault(folder, event.position, f"source.key: {', '.join(names)} is the key of {event.table}")
        try:
            net.add(event.position, event.table, tuple(event.key[name] for name in names), event.before, event.after)
        except DataError as error:
            raise _fault(folder, event.position, str(error)) from None
        if progress and (event.position % _OFTEN == 0 or event.position == header.events):
            progress("feed", event.position, header.events)


def _fault(folder: Path, position: int, what: str) -> DataError:
    return DataError(f"{folder / LINES}: line {position}: {what}")


@dataclass(frozen=True)
class _Steps:
    """What a feed does to the records of one table. The first of a plan begins to look how the feed fits."""

    target: Target
    net: Net
    domain: Domain
    fit: Fit
    first: bool

    @property
    def rows(self) -> int:
        return self.net.steps[self.target.table]

    def changes(self, collection: Documents, session: Session) -> Iterator[Changes]:
        """What each batch writes, of which nothing is there yet, or all. Raises `UsageError`."""
        if self.first:
            self.fit.restart()
        for batch in self.net.batches(self.target.table):
            steps = {_key(self.target, step): step for step in batch}
            there = stored(collection, self.target, list(steps), session)
            changes = Changes()
            for key, step in steps.items():
                self._change(changes, key, step, there.get(key))
            yield changes

    def _change(self, changes: Changes, key: Key, step: Step, old: object) -> None:
        raise NotImplementedError
