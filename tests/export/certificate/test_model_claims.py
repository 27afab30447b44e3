"""What follows from a class's annotations is SQL that DuckDB runs, whatever the annotations."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import Annotated

import duckdb
import pytest
from pydantic import Field

from demo_data.export.certificate.model_claims import _demands
from demo_data.schema.record import Day, Record
from demo_data.schema.tree import tree


class Odd(Record):
    """Bounds that are no numbers, and a pattern that only Python's expressions know."""

    since: Annotated[Day, Field(ge=date(2000, 1, 1))]
    share: Annotated[float, Field(lt=inf, gt=-inf)]
    note: Annotated[str, Field(pattern="^.{1,2000}$")]


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ({"since": "2000-01-01", "share": "1.5", "note": "x"}, True),
        ({"since": "1999-12-31", "share": "1.5", "note": "x"}, False),
        ({"since": "2000-01-01", "share": "inf", "note": "x"}, False),
        ({"since": "2000-01-01", "share": "1.5", "note": "\x01"}, False),
    ],
)
def test_demands(value: dict[str, str], holds: bool) -> None:
    kinds = {"since": "DATE", "share": "DOUBLE", "note": "VARCHAR"}
    row = ", ".join(f"?::{kind} AS {name}" for name, kind in kinds.items())
    asked = [sql for node in tree(Odd).children for _, sql in _demands(node, node.name)]
    found = duckdb.execute(f"SELECT {' AND '.join(asked)} FROM (SELECT {row})", [value[name] for name in kinds])
    assert found.fetchall() == [(holds,)]
