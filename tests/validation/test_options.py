"""Hand-written data, directories of reference, the user's own models, and forms for machines."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.validation import UsageError, validate
from demo_data.validation.formats import github_text, json_text
from demo_data.validation.report import KEPT, SHOWN, Finding, Report
from tests.running import called
from tests.validation.damaged import Damaged, put

_NUMBERS = count()


@pytest.fixture
def scales(demo_dir: Path, tmp_path: Path) -> Path:
    """A dataset of our making with one fault of coherence: a farm's scale."""
    data = Damaged(demo_dir)
    size = data["farmers"][0]["farm_size_hectares"]
    data["farmers"][0]["farm_scale"] = "estate" if size <= 5 else "smallholder"
    return data.write(tmp_path / "scales")


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write a module of models, which is importable from the working directory; gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> str:
        name = f"models_of_a_test_{next(_NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(f"from pydantic import BaseModel, field_validator\n{text}")
        return name

    return write


def severities(report: Report) -> set[tuple[str, str]]:
    return {(each.rule, each.severity) for each in report.findings}


@pytest.mark.sample(2)
@pytest.mark.parametrize("kept", [{"recipe.json"}, {"snapshot.json"}, {"recipe.json", "snapshot.json"}, set()])
def test_coherence_is_demanded_of_our_own_data(
    kept: set[str], scales: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where recipe or manifest lie, its faults are errors; elsewhere warnings, which are no reason for exit code 1."""
    for name in ("recipe.json", "snapshot.json"):
        (scales / name).unlink(missing_ok=True)
    if "snapshot.json" in kept:
        (scales / "snapshot.json").write_text("{}")
    if "recipe.json" in kept:
        (scales / "recipe.json").write_text('{"as_of": "2026-01-31", "days": 90}')
    report = validate(scales)
    rules = {rule: severity for rule, severity in severities(report) if rule in ("farm-scale", "performance-farm")}
    assert rules == dict.fromkeys(("farm-scale", "performance-farm"), "error" if kept else "warning")
    assert called(capsys, "validate", scales)[0] == (1 if kept else 0)
    assert report.ok == (not kept)


def test_strict_makes_errors_of_warnings(scales: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --strict a fault of coherence counts in anybody's data."""
    (scales / "recipe.json").unlink()
    assert {severity for _, severity in severities(validate(scales, strict=True))} == {"error"}
    assert called(capsys, "validate", scales, "--strict")[0] == 1


def test_other_faults_are_errors_in_anybodys_data(demo_dir: Path, tmp_path: Path) -> None:
    """Only rules of coherence give warnings."""
    seed = Path(shutil.copytree(demo_dir / "json", tmp_path / "seed"))
    records = json.loads((seed / "farmers.json").read_text())
    records[0]["region_id"] = "nowhere"
    records[1]["extra"] = 1
    records.append(records[2])
    (seed / "farmers.json").write_text(json.dumps(records))
    assert severities(validate(seed)) == {
        ("foreign-key", "error"), ("unknown-field", "error"), ("primary-key", "error"),
    }  # fmt: skip


@pytest.mark.parametrize("form", ["json", "."])
def test_keys_may_be_elsewhere(form: str, demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Farmers alone refer to regions that lie in another directory, as JSON or as Parquet."""
    shutil.copy(demo_dir / "json" / "farmers.json", tmp_path)
    shutil.copy(demo_dir / "json" / "collection_points.json", tmp_path)
    assert {each.rule for each in validate(tmp_path).findings} == {"table-missing"}
    report = validate(tmp_path, reference=demo_dir / form)
    assert report.ok, report.text()
    assert set(report.rows) == {"farmers", "collection_points"}
    assert called(capsys, "validate", tmp_path, "--reference", demo_dir / form)[0] == 0


def test_a_key_neither_here_nor_elsewhere(demo_dir: Path, tmp_path: Path) -> None:
    """Keys of both directories are known, and the nearest of them is named."""
    farmers = json.loads((demo_dir / "json" / "farmers.json").read_text())[:3]
    farmers[0]["region_id"] = "kiambu-higland"
    farmers[1]["region_id"] = "kiambu-highland"
    (tmp_path / "farmers.json").write_text(json.dumps(farmers))
    regions = json.loads((demo_dir / "json" / "regions.json").read_text())[:1]
    (tmp_path / "regions.json").write_text(json.dumps([regions[0] | {"region_id": "kiambu-highland"}]))
    found = [each for each in validate(tmp_path, reference=demo_dir).findings if each.rule == "foreign-key"]
    assert [(each.record, each.nearest) for each in found] == [(0, "kiambu-highland")]


def test_a_reference_that_cannot_be_read(demo_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Damage there is told by the file's path; no directory there is a fault of the request."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    shutil.copy(demo_dir / "json" / "farmers.json", here)
    (there / "regions.json").write_text("[{")
    found = [(each.file, each.rule) for each in validate(here, reference=there).findings]
    assert (f"{there}/regions.json", "readable") in found
    assert called(capsys, "validate", here, "--reference", tmp_path / "no")[0] == 2


FARMER = "class Farmer(BaseModel):\n    id: str\n    farm_size_hectares: float\n"


@pytest.mark.parametrize("form", ["json", "."])
def test_records_pass_the_users_models(form: str, module: Any, demo_dir: Path) -> None:
    """Of the models only those whose names are our classes' are asked; what they reject is an error."""
    name = module(f"{FARMER}    @field_validator('id')\n    def odd(cls, value):\n"
                  "        if value.endswith('7'):\n            raise ValueError('an unlucky number')\n"
                  "        return value\nclass Other(BaseModel):\n    x: int\n")  # fmt: skip
    found = list(validate(demo_dir / form, models=name).findings)
    assert [(each.record, each.key, each.field, each.rule, each.severity) for each in found] == [
        (number - 1, f"WM-{number:04}", "id", "models", "error") for number in (7, 17, 27, 37, 47)
    ]
    assert found[0].message == f"'WM-0007': Value error, an unlucky number ({name}.Farmer)"


def test_a_model_that_raises(module: Any, demo_dir: Path) -> None:
    """Whatever the user's code raises is told with its line, for each record."""
    name = module("class Region(BaseModel):\n    @field_validator('*')\n    def no(cls, value): return value\n"
                  "    def model_post_init(self, _):\n        raise KeyError('oops')\n")  # fmt: skip
    found = list(validate(demo_dir / "json", models=name).findings)
    assert [each.record for each in found] == [0, 1]
    assert found[0].message == f"reading the record raises KeyError: 'oops' ({name}.py:6) ({name}.Region)"


def test_a_moment_beyond_the_calendar_is_not_shown_to_the_users_models(
    module: Any, demo_dir: Path, tmp_path: Path
) -> None:
    """Its JSON form has no text for it: the table is skipped, with the reason."""
    rows = pq.read_table(demo_dir / "farmers.parquet")
    place = rows.schema.get_field_index("created_at")
    moments = pa.array([253_402_300_800_000_000] * len(rows), pa.int64()).cast(rows.schema.field(place).type)
    pq.write_table(rows.set_column(place, rows.schema.field(place), moments), tmp_path / "farmers.parquet")
    report = validate(tmp_path, models=module(FARMER))
    assert report.results["bounds"].count == len(rows)
    assert report.skipped["models farmers"].startswith("it cannot be compared: in farmers.parquet, column created_at")


def test_a_record_at_fault_is_not_shown_to_the_users_models(module: Any, demo_dir: Path, tmp_path: Path) -> None:
    """What our classes reject is told once."""
    data = Damaged(demo_dir)
    put(data["farmers"][0], "farm_size_hectares", -1.0)
    report = validate(data.write(tmp_path / "bad"), models=module(FARMER + "    gone: int\n"))
    assert (report.results["bounds"].count, report.results["models"].count) == (1, 49)


@pytest.mark.parametrize(
    ("name", "told"),
    [("no_such_module_here", "No module named"), ("json", "has no model of our tables' names"), ("a/b.py", "'a.b'")],
)
def test_a_module_that_cannot_be_used(name: str, told: str, demo_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is a fault of the request, told in a line."""
    code, out, err = called(capsys, "validate", demo_dir, "--models", name)
    assert (code, out) == (2, "")
    assert told in err
    with pytest.raises(UsageError):
        validate(demo_dir, models=name)


def _report() -> Report:
    report = Report("seed")
    report.rows["farmers"] = 9000
    one = Finding("farmers.json", "farmers", 3, "50%,\n::x", "a.b", "bounds", float("inf"), "5 % off\r\nand: more")
    report.add("bounds", [one] * (KEPT + 1))
    report.tried("farm-scale", "warning")
    report.add("farm-scale", [replace(one, rule="farm-scale")], 1)
    return report


def test_json_is_one_object() -> None:
    """A summary that counts all, and the findings with all their fields; no NaN or Infinity, which JSON has not."""
    told = json.loads(json_text(_report()), parse_constant=pytest.fail)
    assert told["summary"] == {
        "path": "seed",
        "ok": False,
        "errors": KEPT + 1,
        "warnings": 1,
        "records": {"farmers": 9000},
        "rules": {
            "bounds": {"severity": "error", "count": KEPT + 1, "listed": KEPT},
            "farm-scale": {"severity": "warning", "count": 1, "listed": 1},
        },
        "skipped": {},
    }
    assert len(told["findings"]) == KEPT + 1
    assert told["findings"][0] == {
        "file": "farmers.json", "table": "farmers", "record": 3, "key": "50%,\n::x", "field": "a.b",
        "rule": "bounds", "value": "inf", "message": "5 % off\r\nand: more", "nearest": None, "severity": "error",
    }  # fmt: skip


def test_json_of_good_data(demo_dir: Path) -> None:
    """An empty list of findings."""
    told = json.loads(json_text(validate(demo_dir)))
    assert (told["findings"], told["summary"]["ok"], told["summary"]["rules"]) == ([], True, {})


def test_github_annotations() -> None:
    """A command per shown finding, escaped as the runner undoes it; the others are counted; then a plain line."""
    lines = github_text(_report()).split("\n")
    text = r"farmers.json[3] 50%25,\n::x a.b: 5 %25 off\r\nand: more"
    assert lines[:SHOWN] == [f"::error file=seed/farmers.json,title=bounds::{text}"] * SHOWN
    assert lines[SHOWN] == f"::error file=seed/farmers.json,title=bounds::... and {KEPT + 1 - SHOWN:,} more"
    assert lines[SHOWN + 1] == f"::warning file=seed/farmers.json,title=farm-scale::{text}"
    assert lines[SHOWN + 2 :] == ["seed: 0 rules held, 2 broken, 0 skipped"]


def test_github_escapes_a_path() -> None:
    """Colon, comma, percent sign and line ends of a file's name would end the property."""
    report = Report("a,b:c%\r\n")
    report.add("readable", [Finding("x.json", None, None, None, None, "readable", None, "m")])
    assert github_text(report).startswith("::error file=a%2Cb%3Ac%25%0D%0A/x.json,title=readable::x.json: m\n")


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_every_form_on_the_command_line(form: str, scales: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each tells the same finding; a form that is not there is a fault of the request."""
    code, out, err = called(capsys, "validate", scales, "--format", form)
    assert (code, err) == (1, "")
    assert "is not the scale of" in out
    assert called(capsys, "validate", scales, "--format", "yaml")[0] == 2
