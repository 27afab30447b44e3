"""What is no dataset, or only part of one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from demo_data.validation import UsageError, validate
from tests.validation.damaged import Damaged


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    """The nearest name beside it is given."""
    (tmp_path / "demo").mkdir()
    with pytest.raises(UsageError, match=r"demmo: no such directory \(nearest: demo\)"):
        validate(tmp_path / "demmo")


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    """Its path is given, and what is expected."""
    (tmp_path / "farmers.json").write_text("[]")
    with pytest.raises(UsageError, match=r"farmers\.json is not a directory"):
        validate(tmp_path / "farmers.json")


def test_a_directory_without_tables(tmp_path: Path) -> None:
    """The message says what a table's file is called, and what nearly was one."""
    (tmp_path / "farmer.json").write_text("[]")
    with pytest.raises(UsageError, match=r"no tables here .*'farmer' is not a table's name \(nearest: farmers\)"):
        validate(tmp_path)


def test_a_file_that_nearly_bears_a_tables_name(demo_dir: Path, tmp_path: Path) -> None:
    """It is told, with the nearest table; files that are no tables are passed over."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    (target / "farmer_performances.json").write_text("[]")
    (target / "readme.md").write_text("hello")
    (target / "package.json").write_text("{}")
    report = validate(target)
    assert [each.message for each in report.findings] == [
        "'farmer_performances' is not a table's name (nearest: farmer_performance)"
    ]


@pytest.mark.parametrize("size", [0, 100, -10])
def test_a_truncated_parquet_file(size: int, demo_dir: Path, tmp_path: Path) -> None:
    """It is one finding with the file's name and the reason; all other tables are still checked."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    path = target / "farmer_performance.parquet"
    path.write_bytes(path.read_bytes()[:size])
    report = validate(target)
    assert [(each.file, each.rule) for each in report.findings] == [("farmer_performance.parquet", "readable")]
    assert "performance-rows" in report.skipped


def test_a_damaged_page_of_a_parquet_file(demo_dir: Path, tmp_path: Path) -> None:
    """A file whose end is whole but whose inside is not is told like a truncated one."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    path = target / "farmer_performance.parquet"
    data = bytearray(path.read_bytes())
    data[4:2000] = b"\xff" * 1996
    path.write_bytes(data)
    report = validate(target)
    assert ("farmer_performance.parquet", "readable") in {(each.file, each.rule) for each in report.findings}


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"as_of": "soon", "days": 90}', '{"as_of": "2026-01-31", "days": []}']
)
def test_a_bad_recipe(text: str, demo_dir: Path, tmp_path: Path) -> None:
    """It is a finding, and the dataset is checked as one without a recipe."""
    target = Damaged(demo_dir).write(tmp_path / "bad")
    (target / "recipe.json").write_text(text)
    report = validate(target)
    assert [(each.file, each.rule) for each in report.findings] == [("recipe.json", "readable")]
    assert "scenario-tiers" in report.skipped


def test_without_a_recipe_the_last_day_is_the_latest_computation(demo_dir: Path, tmp_path: Path) -> None:
    """Scenario rules are skipped, rules on time are not."""
    target = Damaged(demo_dir).write(tmp_path / "some")
    (target / "recipe.json").unlink()
    report = validate(target, strict=True)
    assert report.ok, report.text()
    assert {"scenario-tiers", "scenario-active", "steady-farmers"} <= set(report.skipped)
    assert "nothing-later" not in report.skipped


def test_one_table_alone_is_checked(demo_dir: Path, tmp_path: Path) -> None:
    """What one table shows by itself; rules that need others are skipped."""
    shutil.copy(demo_dir / "grading_models.parquet", tmp_path)
    shutil.copy(demo_dir / "regions.parquet", tmp_path)
    report = validate(tmp_path)
    assert {result.rule for result in report.failed} == {"table-missing"}
    assert report.rows == {"grading_models": 2, "regions": 2}


def test_the_report_folds_and_counts(demo_dir: Path, tmp_path: Path) -> None:
    """A line per broken rule, its examples, the skipped rules by reason, and a sum."""
    data = Damaged(demo_dir)
    for each in data["farmers"][:7]:
        each["national_id"] = "x"
    report = validate(data.write(tmp_path / "bad"))
    lines = report.text().splitlines()
    at = lines.index("national-id: 7 violations")
    assert lines[at + 1] == "  farmers.parquet[0] WM-0001 national_id: 'x' is not eight digits, nor seven"
    assert lines[at + 6] == "  ... and 2 more"
    assert lines[-1].endswith(f"2 broken, {len(report.skipped)} skipped")
    assert report.violations == 13
    assert json.dumps(report.skipped)
