"""KenyaProvider: Kenyan values without an instance and without Faker."""

from __future__ import annotations

import random
import subprocess
import sys
from math import asin, cos, radians, sin, sqrt
from typing import Any

import phonenumbers
import pytest
from faker import Faker

from demo_data.tea.kenya import draw
from demo_data.tea.kenya.people import communities, communities_of
from demo_data.tea.kenya.phones import prefixes
from demo_data.tea.kenya.places import counties, county
from demo_data.tea.kenya.provider import KenyaProvider
from demo_data.tea.regions.model import AltitudeBandLabel
from tests.running import environment
from tests.tea.kenya.fitting import fits
from tests.tea.kenya.naming import band_of

SLUGS = {one.county: one.slug for one in counties()}
METHODS = [
    "first_name",
    "last_name",
    "name",
    "phone_number",
    "kenya_coordinates",
    "tea_region_county",
    "national_id",
    "grower_number",
]


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Each test starts from the same seed."""
    KenyaProvider.seed(1)


def bearers(gender: str) -> list[tuple[set[str], set[str]]]:
    """The given and family names of a gender, for each community of the tea counties."""
    known = {found.name: found for slug in SLUGS.values() for found, _ in communities_of(slug)}
    return [
        (
            set(one.given[gender]),
            set(one.family[gender]),
        )
        for one in known.values()
    ]


def test_imports() -> None:
    """The provider does without Faker, NumPy, and the rest of the pipeline, and reads its tables on first use."""
    script = (
        "import sys; from demo_data.tea.kenya.provider import KenyaProvider\n"
        "from demo_data.tea.kenya.tables import rows\n"
        "print(rows.cache_info().currsize, *sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    tables, *loaded = done.stdout.split()

    assert tables == "0"
    assert [name for name in loaded if name.split(".")[0] in {"faker", "numpy", "pyarrow", "pydantic"}] == []
    assert [
        name for name in loaded if name.startswith(("demo_data.recipes", "demo_data.engine", "demo_data.schema"))
    ] == []


@pytest.mark.parametrize("gender", ["female", "male"])
def test_names_fit(gender: str) -> None:
    """Both words of a name come from one community and the gender asked for, and they differ."""
    names = [KenyaProvider.name(gender).split(" ", 1) for _ in range(5000)]

    assert all(any(first in given and last in family for given, family in bearers(gender)) for first, last in names)
    assert [name for name in names if name[0] == name[1]] == []


def test_names_of_any_gender() -> None:
    """Without a gender a name fits some tea county all the same."""
    names = [KenyaProvider.name().split(" ", 1) for _ in range(1000)]

    assert all(any(fits(slug, first, last) for slug in SLUGS.values()) for first, last in names)


def test_no_word_twice() -> None:
    """Given Kamau, the family name is another, however often it is drawn."""

    class Kamau(random.Random):
        """Takes Kamau wherever it may, and the first option elsewhere."""

        def choices(self, population: Any, *_: object, **__: object) -> list[Any]:
            return ["Kamau" if "Kamau" in population else population[0]]

    first, last = draw.name(Kamau(), "male")

    assert first == "Kamau"
    assert last != "Kamau"
    assert "Kamau" in communities()["kikuyu"].family["male"]


@pytest.mark.parametrize("gender", ["female", "male"])
def test_single_names(gender: str) -> None:
    """A first or last name is one that a community gives to the gender."""
    firsts = {KenyaProvider.first_name(gender) for _ in range(1000)}
    lasts = {KenyaProvider.last_name(gender) for _ in range(1000)}

    assert firsts <= set().union(*(given for given, _ in bearers(gender)))
    assert lasts <= set().union(*(family for _, family in bearers(gender)))


@pytest.mark.parametrize("method", ["first_name", "last_name", "name"])
def test_unknown_gender(method: str) -> None:
    """An unknown gender is refused, and the known ones named."""
    with pytest.raises(ValueError, match=r"'F'.*female and male"):
        getattr(KenyaProvider, method)("F")


def test_single_names_are_as_frequent_as_in_names() -> None:
    """A first name alone is as frequent as within whole names, and so is a last name."""
    names = [KenyaProvider.name().split(" ", 1) for _ in range(20_000)]

    for place, expected in enumerate((draw.given_names(), draw.family_names())):
        assert sum(expected.values()) == pytest.approx(1)
        for text, share in expected.items():
            counted = sum(name[place] == text for name in names)
            assert abs(counted - 20_000 * share) <= 5 * sqrt(20_000 * share) + 5, text


def test_phone_numbers() -> None:
    """Ten thousand numbers are +254 and nine digits, valid for Kenya and mobile."""
    drawn = [KenyaProvider.phone_number() for _ in range(10_000)]
    parsed = [phonenumbers.parse(phone) for phone in drawn]

    assert all(phone.startswith("+254") and len(phone) == 13 and phone[1:].isdecimal() for phone in drawn)
    assert all(phonenumbers.is_valid_number_for_region(one, "KE") for one in parsed)
    assert {phonenumbers.PhoneNumberType.MOBILE} == {phonenumbers.number_type(one) for one in parsed}
    assert {phone[4:7] for phone in drawn} <= set(KenyaProvider.PHONE_PREFIXES)


def test_numbers() -> None:
    """A national ID has eight digits, or seven; a grower number GN- and five."""
    ids = [KenyaProvider.national_id() for _ in range(1000)]
    growers = [KenyaProvider.grower_number() for _ in range(1000)]

    assert {7, 8} == {len(number) for number in ids}
    assert all(number.isdecimal() and number[0] != "0" for number in ids)
    assert all(number[:3] == "GN-" and len(number) == 8 and number[3:].isdecimal() for number in growers)


def test_constants() -> None:
    """The constants are those of the fact tables, each text once, of the class and of an instance."""
    everybody = [name for gender in ("female", "male") for name in bearers(gender)]

    assert isinstance(KenyaProvider.FIRST_NAMES, tuple)
    assert set().union(*(given for given, _ in everybody)) == set(KenyaProvider.FIRST_NAMES)
    assert set().union(*(family for _, family in everybody)) == set(KenyaProvider.LAST_NAMES)
    assert len(set(KenyaProvider.FIRST_NAMES)) == len(KenyaProvider.FIRST_NAMES)
    assert len(set(KenyaProvider.LAST_NAMES)) == len(KenyaProvider.LAST_NAMES)
    assert tuple(str(prefix.prefix) for prefix in prefixes()) == KenyaProvider.PHONE_PREFIXES
    assert (KenyaProvider.LATITUDE_MIN, KenyaProvider.LATITUDE_MAX) == (-4.7, 4.6)
    assert (KenyaProvider.LONGITUDE_MIN, KenyaProvider.LONGITUDE_MAX) == (33.9, 41.9)
    assert KenyaProvider.FIRST_NAMES is KenyaProvider().FIRST_NAMES


def test_altitude_bands() -> None:
    """The bands are those of regions: their first and last metre bear the label, and they join."""
    bands = KenyaProvider.ALTITUDE_BANDS

    assert {str(label) for label in AltitudeBandLabel} == set(bands)
    assert all(band_of(low) == band_of(high) == label for label, (low, high) in bands.items())
    ordered = sorted(bands.values())
    assert [high + 1 for _, high in ordered[:-1]] == [low for low, _ in ordered[1:]]
    assert (ordered[0][0], ordered[-1][1]) == (0, 2700)


def test_tea_regions() -> None:
    """Each county has a box: all four corners lie in its circle, near the edge, its altitudes are the circle's."""
    assert list(SLUGS) == [zone["county"] for zone in KenyaProvider.TEA_REGIONS]
    for zone in KenyaProvider.TEA_REGIONS:
        one = county(SLUGS[zone["county"]])
        assert (one.altitude_min_m, one.altitude_max_m) == (zone["alt_min"], zone["alt_max"])
        for lat in (zone["lat_min"], zone["lat_max"]):
            for lng in (zone["lng_min"], zone["lng_max"]):
                assert 0.99 * one.radius_km < km(one.lat, one.lng, lat, lng) <= one.radius_km


