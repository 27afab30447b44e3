"""Columns of a block become Arrow columns of the types that classes demand."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pytest
from pydantic import Field

from demo_data.engine.assemble import to_arrow
from demo_data.recipes.columns import Maybe
from demo_data.schema.record import Record
from demo_data.schema.tree import tree


class Kinds(Record):
    """A column of each type."""

    text: str | None
    small: Annotated[int | None, Field(ge=0, le=1000)]
    large: int | None
    flag: bool | None


@pytest.mark.parametrize(
    ("name", "values", "found"),
    [
        ("text", ["a", "b"], ["a", None]),
        ("small", [1.0, np.nan], [1, None]),
        ("small", [1, 2**40], [1, None]),
        ("small", np.array([1, 2], np.int32), [1, None]),
        ("large", [1, 2**40], [1, None]),
        ("large", np.array([1, 2], np.int8), [1, None]),
        ("flag", [True, True], [True, None]),
    ],
)
def test_what_does_not_count_need_not_fit(name: str, values: Any, found: list[Any]) -> None:
    """Nullable values may be of any type that fits, and where they are null need not fit at all."""
    (node,) = (node for node in tree(Kinds).children if node.name == name)

    assert to_arrow(Maybe(np.array(values), np.array([True, False])), node).to_pylist() == found
