"""Tables on disk: Parquet parts and their JSON form.

A table is one file, `<table>.parquet`, or a directory of that name with parts when it is large. The text of files is
settled by the data alone: the same rows give the same bytes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import annotated_types
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import UsageError, first_line
from pipeline.files import FileError, require_regular
from pipeline.publish import JSON_FOLDER, aside
from pipeline.soundness import unsound
from pipeline.spec.arrow import arrow_schema
from pipeline.spec.fit import Fit, projected
from pipeline.spec.marks import Decimals, ForeignKey, PrimaryKey
from pipeline.spec.record import Entity
from pipeline.spec.tree import Node, tree

if TYPE_CHECKING:
    import polars as pl

_SLICE, _BLOCK = 8192, 65_536


def write_part(table: pa.Table, path: Path, model: type[Entity], metadata: dict[str, str]) -> int:
    """Write one part, in one row group, with an encoding chosen for each column; returns its size in bytes."""
    dictionary, encodings, statistics = _encodings(table.schema, tree(model))
    with pq.ParquetWriter(
        path,
        table.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=dictionary,
        column_encoding=encodings,
        write_statistics=statistics,
        store_schema=False,
    ) as writer:
        writer.add_key_value_metadata(metadata)
        writer.write_table(table, row_group_size=max(table.num_rows, 1))
    return path.stat().st_size


def _encodings(schema: pa.Schema, root: Node) -> tuple[list[str], dict[str, str], list[str]]:
    """For every leaf column: whether it is a dictionary, else its encoding; and which columns carry statistics.

    Measured on the documents table: sorted text shrinks most as differences to the text before it, numbers as
    streams of their bytes; text that came as a dictionary is written as it came. Statistics are kept where readers
    filter: keys and moments.
    """
    dictionary, encodings, statistics = [], {}, []
    for path, kind, node in _leaves(schema, root):
        key = node.mark(PrimaryKey) or node.mark(ForeignKey)
        if key or pa.types.is_temporal(kind):
            statistics.append(path)
        if pa.types.is_dictionary(kind) or _few_values(node):
            dictionary.append(path)
        elif pa.types.is_floating(kind) or pa.types.is_integer(kind):
            encodings[path] = "BYTE_STREAM_SPLIT"
        elif pa.types.is_string(kind):
            encodings[path] = "DELTA_BYTE_ARRAY" if node.mark(PrimaryKey) or node.name == "blob_path" else "PLAIN"
    return dictionary, encodings, statistics


def _few_values(node: Node) -> bool:
    """Whether a float's bounds and decimals leave at most a thousand values or so."""
    decimals = node.mark(Decimals)
    low, high = node.mark(annotated_types.Ge), node.mark(annotated_types.Le)
    if not (decimals and low and high):
        return False
    span: float = high.le - low.ge  # type: ignore[operator]
    return bool(span * 10**decimals.places <= 1000)


def _leaves(schema: pa.Schema, root: Node) -> Iterator[tuple[str, pa.DataType, Node]]:
    def below(path: str, kind: pa.DataType, node: Node) -> Iterator[tuple[str, pa.DataType, Node]]:
        if pa.types.is_struct(kind):
            for child, field in zip(node.children, kind, strict=True):
                yield from below(f"{path}.{field.name}", field.type, child)
        elif pa.types.is_list(kind):
            yield from below(f"{path}.list.element", kind.value_type, node.children[0])
        else:
            yield path, kind, node

    for field, node in zip(schema, root.children, strict=True):
        yield from below(field.name, field.type, node)


def parts(folder: Path, table: str) -> list[Path]:
    """The Parquet files of a table, in order of their rows; empty where there are none.

    Entries that begin with `.` or `_` are no parts. All else that bears a part's name is one, be it a pipe: `open_part`
    tells.
    """
    path = folder / f"{table}.parquet"
    if path.is_dir():
        return sorted(part for part in path.glob("*.parquet") if part.name[0] not in "._")
    return [path] if os.path.lexists(path) else []


def open_part(path: Path, metadata: pq.FileMetaData | None = None) -> pq.ParquetFile:
    """A Parquet file, ready to be read. Raises `DataError` where it is no regular file, no Parquet, or not whole."""
    require_regular(path)
    try:
        # INT96 has no unit, and as nanoseconds it would end in the year 2262.
        part = pq.ParquetFile(path, metadata=metadata, coerce_int96_timestamp_unit="us")
        _ = part.schema_arrow.names
    except UnicodeDecodeError:
        raise FileError(path, "not a whole Parquet file: a column's name is no UTF-8") from None
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileError(path, f"not a whole Parquet file: {first_line(error)}") from None
    return part


