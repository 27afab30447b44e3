"""The checks compiled for Parquet and Pydantic accept and reject the same records."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from demo_data.schema.arrow import arrow_schema, arrow_type
from demo_data.schema.marks import Shape
from demo_data.schema.record import Entity
from demo_data.schema.tree import Node, tree
from demo_data.tea import DOMAIN
from demo_data.validation.dataset import Dataset
from demo_data.validation.discover import Source
from demo_data.validation.json_forms import row_texts
from demo_data.validation.jsontable import json_table
from demo_data.validation.report import Report
from demo_data.validation.scan import scan
from demo_data.validation.tables import ParquetTable, Table

RECORDS = 60
EXAMPLES = 4

TEXTS = ("", "x", "sw", "highland", "primary", "06:00", "24:00", "06:00-10:00", "02-30", "13-01", "nyeri-highland",
         "Nyeri-highland", "nyeri-highland\n", "x" * 20, "x" * 21, "é" * 50, "é" * 51, "x" * 100, "x" * 101, "x" * 201,
         "٣٣:٣٣", "mon", "Polygon")  # fmt: skip
FLOATS = (-181.0, -180.0, -90.5, -0.0, 0.0, 5e-324, 0.009, 0.01, 1.0, 1.0000000001, 100.0, 100.1, 999.9, 1000.0, 1e308,
          float("nan"), float("inf"), float("-inf"))  # fmt: skip
INTS = (-1, 0, 1, 2, 3, 100, 199, 200, 201, 2**31 - 1)
MOMENTS = (
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 31, 6, 12, 0, 250, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
)
DATES = (date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31))


def changed(value: Any, node: Node, random: Random, *, shaped: bool = False) -> Any:
    """The value with a change somewhere at or below it, of the same Arrow type. Below a Shape nothing becomes null."""
    if value is not None and node.kind != "scalar" and random.random() < 0.9:
        if node.kind == "list":
            return _list(value, node.children[0], random, shaped)
        child = random.choice(node.children)
        below = shaped or node.mark(Shape) is not None
        return value | {child.name: changed(value.get(child.name), child, random, shaped=below)}
    if node.kind == "scalar" and random.random() < 0.9:
        return _scalar(node, random)
    return value if shaped else None


def _list(value: list[Any], item: Node, random: Random, shaped: bool) -> list[Any]:
    kind = random.randrange(4)
    if not value or kind == 0:
        return [] if random.random() < 0.5 else value[:-1]
    place = random.randrange(len(value))
    if kind == 1 and not shaped:
        return [*value[:place], None, *value[place + 1 :]]
    return [*value[:place], changed(value[place], item, random, shaped=shaped), *value[place + 1 :]]


def _scalar(node: Node, random: Random) -> Any:
    kinds: dict[Any, Iterable[Any]] = {float: FLOATS, int: INTS, bool: (True, False), datetime: MOMENTS, date: DATES}
    return random.choice(list(kinds.get(node.type, TEXTS)))


def loose(kind: pa.DataType) -> pa.DataType:
    """The type with nulls allowed everywhere."""
    if pa.types.is_struct(kind):
        return pa.struct(
            [pa.field(each.name, loose(each.type)) for each in (kind.field(n) for n in range(kind.num_fields))]
        )
    return pa.list_(loose(kind.value_type)) if pa.types.is_list(kind) else kind


def rejected(table: Table, report: Report) -> set[int | None]:
    """The records of which anything was found, by the table's reader or by the pass over it."""
    scan(table, [], Dataset(DOMAIN, {table.model.table: table}, None), report)
    return {each.record for each in report.findings}


def check(seed: int, model: type[Entity], records: list[dict[str, Any]], folder: Path) -> int:
    """How many of the records both reject."""
    random = Random(seed)
    root = tree(model)
    rows = [
        changed(each, root, random) if random.random() < 0.7 else each for each in random.choices(records, k=RECORDS)
    ]
    schema = pa.schema([pa.field(each.name, loose(each.type)) for each in arrow_schema(model)])
    path = folder / f"{model.table}.parquet"
    pq.write_table(pa.Table.from_pylist([row or {} for row in rows], schema=schema), path)
    parquet = ParquetTable(path.name, model, [path])
    texts = [text for some in row_texts(parquet) for text in some]
    (folder / f"{model.table}.json").write_text(f"[{','.join(texts)}]")
    source = Source(f"{model.table}.json", (folder / f"{model.table}.json",), parquet=False)
    report = Report("json")
    of_json = rejected(json_table(source, model, report), report)
    of_parquet = rejected(parquet, Report("parquet"))
    assert of_parquet == of_json, [texts[each or 0] for each in of_parquet ^ of_json]
    by_pydantic = {number for number, text in enumerate(texts) if not _reads(model, text)}
    if any(node.mark(Shape) for node in root.walk()):  # of these dicts Pydantic knows nothing
        assert by_pydantic <= of_parquet
    else:
        assert by_pydantic == of_parquet
    return len(of_parquet)


def _reads(model: type[Entity], text: str) -> bool:
    try:
        json.loads(text, parse_constant=pytest.fail)
        model.model_validate_json(text, strict=True)
    except (ValidationError, pytest.fail.Exception):
        return False
    return True


def _run(table: str, demo: Path, folder: Path, examples: int, *, fixed: bool) -> None:
    records = pq.read_table(demo / f"{table}.parquet").to_pylist()
    limits = settings(
        max_examples=examples,
        deadline=None,
        derandomize=fixed,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    counts = []
    seeds = given(st.integers(0, 2**32))
    limits(seeds(lambda seed: counts.append(check(seed, DOMAIN.models[table], records, folder))))()
    assert 0.1 < sum(counts) / (RECORDS * len(counts)) < 0.9  # it is no idle comparison


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_both_reject_the_same_records(table: str, demo_dir: Path, tmp_path: Path) -> None:
    """Of hundreds of records with values at, below and beyond every kind of bound, in Parquet and in JSON."""
    _run(table, demo_dir, tmp_path, EXAMPLES, fixed=True)


@pytest.mark.soak
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_both_reject_the_same_of_very_many(table: str, demo_dir: Path, tmp_path: Path) -> None:
    """Ten thousand records a table, other ones each time."""
    _run(table, demo_dir, tmp_path, 170, fixed=False)


def test_every_scalar_has_its_values() -> None:
    """Each Arrow type of the tables is one that the changes know."""
    kinds = {
        arrow_type(leaf) for model in DOMAIN.models.values() for leaf in tree(model).leaves() if leaf.kind == "scalar"
    }
    assert kinds == {
        pa.string(), pa.float64(), pa.int32(), pa.int64(), pa.bool_(), pa.date32(), pa.timestamp("us", tz="UTC"),
    }  # fmt: skip
