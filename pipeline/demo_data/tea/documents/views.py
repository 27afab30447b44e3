"""What documents tell of: deliveries, the places where these were made, and what they add up to."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.grading.views import LEAF_TYPE, LEAF_TYPES
from demo_data.tea.views import last_day, local
from demo_data.validation import Dataset, columns, view

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOWS = {"30d": 30, "90d": 90, "year": 365}
"""Days of the windows that performance adds up, the last day included."""

TODAY = 1
UPPER = 50
"""Percent from which a bag counts for its model's first label, not for the second."""

ANALYSIS = "extracted_fields.leaf_analysis."
COUNTS = columns("documents", f"{LEAF_TYPES}*", f"{ANALYSIS}*")
"""Every count of leaves."""

_BAG = "extracted_fields.bag_summary."

_KEYS = {
    "farmer": columns("farmers", key="id"),
    "point": columns("collection_points", key="id"),
    "factory": columns("factories", key="id"),
    "model": columns("grading_models", key="model_id"),
}
"""What a document is linked to, by its key."""

_LINKS = {
    "farmer": "linkage_fields.farmer_id",
    "point": "linkage_fields.collection_point_id",
    "factory": "linkage_fields.factory_id",
    "model": "linkage_fields.grading_model_id",
}
"""Where the document names it."""

_LINKED = {name: columns("documents", key=path) for name, path in _LINKS.items()}


@view(may_read=(*_KEYS.values(), *_LINKED.values()))
def ids(data: Dataset) -> dict[str, pl.Enum]:
    """The ids of farmers, points, factories and models as Polars enumerations, for cheap joins."""
    return {
        name: pl.Enum(
            (own if data.has(*own.needs) else _LINKED[name])(data)["key"].drop_nulls().unique(maintain_order=True)
        )
        for name, own in _KEYS.items()
    }


@view(
    columns(
        "documents",
        at="ingestion.received_at",
        tenths=f"{_BAG}total_weight_kg",
        primary=f"{_BAG}primary_percentage",
        grade=f"{_BAG}grade",
        **_LINKS,
    ),
    ids,
)
def deliveries(_: Dataset, documents: pl.DataFrame, ids: dict[str, pl.Enum]) -> pl.DataFrame:
    """One row per document: row, farmer, point, factory, model (enumerations; null where unknown), at and day (Kenya's
    time), tenths (of a kilogram), primary, grade.
    """
    return documents.with_columns(
        at=local("at"),
        day=local("at").dt.date(),
        tenths=(pl.col("tenths") * 10).round().cast(pl.Int64, strict=False),
        grade=pl.col("grade").cast(pl.Enum(["primary", "secondary", "reject"]), strict=False),
        **{name: pl.col(name).cast(kind, strict=False) for name, kind in ids.items()},
    )


@view(
    deliveries,
    ids,
    columns(
        "collection_points",
        "status",
        "collection_days",
        point="id",
        point_factory="factory_id",
        region="region_id",
        weekday="operating_hours.weekdays",
        weekend="operating_hours.weekends",
    ),
)
def visits(_: Dataset, deliveries: pl.DataFrame, ids: dict[str, pl.Enum], points: pl.DataFrame) -> pl.DataFrame:
    """The deliveries with what their collection point is: weekday (1 is Monday), point_factory, region, status,
    open_days (a bit per weekday), weekday_opens, weekday_closes, weekend_opens, weekend_closes (seconds).
    """
    points = points.select(
        point=pl.col("point").cast(ids["point"], strict=False),
        point_factory=pl.col("point_factory").cast(ids["factory"], strict=False),
        region=pl.col("region").cast(pl.Categorical),
        status=pl.col("status").cast(pl.Categorical),
        open_days=pl.sum_horizontal(
            pl.col("collection_days").list.contains(day).cast(pl.UInt8) * 2**bit for bit, day in enumerate(WEEK)
        )
        .cast(pl.UInt8)
        .pipe(lambda bits: pl.when(pl.col("collection_days").is_not_null()).then(bits)),
        **{
            f"{name}_{side}": _seconds(pl.col(name).str.split("-").list.get(place, null_on_oob=True))
            for name in ("weekday", "weekend")
            for place, side in enumerate(("opens", "closes"))
        },
    )
    joined = deliveries.join(points.unique("point"), on="point", how="left", maintain_order="left")
    return joined.with_columns(weekday=pl.col("day").dt.weekday())


def as_in(frame: pl.DataFrame, *names: str) -> list[pl.Expr]:
    """Columns of ids as the enumerations that they are in a frame; null where an id is none of them."""
    return [pl.col(name).cast(frame.schema[name], strict=False) for name in names]


def _seconds(time: pl.Expr) -> pl.Expr:
    """Seconds since midnight of HH:MM."""
    hours, minutes = time.str.slice(0, 2), time.str.slice(3, 2)
    return hours.cast(pl.Int32, strict=False) * 3600 + minutes.cast(pl.Int32, strict=False) * 60


@view(may_read=(columns("documents", "linkage_fields.farmer_id", "extracted_fields.farmer_id"),), whole=True)
def unsure(data: Dataset) -> list[str]:
    """The farmers of whom a document is at fault: what their documents add up to is not known."""
    table = data.tables.get("documents")
    if table is None or not table.invalid:
        return []
    paths = [path for path in ("linkage_fields.farmer_id", "extracted_fields.farmer_id") if path in table.columns]
    faulty = table.invalid.any_of(table.columns)
    rows = pl.concat(piece.filter(pl.col("row").is_in(faulty.implode())) for piece in table.pieces(*paths))
    return [who for path in paths for who in rows[path].drop_nulls().unique(maintain_order=True)]


def classes(paths: list[str]) -> dict[str, str]:
    """Columns of counts among these, by `<attribute>.<class>`."""
    prefixes = {LEAF_TYPES: f"{LEAF_TYPE}.", ANALYSIS: ""}
    return {to + path.removeprefix(of): path for of, to in prefixes.items() for path in paths if path.startswith(of)}


@view(deliveries, COUNTS, last_day)
def sums(_: Dataset, deliveries: pl.DataFrame, counts: pl.DataFrame, last_day: date) -> dict[int, pl.DataFrame]:
    """What each farmer's documents of the last days add up to, by the number of these: WINDOWS and TODAY.

    Columns: farmer, tenths (of a kilogram), bags, upper_bags and lower_bags (those of 50 % and more, those of
    less), and every column of counts. Farmers without documents in the window have no row.
    """
    rows = deliveries.select("farmer", "day", "tenths", "primary").hstack(counts.drop("row"))
    rows = rows.filter(pl.col("farmer").is_not_null())
    upper = pl.col("primary") >= UPPER
    totals = [
        pl.col("tenths").sum(),
        pl.len().cast(pl.Int64).alias("bags"),
        upper.sum().cast(pl.Int64).alias("upper_bags"),
        (~upper).sum().cast(pl.Int64).alias("lower_bags"),
        *(pl.col(column).cast(pl.Int64).sum() for column in counts.columns if column != "row"),
    ]
    windows = {}
    for days in sorted((*WINDOWS.values(), TODAY), reverse=True):
        rows = rows.filter(pl.col("day").is_between(last_day - timedelta(days=days - 1), last_day))
        windows[days] = rows.group_by("farmer").agg(totals)
    return windows
