"""Whether all that one class writes can be read by another, type by type."""

from __future__ import annotations

import datetime
import decimal
import ipaddress
import pathlib
import uuid

import pydantic

from demo_data.contract.describe import Value, describe

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
        return _words(reader, writer)
    return _single(reader, writer, strict)


def _of_options(found: list[str | None]) -> str | None:
    if all(which is None for which in found):
        return None
    return " that hold another type" if None in found else ""


def _words(reader: Value, writer: Value) -> str | None:
    if writer.kind == "words":
        return None if set(writer.words) <= set(reader.words) else " with another word"
    return " with another word" if writer.kind in ("str", "int") else ""


def _single(reader: Value, writer: Value, strict: bool) -> str | None:
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
