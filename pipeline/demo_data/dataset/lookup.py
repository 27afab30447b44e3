"""Finds rows of a table by what stands in a few columns, and reads no more of its files than that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo_data.common.errors import first_line
from demo_data.common.files import FileError
from demo_data.dataset.parquet_file import open_part

Places: TypeAlias = list[tuple[Path, list[int]]]
"""Rows by their numbers, in some files of a table."""


def rows_where(files: Sequence[Path], wanted: Mapping[str, str], *, in_list: bool = False) -> Places:
    """The rows in which these texts stand, by the paths of their columns; `in_list`: among a list's items.

    Row groups whose statistics say that they have none are not read. Raises `DataError` where a file is damaged.
    """
    return [(path, rows) for path in files if (rows := list(_rows(path, wanted, in_list)))]


def _rows(path: Path, wanted: Mapping[str, str], in_list: bool) -> Iterator[int]:
    with _opened(path, wanted) as part:
        first = 0
        for number in range(part.num_row_groups):
            group = part.metadata.row_group(number)
            if all(_may_hold(group, column, text) for column, text in wanted.items()):
                table = part.read_row_group(number, columns=list(wanted))
                held = np.logical_and.reduce([_holds(table, *each, in_list) for each in wanted.items()])
                yield from (first + np.flatnonzero(held)).tolist()
            first += group.num_rows


def columns_at(places: Places, *paths: str) -> list[dict[str, Any]]:
    """Columns of these rows, by their paths. Raises `DataError` where a file is damaged."""
    found: list[dict[str, Any]] = []
    for path, rows in places:
        with _opened(path, paths) as part:
            table = part.read(columns=list(paths)).take(rows)
            values = [_column(table, each).to_pylist() for each in paths]
            found += [dict(zip(paths, row, strict=True)) for row in zip(*values, strict=True)]
    return found


def keys_of(files: Sequence[Path], names: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """The first keys of each file as texts, of all files together about so many."""
    each = max(1, most // max(len(files), 1))
    for path in files:
        with _opened(path, names) as part:
            for batch in part.iter_batches(each, columns=list(names)):
                table = pa.Table.from_batches([batch])
                yield from zip(*(_text(_column(table, name)).to_pylist() for name in names), strict=True)
                break


def around(files: Sequence[Path], name: str, text: str) -> list[Path]:
    """The files between whose least and greatest value of a column the text lies."""
    found = []
    for path in files:
        with _opened(path, [name]) as part:
            groups = [part.metadata.row_group(number) for number in range(part.num_row_groups)]
        if any(_may_hold(group, name, text) for group in groups):
            found.append(path)
    return found


@contextmanager
def _opened(path: Path, columns: Iterable[str]) -> Iterator[pq.ParquetFile]:
    """A Parquet file of which these columns are read. Raises `DataError` where they cannot be."""
    try:
        with open_part(path) as part:
            yield part
    except (pa.ArrowException, OSError, KeyError) as error:
        raise FileError(path, f"{', '.join(columns)} cannot be read: {first_line(error)}") from None


def _may_hold(group: pq.RowGroupMetaData, path: str, text: str) -> bool:
    """Whether a row group's statistics leave room for a value; where there are none, they do."""
    for number in range(group.num_columns):
        column = group.column(number)
        if column.path_in_schema == path:
            known = column.statistics
            if known is None or not known.has_min_max or not isinstance(known.min, str):
                return True
            return bool(known.min <= text <= known.max)
    return True


def _holds(table: pa.Table, path: str, text: str, in_list: bool) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """In which rows the text stands."""
    values = _column(table, path)
    items = pc.list_flatten(values) if in_list else values
    same = pc.equal(_text(items), text).fill_null(False).to_numpy(zero_copy_only=False)
    if not in_list:
        return np.asarray(same, bool)
    rows = np.zeros(len(values), bool)
    rows[pc.list_parent_indices(values).to_numpy(zero_copy_only=False)[same]] = True
    return rows


def _column(table: pa.Table, path: str) -> pa.Array:
    top, *below = path.split(".")
    values = table.column(top).combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks)
    for step in below:
        values = pc.struct_field(values, step)
    return values


def _text(values: pa.Array) -> pa.Array:
    """The values as texts, dates and numbers as JSON has them."""
    return values if pa.types.is_string(values.type) else values.cast(pa.string())
