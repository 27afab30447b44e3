"""Loading reads what validation reads: JSON Lines, gzip, parts beside hidden files."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest

from demo_data.export.mongodb import load
from tests.export.mongodb.serving import Databases


def packed(seed: Path) -> None:
    """Farmers as JSON Lines, regions as JSON packed by gzip, prompts as JSON Lines packed by gzip."""
    farmers = json.loads((seed / "farmers.json").read_text(encoding="utf-8"))
    (seed / "farmers.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in farmers), encoding="utf-8")
    (seed / "regions.json.gz").write_bytes(gzip.compress((seed / "regions.json").read_bytes()))
    (seed / "prompts.ndjson.gz").write_bytes(gzip.compress(b'{"id": "p", "text": "x"}\n'))
    for table in ("farmers", "regions"):
        (seed / f"{table}.json").unlink()


def test_other_forms_say_the_same(seed: Path, there: Databases) -> None:
    """The documents are those of the arrays."""
    assert load(seed, there.uri, suffix=there.suffix).checked.ok
    packed(seed)
    report = load(seed, there.uri, suffix=there.suffix)
    counted = {one.table: (one.inserted, one.updated) for one in report.collections}
    assert counted.pop("prompts") == (1, 0)
    assert set(counted.values()) == {(0, 0)}


@pytest.mark.parametrize(
    "name", ["farmers.csv", "old/farmers.json", "farmers.json.gz", "documents/region_id=x/0.parquet"]
)
def test_what_is_not_read_is_not_loaded_past(name: str, seed: Path, there: Databases) -> None:
    """Nothing is written while a table lies there unread."""
    (seed / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(seed / "regions.json", seed / name)
    report = load(seed, there.uri, suffix=there.suffix)
    assert (report.checked.results["unread"].count, report.collections, there.content()) == (1, [], {})
