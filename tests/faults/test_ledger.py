"""The ledger is true, and the copy is the source but for what the ledger tells."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from demo_data.domain import default_domain
from demo_data.faults.planters import kinds
from demo_data.validation import validate
from tests.faults.planting import at, due, found, kinds_of, planted
from tests.running import contents, names


def records(directory: Path, table: str) -> Any:
    """A table's records, or the recipe."""
    return json.loads((directory / f"{table}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bad(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A faulty copy of `demo` with faults of nearly every kind, and its ledger."""
    out = tmp_path_factory.mktemp("ledger") / "bad"
    return out, planted(demo_dir, out, 7, 100)


def test_values_stand_where_the_ledger_says(bad: tuple[Path, dict[str, Any]]) -> None:
    """In the fault's own field and in all that was changed with it; a field that was taken away is gone."""
    out, ledger = bad
    for defect in ledger["defects"]:
        table = records(out, defect["table"])
        if (
            defect["record"] is not None
            and defect["field"]
            and "remove" not in {c["operation"] for c in defect["changes"]}
        ):
            place = table[defect["record"]]
            assert defect["new"] is None or at(place, defect["field"]) == defect["new"]
        for change in defect["changes"]:
            file = json.loads((out / change["file"]).read_text(encoding="utf-8"))
            place = file if change["record"] is None else file[change["record"]]
            if change["operation"] == "remove":
                with pytest.raises(LookupError):
                    at(place, change["field"])
            else:
                assert (place if change["field"] is None else at(place, change["field"])) == change["new"]


def test_nothing_else_differs(bad: tuple[Path, dict[str, Any]], demo_dir: Path) -> None:
    """Taking the ledger's changes back, the last first, gives the source's records again."""
    out, ledger = bad
    tables = {path.stem: records(out, path.stem) for path in out.glob("[!.]*.json") if path.stem != "defects"}
    changes = [change for defect in ledger["defects"] for change in defect["changes"]]
    for change in reversed(changes):
        _take_back(tables[change["file"].removesuffix(".json")], change)
    for table, now in tables.items():
        source = demo_dir / "recipe.json" if table == "recipe" else demo_dir / "json" / f"{table}.json"
        assert now == json.loads(source.read_text(encoding="utf-8"))


def _take_back(table: Any, change: dict[str, Any]) -> None:
    if change["operation"] == "add":
        assert table.pop() == change["new"]
        return
    place = table if change["record"] is None else table[change["record"]]
    *way, last = change["field"].replace("[", ".[").split(".")
    for step in way:
        place = place[int(step[1:-1])] if step.startswith("[") else place[step]
    if last.startswith("["):
        assert place.pop(int(last[1:-1])) == change["new"]
    elif change["operation"] == "insert":
        del place[last]
    else:
        place[last] = change["old"]


def test_each_fault_has_its_record(bad: tuple[Path, dict[str, Any]]) -> None:
    """No two faults are in one record; whole tables are at fault by one kind once."""
    _, ledger = bad
    placed = Counter((each["table"], each["record"]) for each in ledger["defects"] if each["record"] is not None)
    assert placed.most_common(1)[0][1] == 1
    whole = [each["kind"] for each in ledger["defects"] if each["record"] is None]
    assert len(whole) == len(set(whole))
    assert all(kinds(default_domain())[kind].whole for kind in whole)


def test_each_fault_is_told(bad: tuple[Path, dict[str, Any]]) -> None:
    """Kind, table, file, record, key, field, both values, a sentence, companions and changes."""
    out, ledger = bad
    for number, defect in enumerate(ledger["defects"]):
        assert defect["number"] == number
        assert defect["file"] == f"{defect['table']}.json"
        assert defect["sentence"].endswith(".")
        assert set(defect) == {
            *("number", "kind", "table", "file", "record", "key", "field", "old", "new"),
            *("sentence", "also", "changes"),
        }
        assert (defect["key"] is None) == (defect["record"] is None)
        assert defect["changes"]
    assert (out / "defects.json").is_file()


def test_the_same_bytes(demo_dir: Path, tmp_path: Path) -> None:
    """Dataset, seed and number settle every byte; another seed gives others."""
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        planted(demo_dir, tmp_path / name, seed, 60)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one") != contents(tmp_path / "three")


def test_fewer_faults_than_kinds_are_of_different_kinds(demo_dir: Path, tmp_path: Path) -> None:
    """A seeded choice, never one kind twice; in eight seeds nearly every kind that there is room for comes up."""
    seen: set[str] = set()
    for seed in range(8):
        ledger = planted(demo_dir, tmp_path / str(seed), seed, 40)
        assert len(set(kinds_of(ledger))) == 40
        seen |= set(kinds_of(ledger))
    assert len(seen) > 70


def test_kinds_come_round(demo_dir: Path, tmp_path: Path) -> None:
    """More faults than kinds: those with room come again, in turn."""
    count = Counter(kinds_of(planted(demo_dir, tmp_path / "bad", 1, 300)))
    assert sum(count.values()) == 300
    assert {kind for kind, number in count.items() if number > 1 and kinds(default_domain())[kind].whole} == set()
    assert count["document-hash"] > 3


def test_what_is_left_out_is_said(minimal_dir: Path, tmp_path: Path) -> None:
    """Every kind is planted or named with a reason, if as many faults are asked for as there are kinds."""
    ledger = planted(minimal_dir, tmp_path / "bad", 1, 200)
    left = {each["kind"]: each["reason"] for each in ledger["left_out"]}
    assert set(left) | set(kinds_of(ledger)) == set(kinds(default_domain()))
    assert set(left) & set(kinds_of(ledger)) == set()
    assert all(left.values())
    assert left["point-region"] == "there is no factory in another region"


def test_parquet_alone_is_enough(year_dir: Path, tmp_path: Path) -> None:
    """A dataset without JSON is converted; what is written is JSON, recipe, ledger and the list of them alone."""
    assert not (year_dir / "json").exists()
    ledger = planted(year_dir, tmp_path / "bad", 1, 5)
    assert len(due(ledger)) >= 5
    tables = sorted(path.name.removesuffix(".parquet") + ".json" for path in year_dir.glob("*.parquet"))
    assert names(tmp_path / "bad") == sorted([*tables, "recipe.json", "defects.json", ".demo-data.json"])


def test_a_dataset_without_recipe(demo_dir: Path, tmp_path: Path) -> None:
    """Tables by hand, some of them only: kinds that need more are left out, the others are found."""
    source = tmp_path / "source"
    source.mkdir()
    for table in ("regions", "factories", "collection_points", "farmers", "grading_models"):
        (source / f"{table}.json").write_bytes((demo_dir / "json" / f"{table}.json").read_bytes())
    assert validate(source).ok
    ledger = planted(source, tmp_path / "bad", 2, 60)
    assert found(tmp_path / "bad") == due(ledger)
    assert len(set(kinds_of(ledger))) > 25
    left = {each["kind"]: each["reason"] for each in ledger["left_out"]}
    assert left["delivery-day"] == "there is no table documents with records"
