"""Which files a dataset's tables lie in, and which rows each of them holds.

All of it follows from the settings as of the day that the world is born on, so a later last day moves no border: a
large table of events lies in files by month, which stay as they are once the month is over; other tables grow at
their ends.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from demo_data.engine.world import World
from demo_data.recipes.calendar import born_day, first_day, last_day, months_of
from demo_data.recipes.columns import Settings
from demo_data.recipes.recipe import Recipe

ROWS_PER_PART = 65_536
"""About as many rows as a part has: large enough to compress well, small enough to be made in the processor's cache."""

_CHANGING = 4
"""Tables that are no events are cut so many times smaller: their rows are wide, and any of them may change any day."""

_EPOCH = date(1970, 1, 1)
_MONTH = 31
"""Days of which a file of events holds those of each parent."""


@dataclass(frozen=True)
class Part:
    """A file of a table, by its path in the dataset's directory: rows `start` to `stop`, of its parent if it fans out.

    `span`: the first and the last day of the events in it, in days since 1970, where a table lies in files by month;
    one that fans out of nothing has its rows by the days alone.
    """

    table: str
    start: int
    stop: int
    file: str
    span: tuple[int, int] | None = None


def plan(world: World, table: str) -> list[Part]:
    """The parts of a table, in the order in which they are best made: ranges, of each all months.

    In the order of their files' names, their rows are in order. A fanned-out table is cut by its parent's rows, by
    about as many as fill a part; what joins its parent after the world was born is of the last range.
    """
    rows, settings, recipes = _as_of(world, born_day(world.settings)).count(table), world.settings, world.domain.recipes
    if recipes[table].has_events and rows * _below(recipes[table], settings) > ROWS_PER_PART:
        return list(_months(world, table, rows))
    ranges = _ranges(rows, _most(recipes, table, settings))
    if len(ranges) == 1:
        return [Part(table, 0, world.count(table), f"{table}.parquet")]
    width = max(5, len(str(len(ranges) - 1)))
    return [
        Part(table, start, stop, f"{table}.parquet/part-{number:0{width}}.parquet")
        for number, (start, stop) in enumerate(_grown(ranges, world.count(table)))
    ]


def _most(recipes: Mapping[str, Recipe], table: str, settings: Settings) -> float:
    """Rows that a part of a table that lies not in months holds at most, of its parent if it fans out.

    What is computed from events is cut as these are, so that those of a range are made once for both.
    """
    children = [recipes[name] for name in recipes[table].children]
    events = [_month_of(each, settings) for each in children if each.has_events]
    if events:
        return min(ROWS_PER_PART, *events)
    return ROWS_PER_PART / max(_CHANGING, *(_below(each, settings) for each in (recipes[table], *children)))


def _month_of(recipe: Recipe, settings: Settings) -> float:
    """Rows of its parent whose events fill a month's part."""
    return ROWS_PER_PART / max(recipe.per_parent(settings) * _MONTH, 1e-9)


def _below(recipe: Recipe, settings: Settings) -> float:
    """About how many rows a table has for each row that it is cut by, in the history up to `born`."""
    if not recipe.within:
        return 1
    return recipe.per_parent(settings) * (settings["days"] if recipe.has_events else 1)


def _months(world: World, table: str, rows: int) -> Iterator[Part]:
    recipe, settings = world.domain.recipes[table], world.settings
    spans = list(months_of(first_day(settings), last_day(settings)))
    if recipe.within is None:
        for first, last in spans:
            yield Part(table, 0, world.count(table), _month_file(table, first), (first, last))
        return
    ranges = _ranges(rows, _month_of(recipe, settings))
    counts = [_as_of(world, last).count(table) for _, last in spans]
    width = max(3, len(str(len(ranges) - 1)))
    for number in range(len(ranges)):
        for (first, last), count in zip(spans, counts, strict=True):
            grown = _grown(ranges, count)
            if number < len(grown):
                ending = f"-{number:0{width}}" if len(ranges) > 1 else ""
                yield Part(table, *grown[number], _month_file(table, first, ending), (first, last))


def _month_file(table: str, day: int, ending: str = "") -> str:
    return f"{table}.parquet/{_date(day):%Y-%m}{ending}.parquet"


def _ranges(rows: int, most: float) -> list[tuple[int, int]]:
    """Rows in ranges of one size, as few as there can be of at most `most` rows; one that is empty, of no rows."""
    count = max(1, math.ceil(rows / max(1, int(most))))
    each = math.ceil(rows / count)
    return [(number * each, min((number + 1) * each, rows)) for number in range(count)]


def _grown(ranges: list[tuple[int, int]], count: int) -> list[tuple[int, int]]:
    """The ranges when there are `count` rows: the last one holds all that came; those of no rows yet are left out."""
    *others, (last, end) = ranges
    grown = [(start, min(stop, count)) for start, stop in (*others, (last, max(end, count))) if start < count]
    return grown or [(0, 0)]


def _as_of(world: World, day: int) -> World:
    return world.but({"as_of": _date(day)})


def _date(day: int) -> date:
    return _EPOCH + timedelta(days=day)
