"""The data of the map: counties, regions, factories, collection points and farms, and what they are coloured by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from demo_data.export.page.views import Dataset
from demo_data.tea.factories.model import Factory
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.kenya.outlines import SOURCE, county_outlines
from demo_data.tea.pages import farms
from demo_data.tea.performance.model import TrendDirection
from demo_data.tea.points.model import CollectionPoint
from demo_data.tea.regions.model import Region

_PLACE = {"key": "id", "label": "name", "region": "region_id", "lat": "location.latitude", "lng": "location.longitude"}
_REGION = {
    "key": "region_id",
    "label": "name",
    "county": "county",
    "lat": "geography.center_gps.lat",
    "lng": "geography.center_gps.lng",
    "radius": "geography.radius_km",
    "low": "geography.altitude_band.min_meters",
    "high": "geography.altitude_band.max_meters",
}
_VALUES = ("yield", "quality")
_YIELD = "kg of green leaf a hectare, last 365 days"
_QUALITY = "% primary leaves, last 365 days"


def make(dataset: Dataset) -> dict[str, Any]:
    """Outlines; the layers, each with its rows by column, and where its rows stand in the layer above; the colours.

    Places are in degrees, radii in kilometres. Raises `DataError`.
    """
    folder = dataset.folder
    every = farms.farms(dataset)
    pairs = farms.enrolled(folder)
    members = pairs.join(every.select("key", "kg", "hectares", "quality"), on="key")
    points = farms.columns(folder, CollectionPoint, _PLACE | {"factory": "factory_id", "status": "status"})
    factories = farms.columns(folder, Factory, _PLACE)
    regions = farms.columns(folder, Region, _REGION)
    owner = dict(points.select("key", "factory").iter_rows())
    by_point = _means(members, "point")
    by_factory = _means(
        members.with_columns(factory=pl.col("point").replace_strict(owner, default=None, return_dtype=pl.String)),
        "factory",
    )
    shown = farms.labels(folder, farms.shown(every))
    shown = farms.joined(shown, pairs)
    names = farms.stories(dataset)
    return {
        "outlines": {"source": SOURCE, "name": "county", "fact": "County", "features": county_outlines()["features"]},
        "note": farms.note(shown.height, every.height),
        "colours": [
            {"name": "yield", "title": "Yield", "kind": "number", "short": "kg/ha", "unit": _YIELD},
            {"name": "quality", "title": "Quality", "kind": "number", "short": "% primary", "unit": _QUALITY},
            {"name": "story", "title": "Scenario", "kind": "category", "values": _words(names), "rest": len(names) - 1},
            {
                "name": "trend",
                "title": "Trend",
                "kind": "category",
                "values": _words(TrendDirection),
                "hues": farms.places(pl.Series([f"{each}_trend" for each in TrendDirection]), pl.Series(names)),
            },
        ],
        "layers": [
            _layer(
                "Regions",
                Region.table,
                regions.join(
                    _means(every, "region"), left_on="key", right_on="region", how="left", maintain_order="left"
                ),
                {"County": "county", "Lowest farm land, m": "low", "Highest, m": "high", "Farmers": "farmers"},
                radius=regions["radius"].to_list(),
            ),
            _layer(
                "Tea factories",
                Factory.table,
                factories.join(by_factory, left_on="key", right_on="factory", how="left", maintain_order="left"),
                {"Farmers": "farmers"},
                parent=farms.places(factories["region"], regions["key"]),
            ),
            _layer(
                "Collection points",
                CollectionPoint.table,
                points.join(by_point, left_on="key", right_on="point", how="left", maintain_order="left"),
                {"Status": "status", "Farmers": "farmers"},
                parent=farms.places(points["factory"], factories["key"]),
            ),
            _layer(
                "Farms",
                Farmer.table,
                shown,
                {"Hectares": "hectares", "Scale": "scale"},
                parent=farms.places(shown["point"], points["key"]),
                story=farms.places(shown["story"], pl.Series(names)),
                trend=farms.places(shown["trend"], pl.Series([*TrendDirection])),
                card="farmers",
            ),
        ],
    }


def _means(members: pl.DataFrame, by: str) -> pl.DataFrame:
    """How many farmers each has; their leaf over their hectares, and their mean quality."""
    return (
        members.group_by(by, maintain_order=True)
        .agg(
            farmers=pl.len(),
            yielded=pl.col("kg").sum(),
            land=pl.col("hectares").sum(),
            quality=pl.col("quality").mean(),
        )
        .with_columns(
            pl.when(pl.col("yielded") > 0, pl.col("land") > 0).then(pl.col("yielded") / pl.col("land")).alias("yield")
        )
    )


def _layer(title: str, table: str, rows: pl.DataFrame, facts: dict[str, str], **more: Any) -> dict[str, Any]:
    return {
        "title": title,
        "table": table,
        "key": rows["key"].to_list(),
        "label": rows["label"].to_list(),
        "lat": rows["lat"].round(5).to_list(),
        "lng": rows["lng"].round(5).to_list(),
        "facts": {name: rows[column].to_list() for name, column in facts.items()},
        "values": {name: rows[name].round(1).to_list() for name in _VALUES},
        **more,
    }


def _words(names: Iterable[str]) -> list[str]:
    return [name.replace("_", " ").capitalize() for name in names]
