"""Records of large tables go back into Parquet: files with changed records are written again, all others copied."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from demo_data.dataset import store
from demo_data.dataset.parquet_file import open_part
from demo_data.faults.sample import Sampled
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree


def rows_of(records: Sequence[dict[str, Any]], model: type[Entity]) -> pa.Table:
    """Records in their JSON form as rows in the columns of `model`.

    Raises ValueError, TypeError or ArrowException where these cannot hold one as it is.
    """
    import polars as pl

    rows = [_value(tree(model), record) for record in records]
    table = pa.Table.from_pylist(rows, arrow_schema(model))
    texts = pl.DataFrame(pl.from_arrow(table)).select(store.json_text(model)).to_series()
    if [json.loads(text) for text in texts] != list(records):
        raise ValueError(f"{model.table} has no columns for all of a record")
    return table


def _value(node: Node, value: Any) -> Any:
    if value is None:
        if not node.optional:
            raise ValueError(f"{node.path} cannot be null")
        return None
    if node.kind in ("record", "dict"):
        return {child.name: _value(child, value.get(child.name)) for child in node.children}
    if node.kind == "list":
        return [_value(node.children[0], item) for item in value]
    if node.type is datetime:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if node.type is date else value


def write_table(
    sampled: Sampled, changed: Mapping[int, dict[str, Any]], added: Sequence[dict[str, Any]], out: Path
) -> None:
    """Write a table to `out`, a file or a directory as it was, with other records in some rows and some at its end.

    `changed`: records by their number in the table.
    """
    in_parts = len(sampled.files) > 1 or sampled.files[0].parent.name == out.name
    if in_parts:
        out.mkdir()
    heights = [store.rows_of([file]) for file in sampled.files]
    last = max(place for place, height in enumerate(heights) if height)
    start = 0
    for place, file in enumerate(sampled.files):
        path = out / file.name if in_parts else out
        stop = start + heights[place]
        here = {number - start: record for number, record in changed.items() if start <= number < stop}
        more = added if place == last else ()
        if here or more:
            _write(file, path, sampled.model, here, more)
        else:
            shutil.copyfile(file, path)
        start = stop


def _write(
    file: Path, path: Path, model: type[Entity], changed: Mapping[int, dict[str, Any]], added: Sequence[dict[str, Any]]
) -> None:
    """A file with other rows, a row group at a time; what is added stands in the last one."""
    with (
        open_part(file) as part,
        pq.ParquetWriter(path, part.schema_arrow, compression="zstd", store_schema=False) as to,
    ):
        start = 0
        for number in range(part.metadata.num_row_groups):
            group = part.read_row_group(number)
            height = group.num_rows
            group = _replaced(group, start, model, changed)
            if added and number + 1 == part.metadata.num_row_groups:
                group = pa.concat_tables([group, _like(rows_of(added, model), group.schema)])
            to.write_table(group, row_group_size=max(group.num_rows, 1))
            start += height


def _replaced(group: pa.Table, start: int, model: type[Entity], changed: Mapping[int, dict[str, Any]]) -> pa.Table:
    def pieces() -> Iterator[pa.Table]:
        done = 0
        for number in sorted(number for number in changed if start <= number < start + group.num_rows):
            yield group.slice(done, number - start - done)
            yield _like(rows_of([changed[number]], model), group.schema)
            done = number - start + 1
        yield group.slice(done)

    return pa.concat_tables(pieces())


def _like(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with a file's columns, which may be fewer and in another order, within records too."""
    columns = [_cast(rows.column(field.name).combine_chunks(), field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _cast(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if not pa.types.is_struct(kind):
        return values.cast(kind)
    below = [_cast(pc.struct_field(values, field.name), field.type) for field in kind]
    return pa.StructArray.from_arrays(below, fields=list(kind), mask=values.is_null())
