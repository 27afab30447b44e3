"""The content hash by block: parts add up to the whole, wherever they are cut and whoever made them."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.build import build
from demo_data.common.errors import DataError
from demo_data.dataset import content_hash, layout, store
from demo_data.dataset.manifest import FileEntry
from demo_data.domain import Domain
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.marks import PrimaryKey
from demo_data.schema.record import Entity, Timestamp
from demo_data.tea import DOMAIN


def cut(table: pa.Table, places: list[int]) -> list[pa.Table]:
    borders = [0, *sorted(places), table.num_rows]
    return [table.slice(a, b - a) for a, b in pairwise(borders)]


@pytest.fixture(scope="module")
def crowd(crowd_dir: Path) -> dict[str, pa.Table]:
    """Larger tables."""
    return {name: pq.read_table(layout.parts(crowd_dir, name)) for name in DOMAIN.models}


@contextmanager
def many_blocks() -> Iterator[None]:
    """A row in 64 begins a block, not a row in 4,096."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content_hash, "_CUT", np.uint64(64 - 6))
        yield


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_runs_add_up(data: st.DataObject, crowd: dict[str, pa.Table]) -> None:
    """A table cut anywhere, empty parts included, and added up in any grouping has the whole table's hash."""
    name = data.draw(st.sampled_from(list(DOMAIN.models)))
    table = crowd[name]
    parts = cut(table, data.draw(st.lists(st.integers(0, table.num_rows), max_size=6)))
    with many_blocks():
        runs = [content_hash.of_rows(part, DOMAIN.models[name]) for part in parts]
        whole = content_hash.of_rows(table, DOMAIN.models[name])
    while len(runs) > 1:
        at = data.draw(st.integers(0, len(runs) - 2))
        runs[at : at + 2] = [runs[at] + runs[at + 1]]

    assert runs[0].content() == whole.content()
    assert runs[0].rows == table.num_rows


def test_there_are_borders(crowd: dict[str, pa.Table]) -> None:
    """The documents fall into many blocks, so that the test above joins blocks."""
    with many_blocks():
        run = content_hash.of_rows(crowd["documents"], DOMAIN.models["documents"]).whole()
    blocks = len(run.blocks) // 32 + 1

    assert run.tail is not None
    assert 30 < run.rows / blocks < 130


def test_where_borders_lie() -> None:
    """A row begins a block if its key's last eight bytes, multiplied and folded, start with twelve zero bits."""
    mask = (1 << 64) - 1

    def begins(text: str) -> bool:
        mixed = int.from_bytes(text.encode()[-8:], "little") * 0x9E3779B97F4A7C15 & mask
        mixed ^= mixed >> 29
        return (mixed * 0x9E3779B97F4A7C15 & mask) >> 52 == 0

    keys = ["", "é", *(f"DOC-{number}" for number in range(30_000))]
    found = content_hash._begins_block(pa.table({"document_id": keys}), ["document_id"])

    assert found.tolist() == [begins(key) for key in keys]
    assert 3 < sum(found) < 15

    def event_begins(text: str, time: int) -> bool:
        mixed = int.from_bytes(text.encode()[-8:], "little") * 0x9E3779B97F4A7C15 & mask
        mixed ^= mixed >> 29
        mixed = (mixed ^ time & mask) * 0x9E3779B97F4A7C15 & mask
        mixed ^= mixed >> 29
        return (mixed * 0x9E3779B97F4A7C15 & mask) >> 52 == 0

    times = np.arange(-5, 29_995) * 60_000_000
    same = pa.table({"document_id": ["DOC-1"] * len(times)})
    found = content_hash._begins_block(same, ["document_id"], times)
    assert found.tolist() == [event_begins("DOC-1", time) for time in times.tolist()]
    assert 3 < sum(found) < 15


def test_the_bytes_hashed(tmp_path: Path) -> None:
    """Hashes of small tables, by hand: rows, then the one block's streams, each after its length; events by month."""
    folder = tmp_path / "set"
    build(load_profile("minimal"), folder, json_form=False)
    points = pq.read_table(folder / "regions.parquet", columns=[*arrow_schema(Flat).names])
    weather = pq.read_table(folder / "weather_observations.parquet")
    months = [date.strftime("%Y-%m") for date in weather["date"].to_pylist()]
    lines = ""
    for month in sorted(set(months)):
        rows = weather.filter(pa.array([each == month for each in months]))
        lines += f"{month} {rows.num_rows} {by_hand(rows, DOMAIN.models['weather_observations'])}\n"

    assert content_hash.of_rows(points, Flat).content() == by_hand(points, Flat)
    assert lines.count("\n") == 3
    assert (
        content_hash.of_files(
            [folder / "weather_observations.parquet"], DOMAIN.models["weather_observations"]
        ).content()
        == blake3(b"%d\n" % weather.num_rows + lines.encode()).hexdigest()
    )


class Flat(Entity):
    """A region, and nothing below it."""

    table: ClassVar[str] = "flat"

    region_id: Annotated[str, PrimaryKey()]
    name: str
    is_active: bool
    created_at: Timestamp


