"""The keys of an open snapshot, as the registry that the Polyfactory classes pick foreign keys from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel

from demo_data.objects.registry import FKRegistry, Key

if TYPE_CHECKING:
    from demo_data.versions.snapshot import Snapshot


class SnapshotRegistry(FKRegistry):
    """A registry that begins with a snapshot's keys. A table's records are read when one of them is asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self._snapshot = snapshot
        self._unread = {table for table in snapshot.tables if table in self.domain.models}
        for table in snapshot.tables:
            if table in self._unread:
                self.register(table, _keys(self, snapshot, table))

    def record(self, entity_type: str, key: Key) -> BaseModel | None:
        """The record registered under a key, the snapshot's unless another was registered since."""
        if entity_type in self._unread:
            self._unread.remove(entity_type)
            known = self._known[entity_type]
            for own, record in zip(
                _keys(self, self._snapshot, entity_type), self._snapshot.models(entity_type), strict=True
            ):
                known[own] = known[own] or record
        return super().record(entity_type, key)


def _keys(registry: FKRegistry, snapshot: Snapshot, table: str) -> list[Key]:
    fields = registry.domain.key_fields(table)
    rows = snapshot[table].select(fields).collect().rows()
    return [row[0] for row in rows] if len(fields) == 1 else rows
