"""How one Kenyan name, number or place is drawn: a function per rule, for the Faker locale and KenyaProvider alike.

Each takes the source of randomness first. `weighted=False` makes the options of every choice equally likely. Tables
are cached and shared by all callers: do not change them.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypedDict, TypeVar

from demo_data.tea.kenya.national_ids import series
from demo_data.tea.kenya.people import GENDERS, communities, communities_of
from demo_data.tea.kenya.phones import prefixes
from demo_data.tea.kenya.places import County, Place, counties, places, unclaimed

if TYPE_CHECKING:
    from random import Random

T = TypeVar("T")

LATITUDES = (-4.7, 4.6)  # Kenya's south and north ends, degrees
LONGITUDES = (33.9, 41.9)  # its west and east ends, degrees
ALTITUDES = (0, 2500)  # metres: from the coast to the highlands; few people live higher
ALTITUDE_BANDS = {"lowland": (0, 799), "midland": (800, 1200), "highland": (1201, 2700)}
"""The first and the last whole metre of each band, up to where tea ends."""

_KM_PER_DEGREE = 6371.0 * math.radians(1)


class TeaRegion(TypedDict):
    """A box in a county's tea zone: degrees, metres, and the county's name."""

    lat_min: float
    lat_max: float
    lng_min: float
    lng_max: float
    alt_min: int
    alt_max: int
    county: str


def choose(random: Random, options: Mapping[T, float], weighted: bool = True) -> T:
    """One of the options, as often as its weight says."""
    return random.choices(list(options), list(options.values()) if weighted else None)[0]


def name(random: Random, gender: str | None = None, weighted: bool = True) -> tuple[str, str]:
    """Given and family name that one community of the tea counties gives to one gender; never the same word twice.

    Raises ValueError for an unknown gender.
    """
    community = communities()[choose(random, community_shares(), weighted)]
    gender = random.choice(_genders(gender))
    first, family = choose(random, community.given[gender], weighted), community.family[gender]
    last = choose(random, family, weighted)
    if last == first:
        last = choose(random, {text: weight for text, weight in family.items() if text != first}, weighted)
    return first, last


def phone_number(random: Random, weighted: bool = True) -> str:
    """A mobile number in E.164: +254 and nine digits, without spaces."""
    return f"+254{choose(random, phone_prefixes(), weighted)}{random.randrange(1_000_000):06d}"


def national_id(random: Random) -> str:
    """Eight digits; seven for people old enough. The first is not 0.

    A number of those that were given out to people of an age at which they hold land: born 25 to 80 years before 2026.
    """
    known = series()
    born = random.uniform(1946, 2001)
    this, following = next(pair for pair in pairwise(known) if pair[0].born <= born < pair[1].born)
    part = (born - this.born) / (following.born - this.born)
    return str(int(this.number + part * (following.number - this.number)))


def grower_number(random: Random) -> str:
    """GN- and five digits, the first of them not 0."""
    return f"GN-{random.randrange(10_000, 100_000)}"


def tea_county(random: Random) -> County:
    """A county with a tea zone, each as likely as the others: the data has no other counties."""
    return random.choice(counties())


def place(random: Random) -> Place:
    """A town, trading centre or village of a tea county."""
    return random.choice(places(tea_county(random).slug))


def postal_address(random: Random) -> str:
    """A post office box, with the postcode of the place that is named: P.O. Box 457-10106, Othaya."""
    at = place(random)
    return f"P.O. Box {random.randint(1, 999)}-{at.postcode}, {at.place}"


def tea_factory(random: Random) -> str:
    """An invented tea factory, named after a place; no operating factory of any county bears the name."""
    free = dict.fromkeys(at.place for county in counties() for at in unclaimed(county.slug))
    return f"{random.choice(list(free))} Tea Factory"


def latitude(random: Random) -> float:
    """Degrees north, between Kenya's south and north ends."""
    return _degrees(random, *LATITUDES)


def longitude(random: Random) -> float:
    """Degrees east, between Kenya's west and east ends."""
    return _degrees(random, *LONGITUDES)


def in_tea_region(random: Random) -> tuple[float, float, float]:
    """Latitude, longitude (degrees) and altitude (m) in one county's tea zone."""
    return _in(random, random.choice(tea_regions()))


