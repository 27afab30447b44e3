"""What tells one county's farmers from another's: how many are women, and which names are frequent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log

import polars as pl

from demo_data.tea.farmers.views import fitting, named
from demo_data.tea.kenya.people import GENDERS, communities_of, in_county, women, women_of_nation
from demo_data.tea.kenya.places import counties
from demo_data.validation import Dataset, Skip, Violation, Violations, rule

NATION = float(women_of_nation())
"""Women among the nation's growers, in percent, where a profile does not move the odds."""

SAMPLE = 50
UNSURE = 0.02
"""The share of farmers of whom names may tell the wrong gender."""

DEVIATIONS = 6
SURE = 5


@rule("women-share", named, fitting)
def women_share(data: Dataset, farmers: pl.DataFrame, fitting: pl.DataFrame) -> Violations:
    """By their names, in each county as many farmers are women as are known there: to 6 standard errors and 2 in 100.

    A profile's share for the nation (40 % if it states none) moves the odds of all counties alike. Counties with fewer
    than 50 farmers whose names tell the gender are left out; skipped where all are.
    """
    share = nation(data)
    gender = fitting.group_by("row").agg(genders=pl.col("gender").n_unique(), gender=pl.col("gender").first())
    told = farmers.join(gender.filter(pl.col("genders") == 1), on="row").group_by("slug", maintain_order=True)
    counts = told.agg(of=pl.len(), women=(pl.col("gender") == "female").sum()).filter(pl.col("of") >= SAMPLE)
    if counts.is_empty():
        raise Skip(f"no county has {SAMPLE} farmers whose names tell the gender")
    due = [expected_women(slug, share) for slug in counts["slug"]]
    counts = counts.with_columns(due=pl.Series(due, dtype=pl.Float64), percent=pl.col("women") * 100 / pl.col("of"))
    error = (pl.col("due") * (100 - pl.col("due")) / pl.col("of")).sqrt()
    wrong = counts.filter((pl.col("percent") - pl.col("due")).abs() > DEVIATIONS * error + 100 * UNSURE)
    message = "{percent} % of {of} farmers of {slug} are women by their names, and not about {due} %"
    yield Violation("first_name", wrong, message)


def nation(data: Dataset) -> float:
    """The share of women in the nation that the recipe states, in percent."""
    weights = data.known_recipe.settings.get("farmers", {}).get("gender")
    return float(weights.get("female", 0.0)) if isinstance(weights, Mapping) else NATION


def expected_women(slug: str, share: float) -> float:
    """The share of women in a county, in percent, where the nation's is `share`: the ratio of odds stays."""
    own = women(slug) / (100 - women(slug))
    usual = NATION / (100 - NATION)
    if share >= 100:
        return 100.0
    odds = own / usual * share / (100 - share)
    return 100 * odds / (1 + odds)


@rule("family-names", named)
def family_names(data: Dataset, farmers: pl.DataFrame) -> Violations:
    """Family names are as frequent as in the farmers' county, and not as in another one of the same community: the mean
    logarithm of their likelihood there over that in each other county is positive.

    A county is held against another one only with so many farmers that this is sure to 5 standard errors; skipped where
    none is.
    """
    share, compared, wrong = nation(data), 0, []
    for slug, own in farmers.group_by("slug", maintain_order=True):
        county = str(slug[0])
        names = own["last_name"].value_counts()
        for other in others(county):
            ratios = {name: log(here / there) for name, (here, there) in frequencies(county, other, share).items()}
            if own.height < needed(county, other, share):
                continue
            found = names.with_columns(
                ratio=pl.col("last_name").replace_strict(ratios, default=None, return_dtype=pl.Float64)
            ).drop_nulls()
            compared += 1
            mean = float((found["count"] * found["ratio"]).sum()) / max(int(found["count"].sum()), 1)
            if mean <= 0:
                wrong.append({"slug": county, "other": other, "farmers": own.height})
    if not compared:
        raise Skip("no county has so many farmers that their family names tell it from another one")
    told = pl.DataFrame(wrong, schema={"slug": pl.String, "other": pl.String, "farmers": pl.Int64})
    yield Violation("last_name", told, "the {farmers} farmers of {slug} have family names as in {other}")


@cache
def others(slug: str) -> tuple[str, ...]:
    """The other tea counties in which most people are of the community that most are of in this one."""
    own = _leading(slug)
    return tuple(each.slug for each in counties() if each.slug != slug and _leading(each.slug) == own)


def _leading(slug: str) -> str:
    return max(communities_of(slug), key=lambda pair: pair[1])[0].name


@cache
def frequencies(slug: str, other: str, share: float) -> dict[str, tuple[float, float]]:
    """How frequent each family name is among a county's farmers, and how frequent it would be if their communities had
    the names that they have in the other one.
    """
    female = expected_women(slug, share) / 100
    found: dict[str, tuple[float, float]] = {}
    for community, percent in communities_of(slug):
        for gender, part in zip(GENDERS, (female, 1 - female), strict=True):
            lists = [in_county(community.name, home).family[gender] for home in (slug, other)]
            totals = [sum(names.values()) for names in lists]
            for name in lists[0]:
                here, there = (percent / 100 * part * names[name] / of for names, of in zip(lists, totals, strict=True))
                before = found.get(name, (0.0, 0.0))
                found[name] = (before[0] + here, before[1] + there)
    return {name: both for name, both in found.items() if min(both) > 0}


@cache
def needed(slug: str, other: str, share: float) -> float:
    """Farmers from which on the mean ratio is positive to 5 standard errors."""
    ratios = [(here, log(here / there)) for here, there in frequencies(slug, other, share).values()]
    mean = sum(here * ratio for here, ratio in ratios)
    variance = sum(here * ratio**2 for here, ratio in ratios) - mean**2
    return SURE**2 * variance / mean**2 if mean > 0 else float("inf")
