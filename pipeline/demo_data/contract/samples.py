"""Records through both classes: ours read by theirs, what theirs writes read by ours, and what changed on the way."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from demo_data.common.imports import error_text
from demo_data.contract.changes import changes, shown
from demo_data.contract.drift import SHAPES, Breaks, Drift, Kind
from demo_data.contract.pair import Pair
from demo_data.contract.place import Place, located, top
from demo_data.contract.rows import Sample, samples
from demo_data.domain import Domain

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
class Event:
    """What happened to one record; `rule` tells events of one kind at one place apart."""

    place: Place
    kind: Kind
    rule: str
    message: str


@dataclass
class Tally:
    """An event, the first record that it happened to, and how many there were, by table."""

    event: Event
    example: Sample
    counts: dict[str, int] = field(default_factory=dict)


def try_out(domain: Domain, pairs: Sequence[Pair], known: Sequence[Drift]) -> tuple[list[Drift], str]:
    """What sample records show beyond the `known` differences, each told once; and a summary."""
    tables = {table: pair for table, model in domain.models.items() for pair in pairs if pair.ours is model}
    tallies: dict[tuple[Any, ...], Tally] = {}
    tried = read = returned = 0
    for table, pair in tables.items():
        for sample in samples(domain, table):
            events = list(_events(sample, pair))
            kinds = {event.kind for event in events}
            tried += 1
            read += not kinds & {Kind.REJECTED, Kind.RAISES}
            returned += not kinds & {Kind.REJECTED, Kind.RAISES, Kind.RETURNED}
            for event in {(e.place.owner, e.place.field, e.kind, e.rule): e for e in events}.values():
                key = (event.place.owner, event.place.field, event.kind, event.rule)
                tally = tallies.setdefault(key, Tally(event, sample))
                tally.counts[table] = tally.counts.get(table, 0) + 1
    found = [
        drift
        for tally in tallies.values()
        if not _explained(tally.event, known)
        for drift in _drift(tally, pairs, tables[tally.example.table])
    ]
    if not tables:
        return found, "none: yours has no model of a table"
    return found, f"{tried} records of {len(tables)} tables; yours reads {read} of them, ours reads {returned} back"


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
    for place, kind, message in changes(sample.value, json.loads(text), top(ours)):
        if not any(event.place == place for event in rejected):
            yield Event(place, kind, "", message)


def _errors(error: ValidationError, ours: type[BaseModel], kind: Kind) -> Iterator[Event]:
    for fault in error.errors(include_url=False):
        value, rule = fault["input"], fault["type"]
        says = fault["msg"].partition("\n")[0].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        if rule in _OWN_CODE:
            rule += says.replace(str(value), "")
        what = "a record" if isinstance(value, dict) else shown(value)
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


def _drift(tally: Tally, pairs: Sequence[Pair], table: Pair) -> Iterator[Drift]:
    event, sample = tally.event, tally.example
    owner = event.place.owner
    pair = next((pair for pair in pairs if pair.ours is owner), table.of(owner, table.theirs))
    count, total = sum(tally.counts.values()), sum(len(samples(table.domain, name)) for name in tally.counts)
    message = f"{event.message}; {count} of {total} records, such as {sample.table} {sample.key}"
    yield from pair.drift(event.place.field, event.kind, message, {_BREAKS[event.kind]: ""})
