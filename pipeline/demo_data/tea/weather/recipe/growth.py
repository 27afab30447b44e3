"""How fast leaf grows: the season, the rain and warmth of late, frost, and the year."""

from __future__ import annotations

import numpy as np

from demo_data.recipes import Array, lognormal, quantile_number
from demo_data.tea.recipe.rain import mean_rain, rain, wet_and_dry, wet_share
from demo_data.tea.recipe.sky import Sky, through
from demo_data.tea.weather.recipe.warmth import WET_NIGHT, WET_NOON, coldest, night, noon

_YEARS = lognormal(0.095)
"""Good and bad years, by how good: KTDA's green leaf of 2016/17 to 2022/23 varies by 13 % (KTDA annual reports)."""

_LAG, _LATE, _EARLIER = 4, 28, 56
"""Rain shows in leaf some days later, and for one month or two; estimates."""

_MOST_MM = 20.0
"""More than this in a day runs off."""

_DRY, _HALF_MM = 0.8, 120.0
"""Growth without any rain is less by this part where hardly any is usual; by half of it where this much is usual in a
month, for then the soil is wet all the same. Estimates."""

_PER_KELVIN = 0.03
"""Growth rises by this part with each degree; an estimate (after Carr and Stephens 1992, on tea's base temperature)."""

_WARM_DAYS = 14

_WET_DAY = round((WET_NIGHT + WET_NOON) / 2, 6)
"""What a wet day adds to the mean of its night and noon, K."""

_FROST_C, _FROST_RANGE = 4.5, 4.0
"""Leaf in hollows is hurt where the night is colder than this, and lost where it is colder by as much again."""

_HURT, _RECOVERY_DAYS = 0.6, 42
"""Growth lost to the worst frost, and the days until the bushes have recovered: six weeks, and a quarter to 30 % of a
month's leaf were lost in January 2012 (World Tea News 2012; SERVIR, "Protecting Kenya's tea crop and livelihoods")."""

_LEAST, _MOST = 0.35, 1.5
"""Growth of any day against that of the season; bushes bear no more."""


def growth(sky: Sky, climate: Array, crop: Array, frosty: Array) -> Array:
    """Leaf that grows on each day, in millionths of a mean day of the year; whole numbers, shape (days, regions).

    `climate`, `crop` and `frosty` are columns of the regions; `crop` is the leaf that comes in, by month.
    """
    longer = sky.since(_LAG + _EARLIER + _RECOVERY_DAYS)
    days = len(sky.days)
    wet, dry = wet_and_dry(longer, climate)
    fallen = rain(longer, climate, wet, dry)
    nights, noons = night(longer), noon(longer)
    excess = wet - wet_share(longer, climate)
    lowest = coldest(longer, climate, frosty, nights, excess, dry)
    factor = _of_rain(longer, climate, fallen, days) * _of_warmth((nights + noons) / 2 + _WET_DAY * excess, days)
    factor *= _of_frost(lowest, frosty, days) * _YEARS[quantile_number(sky.year)]
    made = sky.curve(growing(crop)) * np.clip(factor, _LEAST, _MOST)
    return np.rint(made * 1e6).astype(np.int64)


def _of_rain(sky: Sky, climate: Array, fallen: Array, days: int) -> Array:
    """Growth by the rain of one month and of two, against the usual; in mean 1."""
    counted = np.rint(np.minimum(fallen, _MOST_MM) * 1000).astype(np.int64)
    due = np.rint(mean_rain(sky, climate, _MOST_MM) * 1000).astype(np.int64)
    excess = np.zeros((days, counted.shape[1]))
    for span in (_LATE, _EARLIER):
        fell, usual = (_lately(each, span, days, _LAG) for each in (counted, due))
        mattering = _DRY / (1 + usual / span * 30 / 1000 / _HALF_MM)
        excess += mattering * np.minimum(fell / usual - 1, 1.2) / 2
    return 1 + excess


def _of_warmth(off: Array, days: int) -> Array:
    """Growth by how warm the last fortnight was; in mean 1."""
    thousandths = np.rint(off * 1000).astype(np.int64)
    return 1 + _PER_KELVIN / 1000 * _lately(thousandths, _WARM_DAYS, days) / _WARM_DAYS


def _of_frost(coldest: Array, frosty: Array, days: int) -> Array:
    """Growth after the worst frost of the last six weeks."""
    kept = np.ones((days, len(frosty)))
    harm = np.clip((_FROST_C - coldest) / _FROST_RANGE, 0.0, 1.0)[:, frosty]
    worst = np.zeros((days, harm.shape[1]))
    for ago in range(_RECOVERY_DAYS):
        stop = len(harm) - ago
        np.maximum(worst, harm[stop - days : stop] * (1 - ago / _RECOVERY_DAYS), out=worst)
    kept[:, frosty] -= _HURT * worst
    return kept


def _lately(values: Array, span: int, days: int, lag: int = 0) -> Array:
    """The sums over so many days, the last of them some days ago, of whole numbers; for the last `days` rows."""
    total = np.cumsum(np.concatenate([np.zeros_like(values[:1]), values]), axis=0)
    stop = len(total) - lag
    summed: Array = total[stop - days : stop] - total[stop - days - span : stop - span]
    return summed


def growing(crop: Array) -> Array:
    """The leaf that grows by month, as values in the middle of each, so that what comes in by month is `crop`.

    Leaf comes in at the next plucking, up to two weeks after it has grown; both shapes are (regions, 12).
    """
    rounds = range(7, 15)
    return through(crop, tuple(sum(days > wait for days in rounds) / sum(rounds) for wait in range(rounds[-1])))
