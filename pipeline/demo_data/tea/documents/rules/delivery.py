"""Which farmer brought what where, and when: at an open place that takes this farmer."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import deliveries, ids, visits
from demo_data.tea.points.views import enrolments
from demo_data.tea.views import last_day
from demo_data.validation.dataset import Dataset
from demo_data.validation.errors import Skip
from demo_data.validation.rules import Violations, columns, rule
from demo_data.validation.violation import Violation

MAIN_SAMPLE = 500

_AT = "ingestion.received_at"
_POINT = "linkage_fields.collection_point_id"
_MODEL_VERSION = "extracted_fields.grading_model_version"


@rule("delivery-history", deliveries, last_day)
def delivery_history(data: Dataset, deliveries: pl.DataFrame, last_day: date) -> Violations:
    """Deliveries lie in the history: the recipe's number of days up to the last day, this one included."""
    first = last_day - timedelta(days=data.days - 1)
    early = deliveries.filter(pl.col("day") < first)
    yield Violation(_AT, early, f"{{at}} is before the history, which begins on {first}")


@rule("inactive-deliveries", deliveries, ids, columns("farmers", "is_active", farmer="id"))
def inactive_deliveries(
    _: Dataset, deliveries: pl.DataFrame, ids: dict[str, pl.Enum], farmers: pl.DataFrame
) -> Violations:
    """A farmer who is not active has no documents."""
    inactive = farmers.filter(~pl.col("is_active"))
    inactive = inactive.select(pl.col("farmer").cast(ids["farmer"], strict=False)).drop_nulls()
    found = deliveries.join(inactive, on="farmer", how="semi").sort("row")
    yield Violation("linkage_fields.farmer_id", found, "{farmer} is not active, but delivers on {day}")


@rule("delivery-point", deliveries, ids, enrolments, columns("collection_points", "id"))
def delivery_point(
    data: Dataset, deliveries: pl.DataFrame, ids: dict[str, pl.Enum], enrolments: pl.DataFrame, points: pl.DataFrame
) -> Violations:
    """A document's farmer is on its collection point."""
    known = enrolments.select(pl.col(name).cast(ids[name], strict=False) for name in ("farmer", "point"))
    given = deliveries.filter(pl.col("farmer").is_not_null() & pl.col("point").is_not_null())
    faulty = data.faulty("collection_points", "farmer_ids")
    unlisted = points.filter(pl.col("row").is_in(faulty.implode()))["id"].drop_nulls()
    given = given.filter(~pl.col("point").cast(pl.String).is_in(unlisted.implode())) if len(unlisted) else given
    strangers = given.join(known, on=["farmer", "point"], how="anti").sort("row")
    yield Violation(_POINT, strangers, "{farmer} is not on {point}")


@rule("delivery-factory", visits)
def delivery_factory(_: Dataset, visits: pl.DataFrame) -> Violations:
    """A document's factory is its collection point's."""
    wrong = visits.filter(pl.col("factory") != pl.col("point_factory"))
    message = "{factory} is not {point_factory}, the factory of {point}"
    yield Violation("linkage_fields.factory_id", wrong, message)


@rule(
    "delivery-model",
    deliveries,
    ids,
    columns("documents", version=_MODEL_VERSION),
    columns("grading_models", "active_at_factory", model="model_id", own="model_version"),
)
def delivery_model(
    data: Dataset,
    deliveries: pl.DataFrame,
    ids: dict[str, pl.Enum],
    documents: pl.DataFrame,
    models: pl.DataFrame,
) -> Violations:
    """A document's grading model is active at its factory, and its version is that model's."""
    models = models.with_columns(pl.col("model").cast(ids["model"], strict=False))
    active = models.explode("active_at_factory").select(
        "model", factory=pl.col("active_at_factory").cast(ids["factory"], strict=False)
    )
    given = deliveries.filter(pl.col("model").is_not_null() & pl.col("factory").is_not_null())
    if len(data.faulty("grading_models", "model_id", "active_at_factory")):
        given = given.clear()  # what is at fault may be the link
    wrong = given.join(active.drop_nulls(), on=["model", "factory"], how="anti").sort("row")
    yield Violation("linkage_fields.grading_model_id", wrong, "{model} is not active at {factory}")
    versions = documents.with_columns(model=deliveries["model"])
    wrong = versions.join(models.select("model", "own"), on="model", maintain_order="left")
    wrong = wrong.filter(pl.col("version") != pl.col("own"))
    yield Violation(_MODEL_VERSION, wrong, "{version} is not {own}, the version of {model}")


@rule("delivery-day", visits)
def delivery_day(_: Dataset, visits: pl.DataFrame) -> Violations:
    """Deliveries are made on the collection point's collection days (Kenya's calendar)."""
    open_today = (pl.col("open_days") & (pl.lit(1, pl.UInt8) * 2 ** (pl.col("weekday") - 1)).cast(pl.UInt8)) != 0
    closed = visits.filter(~open_today).with_columns(name=pl.col("at").dt.strftime("%A"))
    yield Violation(_AT, closed, "{at} in Kenya is a {name}, when {point} is closed")


@rule("delivery-hours", visits)
def delivery_hours(_: Dataset, visits: pl.DataFrame) -> Violations:
    """Deliveries are made within the point's operating hours, Kenya's time; Saturday and Sunday are weekend."""
    second = (pl.col("at") - pl.col("at").dt.truncate("1d")).dt.total_seconds()
    weekend = pl.col("weekday") >= 6
    opens = pl.when(weekend).then("weekend_opens").otherwise("weekday_opens")
    closes = pl.when(weekend).then("weekend_closes").otherwise("weekday_closes")
    outside = visits.filter((second < opens) | (second > closes))
    yield Violation(_AT, outside, "{at} in Kenya is outside the operating hours of {point}")


@rule("main-point-share", deliveries, ids, enrolments)
def main_point_share(
    _: Dataset, deliveries: pl.DataFrame, ids: dict[str, pl.Enum], enrolments: pl.DataFrame
) -> Violations:
    """Farmers on two points bring about 4 in 5 of their bags to the one they use most: 70 to 92 %.

    Skipped below 500 documents of such farmers.
    """
    two = enrolments.group_by("farmer").agg(points=pl.len()).filter(pl.col("points") == 2)
    two = two.select(pl.col("farmer").cast(ids["farmer"], strict=False))
    counts = deliveries.join(two, on="farmer", how="semi").group_by("farmer", "point").agg(bags=pl.len())
    total = int(counts["bags"].sum())
    if total < MAIN_SAMPLE:
        raise Skip(f"there are {total} documents of farmers on two points, fewer than {MAIN_SAMPLE}")
    most = int(counts.group_by("farmer").agg(pl.col("bags").max())["bags"].sum())
    if not 0.70 <= most / total <= 0.92:
        row = pl.DataFrame({"percent": [100 * most / total]})
        yield Violation(_POINT, row, "{percent} % of the bags go to the point used most, not about 80 %")
