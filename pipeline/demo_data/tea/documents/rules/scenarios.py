"""What the deliveries of a farmer with a scenario show."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from demo_data.tea.documents.views import as_in, deliveries
from demo_data.tea.farmers.views import PARTS, SPAN, actors, tiers
from demo_data.tea.views import last_day
from demo_data.validation.dataset import Dataset
from demo_data.validation.rules import Violations, rule
from demo_data.validation.violation import Violation

_PRIMARY = "extracted_fields.bag_summary.primary_percentage"


@rule("scenario-tiers", deliveries, actors, last_day)
def scenario_tiers(_: Dataset, deliveries: pl.DataFrame, actors: pl.DataFrame, last_day: date) -> Violations:
    """A farmer's deliveries show the tiers of the scenario: one in each fifth of the last 90 days, the first before."""
    begins = last_day - timedelta(days=SPAN - 1)
    part = ((pl.col("day") - pl.lit(begins)).dt.total_days() // (SPAN // PARTS)).clip(0, PARTS - 1).cast(pl.Int64)
    actors = actors.drop("row").with_columns(as_in(deliveries, "farmer"))
    shown = actors.join(deliveries, on="farmer").with_columns(part=part).join(tiers(), on=["scenario", "part"])
    wrong = shown.filter(~pl.col("primary").is_between("low", "high")).sort("row")
    message = "{primary} % is not {tier}, which {scenario} shows on {day} ({farmer})"
    yield Violation(_PRIMARY, wrong, message)
