"""What a column is drawn from. These say what; `demo_data.engine` says how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True)
class Distribution:
    """Base of everything a column may be drawn from. A profile may override those that are `settable`."""

    settable: ClassVar[bool] = False


@dataclass(frozen=True)
class Weighted(Distribution):
    """One of a few words, by weight. A profile may give other weights under `<table>.<column>`.

    Weights are percentages: they sum to 100.
    """

    settable: ClassVar[bool] = True

    weights: Mapping[str, float] = field(hash=False)


@dataclass(frozen=True)
class Chance(Distribution):
    """True in `percent` of the rows. A profile may give another percentage under `<table>.<column>`."""

    settable: ClassVar[bool] = True

    percent: float


@dataclass(frozen=True)
class Uniform(Distribution):
    """Every decimal with `decimals` places from `low` to `high`, both included, equally often.

    With no decimals the column is of integers.
    """

    low: float
    high: float
    decimals: int = 0


@dataclass(frozen=True)
class Normal(Distribution):
    """The normal distribution, cut at 3.7 standard deviations."""

    mean: float = 0.0
    deviation: float = 1.0


@dataclass(frozen=True)
class Unit(Distribution):
    """Uniform from 0 (included) to 1 (excluded): raw material for derived columns."""
