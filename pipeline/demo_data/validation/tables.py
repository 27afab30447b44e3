"""Tables as flat frames: a nested field is a column named by its path, such as `address.street`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from demo_data.common.errors import nearest
from demo_data.schema.arrow import arrow_field, arrow_schema, nullable
from demo_data.schema.fit import Difference, Fit, Misfits, fitted
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, column_paths, tree
from demo_data.validation.errors import Absent, Unreadable
from demo_data.validation.frames import flatten, in_calendar, polars
from demo_data.validation.invalid_cells import InvalidCells

BATCH = 65_536
"""Rows that are looked at together in a large table."""

SMALL = 2 * BATCH
"""Rows up to which a table is held in memory."""


class Batch(NamedTuple):
    """Some rows: flat, with the record's number in `row`. Of a Parquet file also nested, and the values that are null
    here because they did not fit.
    """

    rows: pl.DataFrame
    nested: pa.RecordBatch | None = None
    misfits: Sequence[Misfits] = ()


class Table(Protocol):
    """Rows of one table. Frames carry the record's number, from 0, in the column `row`."""

    shown: str
    model: type[Entity]
    height: int
    invalid: InvalidCells

    @property
    def columns(self) -> Sequence[str]:
        """The paths that can be read: scalars and lists."""
        ...

    @property
    def unusable(self) -> Sequence[str]:
        """The paths of which nothing is known: the class has them, or rules would count them, and they are at fault."""
        ...

    def frame(self, *paths: str) -> pl.DataFrame:
        """Some columns. Raises Absent for one that is not there."""
        ...

    def batches(self) -> Iterator[Batch]:
        """All columns, batch by batch."""
        ...


class MemoryTable:
    """A table that was read from JSON, whole in memory. What is no object has no row."""

    def __init__(self, shown: str, model: type[Entity], rows: pl.DataFrame, height: int, invalid: InvalidCells) -> None:
        self.shown, self.model, self.height, self.invalid = shown, model, height, invalid
        self._rows = rows
        self.unusable: Sequence[str] = ()

    @property
    def columns(self) -> Sequence[str]:
        return [name for name in self._rows.columns if name != "row"]

    def frame(self, *paths: str) -> pl.DataFrame:
        _require(self, paths)
        return self._rows.select("row", *paths)

    def batches(self) -> Iterator[Batch]:
        yield Batch(self._rows)


