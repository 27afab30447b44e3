"""What those show who have a scenario, season by season, and those who have none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from demo_data.dataset.recipe_file import Season
from demo_data.tea.documents.views import as_in, deliveries
from demo_data.tea.farmers.views import (
    INACTIVE,
    MEMBERS,
    PARTS,
    PATTERNS,
    SPAN,
    actors,
    part_of,
    scenarios,
    season_begins,
    season_of,
    seasons,
    tiers,
)
from demo_data.tea.views import last_day, local
from demo_data.validation import Dataset, Skip, Violation, Violations, columns, rule

STEADY_POINTS = 30.0
STEADY_SAMPLE = 5


@rule("scenario-names", scenarios, columns("farmers", farmer="id"))
def scenario_names(_: Dataset, scenarios: pl.DataFrame, farmers: pl.DataFrame) -> Violations:
    """The recipe's scenarios are known ones, and those who have them are farmers, each with one in a season."""
    unknown = scenarios.filter(~pl.col("scenario").is_in([*PATTERNS, INACTIVE])).unique("scenario")
    yield Violation(None, unknown, "recipe.json has the unknown scenario {scenario}")
    strangers = scenarios.join(farmers, on="farmer", how="anti")
    yield Violation("id", strangers, "{farmer} of {scenario} is no farmer")
    again = scenarios.filter(~pl.struct("season", "farmer").is_first_distinct())
    yield Violation("id", again, "{farmer} has more than one scenario in season {season} (from 0)")


@rule("scenario-active", MEMBERS, scenarios)
def scenario_active(data: Dataset, farmers: pl.DataFrame, scenarios: pl.DataFrame) -> Violations:
    """Farmers with a scenario are active on the season's first day, in the oldest season on the day of `born`; those of
    the scenario `inactive` are not.
    """
    firsts = pl.DataFrame(
        [
            (season, season_begins(data.born, season) if season else data.born)
            for season in scenarios["season"].unique()
        ],
        schema={"season": pl.Int64, "first": pl.Date},
        orient="row",
    )
    actors = farmers.join(scenarios, on="farmer").join(firsts, on="season")
    asleep = pl.col("scenario") == INACTIVE
    left = ~pl.col("is_active") & (local("updated_at").dt.date() < pl.col("first"))
    late = local("registration_date").dt.date() >= pl.col("first")
    actors = actors.sort("row", "season").unique("row", maintain_order=True)
    wrong = actors.filter(pl.when(asleep).then("is_active").otherwise(left))
    yield Violation("is_active", wrong, "{farmer} has the scenario {scenario}, but is_active is {is_active}")
    wrong = actors.filter(late)
    message = "{registration_date} is not before {first}, when the farmer has the scenario {scenario}"
    yield Violation("registration_date", wrong, message)


