"""Our own data, read and written again by other tools, is the same data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.compare import diff
from demo_data.dataset import layout, store
from demo_data.dataset.content_hash import of_files
from demo_data.tea import DOMAIN
from demo_data.validation import validate

Writer = Callable[[Path, Path], None]


def _pandas(source: Path, target: Path) -> None:
    pd.read_parquet(source).to_parquet(target)


def _pandas_objects(source: Path, target: Path) -> None:
    """As Python's own objects: what is null everywhere has no type, and whole numbers that may be null are floats."""
    rows = pq.read_table(source).to_pylist()
    pd.DataFrame(rows).to_parquet(target)


def _pandas_rows_named(source: Path, target: Path) -> None:
    """With labels of rows that are not 0, 1, 2 ...: pandas writes them as a column."""
    frame = pd.read_parquet(source)
    frame.index = pd.Index([7 * number for number in range(len(frame))])
    frame.to_parquet(target)


def _polars(source: Path, target: Path) -> None:
    pl.read_parquet(source).write_parquet(target)


def _polars_arrow(source: Path, target: Path) -> None:
    pl.read_parquet(source).write_parquet(target, use_pyarrow=True)


def _polars_categories(source: Path, target: Path) -> None:
    frame = pl.read_parquet(source)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    frame.with_columns(pl.col(texts).cast(pl.Categorical)).write_parquet(target)


def _duckdb(source: Path, target: Path) -> None:
    duckdb.sql(f"COPY (FROM read_parquet('{source}')) TO '{target}' (FORMAT parquet)")


def _arrow(source: Path, target: Path) -> None:
    pq.write_table(pq.read_table(source), target)


def _arrow_records(source: Path, target: Path) -> None:
    """From plain records: types are those that Arrow finds in them."""
    pq.write_table(pa.Table.from_pylist(pq.read_table(source).to_pylist()), target)


def _of_unit(unit: str) -> Writer:
    def write(source: Path, target: Path) -> None:
        table = pq.read_table(source)
        schema = pa.schema([_in_unit(field, unit) for field in table.schema])
        pq.write_table(table.cast(schema), target)

    return write


def _in_unit(field: pa.Field, unit: str) -> pa.Field:
    kind = field.type
    if pa.types.is_struct(kind):
        kind = pa.struct([_in_unit(below, unit) for below in kind])
    elif pa.types.is_timestamp(kind):
        kind = pa.timestamp(unit, "Africa/Nairobi")
    return field.with_type(kind)


def _spark(source: Path, target: Path) -> None:
    """As Spark writes by default: moments as INT96, texts and lists as ever, everything nullable."""
    table = pq.read_table(source)
    loose = pa.schema([field.with_nullable(True) for field in table.schema])
    pq.write_table(table.cast(loose), target, use_deprecated_int96_timestamps=True, store_schema=False, flavor="spark")


WRITERS: dict[str, Writer] = {
    "pandas": _pandas,
    "pandas, of objects": _pandas_objects,
    "pandas, rows named": _pandas_rows_named,
    "polars": _polars,
    "polars, by pyarrow": _polars_arrow,
    "polars, categories": _polars_categories,
    "duckdb": _duckdb,
    "pyarrow": _arrow,
    "pyarrow, of records": _arrow_records,
    "pyarrow, ms": _of_unit("ms"),
    "pyarrow, ns": _of_unit("ns"),
    "spark": _spark,
}


QUICK = ("pandas, of objects", "pandas, rows named", "polars, categories", "duckdb", "pyarrow, ns", "spark")


@pytest.mark.sample(2)
@pytest.mark.parametrize("writer", QUICK)
def test_round_trip(writer: str, minimal_dir: Path, tmp_path: Path) -> None:
    """It validates without a finding, has the same JSON form and content hash, and `diff` finds nothing."""
    check(writer, minimal_dir, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("writer", WRITERS)
def test_round_trip_of_more(writer: str, demo_dir: Path, tmp_path: Path) -> None:
    """The same of a dataset where every rule has something to say."""
    check(writer, demo_dir, tmp_path)


def check(writer: str, source: Path, folder: Path) -> None:
    target = folder / "again"
    target.mkdir()
    (target / "recipe.json").write_bytes((source / "recipe.json").read_bytes())
    for table in DOMAIN.models:
        WRITERS[writer](source / f"{table}.parquet", target / f"{table}.parquet")
    report = validate(target, strict=True)
    assert report.ok, report.text()
    assert report.skipped.keys() == validate(source, forms=False).skipped.keys()
    found = diff(source, target)
    assert {name: table.status for name, table in found.tables.items()} == dict.fromkeys(DOMAIN.models, "same")
    for table, model in DOMAIN.models.items():
        files = [target / f"{table}.parquet"]
        store.write_json(files, folder / "form.json", model)
        assert (folder / "form.json").read_bytes() == (source / "json" / f"{table}.json").read_bytes()
        assert of_files(files, model).content() == of_files(layout.parts(source, table), model).content()


def test_json_form_beside_it(demo_dir: Path, tmp_path: Path) -> None:
    """The JSON form of the one is that of the other: they are compared by meaning too."""
    for table in DOMAIN.models:
        _pandas_objects(demo_dir / f"{table}.parquet", tmp_path / f"{table}.parquet")
    shutil.copy(demo_dir / "recipe.json", tmp_path)
    (tmp_path / "json").mkdir()
    for path in (demo_dir / "json").iterdir():
        (tmp_path / "json" / path.name).write_bytes(path.read_bytes())
    assert validate(tmp_path, strict=True).ok
    farmers = json.loads((tmp_path / "json" / "farmers.json").read_text())
    farmers[3]["farm_size_hectares"] += 0.1
    (tmp_path / "json" / "farmers.json").write_text(json.dumps(farmers))
    report = validate(tmp_path, strict=True)
    assert [(each.rule, each.record) for each in report.findings] == [("json-form", 3)]


@pytest.mark.parametrize(
    ("unit", "ticks", "text", "rules"),
    [("ns", 10**15 + 5 * 10**8, ".500000Z", {"type"}), ("ms", 10**9, ":40Z", set())],
)
def test_fractions_of_seconds(
    unit: str, ticks: int, text: str, rules: set[str], minimal_dir: Path, tmp_path: Path
) -> None:
    """A moment between two seconds is told; its JSON form keeps the fraction, and is found to be the row's own."""
    rows = pq.read_table(minimal_dir / "regions.parquet")
    moments = pa.array([ticks] * len(rows), pa.timestamp(unit))
    place = rows.schema.get_field_index("created_at")
    pq.write_table(rows.set_column(place, "created_at", moments), tmp_path / "regions.parquet")
    shutil.copy(minimal_dir / "recipe.json", tmp_path)
    (tmp_path / "json").mkdir()
    store.write_json([tmp_path / "regions.parquet"], tmp_path / "json" / "regions.json", DOMAIN.models["regions"])
    records = json.loads((tmp_path / "json" / "regions.json").read_text())
    assert all(each["created_at"].endswith(text) for each in records)
    report = validate(tmp_path)
    assert {each.rule for each in report.findings if each.field == "created_at"} == rules
    assert "json-form" not in {each.rule for each in report.findings}
