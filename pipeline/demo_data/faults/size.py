"""How many records are held to plant faults in: all of a small dataset, of a large one a sample."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from demo_data.common.errors import DataError, UsageError
from demo_data.common.program import program
from demo_data.dataset.store import rows_of
from demo_data.domain import Domain
from demo_data.schema.tree import references
from demo_data.validation.discover import Contents

MOST = 100_000
"""Records of all tables together: with some 15 KB each, and what is derived of them, 1.5 GB."""

MOST_BYTES = 150_000_000
"""Bytes of JSON files, whose records nobody has counted."""


def require_small_json(source: Path, contents: Contents) -> None:
    """Raise `UsageError` where tables that lie there as JSON alone are too large: these are held whole."""
    size = _bytes(contents)
    if size > MOST_BYTES:
        raise UsageError(
            f"{source}: has {size / 1e6:,.0f} MB of JSON, which is held in memory, and faults are planted in "
            f"{MOST_BYTES / 1e6:,.0f} MB of it at most: corrupt it as Parquet, such as `{program()} build` makes"
        )


def require_one_form(source: Path, domain: Domain, large: Collection[str], contents: Contents) -> None:
    """Raise `UsageError` where a sampled table hangs together with one that is JSON alone, and is held whole."""
    whole = {table for table in contents.json if table not in contents.parquet}
    for table, model in domain.models.items():
        for each in references(model):
            pair = {table, each.key.table}
            if pair & {*large} and pair & whole:
                raise UsageError(
                    f"{source}: {' and '.join(sorted(pair))} hang together, and are too large for one of them to lie "
                    f"there as JSON alone: corrupt them as Parquet, such as `{program()} build` makes"
                )


def large_tables(rows: Mapping[str, int]) -> list[str]:
    """The tables that are not held whole: the largest, until the others are few enough. `rows`: how many each has."""
    held = sum(rows.values())
    large: list[str] = []
    if held <= MOST:
        return large
    for table in sorted(rows, key=lambda table: -rows[table]):
        if held <= MOST // 2:
            break
        large.append(table)
        held -= rows[table]
    return large


def rows_in_parquet(contents: Contents) -> Mapping[str, int]:
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
