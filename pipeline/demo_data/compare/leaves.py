"""The columns of Parquet files as leaves: scalars and lists, by dotted path, each read on its own.

What lies inside a list is no leaf of its own: the list is compared whole. A nested record is a leaf too, as to whether
it is there: its value is True or null.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from polars.exceptions import PanicException, PolarsError

from demo_data.common.errors import DataError, first_line
from demo_data.common.soundness import polars_takes, unsound
from demo_data.dataset.parquet_file import open_part
from demo_data.schema.arrow import nullable
from demo_data.schema.fit import fitted, row_labels

BATCH = 65_536
"""Rows that are read at a time."""

Places = npt.NDArray[np.uint32]
"""Numbers of rows, from 0."""


@dataclass(frozen=True)
class Leaf:
    """A column, or a nested record. `steps` lead to it from the top; by `read`, dotted, Parquet finds it."""

    path: str
    steps: tuple[str, ...]
    record: bool
    optional: bool
    read: str = ""


class Source:
    """The Parquet files of one table on one side."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Raises `DataError` where a file is not whole, or the files have different columns."""
        self.files = tuple(files)
        self._footers: list[Any] = []
        schemas: list[pa.Schema] = []
        for path in files:
            with open_part(path) as part:
                self._footers.append(part.metadata)
                schemas.append(part.schema_arrow)
        labels = row_labels(schemas[0])
        self.schema = pa.schema(field for field in schemas[0] if field.name not in labels)
        self._stored = self.schema
        self._read_as: dict[str, pa.DataType] = {}
        self.height = sum(footer.num_rows for footer in self._footers)
        for path, schema in zip(files, schemas, strict=True):
            if not schema.equals(schemas[0]):
                raise DataError(f"{path}: has other columns than {files[0].name} beside it")
        paths = [leaf.path for field in self.schema for leaf in _leaves(field, ())]
        if twice := next((path for path in paths if paths.count(path) > 1), None):
            raise DataError(f"{files[0]}: has two columns called {twice}")
        self.leaves = self._leaves()

    def read_as(self, field: pa.Field) -> None:
        """Read a column as another field from now on; its values must fit."""
        self.schema = self.schema.set(self.schema.get_field_index(field.name), field)
        self.leaves = self._leaves()
        self._read_as[field.name] = nullable(field).type

    def _leaves(self) -> dict[str, Leaf]:
        leaves = (leaf for field in self.schema for leaf in _leaves(field, ()))
        return {leaf.path: replace(leaf, read=_stored_at(self._stored, leaf.steps)) for leaf in leaves}

    def columns(self, name: str) -> Iterator[pa.RecordBatch]:
        """A column of the top as it lies in the files, some rows at a time."""
        for path, footer in zip(self.files, self._footers, strict=True):
            with _reading(path, name), open_part(path, footer) as part:
                yield from part.iter_batches(BATCH, columns=[name])

    def batches(self, leaf: Leaf) -> Iterator[pl.Series]:
        """A leaf's values, some at a time, in order of the rows."""
        for path, footer in zip(self.files, self._footers, strict=True):
            with _reading(path, leaf.path), open_part(path, footer) as part:
                for batch in part.iter_batches(BATCH, columns=[leaf.read]):
                    batch.validate(full=True)  # Parquet's text may be no UTF-8, which Polars takes on trust
                    yield self._series(batch, leaf)

    def whole(self, leaf: Leaf) -> pl.Series:
        """All values of a leaf."""
        parts = list(self.batches(leaf))
        return pl.concat(parts) if parts else self.empty(leaf)

    def at(self, leaf: Leaf, places: Places) -> pl.Series:
        """The values at some places, which are in order. Row groups that have none of these are not read."""
        start, found = 0, [self.empty(leaf)]
        for path, footer in zip(self.files, self._footers, strict=True):
            for group in range(footer.num_row_groups):
                stop = start + footer.row_group(group).num_rows
                low, high = np.searchsorted(places, (start, stop))
                if low < high:
                    found += self._group_at(path, footer, group, leaf, places[low:high] - np.uint32(start))
                start = stop
        return pl.concat(found, rechunk=False)

    def _group_at(self, path: Path, footer: Any, group: int, leaf: Leaf, places: Places) -> Iterator[pl.Series]:
        start = 0
        with _reading(path, leaf.path), open_part(path, footer) as part:
            for batch in part.iter_batches(BATCH, row_groups=[group], columns=[leaf.read]):
                low, high = np.searchsorted(places, (start, start + batch.num_rows))
                if low < high:
                    batch.validate(full=True)
                    yield self._series(batch, leaf).gather(places[low:high] - np.uint32(start))
                start += batch.num_rows
                if start > places[-1]:
                    return

    def empty(self, leaf: Leaf) -> pl.Series:
        """No values, of the leaf's type."""
        with _reading(self.files[0], leaf.path):
            columns = [pa.array([], field.type) for field in self.schema]
            return self._series(pa.RecordBatch.from_arrays(columns, schema=self.schema), leaf)

    def _series(self, batch: pa.RecordBatch, leaf: Leaf) -> pl.Series:
        array, kind = batch.column(leaf.steps[0]), self._read_as.get(leaf.steps[0])
        for step in leaf.steps[1:]:
            if pa.types.is_null(array.type):
                array = pa.nulls(len(array))
            else:
                array = array.flatten()[array.type.get_field_index(step)]  # null where the record is
            kind = kind and kind.field(step).type
        if leaf.record:
            array = pc.if_else(array.is_valid(), True, pa.scalar(None, pa.bool_()))
        elif kind:
            array = fitted(array, kind)
        if pa.types.is_timestamp(array.type) and array.type.tz:
            array = array.view(pa.timestamp(array.type.unit, "UTC"))  # the same instants: a zone is a label
        if not polars_takes(array.type):
            raise pa.ArrowInvalid(f"its type is {array.type}, whose values cannot be compared")
        # By itself a moment beyond the calendar is compared and given as a number; within a list it would be a panic.
        if pa.types.is_nested(array.type) and (fault := unsound(pa.record_batch([array], [leaf.path]), finite=False)):
            raise pa.ArrowInvalid(fault)
        values = pl.Series(values=array)
        return values.cast(pl.String) if values.dtype in (pl.Categorical, pl.Enum) else values


@contextmanager
def _reading(file: Path, path: str) -> Iterator[None]:
    """Raise `DataError`, naming file and column, for what Arrow or Polars cannot read."""
    try:
        yield
    except (pa.ArrowException, OSError, PolarsError, PanicException) as error:
        raise DataError(f"{file}: {path} cannot be read: {first_line(error)}") from None


def _stored_at(schema: pa.Schema, steps: Sequence[str]) -> str:
    """A column of a file that tells of the leaf: itself, one below it, or what is null as a whole above it."""
    field, path = schema.field(steps[0]), [steps[0]]
    for step in steps[1:]:
        if not pa.types.is_struct(field.type):
            return ".".join(path)
        field = field.type.field(step)
        path.append(step)
    while pa.types.is_struct(field.type) and field.type.num_fields:
        field = field.type.field(0)
        path.append(field.name)
    return ".".join(path)


def _leaves(field: pa.Field, above: tuple[str, ...]) -> Iterator[Leaf]:
    steps = (*above, field.name)
    path = ".".join(steps)
    if not pa.types.is_struct(field.type):
        yield Leaf(path, steps, record=False, optional=field.nullable)
        return
    yield Leaf(path, steps, record=True, optional=field.nullable)
    for child in field.type:
        yield from _leaves(child, steps)
