"""The data of the farmers' cards: who, where, deliveries, story and performance; and by what farmers are found."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from demo_data.dataset import store
from demo_data.dataset.recipe_file import RecipeFile
from demo_data.export.page.views import Dataset
from demo_data.tea.documents.model import Document
from demo_data.tea.factories.model import Factory
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.pages import farms
from demo_data.tea.performance.model import FarmerPerformance
from demo_data.tea.points.model import CollectionPoint
from demo_data.tea.regions.model import Region

_DOCUMENT = {
    "key": "linkage_fields.farmer_id",
    "at": "ingestion.received_at",
    "kg": "extracted_fields.bag_summary.total_weight_kg",
    "primary": "extracted_fields.bag_summary.primary_percentage",
}
_WINDOWS = {"30d": "30 days", "90d": "90 days", "year": "365 days"}
_MEASURES = {
    "primary_percentage": "Primary leaves, %",
    "total_kg": "Green leaf, kg",
    "yield_kg_per_hectare": "Leaf a hectare, kg",
}
_MORE = {
    "key": "id",
    "phone": "contact.phone",
    "altitude": "farm_location.altitude_meters",
    "language": "pref_lang",
    "channel": "notification_channel",
    "since": "registration_date",
}
_LANGUAGES = {"sw": "Kiswahili", "ki": "Kikuyu", "luo": "Dholuo", "en": "English"}


def make(dataset: Dataset) -> dict[str, Any]:
    """The farmers that the page shows, by column; what they are found by; their deliveries. Raises `DataError`."""
    every = farms.farms(dataset)
    rows = _placed(dataset.folder, farms.labels(dataset.folder, farms.shown(every)))
    made = dataset.recipe
    deliveries = _deliveries(dataset.folder, rows["key"], made.first_day)
    return {
        "title": "farmers",
        "table": Farmer.table,
        "map": "map",
        "total": every.height,
        "note": farms.note(rows.height, every.height),
        "key": rows["key"].to_list(),
        "label": rows["label"].to_list(),
        "facets": [
            _facet("County", rows["county"]),
            _facet("Region", rows["region_name"]),
            _facet("Scenario", rows["story"].str.replace_all("_", " "), tag=True),
            _facet("Trend of quality", rows["trend"], tag=True),
            _facet("Scale", rows["scale"]),
        ],
        "facts": [
            _fact("Farm", pl.concat_str(pl.col("hectares"), pl.lit(" ha, "), "scale"), rows),
            _fact("Altitude", pl.concat_str(pl.col("altitude").round().cast(pl.Int64), pl.lit(" m")), rows),
            _fact("Region", "region_name", rows, Region.table, "region"),
            _fact("Collection point", "point_name", rows, CollectionPoint.table, "point"),
            _fact("Tea factory", "factory_name", rows, Factory.table, "factory"),
            _fact("Registered", pl.col("since").dt.strftime("%Y-%m-%d"), rows),
            _fact("Telephone (invented)", "phone", rows),
            _fact("Told by", pl.concat_str("channel", pl.lit(", in "), pl.col("language").replace(_LANGUAGES)), rows),
        ],
        "story": _stories(rows, deliveries, made),
        "series": {
            "title": "Primary leaves of each delivery",
            "x": "day of delivery",
            "y": "primary leaves, %",
            "size": "kg",
            "start": made.first_day.isoformat(),
            "end": made.as_of.isoformat(),
            "rows": _lists(rows, deliveries),
        },
        "bands": {
            "names": ["tier 1", "tier 2", "tier 3"],
            "rows": rows.select("tier_1", "tier_2", "tier_3").rows(),
        },
        "measures": {
            "columns": [*_WINDOWS.values()],
            "lines": [
                {"title": title, "values": [rows[f"{name}_{window}"].to_list() for window in _WINDOWS]}
                for name, title in _MEASURES.items()
            ],
        },
        "links": [
            {"title": "Quality documents", "table": Document.table, "column": _DOCUMENT["key"]},
            {"title": "Performance", "table": FarmerPerformance.table, "column": "farmer_id"},
        ],
    }


def _placed(folder: Path, shown: pl.DataFrame) -> pl.DataFrame:
    """The farmers with what their cards tell besides: where they deliver, how to reach them, how they have done."""
    windows = {f"{name}_{window}": f"historical.{name}_{window}" for name in _MEASURES for window in _WINDOWS}
    regions = farms.columns(folder, Region, {"region": "region_id", "region_name": "name", "county": "county"})
    points = farms.columns(folder, CollectionPoint, {"point": "id", "point_name": "name", "factory": "factory_id"})
    tiers = {f"tier_{n}": f"quality_thresholds.tier_{n}" for n in (1, 2, 3)}
    factories = farms.columns(folder, Factory, {"factory": "id", "factory_name": "name"} | tiers)
    parts = (
        (farms.columns(folder, Farmer, _MORE, shown["key"]), "key"),
        (farms.columns(folder, FarmerPerformance, {"key": "farmer_id"} | windows, shown["key"]), "key"),
        (farms.enrolled(folder), "key"),
        (points, "point"),
        (factories, "factory"),
        (regions, "region"),
    )
    for frame, on in parts:
        shown = farms.joined(shown, frame, on)
    return shown


def _deliveries(folder: Path, keys: pl.Series, first: date) -> pl.DataFrame:
    """By farmer, the deliveries in order of time: `day` since the first of history, `primary` and `kg` in tenths."""
    wanted = keys.implode()
    found = []
    for batch in store.columns(folder, Document, *_DOCUMENT.values()):
        frame = batch.rename({old: new for new, old in _DOCUMENT.items()})
        found.append(frame.filter(pl.col("key").is_in(wanted)))
    every = (
        pl.concat(found)
        if found
        else pl.DataFrame(
            schema={**dict.fromkeys(_DOCUMENT, pl.Float64), "key": pl.String, "at": pl.Datetime("us", "UTC")}
        )
    )
    day = pl.col("at").dt.convert_time_zone("Africa/Nairobi").dt.date()
    return (
        every.sort("at")
        .group_by("key", maintain_order=True)
        .agg(
            day=(day - first).dt.total_days(),
            primary=(pl.col("primary") * 10).round().cast(pl.Int64),
            kg=(pl.col("kg") * 10).round().cast(pl.Int64),
        )
    )


def _lists(rows: pl.DataFrame, deliveries: pl.DataFrame) -> list[list[list[int]]]:
    """The three lists of each farmer's deliveries, empty for who has none."""
    joined = rows.select("key").join(deliveries, on="key", how="left", maintain_order="left")
    return [
        [days or [], primary or [], kg or []] for days, primary, kg in joined.select("day", "primary", "kg").iter_rows()
    ]


