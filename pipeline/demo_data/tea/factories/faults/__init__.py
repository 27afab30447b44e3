"""Faults in factories."""

from __future__ import annotations

from dataclasses import replace

from demo_data.faults import Cannot, Data, Draw, Fault, Fresh, planter
from demo_data.tea.fresh_records import new_factory
from demo_data.tea.misplacing import far_off
from demo_data.tea.planting import OWNERS


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
