"""What a class demands is found in Parquet, named by file, record, key, field and rule."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.tea import DOMAIN
from demo_data.validation import validate
from demo_data.validation.tables import ParquetTable
from tests.validation.damaged import Damaged, put

FAULTS: list[tuple[str, str, str, Any]] = [
    ("required", "farmers", "national_id", None),
    ("required", "farmers", "contact.phone", None),
    ("required", "farmers", "contact", None),
    ("required", "collection_points", "collection_days", [None]),
    ("required", "documents", "linkage_fields.farmer_id", None),
    ("bounds", "farmers", "farm_size_hectares", 0.0),
    ("bounds", "farmers", "farm_location.latitude", 91.0),
    ("bounds", "farmers", "farm_location.altitude_meters", float("nan")),
    ("bounds", "documents", "extraction.confidence", 1.5),
    ("bounds", "regions", "geography.radius_km", 0.0),
    ("length", "farmers", "first_name", ""),
    ("length", "factories", "code", "X" * 21),
    ("pattern", "regions", "region_id", "Nyeri-highland"),
    ("pattern", "collection_points", "operating_hours.weekdays", "6:00-10:00"),
    ("pattern", "collection_points", "collection_days", ["mon", "someday"]),
    ("enum", "farmers", "notification_channel", "pigeon"),
    ("enum", "source_configs", "ingestion.mode", "by_hand"),
    ("model-rule", "factories", "quality_thresholds.tier_2", 90.0),
    ("model-rule", "regions", "geography.altitude_band.max_meters", 1000),
    ("model-rule", "regions", "geography.boundary", {"type": "Polygon", "rings": [{"points": [
        {"longitude": 37.0, "latitude": 0.0}, {"longitude": 37.1, "latitude": 0.0},
        {"longitude": 37.1, "latitude": 0.1}, {"longitude": 37.0, "latitude": 0.1}]}]}),
    ("bounds", "regions", "geography.boundary", {"type": "Polygon", "rings": [{"points": [
        {"longitude": 370.0, "latitude": 0.0}, {"longitude": 37.1, "latitude": 0.0},
        {"longitude": 37.1, "latitude": 0.1}, {"longitude": 370.0, "latitude": 0.0}]}]}),
    ("length", "regions", "geography.boundary", {"type": "Polygon", "rings": [{"points": []}]}),
]  # fmt: skip


@pytest.mark.sample(8)
@pytest.mark.parametrize(("rule", "table", "path", "value"), FAULTS)
def test_a_bad_value_is_found(rule: str, table: str, path: str, value: Any, demo_dir: Path, tmp_path: Path) -> None:
    """The finding gives rule, table, record, key and a path at or below the field."""
    data = Damaged(demo_dir)
    put(data[table][0], path, value)
    report = validate(data.write(tmp_path / "bad", table))
    found = [each for each in report.findings if each.rule == rule]
    assert [(each.file, each.table, each.record) for each in found] == [(f"{table}.parquet", table, 0)] * len(found)
    assert found, report.text()
    assert found[0].field is not None
    assert found[0].field.startswith(path) or path.startswith(found[0].field)


def test_a_place_in_a_list_is_named(demo_dir: Path, tmp_path: Path) -> None:
    """Items are counted from 0, lists in lists too."""
    data = Damaged(demo_dir)
    data["collection_points"][1]["collection_days"][2] = "never"
    ring = [{"longitude": 37.0, "latitude": 0.0}] * 5
    ring[3] = {"longitude": 37.0, "latitude": 100.0}
    put(data["regions"][1], "geography.boundary", {"type": "Polygon", "rings": [{"points": ring}]})
    report = validate(data.write(tmp_path / "bad"))
    assert {each.field for each in report.findings} == {
        "collection_days[2]",
        "geography.boundary.rings[0].points[3].latitude",
    }


def test_all_faults_come_in_one_pass(demo_dir: Path, tmp_path: Path) -> None:
    """Faults in several tables are all told, thousands of equal ones as a count with examples."""
    data = Damaged(demo_dir)
    for each in data["documents"]:
        put(each, "extraction.confidence", 7.0)
    data["farmers"][3]["national_id"] = ""
    report = validate(data.write(tmp_path / "bad"))
    assert report.results["bounds"].count == len(data["documents"])
    assert len(report.results["bounds"].findings) == len(data["documents"])
    assert report.results["length"].count == 1
    assert f"... and {len(data['documents']) - 5:,} more" in report.text()


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop("farm_scale"), "column farm_scale is missing"),
        (lambda frame: frame.rename({"farm_scale": "farm_scal"}), "(nearest: farm_scale)"),
        (lambda frame: frame.with_columns(shoe_size=pl.lit(42)), "column shoe_size is unknown"),
        (lambda frame: frame.with_columns(farm_size_hectares=pl.lit("1")), "of type string, not double"),
        (
            lambda frame: frame.with_columns(pl.col("contact").struct.rename_fields(["phone", "mail", "address"])),
            "column contact.email is missing",
        ),
    ],
)
def test_columns_are_those_of_the_class(change: Any, message: str, demo_dir: Path, tmp_path: Path) -> None:
    """Missing, unknown and wrongly typed columns are named; rules that read them are skipped."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    change(pl.read_parquet(target / "farmers.parquet")).write_parquet(target / "farmers.parquet")
    report = validate(target)
    assert any(message in each.message for each in report.findings if each.rule == "columns"), report.text()
    assert {result.rule for result in report.failed} == {"columns"}


