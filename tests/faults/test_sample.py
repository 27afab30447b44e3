"""Datasets that are too large to be held: faults lie in a sample, and all of them, and no others, are found."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.common.errors import UsageError
from demo_data.dataset.layout import parts
from demo_data.dataset.store import write_json
from demo_data.domain import default_domain
from demo_data.faults import plant_faults
from demo_data.faults.sample import sample
from demo_data.tea import DOMAIN
from tests.faults.planting import due, found, planted
from tests.running import contents

LARGE = ("documents", "farmer_performance", "farmers")
KEYS = {"documents": "document_id", "farmer_performance": "farmer_id", "farmers": "id"}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few records are held that datasets of the tests are large."""
    monkeypatch.setattr("demo_data.faults.size.MOST", 6_000)
    monkeypatch.setattr("demo_data.faults.sample.ROWS", 3_000)


def table(folder: Path, name: str) -> pl.DataFrame:
    """All rows of a table in Parquet, in order."""
    path = folder / f"{name}.parquet"
    return pl.concat(pl.read_parquet(part) for part in (sorted(path.glob("*")) if path.is_dir() else [path]))


def changed(defects: list[dict[str, Any]], name: str) -> dict[int, int]:
    """How often each record of a large table is changed, or added, by the ledger."""
    changes = [change for defect in defects for change in defect["changes"]]
    return Counter(change["record"] for change in changes if change["file"] == f"{name}.parquet")


@pytest.mark.sample(2)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", ["crowd_dir", "year_dir"])
def test_all_are_found_and_nothing_else(shape: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """As many as are asked for, most of them in the large tables, which stay Parquet."""
    ledger = planted(request.getfixturevalue(shape), tmp_path / "bad", seed, 110)
    assert found(tmp_path / "bad") == due(ledger)
    assert len(ledger["defects"]) == 110
    large = [defect for defect in ledger["defects"] if defect["table"] in LARGE]
    assert len(large) > 55
    assert {defect["file"] for defect in large} == {f"{name}.parquet" for name in LARGE}
    assert not any((tmp_path / "bad" / f"{name}.json").exists() for name in LARGE)


def test_nothing_else_differs(crowd_dir: Path, tmp_path: Path) -> None:
    """The rows that differ are those that the ledger names by number and key, and the rows that it adds follow all."""
    ledger = planted(crowd_dir, tmp_path / "bad", 7, 90)
    for name in LARGE:
        old, new = table(crowd_dir, name), table(tmp_path / "bad", name)
        before, after = old.to_dicts(), new.to_dicts()
        differing = {row for row, record in enumerate(after) if row >= len(before) or record != before[row]}
        assert differing == changed(ledger["defects"], name).keys()
        keys = {defect["record"]: defect["key"] for defect in ledger["defects"] if defect["table"] == name}
        assert keys == {row: after[row][KEYS[name]] for row in keys}


def test_files_that_no_fault_lies_in_are_copied(year_dir: Path, tmp_path: Path) -> None:
    """Byte for byte; so few are written again."""
    ledger = planted(year_dir, tmp_path / "bad", 3, 5, "upload-hours")
    assert len(ledger["defects"]) == 5
    old, new = (contents(folder) for folder in (year_dir, tmp_path / "bad"))
    parts = [path for path in new if path.endswith(".parquet")]
    assert {path for path in old if path.startswith(LARGE) and path.endswith(".parquet")} == {*parts}
    assert 0 < sum(old[path] != new[path] for path in parts) <= 5


def test_the_same_bytes(crowd_dir: Path, tmp_path: Path) -> None:
    """Dataset, seed and number settle every byte; another seed draws another sample."""
    ledgers = [planted(crowd_dir, tmp_path / name, seed, 30) for name, seed in (("one", 7), ("two", 7), ("three", 8))]
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    one, _, three = (changed(ledger["defects"], "documents").keys() for ledger in ledgers)
    assert one.isdisjoint(three)


def test_a_small_copy_takes_the_place_of_a_large_one(crowd_dir: Path, minimal_dir: Path, tmp_path: Path) -> None:
    """Nothing of the large one is left, whose tables lie there as Parquet."""
    planted(crowd_dir, tmp_path / "bad", 1, 5)
    planted(minimal_dir, tmp_path / "bad", 1, 5)
    planted(minimal_dir, tmp_path / "other", 1, 5)
    assert contents(tmp_path / "bad") == contents(tmp_path / "other")


@pytest.mark.parametrize("seed", range(3))
def test_the_sample_is_closed(seed: int, crowd_dir: Path) -> None:
    """All documents and figures of the farmers that are held, and of nobody else."""
    files = {name: [crowd_dir / f"{name}.parquet"] for name in default_domain().models}
    heights = {name: table(crowd_dir, name).height for name in files}
    held = sample(default_domain(), files, heights, ["documents"], seed)
    farmers, documents = table(crowd_dir, "farmers"), table(crowd_dir, "documents")
    who = farmers["id"].gather(held["farmers"].rows)
    assert 50 < len(who) < 500
    theirs = documents.select(pl.col("linkage_fields").struct.field("farmer_id").is_in(who.implode())).to_series()
    assert held["documents"].rows.tolist() == theirs.arg_true().to_list()
    figures = table(crowd_dir, "farmer_performance")["farmer_id"].is_in(who.implode())
    assert held["farmer_performance"].rows.tolist() == figures.arg_true().to_list()
    assert held.keys() == {*LARGE}
    records = [record["document_id"] for record in held["documents"].records()]
    assert records == documents.filter(theirs)["document_id"].to_list()


def test_what_hangs_together_is_too_much(crowd_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no sample is small enough, that is said."""
    monkeypatch.setattr("demo_data.faults.sample.ROWS", 1)
    with pytest.raises(UsageError, match="no sample of them is small enough"):
        plant_faults(crowd_dir, tmp_path / "bad", seed=1, count=1)
    assert not (tmp_path / "bad").exists()


def test_columns_in_another_order(crowd_dir: Path, tmp_path: Path) -> None:
    """Files whose columns, and fields of records, are in another order than ours are corrupted as they are."""
    copy = tmp_path / "data"
    shutil.copytree(crowd_dir, copy)
    for path in parts(copy, "documents"):
        rows = pl.read_parquet(path)
        fields = reversed(rows["ingestion"].struct.fields)
        turned = pl.struct(pl.col("ingestion").struct.field(name) for name in fields).alias("ingestion")
        columns = [turned if name == "ingestion" else pl.col(name) for name in reversed(rows.columns)]
        rows.select(columns).write_parquet(path)
    ledger = planted(copy, tmp_path / "bad", 7, 60)
    assert any(defect["table"] == "documents" for defect in ledger["defects"])
    assert found(tmp_path / "bad") == due(ledger)


def test_parents_as_json_are_refused(year_dir: Path, tmp_path: Path) -> None:
    """Of a table that is held whole not all documents would be."""
    copy = tmp_path / "data"
    shutil.copytree(year_dir, copy)
    write_json(parts(copy, "farmers"), copy / "farmers.json", DOMAIN.models["farmers"])
    (copy / "snapshot.json").unlink(missing_ok=True)
    place = copy / "farmers.parquet"
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    with pytest.raises(UsageError, match="documents and farmers hang together"):
        plant_faults(copy, tmp_path / "bad", seed=1, count=5)
