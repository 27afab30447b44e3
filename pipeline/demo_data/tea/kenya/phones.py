"""Kenya's mobile numbering plan, as far as subscribers' numbers are drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from demo_data.tea.kenya.tables import read


@dataclass(frozen=True, slots=True)
class Prefix:
    """Three digits that follow +254, and six digits follow them: a prefix has a million numbers.

    `weight` says how many thousand of them are drawn from, 1 to 1000. Summed by operator, weights stand to
    each other as the operators' mobile subscriptions do. `operator` is whom the prefix was assigned to:
    numbers may have been ported since.
    """

    prefix: int
    operator: str
    weight: int


@cache
def prefixes() -> tuple[Prefix, ...]:
    """All prefixes, ascending."""
    return read("phone_prefixes", Prefix)
