"""A table's content hash depends on its values alone: on each of them, and on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from demo_data.dataset.content_hash import of_files
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN

MODELS = DOMAIN.models
TABLES = tuple(MODELS)


@cache
def plain(folder: Path, table: str) -> pa.Table:
    """A table with its class's types: no dictionaries."""
    return pq.read_table(folder / f"{table}.parquet").cast(arrow_schema(MODELS[table])).combine_chunks()


def content(table: str, *files: Path) -> str:
    return of_files(list(files), MODELS[table]).content()


Rewrite = Callable[[pa.Table, Path], Sequence[Path]]


def written(**options: Any) -> Rewrite:
    def write(table: pa.Table, folder: Path) -> Sequence[Path]:
        pq.write_table(table, folder / "a.parquet", **options)
        return [folder / "a.parquet"]

    return write


def in_parts(table: pa.Table, folder: Path) -> Sequence[Path]:
    third = table.num_rows // 3
    paths = []
    for number, (start, stop) in enumerate(pairwise([0, third, third, third + 1, table.num_rows])):
        paths.append(folder / f"{number}.parquet")
        pq.write_table(table.slice(start, stop - start), paths[-1])
    return paths


def by_polars(table: pa.Table, folder: Path) -> Sequence[Path]:
    pl.DataFrame(pl.from_arrow(table)).write_parquet(folder / "a.parquet", row_group_size=17)
    return [folder / "a.parquet"]


def by_duckdb(table: pa.Table, folder: Path) -> Sequence[Path]:
    connection(table).execute(f"copy (select * from given) to '{folder}/a.parquet' (format parquet)")
    return [folder / "a.parquet"]


def connection(table: pa.Table) -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.register("given", table)
    return found


REWRITES: dict[str, Rewrite] = {
    "as it is": written(),
    "uncompressed": written(compression="none"),
    "other codec": written(compression="gzip", use_dictionary=False),
    "row groups": written(row_group_size=7),
    "version 1": written(version="1.0", data_page_version="1.0", data_page_size=100),
    "parts": in_parts,
    "polars": by_polars,
    "duckdb": by_duckdb,
}


@pytest.mark.parametrize("how", REWRITES)
@pytest.mark.parametrize("table", TABLES)
def test_content_survives_rewriting(table: str, how: str, tmp_path: Path, demo_dir: Path) -> None:
    """Parts, row groups, compression, encodings and the library that writes leave a table's content hash as it is."""
    files = REWRITES[how](plain(demo_dir, table), tmp_path)

    assert content(table, *files) == content(table, demo_dir / f"{table}.parquet")


def test_content_of_sliced_batches(tmp_path: Path, demo_dir: Path) -> None:
    """Parts cut anywhere, lists and nulls included, hash as the whole."""
    for table in ("collection_points", "farmers", "grading_models"):
        whole = plain(demo_dir, table)
        paths = []
        for row in range(whole.num_rows):
            paths.append(tmp_path / f"{table}-{row}.parquet")
            pq.write_table(whole.slice(row, 1), paths[-1])

        assert content(table, *paths) == content(table, demo_dir / f"{table}.parquet")


def changed(value: Any, kind: pa.DataType) -> Any:
    """A neighbouring value of the type."""
    if pa.types.is_boolean(kind):
        return not value
    if pa.types.is_string(kind):
        return f"{value}\0"
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        assert isinstance(value, datetime | date)
        return value + timedelta(days=1)
    if pa.types.is_floating(kind):
        return value + 0.01
    return value + 1


