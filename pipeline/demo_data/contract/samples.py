"""Records through both classes: ours read by theirs, what theirs writes read by ours, and what changed on the way.

The records are rows of the default profile in JSON, chosen so that each kind of row is there.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from demo_data.common.imports import error_text
from demo_data.contract.changes import Place, changes, located, quoted, top
from demo_data.contract.drift import SHAPES, Breaks, Drift, Kind
from demo_data.contract.pairs import Pair
from demo_data.dataset.store import json_text
from demo_data.domain import Domain
from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.schema.record import Entity
from demo_data.schema.tree import primary_key

ENOUGH = 48
"""Records per table, where it has so many; more where that takes more to show every kind."""

_BREAKS = {
    Kind.REJECTED: Breaks.OURS_FAIL,
    Kind.RETURNED: Breaks.YOURS_FAIL,
    Kind.LOSES: Breaks.LOST,
    Kind.CHANGES: Breaks.CHANGED,
    Kind.RAISES: Breaks.OURS_FAIL,
}
_OWN_CODE = ("value_error", "assertion_error")
"""Rules of a validator's own, which no comparison of fields can foresee."""


@dataclass(frozen=True)
class Sample:
    """One record of a table: its key as people write it, and its JSON."""

    table: str
    key: str
    text: str


@dataclass(frozen=True)
class Event:
    """What happened to one record; `rule` tells events of one kind at one place apart."""

    place: Place
    kind: Kind
    rule: str
    message: str

    @property
    def key(self) -> tuple[Any, ...]:
        """By which events count as one."""
        return self.place.owner, self.place.field, self.kind, self.rule


def try_out(domain: Domain, pairs: Sequence[Pair], known: Sequence[Drift]) -> tuple[list[Drift], str]:
    """What sample records show beyond the `known` differences, each told once; and a summary."""
    tables = {table: pair for table, model in domain.models.items() for pair in pairs if pair.ours is model}
    first: dict[tuple[Any, ...], tuple[Event, Sample]] = {}
    counts: dict[tuple[Any, ...], Counter[str]] = {}
    tried = read = returned = 0
    for table, pair in tables.items():
        for sample in samples(domain, table):
            events = {event.key: event for event in _events(sample, pair)}
            kinds = {event.kind for event in events.values()}
            tried += 1
            read += not kinds & {Kind.REJECTED, Kind.RAISES}
            returned += not kinds & {Kind.REJECTED, Kind.RAISES, Kind.RETURNED}
            for key, event in events.items():
                first.setdefault(key, (event, sample))
                counts.setdefault(key, Counter())[table] += 1
    drifts: list[Drift] = []
    for key, (event, sample) in first.items():
        if not _explained(event, known):
            total = sum(len(samples(domain, table)) for table in counts[key])
            message = f"{event.message}; {counts[key].total()} of {total} records, such as {sample.table} {sample.key}"
            owner, whole = event.place.owner, tables[sample.table]
            pair = next((pair for pair in pairs if pair.ours is owner), whole.of(owner, whole.theirs))
            drifts += pair.drift(event.place.field, event.kind, message, {_BREAKS[event.kind]: ""})
    if not tables:
        return drifts, "none: yours has no model of a table"
    return drifts, f"{tried} records of {len(tables)} tables; yours reads {read} of them, ours reads {returned} back"


def _events(sample: Sample, pair: Pair) -> Iterator[Event]:
    """What happens to a record on its way into their class and back. What their code raises is an event, too."""
    ours, theirs = pair.ours, pair.theirs
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = theirs.model_validate_json(sample.text)
        except ValidationError as error:
            yield from _errors(error, ours, Kind.REJECTED)
            return
        except Exception as error:  # noqa: BLE001 (a validator of theirs may raise anything)
            yield Event(top(ours), Kind.RAISES, "reading", f"reading a record raises {error_text(error)}")
            return
        try:
            text = made.model_dump_json(by_alias=True)
        except Exception as error:  # noqa: BLE001 (a serializer of theirs may raise anything)
            yield Event(top(ours), Kind.RAISES, "writing", f"writing a record raises {error_text(error)}")
            return
    rejected = []
    try:
        ours.model_validate_json(text, strict=True)
    except ValidationError as error:
        rejected = list(_errors(error, ours, Kind.RETURNED))
        yield from rejected
    for place, kind, message in changes(json.loads(sample.text), json.loads(text), top(ours)):
        if not any(event.place == place for event in rejected):
            yield Event(place, kind, "", message)


def _errors(error: ValidationError, ours: type[BaseModel], kind: Kind) -> Iterator[Event]:
    for fault in error.errors(include_url=False):
        value, rule = fault["input"], fault["type"]
        says = fault["msg"].partition("\n")[0].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        if rule in _OWN_CODE:
            rule += says.replace(str(value), "")
        what = "a record" if isinstance(value, dict) else quoted(value)
        message = f"yours rejects {what}" if kind is Kind.REJECTED else f"yours writes {what}, which ours rejects"
        yield Event(located(ours, fault["loc"]), kind, rule, f"{message}: {says}")


def _explained(event: Event, known: Sequence[Drift]) -> bool:
    """Whether the comparison of the classes told it already, there or at a place above."""
    place, own_code = event.place, event.rule.startswith(_OWN_CODE)
    foreseen = event.kind is not Kind.RAISES and not own_code
    if foreseen and any(_BREAKS[event.kind] in drift.breaks and _at(drift, place) for drift in known):
        return True
    while True:
        if any(drift.kind in SHAPES and drift.breaks and _at(drift, place) for drift in known):
            return True
        if place.above is None:
            return False
        place = place.above


def _at(drift: Drift, place: Place) -> bool:
    """Whether the finding is about this field, or about the enumeration whose words it holds."""
    words = place.value.type if place.value and place.value.kind == "words" else None
    if words and drift.owner == words.__name__:
        return True
    names = {_plain(drift.field)} | ({str(drift.theirs)} if drift.kind is Kind.ALIAS else set())
    return drift.owner == place.owner.__name__ and _plain(place.field) in names


def _plain(field: str) -> str:
    """A field's name alone, without its items, values or keys."""
    return field.removesuffix(" (keys)").partition("[]")[0].partition(".*")[0]


@cache
def samples(domain: Domain, table: str) -> tuple[Sample, ...]:
    """A few dozen records of a table."""
    import polars as pl

    world, model = _world(domain), domain.models[table]
    rows = assemble(world.rows(table, 0, world.count(table)))
    texts = pl.DataFrame(pl.from_arrow(rows)).select(json_text(model)).to_series().to_list()
    records = [(json.loads(text), text) for text in various(model, texts)]
    key = primary_key(model)
    return tuple(Sample(table, " ".join(str(record[name]) for name in key), text) for record, text in records)


@cache
def _world(domain: Domain) -> World:
    return World(domain, load_profile(domain.default_profile, domain=domain))


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
    else:
        words = place and place.value and place.value.kind == "words"
        yield f"{where} {value if words or value is None else bool(value)}"
