"""Who shows which story, season by season."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, Noise, Settings, born_day, seasons
from demo_data.tea.recipe import SEASON_DAYS

INACTIVE = "inactive"


def first_story(rows: Array, settings: Settings, noise: Noise) -> Array:
    """The number of the farmer's story in the profile's list as of `born`, or -1; shares are exact."""
    borders, count = np.cumsum(list(settings["farmers.scenarios"].values())), settings["farmers.count"]
    rank = noise.permute("scenario", np.minimum(rows, count - 1), count)
    number = np.searchsorted(borders, rank, side="right")
    return np.where((number < len(borders)) & (rows < count), number, -1)


def takes_part(drawn__is_active: Array, first_story: Array, rows: Array, settings: Settings) -> Array:
    """Who delivers at all: of those of a story all but the inactive, of the others as drawn; and who joins later."""
    asleep = first_story == _inactive(settings)
    return np.where(first_story >= 0, ~asleep, drawn__is_active | (rows >= settings["farmers.count"]))


def stories(
    first_story: Array,
    takes_part: Array,
    registered_day: Array,
    left_day: Array,
    rows: Array,
    settings: Settings,
    noise: Noise,
) -> Array:
    """Of the whole table: every season's story of each farmer, or -1, shape (farmers, seasons).

    From the second season on, the profile's numbers are dealt anew on its first day among those who are active then;
    where these are fewer, all stories have fewer.
    """
    asleep = first_story == _inactive(settings)
    numbers = [number for number, name in enumerate(settings["farmers.scenarios"]) if name != INACTIVE]
    sizes = [list(settings["farmers.scenarios"].values())[number] for number in numbers]
    turn = np.concatenate([np.zeros(0), *((np.arange(size) + 0.5) / size for size in sizes)])
    dealt = np.repeat(np.array(numbers, np.int16), sizes)[np.argsort(turn, kind="stable")]
    made = np.full((len(rows), seasons(SEASON_DAYS, settings)), -1, np.int16)
    made[:, 0] = first_story
    for season in range(1, made.shape[1]):
        first = born_day(settings) + 1 + (season - 1) * SEASON_DAYS
        able = np.flatnonzero(takes_part & (registered_day < first) & (left_day >= first))
        order = able[np.argsort(noise.bits("story", (rows[able] << 16) | season), kind="stable")][: len(dealt)]
        made[asleep, season] = first_story[asleep]
        made[order, season] = dealt[: len(order)]
    return made


def scenario(rows: Array, every__stories: Array) -> Array:
    """Each season's story, by its number in the profile's list, or -1; shape (farmers, seasons)."""
    return every__stories[rows]


def _inactive(settings: Settings) -> int:
    names = list(settings["farmers.scenarios"])
    return names.index(INACTIVE) if INACTIVE in names else len(names)
