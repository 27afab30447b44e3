"""Who shows which story in which season, as the recipe tells."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import numpy as np

from demo_data.dataset.recipe_file import Season
from demo_data.engine.world import World
from demo_data.profile import Settings
from demo_data.recipes.growth import seasons

_BLOCK = 65_536


def scenarios(settings: Settings) -> dict[str, list[str] | list[Season]]:
    """By table, the seasons that have begun by the last day: the keys of the rows of each story."""
    world = World(settings.domain, settings)
    found: dict[str, list[str] | list[Season]] = {}
    for table, recipe in settings.domain.recipes.items():
        names = tuple(settings[f"{table}.scenarios"]) if recipe.scenarios else ()
        if not names:
            continue
        days = _seasons(settings, recipe.season_days)
        stories: list[dict[str, list[str]]] = [{name: [] for name in names} for _ in days]
        rows = world.count(table)
        for start in range(0, rows, _BLOCK):
            block = world.rows(table, start, min(start + _BLOCK, rows))
            numbers, keys = block["scenario"].reshape(len(block), -1), block[recipe.key[0].name]
            for season, (number, name) in product(range(len(days)), enumerate(names)):
                stories[season][name] += keys.take(np.flatnonzero(numbers[:, season] == number)).to_pylist()
        found[table] = [Season(first=a, last=b, stories=told) for (a, b), told in zip(days, stories, strict=True)]
    return found


def _seasons(settings: Settings, length: int) -> list[tuple[date, date]]:
    """The first and the last day of every season that has begun: the whole history, where stories never change."""
    born: date = settings["born"]
    if not length:
        return [(born - timedelta(days=settings["days"] - 1), settings["as_of"])]
    lasts = [born + timedelta(days=length * season) for season in range(seasons(length, settings))]
    return [(last - timedelta(days=length - 1), last) for last in lasts]
