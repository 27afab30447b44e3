"""What the page shows of a dataset's tables is what lies in its files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from demo_data.export.page import write_page
from demo_data.tea import DOMAIN
from demo_data.versions.write import write
from tests.export.page.looking import LONGEST, Looking

TABLES = {"farmers": "id", "documents": "document_id", "weather_observations": "region_id"}


def keys(page: Page) -> list[str]:
    """What stands in the first column."""
    return page.locator(".table .grid tbody th").all_inner_texts()


def test_overview(page: Page, demo_dir: Path) -> None:
    """It says what the dataset is, and how many rows each table has."""
    manifest = json.loads((demo_dir / "snapshot.json").read_text(encoding="utf-8"))
    shown = page.locator("#view-overview")

    expect(shown).to_contain_text(manifest["identity"])
    expect(shown).to_contain_text(manifest["notice"])
    for table, rows in manifest["rows"].items():
        line = shown.get_by_role("row").filter(has=page.get_by_role("rowheader", name=table, exact=True))
        expect(line.get_by_role("cell").first).to_have_text(f"{rows:,}")


@pytest.mark.parametrize("table", TABLES)
def test_rows(table: str, page: Page, demo_dir: Path) -> None:
    """A table's rows stand there in their order, page by page."""
    rows = pl.read_parquet(demo_dir / f"{table}.parquet")[TABLES[table]].to_list()
    page.get_by_role("link", name="Tables", exact=True).click()
    page.get_by_role("navigation", name="Tables").get_by_role("link", name=table).click()
    expect(page.locator(".table h1")).to_have_text(table)
    shown = keys(page)
    while len(shown) < len(rows):
        page.get_by_role("button", name="Next rows").click()
        shown += keys(page)

    assert shown == rows
    expect(page.locator(".told").first).to_have_text(f"{len(rows):,} rows")


def test_sort_and_filter(page: Page, demo_dir: Path) -> None:
    """By a click on a column's title its values rise, by another they fall; a filter leaves what fits."""
    farmers = pl.read_parquet(demo_dir / "farmers.parquet")
    sizes = farmers.sort("farm_size_hectares", maintain_order=True)
    page.evaluate("page.go({view: 'tables', table: 'farmers'})")
    title = page.get_by_role("columnheader", name="farm_size_hectares")
    title.get_by_role("button").click()

    assert keys(page) == sizes["id"].to_list()
    assert title.get_attribute("aria-sort") == "ascending"
    title.get_by_role("button").press("Enter")
    assert title.get_attribute("aria-sort") == "descending"
    assert keys(page)[0] in farmers.filter(pl.col("farm_size_hectares") == sizes["farm_size_hectares"][-1])["id"]

    page.get_by_role("searchbox", name="Filter rows").fill("farm_size_hectares>1 is_active=true")
    large = farmers.filter((pl.col("farm_size_hectares") > 1) & pl.col("is_active"))
    expect(page.locator(".told").first).to_have_text(f"{len(large)} of {len(farmers)} rows")
    assert sorted(keys(page)) == large["id"].to_list()


def test_links(page: Page, demo_dir: Path) -> None:
    """From a record one comes to what it refers to and to what refers to it, as many as there are; and back."""
    documents = pl.read_parquet(demo_dir / "documents.parquet").unnest("linkage_fields")
    key = documents["farmer_id"][0]
    own = documents.filter(farmer_id=key)
    page.evaluate(f"page.go({{view: 'tables', table: 'farmers', key: '{key}'}})")
    page.get_by_role("link", name=f"{len(own)} in documents").click()

    expect(page.locator(".table h1")).to_have_text("documents")
    expect(page.locator(".told").first).to_have_text(f"{len(own)} of {len(documents)} rows")
    assert keys(page) == own["document_id"].to_list()[:50]
    page.locator(".table .grid tbody th a").first.click()
    page.locator(".record").get_by_role("link", name=key, exact=True).first.click()
    expect(page.locator(".record h2")).to_have_text(key)
    page.go_back()
    expect(page.locator(".record h2")).to_have_text(own["document_id"][0])


def test_values(page: Page, demo_dir: Path) -> None:
    """A record shows every value that it has, below its own path."""
    farmer = json.loads((demo_dir / "json" / "farmers.json").read_text(encoding="utf-8"))[3]
    page.evaluate(f"page.go({{view: 'tables', table: 'farmers', key: '{farmer['id']}'}})")
    expect(page.locator(".record h2")).to_have_text(farmer["id"])
    shown = [text.replace("\n", " ") for text in page.locator(".fields > div:not(.group)").all_inner_texts()]

    for name, value in {**farmer, **farmer["contact"], **farmer["farm_location"]}.items():
        if isinstance(value, str | float) and value != "":
            told = re.sub(r"^(\d{4}-\d\d-\d\d)T(.*)Z$", r"\1 \2", str(value)).removesuffix(".0")
            assert any(text.startswith(f"{name} {told}") for text in shown), (name, value)


def test_no_rows(looking: Looking, minimal_dir: Path, tmp_path: Path) -> None:
    """A table without rows stands there as such: in its view, in SQL, and behind what it might refer to."""
    folder = tmp_path / "set"
    folder.mkdir()
    for path in (*minimal_dir.glob("*.parquet"), minimal_dir / "recipe.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    pl.read_parquet(folder / "documents.parquet").clear().write_parquet(folder / "documents.parquet")
    write(folder, DOMAIN)
    write_page(folder, tmp_path / "page", DOMAIN)
    looking.open(tmp_path / "page", "view=tables&table=documents")
    page = looking.page
    expect(page.locator(".told").first).to_have_text("0 rows")
    key = pl.read_parquet(folder / "factories.parquet")["id"][0]
    page.evaluate(f"page.go({{view: 'tables', table: 'factories', key: '{key}'}})")
    expect(page.locator(".behind")).to_contain_text("in collection_points")
    page.evaluate("page.go({view: 'charts'})")
    expect(page.locator("#view-charts")).to_contain_text("Nothing to show.")
    page.evaluate("page.go({view: 'sql'})")
    expect(page.locator(".ask .told")).to_have_text("Ready.", timeout=LONGEST)
