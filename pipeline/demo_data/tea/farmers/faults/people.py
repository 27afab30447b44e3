"""Faults in farmers: who they are, and what those show who have a scenario."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from demo_data.faults import (
    RECIPE,
    Also,
    Cannot,
    Change,
    Data,
    Draw,
    Fault,
    Record,
    at,
    first,
    moment,
    planter,
    value_planter,
    written,
)
from demo_data.tea import planting
from demo_data.tea.farmers.rules.membership import SILENCE
from demo_data.tea.farmers.views import SPAN, season_begins
from demo_data.tea.faults import at_work
from demo_data.tea.fresh_records import enrolled, fresh_farmer
from demo_data.tea.kenya.people import communities, communities_of
from demo_data.tea.misplacing import far_off
from demo_data.tea.planting import MOMENTS, RECEIVED, ROWS, SHOWN, as_of, asked, cast, histories, scenarios

OWN_LANGUAGES = ("ki", "luo")
PART = 18
"""Days of a part of a season."""

ENOUGH = 5
"""Documents from which on a farmer is asked to be steady."""


farm_far_off = far_off("farm-in-region", "farmers", "farm_location")


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
    "national-id", "farmers", "national_id", "X{}".format, "A national ID is eight digits, or seven."
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
    who, day = data["farmers"][row]["id"], planting.local_day(late)
    if day > as_of(data) or (who in scenarios(data) and day >= planting.born(data)):
        raise Cannot("the first delivery is at the very end")
    points = planting.enrolments(data).get(who, [])
    also = [
        Also("point-members", "collection_points", point)
        for point in points
        if moment(data.pristine("collection_points", point)["updated_at"]) < moment(late)
    ]
    if not at_work(late):
        also.append(Also("register-hours", "farmers", row))
    requires = [("documents", document), *(("collection_points", point) for point in points)]
    if not all(data.unlocked(*place) for place in requires):
        raise Cannot("the farmer's point, or first document, is at fault")
    sentence = "The farmer was registered after the first delivery."
    locks = [(MOMENTS, row)]
    return data.fault("farmers", row, "registration_date", late, sentence, also=also, requires=requires, locks=locks)


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
    change, also = cast(data, scenario, "GONE-0000")
    return replace(Fault.of_table("farmers", "id", sentence, [change]), also=also)


@planter("scenario-seasons", "farmers", whole=True)
def longer_season(data: Data, draw: Draw) -> Fault:
    """A season of the recipe is a day longer than the others."""
    if not planting.in_seasons(data):
        raise Cannot("recipe.json tells of no seasons")
    path = f"scenarios.farmers[{draw.shuffled(range(len(planting.stories(data))))[0]}].last"
    old = at(data.recipe, path)
    new = (date.fromisoformat(old) + timedelta(days=1)).isoformat()
    return Fault.of_table("farmers", None, "A season has 91 days.", [Change("set", RECIPE, None, path, old, new)])


@planter("scenario-active", "farmers")
def inactive_scenario_but_active(data: Data, draw: Draw) -> Fault:
    """A farmer of the scenario `inactive` is active, though without deliveries."""
    (scenario,), whose, listed = asked(data, "inactive"), scenarios(data), planting.enrolments(data)
    row = data.row(draw, "farmers", lambda farmer: scenario in whose.get(farmer["id"], ()) and farmer["id"] in listed)
    also = [Also("delivery-silence", "farmers", row)] if _silence(data) else []
    sentence = "The scenario inactive is for farmers who are not active."
    return data.fault("farmers", row, "is_active", True, sentence, also=also)


def _silence(data: Data) -> bool:
    """Whether somebody who never delivers is found to be silent."""
    return "documents" in data.tables and planting.days(data) >= SILENCE


@planter("delivery-silence", "documents", "farmers", "collection_points")
def silent_member(data: Data, draw: Draw) -> Fault:
    """A farmer is added who never delivers."""
    if not _silence(data):
        raise Cannot(f"the history is shorter than {SILENCE} days")
    someone, _, entry = enrolled(data, draw, active=True)
    return Fault.added(someone.change, "The farmer is active, but never delivers.", *someone.more, entry)


@planter("scenario-parts", "documents", "farmers", "collection_points")
def silent_performer(data: Data, draw: Draw) -> Fault:
    """A farmer is added who has a scenario, but never delivers."""
    scenario = draw.shuffled(asked(data, "consistently_poor", "top_performer"))[0]
    season = _whole_part(data)
    someone, _, entry = enrolled(data, draw, active=True)
    change, counted = cast(data, scenario, someone.id, season)
    sentence = f"The farmer has the scenario {scenario}, but does not deliver."
    also = [Also("delivery-silence", "farmers", someone.change.record), *counted]
    return Fault.added(someone.change, sentence, *someone.more, entry, change, also=also)


def _whole_part(data: Data) -> int:
    """The last season with a part that lies wholly in the history. Raises Cannot."""
    first, last = planting.first_day(data), as_of(data)
    for season in reversed(range(len(planting.stories(data)))):
        begins = season_begins(planting.born(data), season)
        parts = (begins + timedelta(days=day) for day in range(0, SPAN, PART))
        if any(first <= part and part + timedelta(days=PART - 1) <= last for part in parts):
            return season
    raise Cannot(f"no part of a season, of {PART} days, lies in the history")


@planter("farmer-changes", "farmers", whole=True)
def all_at_once(data: Data, draw: Draw) -> Fault:
    """More farmers than ever were updated in the last days."""
    rows = data.rows(draw, "farmers", lambda farmer: farmer["is_active"])
    return planting.updated_lately(data, "farmers", list(rows))


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
