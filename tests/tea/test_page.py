"""What the page shows is what the tables say: its numbers against SQL over the Parquet files."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import duckdb
import polars as pl
import pytest

from demo_data.dataset.recipe_file import whole_recipe
from demo_data.export.page import Dataset
from demo_data.tea.kenya.tables import rows as facts
from demo_data.tea.page import QUESTIONS, VIEWS
from demo_data.tea.pages import farms

BAG = "extracted_fields.bag_summary"


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """A dataset's tables in DuckDB."""
    connection = duckdb.connect()
    for path in folder.glob("*.parquet"):
        connection.execute(f"CREATE VIEW {path.stem} AS FROM '{path}'")
    return connection


@pytest.fixture(scope="module")
def sql(year_dir: Path) -> duckdb.DuckDBPyConnection:
    """The dataset of a year in DuckDB."""
    return opened(year_dir)


def shown(folder: Path) -> dict[str, Any]:
    """What each view shows of a dataset, as the page has it."""
    recipe = whole_recipe(folder / "recipe.json")
    dataset = Dataset(folder, {}, cast("Any", None), recipe)
    return {view.name: json.loads(json.dumps(view.make(dataset), allow_nan=False)) for view in VIEWS}


@pytest.fixture(scope="module")
def payloads(year_dir: Path) -> dict[str, Any]:
    """What the views show of the same dataset."""
    return shown(year_dir)


def series(payloads: dict[str, Any], chart: str) -> dict[tuple[str, int | None], dict[str, float]]:
    """A chart's series by name and region, each by x."""
    told = next(each for each in payloads["charts"]["charts"] if each["title"] == chart)
    return {(each["name"], each.get("of")): dict(zip(each["x"], each["y"], strict=True)) for each in told["series"]}


def test_ready_questions_run_and_find_rows(demo_dir: Path) -> None:
    """Ten statements in DuckDB's SQL over the tables, each of which `demo` has an answer to."""
    connection = opened(demo_dir)

    found = {
        title: connection.execute(f"SELECT count(*) FROM ({statement})").fetchall()[0][0]
        for title, statement in QUESTIONS
    }

    assert len(found) == 10
    assert [title for title, rows in found.items() if not rows] == []


def test_the_map_tells_yield_and_quality(payloads: dict[str, Any], sql: duckdb.DuckDBPyConnection) -> None:
    """Of farms, and of the farmers of each collection point, factory and region together."""
    regions, factories, points, single = payloads["map"]["layers"]
    delivered = """
        farmed AS (SELECT f.id, f.region_id, any_value(f.farm_size_hectares) AS ha,
            sum(p.historical.total_kg_year) AS kg,
            any_value(p.historical.primary_percentage_year) AS quality
            FROM farmers f JOIN farmer_performance p ON p.farmer_id = f.id GROUP BY ALL),
        enrolled AS (SELECT id AS point, factory_id, unnest(farmer_ids) AS id FROM collection_points)"""
    means = "sum(kg) / sum(ha), avg(quality) FILTER (kg > 0), count(*)"

    for layer, key, source in (
        (regions, "region_id", "farmed"),
        (factories, "factory_id", "enrolled JOIN farmed USING (id)"),
        (points, "point", "enrolled JOIN farmed USING (id)"),
    ):
        expected = sql.execute(f"WITH {delivered} SELECT {key}, {means} FROM {source} GROUP BY 1").fetchall()
        told = zip(layer["key"], *layer["values"].values(), layer["facts"]["Farmers"], strict=True)
        close = {key: pytest.approx([*rest], abs=0.06) for key, *rest in expected if rest[0]}
        assert {key: rest for key, *rest in told if rest[0] is not None} == close

    assert len(single["key"]) == 120
    yields = """SELECT farmer_id, historical.yield_kg_per_hectare_year FROM farmer_performance
        WHERE historical.total_kg_year > 0"""
    told = zip(single["key"], single["values"]["yield"], strict=True)
    assert {key: value for key, value in told if value is not None} == dict(sql.execute(yields).fetchall())


def test_the_map_leads_from_each_farm_to_its_factory(payloads: dict[str, Any], sql: duckdb.DuckDBPyConnection) -> None:
    """Farms lie below the first collection point that lists them, points below factories, these below regions."""
    regions, factories, points, single = payloads["map"]["layers"]
    listed = sql.execute("SELECT id, factory_id, farmer_ids FROM collection_points").fetchall()
    first = {farmer: point for point, _, farmers in reversed(listed) for farmer in farmers}

    assert {key: points["key"][at] for key, at in zip(single["key"], single["parent"], strict=True)} == first
    assert {key: factories["key"][at] for key, at in zip(points["key"], points["parent"], strict=True)} == {
        point: factory for point, factory, _ in listed
    }
    assert {key: regions["key"][at] for key, at in zip(factories["key"], factories["parent"], strict=True)} == dict(
        sql.execute("SELECT id, region_id FROM factories").fetchall()
    )