def edits(value: Any, kind: pa.DataType, nullable: bool) -> list[tuple[str, Any]]:
    """Every value that differs from `value` in one place, with the name of the place."""
    found: list[tuple[str, Any]] = []
    if nullable and value is not None:
        found.append(("null", None))
    if value is None:
        if pa.types.is_string(kind):
            found.append(("was null", ""))
        return found
    if pa.types.is_struct(kind):
        for field in kind:
            below = edits(value[field.name], field.type, field.nullable)
            found += [(f"{field.name}.{name}", {**value, field.name: new}) for name, new in below]
    elif pa.types.is_list(kind):
        for place, item in enumerate(value):
            below = edits(item, kind.value_type, kind.value_field.nullable)
            found += [(f"{place}.{name}", [*value[:place], new, *value[place + 1 :]]) for name, new in below]
        if value:
            found += [("shorter", value[:-1]), ("longer", [*value, value[-1]])]
    else:
        found.append(("value", changed(value, kind)))
    return found


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_content_moves_with_any_value(data: st.DataObject, demo_dir: Path, tmp_path_factory: Any) -> None:
    """Changing any one value of any table, or making it null, changes the table's content hash."""
    name = data.draw(st.sampled_from(TABLES))
    table = plain(demo_dir, name)
    field = data.draw(st.sampled_from(list(table.schema)))
    row = data.draw(st.integers(0, table.num_rows - 1))
    values = table[field.name].to_pylist()
    options = edits(values[row], field.type, field.nullable)
    assume(options)
    _, values[row] = data.draw(st.sampled_from(options))
    place = table.schema.get_field_index(field.name)
    path = tmp_path_factory.mktemp("edit") / "a.parquet"
    pq.write_table(table.set_column(place, field, pa.array(values, field.type)), path)

    assert content(name, path) != content(name, demo_dir / f"{name}.parquet")


def test_content_knows_where_a_text_ends(tmp_path: Path, demo_dir: Path) -> None:
    """Moving a letter, a list item or a row from one value to its neighbour changes the hash."""
    table = plain(demo_dir, "farmers")
    first, last = ([*table[name].to_pylist()] for name in ("first_name", "last_name"))
    moved = [first[0] + first[1][0], first[1][1:], *first[2:]]
    swapped = [last, first]
    place = table.schema.get_field_index("first_name")
    hashes = {content("farmers", demo_dir / "farmers.parquet")}
    for number, columns in enumerate(([moved], swapped)):
        other = table
        for offset, values in enumerate(columns):
            other = other.set_column(place + offset, table.schema.field(place + offset), pa.array(values))
        pq.write_table(other, tmp_path / f"{number}.parquet")
        hashes.add(content("farmers", tmp_path / f"{number}.parquet"))
    pq.write_table(table.take([1, 0, *range(2, table.num_rows)]), tmp_path / "order.parquet")
    hashes.add(content("farmers", tmp_path / "order.parquet"))
    pq.write_table(table.slice(0, table.num_rows - 1), tmp_path / "fewer.parquet")
    hashes.add(content("farmers", tmp_path / "fewer.parquet"))

    assert len(hashes) == 5


def test_list_borders(tmp_path: Path, demo_dir: Path) -> None:
    """A farmer who moves from the end of one point's list to the start of the next one's changes the hash."""
    table = plain(demo_dir, "collection_points")
    lists = table["farmer_ids"].to_pylist()
    at = next(n for n in range(len(lists) - 1) if lists[n])
    lists[at + 1].insert(0, lists[at].pop())
    place = table.schema.get_field_index("farmer_ids")
    field = table.schema.field(place)
    pq.write_table(table.set_column(place, field, pa.array(lists, field.type)), tmp_path / "a.parquet")

    assert content("collection_points", tmp_path / "a.parquet") != content(
        "collection_points", demo_dir / "collection_points.parquet"
    )


def test_minus_zero(tmp_path: Path, demo_dir: Path) -> None:
    """Minus zero is zero."""
    table = plain(demo_dir, "weather_observations")
    place = table.schema.get_field_index("precipitation_mm")
    values = [-0.0 if value == 0 else value for value in table["precipitation_mm"].to_pylist()]
    assert values.count(0.0) > 0
    pq.write_table(table.set_column(place, table.schema.field(place), pa.array(values)), tmp_path / "a.parquet")

    assert content("weather_observations", tmp_path / "a.parquet") == content(
        "weather_observations", demo_dir / "weather_observations.parquet"
    )
