"""Kenyan names, numbers and places without an instance, and without Faker: `KenyaProvider.name()`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from random import Random
from typing import ClassVar, Generic, TypeVar

from demo_data.tea.kenya import draw

T = TypeVar("T")


class _Lazy(Generic[T]):
    """A constant of a class whose value is read from the fact tables on first use."""

    def __init__(self, read: Callable[[], T]) -> None:
        self.read = cache(read)

    def __get__(self, instance: object, owner: type) -> T:
        return self.read()


class KenyaProvider:
    """Draws from a random source of its own, which no other module's drawing moves; unseeded until `seed` is called.

    The facts are those of the tea counties (`demo_data.tea.kenya.places.counties`). Genders are `female` and `male`;
    without one, either is drawn. An unknown gender is a ValueError.
    """

    FIRST_NAMES = _Lazy(lambda: tuple(draw.given_names()))
    LAST_NAMES = _Lazy(lambda: tuple(draw.family_names()))
    PHONE_PREFIXES = _Lazy(lambda: tuple(draw.phone_prefixes()))
    TEA_REGIONS = _Lazy(draw.tea_regions)
    ALTITUDE_BANDS: ClassVar[dict[str, tuple[int, int]]] = draw.ALTITUDE_BANDS
    LATITUDE_MIN, LATITUDE_MAX = draw.LATITUDES
    LONGITUDE_MIN, LONGITUDE_MAX = draw.LONGITUDES

    _random: ClassVar[Random] = Random()

    @classmethod
    def seed(cls, seed: int | str | bytes | None = None) -> None:
        """After the same seed the same calls give the same values; None makes them unforeseeable again."""
        cls._random.seed(seed)

    @classmethod
    @contextmanager
    def isolated(cls) -> Iterator[None]:
        """Afterwards draws go on as if there had been none meanwhile."""
        before = cls._random.getstate()
        try:
            yield
        finally:
            cls._random.setstate(before)

    @classmethod
    def first_name(cls, gender: str | None = None) -> str:
        """A given name."""
        return draw.choose(cls._random, draw.given_names(gender))

    @classmethod
    def last_name(cls, gender: str | None = None) -> str:
        """A family name."""
        return draw.choose(cls._random, draw.family_names(gender))

    @classmethod
    def name(cls, gender: str | None = None) -> str:
        """Given and family name, both of one community and one gender."""
        return " ".join(draw.name(cls._random, gender))

    @classmethod
    def phone_number(cls) -> str:
        """A mobile number: +254 and nine digits."""
        return draw.phone_number(cls._random)

    @classmethod
    def kenya_coordinates(cls, tea_region: bool = True) -> tuple[float, float, float]:
        """Latitude, longitude (degrees) and altitude (m) in one of TEA_REGIONS.

        Without `tea_region` anywhere in Kenya's bounding box, which reaches over its borders, and any altitude
        from 0 to 2500 m: not that of the spot.
        """
        return draw.in_tea_region(cls._random) if tea_region else draw.in_kenya(cls._random)

    @classmethod
    def kenya_coordinates_for_altitude_band(cls, label: str) -> tuple[float, float, float]:
        """Latitude, longitude (degrees) and an altitude (m) of the band `lowland`, `midland` or `highland`.

        Highland is in one of TEA_REGIONS. No tea grows lower, so the others are anywhere in Kenya's bounding box.
        Raises ValueError for another label, naming these.
        """
        return draw.in_altitude_band(cls._random, label)

    @classmethod
    def tea_region_county(cls) -> str:
        """The name of a county with a tea zone."""
        return draw.tea_county(cls._random).county

    @classmethod
    def national_id(cls) -> str:
        """Eight digits; seven for people old enough."""
        return draw.national_id(cls._random)

    @classmethod
    def grower_number(cls) -> str:
        """GN- and five digits."""
        return draw.grower_number(cls._random)
