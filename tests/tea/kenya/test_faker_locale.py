"""The Faker locale `sw_KE`: how Faker comes to know it, that the rest of Faker stays, and what its providers give."""

from __future__ import annotations

import copy
import inspect
import json
import subprocess
import sys
from collections import OrderedDict
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from faker import Faker
from faker.cli import execute_from_command_line
from faker.config import AVAILABLE_LOCALES
from faker.factory import Factory
from faker.generator import Generator

from demo_data.common.faker_locale import install
from demo_data.tea.kenya.people import communities_of
from demo_data.tea.kenya.phones import prefixes
from demo_data.tea.kenya.places import counties, places
from tests.running import ROOT, environment

LOCALE = ("sw_KE", "demo_data.tea.kenya.sw_ke")
INSTALL = f"from demo_data.common.faker_locale import install; install{LOCALE}\n"
PROVIDERS = ("address", "company", "geo", "person", "phone_number", "ssn")
PLACES = [place for county in counties() for place in places(county.slug)]
FREE = {place.place for place in PLACES} - {place.place for place in PLACES if place.tea_factory}
COMMUNITIES = {found.name: found for county in counties() for found, _ in communities_of(county.slug)}
GROUPS = [
    (gender, {name.text for name in given}, {name.text for name in family})
    for community in COMMUNITIES.values()
    for gender, given, family in (
        ("female", community.given_female, community.family_female),
        ("male", community.given_male, community.family_male),
    )
]


@pytest.fixture
def fake() -> Faker:
    """The locale, seeded."""
    fake = Faker("sw_KE")
    fake.seed_instance(1)
    return fake


def genders_of(name: str) -> set[str]:
    """The genders that a whole name may be of: one community gives both its words to it."""
    first, last = name.split(" ", 1)
    return {gender for gender, given, family in GROUPS if first in given and last in family and first != last}


def script(text: str) -> Any:
    """What a Python process of its own printed, read as JSON."""
    command = [sys.executable, "-W", "error", "-c", "import json, sys\n" + text]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# How Faker comes to know it


@pytest.mark.parametrize(
    "order",
    [
        INSTALL + "from faker import Faker",
        INSTALL + INSTALL + "from faker import Faker",
        "from faker import Faker\n" + INSTALL,
        "from faker import Faker\nFaker()\n" + INSTALL + INSTALL,
        INSTALL + "import polyfactory\nfrom faker import Faker",
        INSTALL + "from importlib.util import find_spec\nfind_spec('faker.factory')\nfrom faker import Faker",
        INSTALL + "import faker\nfor name in [name for name in sys.modules if name.split('.')[0] == 'faker']:"
        " del sys.modules[name]\n" + INSTALL + "from faker import Faker",
    ],
    ids=["before", "twice before", "after", "twice after", "through polyfactory", "after a probe", "imported again"],
)
def test_import_order(order: str) -> None:
    """The locale is there whichever is imported first, and however often it is installed."""
    end = """
from faker.config import AVAILABLE_LOCALES as known
Faker.seed(1)
sources = [provider.__module__ for provider in Faker("sw_KE").get_providers()]
loader = type(sys.modules["faker.factory"].__spec__.loader).__name__
finders = [type(finder).__module__ for finder in sys.meta_path if "demo_data" in type(finder).__module__]
print(json.dumps([known.count("sw_KE"), known == sorted(known), sorted(s for s in sources if "sw_ke" in s), loader,
                  finders, Faker("sw_KE").name()]))
"""
    count, ascending, ours, loader, finders, name = script(order + end)

    assert (count, ascending) == (1, True)
    assert [f"{LOCALE[1]}.{name}" for name in PROVIDERS] == ours
    assert (loader, finders) == ("SourceFileLoader", [])
    assert genders_of(name)


def test_a_broken_import_may_be_tried_again() -> None:
    """If Faker fails to import, the locale comes with the import that succeeds."""
    known = script(
        INSTALL
        + """
sys.modules["faker.generator"] = None
try:
    import faker
    raise SystemExit("imported")
except ImportError:
    del sys.modules["faker.generator"]
from faker.config import AVAILABLE_LOCALES
print(json.dumps(AVAILABLE_LOCALES))
"""
    )

    assert known.count("sw_KE") == 1


