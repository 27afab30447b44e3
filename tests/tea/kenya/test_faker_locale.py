"""How Faker comes to know the locale `sw_KE`, and that the rest of Faker stays."""

from __future__ import annotations

import copy
import inspect
import json
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from faker import Faker
from faker.cli import execute_from_command_line
from faker.config import AVAILABLE_LOCALES
from faker.factory import Factory
from faker.generator import Generator

from demo_data.common.faker_locale import install
from demo_data.tea.kenya import sw_ke
from demo_data.tea.kenya.places import counties
from tests.running import environment
from tests.tea.kenya.naming import genders_of

LOCALE = ("sw_KE", "demo_data.tea.kenya.sw_ke")
INSTALL = f"from demo_data.common.faker_locale import install; install{LOCALE}\n"
PROVIDERS = ("address", "company", "geo", "person", "phone_number", "ssn")


def script(text: str) -> Any:
    """What a Python process of its own printed, read as JSON."""
    command = [sys.executable, "-W", "error", "-c", "import json, sys\n" + text]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# How Faker comes to know it


@pytest.mark.sample(2)
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
print(json.dumps([known.count("sw_KE"), known == sorted(known), sources.count("demo_data.tea.kenya.sw_ke"), loader,
                  finders, Faker("sw_KE").name()]))
"""
    count, ascending, ours, loader, finders, name = script(order + end)

    assert (count, ascending) == (1, True)
    assert ours == len(PROVIDERS)
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
    own = {name for name, kind in vars(sw_ke).items() if getattr(kind, "__module__", None) == LOCALE[1]}
    assert own == {name.title().replace("_", "") for name in PROVIDERS}


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
