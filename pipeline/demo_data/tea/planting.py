"""What the faults of several tables share: the dataset as they see it, and the places that they agree upon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from demo_data.faults import (
    RECIPE,
    Also,
    Cannot,
    Change,
    Data,
    Draw,
    Fault,
    Place,
    Planter,
    Record,
    at,
    derived,
    first,
    moment,
    planter,
)
from demo_data.tea.farmers.views import SPAN, season_begins
from demo_data.tea.views import LATELY, UTC_OFFSET, most_lately

BAG = "extracted_fields.bag_summary"
RECEIVED = "ingestion.received_at"

SHOWN = ("consistently_poor", "improving_trend", "top_performer", "declining_trend")
"""The scenarios that show in the bags of whoever has them."""

FURTHER = 40
"""Records that other faults may add to a table of which a share is at fault."""

GEOGRAPHY = "geography of regions"
"""Where a region lies: what faults in where things lie require, by region."""

SUMS = "sums of farmers"
"""That all documents of a farmer can be read: what faults in sums over them require, by farmer."""

MOMENTS = "moments of farmers"
"""When a farmer delivers: what faults in the order of deliveries lock, by farmer."""

LISTS = "lists of regions"
"""Who is listed, by region: an entry that dangles may stand for anybody of the region."""

OWNERS: Place = ("factories of points", 0)
"""Whose points are whose: a point of a factory that is not there may be that of one without points."""

ROWS: Place = ("rows of performance", 0)
"""Whose rows are whose: one that names no farmer may be that of a farmer without."""


def local_day(text: str) -> date:
    """The day of a moment by the country's calendar."""
    return (moment(text) + UTC_OFFSET).date()


def farmer_of(document: Record) -> str:
    return str(at(document, "linkage_fields.farmer_id"))


def point_row(data: Data, document: Record) -> int | None:
    """The number of a document's collection point."""
    return data.index("collection_points").get(at(document, "linkage_fields.collection_point_id"))


def factory_row(data: Data, document: Record) -> int:
    """The number of a document's factory. Raises KeyError."""
    return data.index("factories")[at(document, "linkage_fields.factory_id")]


def sums(data: Data, farmer: str) -> Place:
    """The place that stands for a farmer's documents as a whole."""
    return SUMS, data.index("farmers").get(farmer, -1)


def lists(data: Data, region: str) -> Place:
    """The place that stands for who is listed in a region."""
    return LISTS, data.index("regions").get(region, -1)


def sound_lists(data: Data, region: str) -> Place:
    """The same, for a fault that requires it. Raises Cannot."""
    place = lists(data, region)
    if not data.unlocked(*place):
        raise Cannot("a reference that dangles may be the farmer's")
    return place


@derived
def histories(data: Data) -> Mapping[str, list[int]]:
    """Each farmer's documents, oldest first."""
    by_farmer: dict[str, list[int]] = {}
    documents = data["documents"]
    for row in sorted(range(len(documents)), key=lambda row: moment(at(documents[row], RECEIVED))):
        by_farmer.setdefault(farmer_of(documents[row]), []).append(row)
    return by_farmer


@derived
def enrolments(data: Data) -> Mapping[str, list[int]]:
    """The collection points that each farmer was listed on."""
    points: dict[str, list[int]] = {}
    for row, point in enumerate(data["collection_points"]):
        for who in point["farmer_ids"]:
            points.setdefault(who, []).append(row)
    return points


@derived
def models(data: Data) -> Mapping[str, int]:
    """The grading model (its record's number) that is active at each factory."""
    rows = enumerate(data["grading_models"])
    return {factory: row for row, model in rows for factory in model["active_at_factory"]}


def in_seasons(data: Data) -> bool:
    """Whether the recipe tells who has which scenario by season."""
    return "farmers" in data.recipe.get("scenarios", {})


def stories(data: Data) -> list[Mapping[str, list[str]]]:
    """Who has which scenario, season by season, oldest first; one where the recipe knows no seasons."""
    told = data.recipe.get("scenarios", {})
    return [season["stories"] for season in told["farmers"]] if in_seasons(data) else [told]


@derived
def scenarios(data: Data) -> Mapping[str, set[str]]:
    """Which scenarios a farmer has, in one season or another."""
    known: dict[str, set[str]] = {}
    for season in stories(data):
        for name, farmers in season.items():
            for who in farmers:
                known.setdefault(who, set()).add(name)
    return known


@derived
def _by_season(data: Data) -> list[Mapping[str, str]]:
    return [{who: name for name, farmers in season.items() for who in farmers} for season in stories(data)]


