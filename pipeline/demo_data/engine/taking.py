"""Some rows of a column, whatever kind of column it is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from demo_data.recipes.columns import Array, Coded, Column, Lists, Maybe


def take(column: Column, index: Array) -> Column:
    """The column's rows at `index`; text becomes a dictionary over the rows taken from."""
    if isinstance(column, Coded):
        return column.take(index)
    if isinstance(column, Maybe):
        return Maybe(take(column.values, index), column.valid[index])
    if isinstance(column, pa.Array):
        return Coded(index.astype(np.int32, copy=False), column)
    if isinstance(column, Lists):
        starts, sizes = column.offsets[:-1][index], np.diff(column.offsets)[index]
        ends = np.cumsum(sizes)
        items = np.arange(sizes.sum()) + np.repeat(starts - ends + sizes, sizes)
        return Lists(np.concatenate([[0], ends]), take(column.items, items))
    return column[index]
