"""Faults in collection points, and in who is on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from demo_data.faults import (
    RECIPE,
    Cannot,
    Change,
    Data,
    Draw,
    Fault,
    at,
    moment,
    planter,
    unused,
    written,
)
from demo_data.tea.fresh_records import enrolled, fresh_farmer_at, new_point, open_point
from demo_data.tea.misplacing import far_off
from demo_data.tea.planting import changed_hours, lists, sound_lists, updated_lately

TABLE = "collection_points"
SAMPLE = 520
"""Farmers with a choice of points: a little more than the rule asks for, as other faults take some away."""


@planter("foreign-key", TABLE)
def unknown_farmer(data: Data, draw: Draw) -> Fault:
    """Somebody is listed who is not there, and may be any farmer of the region."""
    who = f"GONE-{len(data['farmers']):04}"
    row = open_point(data, draw, free=True)
    place = lists(data, data[TABLE][row]["region_id"])
    if not data.free(*place):
        raise Cannot("other faults require the lists of the region")
    return Fault.listed(data.append(TABLE, row, "farmer_ids", who), f"{who!r} is not in farmers.", locks=[place])


point_far_off = far_off("point-in-region", TABLE, "location")


@planter("point-id", TABLE)
def strange_point_id(data: Data, draw: Draw) -> Fault:
    """The point is added: the id of one that is in use stands in its documents too."""
    change = new_point(data, data.any_pristine(draw, TABLE))
    known = {point["id"] for point in data[TABLE]}
    change.new["id"] = unused(known, f"{change.new['region_id']}-point-{{:04}}")
    return Fault.added(change, "The id is not the region's, -cp- and a number.")


@planter("point-region", TABLE, "factories", "regions")
def point_elsewhere(data: Data, draw: Draw) -> Fault:
    """A point of one region's factory lies in another region, where another point lies."""
    like = data.any_pristine(draw, TABLE)
    factories = data["factories"][: data.sizes["factories"]]
    others = [factory["id"] for factory in factories if factory["region_id"] != like["region_id"]]
    if not others:
        raise Cannot("there is no factory in another region")
    factory = draw.shuffled(others)[0]
    sentence = f"It lies in another region than its factory, {factory}."
    return Fault.added(new_point(data, like, factory_id=factory), sentence)


@planter("farmer-region", TABLE, "farmers")
def farmer_elsewhere(data: Data, draw: Draw) -> Fault:
    row = open_point(data, draw, free=True)
    point = data[TABLE][row]
    farmers = data["farmers"][: data.sizes["farmers"]]
    regions = {farmer["region_id"] for farmer in farmers} - {point["region_id"]}
    if not regions:
        raise Cannot("there are no farmers in another region")
    someone = fresh_farmer_at(data, draw, point, region=draw.shuffled(sorted(regions))[0])
    sentence = f"{someone.id} lives in {someone.record['region_id']}, not in the point's region."
    return Fault.listed(data.append(TABLE, row, "farmer_ids", someone.id), sentence, *someone.changes)


@planter("farmer-listed-once", TABLE)
def listed_twice(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, TABLE, lambda point: point["farmer_ids"])
    who = draw.shuffled(data[TABLE][row]["farmer_ids"])[0]
    return Fault.listed(data.append(TABLE, row, "farmer_ids", who), f"{who} is on this list twice.")


@planter("farmer-points", TABLE)
def on_three_points(data: Data, draw: Draw) -> Fault:
    """A fresh farmer is on three points of one factory, of which the last one is added."""
    someone, row, entry = enrolled(data, draw)
    like = data.pristine(TABLE, row)
    second = new_point(data, like, status="active", farmer_ids=[someone.id])
    third = new_point(data, like, status="active", farmer_ids=[someone.id], after=1)
    known = {second.new["id"], *(point["id"] for point in data[TABLE])}
    third.new["id"] = unused(known, f"{like['region_id']}-cp-{{:04}}")
    sentence = f"{someone.id} is on a third collection point."
    return replace(Fault.added(third, sentence), changes=(*someone.changes, entry, second, third))


@planter("inactive-point", TABLE, "farmers")
def on_closed_point(data: Data, draw: Draw) -> Fault:
    """A closed point is added, with somebody on it who is on an active point of its factory too."""
    someone, row, entry = enrolled(data, draw)
    change = new_point(data, data.pristine(TABLE, row), farmer_ids=[someone.id])
    sentence = f"{someone.id} is on a collection point that is inactive."
    return Fault.added(change, sentence, *someone.changes, entry)


@planter("main-point", TABLE, "farmers")
def on_seasonal_point_only(data: Data, draw: Draw) -> Fault:
    like = data.pristine(TABLE, open_point(data, draw))
    someone = fresh_farmer_at(data, draw, like)
    change = new_point(data, like, status="seasonal", farmer_ids=[someone.id])
    sentence = f"{someone.id} is on a seasonal collection point, and on no active one."
    return Fault.added(change, sentence, *someone.changes, requires=[sound_lists(data, like["region_id"])])


@planter("point-members", TABLE, "farmers", every=("farmers", "documents"))
def member_after_all(data: Data, draw: Draw) -> Fault:
    """The point was last updated a minute before the last of its farmers registered."""
    farmers = data.index("farmers")
    for row in data.rows(draw, TABLE, lambda point: point["farmer_ids"]):
        members = [("farmers", farmers[who]) for who in data[TABLE][row]["farmer_ids"] if who in farmers]
        if row in changed_hours(data) or not members or not all(data.unlocked(*place) for place in members):
            continue
        registered = [(moment(data[table][farmer]["registration_date"]), (table, farmer)) for table, farmer in members]
        latest, member = max(registered)
        sentence = "A farmer of its list registered after that."
        early = written(latest - timedelta(minutes=1))
        return data.fault(TABLE, row, "updated_at", early, sentence, requires=[member])
    raise Cannot("there is no point left whose farmers are all known")


@planter("point-changes", TABLE, "farmers", whole=True)
def points_at_once(data: Data, draw: Draw) -> Fault:
    """More points than ever were updated in the last days."""
    return updated_lately(data, TABLE, list(data.rows(draw, TABLE)))


@planter("second-point-share", TABLE, "farmers", whole=True)
def another_share_asked(data: Data, draw: Draw) -> Fault:
    """The recipe asks for another share of farmers on two points than there are."""
    points = [point for point in data[TABLE] if point["status"] != "inactive"]
    count = Counter(point["factory_id"] for point in points)
    choosing = {who for point in points if count[point["factory_id"]] > 1 for who in point["farmer_ids"]}
    active = sum(1 for farmer in data["farmers"] if farmer["is_active"] and farmer["id"] in choosing)
    if active < SAMPLE:
        raise Cannot(f"there are fewer than {SAMPLE} active farmers with a choice of points")
    path = "settings.farmers.two_points"
    old = at(data.recipe, path)
    if old is None:
        raise Cannot("no recipe.json tells how many farmers should be on two points")
    change = Change("set", RECIPE, None, path, old, 60 if old < 50 else 5)
    sentence = f"recipe.json asks for {change.new} % of farmers on two points, not {old} %."
    return Fault.of_table(TABLE, "farmer_ids", sentence, [change])
