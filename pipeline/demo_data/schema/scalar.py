"""Scalars of one Arrow type in another, where every value means the same there.

A way takes an array to the type that is due. Values that have no like there become null, and are told by a mask.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.common.soundness import PER_DAY

Mask = NDArray[np.bool_]
Way = Callable[[Any, pa.DataType], tuple[Any, Mask | None]]
"""From an array and the type that is due to the array in it, and where values did not fit (None: nowhere)."""

_MICROSECONDS = {"s": 10**6, "ms": 10**3, "us": 1}


def way(kind: pa.DataType, actual: pa.DataType) -> Way | None:
    """How values of the type `actual` become those of `kind`; None where they mean something else."""
    types = pa.types
    if kind.equals(actual):
        return lambda array, _: (array, None)
    if types.is_string(kind):
        return _text if is_text(actual) or _is_bytes(actual) else None
    if types.is_integer(kind):
        return _whole if types.is_integer(actual) or types.is_floating(actual) or types.is_decimal(actual) else None
    if types.is_floating(kind):
        if types.is_floating(actual) or types.is_decimal(actual):
            return _shortest
        return (lambda array, kind: (array.cast(kind, safe=False), None)) if types.is_integer(actual) else None
    if types.is_timestamp(kind):
        return _moment if types.is_timestamp(actual) else None
    if types.is_date32(kind):
        return _day if types.is_date64(actual) or types.is_timestamp(actual) else None
    return None


def why(kind: pa.DataType) -> str:
    """What a value that did not fit is not, as a message after it."""
    if pa.types.is_string(kind):
        return "is not a text in UTF-8"
    if pa.types.is_integer(kind):
        return f"is not an integer of {kind.bit_width} bits"
    if pa.types.is_floating(kind):
        return "is not a number"
    return "is not a day: it has a time" if pa.types.is_date(kind) else "is not a moment exact to the microsecond"


def plain(value: pa.Scalar) -> Any:
    """A scalar as Python has it; as text where Python has not its like, or JSON."""
    kind = value.type
    if pa.types.is_timestamp(kind) and value.is_valid:
        value = pa.scalar(value.value, pa.timestamp(kind.unit))
    try:
        python = str(value.cast(pa.string())) if pa.types.is_temporal(kind) else value.as_py()
    except (pa.ArrowException, ValueError, OverflowError):
        return str(value)
    if isinstance(python, Decimal):
        return int(python) if python.is_finite() and python == python.to_integral_value() else str(python)
    return int(python) if isinstance(python, float) and python.is_integer() else python


def is_text(kind: pa.DataType) -> bool:
    """Whether it is text of any layout."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind))


def _text(array: Any, kind: pa.DataType) -> tuple[Any, Mask | None]:
    try:
        return array.cast(kind), None
    except pa.ArrowInvalid:
        return _masked(array, kind, np.array([not _is_utf8(item.as_py()) for item in array], bool))


def _is_utf8(value: bytes | None) -> bool:
    try:
        return value is None or value.decode() is not None
    except UnicodeDecodeError:
        return False


def _whole(array: Any, kind: pa.DataType) -> tuple[Any, Mask | None]:
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    try:
        return array.cast(kind), None
    except pa.ArrowInvalid:
        pass
    most = 2 ** (kind.bit_width - 1)
    if pa.types.is_decimal(array.type):
        values = [item.as_py() for item in array]
        good = [item is None or (item == item.to_integral_value() and -most <= item < most) for item in values]
        whole = [None if value is None or not fits else int(value) for value, fits in zip(values, good, strict=True)]
        return pa.array(whole, kind), ~np.array(good, bool)
    if pa.types.is_integer(array.type):
        numbers = np.asarray(array.fill_null(0))
        least = -most if pa.types.is_signed_integer(array.type) else 0
        bad = (numbers < least) | (numbers > most - 1)
    else:
        numbers = np.asarray(array.fill_null(0)).astype(np.float64)
        bad = ~((np.trunc(numbers) == numbers) & (numbers >= -most) & (numbers < most))
    return _masked(array, kind, bad)


def _shortest(array: Any, kind: pa.DataType) -> tuple[Any, Mask | None]:
    """By the shortest decimal that stands for it: a single precision 6.1 is 6.1, not 6.099999904632568."""
    if pa.types.is_float16(array.type):
        array = array.cast(pa.float32())
    return array.cast(pa.string()).cast(kind), None


def _moment(array: Any, kind: pa.DataType) -> tuple[Any, Mask | None]:
    """The same instant, whatever its unit and label; one without a zone is in UTC."""
    ticks, unit = array.view(pa.int64()), array.type.unit
    numbers = np.asarray(ticks.fill_null(0) if ticks.null_count else ticks)
    if unit == "ns":
        micros, bad = numbers // 1000, numbers % 1000 != 0
    else:
        factor = _MICROSECONDS[unit]
        most = np.iinfo(np.int64).max // factor
        bad = (numbers > most) | (numbers < -most)
        micros = np.where(bad, 0, numbers) * factor
    return _from_ticks(micros, array, bad, kind)


def _day(array: Any, kind: pa.DataType) -> tuple[Any, Mask | None]:
    """The day of which it is the midnight in UTC."""
    ticks = array.view(pa.int64())
    numbers = np.asarray(ticks.fill_null(0) if ticks.null_count else ticks)
    per_day = PER_DAY["ms" if pa.types.is_date64(array.type) else array.type.unit]
    days = numbers // per_day
    bad = (numbers % per_day != 0) | (np.abs(days) > np.iinfo(np.int32).max)
    return _from_ticks(np.where(bad, 0, days).astype(np.int32), array, bad, kind)


def _from_ticks(numbers: NDArray[Any], array: Any, bad: Mask, kind: pa.DataType) -> tuple[Any, Mask | None]:
    none = bad | np.asarray(array.is_null()) if array.null_count or bad.any() else None
    made = pa.array(numbers, mask=none).view(kind)
    return made, (bad if bad.any() else None)


def _masked(array: Any, kind: pa.DataType, bad: Mask) -> tuple[Any, Mask | None]:
    good = pc.if_else(pa.array(bad), pa.scalar(None, array.type), array)
    return good.cast(kind), bad
