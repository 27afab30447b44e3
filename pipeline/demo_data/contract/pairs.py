"""A domain's classes, found by walking the tables' models, and each beside the user's class of the same name."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from demo_data.common.errors import UsageError
from demo_data.common.imports import same_named
from demo_data.contract.describe import Value, describe
from demo_data.contract.drift import Breaks, Drift, Kind
from demo_data.domain import Domain
from demo_data.schema.record import Record

_SENTENCES = {
    Breaks.OURS_FAIL: "records of ours{} fail in yours",
    Breaks.YOURS_FAIL: "records of yours{} fail in ours",
    Breaks.LOST: "its value gets lost in yours{}",
    Breaks.CHANGED: "values change in yours{}",
}

Consequences = Mapping[Breaks, str | None]
"""What breaks, and for which records (` with null`; an empty text: all of them). None: it does not break after all."""


@dataclass(frozen=True)
class Pair:
    """A model or an enumeration of ours, of a domain, and its counterpart."""

    domain: Domain
    ours: type[Any]
    theirs: type[Any]

    def of(self, ours: type[Any], theirs: type[Any]) -> Pair:
        """Another pair of the same domain."""
        return Pair(self.domain, ours, theirs)

    def drift(
        self, field: str, kind: Kind, message: str, breaks: Consequences, *, ours: Any = None, theirs: Any = None
    ) -> Iterator[Drift]:
        """The finding, in words; none where all that it breaks cannot happen."""
        happens = {what: which for what, which in breaks.items() if which is not None}
        if self.ours in open_classes(self.domain):
            happens.pop(Breaks.YOURS_FAIL, None)
        if breaks and not happens:
            return
        told = ", ".join(_SENTENCES[what].format(which) for what, which in happens.items())
        yield Drift(
            owner=self.ours.__name__,
            counterpart=self.theirs.__name__,
            field=field,
            kind=kind,
            message=f"{message} ({told})" if told else message,
            ours=ours,
            theirs=theirs,
            breaks=tuple(happens),
        )


def counterparts(domain: Domain, module: ModuleType) -> tuple[list[Pair], list[str]]:
    """The module's models and enumerations that bear our names, and the names that are something else in it.

    Raises `UsageError` where there are no models of our names.
    """
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


@cache
def own_classes(domain: Domain) -> dict[str, type[Any]]:
    """Every model and enumeration of a domain by name: the tables', what they reach, what stands beside them."""
    models = domain.models.values()
    modules = [vars(sys.modules[model.__module__]) for model in models]
    beside = [
        value
        for module in modules
        for value in module.values()
        if isinstance(value, type) and issubclass(value, Record) and value.__module__ == module["__name__"]
    ]
    return {each.__name__: each for each in _reached([*models, *beside], dicts=True)}


@cache
def open_classes(domain: Domain) -> frozenset[type[Any]]:
    """Those that only tell what an open dict holds in what we publish: others may put anything there."""
    tables = list(domain.models.values())
    return frozenset(_reached(tables, dicts=True)) - frozenset(_reached(tables, dicts=False))


def _reached(roots: list[type[Any]], *, dicts: bool) -> list[type[Any]]:
    """The roots and every class below them, each once; with `dicts` what open dicts hold, too."""
    queue = list(dict.fromkeys(roots))
    for each in queue:  # grows while it is walked
        if issubclass(each, BaseModel):
            for field in describe(each).fields.values():
                queue += [new for new in _named(field.value, dicts=dicts) if new not in queue]
    return queue


def _named(value: Value, *, dicts: bool) -> Iterator[type[Any]]:
    if value.type is not None and (value.kind in ("model", "words") or (value.kind == "dict" and dicts)):
        yield value.type
    for below in (value.item, value.key, *value.options):
        if below:
            yield from _named(below, dicts=dicts)
