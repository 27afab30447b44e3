"""A domain's classes, found by walking the tables' models."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from demo_data.contract.describe import Value, describe
from demo_data.domain import Domain
from demo_data.schema.record import Record


@cache
def own_classes(domain: Domain) -> dict[str, type[Any]]:
    """Every model and enumeration of a domain by name: the tables', what they reach, what stands beside them."""
    models = domain.models.values()
    beside = [record for model in models for record in _defined_beside(model)]
    return {found.__name__: found for found in _reached([*models, *beside], dicts=True)}


@cache
def open_classes(domain: Domain) -> frozenset[type[Any]]:
    """Those that only tell what an open dict holds in what we publish: others may put anything there."""
    tables = list(domain.models.values())
    return frozenset(_reached(tables, dicts=True)) - frozenset(_reached(tables, dicts=False))


def _defined_beside(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The records that a table's module defines."""
    named = vars(sys.modules[model.__module__]).values()
    return [
        found
        for found in named
        if isinstance(found, type) and issubclass(found, Record) and found.__module__ == model.__module__
    ]


def _reached(roots: list[type[Any]], *, dicts: bool) -> list[type[Any]]:
    """The roots and every class below them, each once; with `dicts` what open dicts hold, too."""
    queue = list(dict.fromkeys(roots))
    for found in queue:  # grows while it is walked
        if issubclass(found, BaseModel):
            for field in describe(found).fields.values():
                queue += [new for new in _named(field.value, dicts=dicts) if new not in queue]
    return queue


def _named(value: Value, *, dicts: bool) -> Iterator[type[Any]]:
    if value.type is not None and (value.kind in ("model", "words") or (value.kind == "dict" and dicts)):
        yield value.type
    for below in (value.item, value.key, *value.options):
        if below:
            yield from _named(below, dicts=dicts)
