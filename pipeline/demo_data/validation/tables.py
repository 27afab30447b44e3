"""Tables as flat frames: a nested field is a column named by its path, such as `address.street`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from polars.exceptions import PanicException

from demo_data.common.errors import nearest
from demo_data.common.files import FileError
from demo_data.common.soundness import polars_takes
from demo_data.dataset.parquet_file import open_part
from demo_data.schema.arrow import arrow_field, arrow_schema, nullable
from demo_data.schema.fit import Difference, Fit, Misfits, fitted
from demo_data.schema.record import Entity
from demo_data.schema.tree import column_paths, tree
from demo_data.validation.ahead import ahead
from demo_data.validation.errors import Absent, Unreadable
from demo_data.validation.invalid_cells import InvalidCells

BATCH = 65_536
"""Rows that are looked at together in a large table."""

SMALL = 2 * BATCH
"""Rows up to which a table is held in memory."""


LIMITS: dict[Any, tuple[date, date]] = {
    pl.Date: (date.min, date.max),
    pl.Datetime: (datetime.min, datetime.max),  # noqa: DTZ901 (compared without a zone)
}
"""Days and moments that Python's calendar and Pydantic know; Parquet's goes far beyond. Moments are in UTC."""


class Batch(NamedTuple):
    """Some rows: flat, with the record's number in `row`. Of a Parquet file also nested, and the values that are null
    here because they did not fit.
    """

    rows: pl.DataFrame
    nested: pa.RecordBatch | None = None
    misfits: Sequence[Misfits] = ()


class Table(ABC):
    """Rows of one table. Frames carry the record's number, from 0, in the column `row`.

    `columns` are the paths that can be read: scalars and lists. Of those that are `unusable` nothing is known: the
    class has them, or rules would count them, and they are at fault. `differences` tell how the file's columns differ
    from the class's; `strict`: nothing that the class requires can be null.
    """

    height: int
    starts: Sequence[int]
    """The numbers of the first records of its pieces: what can be read alone."""

    columns: Sequence[str]
    unusable: Sequence[str] = ()
    differences: Sequence[Difference] = ()
    strict: bool = True

    def __init__(self, shown: str, model: type[Entity], invalid: InvalidCells) -> None:
        self.shown, self.model, self.invalid = shown, model, invalid

    def frame(self, *paths: str) -> pl.DataFrame:
        """Some columns. Raises Absent for one that is not there."""
        return pl.concat(self.piece(number, *paths) for number in range(len(self.starts)))

    def pieces(self, *paths: str) -> Iterator[pl.DataFrame]:
        """Some columns, piece by piece, of which there is at least one. Raises Absent for one that is not there."""
        return ahead(lambda number: self.piece(number, *paths), range(len(self.starts)))

    def piece(self, number: int, *paths: str) -> pl.DataFrame:
        """Some columns of a piece. Raises Absent for one that is not there."""
        known = set(self.columns)
        for path in paths:
            if path not in known:
                raise absent(self, path)
        return self._piece(number, paths)

    def place(self, row: int) -> int:
        """The piece that a record is in."""
        return bisect_right(self.starts, row) - 1

    @abstractmethod
    def _piece(self, number: int, paths: Sequence[str]) -> pl.DataFrame:
        """Columns that are there."""

    @abstractmethod
    def batches(self) -> Iterator[Batch]:
        """All columns, batch by batch."""


class ParquetTable(Table):
    """A table of one or more Parquet files. A small one is read once, of a large one what is asked for.

    Whatever the files' types, the rows come in the class's: see `demo_data.schema.fit`.

    Raises pyarrow's ArrowException, OSError or Unreadable where a file is no whole Parquet file, or a column's name
    comes twice.
    """

    def __init__(self, shown: str, model: type[Entity], files: Sequence[Path]) -> None:
        super().__init__(shown, model, InvalidCells())
        self._paths = files
        opened = []
        for path in files:
            with self._named(path), open_part(path) as file:
                _require_distinct(file.schema_arrow)
                opened.append((file.metadata, file.schema_arrow))
        self._metadata = [metadata for metadata, _ in opened]
        self._fits = [Fit(arrow_schema(model), schema) for _, schema in opened]
        self.strict = all(fit.exact for fit in self._fits)
        self.differences = list(dict.fromkeys(each for fit in self._fits for each in fit.differences))
        leaves = [leaf for node in tree(model).children for leaf in node.leaves()]
        self._kinds = {leaf.path: nullable(arrow_field(leaf)).type for leaf in leaves}
        bad = [each.path for each in self.differences]
        self.columns = [path for path in self._kinds if not any(_within(path, each) for each in bad)]
        unknown = [path for path in bad if "." in path and path not in self._kinds]
        self.unusable = [*(path for path in self._kinds if path not in self.columns), *unknown]
        self.height = sum(each.num_rows for each in self._metadata)
        small = self.height <= SMALL
        self._coded = [[] if small else _coded(each) for each in self._metadata]
        self._held = list(self._read()) if small else None
        groups = [(file, group) for file, each in enumerate(self._metadata) for group in range(each.num_row_groups)]
        self._groups = [(0, 0)] if small else groups
        sizes = [self._metadata[file].row_group(group).num_rows for file, group in groups]
        self.starts = [0] if small else [0, *accumulate(sizes)][:-1]

    def _piece(self, number: int, paths: Sequence[str]) -> pl.DataFrame:
        if self._held is not None:
            return in_calendar(self._whole.select("row", *paths))
        file, group = self._groups[number]
        with self._named(self._paths[file]), self._open(file) as opened:
            part = opened.read_row_group(group, columns=list(paths))
            return in_calendar(self._columns(part, self._fits[file], paths).with_row_index("row", self.starts[number]))

    def _open(self, file: int) -> pq.ParquetFile:
        """A file for one reading: what has been read of one that stays open stays in memory."""
        return open_part(self._paths[file], self._metadata[file], self._coded[file])

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
        for number, (path, fit) in enumerate(zip(self._paths, self._fits, strict=True)):
            with self._named(path):
                file = self._open(number)
            with file:
                batches = _batches(file)
                while True:
                    with self._named(path):
                        if (batch := next(batches, None)) is None:
                            break
                        batch.validate(full=True)  # Parquet's text may be no UTF-8, which Polars takes on trust
                    yield fit.batch(batch)

    @contextmanager
    def _named(self, path: Path) -> Iterator[None]:
        """Errors name the part, where there are several."""
        part = f"{path.name}: " if len(self._paths) > 1 else ""
        try:
            yield
        except FileError as error:
            raise Unreadable(part + error.reason) from None
        except UnicodeDecodeError as error:  # which pyarrow notices when it is asked for a name
            raise Unreadable(f"{part}damaged schema: {error}") from None
        except (OSError, pa.ArrowException) as error:
            if not part:
                raise
            raise pa.ArrowInvalid(part + " ".join(str(error).split())) from None

    def _columns(self, part: pa.Table, fit: Fit, paths: Sequence[str]) -> pl.DataFrame:
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

    @cached_property
    def _whole(self) -> pl.DataFrame:
        """All rows of a small table."""
        none = pa.Table.from_batches([], arrow_schema(self.model))
        tables = [pa.Table.from_batches([batch]) for batch in self.raw()] or [none]
        return pl.concat(polars(table).select(self.columns) for table in tables).with_row_index("row")


def _coded(metadata: pq.FileMetaData) -> list[str]:
    """The columns of text that lie there as a dictionary: read as one it takes half the time."""
    group = metadata.row_group(0) if metadata.num_row_groups else None
    columns = [group.column(number) for number in range(group.num_columns)] if group else []
    return [
        column.path_in_schema
        for column in columns
        if column.physical_type == "BYTE_ARRAY"
        and "RLE_DICTIONARY" in column.encodings
        and ".list.element" not in column.path_in_schema
    ]


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """A file's rows. No batch is of two row groups: Arrow cannot join their dictionaries below a struct."""
    for number in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=BATCH, row_groups=[number], use_threads=False)  # less CPU, no slower


