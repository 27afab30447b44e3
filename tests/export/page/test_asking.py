"""DuckDB on the page answers as DuckDB does beside it, and carries the certificate out."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from playwright.sync_api import Page, expect

from demo_data.export.page import write_page
from demo_data.tea import DOMAIN
from demo_data.versions.write import write
from tests.export.page.looking import LONGEST, Looking

QUERY = """
SELECT linkage_fields.factory_id AS factory, count(*) AS n, max(ingestion.received_at) AS latest,
  round(avg(extracted_fields.bag_summary.total_weight_kg), 3) AS kg
FROM documents GROUP BY ALL ORDER BY factory
"""


def test_sql(page: Page, demo_dir: Path) -> None:
    """An answer is that over the Parquet files; what is wrong with a query is told."""
    page.evaluate("page.go({view: 'sql'})")
    expect(page.locator(".ask .told")).to_have_text("Ready.", timeout=LONGEST)
    page.get_by_role("textbox", name="SQL").fill(QUERY)
    page.get_by_role("textbox", name="SQL").press("Control+Enter")
    expect(page.locator(".answer tbody tr").first).to_be_visible(timeout=LONGEST)
    shown = [row.split("\t") for row in page.locator(".answer tbody tr").all_inner_texts()]

    with duckdb.connect() as own:
        own.execute("SET TimeZone = 'UTC'")
        own.execute(f"CREATE VIEW documents AS FROM '{demo_dir}/documents.parquet'")
        rows = own.execute(
            f"SELECT factory, n::TEXT, strftime(latest, '%Y-%m-%d %H:%M:%S'), kg FROM ({QUERY})"
        ).fetchall()
    assert shown == [[*told, str(kg)] for *told, kg in rows]

    page.get_by_role("textbox", name="SQL").fill("SELECT nothing FROM documents")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text('"nothing" not found', timeout=LONGEST)


def test_a_question_asked_too_early(page: Page) -> None:
    """It is answered once DuckDB has started."""
    page.evaluate("page.go({view: 'sql'})")
    page.get_by_role("button", name="Which grades do the bags of each factory get?").click()
    expect(page.locator(".answer tbody tr").first).to_be_visible(timeout=LONGEST)
    expect(page.get_by_role("textbox", name="SQL")).to_have_value(re.compile("grade"))


def ask(page: Page, query: str) -> list[str]:
    """The answer's first row."""
    page.get_by_role("textbox", name="SQL").fill(query)
    page.get_by_role("button", name="Run").click()
    expect(page.locator(".ask .told")).to_contain_text(" ms", timeout=LONGEST)
    return page.locator(".answer tbody tr").first.inner_text().split("\t")


def test_values(page: Page) -> None:
    """What JavaScript has no value for is told as DuckDB tells it; of two statements none is carried out."""
    page.evaluate("page.go({view: 'sql'})")
    values = (
        "9007199254740993::BIGINT",
        "sum(18446744073709551615::UBIGINT)",
        "INTERVAL '1 month 2 days'",
        "TIME '01:02:03.5'",
        "'\\x00a'::BLOB",
        "'infinity'::TIMESTAMP",
        "[TIMESTAMP '2026-01-02 03:04:05.678']",
        "0.1::FLOAT",
        "'a;b'",
    )
    query = f"SELECT {', '.join(values)} -- one; only\n;"
    texts = ", ".join(f"CAST({value} AS VARCHAR)" for value in values)
    with duckdb.connect() as own:
        assert ask(page, query) == [*own.execute(f"SELECT {texts}").fetchall()[0]]

    page.get_by_role("textbox", name="SQL").fill("SELECT 1; SELECT 2")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_have_text("Ask one thing at a time: these are 2 statements.")


def test_stop(page: Page) -> None:
    """A query that is stopped is over; the next one finds the tables as they were."""
    page.evaluate("page.go({view: 'sql'})")
    before = ask(page, "SELECT count(*) FROM farmers")
    ask(page, "DELETE FROM farmers")
    page.get_by_role("textbox", name="SQL").fill("SELECT count(*) FROM range(1000000000) a, range(1000000000) b")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("alert")).to_contain_text("Stopped.")
    assert ask(page, "SELECT count(*) FROM farmers") == before


def test_certificate(page: Page) -> None:
    """All claims that can be carried out hold; the others are told as such. What SQL has changed is not judged."""
    page.evaluate("page.go({view: 'sql'})")
    ask(page, "DELETE FROM farmers")
    page.evaluate("page.go({view: 'certificate'})")
    page.get_by_role("button", name="Check it here").click()
    told = page.locator(".certificate .told")
    expect(told).to_contain_text("hold", timeout=2 * LONGEST)
    claims, left = map(int, re.findall(r"(\d+) c", told.inner_text()))

    assert claims > 450
    assert left == page.locator(".claims li.open").count() < 10
    assert claims == page.locator(".claims li.holds").count()


@pytest.mark.full
def test_broken(looking: Looking, minimal_dir: Path, tmp_path: Path) -> None:
    """A claim that does not hold is named, with its violations."""
    rows = pl.read_parquet(minimal_dir / "farmers.parquet")
    folder = tmp_path / "set"
    folder.mkdir()
    for path in minimal_dir.glob("*.parquet"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "recipe.json").write_bytes((minimal_dir / "recipe.json").read_bytes())
    rows.with_columns(farm_size_hectares=pl.lit(-1.0)).write_parquet(folder / "farmers.parquet")
    write(folder, DOMAIN)
    write_page(folder, tmp_path / "page", DOMAIN)
    looking.open(tmp_path / "page", "view=certificate")
    looking.page.get_by_role("button", name="Check it here").click()

    line = looking.page.locator(".claims li.broken").filter(has_text="farm_size_hectares: ")
    expect(line.first).to_contain_text(f"{len(rows)} violations", timeout=2 * LONGEST)
