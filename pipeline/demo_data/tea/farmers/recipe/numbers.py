"""The numbers that a farmer is known by: of the identity card, and of the factory's register."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from demo_data.recipes import (
    YEAR,
    Array,
    Maybe,
    Noise,
    Settings,
    born_day,
    digits,
    exponential,
    joined,
    rows_ever,
    texts,
)
from demo_data.tea.kenya.national_ids import AGE, LEAST, MOST, series

AGE_AT_REGISTERING, YOUNGEST, OLDEST = (44.0, 12.0), 18.5, 85.0
"""Mean and deviation of the age at which farmers register, and the bounds of their age: those of a register are 50 to
55 years old on average (Tea Research Foundation of Kenya; KTDA: surveys of growers)."""

ROOM, MUCH_ROOM = 400_000, 3_200_000
"""How far apart the numbers of identity cards are that one farmer could have, so that no two can have the same: the
first, or the least multiple of the second that is no less than the farmers that there can be. No more, as numbers up to
this may be anybody's, whether or not as many had been given out.
"""

GROWER_DIGITS = 4
"""Digits of a grower's number after those of the factory; more where there are more farmers."""

APART = 3
"""Numbers that each farmer could have been given: the others are those of growers who have left the register."""


def birth_day(registered_day: Array, rows: Array, settings: Settings, noise: Noise) -> Array:
    """The day of birth, in days since 1970: a farmer is of age when registering."""
    mean, deviation = AGE_AT_REGISTERING
    oldest = OLDEST - np.maximum(born_day(settings) - registered_day, 0) / YEAR
    age = np.clip(mean + deviation * noise.normal("age", rows), YOUNGEST, np.maximum(oldest, YOUNGEST))
    return registered_day - (age * YEAR).astype(np.int64)


def national_id(birth_day: Array, registered_day: Array, rows: Array, settings: Settings, noise: Noise) -> pa.Array:
    """A number of those that were given out when the card was issued: at 18 or some time after it, before registering.

    No other row can have it: rows differ in what is left of their numbers when divided by how many rows there can be.
    """
    late = (exponential(noise.bits("issued_late", rows)) * YEAR).astype(np.int64)
    of_age = np.minimum(birth_day + late, registered_day - int(AGE * YEAR) - 1)
    known = series()
    years, numbers = [each.born for each in known], [each.number for each in known]
    given_out = np.floor(np.interp(1970 + of_age / YEAR, years, numbers)).astype(np.int64)
    ever = rows_ever("farmers", settings)
    apart = ROOM if ever <= ROOM else min(-(-ever // MUCH_ROOM) * MUCH_ROOM, MOST - LEAST)
    own = LEAST + noise.permute("national_id", rows, apart)
    number = own + np.maximum(given_out - own, 0) // apart * apart
    return _written(number, 8)


def grower_number(rows: Array, point__factory: Array, grower: Array, settings: Settings, noise: Noise) -> Maybe:
    """The factory's digits and then the number in its register, which goes up with time at each collection point.

    Farmers stand by point and in order of registration there; those who join come after all others.
    """
    factories, width = 1, max(GROWER_DIGITS, len(str(APART * rows_ever("farmers", settings))))
    while settings["factories.count"] > 9 * factories:
        factories *= 10
    own = APART * rows + (noise.bits("grower_number", rows) % np.uint64(APART)).astype(np.int64) + 1
    number = (factories + point__factory.astype(np.int64)) * 10**width + own
    widest = width + len(str(factories + int(point__factory.max(initial=0))))
    return Maybe(joined("GN-", _written(number, widest)), grower)


def _written(number: Array, most: int) -> pa.Array:
    """Numbers of at most so many digits, without leading zeros."""
    return pc.utf8_ltrim(texts(len(number), digits(number, most)), "0")
