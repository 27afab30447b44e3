"""Tables on disk: Parquet parts and their JSON form.

A table is one file, `<table>.parquet`, or a directory of that name with parts when it is large. The text of files is
settled by the data alone: the same rows give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import annotated_types
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import DataError, UsageError, first_line
from pipeline.publish import JSON_FOLDER, aside
from pipeline.spec.arrow import arrow_schema
from pipeline.spec.fit import Fit
from pipeline.spec.marks import Decimals, ForeignKey, PrimaryKey
from pipeline.spec.record import Entity
from pipeline.spec.tree import Node, tree

if TYPE_CHECKING:
    import polars as pl

_SLICE = 8192


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
    """The Parquet files of a table, in order of their rows; empty where there are none."""
    path = folder / f"{table}.parquet"
    if path.is_dir():
        return sorted(path.glob("*.parquet"))
    return [path] if path.is_file() else []


def open_part(path: Path, metadata: pq.FileMetaData | None = None) -> pq.ParquetFile:
    """A Parquet file, ready to be read. Raises `DataError` where it is none, or not whole."""
    try:  # INT96 has no unit, and as nanoseconds it would end in the year 2262
        return pq.ParquetFile(path, metadata=metadata, coerce_int96_timestamp_unit="us")
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a whole Parquet file: {first_line(error)}") from None


def batches(files: Sequence[Path], rows: int, model: type[Entity] | None = None) -> Iterator[pa.RecordBatch]:
    """The files' rows, some at a time. Raises `DataError` where a file is damaged.

    With a model they come in its columns, whatever types the file has: also `DataError` where a column or a value does
    not mean what the model's does.
    """
    for path in files:
        try:
            with open_part(path) as part:
                fit = Fit(arrow_schema(model) if model else part.schema_arrow, part.schema_arrow)
                if fit.differences:
                    raise DataError([f"{path}: {each.message}" for each in fit.differences])
                for batch in part.iter_batches(rows):
                    fitted, misfits = fit.batch(batch)
                    if misfits:
                        _, field, value = next(iter(misfits[0]))
                        raise DataError(f"{path}: {field}: {value!r:.60} {misfits[0].why}")
                    yield fitted
        except (pa.ArrowException, OSError) as error:
            raise DataError(f"{path}: damaged Parquet file: {first_line(error)}") from None


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
        open_part(path)
    return pl.scan_parquet(files, glob=False, hive_partitioning=False)


def write_json(source: Sequence[Path], path: Path, model: type[Entity]) -> int:
    """The records of Parquet files as one JSON array, a record a line; returns the size in bytes."""
    import polars as pl

    with path.open("wb") as out:
        out.write(b"[")
        separator = b"\n"
        for batch in batches(source, _SLICE, model):
            lines = pl.DataFrame(pl.from_arrow(batch)).select(json_text(model)).to_series()
            text = lines.str.join(",\n").item()
            if text:
                out.write(separator + text.encode())
                separator = b",\n"
        out.write(b"\n]\n")
    return path.stat().st_size


def write_json_form(folder: Path, models: Mapping[str, type[Entity]]) -> None:
    """The JSON form of every table that lies in `folder` as Parquet, in `folder/json/`."""
    if not any(parts(folder, table) for table in models):
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    with aside(folder) as staging:
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
        return moment_text(value)
    if node.type is datetime.date:
        return value.dt.strftime("%Y-%m-%d")
    return value


def moment_text(value: pl.Expr) -> pl.Expr:
    """Moments in UTC as Pydantic writes them: to the second, or with six digits where one has a fraction."""
    import polars as pl

    whole = value.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    return pl.when(value.dt.microsecond() == 0).then(whole).otherwise(value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))


def leaf_values(table: pa.Table) -> int:
    """Published leaf values in a table: nulls and empty lists hold none."""

    def count(array: Any) -> int:
        if pa.types.is_struct(array.type):
            return sum(count(child) for child in array.flatten())
        if pa.types.is_list(array.type):
            return count(array.flatten())
        return len(array) - int(array.null_count)

    return sum(count(chunk) for column in table.columns for chunk in column.chunks)
