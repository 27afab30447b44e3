"""How coherence rules are written and found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from demo_data.validation.dataset import Dataset
from demo_data.validation.violation import Bad, Fault

THEMES = (
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
    "season",
)

Faults = Iterable[Fault]
Bads = Iterable[Bad]


@dataclass(frozen=True)
class Rule:
    """A named rule. `statement` says what holds; `needs` are the tables without which it does not apply."""

    name: str
    needs: tuple[str, ...]
    statement: str
    faults: Callable[[Dataset], Faults] | None = None
    bads: Callable[[Dataset], Bads] | None = None


_RULES: dict[str, Rule] = {}


def rule(name: str, *needs: str) -> Callable[[Callable[[Dataset], Faults]], Callable[[Dataset], Faults]]:
    """Register a function that finds the rows at fault in whatever way."""

    def register(function: Callable[[Dataset], Faults]) -> Callable[[Dataset], Faults]:
        _RULES[name] = Rule(name, needs, _statement(function), faults=function)
        return function

    return register


def row_rule(name: str, *needs: str) -> Callable[[Callable[[Dataset], Bads]], Callable[[Dataset], Bads]]:
    """Register a function that says by an expression which single rows are at fault, for the one pass over a table."""

    def register(function: Callable[[Dataset], Bads]) -> Callable[[Dataset], Bads]:
        _RULES[name] = Rule(name, needs, _statement(function), bads=function)
        return function

    return register


@cache
def coherence_rules() -> tuple[Rule, ...]:
    """Every rule, by theme."""
    for theme in THEMES:
        import_module(f"demo_data.tea.rules.{theme}")
    return tuple(_RULES.values())


def _statement(function: Callable[[Dataset], object]) -> str:
    return " ".join((function.__doc__ or "").split())
