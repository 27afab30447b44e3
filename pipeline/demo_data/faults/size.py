"""How large a dataset may be that faults are planted in: its records are held in memory, as plain objects."""

from __future__ import annotations

from pathlib import Path

from demo_data.common.errors import DataError, UsageError
from demo_data.common.program import program
from demo_data.dataset.store import rows_of
from demo_data.domain import Domain
from demo_data.validation.discover import Contents, discover

MOST = 100_000
"""Records of all tables together: with some 15 KB each, and what is derived of them, 1.5 GB."""

MOST_BYTES = 150_000_000
"""Bytes of JSON files, whose records nobody has counted."""


def require_small(source: Path, domain: Domain) -> None:
    """Raise `UsageError` for a dataset that is too large, before anything of it is read but the files' own counts."""
    contents = discover(source, domain)
    rows, size = _rows(contents), _bytes(contents)
    if sum(rows.values()) > MOST:
        most = max(rows, key=lambda table: rows[table])
        has = f"{sum(rows.values()):,} records, {rows[most]:,} of them in {most}"
        limit = f"{MOST:,} records"
    elif size > MOST_BYTES:
        has, limit = f"{size / 1e6:,.0f} MB of JSON", f"{MOST_BYTES / 1e6:,.0f} MB"
    else:
        return
    raise UsageError(
        f"{source}: has {has}, and faults are planted in memory, in {limit} at most: corrupt a smaller dataset, such "
        f"as `{program()} build PROFILE --set TABLE.count=N` makes"
    )


def _rows(contents: Contents) -> dict[str, int]:
    """How many rows each table in Parquet tells of. What is damaged is told by validation, with all else."""
    rows = {}
    for table, source in contents.parquet.items():
        try:
            rows[table] = rows_of(source.files)
        except DataError:
            rows[table] = 0
    return rows


def _bytes(contents: Contents) -> int:
    """The size of the tables that are there as JSON alone."""
    alone = (source for table, source in contents.json.items() if table not in contents.parquet)
    return sum(path.stat().st_size for source in alone for path in source.files if path.is_file())
