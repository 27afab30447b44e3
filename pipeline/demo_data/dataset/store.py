"""Tables on disk: Parquet parts and their JSON form. The same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo_data.common.errors import UsageError, first_line, nearest
from demo_data.common.files import FileError
from demo_data.common.soundness import unsound
from demo_data.dataset.atomic import staged
from demo_data.dataset.layout import JSON_FOLDER, in_parts, json_form, parts
from demo_data.dataset.parquet_file import open_part
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.fit import Fit, projected
from demo_data.schema.marks import Decimals, PrimaryKey
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree

if TYPE_CHECKING:
    import polars as pl

_SLICE, _BLOCK = 8192, 65_536
_NO_LIMIT = 1 << 30
"""Of a dictionary: it holds no more than a part's values, and past a limit the column would go on without one."""
_PAGE_ROWS = 32_000
"""A page of moments has just under 256 KiB, the size up to which zstd's level 3 looks for the shortest repetitions."""


def write_part(table: pa.Table, path: Path, model: type[Entity], metadata: dict[str, str]) -> int:
    """Write one part, in one row group, with an encoding chosen for each column; returns its size in bytes.

    Only PLAIN and dictionaries, which all common readers read rightly: docs/decisions/0024 tells this and all below.
    Statistics stand on primary keys, by which parts differ, and nowhere else: fastparquet asks a neighbour's
    statistics whether a column has nulls. It also loses texts in lists that are no dictionary.
    """
    columns = list(_leaves(table, tree(model)))
    dictionary = [path for path, values, node in columns if "[]" in node.path or _repeats(values, node)]
    with pq.ParquetWriter(
        path,
        table.schema,
        version="2.6",
        data_page_version="1.0",
        max_rows_per_page=_PAGE_ROWS,
        compression="zstd",
        compression_level={path: 3 if pa.types.is_temporal(values.type) else 1 for path, values, _ in columns},
        use_dictionary=dictionary,
        dictionary_pagesize_limit=_NO_LIMIT,
        write_statistics=[path for path, _, node in columns if node.mark(PrimaryKey)],
        store_schema=False,
    ) as writer:
        writer.add_key_value_metadata(metadata)
        writer.write_table(table, row_group_size=max(table.num_rows, 1))
    return path.stat().st_size


def _repeats(values: pa.Array | pa.ChunkedArray, node: Node) -> bool:
    """Whether a column is written as a dictionary: it came as one, or its numbers can only take few values.

    Few are, for a float, fewer values of its decimals between the least and the greatest than there are numbers; for
    an integer, whose plain bytes zstd packs better, an eighth of that.
    """
    if pa.types.is_dictionary(values.type):
        return True
    decimals = node.mark(Decimals)
    if not (decimals or pa.types.is_integer(values.type)) or len(values) == values.null_count:
        return False
    ends = pc.min_max(values).as_py()
    steps = (ends["max"] - ends["min"]) * (10**decimals.places if decimals else 8)
    return bool(steps < len(values) - values.null_count)


def _leaves(table: pa.Table, root: Node) -> Iterator[tuple[str, pa.Array | pa.ChunkedArray, Node]]:
    """Every leaf column: its path in Parquet, its values (of all lists together) and its node."""

    def below(path: str, values: Any, node: Node) -> Iterator[tuple[str, Any, Node]]:
        if pa.types.is_struct(values.type):
            for place, child in enumerate(node.children):
                yield from below(f"{path}.{child.name}", pc.struct_field(values, [place]), child)
        elif pa.types.is_list(values.type):
            yield from below(f"{path}.list.element", pc.list_flatten(values), node.children[0])
        else:
            yield path, values, node

    for column, node in zip(table.columns, root.children, strict=True):
        yield from below(node.name, column, node)


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
                    raise FileError(path, "; ".join(difference.message for difference in fit.differences))
                for batch in part.iter_batches(rows, columns=None if paths is None else list(paths)):
                    batch.validate(full=True)  # Parquet's text may be no UTF-8, which Polars takes on trust
                    yield _fitted(batch, fit, path) if fit else batch
        except (pa.ArrowException, OSError) as error:
            raise FileError(path, f"damaged Parquet file: {first_line(error)}") from None


def read(files: Sequence[Path], model: type[Entity], paths: Sequence[str] | None = None) -> pa.Table:
    """The rows, all at once, in the columns of `model` or in some of them. Raises `DataError` as `batches` does."""
    return pa.Table.from_batches(batches(files, _BLOCK, model, paths), projected(arrow_schema(model), paths))


def _fitted(batch: pa.RecordBatch, fit: Fit, path: Path) -> pa.RecordBatch:
    fitted, misfits = fit.batch(batch)
    if misfits:
        _, field, value = next(iter(misfits[0]))
        raise FileError(path, f"{field}: {value!r:.60} {misfits[0].why}")
    if fault := unsound(fitted):
        raise FileError(path, fault)
    return fitted


