"""The text that is made of rows, by which most of a JSON form is compared: it hides nothing and tells nothing new."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from demo_data.schema.arrow import arrow_schema
from demo_data.schema.record import Entity
from demo_data.schema.tree import tree
from demo_data.tea import DOMAIN
from demo_data.validation import json_forms, jsontext
from demo_data.validation.discover import Source
from demo_data.validation.json_forms import check_form, row_texts
from demo_data.validation.jsonrows import texts
from demo_data.validation.jsontext import json_records
from demo_data.validation.report import Finding, Report
from demo_data.validation.tables import ParquetTable
from tests.validation.json_forms import forms
from tests.validation.respelling import edited
from tests.validation.test_same_verdict import changed, loose

FEW = 12
"""Records of a form that is damaged: three blocks of `BLOCK`."""

BLOCK = 5
EXAMPLES = 60

ODD = ('"', "\\", "a\nb", "\x00", "\x1f", "\x7f", "é", "\u2028", "😀", '","id":"', "", "null")


def read(path: Path, model: type[Entity]) -> ParquetTable:
    """A table of one file."""
    return ParquetTable(path.name, model, [path])


def compared(path: Path, form: Path, model: type[Entity]) -> list[Finding]:
    """What comparing a table with its form finds."""
    table, report = read(path, model), Report("both")
    source = Source(f"json/{form.name}", (form,), parquet=False)
    check_form(table, source, report)
    return [_settled(each) for each in report.findings]


def _settled(finding: Finding) -> Finding:
    """The finding without a default that is another one each time: a document's id, where the record has none."""
    drawn = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    value = drawn.sub("drawn", finding.value) if isinstance(finding.value, str) else finding.value
    return replace(finding, value=value, message=drawn.sub("drawn", finding.message))


def record_by_record(table: ParquetTable, form: Source) -> Iterator[tuple[int, Any, Any]]:
    """What comparing by text leaves out, and what it does not: each row's form with the record in its place."""
    pairs = zip_longest(forms(table), json_records(form.files[0]), fillvalue=json_forms._NOTHING)
    return ((number, row, record) for number, (row, record) in enumerate(pairs))


def with_and_without(path: Path, form: Path, model: type[Entity]) -> tuple[list[Finding], list[Finding]]:
    """What is found by text first, and record by record alone."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_forms, "_ROWS", BLOCK)
        fast = compared(path, form, model)
        patched.setattr(json_forms, "_pairs", record_by_record)
        return fast, compared(path, form, model)


def agree(path: Path, model: type[Entity]) -> None:
    """Every row's text reads as the row's form: name by name, value by value, type by type."""
    table = read(path, model)
    found = [text for some in row_texts(table) for text in some]
    for text, row in zip(found, forms(table), strict=True):
        assert repr(json.loads(text, object_pairs_hook=_once)) == repr(row)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a name stands twice"
    return found


@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_own_files_are_compared_by_text_alone(table: str, demo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No record of a form that this program wrote needs to be looked at by itself."""
    monkeypatch.setattr(json_forms, "json", None)  # by which any other record is read
    assert compared(demo_dir / f"{table}.parquet", demo_dir / "json" / f"{table}.json", DOMAIN.models[table]) == []


@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_texts_say_what_rows_say(table: str, demo_dir: Path) -> None:
    """Name by name, value by value, type by type."""
    agree(demo_dir / f"{table}.parquet", DOMAIN.models[table])


@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_texts_of_odd_rows_are_right(table: str, demo_dir: Path, tmp_path: Path) -> None:
    """Nulls anywhere, infinities, distant years, quotes, control signs."""
    model = DOMAIN.models[table]
    records = pq.read_table(demo_dir / f"{table}.parquet").to_pylist()
    schema = pa.schema([pa.field(each.name, loose(each.type)) for each in arrow_schema(model)])
    path = tmp_path / f"{table}.parquet"
    for seed in range(8):
        random = Random(seed)
        rows = [changed(each, tree(model), random) or {} for each in random.choices(records, k=200)]
        for row in random.sample(rows, 20):
            odd(row, random)
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, use_dictionary=seed % 2 == 0)
        agree(path, model)