def story(data: Data, who: str, day: date) -> str | None:
    """The scenario that a farmer has on a day. Raises Cannot without a recipe."""
    season = max(0, (day - season_begins(born(data), 0)).days // SPAN) if in_seasons(data) else 0
    known = _by_season(data)
    return known[season].get(who) if season < len(known) else None


def asked(data: Data, *names: str) -> list[str]:
    """Those of the scenarios that the recipe has. Raises Cannot."""
    known = [name for name in names if name in stories(data)[-1]]
    if not known:
        nobody = f"recipe.json gives nobody the scenario {' or '.join(names)}"
        raise Cannot(nobody if data.recipe else "there is no recipe.json")
    return known


def cast(data: Data, scenario: str, who: str, season: int = -1) -> tuple[Change, list[Also]]:
    """Give a farmer a scenario in a season of the recipe, which then has one too many. Raises Cannot."""
    told, number = stories(data)[season], range(len(stories(data)))[season]
    count, path = len(told[scenario]), f"scenarios.farmers[{number}].stories." if in_seasons(data) else "scenarios."
    if in_seasons(data) and count != at(data.recipe, f"settings.farmers.scenarios.{scenario}"):
        raise Cannot(f"the season has other numbers of the scenario {scenario} than the settings")
    change = Change("insert", RECIPE, None, f"{path}{scenario}[{count}]", None, who)
    return change, [Also("scenario-seasons", "farmers", None)] if in_seasons(data) else []


def born(data: Data) -> date:
    """The day that the world is born on. Raises Cannot without a recipe."""
    return date.fromisoformat(data.recipe["born"]) if "born" in data.recipe else as_of(data)


def first_day(data: Data) -> date:
    """The first day of history. Raises Cannot without a recipe."""
    if "days" not in data.recipe:
        raise Cannot("there is no recipe.json")
    return born(data) - timedelta(days=int(data.recipe["days"]) - 1)


def days(data: Data) -> int:
    """Days of history, the last one included. Raises Cannot without a recipe."""
    return (as_of(data) - first_day(data)).days + 1


def left(data: Data, farmer: Record) -> date:
    """The day from which on a farmer delivers no more: that of leaving, or the one after the last."""
    return as_of(data) + timedelta(days=1) if farmer["is_active"] else local_day(farmer["updated_at"])


def hours(point: Record, day: date) -> tuple[time, time]:
    """When a point opens and closes on a day, by the hours that it has now."""
    opening, closing = point["operating_hours"]["weekends" if day.weekday() >= 5 else "weekdays"].split("-")
    return time.fromisoformat(opening), time.fromisoformat(closing)


@derived
def changed_hours(data: Data) -> set[int]:
    """The points that have deliveries of hours which they have no longer."""
    found = set()
    for row in range(data.sizes.get("documents", 0)):
        document = data.pristine("documents", row)
        point = point_row(data, document)
        if point is not None and point not in found:
            here = moment(at(document, RECEIVED)) + UTC_OFFSET
            opening, closing = hours(data.pristine("collection_points", point), here.date())
            if not opening <= here.time() <= closing:
                found.add(point)
    return found


@derived
def visited(data: Data) -> set[int]:
    """The points that a document came to."""
    found = (point_row(data, document) for document in data["documents"])
    return {point for point in found if point is not None}


@derived
def as_of(data: Data) -> date:
    """The last day. Raises Cannot where nothing tells it."""
    if "as_of" in data.recipe:
        return date.fromisoformat(data.recipe["as_of"])
    computed = [at(row, "historical.computed_at") for row in data["farmer_performance"]]
    if not any(computed):
        raise Cannot("nothing tells the dataset's last day")
    return max(local_day(text) for text in computed if text)


def updated_lately(data: Data, table: str, rows: list[int]) -> Fault:
    """Of records that may be, so many as updated in the last days that it is more than ever happens. Raises Cannot.

    More even where other faults add some records.
    """
    day = as_of(data)
    begins = (day - timedelta(days=LATELY - 1)).isoformat()
    before = [row for row in rows if data[table][row]["updated_at"] < begins]
    needed = int(most_lately(len(data[table]) + FURTHER)) + 1
    if len(before) < needed:
        raise Cannot(f"there are too few free records of {table} to update more than ever happens")
    moments = [f"{day - timedelta(days=place % (LATELY - 1))}T{5 + place % 7:02}:00:00Z" for place in range(needed)]
    changes = [data.put(table, row, "updated_at", text) for row, text in zip(before, moments, strict=False)]
    return Fault.of_table(table, "updated_at", "More were updated in the last days than ever happens.", changes)


def shared(rule: str, path: str) -> Planter:
    """A planter of numbers that two farmers have; the one who registered later is at fault."""

    def plant(data: Data, draw: Draw) -> Fault:
        rows = data.rows(draw, "farmers", lambda farmer: at(farmer, path))
        one = first(rows)
        since = data["farmers"][one]["registration_date"]
        two = first(row for row in rows if row > one and data["farmers"][row]["registration_date"] >= since)
        value = at(data["farmers"][one], path)
        sentence = f"It is that of record {data.number('farmers', one)} already."
        return data.fault("farmers", two, path, value, sentence, locks=[("farmers", one)])

    return planter(rule, "farmers")(plant)


def due_grade(factory: Record, percentage: Any) -> str:
    """The grade of a primary percentage by a factory's thresholds."""
    tiers = factory["quality_thresholds"]
    if percentage >= tiers["tier_2"]:
        return "primary"
    return "secondary" if percentage >= tiers["tier_3"] else "reject"


def bag_may_change(data: Data, row: int) -> bool:
    """Whether a document's percentage may: today's bags are counted by it, and the grade must be kept right."""
    document = data["documents"][row]
    known = at(document, "linkage_fields.factory_id") in data.index("factories")
    return data.free("documents", row) and known and local_day(at(document, RECEIVED)) < as_of(data)


def another_percentage(data: Data, row: int, value: float) -> list[Change]:
    """Another primary percentage, with what follows from it in the bag; the leaves stay as they are."""
    grade = due_grade(data["factories"][factory_row(data, data["documents"][row])], value)
    bag = {"primary_percentage": value, "secondary_percentage": 100.0 - value, "grade": grade}
    return [data.put("documents", row, f"{BAG}.{name}", new) for name, new in bag.items()]
