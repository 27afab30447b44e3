"""Faults in what farmers with a scenario show, and those without one."""

from __future__ import annotations

from demo_data.faults.changes import adds, put, sets, tell, whole
from demo_data.faults.data import Cannot, Data, at, local_day
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import enrolled
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Also, Change, Fault
from demo_data.tea.faults.deliveries import DOCUMENTS, due
from demo_data.tea.faults.quality import BAG

SHOWN = ("consistently_poor", "improving_trend", "top_performer", "declining_trend")
TRENDS = {"improving_trend": "improving", "declining_trend": "declining"}
PART = 18
HISTORY = 90
ENOUGH = 5
"""Documents from which on a farmer is asked to be steady."""


def _told(data: Data, *names: str) -> list[str]:
    """Those of the scenarios that the recipe has. Raises Cannot."""
    found = [name for name in names if name in data.recipe.get("scenarios", {})]
    if not found:
        raise Cannot("there is no recipe.json with scenarios")
    return found


@plants("scenario-names", "farmers", whole=True)
def unknown_farmer(data: Data, draw: Draw) -> Fault:
    """The recipe tells of a farmer who is not there."""
    scenario = draw.shuffled(_told(data, *SHOWN))[0]
    change = tell(data, scenario, "GONE-0000")
    sentence = f"recipe.json gives the scenario {scenario} to GONE-0000, who is no farmer."
    return whole(data, "farmers", "id", sentence, [change])


@plants("scenario-active", "farmers")
def inactive_scenario_but_active(data: Data, draw: Draw) -> Fault:
    """A farmer of the scenario `inactive` is active, though without deliveries."""
    _told(data, "inactive")
    row = data.row(
        draw, "farmers", lambda each: data.scenarios.get(each["id"]) == "inactive" and each["id"] in data.enrolled
    )
    return sets(data, "farmers", row, "is_active", True, "The scenario inactive is for farmers who are not active.")


@plants("scenario-tiers", DOCUMENTS, "farmers", "factories")
def out_of_tier(data: Data, draw: Draw) -> Fault:
    """A percentage of another tier. The leaves, which performance adds up, stay as they are."""
    _told(data, *SHOWN)
    for row in data.rows(draw, DOCUMENTS, lambda each: at(each, f"{BAG}.primary_percentage") is not None):
        who = at(data[DOCUMENTS][row], "linkage_fields.farmer_id")
        if data.scenarios.get(who) not in SHOWN or not _may_change(data, row):
            continue
        farmer = data.farmer_rows[who]
        if data.firm("farmers", farmer):
            old = at(data[DOCUMENTS][row], f"{BAG}.primary_percentage")
            first, *more = _percentage(data, row, 92.0 if old < 70 else 55.0)
            sentence = f"The scenario {data.scenarios[who]} shows another tier here."
            also = [Also("percentages", DOCUMENTS, row)]
            leans = [("farmers", farmer)]
            return sets(data, DOCUMENTS, row, first.field or "", first.new, sentence, *more, also=also, leans=leans)
    raise Cannot("there is no document left")


def _factory(data: Data, row: int) -> int:
    return data.factory_rows[at(data[DOCUMENTS][row], "linkage_fields.factory_id")]


def _may_change(data: Data, row: int) -> bool:
    """Whether the percentage may be changed: today's bags are counted by it, and the grade must be kept right."""
    document = data[DOCUMENTS][row]
    today = local_day(document["ingestion"]["received_at"]) >= data.as_of
    known = at(document, "linkage_fields.factory_id") in data.factory_rows
    return data.free(DOCUMENTS, row) and not today and known


def _percentage(data: Data, row: int, value: float) -> list[Change]:
    """Another primary percentage, with what follows from it in the bag."""
    grade = due(data["factories"][_factory(data, row)], value)
    return [
        put(data, DOCUMENTS, row, f"{BAG}.primary_percentage", value),
        put(data, DOCUMENTS, row, f"{BAG}.secondary_percentage", 100.0 - value),
        put(data, DOCUMENTS, row, f"{BAG}.grade", grade),
    ]


@plants("scenario-parts", DOCUMENTS, "farmers", "collection_points")
def silent_performer(data: Data, draw: Draw) -> Fault:
    """A farmer is added who has a scenario, but never delivers."""
    scenario = draw.shuffled(_told(data, "consistently_poor", "top_performer"))[0]
    if data.days < PART:
        raise Cannot(f"the history is shorter than {PART} days")
    someone, _, entry = enrolled(data, draw, active=True)
    more = (*someone.performance, entry, tell(data, scenario, someone.id))
    return adds(data, someone.farmer, f"The farmer has the scenario {scenario}, but does not deliver.", *more)


@plants("scenario-trend", "farmer_performance", "farmers")
def stable_improver(data: Data, draw: Draw) -> Fault:
    """The trend follows from the percentages beside it, and so must be wrong there too."""
    _told(data, *TRENDS)
    if data.days < HISTORY:
        raise Cannot(f"the history is shorter than {HISTORY} days")
    row = data.row(
        draw,
        "farmer_performance",
        lambda each: data.scenarios.get(each["farmer_id"]) in TRENDS and at(each, "historical.total_kg_30d"),
    )
    scenario = data.scenarios[data["farmer_performance"][row]["farmer_id"]]
    sentence = f"The trend of a farmer with the scenario {scenario} is {TRENDS[scenario]}."
    also = [Also("performance-trend", "farmer_performance", row)]
    return sets(data, "farmer_performance", row, "historical.improvement_trend", "stable", sentence, also=also)


@plants("steady-farmers", DOCUMENTS, "farmers", "factories")
def moody_farmer(data: Data, draw: Draw) -> Fault:
    """Every second bag of a farmer without a scenario is of another tier. The leaves stay as they are."""
    _told(data, *SHOWN)
    for row in data.rows(draw, "farmers"):
        who = data["farmers"][row]["id"]
        history = data.histories.get(who, [])
        if who in data.scenarios or len(history) < ENOUGH or not all(_may_change(data, each) for each in history):
            continue
        changes, also = [], []
        for place, each in enumerate(history):
            old = at(data[DOCUMENTS][each], f"{BAG}.primary_percentage")
            value = (10.0, 95.0)[place % 2]
            changes += _percentage(data, each, value if value != old else value - 1)
            also.append(Also("percentages", DOCUMENTS, each))
        return Fault("farmers", row, None, None, None, "The bags are by turns very good and very poor.", changes, also)
    raise Cannot("there is no farmer left whose documents are all free")
