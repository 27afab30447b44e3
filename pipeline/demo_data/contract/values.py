"""What two fields of the same name may hold, against each other: null, type, words, bounds.

And whether all that one class writes can be read by another, type by type.
"""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import pathlib
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pydantic

from demo_data.contract.describe import Limit, Value, describe
from demo_data.contract.drift import Breaks, Drift, Kind
from demo_data.contract.pairs import Pair

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
    yield from _ends(pair, place, Kind.LENGTH, _LENGTHS, ours, theirs)
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
        yield from _ends(pair, place, Kind.LENGTH, _LENGTHS, ours, theirs)
        yield from _pattern(pair, place, ours, theirs)


def _plain(value: Value) -> str:
    """The type without null, of which another finding tells."""
    return value.text().removesuffix(" or null")


_RANGE = (("lower bound", " below it", "lower", 1), ("upper bound", " above it", "upper", -1))
_LENGTHS = (
    ("minimum length", " with a shorter one", "min_length", 1),
    ("maximum length", " with a longer one", "max_length", -1),
)
"""Each end of a range: its name, what lies beyond it, its field among the bounds, and which way is tighter."""


def _limits(pair: Pair, place: str, ours: Value, theirs: Value) -> Iterator[Drift]:
    yield from _ends(pair, place, Kind.BOUND, _RANGE, ours, theirs)
    own, other = ours.bounds.multiple_of, theirs.bounds.multiple_of
    if own != other:
        yield from _bound(pair, place, Kind.BOUND, "step", own, other, {OURS: " between"} if other else {YOURS: ""})


def _ends(
    pair: Pair, place: str, kind: Kind, ends: Sequence[tuple[str, str, str, int]], ours: Value, theirs: Value
) -> Iterator[Drift]:
    for name, beyond, field, sign in ends:
        own, other = getattr(ours.bounds, field), getattr(theirs.bounds, field)
        if own != other:
            breaks = {OURS: beyond} if _tightness(other, sign) > _tightness(own, sign) else {YOURS: beyond}
            yield from _bound(pair, place, kind, name, own, other, breaks)


def _tightness(limit: Limit | None, sign: int) -> tuple[bool, Any, bool]:
    return (False, 0, False) if limit is None else (True, limit.at * sign, limit.open)


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
    values = {side: _plain_end(end) for side, end in (("ours", ours), ("theirs", theirs))}
    yield from pair.drift(place, kind, f"{here}, {there}", breaks, **values)


def _plain_end(end: Any) -> Any:
    return (str(end) if end.open else end.at) if isinstance(end, Limit) else end


_TEXTS = (
    str,
    bytes,
    uuid.UUID,
    decimal.Decimal,
    datetime.time,
    datetime.timedelta,
    pathlib.PurePath,
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
    pydantic.EmailStr,
    pydantic.AnyUrl,
)
"""Further types whose JSON is a text."""

KINDS = {"str", "int", "float", "bool", "datetime", "date", "any", "words", "list", "set", "dict", "model"}

_LAX = {("float", "bool"), ("int", "bool"), ("datetime", "date")}
"""(reader, writer) that Pydantic reconciles unless it is strict."""


def unfit(reader: Value, writer: Value, *, strict: bool) -> str | None:
    """Which of the writer's values the reader rejects: none (`None`), all (an empty text), or those described.

    `strict`: the reader is in Pydantic's strict JSON mode.
    """
    if reader.kind == "any" or (reader.kind == writer.kind and not reader.options and not reader.words):
        return None
    if writer.options:
        return _of_options([unfit(reader, option, strict=strict) for option in writer.options])
    if reader.options:
        found = [unfit(option, writer, strict=strict) for option in reader.options]
        return None if None in found else next((which for which in found if which), "")
    if writer.kind == "any":
        return " that hold another type"
    if reader.kind == "words":
        return _unfit_words(reader, writer)
    return _unfit_scalar(reader, writer, strict)


def _of_options(found: list[str | None]) -> str | None:
    if all(which is None for which in found):
        return None
    return " that hold another type" if None in found else ""


def _unfit_words(reader: Value, writer: Value) -> str | None:
    if writer.kind == "words":
        return None if set(writer.words) <= set(reader.words) else " with another word"
    return " with another word" if writer.kind in ("str", "int") else ""


def _unfit_scalar(reader: Value, writer: Value, strict: bool) -> str | None:
    pair = reader.kind, writer.kind
    if pair == ("float", "int") or (reader.kind == "str" and _is_text(writer)) or (pair in _LAX and not strict):
        return None
    if reader.kind == "Decimal" and writer.kind in ("int", "float"):
        return None
    if {*pair} == {"set", "list"}:
        return None
    if reader.kind == "dict" and writer.kind == "model":
        assert reader.item
        fields = describe(writer.type).fields.values()
        return _of_options([unfit(reader.item, field.value, strict=strict) for field in fields])
    if pair == ("model", "dict"):
        return " with other keys"
    if pair == ("int", "float") and not strict:
        return " with a fraction"
    if pair in (("int", "str"), ("float", "str")) and not strict:
        return " whose text is no number"
    if writer.kind in ("str", "words") and _is_text(reader) and reader.kind != "str":
        return f" whose text is no {reader.kind}"
    return ""


def is_known(value: Value) -> bool:
    """Whether the type is one that this module knows; of others, only running code can tell what they take."""
    return value.kind in KINDS or _is_text(value) or bool(value.options)


def _is_text(value: Value) -> bool:
    if value.kind in ("str", "datetime", "date"):
        return True
    if value.kind == "words":
        return all(isinstance(word, str) for word in value.words)
    return isinstance(value.type, type) and value.kind != "model" and issubclass(value.type, _TEXTS)
