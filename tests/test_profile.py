from __future__ import annotations

import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo_data.common.errors import UsageError
from demo_data.profile import load_profile
from demo_data.profile_file import profile_names
from demo_data.tea import DOMAIN
from demo_data.tea.recipe import SCENARIOS

SHIPPED = {  # regions, factories, collection points, farmers, days
    "minimal": (1, 1, 2, 3, 90),
    "demo": (2, 3, 10, 50, 90),
    "demo-large": (4, 10, 40, 250, 180),
    "load-test": (5, 20, 400, 20_000, 365),
    "kenya": (15, 71, 3_479, 650_000, 365),
}
COUNTED = ("regions.count", "factories.count", "collection_points.count", "farmers.count", "days")
SCENARIO_FARMERS = {
    "minimal": (),
    "demo": (3, 5, 5, 3, 2),
    "demo-large": (15, 25, 25, 15, 10),
    "load-test": (1200, 2000, 2000, 1200, 800),
    "kenya": (39_000, 65_000, 65_000, 39_000, 26_000),
}


def test_the_profiles_that_ship() -> None:
    """Five profiles come with the package."""
    assert sorted(SHIPPED) == profile_names(DOMAIN)


@pytest.mark.parametrize("name", SHIPPED)
def test_their_numbers(name: str) -> None:
    """A shipped profile has the numbers that were asked for."""
    settings = load_profile(name)

    assert SHIPPED[name] == tuple(settings[key] for key in COUNTED)
    assert dict(zip(SCENARIOS, SCENARIO_FARMERS[name], strict=False)) == settings["farmers.scenarios"]


@pytest.mark.parametrize("name", SHIPPED)
def test_their_own_words(name: str) -> None:
    """Seed and last day are top-level keys; a shipped profile leaves every distribution to the entities, but for the
    nation's farm sizes, shares, and growers, who all have a number.
    """
    settings = load_profile(name)

    assert isinstance(settings["seed"], int)
    assert isinstance(settings["as_of"], datetime.date)
    others = load_profile("minimal")
    own = {"regions.shares", "farmers.farm_scale", "farmers.grower"} if name == "kenya" else set()
    for key in settings.values.keys() - {*COUNTED, "farmers.scenarios"} - own:
        assert others[key] == settings[key], key


@pytest.mark.parametrize("name", ["load-test", "kenya"])
def test_proportions_of_large_profiles(name: str) -> None:
    """The scenarios of large profiles have the proportions of demo-large's."""
    large, load = load_profile("demo-large"), load_profile(name)
    shares = [
        {name: Fraction(count, found["farmers.count"]) for name, count in found["farmers.scenarios"].items()}
        for found in (large, load)
    ]

    assert shares[0] == shares[1]


@given(
    farmers=st.integers(1, 2000),
    percent=st.lists(st.integers(0, 20), min_size=1, max_size=5),
)
def test_largest_remainder(farmers: int, percent: list[int]) -> None:
    """Percentages of farmers are shared out whole: no share is off by one or more, and the sum is the nearest one."""
    wanted = dict(zip(SCENARIOS, percent, strict=False))
    text = ", ".join(f"{name}: {share}%" for name, share in wanted.items())
    changes = ["collection_points.count=4", f"farmers.count={farmers}", f"farmers.scenarios={{{text}}}"]
    settings = load_profile("minimal", changes=changes)
    found = settings["farmers.scenarios"]

    assert list(wanted) == list(found)
    remainders = {name: Fraction(share * farmers, 100) for name, share in wanted.items()}
    assert all(-1 < found[name] - exact < 1 for name, exact in remainders.items())
    assert abs(sum(found.values()) - sum(remainders.values())) <= Fraction(1, 2)
    up = [exact % 1 for name, exact in remainders.items() if found[name] > exact]
    down = [exact % 1 for name, exact in remainders.items() if found[name] < exact]
    assert min(up, default=Fraction(1)) >= max(down, default=Fraction(0))


