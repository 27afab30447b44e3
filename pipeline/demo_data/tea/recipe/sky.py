"""Smooth random fields over Kenya: what neighbours share of the weather.

A field is a sum of 48 plane waves whose amplitudes are drawn for each day. The waves are fixed: their lengths and
directions are those of a Gaussian spectrum, taken evenly, so that what a field says at two places correlates by
exp(-(d / reach)^2 / 2), within 0.08 at any distance d of up to six reaches. A value is a standard normal everywhere,
however long the sums: any day of any region can be asked for alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from demo_data.recipes import Array, Noise, month, months_around, seasonal

WAVES = 48
_TURN = 0.895
"""Part of a half turn from one wave's direction to the next: found by trying, for the most even cover."""

_LENGTHS = [math.sqrt(-2 * math.log(1 - (wave + 0.5) / WAVES)) for wave in range(WAVES)]
_DIRECTIONS = [math.pi * ((0.5 + wave * _TURN) % 1.0) for wave in range(WAVES)]
_NORTH = np.array([round(r * math.cos(a), 9) for r, a in zip(_LENGTHS, _DIRECTIONS, strict=True)])
_EAST = np.array([round(r * math.sin(a), 9) for r, a in zip(_LENGTHS, _DIRECTIONS, strict=True)])


SEASON_DAYS, YEAR_DAYS = 60, 365
SEASON_KM, YEAR_KM = 250.0, 400.0
"""How long wet seasons and years last, and how far they reach; estimates."""


@dataclass(frozen=True, eq=False)
class Sky:
    """Some days over some regions: what is made here has the shape (days, regions).

    `days` rise; `number` is each region's for ever, and `center_km` where it lies, shape (regions, 2). `noise` is that
    of the world, so that whoever asks finds the same weather.
    """

    days: Array
    number: Array
    center_km: Array
    noise: Noise

    @classmethod
    def of(cls, day: Array, number: Array, center_km: Array, noise: Noise) -> tuple[Sky, Array, tuple[Array, Array]]:
        """The sky over rows (day and region of each), one row of every region in it, and each row's place in it."""
        numbers, example, column = np.unique(number, return_index=True, return_inverse=True)
        days, line = np.unique(day, return_inverse=True)
        return cls(days, numbers, center_km[example], noise.world), example, (line, column)

    @cached_property
    def year(self) -> Array:
        """How good the year is for rain and leaf, a standard normal: most of it is the nation's."""
        return self.slow("year", YEAR_KM, YEAR_DAYS)

    @cached_property
    def wetness(self) -> Array:
        """How wet the season and the year are, a standard normal."""
        return 0.8 * self.slow("season", SEASON_KM, SEASON_DAYS) + 0.6 * self.year

    def since(self, before: int) -> Sky:
        """The same regions on every day from so many before the first on, to the last."""
        first, last = (int(self.days[0]), int(self.days[-1])) if len(self.days) else (0, -1)
        return Sky(np.arange(first - before, last + 1), self.number, self.center_km, self.noise)

    def curve(self, monthly: Array) -> Array:
        """Monthly values of each region, shape (regions, 12), as a curve through the middle of each month."""
        this, other, weight = self._months
        made: Array = monthly.T[this] * (1 - weight[:, None]) + monthly.T[other] * weight[:, None]
        return made

    @cached_property
    def _months(self) -> tuple[Array, Array, Array]:
        return months_around(self.days)

    def normal(self, monthly: Array) -> Array:
        """Monthly means of each region, shape (regions, 12), as a curve whose mean over each month is that month's."""
        return self.curve(through(monthly))

    def field(self, stream: str, reach_km: float, own: float = 0.0, memory: tuple[float, ...] = (1.0,)) -> Array:
        """Standard normal values that neighbours share within `reach_km`, but for `own`, the region's part of variance.

        `memory`: weights of today's and the last days' values, for what lasts.
        """
        needed = np.unique(self.days[:, None] - np.arange(len(memory)))
        shared = _waves(stream, needed, self.center_km / reach_km, self.noise) * math.sqrt(1 - own)
        if own:
            cells = (self.number.astype(np.int64) << 32) | needed[:, None]
            shared = shared + self.noise.normal(f"{stream} of a region", cells) * math.sqrt(own)
        scale = math.sqrt(sum(weight * weight for weight in memory))
        total = np.zeros((len(self.days), len(self.number)))
        for ago, weight in enumerate(memory):
            total += weight / scale * shared[np.searchsorted(needed, self.days - ago)]
        return total

    def slow(self, stream: str, reach_km: float, period: int) -> Array:
        """A standard normal field that changes within about `period` days, without jumps.

        Values are drawn every so many days. Between two, the squares of their weights add up to 1.
        """
        before = self.days // period
        knots = np.unique(np.concatenate([before, before + 1]))
        values = _waves(stream, knots, self.center_km / reach_km, self.noise)
        fading, coming = _fading(period)
        phase, place = self.days % period, np.searchsorted(knots, before)
        made: Array = values[place] * fading[phase, None] + values[place + 1] * coming[phase, None]
        return made


def through(monthly: Array, waits: tuple[float, ...] = (1.0,)) -> Array:
    """The values in the middle of months of a curve whose means over the months are these, shape (regions, 12).

    `waits`: where what the curve tells of comes in later: the shares of it that do so after 0, 1, 2 days and on.
    """
    made = np.zeros(monthly.shape)
    for number in range(12):
        made += monthly[:, number, None] * _unfolded(waits)[:, number]
    return made


@cache
def _unfolded(waits: tuple[float, ...]) -> Array:
    """What each month's mean (columns) says of the curve's values in the middle of months (rows), shape (12, 12)."""
    days = np.arange(4 * 365 + 1)
    means = np.zeros((12, 12))
    for number, only in enumerate(np.eye(12)):
        monthly = np.broadcast_to(only, (len(days), 12))
        curve = sum(share * seasonal(monthly, days - wait) for wait, share in enumerate(waits))
        means[:, number] = np.bincount(month(days), curve) / np.bincount(month(days))
    return np.rint(np.linalg.inv(means) * 1e6) / 1e6


@cache
def _fading(period: int) -> tuple[Array, Array]:
    """Weights of the value before and of the one to come, by the days since the one before."""
    angles = [math.pi / 2 * part / period for part in range(period)]
    before, after = ([round(turn(angle), 9) for angle in angles] for turn in (math.cos, math.sin))
    return np.array(before), np.array(after)


def _waves(stream: str, moments: Array, center: Array, noise: Noise) -> Array:
    """The sum of waves at each moment and place, the places in units of the field's reach; shape (moments, places).

    Terms are added one by one, so that the sum is the same on every machine.
    """
    waves = np.arange(2 * WAVES)
    height = noise.normal(stream, (moments.astype(np.int64)[:, None] << 7) | waves)
    phase = center[:, :1] * _NORTH + center[:, 1:] * _EAST
    shape = np.rint(np.concatenate([np.cos(phase), np.sin(phase)], axis=1) * 1e9) / 1e9
    total = np.zeros((len(moments), len(center)))
    for wave in waves:
        total += height[:, wave, None] * shape[:, wave]
    return total * (1 / math.sqrt(WAVES))