def _stories(rows: pl.DataFrame, deliveries: pl.DataFrame, made: RecipeFile) -> list[str]:
    """The story of each farmer in words: the scenario, and how the deliveries of the last season began and ended."""
    seasons = made.seasons.get(Farmer.table)
    first, last = (seasons[-1].first, seasons[-1].last) if seasons else (made.first_day, made.as_of)
    when = f"From {first:%-d %B %Y} to {min(last, made.as_of):%-d %B %Y}"
    season = (
        deliveries.explode("day", "primary", "kg")
        .filter(pl.col("day") >= (first - made.first_day).days)
        .group_by("key", maintain_order=True)
        .agg("primary")
    )
    joined = rows.select("key", "story").join(season, on="key", how="left", maintain_order="left")
    return [_told(story, when, primary or []) for story, primary in joined.select("story", "primary").iter_rows()]


def _told(story: str, when: str, primary: list[int]) -> str:
    """One farmer's story: `primary` are the percentages of a season's deliveries, in tenths."""
    name = "" if story == farms.NO_STORY else f"Shows the scenario “{story.replace('_', ' ')}”. "
    if not primary:
        return f"{name}{when} there are no deliveries."
    if len(primary) < 5:
        return f"{name}{when} there are {len(primary)} deliveries: too few to tell a trend."
    fifth = len(primary) // 5
    start, end = (sum(part) / len(part) / 10 for part in (primary[:fifth], primary[-fifth:]))
    return (
        f"{name}{when} there are {len(primary)} deliveries: "
        f"the first fifth had {start:.0f}% primary leaves, the last fifth {end:.0f}%."
    )


def _facet(title: str, values: pl.Series, *, tag: bool = False) -> dict[str, Any]:
    """By what farmers are found: its values, and which of them each has; a tag also stands on the card."""
    known = values.drop_nulls().unique().sort()
    return {"title": title, "values": known.to_list(), "codes": farms.places(values, known), "tag": tag}


def _fact(
    title: str, value: str | pl.Expr, rows: pl.DataFrame, table: str | None = None, key: str = ""
) -> dict[str, Any]:
    """A fact of each farmer; with a table it leads to the row there that has the key."""
    shown = rows.select(pl.col(value) if isinstance(value, str) else value).to_series().to_list()
    return {"title": title, "values": shown} | ({"table": table, "keys": rows[key].to_list()} if table else {})
