"""Distributions, against DuckDB's aggregates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from demo_data.compare import diff
from demo_data.compare.stats import MOVED, VALUES
from tests.compare.edits import read, write
from tests.compare.sql import leaves, one, quoted, rows

TABLES = ("weather_observations", "collection_points", "farmers", "documents", "farmer_performance")
FIGURES = {"mean": "avg(x)", "min": "min(x)", "max": "max(x)"} | {
    name: f"quantile_cont(x, {at})" for name, at in (("p5", 0.05), ("median", 0.5), ("p95", 0.95))
}


def figures(file: Path, path: str, kind: pa.DataType) -> dict[str, Any]:
    """Count, nulls and, by the type, six figures of numbers (times in seconds), shares, or mean length."""
    column = f"select {quoted(path)} v from '{file}'"
    count, nulls = one(f"select count(v), count(*) - count(v) from ({column})")
    found: dict[str, Any] = {"count": count, "nulls": nulls}
    if pa.types.is_list(kind):
        found["mean_length"] = one(f"select avg(len(v)) from ({column})")[0]
    elif pa.types.is_string(kind) or pa.types.is_boolean(kind):
        counted = rows(f"select v::varchar, count(*) from ({column}) where v is not null group by v")
        if len(counted) <= VALUES and 2 * len(counted) <= count:
            found["shares"] = {value: number / count for value, number in counted}
    elif count:
        number = "epoch(v)" if pa.types.is_temporal(kind) else "v"
        values = one(f"select {', '.join(FIGURES.values())} from (select {number}::double x from ({column}))")
        found |= dict(zip(FIGURES, values, strict=True))
    return found


def score(old: dict[str, Any], new: dict[str, Any]) -> float:
    """By how much a field moved, as the docstring of `stats` has it."""
    found = abs(old["nulls"] / (old["nulls"] + old["count"]) - new["nulls"] / (new["nulls"] + new["count"]))
    if "mean" in old and "mean" in new:
        span = max(old["p95"], new["p95"]) - min(old["p5"], new["p5"])
        shift = max(abs(new[name] - old[name]) for name in ("mean", "p5", "median", "p95"))
        found = max(found, shift / span if span else float(shift > 0))
    elif "shares" in old and "shares" in new:
        values = {*old["shares"], *new["shares"]}
        found = max(found, *(abs(old["shares"].get(v, 0) - new["shares"].get(v, 0)) for v in values))
    elif "mean_length" in old and max(old["mean_length"], new["mean_length"]):
        lengths = (old["mean_length"], new["mean_length"])
        found = max(found, abs(lengths[0] - lengths[1]) / max(lengths))
    return found


def in_seconds(value: Any) -> Any:
    """A moment or day as seconds since 1970; other values as they are."""
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@pytest.mark.sample(2)
@pytest.mark.parametrize("table", TABLES)
def test_figures(table: str, demo_dir: Path, other_dir: Path) -> None:
    """What moved, by how much and between which figures is what DuckDB finds; what is not told did not move."""
    found = {each.path: each for each in diff(demo_dir, other_dir, tables=[table]).tables[table].distributions}
    for path, kind in leaves(demo_dir / f"{table}.parquet"):
        old, new = (figures(folder / f"{table}.parquet", path, kind) for folder in (demo_dir, other_dir))
        if ("shares" in old) != ("shares" in new):
            continue
        moved = score(old, new)
        if abs(moved - MOVED) < 1e-6:
            continue
        assert (path in found) == (moved > MOVED), path
        if path not in found:
            continue
        assert found[path].score == pytest.approx(moved, abs=2e-6)
        rounded = 43_200 if pa.types.is_date(kind) else 0.5 if pa.types.is_timestamp(kind) else 1e-9
        for side, truth in ((found[path].old, old), (found[path].new, new)):
            assert side is not None
            assert side.keys() == truth.keys(), path
            assert side.get("shares", {}) == pytest.approx(truth.get("shares", {}))
            numbers = {name: in_seconds(value) for name, value in side.items() if name != "shares"}
            assert numbers == pytest.approx({name: truth[name] for name in numbers}, abs=rounded, rel=1e-9), path


def test_the_most_moved_first(demo_dir: Path, other_dir: Path) -> None:
    """Distributions come by how much they moved."""
    scores = [each.score for each in diff(demo_dir, other_dir, tables=["documents"]).tables["documents"].distributions]

    assert len(scores) > 10
    assert scores == sorted(scores, reverse=True)


def test_what_did_not_change(demo_dir: Path, tmp_path: Path) -> None:
    """Of a table in which one field changed, no other field's distribution is told."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path / "old", "farmers", schema, records)
    write(tmp_path / "new", "farmers", schema, [each | {"pref_lang": "sw"} for each in records])
    table = diff(tmp_path / "old", tmp_path / "new").tables["farmers"]
    (only,) = table.distributions

    assert (only.path, only.kind, only.new["shares"]) == ("pref_lang", "shares", {"sw": 1.0})


def test_a_little(demo_dir: Path, tmp_path: Path) -> None:
    """A shift below the threshold is not told as one; the rows are."""
    schema, records = read(demo_dir, "farmers")
    write(tmp_path / "old", "farmers", schema, records)
    later = [each | {"created_at": each["created_at"] + timedelta(seconds=60)} for each in records]
    write(tmp_path / "new", "farmers", schema, later)
    table = diff(tmp_path / "old", tmp_path / "new").tables["farmers"]

    assert (table.changed, table.distributions) == (len(records), ())


def test_odd_numbers(tmp_path: Path) -> None:
    """NaN and infinities are left out of the figures, and moments beyond the calendar are told as numbers."""
    schema = pa.schema([("id", pa.string()), ("x", pa.float64()), ("t", pa.timestamp("us"))])
    old = [{"id": str(n), "x": float(n), "t": n} for n in range(20)]
    odd = [float("nan"), float("inf"), 100.0]
    new = [each | {"x": odd[n % 3], "t": 2**62 + n} for n, each in enumerate(old)]
    write(tmp_path / "old", "farmers", schema, old)
    write(tmp_path / "new", "farmers", schema, new)
    found = {each.path: each for each in diff(tmp_path / "old", tmp_path / "new").tables["farmers"].distributions}

    assert (found["x"].new["mean"], found["x"].new["max"], found["x"].new["count"]) == (100.0, 100.0, 20)
    assert "since 1970" in found["t"].new["mean"]


@pytest.mark.parametrize("shorter", ["old", "new"])
def test_rows_of_one_side(shorter: str, demo_dir: Path, tmp_path: Path) -> None:
    """Rows on one side alone are summed up too, in parts that hold no other rows."""
    schema, records = read(demo_dir, "farmers")
    counts = {"old": len(records), "new": len(records)} | {shorter: 10}
    for parts in (1, 5):
        for side, count in counts.items():
            write(tmp_path / f"{side}-{parts}", "farmers", schema, records[:count], parts if count > 10 else 1)
    one, five = (
        diff(tmp_path / f"old-{parts}", tmp_path / f"new-{parts}").tables["farmers"].distributions for parts in (1, 5)
    )
    found = {each.path: (each.old, each.new) for each in five}

    assert five == one
    assert [side and side["count"] for side in found["farm_size_hectares"]] == list(counts.values())