def odd(value: Any, random: Random) -> None:
    """Put odd words in place of some of a record's texts."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in list(places):
        if isinstance(item, str) and random.random() < 0.2:
            value[name] = random.choice(ODD)
        odd(item, random)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_texts_do_not_hang_on_storage(kind: pa.DataType, demo_dir: Path) -> None:
    """Text that is stored in other ways is written the same."""
    batch = pq.read_table(demo_dir / "farmers.parquet").combine_chunks().to_batches()[0]
    place = batch.schema.get_field_index("first_name")
    other = batch.set_column(place, pa.field("first_name", kind), batch.column(place).cast(kind))
    assert texts(other, DOMAIN.models["farmers"]).equals(texts(batch, DOMAIN.models["farmers"]))


def test_a_part_of_a_batch_has_the_same_texts(demo_dir: Path) -> None:
    """A slice looks no further than its own rows, in nested lists too."""
    for table, model in DOMAIN.models.items():
        batch = pq.read_table(demo_dir / f"{table}.parquet").combine_chunks().to_batches()[0]
        assert texts(batch.slice(1, 3), model).equals(texts(batch, model).slice(1, 3))


def test_a_quote_in_a_value_is_not_taken_for_the_end_of_it(demo_dir: Path, tmp_path: Path) -> None:
    """Parquet holds one text with quotes where the form has two fields, in the very same bytes."""
    path, form = tmp_path / "farmers.parquet", tmp_path / "farmers.json"
    frame = pq.read_table(demo_dir / "farmers.parquet").slice(0, 1)
    place = frame.schema.get_field_index("first_name")
    text = 'Wanjiku","shoe_size":"42'
    pq.write_table(frame.set_column(place, frame.schema.field(place), pa.array([text])), path)
    record = (demo_dir / "json" / "farmers.json").read_text(encoding="utf-8").splitlines()[1].removesuffix(",")
    named = f'"first_name":{json.dumps(json.loads(record)["first_name"])}'
    assert named in record
    text = record.replace(named, f'"first_name":"{text}"')
    form.write_text(f"[{text}]", encoding="utf-8")
    fast, slow = with_and_without(path, form, DOMAIN.models["farmers"])
    assert [each.field for each in fast] == ["shoe_size"]
    assert fast == slow


def test_moments_beyond_the_calendar_have_no_text(demo_dir: Path, tmp_path: Path) -> None:
    """A form cannot be compared with them: years before the first and after the 9999th are written in many ways."""
    frame = pq.read_table(demo_dir / "farmers.parquet").slice(0, 1)
    place = frame.schema.get_field_index("created_at")
    for moment in (253_402_300_800_000_000, -62_135_596_801_000_000, 2**62):
        path, kind = tmp_path / "farmers.parquet", frame.schema.field(place)
        pq.write_table(frame.set_column(place, kind, pa.array([moment], pa.int64()).cast(kind.type)), path)
        found = compared(path, demo_dir / "json" / "farmers.json", DOMAIN.models["farmers"])
        assert [each.rule for each in found] == ["readable"]
        assert found[0].message.startswith("cannot be compared: in farmers.parquet, column created_at has a day")


def test_what_comes_before_damage_is_told(demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that differs is told although the file is no UTF-8 further on, in the same block of records."""
    lines = (demo_dir / "json" / "farmers.json").read_bytes().split(b"\n")
    lines[3] = lines[3].replace(b'"is_active":true', b'"is_active":false')
    lines[40] = lines[40].replace(b"a", b"\xff")
    form = tmp_path / "farmers.json"
    form.write_bytes(b"\n".join(lines))
    monkeypatch.setattr(jsontext, "CHUNK", 1 << 12)
    found = compared(demo_dir / "farmers.parquet", form, DOMAIN.models["farmers"])
    assert [(each.rule, each.record) for each in found] == [("json-form", 2), ("readable", None)]


@pytest.fixture(scope="module")
def shortened(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[str]]]:
    """By table: the first rows of Parquet, and the texts of their forms."""
    folder, found = tmp_path_factory.mktemp("forms"), {}
    for table in DOMAIN.models:
        path = folder / f"{table}.parquet"
        pq.write_table(pq.read_table(demo_dir / f"{table}.parquet").slice(0, FEW), path)
        lines = (demo_dir / "json" / f"{table}.json").read_text(encoding="utf-8").splitlines()[1:-1][:FEW]
        found[table] = (path, [line.removesuffix(",") for line in lines])
    return found


def check(seed: int, table: str, path: Path, lines: list[str], folder: Path) -> int:
    """Both ways find the same; how much."""
    random = Random(seed)
    form = folder / f"{table}.json"
    form.write_bytes(edited(lines, random))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(jsontext, "CHUNK", random.choice((1 << 13, 1 << 22)))
        fast, slow = with_and_without(path, form, DOMAIN.models[table])
    assert fast == slow
    return len(fast)


def _run(table: str, path: Path, lines: list[str], folder: Path, examples: int, *, fixed: bool) -> None:
    counts: list[int] = []
    limits = settings(
        max_examples=examples,
        deadline=None,
        derandomize=fixed,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    seeds = given(st.integers(0, 2**32))
    limits(seeds(lambda seed: counts.append(check(seed, table, path, lines, folder))))()
    faulty = sum(count > 0 for count in counts)
    assert 0.2 < faulty / len(counts) < 0.95  # it is no idle comparison


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_the_text_first_finds_what_records_find(
    table: str, shortened: dict[str, tuple[Path, list[str]]], tmp_path: Path
) -> None:
    """Whatever is done to a form, comparing it by text first tells the same as comparing record by record alone."""
    _run(table, *shortened[table], tmp_path, EXAMPLES, fixed=True)


@pytest.mark.soak
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_the_text_first_finds_the_same_of_very_many(
    table: str, shortened: dict[str, tuple[Path, list[str]]], tmp_path: Path
) -> None:
    """Hundreds of forms a table, other ones each time."""
    _run(table, *shortened[table], tmp_path, 500, fixed=False)
