"""Faults in farmers: who they are, and what those show who have a scenario."""

from __future__ import annotations

from datetime import timedelta

from demo_data.faults import (
    Also,
    Cannot,
    Change,
    Data,
    Draw,
    Fault,
    Fresh,
    Record,
    at,
    first,
    moment,
    planter,
    value_planter,
    written,
)
from demo_data.tea import planting
from demo_data.tea.fresh_records import enrolled, fresh_farmer
from demo_data.tea.kenya.people import communities, communities_of
from demo_data.tea.planting import MOMENTS, RECEIVED, ROWS, SHOWN, as_of, asked, cast, histories, scenarios

OWN_LANGUAGES = ("ki", "luo")
PART = 18
"""Days of history from which on a scenario has parts."""

ENOUGH = 5
"""Documents from which on a farmer is asked to be steady."""


def fresh_record(data: Data, draw: Draw) -> Fresh:
    """A farmer who does not deliver."""
    return fresh_farmer(data, draw)


farm_far_off = planting.far_off("farm-in-region", "farmers", "farm_location")


@planter("farm-scale", "farmers")
def strange_scale(data: Data, draw: Draw) -> Fault:
    """The performance, which repeats the scale, goes along."""
    table, rows = "farmer_performance", data.index("farmer_performance")
    row = data.row(draw, "farmers", lambda farmer: farmer["id"] not in rows or data.free(table, rows[farmer["id"]]))
    farmer = data["farmers"][row]
    scale = "medium" if farmer["farm_scale"] == "estate" else "estate"
    more = [data.put(table, rows[farmer["id"]], "farm_scale", scale)] if farmer["id"] in rows else []
    return data.fault("farmers", row, "farm_scale", scale, "The scale does not follow from the hectares.", *more)


strange_national_id = value_planter(
    "national-id", "farmers", "national_id", "X{}".format, "A national ID is eight digits."
)
shared_national_id = planting.shared("national-id-unique", "national_id")
strange_grower_number = value_planter(
    "grower-number",
    "farmers",
    "grower_number",
    lambda old: old.replace("GN-", "GN/"),
    "A grower number is GN- and digits.",
)
shared_grower_number = planting.shared("grower-number-unique", "grower_number")


@planter("names", "farmers")
def strange_names(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers", lambda farmer: farmer["pref_lang"] not in OWN_LANGUAGES and _peopled(farmer))
    return data.fault("farmers", row, "first_name", "Xochitl", "No community of the county bears this name.")


@planter("language", "farmers")
def strange_language(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers", _strange_languages)
    language = draw.shuffled(_strange_languages(data["farmers"][row]))[0]
    sentence = "The language of another community than the one that bears these names."
    return data.fault("farmers", row, "pref_lang", language, sentence)


def _peopled(farmer: Record) -> bool:
    """Whether the communities of the farmer's county are known."""
    try:
        return bool(communities_of(farmer["region_id"].split("-")[0]))
    except ValueError:
        return False


def _strange_languages(farmer: Record) -> list[str]:
    """The languages of communities that do not bear the farmer's names, where the county's are known."""
    if not _peopled(farmer):
        return []
    names = farmer["first_name"], farmer["last_name"]
    bearers = {community.language for community in communities().values() if community.bears(*names)}
    return [language for language in OWN_LANGUAGES if language not in bearers]


@planter("farmer-enrolled", "collection_points", "farmers")
def on_no_list(data: Data, draw: Draw) -> Fault:
    someone = fresh_farmer(data, draw, active=True)
    place = planting.sound_lists(data, someone.record["region_id"])
    sentence = "The farmer is active, but on no collection point."
    return Fault.added(someone.change, sentence, *someone.more, requires=[place])


@planter("registered-first", "documents", "farmers")
def registered_late(data: Data, draw: Draw) -> Fault:
    """A minute after the first delivery."""
    rows = data.rows(draw, "farmers", lambda farmer: farmer["id"] in histories(data))
    row = first(row for row in rows if data.free(MOMENTS, row))
    document = histories(data)[data["farmers"][row]["id"]][0]
    late = written(moment(at(data["documents"][document], RECEIVED)) + timedelta(minutes=1))
    if planting.local_day(late) > as_of(data):
        raise Cannot("the first delivery is at the very end")
    sentence = "The farmer was registered after the first delivery."
    requires, locks = [("documents", document)], [(MOMENTS, row)]
    return data.fault("farmers", row, "registration_date", late, sentence, requires=requires, locks=locks)


@planter("performance-rows", "farmer_performance", "farmers")
def no_performance(data: Data, draw: Draw) -> Fault:
    change = fresh_farmer(data, draw).change
    if not data.unlocked(*ROWS):
        raise Cannot("a row that names no farmer may be the farmer's")
    return Fault.added(change, "The farmer has no row of performance.", requires=[ROWS])


@planter("scenario-names", "farmers", whole=True)
def unknown_farmer(data: Data, draw: Draw) -> Fault:
    """The recipe tells of a farmer who is not there."""
    scenario = draw.shuffled(asked(data, *SHOWN))[0]
    sentence = f"recipe.json gives the scenario {scenario} to GONE-0000, who is no farmer."
    return Fault.of_table("farmers", "id", sentence, [cast(data, scenario, "GONE-0000")])


@planter("scenario-active", "farmers")
def inactive_scenario_but_active(data: Data, draw: Draw) -> Fault:
    """A farmer of the scenario `inactive` is active, though without deliveries."""
    (scenario,), whose, listed = asked(data, "inactive"), scenarios(data), planting.enrolments(data)
    row = data.row(draw, "farmers", lambda farmer: whose.get(farmer["id"]) == scenario and farmer["id"] in listed)
    return data.fault("farmers", row, "is_active", True, "The scenario inactive is for farmers who are not active.")


@planter("scenario-parts", "documents", "farmers", "collection_points")
def silent_performer(data: Data, draw: Draw) -> Fault:
    """A farmer is added who has a scenario, but never delivers."""
    scenario = draw.shuffled(asked(data, "consistently_poor", "top_performer"))[0]
    if planting.days(data) < PART:
        raise Cannot(f"the history is shorter than {PART} days")
    someone, _, entry = enrolled(data, draw, active=True)
    more = (*someone.more, entry, cast(data, scenario, someone.id))
    return Fault.added(someone.change, f"The farmer has the scenario {scenario}, but does not deliver.", *more)


@planter("steady-farmers", "documents", "farmers", "factories")
def moody_farmer(data: Data, draw: Draw) -> Fault:
    """Every second bag of a farmer without a scenario is of another tier."""
    asked(data, *SHOWN)
    for row in data.rows(draw, "farmers", lambda farmer: farmer["id"] not in scenarios(data)):
        history = histories(data).get(data["farmers"][row]["id"], [])
        if len(history) < ENOUGH or not all(planting.bag_may_change(data, document) for document in history):
            continue
        changes: list[Change] = []
        for place, document in enumerate(history):
            value = (10.0, 95.0)[place % 2]
            old = at(data["documents"][document], "extracted_fields.bag_summary.primary_percentage")
            changes += planting.another_percentage(data, document, value if value != old else value - 1)
        also = [Also("percentages", "documents", document) for document in history]
        return Fault("farmers", row, None, None, None, "The bags are by turns very good and very poor.", changes, also)
    raise Cannot("there is no farmer left whose documents are all free")
