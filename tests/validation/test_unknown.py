"""A column that cannot be used is unknown to every rule: it is told once, and nothing follows from it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN
from demo_data.validation import RowViolation, row_rule, run, validate

SAMPLE = 13
"""Every so many columns one is tried in the suite, all of them in soak."""


def paths(table: str) -> list[tuple[str, ...]]:
    """Every column of a table, and every field of its records, as steps."""

    def below(field: pa.Field, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield (*above, field.name)
        if pa.types.is_struct(field.type):
            for child in field.type:
                yield from below(child, (*above, field.name))

    return [steps for field in arrow_schema(DOMAIN.models[table]) for steps in below(field, ())]


def replaced(array: Any, steps: tuple[str, ...]) -> Any:
    """The column with what lies at `steps` below it replaced by something that it cannot mean."""
    if not steps:
        return pa.array(([[1]] if pa.types.is_string(array.type) else ["x"]) * len(array))
    fields = list(array.type)
    columns = [
        replaced(each, steps[1:]) if field.name == steps[0] else each
        for field, each in zip(fields, array.flatten(), strict=True)
    ]
    return pa.StructArray.from_arrays(columns, names=[field.name for field in fields], mask=array.is_null())


def unusable(source: Path, target: Path, table: str, steps: tuple[str, ...]) -> Path:
    """The dataset with one column of another kind."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("json", "plots", "snapshot.json"))
    rows = pq.read_table(source / f"{table}.parquet").combine_chunks()
    place = rows.schema.get_field_index(steps[0])
    column = replaced(rows.column(place).combine_chunks(), steps[1:])
    pq.write_table(rows.set_column(place, steps[0], column), target / f"{table}.parquet")
    return target


EVERY = [(table, steps) for table in DOMAIN.models for steps in paths(table)]


def check(source: Path, folder: Path, table: str, steps: tuple[str, ...]) -> None:
    report = validate(unusable(source, folder / "bad", table, steps), strict=True)
    shutil.rmtree(folder / "bad")
    path = ".".join(steps)

    assert {(each.rule, each.table, each.field) for each in report.findings} == {("columns", table, path)}, (
        f"{table} {path}: {report.text()}"
    )
    assert not [reason for reason in report.skipped.values() if "cannot be applied" in reason], report.text()


@pytest.mark.sample(3)
@pytest.mark.parametrize("table", list(DOMAIN.models))
def test_nothing_follows(table: str, minimal_dir: Path, tmp_path: Path) -> None:
    """One column in a type that it cannot mean: that is all that is found."""
    for steps in [steps for name, steps in EVERY[::SAMPLE] if name == table]:
        check(minimal_dir, tmp_path, table, steps)


@pytest.mark.soak
@pytest.mark.parametrize(("table", "steps"), EVERY)
def test_nothing_follows_from_any(table: str, steps: tuple[str, ...], demo_dir: Path, tmp_path: Path) -> None:
    """The same of every column, in a dataset where every rule has something to say."""
    check(demo_dir, tmp_path, table, steps)


def test_what_needs_it_is_skipped(demo_dir: Path, tmp_path: Path) -> None:
    """Rules that need the column say that they were not applied, and why; so does the comparison with JSON."""
    steps = ("extracted_fields", "bag_summary", "leaf_type_distribution", "bud")
    target = unusable(demo_dir, tmp_path / "bad", "documents", steps)
    shutil.copytree(demo_dir / "json", target / "json")
    report = validate(target, strict=True)
    reason = f"documents.parquet has no usable column {'.'.join(steps)}"

    assert {rule for rule, why in report.skipped.items() if why == reason} >= {
        "leaf-counts", "leaf-classes", "percentages", "performance-attributes", "performance-weights",
        "json-form documents",
    }  # fmt: skip
    assert {each.rule for each in report.findings} == {"columns"}


@pytest.mark.parametrize("names", [("farm_sise", "{farm_size_hectares}"), ("farm_size_hectares", "{farm_sise}")])
def test_a_misspelt_column_is_told(names: tuple[str, str], demo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule on single records that reads no column of the table is at fault itself: it does not count as held."""
    column, message = names
    violation = RowViolation("farm_size_hectares", pl.col(column) < 0, message)
    rule = replace(row_rule("typo")(lambda _: [violation]), table="farmers", columns=(f"farmers.{column}",))
    monkeypatch.setattr(run, "rules_of", lambda _: (rule,))
    report = validate(demo_dir, forms=False)

    assert not report.ok
    assert "farmers has no column 'farm_sise'; did you mean" in report.faulty["typo"]


def test_no_rule_is_at_fault_for_a_column_too_many(minimal_dir: Path, tmp_path: Path) -> None:
    """Rules that read all classes of a distribution meet one that the model does not know: the data are at fault."""
    path = minimal_dir / "farmer_performance.parquet"
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        classes = row["historical"]["attribute_distributions_year"]["leaf_type"]
        classes["bux"] = classes["bud"]
    target = shutil.copytree(minimal_dir, tmp_path / "bad", ignore=shutil.ignore_patterns("json", "snapshot.json"))
    pq.write_table(pa.Table.from_pylist(rows), target / path.name)
    report = validate(target)

    assert "historical.attribute_distributions_year.leaf_type.bux" in {each.field for each in report.findings}
    assert report.faulty == {}