def test_tea_coordinates() -> None:
    """Tea's coordinates lie in one of the boxes with an altitude of that box, and every box has its turn."""
    drawn = [KenyaProvider.kenya_coordinates() for _ in range(2000)]
    found = [[zone["county"] for zone in KenyaProvider.TEA_REGIONS if inside(zone, *point)] for point in drawn]

    assert {1} == {len(names) for names in found}
    assert set(SLUGS) == {name for names in found for name in names}


def test_coordinates_anywhere() -> None:
    """Other coordinates lie in Kenya's bounding box, from 0 to 2500 m."""
    drawn = [KenyaProvider.kenya_coordinates(tea_region=False) for _ in range(2000)]

    assert all(-4.7 <= lat <= 4.6 and 33.9 <= lng <= 41.9 and 0 <= alt <= 2500 for lat, lng, alt in drawn)
    assert max(lat for lat, _, _ in drawn) > 4
    assert min(alt for _, _, alt in drawn) < 100
    assert {float} == {type(number) for point in drawn for number in point}


@pytest.mark.parametrize("label", list(AltitudeBandLabel))
def test_coordinates_by_band(label: AltitudeBandLabel) -> None:
    """The altitude is of the band asked for; highland points lie where tea grows, others anywhere in Kenya."""
    drawn = [KenyaProvider.kenya_coordinates_for_altitude_band(label) for _ in range(5000)]

    assert {label} == {band_of(alt) for _, _, alt in drawn}
    assert all(-4.7 <= lat <= 4.6 and 33.9 <= lng <= 41.9 for lat, lng, _ in drawn)
    tea = [any(inside(zone, *point) for zone in KenyaProvider.TEA_REGIONS) for point in drawn]
    assert all(tea) is (label is AltitudeBandLabel.HIGHLAND)


