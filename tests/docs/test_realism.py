"""docs/realism.md follows from what was measured, and the measures see what they are to see."""

from __future__ import annotations

import re
import runpy
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from demo_data.tea.kenya.tables import rows
from tests.docs.pages import DOCS

PAGE = DOCS / "realism.md"


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "make_realism.py"))


def test_page_is_current(script: dict[str, Any]) -> None:
    """The tables are what docs/realism/*.csv and the facts say, and every group of figures has its table."""
    text = PAGE.read_text(encoding="utf-8")
    assert script["page"](text) == text
    shown = re.findall(r"^<!-- measured: (.+) -->$", text, flags=re.MULTILINE)
    groups = dict.fromkeys(row["group"] for row in script["read"](script["FIGURES"]))
    assert sorted(shown) == sorted(["worlds", "months", "contract", "languages", *groups])


def test_pictures_are_current() -> None:
    """The pictures are what the CSV files say, and the page shows each."""
    pictures = runpy.run_path(str(DOCS / "make_realism_plots.py"))["PICTURES"]
    drawn = {path.name: path.read_text(encoding="utf-8") for path in (DOCS / "realism").glob("*.svg")}
    assert drawn == {f"{name}.svg": draw() for name, draw in pictures.items()}
    assert set(re.findall(r"\(realism/(\w+\.svg)\)", PAGE.read_text(encoding="utf-8"))) == drawn.keys()


def test_figures_are_measured_and_hold(script: dict[str, Any]) -> None:
    """Every figure was measured on its world, and lies where it was asked to."""
    known, told = script["read_measured"]()
    figures = script["read"](script["FIGURES"])
    assert [row["figure"] for row in figures if (row["world"], row["figure"]) not in known] == []
    assert {row["figure"]: known[row["world"], row["figure"]] for row in figures if outside(row, known)} == {}
    assert set(told) == set(script["WORLDS"])


def outside(row: dict[str, str], known: dict[tuple[str, str], tuple[float, int]]) -> bool:
    """Whether a figure lies outside of what its row asks for."""
    value, sample = known[row["world"], row["figure"]]
    within = float(row["low"] or "-inf") <= value <= float(row["high"] or "inf")
    return sample >= int(row["sample"] or 0) and not within


def test_what_is_published_is_shown(script: dict[str, Any]) -> None:
    """Each published figure is one that the page compares; its row is whole."""
    shown = {row["figure"] for row in script["read"](script["FIGURES"])}
    for row in rows("published"):
        assert row["figure"] in shown or re.fullmatch(r"month_(east|west)_(0[1-9]|1[0-2])", row["figure"]), row
        assert row["certainty"] in ("sourced", "estimate"), row
        assert float(row["value"]) > 0, row
        assert row["what"], row
        assert len(row["source"]) > 10, row


def test_measures_of_a_dataset(script: dict[str, Any], demo_large_dir: Path) -> None:
    """What can be measured on few days is, and is what Polars finds; of 25 growers a factory, two figures cannot."""
    found = script["measured"](demo_large_dir)
    farmers = pl.read_parquet(demo_large_dir / "farmers.parquet")
    assert found["mean_farm_ha"] == (pytest.approx(farmers["farm_size_hectares"].mean(), rel=1e-5), farmers.height)
    weight = ["extracted_fields", "bag_summary", "total_weight_kg"]
    bags = pl.read_parquet(demo_large_dir / "documents.parquet")
    kg = bags.select(pl.col(weight[0]).struct.field(weight[1]).struct.field(weight[2])).to_series()
    assert found["largest_bag_kg"] == (kg.max(), bags.height)
    assert not any(name.startswith(("month_", "yearly_")) for name in found)
    asked = {row["figure"] for row in script["read"](script["FIGURES"]) if row["world"] == "load-test"}
    assert asked - found.keys() == {"yield_variation_between_factories", "registered_in_three_busiest_months"}


def test_slope_sees_leaf_that_does_not_grow(script: dict[str, Any], demo_large_dir: Path, tmp_path: Path) -> None:
    """Where every bag weighs the same for its farm, it is nothing; where bags are as they are, it is near one."""
    assert script["measured"](demo_large_dir)["gap_slope"][0] == pytest.approx(1, abs=0.2)
    same = tmp_path / "same"
    shutil.copytree(demo_large_dir, same, ignore=shutil.ignore_patterns("json"))
    bags = pl.read_parquet(same / "documents.parquet")
    size = pl.read_parquet(same / "farmers.parquet").select(farmer="id", size="farm_size_hectares")
    fields = pl.col("extracted_fields").struct
    bags = (
        bags.with_columns(farmer=pl.col("linkage_fields").struct.field("farmer_id"))
        .join(size, on="farmer", how="left", maintain_order="left")
        .with_columns(
            fields.with_fields(
                bag_summary=fields.field("bag_summary").struct.with_fields(total_weight_kg=100.0 * pl.col("size"))
            )
        )
    )
    bags.drop("farmer", "size").write_parquet(same / "documents.parquet")
    assert script["measured"](same)["gap_slope"][0] == pytest.approx(0, abs=1e-9)
