from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.build import build
from demo_data.dataset import layout, store
from demo_data.profile import load_profile
from demo_data.profile_file import profile_names
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.marks import PrimaryKey
from demo_data.schema.tree import tree
from demo_data.tea import DOMAIN
from tests.worlds import records

TABLES = tuple(DOMAIN.models)


@pytest.fixture(scope="session")
def parted_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset whose documents and performance are large enough for several parts; Parquet only."""
    out = tmp_path_factory.mktemp("data") / "parted"
    build(load_profile("load-test", changes=["farmers.count=4100"]), out, json_form=False)
    return out


def read(folder: Path, table: str) -> pa.Table:
    return pa.concat_tables(pq.read_table(path) for path in layout.parts(folder, table))


@pytest.mark.parametrize("table", TABLES)
def test_json_is_pydantics(table: str, demo_dir: Path) -> None:
    """The JSON form is, record by record and byte by byte, what Pydantic makes of the Parquet rows."""
    model = DOMAIN.models[table]
    rows = records(read(demo_dir, table).cast(arrow_schema(model)), table)
    lines = [model.model_validate(row).model_dump_json() for row in rows]

    assert "[\n" + ",\n".join(lines) + "\n]\n" == (demo_dir / "json" / f"{table}.json").read_text("utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_json_comes_back(table: str, demo_dir: Path) -> None:
    """The JSON form is one array; its records validate and give the same JSON again."""
    model = DOMAIN.models[table]
    found = json.loads((demo_dir / "json" / f"{table}.json").read_bytes())

    assert len(found) == read(demo_dir, table).num_rows
    assert found == [model.model_validate(record).model_dump(mode="json") for record in found]


def test_json_escapes(tmp_path: Path, demo_dir: Path) -> None:
    """Quotes, control characters, null texts and other scripts in text are written as Pydantic writes them."""
    nasty = ['"', "\\", "\n\t\r\b\f", "\x01\x1f\x7f", "Ngũgĩ", "鷗\U0001f343", '":null,', "\u2028</script>", ""]
    nasty[:0] = ["\\u0000", "x\\u0000y", '"\\u0000y":null,', '"\\u0000":1']
    model = DOMAIN.models["farmers"]
    table = read(demo_dir, "farmers").slice(0, len(nasty))
    table = table.set_column(
        table.schema.get_field_index("first_name"), "first_name", pa.array([nasty[-2], *nasty[:-1]])
    )
    pq.write_table(table, tmp_path / "farmers.parquet")
    store.write_json([tmp_path / "farmers.parquet"], tmp_path / "farmers.json", model)
    written = (tmp_path / "farmers.json").read_text("utf-8")
    lines = [model.model_validate(row).model_dump_json() for row in records(table, "farmers")]

    assert written == "[\n" + ",\n".join(lines) + "\n]\n"


def test_json_of_no_rows(tmp_path: Path, demo_dir: Path) -> None:
    """A table without rows is an empty array."""
    pq.write_table(read(demo_dir, "documents").slice(0, 0), tmp_path / "documents.parquet")
    store.write_json([tmp_path / "documents.parquet"], tmp_path / "documents.json", DOMAIN.models["documents"])

    assert json.loads((tmp_path / "documents.json").read_text()) == []


@pytest.mark.parametrize("slice_", [1, 7, 8192])
def test_json_does_not_show_batches(
    slice_: int, tmp_path: Path, demo_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The JSON form does not depend on how many rows are turned at a time."""
    monkeypatch.setattr(store, "_SLICE", slice_)
    store.write_json(layout.parts(demo_dir, "farmers"), tmp_path / "farmers.json", DOMAIN.models["farmers"])

    assert (tmp_path / "farmers.json").read_bytes() == (demo_dir / "json" / "farmers.json").read_bytes()


def numbers(schema: pa.Schema) -> Iterator[str]:
    """Dotted paths of the numbers that lie in no list."""

    def below(path: str, kind: pa.DataType) -> Iterator[str]:
        if pa.types.is_struct(kind):
            for field in kind:
                yield from below(f"{path}.{field.name}", field.type)
        elif pa.types.is_floating(kind) or pa.types.is_integer(kind):
            yield path

    for field in schema:
        yield from below(field.name, field.type)