def test_outlines_have_the_tea_counties_and_most_of_the_farms(payloads: dict[str, Any]) -> None:
    """Every county with a tea zone has an outline, and more than nine tenths of each layer's places lie within it."""
    outlines = {
        feature["properties"]["county"]: feature["geometry"] for feature in payloads["map"]["outlines"]["features"]
    }
    regions, factories, points, _ = payloads["map"]["layers"]
    counties = regions["facts"]["County"]
    placed = [
        (counties[at], lat, lng)
        for at, lat, lng in zip(factories["parent"], factories["lat"], factories["lng"], strict=True)
    ] + [
        (counties[factories["parent"][at]], lat, lng)
        for at, lat, lng in zip(points["parent"], points["lat"], points["lng"], strict=True)
    ]

    assert {row["county"] for row in facts("counties")} <= outlines.keys()
    inside = [within(outlines[county], lng, lat) for county, lat, lng in placed]
    assert sum(inside) > 0.9 * len(inside)


def within(geometry: dict[str, Any], x: float, y: float) -> bool:
    """Whether a polygon has a point in it, by the crossings of a ray."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    crossings = 0
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x1, y1), (x2, y2) in pairwise(ring):
            crossings += (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return crossings % 2 == 1


def test_charts_tell_months_as_the_tables_do(payloads: dict[str, Any], sql: duckdb.DuckDBPyConnection) -> None:
    """Rain and temperature from the weather, leaf from the documents, by region and month of Kenya's calendar."""
    regions = payloads["map"]["layers"][0]["key"]
    weather = sql.execute("""SELECT region_id, strftime(date, '%Y-%m'), sum(precipitation_mm), avg(temp_min)
        FROM weather_observations GROUP BY ALL""").fetchall()
    leaf = sql.execute(f"""SELECT a.region_id, strftime(ingestion.received_at::TIMESTAMP + INTERVAL 3 HOURS, '%Y-%m'),
        sum({BAG}.total_weight_kg) FROM documents d JOIN factories a ON a.id = d.linkage_fields.factory_id
        GROUP BY ALL""").fetchall()
    days = dict(
        sql.execute(
            "SELECT strftime(date, '%Y-%m'), count(DISTINCT date) FROM weather_observations GROUP BY 1"
        ).fetchall()
    )

    rain, warmth, index = (series(payloads, f"{what} by month") for what in ("Rain", "Temperature", "Leaf"))
    for region, month, fallen, lowest in weather:
        at = regions.index(region)
        assert rain["rain", at][month] == pytest.approx(fallen, abs=0.06)
        assert warmth["lowest of the day", at][month] == pytest.approx(lowest, abs=0.06)
    total = {region: sum(kg for other, _, kg in leaf if other == region) for region, *_ in leaf}
    for region, month, kg in leaf:
        expected = (kg / days[month]) / (total[region] / sum(days.values()))
        assert index["this dataset", regions.index(region)][month] == pytest.approx(expected, abs=0.001)


def test_the_published_index_is_that_of_the_facts(payloads: dict[str, Any]) -> None:
    """Behind the leaf of each region lies the index of its side of the Rift, month by month in proportion."""
    counties = payloads["map"]["layers"][0]["facts"]["County"]
    flush = {row["county"]: row["flush"] for row in facts("counties")}
    for (name, at), values in series(payloads, "Leaf by month").items():
        if name == "published index":
            of = {
                row["month"]: float(row["index"]) for row in facts("crop_index") if row["flush"] == flush[counties[at]]
            }
            ratios = [value / of[str(int(month[5:]))] for month, value in values.items()]
            assert ratios == pytest.approx([ratios[0]] * len(ratios), abs=0.002)


def test_distributions_count_every_row(payloads: dict[str, Any], sql: duckdb.DuckDBPyConnection) -> None:
    """By the lower end of each class; 100 % counts with the class below it."""
    for chart, column, width, last in (
        ("Quality of deliveries", f"{BAG}.primary_percentage", 5, 95),
        ("Weight of deliveries", f"{BAG}.total_weight_kg", 10, 10**9),
    ):
        counts = f"SELECT least(floor({column} / {width}) * {width}, {last}), count(*) FROM documents GROUP BY 1"
        assert series(payloads, chart)["deliveries", None] == dict(sql.execute(counts).fetchall())
    sizes = series(payloads, "Farm sizes")["farms", None]
    ends = [name.split(" ")[0] for name in sizes] + ["1e9"]
    for name, low, high in zip(sizes, ends, ends[1:], strict=False):
        count = f"SELECT count(*) FROM farmers WHERE farm_size_hectares >= {low} AND farm_size_hectares < {high}"
        assert (sizes[name],) == sql.execute(count).fetchone()


