"""Faults in factories."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import polars as pl

from demo_data.faults import Cannot, Data, Draw, Fault, Fresh, Record, at, derived, planter
from demo_data.tea import planting
from demo_data.tea.factories.rules import CAPACITY, LEAST, MEMBERS, MOST, YEAR, quality_factories, yield_factories
from demo_data.tea.farmers.faults.farms import Farms
from demo_data.tea.fresh_records import new_factory
from demo_data.tea.misplacing import far_off, misnamed
from demo_data.tea.planting import BAG, GEOGRAPHY, OWNERS, RECEIVED, local_day
from demo_data.tea.regions.distances import place_named


def fresh_record(data: Data, draw: Draw) -> Fresh:
    """A factory that nobody delivers to."""
    return new_factory(data, draw)


@planter("model-rule", "factories")
def contradictory(data: Data, draw: Draw) -> Fault:
    """Thresholds that do not fall, in a factory that is added."""
    fresh = new_factory(data, draw)
    tiers = fresh.record["quality_thresholds"]
    old = dict(tiers)
    tiers["tier_1"], tiers["tier_3"] = tiers["tier_3"], tiers["tier_1"]
    sentence = "The thresholds do not fall: tier_1 is not above tier_2, and that not above tier_3."
    fault = Fault.added(fresh.change, sentence, *fresh.more)
    return replace(fault, field="quality_thresholds", old=old, new=dict(tiers))


factory_far_off = far_off("factory-in-region", "factories", "location")


@planter("factory-point", "collection_points", "factories")
def factory_without_point(data: Data, draw: Draw) -> Fault:
    fresh = new_factory(data, draw, opened=False)
    if not data.unlocked(*OWNERS):
        raise Cannot("a point of a factory that is not there may be its own")
    return Fault.added(fresh.change, "The factory has no active collection point.", *fresh.more, requires=[OWNERS])


@planter("factory-model", "grading_models", "factories")
def factory_without_model(data: Data, draw: Draw) -> Fault:
    fresh = new_factory(data, draw, graded=False)
    return Fault.added(fresh.change, "The factory is on no grading model.", *fresh.more)


@planter("factories-apart", "factories", "collection_points", "regions")
def factory_beside_another(data: Data, draw: Draw) -> Fault:
    """The later one of two factories is moved to half a kilometre from the other, towards the region's centre."""
    factories, regions = data["factories"], data.index("regions")
    used = {point["factory_id"] for point in data["collection_points"] if point["farmer_ids"]}
    for row in data.rows(draw, "factories", lambda factory: factory["id"] in used and not _placed(factory)):
        region = regions.get(factories[row]["region_id"], -1)
        for other in range(row if data.unlocked(GEOGRAPHY, region) else 0):
            near = factories[other]
            if near["region_id"] != factories[row]["region_id"] or near["id"] not in used:
                continue
            if data.unlocked("factories", other):
                place, centre = near["location"], at(data["regions"][region], "geography.center_gps.lat")
                step = 0.0045 if place["latitude"] < centre else -0.0045
                place = place | {"latitude": round(place["latitude"] + step, 6)}
                requires = [(GEOGRAPHY, region), ("factories", other)]
                sentence = f"It lies half a kilometre from {near['id']}."
                return data.fault("factories", row, "location", place, sentence, requires=requires)
    raise Cannot("no region has two factories with farmers")


def _placed(record: Record) -> bool:
    """Whether a thing is named after a place that is known to lie somewhere."""
    named = place_named(record["region_id"], record["name"])
    return named is not None and named.lat is not None


factory_far_from_its_name = misnamed("factory-near-place", "factories")


@planter("factory-capacity", "factories", "documents", "collection_points")
def too_small(data: Data, draw: Draw) -> Fault:
    """A factory is said to take less than came on a quarter of the days."""
    for row, days in _years(data, draw):
        kilograms = sorted(days, reverse=True)
        most = int(kilograms[planting.days(data) // 4])
        if most > planting.days(data) and LEAST < sum(days) / planting.days(data) / most < 0.95 * MOST:
            return data.fault("factories", row, CAPACITY, most, "On every fourth day more came to it.")
    raise Cannot("there is no factory left that has farmers enough")


@planter("factory-crop", "factories", "documents", "collection_points")
def too_large(data: Data, draw: Draw) -> Fault:
    """A factory is said to take three times what came to it."""
    for row, days in _years(data, draw):
        most = int(sum(days) / planting.days(data) * 3)
        return data.fault("factories", row, CAPACITY, most, "Its crop is a third of what it could process.")
    raise Cannot("there is no factory left that has farmers enough")


def _years(data: Data, draw: Draw) -> Iterator[tuple[int, list[float]]]:
    """Free factories whose year is measured, and what came to them on each day. Raises Cannot."""
    if planting.days(data) < YEAR:
        raise Cannot(f"the history is shorter than {YEAR} days")
    members: dict[str, set[str]] = {}
    for point in data["collection_points"][: data.sizes["collection_points"]]:
        members.setdefault(point["factory_id"], set()).update(point["farmer_ids"])
    for row in data.rows(draw, "factories", lambda factory: len(members.get(factory["id"], ())) > MEMBERS + 10):
        days = _intake(data).get(row)
        if days:
            yield row, list(days.values())


@derived
def _intake(data: Data) -> Mapping[int, Mapping[date, float]]:
    """What came to each factory on each day."""
    found: dict[int, Counter[date]] = {}
    factories = data.index("factories")
    for document in data["documents"][: data.sizes["documents"]]:
        factory, weight = at(document, "linkage_fields.factory_id"), at(document, f"{BAG}.total_weight_kg")
        if factory in factories and weight:
            found.setdefault(factories[factory], Counter())[local_day(at(document, RECEIVED))] += weight
    return found


@planter("quality-factories", "factories", "documents", "farmers", "grading_models", whole=True)
def equally_good(data: Data, draw: Draw) -> Fault:
    """The farmers of every factory bring, in mean, the same quality."""
    farms = Farms(data)
    off = pl.col("primary").mean() - pl.col("primary").mean().over("factory")
    points = dict(farms.leaf().select("farmer", off).iter_rows())
    sentence = "All factories have leaf of the same quality."
    return farms.shifted("factories", quality_factories, lambda bags: (farms.leaf(bags),), points, sentence)


@planter("yield-factories", "factories", "documents", "farmers", whole=True)
def equally_fertile(data: Data, draw: Draw) -> Fault:
    """The farmers of every factory bring, in mean, nearly the same per hectare."""
    farms = Farms(data)
    times = (pl.col("yield").mean() / pl.col("yield").mean().over("factory")) ** 0.8
    factors = dict(farms.yields().select("farmer", times).iter_rows())
    return farms.scaled("factories", yield_factories, factors, "All factories have nearly the same leaf per hectare.")