@pytest.mark.parametrize("table", TABLES)
def test_duckdb_reads_it(table: str, demo_large_dir: Path) -> None:
    """DuckDB, which shares no code with the writer, reads the same rows and the same sums."""
    schema = arrow_schema(DOMAIN.models[table])
    paths = list(numbers(schema))
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    quoted = ['"' + path.replace(".", '"."') + '"' for path in paths]
    sums = [f"coalesce(sum(round({path} * 100)::hugeint), 0)" for path in quoted]
    lengths = [f'coalesce(sum(length("{name}")), 0)' for name in texts]
    source = f"read_parquet('{demo_large_dir}/{table}.parquet')"
    found = duckdb.execute(f"select count(*), {', '.join([*sums, *lengths, '0'])} from {source}").fetchall()[0]
    frame = pl.DataFrame(pl.from_arrow(read(demo_large_dir, table)))

    def leaf(path: str) -> pl.Expr:
        first, *rest = path.split(".")
        value = pl.col(first)
        for step in rest:
            value = value.struct.field(step)
        return (value * 100).round().cast(pl.Int64).sum().alias(path)

    ours = [*frame.select(map(leaf, paths)).row(0), *frame.select(pl.col(texts).str.len_chars().sum()).row(0)]
    assert found == (frame.height, *ours, 0)


@pytest.mark.parametrize("table", TABLES)
def test_schema(table: str, demo_dir: Path) -> None:
    """A file's columns, their types and which may be null are those of the table's class."""
    found = pq.read_schema(demo_dir / f"{table}.parquet").remove_metadata()

    assert shape(found) == shape(arrow_schema(DOMAIN.models[table]))


def shape(schema: pa.Schema) -> list[tuple[Any, ...]]:
    """A schema's names, types and nullability; dictionaries count as their values."""

    def kind(type_: pa.DataType) -> Any:
        if pa.types.is_dictionary(type_):
            return kind(type_.value_type)
        if pa.types.is_struct(type_):
            return [(field.name, kind(field.type), field.nullable) for field in type_]
        if pa.types.is_list(type_):
            return ["list", kind(type_.value_type), type_.value_field.nullable]
        return str(type_)

    return [(field.name, kind(field.type), field.nullable) for field in schema]


def chunks(path: Path) -> dict[str, Any]:
    """The column chunks of a file's only row group, by path."""
    group = pq.read_metadata(path).row_group(0)
    return {
        group.column(number).path_in_schema.replace(".list.element", "[]"): group.column(number)
        for number in range(group.num_columns)
    }


@pytest.mark.parametrize("table", TABLES)
def test_compression(table: str, demo_dir: Path) -> None:
    """Every column is compressed with zstd, in one row group per file."""
    path = demo_dir / f"{table}.parquet"

    assert pq.read_metadata(path).num_row_groups == 1
    assert {chunk.compression for chunk in chunks(path).values()} == {"ZSTD"}


ENCODINGS = {"PLAIN", "RLE", "RLE_DICTIONARY"}
"""What files may use (RLE: of levels, and of a dictionary's indices). docs/decisions/0024 has the reasons."""
FEW_VALUES = {
    "farmers": ["region_id", "farm_scale", "pref_lang", "first_name", "farm_size_hectares"],
    "weather_observations": ["temp_min", "temp_max", "precipitation_mm"],
    "documents": [
        "linkage_fields.farmer_id",
        "extracted_fields.bag_summary.grade",
        "extracted_fields.bag_summary.leaf_type_distribution.bud",
    ],
    "collection_points": ["factory_id", "status", "collection_days[]", "farmer_ids[]"],
    "farmer_performance": ["historical.improvement_trend"],
}
MANY_VALUES = {
    "farmers": ["id", "contact.phone", "farm_location.latitude", "registration_date"],
    "documents": ["document_id", "raw_document.content_hash", "created_at"],
    "farmer_performance": ["historical.total_kg_year"],
}


