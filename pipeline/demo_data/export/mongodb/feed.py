"""Loads a feed: brings a database that holds what it leads from to what it leads to, or says that it is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bson.raw_bson import RawBSONDocument
from pydantic import ValidationError

from demo_data.build import Progress
from demo_data.common.errors import DataError, UsageError, nearest
from demo_data.common.rendering import printable, short
from demo_data.dataset.strict import explained
from demo_data.domain import Domain
from demo_data.export.mongodb.carrying import carry_out
from demo_data.export.mongodb.documents import document
from demo_data.export.mongodb.fit import Fit
from demo_data.export.mongodb.journal import Journal
from demo_data.export.mongodb.net import Net, Step, Values, empty_net, shown_key
from demo_data.export.mongodb.plan import Changes, Plan, in_place_of, stored
from demo_data.export.mongodb.report import LoadReport
from demo_data.export.mongodb.server import Documents, Session, connected
from demo_data.export.mongodb.targets import Item, Target, tables_of, targets
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
            report = LoadReport(str(folder), server.hosts, checked, dry_run, feed=_spanned(header))
            fit = Fit()
            parts = [_Steps(target, net, domain, fit, folder) for target in wanted]
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
            shown = printable(str(short(table)))
            raise DataError(f"{folder}: {shown} is no table of {domain}; {nearest(table, known)}")
    return header


def _gather(net: Net, folder: Path, header: FeedHeader, places: dict[str, Target], progress: Progress | None) -> None:
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


def _spanned(header: FeedHeader) -> str:
    """In words, from which dataset to which a feed leads."""
    old, new = (f"{printable(str(short(end.profile)))} as of {end.as_of}" for end in (header.from_, header.to))
    return f"{old} to {new}"


def _fault(folder: Path, position: int, what: str) -> DataError:
    return DataError(f"{folder / LINES}: line {position}: {what}")


@dataclass(frozen=True)
class _Steps:
    """What a feed does to the records of one table."""

    target: Target
    net: Net
    domain: Domain
    fit: Fit
    folder: Path

    @property
    def rows(self) -> int:
        return self.net.steps[self.target.table]

    def changes(self, collection: Documents, session: Session) -> Iterator[Changes]:
        """What each batch writes, of which nothing is there yet, or all. Raises `UsageError`."""
        for batch in self.net.batches(self.target.table):
            there = stored(collection, self.target, [step.key for step in batch], session)
            changes = Changes()
            for step in batch:
                self._change(changes, step, there.get(step.key))
            yield changes

    def _change(self, changes: Changes, step: Step, old: RawBSONDocument | None) -> None:
        """Note what a step comes to. Raises `UsageError` where it does not fit what is stored."""
        before, after = self._document(step.before, step), self._document(step.after, step)
        self.fit.hold(f"{self.target.table} {shown_key(step.key)}", old, before, after)
        if self.fit.applied or before == after:
            changes.same += [after] if after else []
        elif after is None:
            changes.gone += [old] if old else []
        elif old is None:
            changes.new.append(self._checked(after, step))
        else:
            changes.changed.append(in_place_of(old, self._checked(after, step)))
            changes.before.append(old)

    def _document(self, values: Values | None, step: Step) -> Item | None:
        return None if values is None else document(self.target, values, self._where(step))

    def _checked(self, item: Item, step: Step) -> Item:
        """The document as its table's class gives it. Raises `DataError` where it is no such record."""
        model = self.domain.models.get(self.target.table)
        if model is None or step.after is None:
            return item
        try:
            record = model.model_validate_json(json.dumps(step.after), strict=True).model_dump(mode="json")
        except ValidationError as error:
            raise DataError(f"{self._where(step)}: after: {explained(error)}") from None
        if record != step.after:
            raise DataError(f"{self._where(step)}: after: not the whole record")
        return document(self.target, record, self._where(step))

    def _where(self, step: Step) -> str:
        return f"{self.folder / LINES}: line {step.number}"
