"""A past that was changed is found, by record and field; what may differ is not."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.common.errors import DataError, UsageError
from demo_data.compare import Past, past_diff
from demo_data.compare.past_text import past_json, past_text
from demo_data.dataset.layout import parts
from tests.advance.going import LARGE_EVENTS, built
from tests.running import called

OLD, NEW = date(2026, 1, 20), date(2026, 3, 2)
Records = list[dict[str, Any]]


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two days of a world, whose documents lie in files by month."""
    root = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("demo_data.plan.ROWS_PER_PART", LARGE_EVENTS)
        return built(root / "old" / "demo", OLD), built(root / "new" / "demo", NEW)


@pytest.fixture
def old(sides: tuple[Path, Path]) -> Path:
    return sides[0]


@pytest.fixture
def new(sides: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the later one, which may be changed."""
    return Path(shutil.copytree(sides[1], tmp_path / "demo"))


def edit(folder: Path, table: str, change: Callable[[Records], object]) -> None:
    """Change the records of a table: of one in files by month those of December, of another its first ones."""
    files = parts(folder, table)
    path = next((path for path in files if path.name.startswith("2025-12")), files[0])
    read = pq.ParquetFile(path).read()
    records = read.to_pylist()
    change(records)
    pq.write_table(pa.Table.from_pylist(records, read.schema), path)


def reasons(found: Past) -> dict[str, list[tuple[str, int]]]:
    return {
        table: [(what, rows) for what, rows, _ in kept.reasons] for table, kept in found.tables.items() if kept.reasons
    }


def test_stands(old: Path, new: Path) -> None:
    """It stands; the months that are over lie in files that both have."""
    found = past_diff(old, new)

    assert found.stands
    whole = [path for path in sorted((old / "documents.parquet").iterdir()) if path.name < "2026-01"]
    assert found.tables["documents"].passed == sum(pq.read_metadata(path).num_rows for path in whole) > 0
    assert found.tables["documents"].rows > 0
    assert past_text(found).splitlines()[1].startswith("The past stands: what had happened by 2026-01-20 is the same")
    assert json.loads(past_json(found))["stands"]


def lost(records: Records) -> None:
    del records[0]


def worth(records: Records) -> None:
    records[3]["extracted_fields"]["bag_summary"]["total_weight_kg"] += 1


def again(records: Records) -> None:
    records.append(copy.deepcopy(records[3]) | {"document_id": "DOC-WM-0001-9999"})


def rained(records: Records) -> None:
    records[0]["precipitation_mm"] += 0.1


def renamed(records: Records) -> None:
    records[0]["first_name"] = "Xochitl"


def updated_then(records: Records) -> None:
    records[0]["updated_at"] = datetime(2026, 1, 20, 20, 59, tzinfo=UTC)


def came_then(records: Records) -> None:
    moment = datetime(2026, 1, 20, 9, tzinfo=UTC)
    records.append(copy.deepcopy(records[0]) | {"id": "WM-9999", "created_at": moment, "updated_at": moment})


def created_otherwise(records: Records) -> None:
    records[0]["created_at"] -= timedelta(days=1)
    records[0]["updated_at"] = datetime(2026, 2, 20, tzinfo=UTC)


CHANGES: list[tuple[str, Callable[[Records], object], str]] = [
    ("documents", worth, "changed, though of 2026-01-20 or before"),
    ("documents", lost, "gone"),
    ("documents", again, "new, though of 2026-01-20 or before"),
    ("weather_observations", rained, "changed, though of 2026-01-20 or before"),
    ("weather_observations", lost, "gone"),
    ("farmers", renamed, "changed after 2026-01-20, though nothing tells that they did"),
    ("farmers", updated_then, "changed after 2026-01-20, though nothing tells that they did"),
    ("farmers", created_otherwise, "changed after 2026-01-20, though nothing tells that they did"),
    ("farmers", lost, "gone"),
    ("farmers", came_then, "new after 2026-01-20, though created by then"),
    ("factories", lost, "gone"),
    ("source_configs", lost, "gone"),
]


@pytest.mark.parametrize(("table", "change", "what"), CHANGES)
def test_a_change_of_the_past(table: str, change: Callable[[Records], object], what: str, old: Path, new: Path) -> None:
    """One record is found, and said what became of it."""
    edit(new, table, change)
    found = past_diff(old, new)

    assert reasons(found) == {table: [(what, 1)]}
    assert what in past_text(found)
    assert not json.loads(past_json(found))["stands"]


def test_what_may_differ(old: Path, new: Path) -> None:
    """What changed after the day and says so, what came after it, and what is computed anew."""
    later = datetime(2026, 1, 20, 21, 0, tzinfo=UTC)  # midnight in Kenya

    def changed(records: Records) -> None:
        records[0] |= {"first_name": "Xochitl", "updated_at": later}
        records.append(copy.deepcopy(records[1]) | {"id": "WM-9999", "created_at": later, "updated_at": later})

    edit(new, "farmers", changed)
    edit(new, "farmer_performance", lambda records: records[0]["historical"].update(total_kg_30d=1.0))

    assert reasons(past_diff(old, new)) == {}


def test_of_one_day(old: Path, new: Path) -> None:
    """Of a dataset and itself all has happened: performance, too."""
    assert past_diff(old, old).stands
    copied = Path(shutil.copytree(old, new.parent / "copy"))
    edit(copied, "farmer_performance", lambda records: records[0]["historical"].update(total_kg_30d=1.0))

    assert list(reasons(past_diff(old, copied))) == ["farmer_performance"]


def test_other_seasons(old: Path, new: Path) -> None:
    """Who had which story stands, too."""
    recipe = json.loads((new / "recipe.json").read_text())
    recipe["scenarios"]["farmers"][0]["stories"]["top_performer"].pop()
    (new / "recipe.json").write_text(json.dumps(recipe))

    assert reasons(past_diff(old, new)) == {"recipe.json": [("other seasons of farmers", 1)]}


def test_command(old: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0 where it stands, 1 where not, with the first values named; 2 for what cannot be compared."""
    assert called(capsys, "snapshot", "diff", "--past", old, new)[0] == 0
    edit(new, "farmers", renamed)
    code, out, _ = called(capsys, "snapshot", "diff", "--past", old, new, "--table", "farmers")
    assert code == 1
    assert "WM-0001 first_name: " in out
    assert "-> Xochitl" in out
    code, _, err = called(capsys, "snapshot", "diff", "--past", new, old)
    assert code == 2
    assert "give the earlier one first" in err
    assert called(capsys, "snapshot", "diff", "--past", old, new, "--format", "markdown")[0] == 2


def test_strangers(old: Path, new: Path, demo_dir: Path, crowd_dir: Path) -> None:
    """Datasets of other worlds share no past; of one that does not tell its world nobody knows."""
    with pytest.raises(UsageError, match=r"of different worlds .* which share no past"):
        past_diff(old, demo_dir)
    with pytest.raises(UsageError, match=r"there is no snapshot.json, so nobody knows which past it has"):
        past_diff(crowd_dir, crowd_dir)
    (new / "recipe.json").unlink()
    with pytest.raises(UsageError, match=r"there is no recipe.json"):
        past_diff(old, new)
    with pytest.raises(UsageError, match="neither side has a table 'farmer'"):
        past_diff(old, old, tables=["farmer"])


def test_a_key_twice(old: Path, new: Path) -> None:
    """Records that cannot be told apart cannot be compared."""
    edit(new, "farmers", lambda records: records.append(copy.deepcopy(records[0])))
    with pytest.raises(DataError, match="stands more than once"):
        past_diff(old, new)
