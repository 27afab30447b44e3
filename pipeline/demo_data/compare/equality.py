"""Values of two sides, compared: nulls equal nulls, NaN equals NaN, -0.0 equals 0.0, floats exactly."""

from __future__ import annotations

from typing import Any, Literal

import polars as pl

Type = Any
"""A Polars type, such as `pl.Int64()` or `pl.List(pl.String)`."""


def differs(old: pl.Series, new: pl.Series) -> pl.Series:
    """Where two columns of one length differ. Values of unlike types (text and numbers) differ unless both are null.

    Of records in lists, the fields that both sides have are compared.
    """
    kind = common(old.dtype, new.dtype)
    if kind is None:
        return old.is_not_null() | new.is_not_null()
    return converted(old, kind).ne_missing(converted(new, kind))


def converted(values: pl.Series, kind: Type) -> pl.Series:
    """The values in a type that `common` gave."""
    if values.dtype == kind:
        return values
    return pl.select(_converted(pl.lit(values), values.dtype, kind)).to_series()


def common(old: Type, new: Type) -> Type | None:
    """The type in which values of two types can be compared; None where they cannot."""
    if old == new:
        return old
    if pl.Null in (old, new):
        return new if old == pl.Null else old
    if all(kind in (pl.String, pl.Categorical, pl.Enum) for kind in (old, new)):
        return pl.String()
    if old.is_integer() and new.is_integer():
        return pl.Int128()
    if old.is_numeric() and new.is_numeric():
        return pl.Float64()
    if isinstance(old, pl.Datetime) and isinstance(new, pl.Datetime):
        unit: Literal["ns", "us"] = "ns" if "ns" in (old.time_unit, new.time_unit) else "us"
        return pl.Datetime(unit, old.time_zone) if old.time_zone == new.time_zone else None
    if _is_list(old) and _is_list(new):
        inner = common(old.inner, new.inner)
        return None if inner is None else pl.List(inner)
    if isinstance(old, pl.Struct) and isinstance(new, pl.Struct):
        after = {field.name: field.dtype for field in new.fields}
        both = {field.name: common(field.dtype, after[field.name]) for field in old.fields if field.name in after}
        kinds = {name: kind for name, kind in both.items() if kind is not None}
        return pl.Struct(kinds) if both and len(kinds) == len(both) else None
    return None


def _is_list(kind: Type) -> bool:
    return isinstance(kind, pl.List | pl.Array)


def _converted(value: pl.Expr, old: Type, new: Type) -> pl.Expr:
    if old == new:
        return value
    if isinstance(old, pl.Array):
        return _converted(value.arr.to_list(), pl.List(old.inner), new)
    if isinstance(old, pl.List) and isinstance(new, pl.List):
        return value.list.eval(_converted(pl.element(), old.inner, new.inner))
    if isinstance(old, pl.Struct) and isinstance(new, pl.Struct):
        kinds = {field.name: field.dtype for field in old.fields}
        fields = [
            _converted(value.struct.field(field.name), kinds[field.name], field.dtype).alias(field.name)
            for field in new.fields
        ]
        return pl.when(value.is_not_null()).then(pl.struct(fields))
    return value.cast(new)
