"""Two classes against each other, field by field, by the names that stand in JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from pydantic import BaseModel

from demo_data.contract.changes import quoted
from demo_data.contract.describe import UNKNOWN, Description, Field, describe
from demo_data.contract.drift import Breaks, Drift, Kind
from demo_data.contract.pairs import Pair
from demo_data.contract.values import compare_values, compare_words

OURS, YOURS, LOST, CHANGED = Breaks.OURS_FAIL, Breaks.YOURS_FAIL, Breaks.LOST, Breaks.CHANGED


def compare(pairs: Sequence[Pair]) -> tuple[list[Drift], list[Pair]]:
    """The differences between the pairs, and between those that they reach together; and all these pairs."""
    queue = list(dict.fromkeys(pairs))
    drifts: list[Drift] = []
    for pair in queue:  # grows while it is walked
        if issubclass(pair.ours, Enum):
            words = [tuple(member.value for member in side) for side in (pair.ours, pair.theirs)]
            drifts += compare_words(pair, "", *words)
            continue
        models: tuple[type[BaseModel], type[BaseModel]] = (pair.ours, pair.theirs)
        for result in _fields(pair, *map(describe, models)):
            if isinstance(result, Drift):
                drifts.append(result)
            elif result not in queue:
                queue.append(result)
    return drifts, queue


def _fields(pair: Pair, ours: Description, theirs: Description) -> Iterator[Drift | Pair]:
    matched = set()
    for name, field in ours.fields.items():
        other = next((each for each in theirs.fields.values() if name in each.reads), theirs.fields.get(name))
        if other is None:
            yield from _missing(pair, field, theirs)
        else:
            matched.add(other.name)
            yield from _field(pair, field, other, theirs.extra)
    for extra in theirs.fields.values():
        if extra.name not in matched:
            yield from _extra(pair, extra)
    for name in sorted(theirs.computed - set(ours.fields)):
        message = "yours computes it and writes it, ours does not have it"
        yield from pair.drift(name, Kind.COMPUTED, message, {YOURS: ""})
    if theirs.extra == "allow":
        message = "yours allows unknown fields, ours forbids them"
        yield from pair.drift("", Kind.UNKNOWN_FIELDS, message, {YOURS: " with any"}, ours="forbid", theirs="allow")


def _unread(extra: str) -> dict[Breaks, str]:
    """What becomes of a field of ours that their class does not know."""
    return {"forbid": {OURS: ""}, "ignore": {LOST: ""}}.get(extra, {})


def _missing(pair: Pair, ours: Field, theirs: Description) -> Iterator[Drift]:
    if ours.name in theirs.computed:
        message, breaks = "yours computes it, and does not read ours", _unread(theirs.extra)
        yield from pair.drift(ours.name, Kind.COMPUTED, message, breaks)
        return
    message = {
        "forbid": "yours lacks it, and forbids unknown fields",
        "ignore": "yours lacks it",
        "allow": "yours lacks it, and keeps it unchecked",
    }[theirs.extra]
    breaks = _unread(theirs.extra) | ({YOURS: ""} if ours.required else {})
    yield from pair.drift(ours.name, Kind.MISSING, message, breaks, ours=ours.value.text())


def _extra(pair: Pair, theirs: Field) -> Iterator[Drift]:
    name = theirs.reads[0] if theirs.reads else theirs.name
    breaks = ({OURS: ""} if theirs.required else {}) | ({YOURS: ""} if theirs.writes else {})
    message = "yours requires it, ours does not have it: give it a default" if theirs.required else "yours only"
    if breaks:
        yield from pair.drift(name, Kind.EXTRA, message, breaks, theirs=theirs.value.text())


def _field(pair: Pair, ours: Field, theirs: Field, extra: str) -> Iterator[Drift | Pair]:
    yield from _names(pair, ours, theirs, extra)
    if ours.required and not theirs.required:
        message = "yours may leave it out, ours requires it"
        yield from pair.drift(ours.name, Kind.REQUIRED, message, {YOURS: " without it"}, ours=True, theirs=False)
    yield from _default(pair, ours, theirs)
    yield from compare_values(pair, ours.name, ours.value, theirs.value)


def _names(pair: Pair, ours: Field, theirs: Field, extra: str) -> Iterator[Drift]:
    """Where their class reads or writes the field by another name, or does not write it."""
    name, reads, writes = ours.name, theirs.reads[:1], theirs.writes
    unread = {OURS: ""} if theirs.required else _unread(extra)
    if name not in theirs.reads and reads == (writes,):
        message = f"yours calls it {writes!r} in JSON"
        yield from pair.drift(name, Kind.ALIAS, message, unread | {YOURS: ""}, ours=name, theirs=writes)
        return
    if name not in theirs.reads:
        message = f"yours reads it as {reads[0]!r}" if reads else "yours reads it from inside another field"
        yield from pair.drift(name, Kind.ALIAS, message, unread, ours=name, theirs=reads[0] if reads else None)
    if writes is None:
        breaks = {YOURS: ""} if ours.required else {LOST: ""}
        yield from pair.drift(name, Kind.UNWRITTEN, "yours leaves it out when it writes", breaks)
    elif writes != name:
        yield from pair.drift(name, Kind.ALIAS, f"yours writes it as {writes!r}", {YOURS: ""}, ours=name, theirs=writes)


def _default(pair: Pair, ours: Field, theirs: Field) -> Iterator[Drift]:
    """Where a record that leaves the field out means one value in ours and another in theirs."""
    if ours.required or ours.default is UNKNOWN or theirs.default is UNKNOWN or ours.default == theirs.default:
        return
    if theirs.default is None and theirs.value.nullable != ours.value.nullable:
        return  # told as null
    message = f"default is {quoted(theirs.default)}, ours is {quoted(ours.default)}"
    unfit = theirs.default is None and not ours.value.nullable
    breaks = {YOURS: " without it"} if unfit else {CHANGED: " where it is left out"}
    yield from pair.drift(ours.name, Kind.DEFAULT, message, breaks, ours=ours.default, theirs=theirs.default)