@pytest.mark.sample(1)
@pytest.mark.parametrize("profile", profile_names(DOMAIN))
def test_encodings(profile: str, tmp_path: Path, parted_dir: Path) -> None:
    """No column of any table of any profile has an encoding that some common reader lacks, or reads wrongly."""
    out = parted_dir if profile == "load-test" else tmp_path / profile
    if not out.exists():
        build(load_profile(profile), out, json_form=False)
    found = {
        (path.relative_to(out).as_posix(), column): set(chunk.encodings)
        for table in TABLES
        for path in layout.parts(out, table)
        for column, chunk in chunks(path).items()
    }

    assert {path.partition(".")[0] for path, _ in found} == set(TABLES)
    assert {where: names - ENCODINGS for where, names in found.items() if not names <= ENCODINGS} == {}


@pytest.mark.parametrize(("columns", "expected"), [(FEW_VALUES, True), (MANY_VALUES, False)])
def test_dictionaries(columns: dict[str, list[str]], expected: bool, parted_dir: Path) -> None:
    """Columns of few values are dictionaries, and so is all that lies in lists; others are plain."""
    for table, paths in columns.items():
        found = chunks(layout.parts(parted_dir, table)[0])
        assert {path: found[path].has_dictionary_page for path in paths} == dict.fromkeys(paths, expected)


def test_dictionaries_have_no_end(parted_dir: Path, tmp_path: Path) -> None:
    """However many values lie in lists, their column does not go on without its dictionary."""
    ids = pa.array([[f"WM-{row:04}-{number:05}" for number in range(20_000)] for row in range(10)])
    table = read(parted_dir, "collection_points").slice(0, len(ids))
    place = table.schema.get_field_index("farmer_ids")
    table = table.set_column(place, table.schema.field(place), ids.cast(table.schema.field(place).type))
    store.write_part(table, tmp_path / "points.parquet", DOMAIN.models["collection_points"], {})

    size = chunks(tmp_path / "points.parquet")["farmer_ids[]"].total_uncompressed_size
    assert size > 200_000 * (4 + len("WM-0000-00000") + 2)  # each id with its length, and an index for each


def test_encodings_pay(demo_large_dir: Path, tmp_path: Path) -> None:
    """The chosen encodings make the documents at least an eighth smaller than the writer's defaults."""
    path = demo_large_dir / "documents.parquet"
    plain = read(demo_large_dir, "documents").cast(arrow_schema(DOMAIN.models["documents"]))
    pq.write_table(plain, tmp_path / "plain.parquet", compression="zstd", compression_level=1, store_schema=False)

    assert path.stat().st_size < 0.875 * (tmp_path / "plain.parquet").stat().st_size


@pytest.mark.parametrize("table", TABLES)
def test_statistics(table: str, demo_large_dir: Path) -> None:
    """Primary keys carry minimum and maximum, so that readers can skip parts; nothing else does."""
    found = chunks(demo_large_dir / f"{table}.parquet")

    keys = {node.path for node in tree(DOMAIN.models[table]).children if node.mark(PrimaryKey)}
    assert {path for path, chunk in found.items() if chunk.is_stats_set} == keys


def test_parts(parted_dir: Path) -> None:
    """A large table of events is a directory of files by month, in order of its rows; a small table is a file."""
    parts = layout.parts(parted_dir, "documents")

    assert [path.stem for path in parts] == [f"2025-{month:02}" for month in range(2, 13)] + ["2026-01"]
    assert (parted_dir / "farmers.parquet").is_file()
    for path in parts:
        rows = pl.read_parquet(path, columns=["document_id", "created_at"])
        assert rows["document_id"].is_sorted()
        assert set(rows["created_at"].dt.offset_by("3h").dt.strftime("%Y-%m")) == {path.stem}
    ids = pl.concat([pl.read_parquet(path, columns=["document_id"]) for path in parts])["document_id"]
    assert ids.n_unique() == len(ids)


def test_readers_take_parts_as_one(parted_dir: Path) -> None:
    """Polars, DuckDB and PyArrow read a directory of parts as one table."""
    counts = {
        pl.scan_parquet(layout.parts(parted_dir, "documents")).select(pl.len()).collect().item(),
        pq.read_table(parted_dir / "documents.parquet").num_rows,
        duckdb.execute(f"select count(*) from '{parted_dir}/documents.parquet/*.parquet'").fetchall()[0][0],
    }

    assert len(counts) == 1
    assert counts.pop() > 100_000


def test_no_parts(tmp_path: Path) -> None:
    """A table that is not there has no parts."""
    assert layout.parts(tmp_path, "farmers") == []
