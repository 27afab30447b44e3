"""What was written is read back: how many documents are there, and whether a sample of them is as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from demo_data.common.errors import UsageError
from demo_data.export.mongodb.compare import same, stored
from demo_data.export.mongodb.records import Item
from demo_data.export.mongodb.report import Loaded
from demo_data.export.mongodb.targets import Target

if TYPE_CHECKING:
    from bson.raw_bson import RawBSONDocument
    from pymongo.client_session import ClientSession
    from pymongo.collection import Collection

    Documents = Collection[RawBSONDocument]

UNDONE = "the load was undone"
_SAMPLE = 20


class Sample:
    """Records from all over the table, and the last one."""

    def __init__(self, rows: int) -> None:
        self._step = max(rows // _SAMPLE, 1)
        self._seen = 0
        self.items: dict[tuple[object, ...], Item] = {}

    def see(self, batch: Sequence[Item]) -> None:
        """Take some of these records, which come next."""
        for item in batch:
            if self._seen % self._step == 0:
                self.items[item.key] = item
            self._seen += 1


@dataclass
class Staged:
    """A staged table, and what has to be in its place in the end: a sample, and so many documents."""

    collection: Documents
    target: Target
    loaded: Loaded
    sample: Sample
    expected: int

    def read_back(self) -> None:
        """Look whether it is. Raises `UsageError`."""
        self.loaded.read_back = verified(self.collection, self.target, self.sample, self.expected, end="")


def verified(
    collection: Documents,
    target: Target,
    sample: Sample,
    expected: int,
    session: ClientSession | None = None,
    *,
    end: str = f"; {UNDONE}",
) -> int:
    """Read back counts and the sample; returns how many records were compared. Raises `UsageError`.

    Others may have added documents meanwhile: more than expected is fine.
    """
    found = collection.count_documents({}, session=session)
    if found < expected:
        raise UsageError(f"{target}: {expected:,} documents are expected, {found:,} are there{end}")
    there = stored(collection, target, list(sample.items), session)
    for key, item in sample.items.items():
        if key not in there or not same(there[key], item):
            raise UsageError(f"{target}: {' '.join(map(str, key))} is not there as it was written{end}")
    return len(sample.items)