def columns(folder: Path, model: type[Entity], *paths: str) -> Iterator[pl.DataFrame]:
    """Columns of a table as `arrow_columns` gives them, for Polars. Raises `DataError`.

    Nothing of a file reaches Polars before it is known to be sound: it would panic where others raise.
    """
    import polars as pl

    for flat in arrow_columns(folder, model, *paths):
        yield pl.DataFrame(pl.from_arrow(flat))


def arrow_columns(folder: Path, model: type[Entity], *paths: str) -> Iterator[pa.Table]:
    """Columns of a table by their paths, some rows at a time; a value below a null is null. Raises `DataError`."""
    for batch in batches(parts(folder, model.table), _BLOCK, model, paths):
        flat = pa.Table.from_batches([batch])
        while any(pa.types.is_struct(kind) for kind in flat.schema.types):
            flat = flat.flatten()
        for path in paths:
            if flat.column_names.count(path) != 1:  # a dot in a column's own name
                raise FileError(folder / f"{model.table}.parquet", f"column {path} stands more than once")
        yield flat.select(list(paths))


def rows_of(files: Sequence[Path]) -> int:
    """How many rows Parquet files tell of. Raises `DataError`."""
    total = 0
    for path in files:
        with open_part(path) as part:
            total += part.metadata.num_rows
    return total


def json_lines(files: Sequence[Path], model: type[Entity], *, known: bool = False) -> Iterator[pl.Series]:
    """Each row of Parquet files in its JSON form, some at a time. Raises `DataError` where it has none.

    `known`: columns that the model does not know are left out, and no reason to raise.
    """
    import polars as pl

    paths = [node.name for node in tree(model).children] if known else None
    for batch in batches(files, _SLICE, model, paths):
        yield pl.DataFrame(pl.from_arrow(batch)).select(json_text(model)).to_series()


def json_at(path: Path, row: int, model: type[Entity]) -> str:
    """One row of a Parquet file in its JSON form. Raises `DataError` where it has none."""
    import polars as pl

    with open_part(path) as part:
        fit = Fit(arrow_schema(model), part.schema_arrow)
        if fit.differences:
            raise FileError(path, "; ".join(difference.message for difference in fit.differences))
        try:
            (batch,) = part.read().slice(row, 1).combine_chunks().to_batches()
            batch.validate(full=True)
        except (pa.ArrowException, OSError) as error:
            raise FileError(path, f"damaged Parquet file: {first_line(error)}") from None
    text: str = pl.DataFrame(pl.from_arrow(_fitted(batch, fit, path))).select(json_text(model)).item()
    return text


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


def write_json_form(folder: Path, models: Mapping[str, type[Entity]], tables: Sequence[str] | None = None) -> list[str]:
    """The JSON form of tables that lie in `folder` as Parquet, in `folder/json/`: of `tables`, or of those of one file.

    Returns the tables in several files that were left out. Raises `UsageError` where a table does not lie there.
    """
    there = [table for table in models if parts(folder, table)]
    if not there:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    if missing := [table for table in tables or () if table not in there]:
        raise UsageError([f"{folder}: no table {table} lies here; {nearest(table, there)}" for table in missing])
    wanted = [table for table in there if (table in tables if tables is not None else not in_parts(folder, table))]
    left = [table for table in there if in_parts(folder, table) and table not in wanted]
    with staged(folder, writes=map(json_form, wanted)) as staging:
        write_json_files(folder, staging / JSON_FOLDER, {table: models[table] for table in wanted})
    return left


def write_json_files(folder: Path, target: Path, models: Mapping[str, type[Entity]]) -> None:
    """The JSON form of the tables in `folder`, straight into the directory `target`."""
    target.mkdir()
    for table, model in models.items():
        if files := parts(folder, table):
            write_json(files, target / f"{table}.json", model)


_OPEN = "\x00"
"""Marks the keys of open dicts while the text is made, so that their nulls, and no others, can be dropped."""


def json_text(model: type[Entity], names: Collection[str] | None = None) -> pl.Expr:
    """Each row in its JSON form: the text of `model_dump_json()`; with names, of these fields alone."""
    import polars as pl

    nodes = (node for node in tree(model).children if names is None or node.name in names)
    columns = [_json_ready(pl.col(node.name), node).alias(node.name) for node in nodes]
    text = pl.struct(columns).struct.json_encode()
    key = r'"\\u0000([^"]*)":'  # at a key alone: in a value, a backslash is written twice
    return text.str.replace_all(f",{key}null", "").str.replace_all(f"{key}null,?", "").str.replace_all(key, '"$1":')


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
