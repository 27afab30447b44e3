"""From registering to leaving: where farmers are enrolled, that they deliver throughout, and how often they change."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import as_in, deliveries, unsure
from demo_data.tea.farmers.views import MEMBERS
from demo_data.tea.points.views import enrolments, unlisted
from demo_data.tea.views import LATELY, beyond_faulty, last_day, local, most_lately
from demo_data.validation import Dataset, Violation, Violations, columns, rule

SILENCE = 18
"""Days between two deliveries of a block at most, in any season."""


@rule("farmer-enrolled", columns("farmers", "is_active", "region_id", farmer="id"), enrolments, unlisted)
def farmer_enrolled(_: Dataset, farmers: pl.DataFrame, enrolments: pl.DataFrame, unlisted: list[str]) -> Violations:
    """Every active farmer is on at least one collection point."""
    active = farmers.filter("is_active")
    active = active.filter(pl.col("farmer").is_not_null() & ~pl.col("region_id").is_in(unlisted))
    lost = active.join(enrolments, on="farmer", how="anti").sort("row")
    yield Violation("id", lost, "{farmer} is active but on no collection point")


@rule("registered-first", deliveries, columns("farmers", "id", "registration_date"), each="farmers")
def registered_first(_: Dataset, deliveries: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """A farmer is registered before the first delivery."""
    firsts = deliveries.group_by("farmer").agg(first=pl.col("at").min())
    farmers = farmers.with_columns(
        farmer=pl.col("id").cast(deliveries.schema["farmer"], strict=False), local=local("registration_date")
    )
    late = farmers.join(firsts, on="farmer", maintain_order="left").filter(pl.col("local") > pl.col("first"))
    message = "{registration_date} is after the first delivery, {first} in Kenya"
    yield Violation("registration_date", late, message)


@rule("performance-rows", columns("farmer_performance", id="farmer_id"), columns("farmers", "id"))
def performance_rows(data: Dataset, rows: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """Every farmer has a row of performance."""
    without = farmers.drop_nulls().join(rows, on="id", how="anti").sort("row")
    without = beyond_faulty(data, without, "farmer_performance", "farmer_id")
    yield Violation("id", without, "{id} has no row in farmer_performance")


@rule(
    "delivery-silence",
    deliveries,
    columns("farmers", "registration_date", "is_active", "updated_at", farmer="id", hectares="farm_size_hectares"),
    unsure,
    last_day,
    each="farmers",
)
def delivery_silence(
    data: Dataset, deliveries: pl.DataFrame, farmers: pl.DataFrame, unsure: list[str], last_day: date
) -> Violations:
    """Farmers deliver throughout, from each block: of n blocks (one per hectare, a begun one too) there are n
    deliveries within 18 days after registering, or after the day before the history, and n within 18 days before
    leaving, or before the end of the last day.
    """
    days = deliveries.group_by("farmer").agg(days=pl.col("day").sort())
    before, after = data.first_day - timedelta(days=1), last_day + timedelta(days=1)
    known = farmers.drop_nulls().filter(~pl.col("farmer").is_in(unsure))
    left, blocks = local("updated_at").dt.date(), pl.col("hectares").ceil().clip(1).cast(pl.Int64)
    members = (
        known.with_columns(as_in(deliveries, "farmer"), blocks=blocks)
        .with_columns(
            begins=pl.max_horizontal(pl.lit(before), local("registration_date").dt.date()),
            ends=pl.when("is_active").then(pl.lit(after)).otherwise(left),
        )
        .join(days, on="farmer", how="left", maintain_order="left")
        .with_columns(
            first_bag=pl.col("days").list.get(pl.col("blocks") - 1, null_on_oob=True).fill_null(pl.col("ends")),
            last_bag=pl.col("days").list.get(-pl.col("blocks"), null_on_oob=True),
        )
        .drop("days")
    )
    silent = members.filter((pl.col("first_bag") - pl.col("begins")).dt.total_days() > SILENCE)
    message = "{farmer} of {blocks} blocks has fewer deliveries before {first_bag}, from {begins} on"
    yield Violation("id", silent, message)
    silent = members.filter((pl.col("ends") - pl.col("last_bag")).dt.total_days() > SILENCE)
    message = "{farmer} of {blocks} blocks has fewer deliveries after {last_bag}, up to {ends}"
    yield Violation("id", silent, message)


@rule("farmer-changes", MEMBERS, last_day)
def farmer_changes(_: Dataset, farmers: pl.DataFrame, last_day: date) -> Violations:
    """Few farmers change at a time: in the last 30 days at most 6 in 100 of those who had registered before, to 6
    standard errors and 3 more.

    It is about one change in three years and farmer, which are 3 in 100 in 30 days.
    """
    begins = last_day - timedelta(days=LATELY)
    known = farmers.drop_nulls().filter(local("registration_date").dt.date() <= begins)
    changed = known.filter(local("updated_at").dt.date() > begins).height
    counts = pl.DataFrame({"changed": [changed], "of": [known.height]})
    message = f"{{changed}} of {{of}} farmers were updated in the last {LATELY} days: more than ever happens"
    yield Violation("updated_at", counts.filter(pl.col("changed") > most_lately(known.height)), message)
