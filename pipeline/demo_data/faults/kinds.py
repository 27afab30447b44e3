"""The kinds of faults, one for each rule of the checks, and how a planter is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from demo_data.faults.data import Data
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Fault

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
    "readable": "finds files that cannot be read, which hides every other fault in them",
    "table-name": "is about the names of files, not about data",
    "unread": "is about files that are not read, and a copy has only such as are",
    "table-missing": "finds tables that are not there, which hides every fault that needs them",
    "columns": "is about the columns of Parquet files, and what is written is JSON",
    "models": "is about other people's models",
    "json-form": "compares JSON with the Parquet file beside it, and what is written is JSON alone",
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
        import_module(f"demo_data.faults.{theme}")
    return dict(_KINDS)
