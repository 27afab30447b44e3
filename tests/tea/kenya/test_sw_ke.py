"""What the providers of the Faker locale `sw_KE` give."""

from __future__ import annotations

from decimal import Decimal

import phonenumbers
import pytest
from faker import Faker

from demo_data.tea.kenya.people import communities_of
from demo_data.tea.kenya.phones import prefixes
from demo_data.tea.kenya.places import counties, places
from tests.tea.kenya.naming import COMMUNITIES, GROUPS, genders_of

PLACES = [place for county in counties() for place in places(county.slug)]
FREE = {place.place for place in PLACES} - {place.place for place in PLACES if place.tea_factory}


def test_weighting() -> None:
    """Names and prefixes go by their frequencies, and each is as likely as another if weighting is off."""
    weighted, flat = Faker("sw_KE"), Faker("sw_KE", use_weighting=False)
    common = {name for _, given, _ in GROUPS for name in given if name in {"Mary", "John", "Joseph", "Esther"}}
    telkom = [prefix.prefix for prefix in prefixes() if prefix.operator == "Telkom"]
    shares = []
    for fake in (weighted, flat):
        fake.seed_instance(1)
        firsts = [fake.first_name() for _ in range(3000)] + [fake.name().split()[0] for _ in range(3000)]
        phones = [int(fake.phone_number()[4:7]) in telkom for _ in range(3000)]
        shares.append((sum(name in common for name in firsts) / 6000, sum(phones) / 3000))
        assert all(genders_of(fake.name()) for _ in range(300))

    assert shares[0][0] > 2 * shares[1][0]
    assert shares[0][1] == pytest.approx(0.021, abs=0.015)
    assert shares[1][1] == pytest.approx(len(telkom) / len(prefixes()), abs=0.02)


@pytest.mark.parametrize(
    ("method", "genders"),
    [("name", {"female", "male"}), ("name_nonbinary", {"female", "male"}), ("name_female", {"female"}),
     ("name_male", {"male"})],
)  # fmt: skip
def test_names(fake: Faker, method: str, genders: set[str]) -> None:
    """A name is of one community and one gender, the one asked for, and no word stands twice."""
    names = [getattr(fake, method)() for _ in range(5000)]

    assert [name for name in names if not genders_of(name) & genders] == []
    assert genders == {gender for name in names if len(genders_of(name)) == 1 for gender in genders_of(name)}
    assert len(set(names)) > 1000


@pytest.mark.parametrize("gender", ["female", "male"])
def test_single_names(fake: Faker, gender: str) -> None:
    """First and last names of a gender are all those that communities give to it, and no others."""
    given = set().union(*(names for of, names, _ in GROUPS if of == gender))
    family = set().union(*(names for of, _, names in GROUPS if of == gender))
    person = fake.provider("faker.providers.person")

    assert given == set(getattr(person, f"first_names_{gender}"))
    assert family == set(getattr(person, f"last_names_{gender}"))
    assert {getattr(fake, f"first_name_{gender}")() for _ in range(500)} <= given
    assert {getattr(fake, f"last_name_{gender}")() for _ in range(500)} <= family


def test_both_genders(fake: Faker) -> None:
    """A name without a gender is a woman's or a man's, half and half."""
    women = sum(genders_of(fake.name()) == {"female"} for _ in range(4000))
    men = sum(genders_of(fake.name()) == {"male"} for _ in range(4000))

    assert women == pytest.approx(men, rel=0.1)


def test_communities_by_share(fake: Faker) -> None:
    """A community's names are as frequent as its mean share of the tea counties' people."""
    shares = [share for one in counties() for found, share in communities_of(one.slug) if found.name == "kalenjin"]
    own = COMMUNITIES["kalenjin"].family["male"]
    typical = [name for name in own if name.startswith(("Kip", "arap"))]
    expected = sum(shares) / 100 / len(counties()) * sum(own[name] for name in typical) / sum(own.values())
    drawn = [fake.last_name_male() for _ in range(10_000)]

    assert sum(name in typical for name in drawn) / 10_000 == pytest.approx(expected, rel=0.15)


