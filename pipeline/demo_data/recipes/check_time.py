"""What the author of recipes is told of time: events, rows that join, seasons, and what is carried on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from demo_data.common.errors import nearest
from demo_data.recipes.recipe import Count, Recipe

EARLIER = "earlier"
"""The parameter of the function that carries on: the table as of an earlier day."""


def time_faults(recipe: Recipe, recipes: Mapping[str, Recipe]) -> Iterator[str]:
    """What is wrong in how a table goes on from day to day."""
    if recipe.has_events:
        yield from _events(recipe)
    yield from _joining(recipe)
    if recipe.season_days < 0:
        yield f"season_days: a whole number of days, 0 for never, not {recipe.season_days!r}"
    elif recipe.season_days and not recipe.scenarios:
        yield "season_days: there are no stories to deal anew: name them, with scenarios=(...)"
    if recipe.carried:
        yield from _carried(recipe, recipes)


def _events(recipe: Recipe) -> Iterator[str]:
    """Events are asked for by days: those of parents by `expand`, those of none by their number a day."""
    if recipe.within is None:
        if "day" not in recipe.columns:
            yield "its rows are events: derive 'day', the day of each in days since 1970"
        if isinstance(recipe.count, Count):
            yield (
                "its rows are events of no parent, so many a day: say count=lambda settings: ..., which grows with "
                "last_day(settings), and with per_parent=lambda settings: ... how many a day has"
            )
    elif recipe.fan_out is None:
        yield f"its rows are events: expand() says how many each row of {recipe.within[1]} has, and the 'day' of each"
    elif "day" not in recipe.fan_out.names:
        yield "its rows are events: expand() to 'day' too, the day of each in days since 1970"


def _joining(recipe: Recipe) -> Iterator[str]:
    if not isinstance(recipe.count, Count) or (joining := recipe.count.joining) is None:
        return
    if not 0 <= joining <= 100:
        yield f"count: joining is from 0 to 100 per cent a year, not {joining:g}"
    if recipe.within:
        yield f"count: its rows are cut by those of {recipe.within[1]}, so none join by themselves: leave joining out"
    elif recipe.reference:
        yield "count: its rows are those of a reference, so none join: leave joining out"


def _carried(recipe: Recipe, recipes: Mapping[str, Recipe]) -> Iterator[str]:
    assert recipe.carried is not None
    for name in recipe.carried.names:
        if name not in recipe.columns:
            yield f"carry: no column is called {name!r}; {nearest(name, recipe.columns)}"
    if EARLIER not in recipe.carried.parameters:
        yield f"carry: the function goes on from an earlier day, and reads none: give it the parameter {EARLIER!r}"
    children = [recipes[child] for child in recipe.children if child in recipes]
    if len(children) == len(recipe.children) and not any(child.has_events for child in children):
        yield "carry: it is for what is computed from events: name their table, with children=(...)"