@rule("scenario-seasons", seasons, MEMBERS, last_day)
def scenario_seasons(data: Dataset, seasons: list[Season], farmers: pl.DataFrame, last_day: date) -> Violations:
    """The recipe's seasons are those of 90 days that have begun by the last day, of which one ends on the day of `born`
    and each has as many farmers of each scenario as the settings say, as far as there are enough on its first day.

    The scenario `inactive` has the same farmers in all of them. Of a recipe that knows no seasons nothing is asked.
    """
    if "farmers" not in data.known_recipe.seasons:
        raise Skip("recipe.json tells of no seasons")
    due = 1 + max(0, -((data.born - last_day).days // SPAN))
    wrong = pl.DataFrame({"told": [len(seasons)], "due": [due]}).filter(pl.col("told") != pl.col("due"))
    yield Violation(None, wrong, "recipe.json has {told} seasons, not {due}, of 90 days up to the last day")
    registered, left = local("registration_date").dt.date(), local("updated_at").dt.date()
    counts = data.known_recipe.settings.get("farmers", {}).get("scenarios")
    told = counts if isinstance(counts, dict) else {name: len(who) for name, who in seasons[0].stories.items()}
    asked = {name: count for name, count in told.items() if name != INACTIVE}
    asleep = sorted(seasons[0].stories.get(INACTIVE, ()))
    for number, season in enumerate(seasons):
        begins = season_begins(data.born, number)
        if (season.first, season.last) != (begins, begins + timedelta(days=SPAN - 1)):
            days = pl.DataFrame({"season": [number], "first": [season.first], "last": [season.last]})
            yield Violation(None, days, "recipe.json has season {season} (from 0) from {first} to {last}")
        dealt = _counts(season)
        able = farmers.filter((registered < begins) & (pl.col("is_active") | (left >= begins)))
        fits = asked == dealt if number == 0 or able.height > sum(dealt.values()) else _fewer(dealt, asked)
        if not fits:
            short = pl.DataFrame({"season": [number], "told": [str(dealt)], "asked": [str(asked)]})
            yield Violation(None, short, "in season {season} (from 0) scenarios have {told} farmers, not {asked}")
        if sorted(season.stories.get(INACTIVE, ())) != asleep:
            yield Violation(None, pl.DataFrame({"season": [number]}), "in season {season} (from 0) others are inactive")


def _counts(season: Season) -> dict[str, int]:
    """How many farmers each scenario has whose farmers are active."""
    return {name: len(farmers) for name, farmers in season.stories.items() if name != INACTIVE}


def _fewer(dealt: dict[str, int], asked: Mapping[str, Any]) -> bool:
    """Whether no scenario has more farmers than it should."""
    return dealt.keys() == asked.keys() and all(dealt[name] <= asked[name] for name in asked)


@rule("scenario-parts", deliveries, actors, MEMBERS, last_day, each="farmers")
def scenario_parts(
    data: Dataset, deliveries: pl.DataFrame, actors: pl.DataFrame, farmers: pl.DataFrame, last_day: date
) -> Violations:
    """A farmer with a scenario delivers in each fifth of the season that lies wholly in the history, and wholly between
    the days of registering and leaving.
    """
    length = SPAN // PARTS
    day, season = pl.col("day"), pl.col("season")
    busy = deliveries.select("farmer", season=season_of(day, data.born), part=part_of(day, data.born), day="day")
    busy = busy.filter(day >= season_begins(data.born, 0))
    begins = pl.lit(season_begins(data.born, 0)) + pl.duration(days=season * SPAN + pl.col("part") * length)
    members = farmers.select(
        "farmer",
        "is_active",
        registered=local("registration_date").dt.date(),
        left=local("updated_at").dt.date(),
    )
    due = (
        actors.join(members, on="farmer", maintain_order="left")
        .join(tiers(), on="scenario", maintain_order="left")
        .with_columns(begins=begins, ends=begins + pl.duration(days=length - 1))
        .filter(
            (pl.col("begins") >= data.first_day)
            & (pl.col("ends") <= last_day)
            & (pl.col("registered") < pl.col("begins"))
            & (pl.col("is_active") | (pl.col("left") > pl.col("ends")))
        )
        .with_columns(as_in(deliveries, "farmer"))
    )
    idle = due.join(busy, on=["farmer", "season", "part"], how="anti").sort("row", "season", "part")
    yield Violation("id", idle, "{farmer} has no delivery in part {part} (from 0) of {scenario} from {begins} on")


@rule("steady-farmers", deliveries, scenarios, columns("farmers", "id"), each="farmers")
def steady_farmers(
    data: Dataset, deliveries: pl.DataFrame, scenarios: pl.DataFrame, farmers: pl.DataFrame
) -> Violations:
    """A farmer without a scenario stays at about one tier: of the percentages, the middle half lies within 30 points.

    Seasons in which the farmer has a scenario do not count. Farmers with fewer than 5 other deliveries are left out.
    """
    actors = scenarios.select(*as_in(deliveries, "farmer"), "season").drop_nulls()
    bags = deliveries.select("farmer", "primary", season=season_of(pl.col("day"), data.born)).drop_nulls()
    free = bags.join(actors, on=["farmer", "season"], how="anti")
    spread = free.group_by("farmer").agg(
        bags=pl.len(), low=pl.col("primary").quantile(0.25), high=pl.col("primary").quantile(0.75)
    )
    wide = spread.filter((pl.col("bags") >= STEADY_SAMPLE) & (pl.col("high") - pl.col("low") > STEADY_POINTS))
    rows = farmers.with_columns(farmer=pl.col("id").cast(deliveries.schema["farmer"], strict=False))
    message = "the middle half of {bags} percentages runs from {low} to {high}"
    yield Violation("id", rows.join(wide, on="farmer", maintain_order="left"), message)
