"""How far places are from each other, and from those that they are named after."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from demo_data.tea.kenya.places import Place
from demo_data.tea.kenya.places import places as known_places
from demo_data.tea.regions.views import EARTH_KM, SLACK_KM, kilometres
from demo_data.validation import Violation, Violations

NAMED_KM = 6.0
"""What is named after a place lies within so many kilometres of it."""

CHUNK = 1_000

Directions = NDArray[np.float64]
"""Places as unit vectors from the earth's centre, shape (n, 3)."""


def directions(latitude: pl.Series, longitude: pl.Series) -> Directions:
    lat, lng = np.radians(latitude.to_numpy()), np.radians(longitude.to_numpy())
    return np.stack([np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)], axis=1)


def nearest(places: Directions, others: Directions) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each place the number of the nearest of the others, and how far that is in kilometres."""
    which = np.zeros(len(places), np.int64)
    km = np.zeros(len(places))
    for start in range(0, len(places), CHUNK):
        part = places[start : start + CHUNK]
        index = np.argmax(part @ others.T, axis=1)
        which[start : start + CHUNK] = index
        chord = np.linalg.norm(part - others[index], axis=1)
        km[start : start + CHUNK] = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    return which, km


def within(places: pl.DataFrame, limits: pl.DataFrame) -> pl.DataFrame:
    """The places that lie in the circle of their region: others are told of as such."""
    km = kilometres(pl.col("latitude"), pl.col("longitude"), pl.col("lat"), pl.col("lng"))
    near = limits.select("region_id", "lat", "lng", "radius")
    found = (
        places.drop_nulls().join(near, on="region_id", maintain_order="left").filter(km <= pl.col("radius") + SLACK_KM)
    )
    return found.drop("lat", "lng", "radius")


def place_named(region_id: str, name: str) -> Place | None:
    """The place of the county's tea zone that a name begins with, the longest one, where there is any."""
    try:
        known = known_places(region_id.split("-", maxsplit=1)[0])
    except ValueError:
        return None
    return max(
        (at for at in known if f"{name} ".startswith(f"{at.place} ")), key=lambda at: len(at.place), default=None
    )


def named_after(records: pl.DataFrame) -> pl.DataFrame:
    """The records, which have `region_id` and `name`, that are named after a known place of their county: with
    `place`, `place_lat` and `place_lng` (degrees; null where these are not known).
    """
    records = records.drop_nulls(["region_id", "name"])
    named = [place_named(*each) for each in records.select("region_id", "name").iter_rows()]
    facts = [(at.place, at.lat, at.lng) if at else (None, None, None) for at in named]
    columns = {"place": pl.String, "place_lat": pl.Float64, "place_lng": pl.Float64}
    return pl.concat([records, pl.DataFrame(facts, schema=columns, orient="row")], how="horizontal").drop_nulls("place")


def far_from_name(places: pl.DataFrame, names: pl.DataFrame, limits: pl.DataFrame) -> Violations:
    """Records that lie further from the place that they are named after than one would call near."""
    here = (pl.col("latitude"), pl.col("longitude"))
    named = named_after(within(places, limits).join(names, on="row", maintain_order="left"))
    far = named.with_columns(km=kilometres(*here, pl.col("place_lat"), pl.col("place_lng"))).sort("row")
    yield Violation("name", far.filter(pl.col("km") > NAMED_KM), "{name} is {km} km from {place}")
