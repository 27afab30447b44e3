"""The map, the charts and the cards as one uses them: what is chosen is told, and leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Page, expect

DECLINING = """SELECT f.first_name || ' ' || f.last_name, f.id FROM farmers f JOIN regions r USING (region_id)
    JOIN farmer_performance p ON p.farmer_id = f.id
    WHERE r.county = 'Kericho' AND p.historical.improvement_trend = 'declining' ORDER BY f.id"""


@pytest.fixture(scope="module")
def sql(demo_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables of `demo` in DuckDB."""
    with duckdb.connect() as connection:
        for path in demo_dir.glob("*.parquet"):
            connection.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
        yield connection


def test_the_map_finds_a_place_and_leads_on(page: Page, sql: duckdb.DuckDBPyConnection) -> None:
    """By a name and the keyboard alone: what belongs to the place, what it belongs to, and its row."""
    (count,) = sql.execute("""SELECT len(list_distinct(flatten(list(farmer_ids)))) FROM collection_points
        JOIN factories a ON a.id = factory_id WHERE a.name = 'Ainamoi Tea Factory'""").fetchall()[0]
    page.evaluate("page.go({view: 'map'})")
    page.get_by_role("combobox", name="Find a place").fill("ainamoi tea")
    page.keyboard.press("Enter")

    place = page.locator(".place")
    expect(place.get_by_role("heading")).to_have_text("Ainamoi Tea Factory")
    expect(place).to_contain_text(f"Farmers{count}")
    place.get_by_role("button", name="Kericho Highland").click()
    expect(place.get_by_role("heading")).to_have_text("Kericho Highland")
    place.get_by_role("link", name="See the row").click()
    expect(page).to_have_url(re.compile("view=tables&table=regions&key=kericho-highland$"))


def test_a_farm_on_the_map_opens_its_card(page: Page) -> None:
    """A click on the farm in the middle tells of it; the colours follow what is chosen."""
    page.evaluate("page.go({view: 'map', table: 'farmers', key: 'WM-0032'})")
    expect(page.locator(".place")).to_contain_text("WM-0032")
    page.get_by_text("All", exact=True).focus()
    page.evaluate("document.querySelector('.place').remove()")
    page.locator(".map").click()
    expect(page.locator(".place")).to_contain_text("ScenarioDeclining trend")

    page.get_by_role("radio", name="Scenario").check(force=True)
    expect(page.locator(".key ul").first).to_contain_text("Declining trend")
    page.get_by_role("link", name="Open the card").click()
    expect(page.locator(".onecard h1")).to_have_text("Benjamin Bett")


def test_charts_have_their_numbers_beside_them(page: Page, sql: duckdb.DuckDBPyConnection) -> None:
    """Eight pictures, each named; of the chosen region, the numbers of its rain."""
    expected = sql.execute("""SELECT strftime(date, '%Y-%m') AS month, round(sum(precipitation_mm), 1)
        FROM weather_observations WHERE region_id = 'kericho-highland' GROUP BY 1 ORDER BY 1""").fetchall()
    page.evaluate("page.go({view: 'charts'})")
    page.get_by_label("Region").select_option("Kericho Highland")
    chart = page.get_by_role("region", name="Rain by month")
    expect(chart.get_by_role("heading")).to_have_text("Rain by month, Kericho Highland")
    chart.get_by_text("Numbers").click()

    rows = [row.split("\t") for row in chart.locator("tbody tr").all_inner_texts()]
    assert [(month, float(rain)) for month, rain in rows] == expected
    pictures = page.locator("#view-charts").get_by_role("img")
    expect(pictures).to_have_count(8)
    assert "primary leaves, % by fortnight from. consistently poor: " in str(pictures.first.get_attribute("aria-label"))


def test_a_declining_story_in_kericho_is_found(page: Page, sql: duckdb.DuckDBPyConnection) -> None:
    """By county and trend; the card has each delivery, and leads to the documents of them."""
    expected = sql.execute(DECLINING).fetchall()
    (deliveries,) = sql.execute(
        "SELECT count(*) FROM documents WHERE linkage_fields.farmer_id = ?", [expected[0][1]]
    ).fetchall()[0]
    page.evaluate("page.go({view: 'farmers'})")
    page.get_by_label("County").select_option("Kericho")
    page.get_by_label("Trend of quality").select_option("declining")

    expect(page.locator(".people a")).to_have_count(len(expected))
    assert [name.strip() for name in page.locator(".people a span").all_inner_texts()] == [name for name, _ in expected]
    page.locator(".people a").first.press("Enter")
    expect(page.locator(".onecard h1")).to_have_text(expected[0][0])
    expect(page.locator(".onecard circle")).to_have_count(deliveries)
    page.get_by_role("link", name="Quality documents").click()
    expect(page.locator(".told")).to_contain_text(f"{deliveries} of ")
