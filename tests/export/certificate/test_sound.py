"""A certificate finds nothing in sound data, whatever the world, and says how many claims that is of."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from demo_data.advance import advance
from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.write import finish
from tests.export.certificate.running import broken, claims

WORLDS = {
    "minimal": ("minimal", None, ()),
    "a day": ("demo", None, ("days=1",)),
    "another seed": ("demo", None, ("seed=7",)),
    "years": ("minimal", None, ("days=2000",)),
    "three points": ("demo", None, ("collection_points.count=3",)),
    "no scenarios": ("demo", None, ("farmers.scenarios={}",)),
    "seasonal": ("demo", None, ("collection_points.status={active: 40, inactive: 10, seasonal: 50}",)),
    "other ids": ("demo", None, ("farmers.id_prefix=TEA-", "regions.count=8")),
    "later": ("demo", date(2027, 9, 9), ("farmers.joining=10",)),
    "earlier": ("demo", date(2025, 12, 25), ()),
    "before the first season": ("demo", date(2025, 4, 4), ("days=400",)),
    "nobody delivers": ("demo", None, ("farmers.is_active=0", "farmers.scenarios={}")),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("world", WORLDS)
def test_nothing_is_found(tmp_path: Path, world: str) -> None:
    """Every claim holds of every world."""
    profile, as_of, changes = WORLDS[world]
    build(load_profile(profile, as_of=as_of, changes=changes), tmp_path / "data", json_form=False, finish=finish)
    assert broken(tmp_path / "data") == {}


def test_the_shipped_ones(demo_dir: Path, demo_large_dir: Path) -> None:
    """Nor is anything wrong with the datasets that are shipped."""
    assert broken(demo_dir) == {}
    assert broken(demo_large_dir) == {}
    assert len(claims(demo_dir)) == len(set(claims(demo_dir))) > 400


def test_after_an_advance(demo_dir: Path, tmp_path: Path) -> None:
    """A dataset that moved on has a certificate of its own, of the new day."""
    advance(demo_dir, date(2026, 3, 9), DOMAIN, out=tmp_path / "later", finish=finish)
    assert "DATE '2026-03-09'" in (tmp_path / "later" / "certificate.sql").read_text(encoding="utf-8")
    assert broken(tmp_path / "later") == {}
    old = (demo_dir / "certificate.sql").read_text(encoding="utf-8")
    assert any("not after the last day" in claim for claim in broken(tmp_path / "later", old))


def test_a_field_more_or_less(demo_dir: Path, tmp_path: Path) -> None:
    """Fields are those of the table's kind: nothing that is not read passes."""
    for path in demo_dir.glob("*.parquet"):
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / "recipe.json").symlink_to(demo_dir / "recipe.json")
    script = (demo_dir / "certificate.sql").read_text(encoding="utf-8")
    assert broken(tmp_path, script) == {}
    regions = tmp_path / "regions.parquet"
    rows = pl.read_parquet(regions)
    regions.unlink()
    rows.with_columns(mood=pl.lit("good")).write_parquet(regions)
    assert broken(tmp_path, script) == {"regions: has the 52 fields of its class, and no other": 1}


def test_it_needs_nothing_else(demo_dir: Path) -> None:
    """A program that has DuckDB and nothing of ours runs it in the folder, and its last result sums it up."""
    program = "import duckdb, pathlib; print(duckdb.sql(pathlib.Path('certificate.sql').read_text()).fetchall())"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=demo_dir, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"[(0, {len(claims(demo_dir))}, 0)]"