def test_unknown_band() -> None:
    """An unknown band is refused, and the known ones named."""
    with pytest.raises(ValueError, match=r"'Highland'.*lowland, midland, highland"):
        KenyaProvider.kenya_coordinates_for_altitude_band("Highland")


def test_counties() -> None:
    """Every tea county is drawn, and no other."""
    assert set(SLUGS) == {KenyaProvider.tea_region_county() for _ in range(500)}


@pytest.mark.parametrize("method", METHODS)
def test_seeding(method: str) -> None:
    """The same seed gives the same values, another seed others, and None forgets the seed."""

    def drawn(seed: int | None) -> list[object]:
        KenyaProvider.seed(seed)
        return [getattr(KenyaProvider, method)() for _ in range(50)]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
    assert drawn(None) != drawn(None)


def test_a_source_of_its_own() -> None:
    """Drawing neither moves Python's global generator nor Faker's, nor do they move it."""
    before = random.getstate()
    first = KenyaProvider.name()
    assert before == random.getstate()

    KenyaProvider.seed(1)
    random.seed(99)
    Faker.seed(99)
    assert first == KenyaProvider.name()


def test_unseeded_at_first() -> None:
    """Two processes that set no seed draw different values."""
    command = [
        sys.executable,
        "-c",
        "from demo_data.tea.kenya.provider import KenyaProvider as K; print(K.phone_number())",
    ]
    drawn = {subprocess.check_output(command, env=environment(), text=True) for _ in range(2)}

    assert len(drawn) == 2


def test_the_same_rules_as_the_locale() -> None:
    """From one seed the Faker locale and this class draw the same name, phone, identity and grower number."""
    fake = Faker("sw_KE")
    for method in ("name", "phone_number", "national_id", "grower_number"):
        fake.seed_instance(8)
        KenyaProvider.seed(8)
        assert getattr(fake, method)() == getattr(KenyaProvider, method)()


def inside(zone: draw.TeaRegion, lat: float, lng: float, alt: float) -> bool:
    """Whether a point lies in a box, its altitude too."""
    return (
        zone["lat_min"] <= lat <= zone["lat_max"]
        and zone["lng_min"] <= lng <= zone["lng_max"]
        and zone["alt_min"] <= alt <= zone["alt_max"]
    )


def km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """The distance between two points in kilometres (haversine)."""
    a = (
        sin(radians(other_lat - lat) / 2) ** 2
        + cos(radians(lat)) * cos(radians(other_lat)) * sin(radians(other_lng - lng) / 2) ** 2
    )
    return 2 * 6371.0 * asin(sqrt(a))