def test_cards_tell_deliveries_and_performance(payloads: dict[str, Any], sql: duckdb.DuckDBPyConnection) -> None:
    """Each farmer's bags in order of time, and the windows of his performance."""
    told = payloads["farmers"]
    start = told["series"]["start"]
    bags = sql.execute(f"""SELECT linkage_fields.farmer_id AS id,
        list(day - DATE '{start}' ORDER BY ingestion.received_at),
        list(round({BAG}.primary_percentage * 10)::INT ORDER BY ingestion.received_at),
        list(round({BAG}.total_weight_kg * 10)::INT ORDER BY ingestion.received_at)
        FROM (SELECT *, (ingestion.received_at::TIMESTAMP + INTERVAL 3 HOURS)::DATE AS day FROM documents)
        GROUP BY 1""").fetchall()
    done = dict(sql.execute("SELECT farmer_id, historical.total_kg_90d FROM farmer_performance").fetchall())

    expected = {key: lists for key, *lists in bags}
    assert {key: lists for key, lists in zip(told["key"], told["series"]["rows"], strict=True) if lists[0]} == expected
    leaf = told["measures"]["lines"][1]["values"][1]
    assert dict(zip(told["key"], leaf, strict=True)) == done


def test_cards_tell_the_story_of_the_last_season(
    payloads: dict[str, Any], sql: duckdb.DuckDBPyConnection, year_dir: Path
) -> None:
    """The scenario, and how the season's bags began and ended; who is idle has none; of others no scenario is told."""
    told = dict(zip(payloads["farmers"]["key"], payloads["farmers"]["story"], strict=True))
    season = json.loads((year_dir / "recipe.json").read_text(encoding="utf-8"))["scenarios"]["farmers"][-1]
    stories = season["stories"]
    bags = sql.execute(f"""SELECT linkage_fields.farmer_id,
        list({BAG}.primary_percentage ORDER BY ingestion.received_at)
        FROM documents WHERE ingestion.received_at::TIMESTAMP + INTERVAL 3 HOURS >= DATE '{season["first"]}'
        GROUP BY 1 HAVING count(*) >= 5""").fetchall()

    for key, percents in bags:
        fifth = len(percents) // 5
        start, end = sum(percents[:fifth]) / fifth, sum(percents[-fifth:]) / fifth
        words = (
            f"there are {len(percents)} deliveries: the first fifth had (.*)% primary leaves, the last fifth (.*)%\\."
        )
        found = re.search(words, told[key])
        assert found
        assert [float(number) for number in found.groups()] == pytest.approx([start, end], abs=0.51)
    assert all(told[key].startswith("Shows the scenario “declining trend”. ") for key in stories["declining_trend"])
    assert all("there are no deliveries" in told[key] for key in stories["inactive"])
    assert not any("scenario" in told[key] for key in set(told) - {key for keys in stories.values() for key in keys})


def test_a_sample_has_every_story_and_says_so(monkeypatch: pytest.MonkeyPatch, year_dir: Path) -> None:
    """Of more farmers than fit, some of each story and evenly chosen others are shown; figures still count all."""
    monkeypatch.setattr(farms, "MOST", 40)
    monkeypatch.setattr(farms, "PER_STORY", 3)
    told = shown(year_dir)["farmers"]
    facet = next(each for each in told["facets"] if each["title"] == "Scenario")
    drawn = [facet["values"][code] for code in facet["codes"]]

    assert len(told["key"]) <= 40
    assert told["key"] == sorted(told["key"])
    assert {name: drawn.count(name) for name in facet["values"] if name != "none"} == dict.fromkeys(
        ("declining trend", "improving trend", "inactive", "top performer"), 3
    )
    assert told["note"].startswith(f"{len(told['key'])} of 120 farmers are shown")


@pytest.mark.parametrize("rows", [0, 1])
def test_data_at_fault_is_shown(rows: int, minimal_dir: Path, tmp_path: Path) -> None:
    """Doubled keys, land of no size, or no rows at all: each farmer stands there once."""
    (tmp_path / "recipe.json").write_bytes((minimal_dir / "recipe.json").read_bytes())
    for path in minimal_dir.glob("*.parquet"):
        table = pl.read_parquet(path)
        if path.stem == "farmers":
            table = table.with_columns(farm_size_hectares=pl.lit(0.0))
        pl.concat([table, table]).head(rows * 2 * len(table)).write_parquet(tmp_path / path.name)

    told = shown(tmp_path)

    keys = pl.read_parquet(minimal_dir / "farmers.parquet")["id"].to_list() if rows else []
    assert told["farmers"]["key"] == keys
    assert told["map"]["layers"][-1]["key"] == keys
    assert {value for layer in told["map"]["layers"][:3] for value in layer["values"]["yield"]} <= {None}


def test_a_trend_has_the_colour_of_its_scenario(payloads: dict[str, Any]) -> None:
    """One word has one colour on the whole page; what is stable has that of who shows no scenario."""
    colours = {each["name"]: each for each in payloads["map"]["colours"]}
    stories, trend = colours["story"]["values"], colours["trend"]
    told = {
        word: None if hue is None else stories[hue] for word, hue in zip(trend["values"], trend["hues"], strict=True)
    }
    assert told == {"Improving": "Improving trend", "Stable": None, "Declining": "Declining trend"}
