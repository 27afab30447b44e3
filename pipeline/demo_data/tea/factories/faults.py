"""Faults in factories."""

from __future__ import annotations

from dataclasses import replace

from demo_data.faults.changes import adds
from demo_data.faults.data import Cannot, Data
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import Fresh
from demo_data.faults.ledger import Fault
from demo_data.faults.planter import planter
from demo_data.tea.fresh_records import new_factory
from demo_data.tea.planting import OWNERS, far_off


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
    fault = adds(data, fresh.change, sentence, *fresh.more)
    return replace(fault, field="quality_thresholds", old=old, new=dict(tiers))


@planter("factory-in-region", "factories", "regions")
def factory_far_off(data: Data, draw: Draw) -> Fault:
    return far_off(data, draw, "factories", "location")


@planter("factory-point", "collection_points", "factories")
def factory_without_point(data: Data, draw: Draw) -> Fault:
    fresh = new_factory(data, draw, opened=False)
    if not data.unlocked(*OWNERS):
        raise Cannot("a point of a factory that is not there may be its own")
    return adds(data, fresh.change, "The factory has no active collection point.", *fresh.more, requires=[OWNERS])


@planter("factory-model", "grading_models", "factories")
def factory_without_model(data: Data, draw: Draw) -> Fault:
    fresh = new_factory(data, draw, graded=False)
    return adds(data, fresh.change, "The factory is on no grading model.", *fresh.more)
