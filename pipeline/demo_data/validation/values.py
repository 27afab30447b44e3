"""What every value must be, whatever its class says: texts that can be stored, and whole seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import annotated_types
import polars as pl

from demo_data.schema.iso import Text
from demo_data.schema.tree import Node

LONGEST = 1_000_000
"""Bytes of a text whose class sets it no bound."""

_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Control characters other than tabs and line breaks."""


def beyond_bounds(node: Node) -> Iterator[tuple[str, pl.Expr, str]]:
    """Of a scalar node: rules, expressions that are true of what breaks them, and messages that follow the value."""
    column = pl.col(node.path)
    if node.type is datetime:
        yield "type", column.dt.nanosecond() != 0, "is no whole second"
    if node.type is not str:
        return
    mark = node.mark(Text)
    if mark:
        bad = ~column.str.contains(mark.written)
        yield "pattern", bad if mark.longest is None else bad | (column.str.len_chars() > mark.longest), mark.said
    elif not any(hasattr(mark, "pattern") for mark in node.marks):
        yield "pattern", column.str.contains(_CONTROLS), "holds a control character"
    if not (node.mark(annotated_types.MaxLen) or (mark and mark.longest)):
        yield "length", column.str.len_bytes() > LONGEST, f"is longer than {LONGEST:,} bytes"
