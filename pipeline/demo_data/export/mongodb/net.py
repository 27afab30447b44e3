"""What a feed comes to: per record what was before its first event and what is after its last, in bounded memory."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from demo_data.common.errors import DataError
from demo_data.common.rendering import printable, short

ROWS = 1000
"""Records that are compared and written together."""

LETTERS = 1 << 23
"""And no more than this many letters of them, but for one record that is larger."""

_CACHE_KB = 16_384

_TABLE = """
    CREATE TABLE net (
        first INTEGER PRIMARY KEY, "table" TEXT, key TEXT, before TEXT, after TEXT, last INTEGER,
        UNIQUE ("table", key)
    )
"""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A record before and after a feed, in its JSON form; None where it is not there. `number` is of the last event."""

    number: int
    key: tuple[Any, ...]
    before: Values | None
    after: Values | None


class Net:
    """The steps of a feed by table, in the order of their first events, in a file that is gone with the process.

    `steps` counts them by table.
    """

    def __init__(self, store: sqlite3.Connection) -> None:
        self._store = store
        self.steps: Counter[str] = Counter()

    def add(self, number: int, table: str, key: Sequence[Any], before: Values | None, after: Values | None) -> None:
        """The next event of a feed. Raises `DataError` where it does not go on from the record's event before it."""
        known = _written(list(key))
        row = (number, table, known, _written(before), _written(after), number)
        if self._store.execute("INSERT OR IGNORE INTO net VALUES (?, ?, ?, ?, ?, ?)", row).rowcount:
            self.steps[table] += 1
            return
        found = 'SELECT after, last FROM net WHERE "table" = ? AND key = ?'
        left, last = self._store.execute(found, (table, known)).fetchone()
        if _read(left) != before:
            raise DataError(f"{table} {shown_key(key)}: its `before` is not the `after` of event {last:,}")
        change = 'UPDATE net SET after = ?, last = ? WHERE "table" = ? AND key = ?'
        self._store.execute(change, (_written(after), number, table, known))

    def batches(self, table: str) -> Iterator[list[Step]]:
        """A table's steps, some at a time."""
        found = 'SELECT last, key, before, after FROM net WHERE "table" = ? ORDER BY first'
        batch: list[Step] = []
        size = 0
        for last, key, before, after in self._store.execute(found, (table,)):
            batch.append(Step(last, tuple(json.loads(key)), _read(before), _read(after)))
            size += len(before or "") + len(after or "")
            if len(batch) == ROWS or size >= LETTERS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch


@contextmanager
def empty_net() -> Iterator[Net]:
    """A net that has no steps yet. It spills to the folder for temporary files, under no name."""
    with closing(sqlite3.connect("", isolation_level=None)) as store:
        # Nobody sees it again: no journal, no waiting for the disk.
        for setting in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE_KB}"):
            store.execute(f"PRAGMA {setting}")
        store.execute(_TABLE)
        store.execute("BEGIN")  # One for all: an end of each would write it out.
        yield Net(store)


def shown_key(key: Sequence[Any]) -> str:
    """A key as people say it."""
    return printable(" ".join(str(short(part)) for part in key))


def _written(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(text: str | None) -> Values | None:
    return None if text is None else json.loads(text)
