"""The weather against the climate of the county."""

from __future__ import annotations

import polars as pl

from demo_data.tea.kenya.climate import normals, station_altitude_m
from demo_data.validation import Dataset, columns, view

TABLE = "weather_observations"
WET_MM = 1.0
"""A wet day has at least this much rain."""

LAPSE = 0.0065
"""Degrees that a metre of altitude costs."""

_BAND = "geography.altitude_band."


@view(
    columns("regions", "region_id", low=f"{_BAND}min_meters", high=f"{_BAND}max_meters"),
    columns(TABLE, "region_id", "date", "temp_min", "temp_max", "humidity_avg", "precipitation_mm"),
)
def anomalies(_: Dataset, regions: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """The days of regions whose climate is known, with what is normal and how far they are off it."""
    known = []
    for region, low, high in regions.select("region_id", "low", "high").drop_nulls().iter_rows():
        slug = region.split("-")[0]
        try:
            colder = LAPSE * ((low + high) / 2 - station_altitude_m(slug))
            for month in normals(slug):
                temperatures = month.temp_min_c - colder, month.temp_max_c - colder
                known.append((region, month.month, *temperatures, month.humidity_pct, month.rain_mm, month.rainy_days))
        except ValueError:
            continue
    names = ("normal_min", "normal_max", "normal_humidity", "normal_rain", "normal_days")
    schema = {"region_id": pl.String, "month": pl.Int8} | dict.fromkeys(names, pl.Float64)
    climate = pl.DataFrame(known, schema=schema, orient="row")
    days = days.with_columns(month=pl.col("date").dt.month())
    length = pl.col("date").dt.month_end().dt.day()
    return days.join(climate, on=["region_id", "month"], maintain_order="left").with_columns(
        off_min=pl.col("temp_min") - pl.col("normal_min"),
        off_max=pl.col("temp_max") - pl.col("normal_max"),
        off_humidity=pl.col("humidity_avg") - pl.col("normal_humidity"),
        rain_a_day=pl.col("normal_rain") / length,
        wet_a_day=pl.col("normal_days") / length,
    )