class ParquetTable:
    """A table of one or more Parquet files. A small one is read once, of a large one what is asked for.

    Whatever the files' types, the rows come in the class's: see `demo_data.schema.fit`.

    Raises pyarrow's ArrowException or OSError where a file is no whole Parquet file, Unreadable where a column's name
    comes twice.
    """

    def __init__(self, shown: str, model: type[Entity], files: Sequence[Path]) -> None:
        self.shown, self.model, self.invalid = shown, model, InvalidCells()
        self._paths = files
        self._files = []
        schemas = []
        for path in files:
            with self._named(path):
                self._files.append(_opened(path))
                schemas.append(_schema(self._files[-1]))
        for schema in schemas:
            _distinct(path for field in schema for path in _paths(field, field.name))
        self._fits = [Fit(arrow_schema(model), schema) for schema in schemas]
        self._rows: pl.DataFrame | None = None
        self.height = sum(file.metadata.num_rows for file in self._files)
        small = self.height <= SMALL
        if not small:
            self._files = [_coded(path, file.metadata) for path, file in zip(files, self._files, strict=True)]
        self._held = list(self._read()) if small else None

    @cached_property
    def strict(self) -> bool:
        """Whether the files' own schema forbids the nulls that the class forbids."""
        return all(fit.exact for fit in self._fits)

    @cached_property
    def differences(self) -> list[Difference]:
        """How the files' columns differ from the class's."""
        return list(dict.fromkeys(each for fit in self._fits for each in fit.differences))

    @cached_property
    def columns(self) -> Sequence[str]:
        bad = [each.path for each in self.differences]
        return [path for path in self._kinds if not any(_within(path, each) for each in bad)]

    @cached_property
    def unusable(self) -> Sequence[str]:
        usable = set(self.columns)
        unknown = [each.path for each in self.differences if "." in each.path and each.path not in self._kinds]
        return [*(path for path in self._kinds if path not in usable), *unknown]

    @cached_property
    def _kinds(self) -> dict[str, pa.DataType]:
        """The types of the class's scalars and lists, by path."""
        leaves = [leaf for node in tree(self.model).children for leaf in node.leaves()]
        return {leaf.path: _kind(leaf) for leaf in leaves}

    def frame(self, *paths: str) -> pl.DataFrame:
        _require(self, paths)
        if self._held is not None:
            return in_calendar(self._whole(self._held).select("row", *paths))
        parts = []
        for path, file, fit in zip(self._paths, self._files, self._fits, strict=True):
            with self._named(path):
                parts.append(self._columns(file, fit, paths))
        return in_calendar(pl.concat(parts).with_row_index("row"))

    def batches(self) -> Iterator[Batch]:
        start = 0
        for batch, misfits in self._held if self._held is not None else self._read():
            flat = polars(pa.Table.from_batches([batch]))
            yield Batch(flat.select(self.columns).with_row_index("row", offset=start), batch, misfits)
            start += batch.num_rows

    def raw(self) -> Iterator[pa.RecordBatch]:
        """The rows with their records nested, batch by batch."""
        return (batch for batch, _ in (self._held if self._held is not None else self._read()))

    def _read(self) -> Iterator[tuple[pa.RecordBatch, list[Misfits]]]:
        for path, file, fit in zip(self._paths, self._files, self._fits, strict=True):
            batches = file.iter_batches(batch_size=BATCH, use_threads=False)  # less CPU, and no slower
            while True:
                with self._named(path):
                    if (batch := next(batches, None)) is None:
                        break
                    batch.validate(full=True)  # Parquet's text may be no UTF-8, which Polars takes on trust
                yield fit.batch(batch)

    @contextmanager
    def _named(self, path: Path) -> Iterator[None]:
        """Errors name the part, where there are several."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            if len(self._paths) == 1:
                raise
            raise pa.ArrowInvalid(f"{path.name}: {' '.join(str(error).split())}") from None

    def _columns(self, file: pq.ParquetFile, fit: Fit, paths: Sequence[str]) -> pl.DataFrame:
        part = file.read(columns=list(paths))
        part.validate(full=True)
        if fit.exact:
            return polars(part).select(*paths)
        flat = flatten(part).combine_chunks()
        columns = [
            fitted(flat.column(path).combine_chunks(), self._kinds[path])
            if path in flat.column_names
            else pa.nulls(len(flat), self._kinds[path])
            for path in paths
        ]
        return polars(pa.table(columns, names=list(paths)))

    def _whole(self, held: Sequence[tuple[pa.RecordBatch, list[Misfits]]]) -> pl.DataFrame:
        if self._rows is None:
            frames = [polars(pa.Table.from_batches([batch])).select(self.columns) for batch, _ in held]
            none = polars(pa.Table.from_batches([], arrow_schema(self.model))).select(self.columns)
            self._rows = (pl.concat(frames) if frames else none).with_row_index("row")
        return self._rows


def _opened(path: Path) -> pq.ParquetFile:
    """A Parquet file. INT96, which has no unit, is read to the microsecond: nanoseconds end in the year 2262."""
    return pq.ParquetFile(path, coerce_int96_timestamp_unit="us")


def _schema(file: pq.ParquetFile) -> pa.Schema:
    schema = file.schema_arrow
    try:
        _ = [path for field in schema for path in _paths(field, field.name)]
    except UnicodeDecodeError as error:  # which pyarrow notices when it is asked for a name
        raise pa.ArrowInvalid(f"damaged schema: {error}") from None
    return schema


def _kind(node: Node) -> pa.DataType:
    """The type of a scalar's or a list's values, where any may be null."""
    return nullable(arrow_field(node)).type


def _coded(path: Path, metadata: pq.FileMetaData) -> pq.ParquetFile:
    """The file opened so that text which lies there as a dictionary is read as one: in half the time."""
    group = metadata.row_group(0) if metadata.num_row_groups else None
    columns = [group.column(number) for number in range(group.num_columns)] if group else []
    names = [
        column.path_in_schema
        for column in columns
        if column.physical_type == "BYTE_ARRAY"
        and "RLE_DICTIONARY" in column.encodings
        and not column.path_in_schema.endswith(".element")
    ]
    return pq.ParquetFile(path, metadata=metadata, read_dictionary=names, coerce_int96_timestamp_unit="us")


def _distinct(paths: Iterable[str]) -> None:
    seen: set[str] = set()
    for path in paths:
        if path in seen:
            raise Unreadable(f"has two columns named {path}")
        seen.add(path)


def _paths(field: pa.Field, path: str) -> Iterator[str]:
    if not pa.types.is_struct(field.type):
        yield path
        return
    for number in range(field.type.num_fields):
        child = field.type.field(number)
        yield from _paths(child, f"{path}.{child.name}")


def _within(path: str, parent: str) -> bool:
    return path == parent or path.startswith((f"{parent}.", f"{parent}[")) or parent.startswith(f"{path}[")


def _require(table: Table, paths: Sequence[str]) -> None:
    known = set(table.columns)
    for path in paths:
        if path not in known:
            raise absent(table, path)


def absent(table: Table, path: str) -> LookupError:
    """What a rule raises that reads a column which is not there; where no such table has it, the rule is at fault."""
    known = sorted(column_paths(table.model))
    if path in known:
        return Absent.of(table.shown, path)
    return LookupError(f"{table.model.table} has no column {path!r}; {nearest(path, known)}")
