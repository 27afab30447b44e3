"""Arrow's tables as flat frames of Polars, with nothing in them over which it panics."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pyarrow as pa
from polars.exceptions import PanicException

from demo_data.common.soundness import polars_takes

LIMITS: dict[Any, tuple[date, date]] = {
    pl.Date: (date.min, date.max),
    pl.Datetime: (datetime.min, datetime.max),  # noqa: DTZ901 (compared without a zone)
}
"""Days and moments that Python's calendar and Pydantic know; Parquet's goes far beyond. Moments are in UTC."""


def flatten(table: pa.Table) -> pa.Table:
    """A nested table with a column for each leaf, named by its path."""
    while any(pa.types.is_struct(kind) for kind in table.schema.types):
        table = table.flatten()
    return table


def polars(table: pa.Table) -> pl.DataFrame:
    """The flat frame of a nested Arrow table, of types that Polars knows; a value below a null is null."""
    found = flatten(table)
    known = [number for number, kind in enumerate(found.schema.types) if polars_takes(kind)]
    found = found.select(known)  # the others are no column of ours, and told as such
    try:
        texts = {}
        for number, field in enumerate(found.schema):
            if _is_coded(field.type) and found.column(number).num_chunks == 1:
                column = found.column(number).chunk(0)
                texts[field.name] = pl.Series(field.name, pl.from_arrow(column.dictionary))
                found = found.set_column(number, field.name, column.indices)
        frame = pl.DataFrame(pl.from_arrow(found))
    except PanicException as error:  # Polars takes on trust that a schema's own texts are UTF-8
        raise pa.ArrowInvalid(f"damaged schema: {error}") from None
    coded = [name for name, kind in frame.schema.items() if kind == pl.Categorical]
    rest = [pl.col(name).cast(pl.String) for name in coded]
    return frame.with_columns(*(values.gather(frame[name]) for name, values in texts.items()), *rest)


def _is_coded(kind: pa.DataType) -> bool:
    """Whether it is text by way of a dictionary: looking it up here is cheaper than Polars' categories."""
    return bool(pa.types.is_dictionary(kind) and pa.types.is_string(kind.value_type))


def in_calendar(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with null in place of days and moments that Python's calendar does not know."""
    kinds = {name: kind for name, kind in frame.schema.items() if kind.base_type() in LIMITS}
    return frame.with_columns(_in_calendar(pl.col(name), kind) for name, kind in kinds.items()) if kinds else frame


def _in_calendar(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    first, last = (pl.lit(limit).cast(kind) for limit in LIMITS[kind.base_type()])
    return pl.when(column.is_between(first, last)).then(column)
