"""What a function of a recipe has returned, held against what a column is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from demo_data.common.errors import UsageError
from demo_data.common.rendering import short
from demo_data.domain import Domain
from demo_data.domain_check import file_of, place_of
from demo_data.recipes.columns import Coded, Lists, Maybe
from demo_data.recipes.recipe import Derived, Recipe


def place_of_column(domain: Domain, recipe: Recipe, name: str) -> str:
    """Where a column is stated: its function, or the recipe."""
    column = recipe.columns.get(name)
    own = isinstance(column, Derived) and column.function.__module__.startswith(f"{domain.package}.")
    if isinstance(column, Derived) and own:
        return place_of(domain, column.function)
    return file_of(domain, f"{domain.tables[recipe.table]}.recipe")


def columns_of(domain: Domain, derived: Derived, made: Any, names: tuple[str, ...]) -> tuple[Any, ...]:
    """What a function has returned, by column. Raises `UsageError` where these are not as many as the names."""
    if len(names) == 1:
        return (made,)
    if isinstance(made, tuple | list) and len(made) == len(names):
        return tuple(made)
    got = f"{len(made)} of them" if isinstance(made, tuple | list) else _kind(made)
    raise UsageError(f"{place_of(domain, derived.function)}: returns ({', '.join(names)}), and not {got}")


def require_column(domain: Domain, derived: Derived, name: str, column: Any, rows: int) -> None:
    """Raise `UsageError` where a function has returned for a name what is no column of so many rows."""
    if (size := _size(column)) is None:
        what = f"an array with a value for each row, and not {_kind(column)}"
    elif size != rows:
        what = f"a value for each of {rows:,} rows, and not {size:,}"
    else:
        return
    raise UsageError(f"{place_of(domain, derived.function)}: returns as {name!r} {what}")


def _size(column: Any) -> int | None:
    """The rows of a column; None where it is none."""
    if isinstance(column, Coded):
        return _size(column.codes)
    if isinstance(column, Maybe):
        return _size(column.valid) if _size(column.values) == _size(column.valid) else None
    if isinstance(column, Lists):
        return len(column.offsets) - 1
    if isinstance(column, pa.Array) or (isinstance(column, np.ndarray) and column.ndim):
        return len(column)
    return None


def _kind(value: Any) -> str:
    if isinstance(value, Maybe):
        return "values and `valid` of different lengths"
    if isinstance(value, bool | int | float | str | np.generic) or (isinstance(value, np.ndarray) and not value.ndim):
        return f"the single value {short(str(value))}"
    return "nothing" if value is None else "an array" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"
