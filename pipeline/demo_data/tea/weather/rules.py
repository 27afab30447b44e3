"""Weather, day by day and against the county's climate."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import polars as pl

from demo_data.tea.regions.views import KM_PER_DEGREE
from demo_data.tea.views import beyond_faulty, last_day
from demo_data.tea.weather.views import TABLE, WET_MM, anomalies
from demo_data.validation import (
    Dataset,
    RowViolation,
    RowViolations,
    Skip,
    Violation,
    Violations,
    columns,
    row_rule,
    rule,
)

RAIN_SAMPLE, DROUGHT_SAMPLE = 15, 25
WET_DAYS, RAIN, SPELLS = (1.5, 0.02), (2.6, 0.06), 40.0
"""What a single wet day, and whole seasons, do to the variance of wet days and of rain; and dry spells to both."""

SPELL_SAMPLE = 300
HUMID_SAMPLE = 10
WARMTH_SAMPLE = 90

NEAR_KM, FAR_KM, ALIKE, SHARED_SAMPLE = 50, 250, 0.2, 150
"""Regions are neighbours, or far apart, at these distances; how neighbours' wet days correlate; fewest days."""

FROST_C = 4.0
"""Colder nights come where the region is known for frost alone."""


@rule("weather-days", columns(TABLE, "region_id", "date"), columns("regions", "region_id"), last_day)
def weather_days(data: Dataset, weather: pl.DataFrame, regions: pl.DataFrame, last_day: date) -> Violations:
    """Every region has a row for every day of the history; without a recipe, from the first day of the table on."""
    rows = weather.drop("row")
    first = data.first_day if data.recipe else rows["date"].min()
    if first is None:
        return
    days = pl.DataFrame({"date": pl.date_range(pl.lit(first), pl.lit(last_day), eager=True)})
    due = regions.drop("row").join(days, how="cross", maintain_order="left_right")
    missing = due.drop_nulls().join(rows, on=["region_id", "date"], how="anti", maintain_order="left")
    missing = beyond_faulty(data, missing, TABLE, "region_id", "date")
    yield Violation("date", missing, "{region_id} has no row for {date}")


@row_rule("weather-extremes", "temp_min", "temp_max")
def weather_extremes(_: Dataset) -> RowViolations:
    """A day's lowest temperature is below its highest."""
    bad = pl.col("temp_min") >= pl.col("temp_max")
    yield RowViolation("temp_min", bad, "{temp_min} is not below temp_max, {temp_max}")


@rule("weather-normals", anomalies)
def weather_normals(_: Dataset, days: pl.DataFrame) -> Violations:
    """Temperatures and humidity are near the county's normals, moved at 6.5 K per km from the station's altitude to
    the middle of the region's band: a month of n days in mean within 0.6 K + 2.5 K * sqrt(30 / n), and within 2 +
    9 * sqrt(30 / n) points. Months of fewer than 25 days are left out.
    """
    months = days.group_by("region_id", month=pl.col("date").dt.strftime("%Y-%m"), maintain_order=True).agg(
        pl.col("off_min", "off_max", "off_humidity").mean(), days=pl.len()
    )
    months = months.filter(pl.col("days") >= 25).with_columns(scale=(30 / pl.col("days")).sqrt())
    for path, off, base, noise, unit in (
        ("temp_min", "off_min", 0.6, 2.5, "K"),
        ("temp_max", "off_max", 0.6, 2.5, "K"),
        ("humidity_avg", "off_humidity", 2.0, 9.0, "points"),
    ):
        far = months.filter(pl.col(off).abs() > base + noise * pl.col("scale"))
        yield Violation(path, far, f"in {{month}} in {{region_id}} the mean is {{{off}}} {unit} off the normal")


