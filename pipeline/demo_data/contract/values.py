"""What two fields of the same name may hold, against each other: null, type, words, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo_data.contract.bounds import Limit
from demo_data.contract.describe import Value
from demo_data.contract.drift import Breaks, Drift, Kind
from demo_data.contract.fits import is_known, unfit
from demo_data.contract.pair import Pair

OURS, YOURS, CHANGED = Breaks.OURS_FAIL, Breaks.YOURS_FAIL, Breaks.CHANGED
_NUMBERS = {"int", "float", "Decimal"}
_LIKE = {"set": "list"}
"""Kinds that JSON does not tell apart."""


def compare_values(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift | Pair]:
    """The differences at a place of a class, and the pairs of classes that stand there."""
    yield from _null(pair, place, ours, theirs)
    nested = ours.type if ours.kind in ("model", "dict") else None
    if nested and theirs.type and theirs.kind in ("model", "dict"):
        yield pair.of(nested, theirs.type)
    elif ours.kind == theirs.kind == "words":
        if ours.type and theirs.type:
            yield pair.of(ours.type, theirs.type)
        else:
            yield from compare_words(pair, place, ours.words, theirs.words)
    elif ours.kind in ("list", "dict") and ours.kind == _LIKE.get(theirs.kind, theirs.kind):
        yield from _collections(pair, place, ours, theirs)
    else:
        yield from _types(pair, place, ours, theirs)


def _null(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift]:
    told = {"ours": ours.nullable, "theirs": theirs.nullable}
    if ours.nullable and not theirs.nullable and theirs.kind != "any":
        yield from pair.drift(place, Kind.NULL, "yours is never null, ours may be", {OURS: " with null"}, **told)
    if theirs.nullable and not ours.nullable and ours.kind != "any":
        yield from pair.drift(place, Kind.NULL, "yours may be null, ours never", {YOURS: " with null"}, **told)


def compare_words(pair: Pair, place: str, ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> Iterator[Drift]:
    """A finding per word that stands on one side only; at no place, the words are members of an enumeration."""
    for word in ours:
        if word not in theirs:
            message = "yours lacks it" if not place else f"yours lacks {word!r}"
            yield from pair.drift(place or str(word), Kind.MEMBER, message, {OURS: " with it"}, ours=word)
    for word in theirs:
        if word not in ours:
            message = "ours does not have it" if not place else f"ours does not have {word!r}"
            yield from pair.drift(place or str(word), Kind.MEMBER, message, {YOURS: " with it"}, theirs=word)


def _collections(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift | Pair]:
    if theirs.kind == "set":
        message, breaks = f"type is {_plain(theirs)}, ours is {_plain(ours)}", {CHANGED: ": order and repeats get lost"}
        yield from pair.drift(place, Kind.TYPE, message, breaks, ours=ours.text(), theirs=theirs.text())
    yield from _lengths(pair, place, ours, theirs)
    assert ours.item
    assert theirs.item
    yield from compare_values(pair, place + ("[]" if ours.kind == "list" else ".*"), ours.item, theirs.item)
    if ours.key and theirs.key:
        yield from compare_values(pair, f"{place} (keys)", ours.key, theirs.key)


def _types(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift]:
    told = {"ours": ours.text(), "theirs": theirs.text()}
    message = f"type is {_plain(theirs)}, ours is {_plain(ours)}"
    breaks = {OURS: unfit(theirs, ours, strict=False), YOURS: unfit(ours, theirs, strict=True)}
    if not is_known(theirs):
        yield from pair.drift(place, Kind.TYPE, f"{message}: compare by hand", {}, **told)
    elif any(which is not None for which in breaks.values()):
        yield from pair.drift(place, Kind.TYPE, message, breaks, **told)
    if ours.kind in _NUMBERS and theirs.kind in _NUMBERS:
        yield from _limits(pair, place, ours, theirs)
    elif ours.kind == theirs.kind:
        yield from _lengths(pair, place, ours, theirs)
        yield from _pattern(pair, place, ours, theirs)


def _plain(value: Value) -> str:
    """The type without null, of which another finding tells."""
    return value.text().removesuffix(" or null")


def _limits(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift]:
    for name, beyond, own, other, sign in (
        ("lower bound", " below it", ours.bounds.lower, theirs.bounds.lower, 1),
        ("upper bound", " above it", ours.bounds.upper, theirs.bounds.upper, -1),
    ):
        if own != other:
            breaks = {OURS: beyond} if _tightness(other, sign) > _tightness(own, sign) else {YOURS: beyond}
            yield from _bound(pair, place, Kind.BOUND, name, own, other, breaks)
    if ours.bounds.multiple_of != theirs.bounds.multiple_of:
        own, other = ours.bounds.multiple_of, theirs.bounds.multiple_of
        yield from _bound(pair, place, Kind.BOUND, "step", own, other, {OURS: " between"} if other else {YOURS: ""})


def _tightness(limit: Limit | None, sign: int) -> tuple[bool, Any, bool]:
    return (False, 0, False) if limit is None else (True, limit.at * sign, limit.open)


def _lengths(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift]:
    own, other = ours.bounds.min_length or 0, theirs.bounds.min_length or 0
    if own != other:
        breaks = {OURS: " with a shorter one"} if other > own else {YOURS: " with a shorter one"}
        yield from _bound(pair, place, Kind.LENGTH, "minimum length", own or None, other or None, breaks)
    first, second = ours.bounds.max_length, theirs.bounds.max_length
    if first != second:
        tighter = second is not None and (first is None or second < first)
        breaks = {OURS: " with a longer one"} if tighter else {YOURS: " with a longer one"}
        yield from _bound(pair, place, Kind.LENGTH, "maximum length", first, second, breaks)


def _pattern(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift]:
    own, other = ours.bounds.pattern, theirs.bounds.pattern
    if _in_ascii(own) != _in_ascii(other):
        which = " that do not match it"
        breaks = {what: which for what, pattern in ((OURS, other), (YOURS, own)) if pattern}
        yield from _bound(pair, place, Kind.PATTERN, "pattern", own, other, breaks)


def _in_ascii(pattern: str | None) -> str | None:
    """The pattern with digits written out: ours mean 0 to 9 by them, and few mean the digits of all scripts."""
    return pattern and pattern.replace(r"\d", "[0-9]")


def _bound(
    pair: Pair, place: str, kind: Kind, name: str, ours: Any, theirs: Any, breaks: dict[Breaks, str]
) -> Iterator[Drift]:
    here = f"no {name}" if theirs is None else f"{name} is {theirs}"
    there = "ours has none" if ours is None else f"ours is {ours}"
    shown = {"ours": _shown(ours), "theirs": _shown(theirs)}
    yield from pair.drift(place, kind, f"{here}, {there}", breaks, **shown)


def _shown(bound: Any) -> Any:
    if isinstance(bound, Limit):
        return str(bound) if bound.open else bound.at
    return bound
