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


def rows_where(files: Sequence[Path], wanted: Mapping[str, str]) -> Places:
    """The rows in which these texts stand, by the paths of their columns: `lines[].sku` is among a list's items.

    Row groups whose statistics say that they have none are not read. Raises `DataError` where a file is damaged.
    """
    return [(path, rows) for path in files if (rows := list(_rows(path, wanted)))]


def _rows(path: Path, wanted: Mapping[str, str]) -> Iterator[int]:
    columns = [column.partition("[]")[0] for column in wanted]
    with _opened(path, wanted) as part:
        first = 0
        for number in range(part.num_row_groups):
            group = part.metadata.row_group(number)
            if all(_may_hold(group, column, text) for column, text in wanted.items()):
                table = _without_views(part.read_row_group(number, columns=columns))
                held = np.logical_and.reduce([_holds(table, *each) for each in wanted.items()])
                yield from (first + np.flatnonzero(held)).tolist()
            first += group.num_rows


def columns_at(places: Places, *paths: str) -> list[dict[str, Any]]:
    """Columns of these rows, by their paths. Raises `DataError` where a file is damaged."""
    found: list[dict[str, Any]] = []
    for path, rows in places:
        with _opened(path, paths) as part:
            table = _without_views(part.read(columns=list(paths))).take(rows)
            values = [_column(table, each).to_pylist() for each in paths]
            found += [dict(zip(paths, row, strict=True)) for row in zip(*values, strict=True)]
    return found


def keys_of(files: Sequence[Path], names: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """The first keys of each file as texts, of all files together about so many."""
    each = max(1, most // max(len(files), 1))
    for path in files:
        with _opened(path, names) as part:
            for batch in part.iter_batches(each, columns=list(names)):
                table = _without_views(pa.Table.from_batches([batch]))
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


def _holds(table: pa.Table, path: str, text: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """In which rows the text stands."""
    values, rows = _items(table, path)
    held = np.zeros(table.num_rows, bool)
    held[rows[pc.equal(_text(values), text).fill_null(False).to_numpy(zero_copy_only=False)]] = True
    return held


def _column(table: pa.Table, path: str) -> pa.Array:
    return _items(table, path)[0]


def _items(table: pa.Table, path: str) -> tuple[pa.Array, np.ndarray[Any, np.dtype[np.int64]]]:
    """The values at a path, those within lists one after another, and the row of each."""
    top, *below = path.split(".")
    column = table.column(top.removesuffix("[]"))
    values = pa.concat_arrays(column.chunks) if column.chunks else pa.array([], column.type)
    rows = np.arange(len(column))
    for number, step in enumerate((top, *below)):
        if number:
            values = pc.struct_field(values, step.removesuffix("[]"))
        if step.endswith("[]"):
            rows = rows[pc.list_parent_indices(values).to_numpy(zero_copy_only=False)]
            values = pc.list_flatten(values)
    return values, rows


def _without_views(table: pa.Table) -> pa.Table:
    """The table with texts as strings, where other programs' files have them as views, which Arrow does not compare."""
    schema = pa.schema([field.with_type(_without_view(field.type)) for field in table.schema])
    return table if schema.equals(table.schema) else table.cast(schema)


def _without_view(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(kind):
        return pa.struct([field.with_type(_without_view(field.type)) for field in kind])
    if pa.types.is_list(kind):
        return pa.list_(kind.value_field.with_type(_without_view(kind.value_type)))
    return pa.string() if pa.types.is_string_view(kind) else kind


def _text(values: pa.Array) -> pa.Array:
    """The values as texts, dates and numbers as JSON has them."""
    return values if pa.types.is_string(values.type) else values.cast(pa.string())
