"""Faults in collection points, and in who is on them."""

from __future__ import annotations

from demo_data.faults.changes import adds, lists
from demo_data.faults.data import Cannot, Data
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import (
    LISTS,
    OWNERS,
    enrolled,
    fresh,
    graded_at,
    new_factory,
    new_point,
    newcomer,
    open_point,
)
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Fault

POINTS = "collection_points"


@plants("point-id", POINTS)
def strange_point_id(data: Data, draw: Draw) -> Fault:
    """The point is added: the id of one that is in use stands in its documents too."""
    change = new_point(data, data.pristine(POINTS, next(draw.order(data.sizes[POINTS]))))
    known = {each["id"] for each in data[POINTS]}
    change.new["id"] = fresh(known, f"{change.new['region_id']}-point-{{:04}}")
    return adds(data, change, "The id is not the region's, -cp- and a number.")


@plants("point-region", POINTS, "factories", "regions")
def point_elsewhere(data: Data, draw: Draw) -> Fault:
    """A point of one region's factory lies in another region, where another point lies."""
    like = data.pristine(POINTS, next(draw.order(data.sizes[POINTS])))
    factories = [name for name, row in data.factory_rows.items() if _region(data, row) != like["region_id"]]
    if not factories:
        raise Cannot("there is no factory in another region")
    factory = draw.shuffled(factories)[0]
    return adds(
        data, new_point(data, like, factory_id=factory), f"It lies in another region than its factory, {factory}."
    )


def _region(data: Data, factory: int) -> str:
    return str(data["factories"][factory]["region_id"])


@plants("farmer-region", POINTS, "farmers")
def farmer_elsewhere(data: Data, draw: Draw) -> Fault:
    row = open_point(data, draw, free=True)
    point = data[POINTS][row]
    regions = {each["region_id"] for each in data["farmers"]} - {point["region_id"], "atlantis-highland"}
    if not regions:
        raise Cannot("there are no farmers in another region")
    someone = newcomer(data, draw, active=False, region=draw.shuffled(sorted(regions))[0])
    graded_at(data, someone, point["factory_id"])
    sentence = f"{someone.id} lives in {someone.record['region_id']}, not in the point's region."
    return lists(data, POINTS, row, "farmer_ids", someone.id, sentence, someone.farmer, *someone.performance)


@plants("farmer-enrolled", POINTS, "farmers")
def on_no_list(data: Data, draw: Draw) -> Fault:
    someone = newcomer(data, draw, active=True)
    place = (LISTS, data.region_rows.get(someone.record["region_id"], -1))
    if not data.firm(*place):
        raise Cannot("a reference that dangles may be the farmer's")
    sentence = "The farmer is active, but on no collection point."
    return adds(data, someone.farmer, sentence, *someone.performance, leans=[place])


@plants("farmer-listed-once", POINTS)
def listed_twice(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, POINTS, lambda each: each["farmer_ids"])
    who = draw.shuffled(data[POINTS][row]["farmer_ids"])[0]
    return lists(data, POINTS, row, "farmer_ids", who, f"{who} is on this list twice.")


@plants("farmer-points", POINTS)
def on_three_points(data: Data, draw: Draw) -> Fault:
    """A newcomer is on three points of one factory, of which the last one is added."""
    someone, row, entry = enrolled(data, draw, active=False)
    like = data.pristine(POINTS, row)
    second = new_point(data, like, status="active", farmer_ids=[someone.id])
    third = new_point(data, like, status="active", farmer_ids=[someone.id], after=1)
    third.new["id"] = fresh(
        {*(each["id"] for each in data[POINTS]), second.new["id"]}, f"{like['region_id']}-cp-{{:04}}"
    )
    sentence = f"{someone.id} is on a third collection point."
    before = (someone.farmer, *someone.performance, entry, second)
    return Fault(POINTS, third.record, None, None, third.new, sentence, (*before, third))


@plants("inactive-point", POINTS, "farmers")
def on_closed_point(data: Data, draw: Draw) -> Fault:
    """A closed point is added, with somebody on it who is on an active point of its factory too."""
    someone, row, entry = enrolled(data, draw, active=False)
    change = new_point(data, data.pristine(POINTS, row), farmer_ids=[someone.id])
    sentence = f"{someone.id} is on a collection point that is inactive."
    return adds(data, change, sentence, someone.farmer, *someone.performance, entry)


@plants("main-point", POINTS, "farmers")
def on_seasonal_point_only(data: Data, draw: Draw) -> Fault:
    row = open_point(data, draw)
    like = data.pristine(POINTS, row)
    someone = newcomer(data, draw, active=False, region=like["region_id"])
    graded_at(data, someone, like["factory_id"])
    change = new_point(data, like, status="seasonal", farmer_ids=[someone.id])
    sentence = f"{someone.id} is on a seasonal collection point, and on no active one."
    place = (LISTS, data.region_rows.get(like["region_id"], -1))
    if not data.firm(*place):
        raise Cannot("a reference that dangles may be the farmer's")
    return adds(data, change, sentence, someone.farmer, *someone.performance, leans=[place])


@plants("factory-point", POINTS, "factories")
def factory_without_point(data: Data, draw: Draw) -> Fault:
    change, more = new_factory(data, draw, opened=False)
    if not data.firm(*OWNERS):
        raise Cannot("a point of a factory that is not there may be its own")
    return adds(data, change, "The factory has no active collection point.", *more, leans=[OWNERS])


@plants("factory-model", "grading_models", "factories")
def factory_without_model(data: Data, draw: Draw) -> Fault:
    change, more = new_factory(data, draw, graded=False)
    return adds(data, change, "The factory is on no grading model.", *more)