def batches(
    files: Sequence[Path], rows: int, model: type[Entity] | None = None, paths: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """The files' rows, some at a time: all columns or, by their paths, some. Raises `DataError` where one is damaged.

    With a model they come in its columns, whatever types the file has: also `DataError` where a column or a value does
    not mean what the model's does, or is one that JSON and calendars do not know.
    """
    for path in files:
        try:
            with open_part(path) as part:
                fit = Fit(projected(arrow_schema(model), paths), projected(part.schema_arrow, paths)) if model else None
                if fit and fit.differences:
                    raise FileError(path, "; ".join(each.message for each in fit.differences))
                for batch in part.iter_batches(rows, columns=None if paths is None else list(paths)):
                    batch.validate(full=True)  # Parquet's text may be no UTF-8, which Polars takes on trust
                    yield _fitted(batch, fit, path) if fit else batch
        except (pa.ArrowException, OSError) as error:
            raise FileError(path, f"damaged Parquet file: {first_line(error)}") from None


def _fitted(batch: pa.RecordBatch, fit: Fit, path: Path) -> pa.RecordBatch:
    fitted, misfits = fit.batch(batch)
    if misfits:
        _, field, value = next(iter(misfits[0]))
        raise FileError(path, f"{field}: {value!r:.60} {misfits[0].why}")
    if told := unsound(fitted):
        raise FileError(path, told)
    return fitted


def columns(folder: Path, table: str, *paths: str) -> Iterator[pl.DataFrame]:
    """Columns of a table by their paths, some rows at a time; a value below a null is null. Raises `DataError`.

    Nothing of a file reaches Polars before it is known to be sound: it would panic where others raise.
    """
    import polars as pl

    from pipeline.entities.tables import MODELS

    for batch in batches(parts(folder, table), _BLOCK, MODELS[table], paths):
        flat = pa.Table.from_batches([batch])
        while any(pa.types.is_struct(kind) for kind in flat.schema.types):
            flat = flat.flatten()
        yield pl.DataFrame(pl.from_arrow(flat.select(list(paths))))


def rows_of(files: Sequence[Path]) -> int:
    """How many rows Parquet files tell of. Raises `DataError`."""
    total = 0
    for path in files:
        with open_part(path) as part:
            total += part.metadata.num_rows
    return total


def part_path(folder: Path, table: str, number: int, count: int) -> Path:
    """Where the part `number` of `count` goes."""
    path = folder / f"{table}.parquet"
    if count == 1:
        return path
    path.mkdir(exist_ok=True)
    return path / f"part-{number:05}.parquet"


def scan(folder: Path, table: str) -> pl.LazyFrame:
    """A table's rows, lazily. Raises `DataError` where a file is not whole."""
    import polars as pl

    files = parts(folder, table)
    for path in files:
        open_part(path).close()
    return pl.scan_parquet(files, glob=False, hive_partitioning=False)


def json_lines(files: Sequence[Path], model: type[Entity], *, known: bool = False) -> Iterator[pl.Series]:
    """Each row of Parquet files in the platform's JSON form, some at a time. Raises `DataError` where it has none.

    `known`: columns that the model does not know are left out, and no reason to raise.
    """
    import polars as pl

    paths = [node.name for node in tree(model).children] if known else None
    for batch in batches(files, _SLICE, model, paths):
        yield pl.DataFrame(pl.from_arrow(batch)).select(json_text(model)).to_series()


def write_json(source: Sequence[Path], path: Path, model: type[Entity]) -> int:
    """The records of Parquet files as one JSON array, a record a line; returns the size in bytes."""
    with path.open("wb") as out:
        out.write(b"[")
        separator = b"\n"
        for lines in json_lines(source, model):
            text = lines.str.join(",\n").item()
            if text:
                out.write(separator + text.encode())
                separator = b",\n"
        out.write(b"\n]\n")
    return path.stat().st_size


def write_json_form(folder: Path, models: Mapping[str, type[Entity]]) -> None:
    """The JSON form of every table that lies in `folder` as Parquet, in `folder/json/`."""
    found = [table for table in models if parts(folder, table)]
    if not found:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    with aside(folder, writes=[f"{JSON_FOLDER}/{table}.json" for table in found]) as staging:
        write_json_files(folder, staging / JSON_FOLDER, models)


def write_json_files(folder: Path, target: Path, models: Mapping[str, type[Entity]]) -> None:
    """The JSON form of the tables in `folder`, straight into the directory `target`."""
    target.mkdir()
    for table, model in models.items():
        if found := parts(folder, table):
            write_json(found, target / f"{table}.json", model)


_OPEN = "\x00"
"""Marks the keys of open dicts while the text is made, so that their nulls, and no others, can be dropped."""


def json_text(model: type[Entity]) -> pl.Expr:
    """Each row in the platform's JSON form: the text of `model_dump_json()`."""
    import polars as pl

    columns = [_json_ready(pl.col(node.name), node).alias(node.name) for node in tree(model).children]
    text = pl.struct(columns).struct.json_encode()
    null = r'"\\u0000[^"]*":null'
    return (
        text.str.replace_all(f",{null}", "")
        .str.replace_all(f"{null},?", "")
        .str.replace_all(r"\u0000", "", literal=True)
    )


def _json_ready(value: pl.Expr, node: Node) -> pl.Expr:
    """The column with moments as text and the keys of open dicts marked."""
    import datetime

    import polars as pl

    if node.kind in ("record", "dict"):
        mark = _OPEN if node.kind == "dict" else ""
        below = [_json_ready(value.struct.field(child.name), child).alias(mark + child.name) for child in node.children]
        made = pl.struct(below)
        return pl.when(value.is_not_null()).then(made) if node.optional else made
    if node.kind == "list":
        return value.list.eval(_json_ready(pl.element(), node.children[0]))
    if node.type is datetime.datetime:
        return value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    if node.type is datetime.date:
        return value.dt.strftime("%Y-%m-%d")
    return value


def leaf_values(table: pa.Table) -> int:
    """Published leaf values in a table: nulls and empty lists hold none."""

    def count(array: Any) -> int:
        if pa.types.is_struct(array.type):
            return sum(count(child) for child in array.flatten())
        if pa.types.is_list(array.type):
            return count(array.flatten())
        return len(array) - int(array.null_count)

    return sum(count(chunk) for column in table.columns for chunk in column.chunks)
