"""Whether Parquet columns are what a table's columns are, looked at before their values go anywhere.

What comes from elsewhere may have any columns. Those of the same kind as the model's (text, whole numbers, moments ...)
can be read as the model's, whatever their width; all else is refused here by file and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from pipeline.spec.arrow import arrow_schema

_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = ((day - _EPOCH).days for day in (date.min, date.max))
_DAY = {"s": 86_400, "ms": 86_400 * 10**3, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}


def misfit(schema: pa.Schema, model: type[BaseModel], paths: Sequence[str] | None = None) -> str | None:
    """The first column that is not the model's, and why; None where all can be read.

    All columns are looked at, or of nested ones too those at `paths` alone.
    """
    expected = arrow_schema(model)
    if paths is None:
        return next(_fields(expected, schema, ""), None)
    return next((told for path in paths for told in _at(expected, schema, path.split("."), path)), None)


def _at(expected: Any, actual: Any, steps: list[str], path: str) -> Iterator[str]:
    wanted, name = expected.field(steps[0]), steps[0]
    found = [field for field in actual if field.name == name]
    if len(found) != 1:
        yield f"column {path} {'stands more than once' if found else 'is missing'}"
    elif len(steps) == 1:
        yield from _type(wanted.type, found[0].type, path)
    elif pa.types.is_struct(found[0].type):
        yield from _at(wanted.type, found[0].type, steps[1:], path)
    else:
        yield f"column {path} is missing: {name} is of type {found[0].type}"


def _fields(expected: Iterable[pa.Field], actual: Iterable[pa.Field], above: str) -> Iterator[str]:
    wanted, found = {field.name: field for field in expected}, [field.name for field in actual]
    for name in dict.fromkeys(found):
        if found.count(name) > 1:
            yield f"column {_shown(above + name)} stands more than once"
        elif name not in wanted:
            yield f"column {_shown(above + name)} is unknown"
    kinds = {field.name: field.type for field in actual}
    for name, field in wanted.items():
        if name not in kinds:
            yield f"column {above}{name} is missing"
        else:
            yield from _type(field.type, kinds[name], above + name)


def _type(wanted: pa.DataType, found: pa.DataType, path: str) -> Iterator[str]:
    if pa.types.is_struct(wanted) and pa.types.is_struct(found):
        yield from _fields(wanted, found, f"{path}.")
    elif pa.types.is_list(wanted) and (pa.types.is_list(found) or pa.types.is_large_list(found)):
        yield from _type(wanted.value_type, found.value_type, f"{path}[]")
    elif not _alike(wanted, found.value_type if pa.types.is_dictionary(found) else found):
        yield f"column {path} is of type {_shown(str(found))}, not {wanted}"


def _alike(wanted: pa.DataType, found: pa.DataType) -> bool:
    """Whether both are of one kind of scalar."""
    types = pa.types
    if types.is_string(wanted):
        return bool(types.is_string(found) or types.is_large_string(found) or types.is_string_view(found))
    if types.is_integer(wanted):
        return bool(types.is_integer(found))
    if types.is_floating(wanted):
        return bool(types.is_float32(found) or types.is_float64(found) or types.is_integer(found))
    if types.is_timestamp(wanted):
        return bool(types.is_timestamp(found) and polars_takes(found))
    if types.is_date(wanted):
        return bool(types.is_date(found))
    return bool(wanted.equals(found))


def _shown(text: str) -> str:
    """Somebody else's word, in one line without control characters."""
    return repr(text if len(text) <= 80 else f"{text[:77]}...")[1:-1]


def type_at(model: type[BaseModel], path: str) -> pa.DataType:
    """The type of the model's column at a dotted path."""
    found: Any = arrow_schema(model)
    for step in path.split("."):
        found = found.field(step).type
    return found


def unsound(batch: pa.RecordBatch, *, finite: bool = True) -> str | None:
    """The first column with a day or moment that Python's calendar does not know, or, where all numbers are to be
    `finite`, with one that is not.

    Polars panics on the former, and writes the latter as null.
    """
    found = (
        told
        for field, column in zip(batch.schema, batch.columns, strict=True)
        for told in _values(column, _shown(field.name), finite)
    )
    return next(found, None)


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
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind) or types.is_dictionary(kind):
        return polars_takes(kind.value_type)
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
    found = pc.min_max(whole)
    if found["min"].as_py() is None:
        return True
    day = 1 if pa.types.is_date32(kind) else _DAY["ms" if pa.types.is_date64(kind) else kind.unit]
    return bool(found["min"].as_py() >= _FIRST * day and found["max"].as_py() < (_LAST + 1) * day)