def test_text_may_be_stored_as_categories(demo_dir: Path, tmp_path: Path) -> None:
    """How text is stored does not count."""
    target = Damaged(demo_dir).write(tmp_path / "good")
    frame = pl.read_parquet(target / "farmers.parquet")
    frame.with_columns(pl.col("farm_scale", "region_id").cast(pl.Categorical)).write_parquet(target / "farmers.parquet")
    assert validate(target).ok


def test_a_table_may_be_empty(demo_dir: Path, tmp_path: Path) -> None:
    """No rows are no fault in themselves."""
    data = Damaged(demo_dir)
    for table in ("documents", "farmer_performance", "farmers"):
        data[table].clear()
    for point in data["collection_points"]:
        point["farmer_ids"].clear()
    data.recipe["scenarios"] = {}
    report = validate(data.write(tmp_path / "empty"))
    assert report.ok, report.text()
    assert report.rows["documents"] == 0


def test_large_tables_are_checked_alike(demo_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batch by batch and part by part the same is found as in one piece."""
    data = Damaged(demo_dir)
    put(data["documents"][200], "extraction.confidence", 7.0)
    put(data["documents"][300], "linkage_fields.farmer_id", None)
    old = data["documents"][310]["ingestion"]["received_at"]
    put(data["documents"][310], "ingestion.received_at", old - timedelta(days=1))
    target = data.write(tmp_path / "bad")
    whole = [str(each) for each in validate(target).findings]
    rows = pl.read_parquet(target / "documents.parquet")
    (target / "documents.parquet").unlink()
    (target / "documents.parquet").mkdir()
    rows[:250].write_parquet(target / "documents.parquet" / "part-00000.parquet")
    rows[250:].write_parquet(target / "documents.parquet" / "part-00001.parquet")
    monkeypatch.setattr("demo_data.validation.tables.SMALL", 10)
    monkeypatch.setattr("demo_data.validation.tables.BATCH", 64)
    assert [str(each) for each in validate(target).findings] == whole
    assert len(whole) > 2


def test_columns_of_a_large_table_do_not_change(demo_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for once or again, before the pass over all rows or after it, a column is what a small table holds."""
    small = ParquetTable("small", DOMAIN.models["documents"], [demo_dir / "documents.parquet"])
    monkeypatch.setattr("demo_data.validation.tables.SMALL", 10)
    monkeypatch.setattr("demo_data.validation.tables.BATCH", 64)
    large = ParquetTable("large", DOMAIN.models["documents"], [demo_dir / "documents.parquet"])
    for _ in range(2):
        assert all(large.frame(path).equals(small.frame(path)) for path in small.columns)
        assert pl.concat(batch.rows for batch in large.batches()).equals(small.frame(*small.columns))
        assert large.frame(*small.columns).equals(small.frame(*small.columns))
