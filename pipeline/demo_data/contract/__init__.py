"""Our classes against the Pydantic models of the same names in a module of the user's."""

from __future__ import annotations

from demo_data.common.imports import at_home, imported
from demo_data.contract.compare import compare
from demo_data.contract.drift import Breaks, Comparison, Drift, Kind
from demo_data.contract.module import counterparts
from demo_data.contract.own import own_classes
from demo_data.contract.samples import try_out
from demo_data.domain import Domain

__all__ = ["Breaks", "Comparison", "Drift", "Kind", "compare_module"]


def compare_module(name: str, domain: Domain) -> Comparison:
    """All differences: those between the classes, field by field, then those that only sample records show.

    Raises `UsageError` where the module cannot be imported, or has no model of our names.
    """
    with at_home():
        named, others = counterparts(domain, imported(name))
        found, pairs = compare(named)
        shown, samples = try_out(domain, pairs, found)
    order = list(own_classes(domain))
    return Comparison(
        module=name,
        classes=tuple(order),
        matched=tuple(own for own in order if any(pair.ours.__name__ == own for pair in pairs)),
        others=tuple(own for own in others if all(pair.ours.__name__ != own for pair in pairs)),
        drifts=tuple(sorted([*found, *shown], key=lambda drift: order.index(drift.owner))),
        samples=samples,
    )
