"""What changes now and then: registers that are kept, of whom one reaches and when a point is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo_data.recipes import Array, Choices, Coded, Noise
from demo_data.tea.recipe import since, working_day

NEVER = -1
"""The day of what has not happened."""


def turns(
    stream: str, span_days: int, most: int, start: Array, anchor: Array, last: Array, rows: Array, noise: Noise
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which one of several a row has by the day `last`, and since which day, or -1: 0 is the one of the day `anchor`.

    It is exchanged for another, on a working day, once in each span of so many days from the day after `start` on, and
    at most `most` times; the numbers are below `most + 1`, and none comes twice.
    """
    if most < 1:
        return np.zeros(len(rows), np.int64), np.full(len(rows), NEVER)

    def exchanged(by: Array) -> tuple[Array, Array]:
        span = np.clip((by - start - 1) // span_days, 0, most - 1)
        this, one_before = day_in(span), day_in(np.maximum(span - 1, 0))
        times = span + (this <= by)
        return times, np.where(this <= by, this, np.where(times > 0, one_before, NEVER))

    def day_in(span: Array) -> Array:
        first = start + 1 + span * span_days
        day = since(first, span_days, noise.bits(stream, (rows << 16) | span))
        return working_day(day, first + span_days - 1)

    times, day = exchanged(last)
    return (times - exchanged(anchor)[0]) % (most + 1), day


@dataclass(frozen=True)
class Words:
    """Words that change: those of the last day, and every change, shape (rows, spans), in order of time.

    `days`: the day of each change, or -1; `before`: the number of the word that held up to that day.
    """

    now: Coded
    days: Array
    before: Array


def redrawn(
    stream: str,
    span_days: int,
    drawn: Coded,
    weights: Mapping[str, float],
    anchor: Array,
    within: tuple[Array, Array],
    rows: Array,
    last: int,
    noise: Noise,
) -> Words:
    """Words drawn anew once in each span of so many days, on a working day, by their weights, so that shares stay; some
    stay themselves.

    On the day `anchor` they are as `drawn`, whatever the first and the last day of the data are. Changes lie between
    the days `within`, and none is after `last`.
    """
    latest = max(last, int(anchor.max(initial=last)))  # from the anchor back, be it after the last day
    spans = np.arange(int(within[0].min(initial=last)) // span_days, latest // span_days + 1)
    choices, one = Choices([list(weights.values())]), np.zeros(len(rows), np.int64)
    days, before = (np.full((len(rows), len(spans)), NEVER) for _ in range(2))

    def draws(place: int) -> tuple[Array, Array, Array]:
        cells = (rows << 16) | spans[place]
        first = spans[place] * span_days
        day = working_day(since(first, span_days, noise.bits(stream, cells)), first + span_days - 1)
        return day, choices.pick(one, noise.bits(f"{stream}_to", cells)), (day > within[0]) & (day < within[1])

    held, now = drawn.codes, drawn.codes
    for place in reversed(range(len(spans))):  # the word before each of these is drawn
        day, word, may = draws(place)
        may &= day <= anchor
        changes = may & (word != held) & (day <= last)
        days[changes, place], before[changes, place] = day[changes], word[changes]
        held, now = np.where(may, word, held), np.where(may & (day > last), word, now)
    held = drawn.codes
    for place in range(len(spans)):  # and after these, the word that follows
        day, word, may = draws(place)
        may &= (day > anchor) & (day <= last)
        changes = may & (word != held)
        days[changes, place], before[changes, place] = day[changes], held[changes]
        held = np.where(may, word, held)
    return Words(Coded(np.where(anchor > last, now, held), drawn.words), days, before)