def test_installing_imports_no_faker() -> None:
    """Neither the package nor installing the locale imports Faker, random, or a reader of CSV."""
    loaded = script("import demo_data\n" + INSTALL + "print(json.dumps(sorted(sys.modules)))")

    assert "demo_data.common.faker_locale" in loaded
    assert [name for name in loaded if name.split(".")[0] in {"faker", "random", "csv"}] == []


def test_what_is_patched() -> None:
    """Faker's factory has the shape that the patch is made for; if this fails, `faker_locale.py` must follow Faker."""
    shape = script(
        """
import faker.cli, faker.config, faker.factory, inspect
method = inspect.getattr_static(faker.factory.Factory, "_find_provider_class")
found = faker.factory.Factory._find_provider_class("faker.providers.person", "en_IN")
print(json.dumps({
    "kind": type(method).__name__,
    "cached": hasattr(method.__func__, "cache_clear") and inspect.isfunction(method.__func__.__wrapped__),
    "parameters": [str(p) for p in inspect.signature(method.__func__).parameters.values()],
    "returns": [found[0].__module__, *found[1:]],
    "locales": type(faker.factory.AVAILABLE_LOCALES).__name__,
    "one list": faker.factory.AVAILABLE_LOCALES is faker.config.AVAILABLE_LOCALES is faker.cli.AVAILABLE_LOCALES,
    "known already": "sw_KE" in faker.config.AVAILABLE_LOCALES,
}))
"""
    )

    assert shape == {
        "kind": "classmethod",
        "cached": True,
        "parameters": ["cls", "provider_path: str", "locale: Optional[str] = None"],
        "returns": ["faker.providers.person.en_IN", "en_IN", ""],
        "locales": "list",
        "one list": True,
        "known already": False,
    }


def test_the_patch_keeps_the_shape() -> None:
    """The patched method is a class method with one cache, as Faker's is."""
    method = inspect.getattr_static(Factory, "_find_provider_class")
    before = Factory._find_provider_class("faker.providers.person", "sw_KE")
    again = Factory._find_provider_class("faker.providers.person", "sw_KE")

    assert type(method).__name__ == "classmethod"
    assert before is again
    assert hasattr(method.__func__, "cache_clear")
    assert before[1:] == ("sw_KE", "")


def test_twice_is_once() -> None:
    """Installing again leaves the method as it is, and a Faker that lists the locale itself lists it once."""
    method = inspect.getattr_static(Factory, "_find_provider_class")
    install(*LOCALE)
    listed = script(
        "import faker.config; faker.config.AVAILABLE_LOCALES.append('sw_KE')\n"
        + INSTALL
        + "print(json.dumps(faker.config.AVAILABLE_LOCALES))"
    )

    assert method is inspect.getattr_static(Factory, "_find_provider_class")
    assert listed.count("sw_KE") == 1


def test_faker_has_the_packages() -> None:
    """Each package that the locale has data for is a localised one of Faker's."""
    folder = Path(inspect.getfile(Factory)).parent / "providers"

    assert [name for name in PROVIDERS if "localized = True" not in (folder / name / "__init__.py").read_text()] == []
    assert {path.stem for path in (ROOT / "pipeline/demo_data/tea/kenya/sw_ke").glob("*.py")} == {
        *PROVIDERS,
        "__init__",
    }


# The rest of Faker stays


def test_other_locales_stay() -> None:
    """The same seeds give the same values in other locales with the patch as without, `sw` and `en_KE` among them."""
    draw = """
from faker import Faker
from faker.config import AVAILABLE_LOCALES
METHODS = ("name", "first_name_female", "last_name", "prefix_male", "address", "city", "postcode", "phone_number",
           "company", "company_suffix", "ssn", "latitude", "local_latlng", "msisdn", "job", "iban", "sentence", "email")
def values(locale):
    fake = Faker(locale)
    fake.seed_instance(7)
    drawn = [str(getattr(fake, method)()) for method in METHODS * 3]
    return drawn + [f"{type(p).__module__} {p.__lang__}" for p in fake.get_providers()]
locales = [known for known in AVAILABLE_LOCALES if known != "sw_KE"]
print(json.dumps({"all": locales} | {one: values(one) for one in ("sw", "en_US", "en_KE", "en_IN", "de_DE", "ja_JP")}))
"""
    plain = script(draw)

    assert "faker.providers.person.sw sw" in plain["sw"]
    assert plain == script(INSTALL + draw)
    assert plain == script("import faker\n" + INSTALL + draw)