def by_hand(table: pa.Table, model: type[Entity]) -> str:
    """The hash of one run of rows, in which no row begins a block."""
    block = blake3(b"%d\n" % table.num_rows)

    def put(stream: bytes) -> None:
        block.update(len(stream).to_bytes(8, "little") + stream)

    for field in arrow_schema(model):
        values = table[field.name].to_pylist()
        assert not field.nullable
        if pa.types.is_string(field.type):
            put(b"".join(len(value.encode()).to_bytes(4, "little") for value in values))
            put(b"".join(value.encode() for value in values))
        elif pa.types.is_date32(field.type):
            put(b"".join((value.toordinal() - 719_163).to_bytes(4, "little", signed=True) for value in values))
        elif pa.types.is_timestamp(field.type):
            put(b"".join(round(value.timestamp() * 1e6).to_bytes(8, "little", signed=True) for value in values))
        elif pa.types.is_floating(field.type):
            put(b"".join(struct.pack("<d", value) for value in values))
        else:
            put(
                b"".join(int(value).to_bytes(field.type.bit_width // 8 or 1, "little", signed=True) for value in values)
            )
    return blake3(b"%d\n" % table.num_rows + block.digest()).hexdigest()


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_months_add_up(data: st.DataObject, crowd: dict[str, pa.Table]) -> None:
    """Events in the order of their months, cut anywhere, are hashed by month; in another order, as one run."""
    model = DOMAIN.models["documents"]
    table = crowd["documents"]
    months = content_hash.event_months(table, model)
    assert months is not None
    assert (np.diff(months) >= 0).all()
    parts = cut(table, data.draw(st.lists(st.integers(0, table.num_rows), max_size=6)))
    whole = content_hash.whole(content_hash.of_rows(part, model) for part in parts)
    digest = whole.digest()
    assert digest == content_hash.of_rows(table, model).digest()
    assert [month.month for month in digest.months] == ["2025-11", "2025-12", "2026-01"]
    for month in digest.months:
        rows = table.filter(pa.array(months == np.datetime64(month.month).astype(np.int64)))
        assert (rows.num_rows, content_hash.of_rows(rows, model).whole().content()) == (month.rows, month.content)

    at = data.draw(st.integers(1, table.num_rows - 1))
    turned = [table.slice(at), table.slice(0, at)]
    other = content_hash.whole(content_hash.of_rows(part, model) for part in turned)
    if months[0] != months[-1]:
        assert other.digest().months == ()
        assert other.content() == content_hash.of_rows(pa.concat_tables(turned), model).content()
    assert whole.whole().content() != digest.content


@pytest.mark.parametrize("table", DOMAIN.models)
def test_as_made_and_as_read(table: str, tmp_path: Path) -> None:
    """What a table's parts hash to while they are made is what their files hash to."""
    world = World(DOMAIN, load_profile("demo"))
    made = assemble(world.rows(table, 0, world.count(table)))
    store.write_part(made, tmp_path / "a.parquet", DOMAIN.models[table], {})

    assert content_hash.of_rows(made, DOMAIN.models[table]) == content_hash.of_files(
        [tmp_path / "a.parquet"], DOMAIN.models[table]
    )


def test_many_parts_and_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of any size, made by any number of workers in any order, give `finish` the files' hashes."""
    contents: list[dict[str, str]] = []

    def kept(folder: Path, domain: Domain, digests: Any, *, known: Sequence[FileEntry], earlier: Any = None) -> None:
        assert {entry.path for entry in known} == layout.tables_files(folder)
        assert all(entry == FileEntry.of(folder, entry.path) for entry in known)
        contents.append({table: digest.content for table, digest in digests.items()})
        read = {
            table: content_hash.of_files(layout.parts(folder, table), model).content()
            for table, model in DOMAIN.models.items()
        }
        assert contents[-1] == read

    profile = load_profile("demo", changes=["farmers.count=600"])
    build(profile, tmp_path / "one", json_form=False, finish=kept)
    monkeypatch.setattr("demo_data.plan.ROWS_PER_PART", 700)
    with ThreadPoolExecutor(3) as executor:
        build(profile, tmp_path / "many", json_form=False, executor=executor, finish=kept)

    assert len(layout.parts(tmp_path / "many", "documents")) > 5
    assert contents[0] == contents[1]


def test_no_rows() -> None:
    """A table without rows has a hash, in no part or in some."""
    model = DOMAIN.models["farmers"]
    empty = arrow_schema(model).empty_table()

    assert content_hash.whole([content_hash.of_rows(empty, model)] * 2).content() == content_hash.EMPTY.content()


def test_other_shapes(crowd: dict[str, pa.Table], tmp_path: Path) -> None:
    """Missing columns, other types, and nulls where a value is required are faults of the data, told by the column."""
    table, model = crowd["farmers"], DOMAIN.models["farmers"]
    size = table.schema.get_field_index("farm_size_hectares")
    ids = pa.array([None, *table["id"].to_pylist()[1:]])
    contact = pa.array([{"phone": "1"}] * table.num_rows)
    place = table.schema.get_field_index("contact")
    no_phone = pa.array([row | {"phone": None} for row in table["contact"].to_pylist()])

    for other, says in (
        (table.drop_columns(["id"]), "column id is missing"),
        (table.set_column(size, "farm_size_hectares", pa.array(["x"] * table.num_rows)), "farm_size_hectares"),
        (table.set_column(0, "id", ids), "Farmer.id: null"),
        (table.set_column(place, "contact", no_phone), "Farmer.contact.phone: null"),
        (table.set_column(place, "contact", table["id"]), "column contact is of type string"),
        (table.set_column(place, "contact", contact), "column contact.email is missing"),
    ):
        pq.write_table(other, tmp_path / "other.parquet")
        with pytest.raises(DataError, match=says):
            content_hash.of_files([tmp_path / "other.parquet"], model)
