"""What Arrow data must not hold before Polars sees it: types that it panics over, and values that it takes on trust."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = ((day - _EPOCH).days for day in (date.min, date.max))
PER_DAY = {"s": 86_400, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}
"""Ticks of a day, by the unit of moments."""


def unsound(batch: pa.RecordBatch, *, finite: bool = True) -> str | None:
    """The first column with a day or moment that Python's calendar does not know, or, where all numbers are to be
    `finite`, with one that is not.

    Polars panics on the former, and writes the latter as null.
    """
    messages = (
        message
        for field, column in zip(batch.schema, batch.columns, strict=True)
        for message in _values(column, _shown(field.name), finite)
    )
    return next(messages, None)


def _values(array: Any, path: str, finite: bool) -> Iterator[str]:
    kind = array.type
    if pa.types.is_struct(kind):
        for field, below in zip(kind, array.flatten(), strict=True):
            yield from _values(below, f"{path}.{_shown(field.name)}", finite)
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        yield from _values(array.flatten(), f"{path}[]", finite)
    elif (pa.types.is_timestamp(kind) or pa.types.is_date(kind)) and not _in_calendar(array):
        yield f"column {path} has a day or moment outside the years 1 to 9999"
    elif finite and pa.types.is_floating(kind) and pc.all(pc.is_finite(array)).as_py() is False:
        yield f"column {path} has a number that is not finite"


def polars_takes(kind: pa.DataType) -> bool:
    """Whether Polars knows an Arrow type; from others it panics, and says so on standard error."""
    types = pa.types
    if types.is_struct(kind):
        return all(polars_takes(field.type) for field in kind)
    if types.is_fixed_size_list(kind) and not kind.list_size:
        return False
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or types.is_dictionary(kind):
        return polars_takes(kind.value_type)
    if types.is_map(kind):
        return polars_takes(kind.key_type) and polars_takes(kind.item_type)
    if types.is_timestamp(kind):
        return kind.tz is None or _is_zone(kind.tz)
    return any(test(kind) for test in _PLAIN)


_PLAIN = (
    pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_float32, pa.types.is_float64,
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view,
    pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view,
    pa.types.is_date, pa.types.is_time, pa.types.is_duration, pa.types.is_decimal128,
)  # fmt: skip


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return name[:1] in "+-" and len(name) == 6  # an offset such as +03:00
    return True


def _in_calendar(array: Any) -> bool:
    kind = array.type
    whole = array.view(pa.int32() if kind.bit_width == 32 else pa.int64())
    ends = pc.min_max(whole)
    if ends["min"].as_py() is None:
        return True
    day = 1 if pa.types.is_date32(kind) else PER_DAY["ms" if pa.types.is_date64(kind) else kind.unit]
    return in_calendar(ends["min"].as_py(), ends["max"].as_py(), day)


def in_calendar(first: int, last: int, day: int) -> bool:
    """Whether Python's calendar knows all from a first to a last tick since 1970, `day` of them a day."""
    return _FIRST * day <= first and last < (_LAST + 1) * day


def _shown(text: str) -> str:
    """Somebody else's word, in one line without control characters."""
    return repr(text if len(text) <= 80 else f"{text[:77]}...")[1:-1]