@rule("rain-normals", anomalies)
def rain_normals(_: Dataset, days: pl.DataFrame) -> Violations:
    """A region's rain, and its days with 1 mm or more, are near the county's normals over the history.

    Neither more than the normal by 7 standard errors, nor less by 7 of the logarithm: where n wet days are normal in y
    years, sqrt(2.6 / n + 0.06 / (1 + y)) of the rain and sqrt(1.5 / n + 0.02 / (1 + y)) of the wet days. The first part
    is chance, the second is that whole seasons and years are wet or dry, as those of El Nino and La Nina. Dry days come
    together, so below the normal 40 / n^2 is added under the root. Regions with fewer than 15 normal wet days in the
    history are left out; with fewer than 25 it may well not rain at all.
    """
    sums = (
        days.group_by("region_id", maintain_order=True)
        .agg(
            days=pl.len(),
            rain=pl.col("precipitation_mm").sum(),
            wet=(pl.col("precipitation_mm") >= WET_MM).sum(),
            normal_rain=pl.col("rain_a_day").sum(),
            normal_wet=pl.col("wet_a_day").sum(),
        )
        .filter(pl.col("normal_wet") >= RAIN_SAMPLE)
    )
    normal, years = pl.col("normal_wet"), pl.col("days") / 365.25
    for name, variances, message in (
        ("wet", WET_DAYS, "{region_id} has {wet} wet days in {days}, where {normal_wet} are normal"),
        ("rain", RAIN, "{region_id} has {rain} mm in {days} days, where {normal_rain} mm are normal"),
    ):
        ratio = pl.col(name) / pl.col(f"normal_{name}")
        flood = ratio - 1 > error(normal, years, *variances)
        drought = (normal >= DROUGHT_SAMPLE) & (-ratio.log() > error(normal, years, *variances, SPELLS))
        yield Violation("precipitation_mm", sums.filter(flood | drought), message)


T = TypeVar("T", float, pl.Expr)


def error(days: T, years: T, chance: float, seasons: float, spells: float = 0.0) -> T:
    """How far the rain of so many years, of which so many days are normally wet, may be off the normal."""
    return 7 * (chance / days + spells / days**2 + seasons / (1 + years)) ** 0.5


@rule("wet-spells", columns(TABLE, "region_id", "date", "precipitation_mm"))
def wet_spells(_: Dataset, days: pl.DataFrame) -> Violations:
    """Wet days come in spells: a day after a wet day is wet more often than any day.

    Skipped below 300 pairs of days; the difference is near 0.2 and its standard error there below 0.04.
    """
    days = _pairs(days, "precipitation_mm").with_columns(wet=pl.col("precipitation_mm") >= WET_MM)
    if days.height < SPELL_SAMPLE:
        raise Skip(f"there are {days.height} pairs of days, fewer than {SPELL_SAMPLE}")
    after = days.filter(pl.col("last_precipitation_mm") >= WET_MM)["wet"].mean()
    always = days["wet"].mean()
    if isinstance(after, float) and isinstance(always, float) and 0 < always < 1 and after <= always:
        row = pl.DataFrame({"after": [after], "always": [always]})
        message = "the share of wet days is {after} after a wet day, {always} overall"
        yield Violation("precipitation_mm", row, message)


@rule("humid-wet-days", columns(TABLE, "region_id", "precipitation_mm", "humidity_avg"))
def humid_wet_days(_: Dataset, days: pl.DataFrame) -> Violations:
    """Wet days are more humid than dry ones, in each region that has 10 of both.

    The difference is near 7 points and its standard error there below 1.5.
    """
    wet = pl.col("precipitation_mm") >= WET_MM
    means = days.group_by("region_id", maintain_order=True).agg(
        pl.col("humidity_avg").filter(wet).mean().alias("wet"),
        pl.col("humidity_avg").filter(~wet).mean().alias("dry"),
        least=pl.min_horizontal(wet.sum(), (~wet).sum()),
    )
    wrong = means.filter((pl.col("least") >= HUMID_SAMPLE) & (pl.col("wet") <= pl.col("dry")))
    yield Violation("humidity_avg", wrong, "{region_id}: humidity is {wet} % on wet days, {dry} % on dry ones")


