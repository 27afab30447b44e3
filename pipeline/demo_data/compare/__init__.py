"""What changed between two datasets: schema, rows by primary key, values per field, distributions.

    from demo_data.compare import bump, diff
    found = diff("data/demo-1.0.0", "data/demo")
    found.equal, bump(found), found.tables["orders"].changed

Which module does what: `result` is what comes out; `dataset_side` opens a directory; `leaves` knows the columns of
Parquet files, nested ones by dotted path, and reads one at a time; `schema` compares them; `rows` pairs rows by key;
`fields` compares values; `stats` sums distributions up; `run` puts these together. `text`, `markdown` and `jsontext`
tell it.

Memory: a table's keys are held whole, and of one column at a time its numbers, or, where the order of rows differs,
its values on one side. So memory grows with the number of rows, but not with what is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo_data.compare.result import Difference
    from demo_data.domain import Domain

Progress = Callable[[str, int, int], None]
"""Is told the table, how many of its fields were compared, and how many it has."""


def diff(
    old: Path | str,
    new: Path | str,
    *,
    tables: Sequence[str] | None = None,
    examples: int = 3,
    progress: Progress | None = None,
    domain: Domain | None = None,
) -> Difference:
    """Compare two directories of `<table>.parquet` (a file, or a directory of parts), best with their manifests.

    `tables`: only these. `examples`: how many changed values and added or removed keys are kept per table.
    `domain`: whose tables they are, so that their keys are known; rows of other tables are paired by their place.
    Raises `UsageError` where a directory or a table is not there, `DataError` where files are damaged, or a table's
    keys are null or stand more than once: every such table is named.
    """
    from demo_data.compare.run import compared
    from demo_data.domain import default_domain

    return compared(Path(old), Path(new), domain or default_domain(), tables, examples, progress)


def bump(difference: Difference) -> str:
    """Which part of the version must grow: `major` (schema), `minor` (rows, values, their order), or `none`."""
    if any(table.columns or table.status in ("added", "removed") for table in difference.tables.values()):
        return "major"
    return "none" if difference.equal else "minor"
