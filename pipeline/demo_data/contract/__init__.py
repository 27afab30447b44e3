"""Our classes against the Pydantic models of the same names in a module of the user's."""

from __future__ import annotations

from types import ModuleType

from demo_data.common.errors import UsageError
from demo_data.common.imports import at_home, imported, same_named
from demo_data.contract.compare import compare
from demo_data.contract.drift import Breaks, Comparison, Drift, Kind
from demo_data.contract.own import own_classes
from demo_data.contract.pair import Pair
from demo_data.contract.samples import try_out
from demo_data.domain import Domain, default_domain

__all__ = ["Breaks", "Comparison", "Drift", "Kind", "compare_module"]


def compare_module(name: str, domain: Domain | None = None) -> Comparison:
    """All differences: those between the classes, field by field, then those that only sample records show.

    Raises `UsageError` where the module cannot be imported, or has no model of our names.
    """
    domain = domain or default_domain()
    with at_home():
        named, others = _counterparts(domain, imported(name))
        drifts, pairs = compare(named)
        more, samples = try_out(domain, pairs, drifts)
    order = list(own_classes(domain))
    matched = {pair.ours.__name__ for pair in pairs}
    return Comparison(
        module=name,
        classes=tuple(order),
        matched=tuple(own for own in order if own in matched),
        others=tuple(own for own in others if own not in matched),
        drifts=tuple(sorted([*drifts, *more], key=lambda drift: order.index(drift.owner))),
        samples=samples,
    )


def _counterparts(domain: Domain, module: ModuleType) -> tuple[list[Pair], list[str]]:
    """The module's models and enumerations that bear our names, and the names that are something else in it."""
    pairs, others = [], []
    for name, ours in own_classes(domain).items():
        if yours := same_named(module, ours):
            pairs.append(Pair(domain, ours, yours))
        elif getattr(module, name, None) is not None:
            others.append(name)
    if not pairs:
        messages = [f"{module.__name__} has no model of our names; looked for: {', '.join(own_classes(domain))}"]
        if others:
            messages.append(f"not compared, no models of Pydantic 2: {', '.join(others)}")
        raise UsageError(messages)
    return pairs, others