def test_phone_numbers(fake: Faker) -> None:
    """Ten thousand numbers are E.164, valid for Kenya and mobile."""
    drawn = [fake.phone_number() for _ in range(10_000)]
    parsed = [phonenumbers.parse(phone) for phone in drawn]

    assert drawn == [phonenumbers.format_number(one, phonenumbers.PhoneNumberFormat.E164) for one in parsed]
    assert all(phonenumbers.is_valid_number_for_region(one, "KE") for one in parsed)
    assert {phonenumbers.PhoneNumberType.MOBILE} == {phonenumbers.number_type(one) for one in parsed}
    assert phonenumbers.is_valid_number(phonenumbers.parse("+" + fake.msisdn()))


def test_national_ids(fake: Faker) -> None:
    """National IDs have seven or eight digits, whichever name they are asked by."""
    drawn = [fake.national_id() for _ in range(1000)] + [fake.ssn() for _ in range(1000)]

    assert {7, 8} == {len(number) for number in drawn}
    assert all(number.isdecimal() and number[0] != "0" for number in drawn)


def test_addresses(fake: Faker) -> None:
    """A post office box has the postcode of the place that is named after it."""
    known = {(place.postcode, place.place) for place in PLACES}
    drawn = [fake.address() for _ in range(1000)]
    parts = [text.removeprefix("P.O. Box ").replace(", ", "-").split("-", 2) for text in drawn]

    assert all(text.startswith("P.O. Box ") for text in drawn)
    assert {(code, place) for _, code, place in parts} <= known
    assert all(1 <= int(box) <= 999 for box, _, _ in parts)


def test_places(fake: Faker) -> None:
    """Towns, wards, streets, postcodes and counties are those of the tea counties."""
    names = {place.place for place in PLACES}

    assert {fake.city() for _ in range(500)} | {fake.ward() for _ in range(500)} <= names
    assert {place.postcode for place in PLACES} >= {fake.postcode() for _ in range(500)}
    assert {county.county for county in counties()} == {fake.county() for _ in range(500)}
    assert {county.county for county in counties()} == {fake.administrative_unit() for _ in range(500)}
    assert fake.street_name().rpartition(" ")[0] in names
    assert fake.street_address().split(" ", 1)[1].rpartition(" ")[0] in names
    assert (fake.current_country_code(), fake.current_country()) == ("KE", "Kenya")


def test_coordinates(fake: Faker) -> None:
    """Coordinates are decimals of a millionth of a degree, in Kenya's bounding box."""
    drawn = [fake.latlng() for _ in range(2000)] + [(fake.latitude(), fake.longitude()) for _ in range(2000)]

    assert all(Decimal("-4.7") <= lat <= Decimal("4.6") for lat, _ in drawn)
    assert all(Decimal("33.9") <= lng <= Decimal("41.9") for _, lng in drawn)
    assert {-6} == {number.as_tuple().exponent for point in drawn for number in point}
    places = [fake.local_latlng() for _ in range(20)]
    assert {"KE"} == {place and place[3] for place in places}
    assert (fake.local_latlng("US") or "")[3:4] == ("US",)
    assert len(fake.local_latlng(coords_only=True) or "") == 2


def test_companies(fake: Faker) -> None:
    """A company is named after a place and says what it is."""
    person = fake.provider("faker.providers.company")
    drawn = [fake.company() for _ in range(500)]
    kinds = {kind for name in drawn for kind in person.company_suffixes if name.endswith(" " + kind)}

    assert set(person.company_suffixes) == kinds
    assert all(any(name == f"{place.place} {kind}" for place in PLACES for kind in kinds) for name in drawn)


def test_tea_factories(fake: Faker) -> None:
    """A tea factory bears no operating factory's name, not even one of another county."""
    drawn = {fake.tea_factory() for _ in range(5000)}

    assert drawn == {f"{name} Tea Factory" for name in FREE}
    assert "Gitugi" in {place.place for place in PLACES if not place.tea_factory} - FREE


def test_grower_numbers(fake: Faker) -> None:
    """A grower number is GN- and five digits."""
    drawn = [fake.grower_number() for _ in range(1000)]

    assert all(number[:3] == "GN-" and len(number) == 8 and number[3:].isdecimal() for number in drawn)
