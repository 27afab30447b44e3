"""The keys of an open snapshot, as the registry that the Polyfactory classes pick foreign keys from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pydantic import BaseModel

from demo_data.domain import Domain
from demo_data.objects.registry import FKRegistry, Key


class SnapshotRegistry(FKRegistry):
    """A registry that begins with a snapshot's keys. A table's records are read when one of them is asked for."""

    def __init__(
        self, domain: Domain, keys: Mapping[str, Sequence[Key]], records: Callable[[str], Iterable[BaseModel]]
    ) -> None:
        """`keys`: those of each table, in order of its rows; `records`: what reads the records of a table."""
        super().__init__(domain)
        self._keys, self._records = dict(keys), records
        for table, known in keys.items():
            self.register(table, known)

    def record(self, entity_type: str, key: Key) -> BaseModel | None:
        """The record registered under a key, the snapshot's unless another was registered since."""
        if (keys := self._keys.pop(entity_type, None)) is not None:
            known = self._known[entity_type]
            for own, record in zip(keys, self._records(entity_type), strict=True):
                known[own] = known[own] or record
        return super().record(entity_type, key)