def failures(fake: Faker) -> set[str]:
    """The methods of all providers that fail when they are called without arguments."""
    (generator,) = fake.factories
    plain = set(dir(Generator))
    names = {n for p in generator.get_providers() for n in dir(p) if not n.startswith("_") and n not in plain}
    failed = set()
    for name in sorted(names):
        if callable(method := getattr(fake, name, None)):
            try:
                method()
            except Exception:  # noqa: BLE001 - whatever it is, the other locale must have it too
                failed.add(name)
    return failed


def test_every_method_works(fake: Faker) -> None:
    """Called without arguments, each method of each provider works if it does in en_US."""
    usual = Faker("en_US")
    usual.seed_instance(1)

    assert failures(fake) <= failures(usual)
    assert {"name", "job", "iban", "simple_profile", "user_name", "tea_factory"} <= set(dir(fake))


# Faker's ways of making and seeding


@pytest.mark.parametrize("spelling", ["sw_KE", "sw-KE"])
def test_spellings(spelling: str) -> None:
    """A hyphen is as good as an underscore."""
    fake = Faker(spelling)

    assert fake.locales == ["sw_KE"]
    assert genders_of(fake.name())


def test_several_locales() -> None:
    """Beside other locales it gives its share, by weight if there are weights."""
    fake = Faker(OrderedDict([("sw_KE", 3), ("en_US", 1)]))
    fake.seed_instance(1)
    kenyan = sum(phone.startswith("+254") for phone in (fake.phone_number() for _ in range(1000)))

    assert 700 < kenyan < 800
    assert Faker(["sw_KE", "en_US"])["sw_KE"].county() in {county.county for county in counties()}
    assert {"sw_KE", "ja_JP"} == set(Faker(["sw-KE", "ja_JP"]).locales)


def test_seeding() -> None:
    """The same seed gives the same values, class-wide and for one instance, and a copy goes on like the original."""

    def drawn(fake: Faker) -> list[object]:
        names = ("name", "phone_number", "address", "latitude", "company", "tea_factory", "ssn", "grower_number")
        return [getattr(fake, name)() for name in names * 5]

    fake, other = Faker("sw_KE"), Faker("sw_KE")
    Faker.seed(5)
    first = drawn(fake)
    Faker.seed(5)
    assert first == drawn(other)
    other.seed_instance(5)
    assert first == drawn(other)
    assert drawn(copy.deepcopy(other)) == drawn(other)
    other.seed_instance(6)
    assert first != drawn(other)


def test_unique(fake: Faker) -> None:
    """Unique values differ."""
    assert len({fake.unique.national_id() for _ in range(2000)}) == 2000
    assert len({fake.unique.county() for _ in counties()}) == len(counties())


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


@pytest.fixture
def faker_locale() -> str:
    """What Faker's own `faker` fixture asks for."""
    return "sw_KE"


def test_pytest_fixture(faker: Faker, faker_locale: str) -> None:
    """Faker's pytest fixture takes the locale."""
    assert [faker_locale] == faker.locales
    assert faker.phone_number().startswith("+254")


def test_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Faker's command line takes the locale, for one value and for the list of all providers."""
    execute: Any = execute_from_command_line  # which says that it takes a text
    execute(["faker", "-l", "sw_KE", "name"])
    assert genders_of(capsys.readouterr().out.strip())
    execute(["faker", "-l", "sw_KE"])
    assert "fake.tea_factory()" in capsys.readouterr().out


def test_listed() -> None:
    """The locale is among those that Faker lists."""
    assert "sw_KE" in AVAILABLE_LOCALES


# What the providers give


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
    own = {name.text: name.weight for name in COMMUNITIES["kalenjin"].family_male}
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
    """National IDs have eight digits, whichever name they are asked by."""
    drawn = [fake.national_id() for _ in range(1000)] + [fake.ssn() for _ in range(1000)]

    assert all(len(number) == 8 and number.isdecimal() for number in drawn)


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
