"""Sample records: rows of the default profile in their JSON form, chosen so that each kind of row is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from demo_data.contract.place import Place, top
from demo_data.dataset.store import json_text
from demo_data.domain import Domain
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.schema.record import Entity
from demo_data.schema.tree import primary_key

ENOUGH = 48
"""Records per table, where it has so many; more where that takes more to show every kind."""


@dataclass(frozen=True)
class Sample:
    """One record of a table: its key as people write it, and its JSON."""

    table: str
    key: str
    text: str

    @property
    def value(self) -> dict[str, Any]:
        """The record, parsed."""
        parsed: dict[str, Any] = json.loads(self.text)
        return parsed


@cache
def _world(domain: Domain) -> World:
    return World(domain, load_profile(domain.default_profile, domain=domain))


@cache
def samples(domain: Domain, table: str) -> tuple[Sample, ...]:
    """A few dozen records of a table."""
    import polars as pl

    world, model = _world(domain), domain.models[table]
    rows = assemble(world.rows(table, 0, world.count(table)))
    texts = pl.DataFrame(pl.from_arrow(rows)).select(json_text(model)).to_series().to_list()
    return tuple(_sample(model, text) for text in various(model, texts))


def _sample(model: type[Entity], text: str) -> Sample:
    record = json.loads(text)
    return Sample(model.table, " ".join(str(record[name]) for name in primary_key(model)), text)


def various(model: type[Entity], texts: Sequence[str]) -> list[str]:
    """The first rows of every kind, and others evenly over the table, in the table's order."""
    seen: set[str] = set()
    chosen = {number * len(texts) // ENOUGH for number in range(ENOUGH)} if texts else set()
    for number, text in enumerate(texts):
        features = set(_features(json.loads(text), top(model)))
        if not features <= seen:
            chosen.add(number)
            seen |= features
    return [texts[number] for number in sorted(chosen)]


def _features(value: Any, place: Place | None) -> Iterator[str]:
    """What tells one kind of record from another: nulls, empty values, words, true and false, keys of open dicts."""
    where = f"{place.owner.__name__}.{place.field}" if place else ""
    if isinstance(value, dict):
        for key, below in value.items():
            yield f"{where}.{key}"
            yield from _features(below, place.step(key) if place else None)
    elif isinstance(value, list):
        yield f"{where} {bool(value)}"
        for number, below in enumerate(value):
            yield from _features(below, place.step(number) if place else None)
    elif value is None or isinstance(value, bool) or (place and place.value and place.value.kind == "words"):
        yield f"{where} {value}"
    else:
        yield f"{where} {bool(value)}"