def _require_distinct(schema: pa.Schema) -> None:
    for path, count in Counter(flatten(pa.Table.from_batches([], schema)).column_names).items():
        if count > 1:
            raise Unreadable(f"has two columns named {path}")


def _within(path: str, parent: str) -> bool:
    return path == parent or path.startswith((f"{parent}.", f"{parent}[")) or parent.startswith(f"{path}[")


def absent(table: Table, path: str) -> LookupError:
    """What a rule raises that reads a column which cannot be read; where there is no such column, the rule is at fault.

    A rule that reads all columns whose paths begin alike asks for those of the file that the class does not know, too.
    """
    known = sorted(column_paths(table.model))
    if path in known or path in table.unusable:
        return Absent.of(table.shown, path)
    return LookupError(f"{table.model.table} has no column {path!r}; {nearest(path, known)}")


def flatten(table: pa.Table) -> pa.Table:
    """A nested table with a column for each leaf, named by its path."""
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return table


def polars(table: pa.Table) -> pl.DataFrame:
    """The flat frame of a nested Arrow table, of types that Polars knows; a value below a null is null."""
    found = flatten(table)
    known = [number for number, kind in enumerate(found.schema.types) if polars_takes(kind)]
    found = found.select(known)  # the others are no column of ours, and told as such
    try:
        texts = {}
        for number, field in enumerate(found.schema):
            if is_coded(field.type) and found.column(number).num_chunks == 1:
                column = found.column(number).chunk(0)
                texts[field.name] = pl.Series(field.name, pl.from_arrow(column.dictionary))
                found = found.set_column(number, field.name, column.indices)
        frame = pl.DataFrame(pl.from_arrow(found))
    except PanicException as error:  # Polars takes on trust that a schema's own texts are UTF-8
        raise pa.ArrowInvalid(f"damaged schema: {error}") from None
    coded = [name for name, kind in frame.schema.items() if kind == pl.Categorical]
    rest = [pl.col(name).cast(pl.String) for name in coded]
    return frame.with_columns(*(values.gather(frame[name]) for name, values in texts.items()), *rest)


def is_coded(kind: pa.DataType) -> bool:
    """Whether it is text by way of a dictionary: looking it up here is cheaper than Polars' categories."""
    return bool(pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))


def in_calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with null in place of days and moments that Python's calendar does not know."""
    kinds = {name: kind for name, kind in frame.schema.items() if kind.base_type() in LIMITS}
    return frame.with_columns(_in_calendar(pl.col(name), kind) for name, kind in kinds.items()) if kinds else frame


def _in_calendar(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    first, last = (pl.lit(limit).cast(kind) for limit in LIMITS[kind.base_type()])
    return pl.when(column.is_between(first, last)).then(column)
