"""The rule on when identity cards were issued, in worlds so large that their numbers are scarce."""

from __future__ import annotations

from datetime import date
from functools import cache
from math import nan
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from demo_data.tea.farmers.rules.registering import ever, national_id_issued
from tests.worlds import make

ROWS = 3_000


@cache
def cards(count: int, joining: float, born: date) -> pl.DataFrame:
    """Farmers of the beginning, the middle and the end of a large world."""
    world = make(farmers__count=count, farmers__joining=joining, born=born, as_of=born, farmers__scenarios={})
    parts = [world.rows("farmers", start, start + ROWS) for start in (0, count // 2, count - ROWS)]
    return pl.concat(
        pl.DataFrame({"row": part.rows, "national_id": part["national_id"].to_pylist()}).with_columns(
            pl.Series("registration_date", part["registration_date"]).cast(pl.Datetime("us", "UTC"))
        )
        for part in parts
    )


def recipe(**settings: object) -> Any:
    """A dataset whose recipe tells this of farmers."""
    return SimpleNamespace(recipe=SimpleNamespace(settings={"farmers": settings}))


def late(frame: pl.DataFrame, count: int, joining: float) -> list[int]:
    """The rows whose cards are of after their registration, where the recipe tells of so many farmers."""
    rule: Any = national_id_issued.function
    return [row for each in rule(recipe(count=count, joining=joining), frame) for row in each.rows["row"].to_list()]


@pytest.mark.parametrize(
    ("count", "joining", "born"),
    [
        (50_000, 3.0, date(2026, 1, 31)),
        (650_000, 3.0, date(2026, 1, 31)),
        (650_000, 4.0, date(2011, 1, 1)),
        (650_000, 40.0, date(2026, 1, 31)),
        (260_000, 100.0, date(2026, 1, 31)),
        (290_000, 100.0, date(2011, 1, 1)),
    ],
)
def test_cards_of_many(count: int, joining: float, born: date) -> None:
    """Cards are of by then, whoever may join; of registrations 25 years sooner many are not, where numbers can tell."""
    frame = cards(count, joining, born)
    assert frame["national_id"].n_unique() == frame.height
    assert late(frame, count, joining) == []

    sooner = frame.with_columns(pl.col("registration_date").dt.offset_by("-25y"))
    share = len(late(sooner, count, joining)) / frame.height
    assert share > 0.2 if count * (1 + joining) < 10_000_000 else share < 0.2


def test_how_many_there_can_be() -> None:
    """Recipes of others may not tell, or tell nonsense: then it is as many as there are."""
    told: tuple[dict[str, Any], ...] = ({}, {"count": 9}, {"count": "9", "joining": 3}, {"count": nan, "joining": 3})
    assert [ever(recipe(**settings), 50) for settings in told] == [50] * 4
    assert ever(recipe(count=20, joining=3), 50) == 80
    none: Any = SimpleNamespace(recipe=None)
    assert ever(none, 50) == 50