@rule("warm-spells", anomalies)
def warm_spells(_: Dataset, days: pl.DataFrame) -> Violations:
    """Temperatures of neighbouring days are alike: what is off the normal correlates positively from day to day.

    Skipped below 90 pairs of days; the correlation is near 0.6 and its standard error there below 0.1.
    """
    pairs = _pairs(days, "off_min", "off_max")
    if pairs.height < WARMTH_SAMPLE:
        raise Skip(f"there are {pairs.height} pairs of days, fewer than {WARMTH_SAMPLE}")
    for path, off in (("temp_min", "off_min"), ("temp_max", "off_max")):
        unlike = pairs.select(correlation=pl.corr(off, f"last_{off}")).filter(pl.col("correlation") <= 0)
        yield Violation(path, unlike, f"{path} of neighbouring days correlates by {{correlation}}")


@rule(
    "shared-rain",
    anomalies,
    columns("regions", "region_id", north="geography.center_gps.lat", east="geography.center_gps.lng"),
)
def shared_rain(_: Dataset, days: pl.DataFrame, regions: pl.DataFrame) -> Violations:
    """Neighbours share their wet days: between regions less than 50 km apart these correlate by more than 0.2 once the
    month's normal share is taken off, and by less between regions more than 250 km apart.

    Give or take 3.5 / sqrt(days). Skipped where no two regions whose climate is known are so near or so far, or have
    fewer than 150 days in common; at 40 km the correlation is near 0.4, and its standard error near 1.4 / sqrt(days).
    """
    wet = (pl.col("precipitation_mm") >= WET_MM).cast(pl.Float64) - pl.col("wet_a_day")
    days = days.select("region_id", "date", off=wet).drop_nulls()
    places = regions.select("region_id", "north", "east").drop_nulls().unique("region_id", keep="none")
    pairs = places.join_where(places, pl.col("region_id") < pl.col("region_id_right")).with_columns(
        km=KM_PER_DEGREE
        * ((pl.col("north") - pl.col("north_right")).pow(2) + (pl.col("east") - pl.col("east_right")).pow(2)).sqrt()
    )
    pairs = pairs.filter((pl.col("km") < NEAR_KM) | (pl.col("km") > FAR_KM)).sort("region_id", "region_id_right")
    found = []
    for one, other, km in pairs.select("region_id", "region_id_right", "km").iter_rows():
        both = days.filter(pl.col("region_id") == one).join(days.filter(pl.col("region_id") == other), on="date")
        correlation = both.select(pl.corr("off", "off_right")).item()
        if both.height >= SHARED_SAMPLE and correlation is not None:
            found.append((one, other, km, correlation, 3.5 / both.height**0.5))
    if not found:
        raise Skip(f"no two regions so near or so far have {SHARED_SAMPLE} days in common")
    names = ("one", "other", "km", "correlation", "margin")
    shared = pl.DataFrame(found, schema=names, orient="row")
    near, correlation, margin = pl.col("km") < NEAR_KM, pl.col("correlation"), pl.col("margin")
    wrong = (near & (correlation < ALIKE - margin)) | (~near & (correlation > ALIKE + margin))
    message = "wet days of {one} and {other}, {km} km apart, correlate by {correlation}"
    yield Violation("precipitation_mm", shared.filter(wrong), message)


@rule("frost", columns(TABLE, "region_id", "temp_min"), columns("regions", "region_id", risk="agronomic.frost_risk"))
def frost(_: Dataset, days: pl.DataFrame, regions: pl.DataFrame) -> Violations:
    """Nights colder than 4 degrees come in regions alone that are known for frost (`agronomic.frost_risk`)."""
    safe = regions.filter(~pl.col("risk"))["region_id"].drop_nulls()
    cold = days.filter((pl.col("temp_min") < FROST_C) & pl.col("region_id").is_in(safe.implode()))
    yield Violation("temp_min", cold, "it is {temp_min} degrees in {region_id}, which is not known for frost")


def _pairs(days: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Days of a region with these columns of the day before, as `last_...`."""
    last = pl.col("date", *names).shift().over("region_id").name.prefix("last_")
    return (
        days.sort("region_id", "date")
        .with_columns(last)
        .filter((pl.col("date") - pl.col("last_date")).dt.total_days() == 1)
    )
