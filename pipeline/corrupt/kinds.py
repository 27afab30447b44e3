"""The kinds of faults, one for each rule of the checks, and how a planter is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from pipeline.corrupt.data import Data
from pipeline.corrupt.draw import Draw
from pipeline.corrupt.ledger import Fault

THEMES = (
    "schema",
    "keys",
    "geography",
    "people",
    "points",
    "time",
    "deliveries",
    "rhythm",
    "quality",
    "scenarios",
    "performance",
    "weather",
    "shares",
    "season",
)

NOT_PLANTED = {
    "readable": "a file that cannot be read hides its whole table, and the other faults in it",
    "table-name": "is about the name of a file, not about data",
    "table-missing": "a table that is not there hides every fault that needs it",
    "columns": "is about the columns of Parquet files; what is written is JSON",
    "duplicate-field": "is about the text of a record, and records are written from what was read",
    "models": "is about models of other people",
    "json-form": "compares JSON with the Parquet file beside it; there is none beside what is written",
}
"""Rules of the checks that have no kind, with the reason."""

Planter = Callable[[Data, Draw], Fault]


@dataclass(frozen=True)
class Kind:
    """A kind of fault: the rule that finds it, the tables without which it cannot be, and its planter.

    A `whole` fault lies in a table as a whole, and is planted at most once.
    """

    name: str
    needs: tuple[str, ...]
    whole: bool
    plant: Planter


_KINDS: dict[str, Kind] = {}


def plants(name: str, *needs: str, whole: bool = False) -> Callable[[Planter], Planter]:
    """Register a function that finds a place for a fault; it raises Cannot, or LookupError, where there is none."""

    def register(function: Planter) -> Planter:
        _KINDS[name] = Kind(name, needs, whole, function)
        return function

    return register


@cache
def kinds() -> dict[str, Kind]:
    """Every kind, by theme."""
    for theme in THEMES:
        import_module(f"pipeline.corrupt.{theme}")
    return dict(_KINDS)