def test_numbers_and_percentages_mix() -> None:
    """Beside percentages, a number of farmers stays as it is."""
    changes = ["farmers.count=30", "farmers.scenarios={inactive: 7, top_performer: 10%, improving_trend: 12.5%}"]

    assert load_profile("demo", changes=changes)["farmers.scenarios"] == {
        "inactive": 7,
        "top_performer": 3,
        "improving_trend": 4,
    }


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_a_path(tmp_path: Path) -> None:
    """A profile may be a YAML file anywhere; it is called by the file's name."""
    path = write(tmp_path, "mine.yaml", "extends: minimal\nseed: 4\n")
    settings = load_profile(path)

    assert (settings.name, settings["seed"], settings["farmers.count"]) == ("mine", 4, 3)


def test_extends(tmp_path: Path) -> None:
    """Sections are merged key by key; a table of weights, or of scenarios, takes the place of the whole table."""
    write(tmp_path, "base.yaml", "extends: demo\nfarmers: {count: 60, gender: {female: 10, male: 90}, has_email: 3}\n")
    text = (
        "extends: base.yaml\ndays: 30\nfarmers: {gender: {female: 100}, scenarios: {top_performer: 2}, id_prefix: AB-}"
    )
    found = load_profile(write(tmp_path, "top.yaml", text))

    assert tuple(found[key] for key in ("farmers.count", "farmers.has_email", "farmers.id_prefix", "days")) == (
        60,
        3,
        "AB-",
        30,
    )
    assert found["farmers.gender"] == {"female": 100, "male": 0}
    assert found["farmers.scenarios"] == {"top_performer": 2}
    assert found["factories.count"] == 3


def test_extends_beside(tmp_path: Path) -> None:
    """What a profile extends is looked for beside it, then among the shipped ones."""
    (tmp_path / "below").mkdir()
    write(tmp_path / "below", "base.yml", "extends: minimal\ndays: 11\n")
    path = write(tmp_path / "below", "top.yaml", "extends: base.yml\n")

    assert load_profile(path)["days"] == 11


def test_circle(tmp_path: Path) -> None:
    """Profiles that extend each other are told."""
    write(tmp_path, "a.yaml", "extends: b.yaml")
    path = write(tmp_path, "b.yaml", "extends: a.yaml")
    with pytest.raises(UsageError, match=r"b\.yaml: profiles extend each other in a circle"):
        load_profile(path)


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ("farmers.count=6000", "farmers.count", 6_000),
        ("as_of=2026-06-30", "as_of", datetime.date(2026, 6, 30)),
        ("farmers.id_prefix=FRM-DEMO-", "farmers.id_prefix", "FRM-DEMO-"),
        ("farmers.has_email=12.5", "farmers.has_email", 12.5),
        ("regions.shares=growers", "regions.shares", "growers"),
        ("farmers.interaction_pref={voice: 100}", "farmers.interaction_pref", {"text": 0, "voice": 100}),
        ("farmers.scenarios.inactive=20%", "farmers.scenarios", {"inactive": 10}),
    ],
)
def test_set(change: str, key: str, value: object) -> None:
    """`--set` overrides any key, with values as in YAML; a nested key leaves its neighbours."""
    found = load_profile("demo", changes=[change])[key]
    if key == "farmers.scenarios":
        assert load_profile("demo")[key] | {"inactive": 10} == found
    else:
        assert value == found


def test_set_in_order() -> None:
    """Of two settings of a key the later one holds; `--seed` and `--as-of` hold over both file and `--set`."""
    day = datetime.date(2028, 2, 29)
    found = load_profile("demo", seed=7, as_of=day, changes=["seed=5", "days=10", "days=20", "as_of=2020-01-01"])

    assert (7, day, 20) == (found["seed"], found["as_of"], found["days"])


@pytest.mark.parametrize("changes", [["born=null"], []])
def test_born_on_its_own_day(changes: list[str], tmp_path: Path) -> None:
    """A profile that does not say when it is born is born on its own last day, whatever the one asked for."""
    path = tmp_path / "own.yaml"
    path.write_text("seed: 1\nas_of: 2026-01-31\ndays: 30\n", encoding="utf-8")
    found = load_profile(str(path), as_of=datetime.date(2026, 3, 1), changes=changes)

    assert (found["born"], found["as_of"]) == (datetime.date(2026, 1, 31), datetime.date(2026, 3, 1))
