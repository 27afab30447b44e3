"""Bounds, lengths and patterns, as Pydantic's metadata state them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import annotated_types
from pydantic.fields import FieldInfo


@dataclass(frozen=True)
class Limit:
    """The end of a range; `open`: the end itself does not count in."""

    at: Any
    open: bool = False

    def __str__(self) -> str:
        return f"{self.at} (excluded)" if self.open else str(self.at)


@dataclass(frozen=True)
class Bounds:
    """What a value must keep to beside its type."""

    lower: Limit | None = None
    upper: Limit | None = None
    multiple_of: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None

    def of(self, kind: Any) -> Bounds:
        """The same bounds; those of whole numbers with their ends included, so that > 0 equals >= 1."""
        if kind is not int:
            return self
        lower, upper = self.lower, self.upper
        if lower and lower.open and lower.at == int(lower.at):
            lower = Limit(int(lower.at) + 1)
        if upper and upper.open and upper.at == int(upper.at):
            upper = Limit(int(upper.at) - 1)
        return replace(self, lower=lower, upper=upper)


FREE = Bounds()


def bounds(marks: tuple[Any, ...]) -> Bounds:
    """The bounds among a field's metadata; where several are stated, the tightest counts."""
    found: dict[str, list[Any]] = {}
    for mark in _constraints(marks):
        for name in ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern"):
            value = getattr(mark, name, None)
            if value is not None:
                found.setdefault(name, []).append(value)
    lower = [Limit(at) for at in found.get("ge", [])] + [Limit(at, open=True) for at in found.get("gt", [])]
    upper = [Limit(at) for at in found.get("le", [])] + [Limit(at, open=True) for at in found.get("lt", [])]
    pattern = found.get("pattern", [None])[-1]
    return Bounds(
        lower=max(lower, key=lambda limit: (limit.at, limit.open), default=None),
        upper=min(upper, key=lambda limit: (limit.at, not limit.open), default=None),
        multiple_of=found.get("multiple_of", [None])[-1],
        min_length=max(found.get("min_length", [0])) or None,
        max_length=min(found.get("max_length", []), default=None),
        pattern=pattern.pattern if isinstance(pattern, re.Pattern) else pattern,
    )


def _constraints(marks: tuple[Any, ...]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from _constraints(tuple(mark.metadata))
        elif isinstance(mark, annotated_types.BaseMetadata | annotated_types.GroupedMetadata):
            yield mark


def alternatives(pattern: str | None) -> tuple[str, ...]:
    """The words of a pattern that is nothing but a choice of words, `^(a|b)$`; else none."""
    choice = re.fullmatch(r"\^\((?:\?:)?([\w -]+(?:\|[\w -]+)*)\)\$", pattern or "")
    return tuple(choice[1].split("|")) if choice else ()
