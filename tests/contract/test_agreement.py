from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from demo_data.contract import compare_module
from demo_data.contract.pairs import open_classes, own_classes
from demo_data.contract.samples import ENOUGH, samples, various
from demo_data.tea import DOMAIN
from tests.contract.modules import LOOKALIKE, module
from tests.running import called, environment

OURS = "".join(f"from {model.__module__} import {model.__name__}\n" for model in DOMAIN.models.values())


def test_our_own_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A module that re-exports our tables' models agrees: all they reach has a counterpart, all samples pass."""
    monkeypatch.chdir(tmp_path)
    name = module(tmp_path, OURS)
    code, out, err = called(capsys, "contract", name)
    first, without, read, last = out.splitlines()
    count = len(own_classes(DOMAIN))

    assert (code, err) == (0, "")
    assert first == f"{name}: {count - 1} of {count} classes have a counterpart"
    assert without == "  without one: WeatherObservation"
    assert read.startswith("samples: ")
    assert last == "no differences"
    assert called(capsys, "contract", name, "--format", "json") == (0, "[]\n", "")


def test_a_lookalike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same contract in other typing styles agrees."""
    monkeypatch.chdir(tmp_path)
    found = compare_module(module(tmp_path, LOOKALIKE), DOMAIN)

    assert found.drifts == ()
    assert {"Farmer", "FarmScale", "OperatingHours", "WeatherObservation", "GradeRules"} <= set(found.matched)
    assert "Region" not in found.matched


def test_which_classes_are_ours() -> None:
    """The classes are found from the tables: models, records, enumerations, what open dicts hold; each by its name."""
    found = own_classes(DOMAIN)

    assert set(DOMAIN.models.values()) <= set(found.values())
    assert {"WeatherObservation", "GPS", "PolygonRing", "RetryConfig", "BagSummary", "TrendDirection"} <= set(found)
    assert all(name == ours.__name__ for name, ours in found.items())
    assert {"Record", "Entity", "StrEnum"}.isdisjoint(found)
    assert sum(issubclass(ours, Enum) for ours in found.values()) == 8
    assert {ours.__name__ for ours in open_classes(DOMAIN)} == {"ExtractedFields", "BagSummary", "LinkageFields"}


@pytest.mark.parametrize("table", DOMAIN.tables)
def test_samples(table: str) -> None:
    """Samples are a few dozen records of a table, or all that it has, each once."""
    found = samples(DOMAIN, table)

    assert len({sample.key for sample in found}) == len(found)
    assert len(found) >= {"grading_models": 2, "source_configs": 3, "regions": 2, "factories": 3}.get(table, 10)
    assert len(found) <= ENOUGH + 20
    assert all(DOMAIN.models[table].model_validate_json(sample.text, strict=True) for sample in found)


@pytest.mark.parametrize(
    ("table", "path", "values"),
    [
        ("farmers", "grower_number", {True, False}),
        ("farmers", "is_active", {True, False}),
        ("farmers", "pref_lang", {"sw", "en"}),
        ("documents", "linkage_fields.grading_model_id", {"tbk_kenya_tea_v1", "ktda_ternary_v1"}),
        ("documents", "extracted_fields.bag_summary.grade", {"primary", "secondary"}),
        ("farmer_performance", "today.last_delivery", {True, False}),
        ("source_configs", "ingestion.mode", {"blob_trigger", "scheduled_pull"}),
    ],
)
def test_samples_vary(table: str, path: str, values: set[object]) -> None:
    """Samples show every kind of record: null and not (`True`: there is a value), and all the words that there are."""
    found = set()
    for sample in samples(DOMAIN, table):
        value = json.loads(sample.text)
        for step in path.split("."):
            value = value[step]
        found.add(value if isinstance(next(iter(values)), str) else bool(value))

    assert values <= found


RARE = {
    "null": lambda row: row | {"grower_number": None},
    "false": lambda row: row | {"is_active": False},
    "a word": lambda row: row | {"pref_lang": "luo"},
    "an empty text below": lambda row: row | {"contact": row["contact"] | {"email": ""}},
    "a key": lambda row: row | {"further": {}},
    "an item": lambda row: row | {"many": [0]},
    "no item": lambda row: row | {"many": []},
}


@pytest.mark.parametrize("rare", RARE.values(), ids=RARE.keys())
def test_rare_rows_are_chosen(rare: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """One row of another kind among a thousand is a sample; of rows of one kind, those spread over the table are."""
    usual = {
        "grower_number": "GN-1",
        "is_active": True,
        "pref_lang": "sw",
        "contact": {"email": "a@b"},
        "many": [1],
    }
    rows = [usual | {"number": number + 1} for number in range(1000)]
    rows[501] = rare(rows[501])
    chosen = [
        json.loads(text)["number"] for text in various(DOMAIN.models["farmers"], [json.dumps(row) for row in rows])
    ]

    assert 502 in chosen
    assert len(chosen) == ENOUGH + 1
    assert chosen == sorted(chosen)


def test_the_working_directory(tmp_path: Path) -> None:
    """The module is found from where the command is called, as `python -m` would, by the installed command too."""
    (tmp_path / "my_app").mkdir()
    (tmp_path / "my_app" / "__init__.py").write_text("")
    (tmp_path / "my_app" / "models.py").write_text("from my_app.values import GeoLocation\n")
    (tmp_path / "my_app" / "values.py").write_text("from demo_data.tea.values import GeoLocation\nprint('hello')\n")
    command = [str(Path(sys.executable).parent / "demo-data"), "contract", "my_app.models", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "hello\n")