def in_kenya(random: Random, altitudes: tuple[int, int] = ALTITUDES) -> tuple[float, float, float]:
    """Latitude and longitude in Kenya's bounding box, and an altitude (m) that is drawn beside them."""
    return latitude(random), longitude(random), float(random.randint(*altitudes))


def in_altitude_band(random: Random, label: str) -> tuple[float, float, float]:
    """Latitude, longitude (degrees) and altitude (m), the altitude being one of the band's.

    In a tea zone that lies in the band as a whole; where there is none (lowland, midland), anywhere in Kenya's
    bounding box. Raises ValueError for an unknown label.
    """
    if label not in ALTITUDE_BANDS:
        raise ValueError(f"no altitude band is called {label!r}; the bands are {', '.join(ALTITUDE_BANDS)}")
    low, high = ALTITUDE_BANDS[label]
    zones = [zone for zone in tea_regions() if low <= zone["alt_min"] and zone["alt_max"] <= high]
    return _in(random, random.choice(zones)) if zones else in_kenya(random, (low, high))


@cache
def community_shares() -> OrderedDict[str, float]:
    """The tea counties' communities with their shares of the people, each county counting the same; they sum to 1."""
    shares: OrderedDict[str, float] = OrderedDict()
    for county in counties():
        for community, share in communities_of(county.slug):
            shares[community.name] = shares.get(community.name, 0.0) + share / 100 / len(counties())
    return shares


@cache
def given_names(gender: str | None = None) -> OrderedDict[str, float]:
    """Every given name with its share among the tea counties' people, or those of a gender; shares sum to 1."""
    return _mixture("given", gender)


@cache
def family_names(gender: str | None = None) -> OrderedDict[str, float]:
    """Every family name with its share among the tea counties' people, or those of a gender; shares sum to 1."""
    return _mixture("family", gender)


@cache
def phone_prefixes() -> OrderedDict[str, float]:
    """The three digits after +254, with weights by which the operators have their shares of subscriptions."""
    return OrderedDict((f"{prefix.prefix:03d}", float(prefix.weight)) for prefix in prefixes())


@cache
def tea_regions() -> tuple[TeaRegion, ...]:
    """The largest box, its sides north-south and east-west, in each county's circle."""
    return tuple(_box(county) for county in counties())


def _genders(gender: str | None) -> tuple[str, ...]:
    if gender is None:
        return GENDERS
    if gender not in GENDERS:
        raise ValueError(f"no gender is called {gender!r} here; names are known by {' and '.join(GENDERS)}")
    return (gender,)


def _mixture(kind: Literal["given", "family"], gender: str | None) -> OrderedDict[str, float]:
    """All communities' names, each community with its share; as many people of each gender."""
    mixed: OrderedDict[str, float] = OrderedDict()
    genders = _genders(gender)
    for community, share in community_shares().items():
        names = getattr(communities()[community], kind)
        for one in genders:
            scale = share / len(genders) / sum(names[one].values())
            for text, weight in names[one].items():
                mixed[text] = mixed.get(text, 0.0) + scale * weight
    return mixed


def _degrees(random: Random, low: float, high: float) -> float:
    return round(random.uniform(low, high), 6)


def _in(random: Random, zone: TeaRegion) -> tuple[float, float, float]:
    return (
        _degrees(random, zone["lat_min"], zone["lat_max"]),
        _degrees(random, zone["lng_min"], zone["lng_max"]),
        float(random.randint(zone["alt_min"], zone["alt_max"])),
    )


def _box(county: County) -> TeaRegion:
    """Ten-thousandths of a degree, rounded inwards; a degree of longitude is nowhere longer than at the equator."""
    half = county.radius_km / math.sqrt(2) / _KM_PER_DEGREE
    return TeaRegion(
        lat_min=math.ceil((county.lat - half) * 1e4) / 1e4,
        lat_max=math.floor((county.lat + half) * 1e4) / 1e4,
        lng_min=math.ceil((county.lng - half) * 1e4) / 1e4,
        lng_max=math.floor((county.lng + half) * 1e4) / 1e4,
        alt_min=county.altitude_min_m,
        alt_max=county.altitude_max_m,
        county=county.county,
    )
