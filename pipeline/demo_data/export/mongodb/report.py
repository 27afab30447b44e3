"""What a load did, or would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from demo_data.common.rendering import counted
from demo_data.validation.report import Report

Mode = Literal["transaction", "swap", "merge"]
_HOW: dict[Mode | None, str] = {
    "transaction": "in one transaction",
    "swap": "staged under temporary names, then swapped in by rename",
    "merge": "staged in a database of its own, then merged in by the server",
}


@dataclass
class Loaded:
    """How one collection fared. `dropped` counts the documents that `clear` took away, `deleted` those of a feed."""

    table: str
    database: str
    collection: str
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    dropped: int = 0
    seconds: float = 0.0
    read_back: int = 0


@dataclass
class LoadReport:
    """The result of a load. `mode` is `transaction`, `swap` or `merge`; None where findings forbade it.

    `recovered` says what was done about an earlier load that had been cut off. `notes` tell, in words, of indexes that
    existing collections get, or have of their own. `feed` says from where to where a feed leads, and `applied` whether
    all that it does was there already.
    """

    path: str
    server: str
    checked: Report
    dry_run: bool = False
    mode: Mode | None = None
    collections: list[Loaded] = field(default_factory=list)
    recovered: str | None = None
    notes: list[str] = field(default_factory=list)
    feed: str | None = None
    applied: bool = False

    @property
    def ok(self) -> bool:
        """Whether the records were fit to be loaded."""
        return self.checked.ok

    def text(self) -> str:
        """The report for people: a line per collection, or what was found."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if not self.ok:
            yield self.checked.text()
            yield f"{self.server}: nothing was written"
            return
        if self.recovered:
            yield f"{self.server}: {self.recovered}"
        deleted = f"{'deleted':>9}" if self.feed else ""
        yield f"  {'collection':42}{'inserted':>10}{'updated':>10}{deleted}{'unchanged':>11}{'seconds':>9}"
        for one in self.collections:
            name = f"{one.database}.{one.collection}"
            dropped = f"   {one.dropped:,} dropped before" if one.dropped else ""
            deleted = f"{one.deleted:>9,}" if self.feed else ""
            counts = f"{one.inserted:>10,}{one.updated:>10,}{deleted}{one.unchanged:>11,}"
            yield f"  {name:42}{counts}{one.seconds:>9.2f}{dropped}"
        total = sum(one.inserted + one.updated + one.unchanged + one.deleted for one in self.collections)
        records = counted(total, "record") + (f" of a feed from {self.feed}" if self.feed else "")
        how = _HOW.get(self.mode, "")
        if self.feed and (self.applied or not self.collections):
            why = "the feed was loaded before" if self.applied else "nothing happened"
            yield f"{self.server}: {why}; nothing was changed: {records}"
        elif self.dry_run:
            yield f"{self.server}: a dry run, nothing was written; {records} would be loaded {how}"
        else:
            sample = sum(one.read_back for one in self.collections)
            yield f"{self.server}: {records} loaded {how}; counts and a sample of {sample:,} read back agree"
