from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import combinations

import pytest

from demo_data.tea.kenya.people import SHARED, Community, communities, communities_of, in_county, women
from demo_data.tea.kenya.places import counties
from demo_data.tea.kenya.tables import rows
from tests.tea.kenya.fitting import fits

SLUGS = sorted({row["slug"] for row in rows("communities")})
NAME_ROWS = [*rows("given_names"), *rows("family_names")]
EVERY_COMMUNITY = [pytest.param(community, id=name) for name, community in communities().items()]


def share_shared(names: Mapping[str, float]) -> float:
    """Percent of people whose given name is one that all communities share."""
    shared = {row["name"] for row in rows("given_names") if row["community"] == SHARED}
    return 100 * sum(weight for name, weight in names.items() if name in shared) / sum(names.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_shares_sum_to_100(slug: str) -> None:
    """The communities of a county are all of its people, each counted once."""
    found = communities_of(slug)

    assert sum(share for _, share in found) == 100
    assert len(found) == len({community.name for community, _ in found})
    assert all(share > 0 for _, share in found)


def test_tea_counties() -> None:
    """All tea counties are there, by their slugs."""
    east = {"nyeri", "kirinyaga", "kiambu", "muranga", "embu", "tharakanithi", "meru"}
    rift = {"kericho", "bomet", "nandi", "nakuru", "elgeyomarakwet", "transnzoia"}
    west = {"kisii", "nyamira", "vihiga", "kakamega", "bungoma"}

    assert set() == (east | rift | west) - set(SLUGS)


@pytest.mark.parametrize(
    "table", ["communities", "languages", "given_names", "family_names", "county_names", "women", "phone_prefixes"]
)
def test_every_fact_has_a_source(table: str) -> None:
    """No row is without a source."""
    assert [row for row in rows(table) if len(row["source"]) < 10] == []


def test_languages() -> None:
    """Kikuyu and Luo are the only languages of a community's own; nobody else has one."""
    assert {c.name: c.language for c in communities().values() if c.language} == {
        "kikuyu": "ki",
        "luo": "luo",
    }


def test_every_row_belongs_to_a_community() -> None:
    """Names and shares speak only of communities that exist, and genders are f, m, or (family names) any."""
    assert {row["community"] for row in NAME_ROWS} == {*communities(), SHARED}
    assert {row["community"] for row in rows("communities")} <= set(communities())
    assert {row["gender"] for row in rows("given_names")} == {"f", "m"}
    assert {row["gender"] for row in rows("family_names")} == {"f", "m", SHARED}
    assert SHARED not in {row["community"] for row in rows("family_names")}


def test_no_row_twice() -> None:
    """A name stands once in its list."""
    for table in ("given_names", "family_names"):
        counted = Counter((row["community"], row["gender"], row["name"]) for row in rows(table))
        assert [key for key, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("community", EVERY_COMMUNITY)
def test_enough_names(community: Community) -> None:
    """At least 25 given and 20 family names for each gender, none twice, all with a positive weight."""
    for names, least in (
        (community.given["female"], 25),
        (community.given["male"], 25),
        (community.family["female"], 20),
        (community.family["male"], 20),
    ):
        assert len(names) >= least
        assert all(weight >= 1 for weight in names.values())


@pytest.mark.parametrize("community", EVERY_COMMUNITY)
def test_given_names_have_one_gender(community: Community) -> None:
    """Within a community no given name is borne by both genders."""
    assert set() == set(community.given["female"]) & set(community.given["male"])


@pytest.mark.parametrize("community", EVERY_COMMUNITY)
def test_womens_names_are_not_mens(community: Community) -> None:
    """A man's last name is never a woman's given name of his community, nor one that only women bear."""
    only_women = {r["name"] for r in rows("family_names") if r["community"] == community.name and r["gender"] == "f"}

    assert set() == set(community.family["male"]) & (set(community.given["female"]) | only_women)
    assert set() == set(community.given["male"]) & only_women


@pytest.mark.parametrize("community", EVERY_COMMUNITY)
def test_shared_christian_names(community: Community) -> None:
    """About 70 % bear a name that all communities share, among the Kalenjin about half."""
    low, high = (45, 55) if community.name == "kalenjin" else (65, 75)

    assert low <= share_shared(community.given["female"]) <= high
    assert low <= share_shared(community.given["male"]) <= high


def test_spelling() -> None:
    """Names are 1 to 100 ASCII letters, spaces and apostrophes, capitalised but for arap and ole."""
    spelt = re.compile(r"(arap |ole )?[A-Z][a-z]*('[a-z]+)*")

    assert [row["name"] for row in NAME_ROWS if not spelt.fullmatch(row["name"]) or len(row["name"]) > 100] == []


@pytest.mark.parametrize(
    ("pattern", "gender"),
    [(r"Kip|Kib|Kim|arap ", "m"), (r"Che(?!ruiyot$|pkwony$)|Je", "f")],
)
def test_kalenjin_prefixes_go_by_gender(pattern: str, gender: str) -> None:
    """Kip-, Kib-, Kim- and arap are men's, Che-, Chep-, Je- and Jep- women's; Cheruiyot and Chepkwony are both's."""
    found = [row for row in NAME_ROWS if row["community"] == "kalenjin" and re.match(pattern, row["name"])]

    assert len(found) > 20
    assert {gender} == {row["gender"] for row in found}


def test_kalenjin_prefixes_are_kalenjin() -> None:
    """No other community bears Kip-, Chep-, Jep- or arap."""
    bearers = {row["community"] for row in NAME_ROWS if re.match(r"Kip|Chep|Jep|arap ", row["name"])}

    assert {"kalenjin"} == bearers


def test_luo_initials() -> None:
    """A Luo woman's own name begins with A, a Luo man's with O."""
    own = [row for row in rows("given_names") if row["community"] == "luo"]

    assert {("f", "A"), ("m", "O")} == {(row["gender"], row["name"][0]) for row in own}


def test_unknown_county() -> None:
    """An unknown county is refused, and the nearest one named."""
    with pytest.raises(ValueError, match=r"'kerico'.*'kericho'"):
        communities_of("kerico")
    with pytest.raises(ValueError, match="nearest"):
        fits("", "Mary", "Wanjiku")


@pytest.mark.parametrize(
    ("expected", "slug", "first", "last"),
    [
        (True, "nyeri", "Mary", "Wanjiku"),
        (True, "nyeri", "Wanjiku", "Kamau"),
        (False, "nyeri", "Wanjiku", "Kipchoge"),
        (False, "nyeri", "Kamau", "Wanjiku"),
        (False, "nyeri", "Mary", "Otieno"),
        (True, "kericho", "Kiprono", "arap Koech"),
        (True, "kericho", "Mercy", "Otieno"),
        (False, "kericho", "Chebet", "arap Koech"),
        (False, "kericho", "Chebet", "Kipchoge"),
        (False, "kericho", "Kiprono", "Chebet"),
        (False, "kericho", "Kiprono", "Otieno"),
        (False, "kericho", "John", "Akinyi"),
    ],
)
def test_fits(expected: bool, slug: str, first: str, last: str) -> None:
    """Both names must come from one community of the county, and from one gender."""
    assert expected is fits(slug, first, last)


def test_county_names() -> None:
    """A county's factors are for names that the community has, each once, and are positive."""
    for row in rows("county_names"):
        known = {name["name"] for name in NAME_ROWS if name["community"] in (row["community"], SHARED)}
        assert row["slug"] in SLUGS
        assert set(row["names"].split(";")) - known == set()
        assert float(row["factor"]) > 0
    stated = Counter(
        (row["slug"], row["community"], name) for row in rows("county_names") for name in row["names"].split(";")
    )
    assert [key for key, count in stated.items() if count > 1] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_names_of_a_county(slug: str) -> None:
    """In a county a community has its own names, and as many bear one of those that both genders bear as elsewhere."""
    both = {(row["community"], row["name"]) for row in rows("family_names") if row["gender"] == SHARED}
    for community, _ in communities_of(slug):
        usual = communities()[community.name]
        for gender in ("female", "male"):
            assert list(community.given[gender]) == list(usual.given[gender])
            assert list(community.family[gender]) == list(usual.family[gender])
            shares = [
                sum(weight for name, weight in names.items() if (community.name, name) in both) / sum(names.values())
                for names in (community.family[gender], usual.family[gender])
            ]
            assert shares[0] == pytest.approx(shares[1], abs=1e-4)


@pytest.mark.parametrize("community", ["kikuyu", "kalenjin", "kisii", "meru", "luhya"])
def test_counties_differ(community: str) -> None:
    """Of two tea counties of one community, at least a fifth of the people bear other family names."""
    leading = {county.slug: max(communities_of(county.slug), key=lambda pair: pair[1]) for county in counties()}
    homes = [slug for slug, (leads, _) in leading.items() if leads.name == community]
    assert len(homes) > 1
    for one, other in combinations(homes, 2):
        for gender in ("female", "male"):
            names, others = (in_county(community, slug).family[gender] for slug in (one, other))
            apart = sum(abs(names[name] / sum(names.values()) - others[name] / sum(others.values())) for name in names)
            assert apart / 2 > 0.2, (one, other)


def test_kipsigis_and_nandi() -> None:
    """Jep- is Nandi, Chelangat and arap Langat are Kipsigis: of Kericho and Bomet."""
    given = {slug: in_county("kalenjin", slug).given["female"] for slug in ("kericho", "bomet", "nandi")}
    family = {slug: in_county("kalenjin", slug).family["male"] for slug in given}

    for home in ("kericho", "bomet"):
        assert 10 * given[home]["Jepkosgei"] < given["nandi"]["Jepkosgei"]
        assert family[home]["Langat"] > 2 * family["nandi"]["Langat"]
        assert 5 * family[home]["Lagat"] < family["nandi"]["Lagat"]
    assert family["bomet"]["Langat"] > 2 * family["kericho"]["Langat"]


def test_women() -> None:
    """Every county has its share of women; few grow tea in Bomet, Kericho and Nandi, about half in Kiambu."""
    assert all(10 <= women(slug) <= 60 for slug in SLUGS)
    assert all(20 <= women(slug) <= 25 for slug in ("bomet", "kericho", "nandi"))
    assert women("kiambu") > 50
    with pytest.raises(ValueError, match=r"'kerico'.*'kericho'"):
        women("kerico")


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_drawn_fits(slug: str) -> None:
    """Any given name fits any family name of the same community and gender."""
    for community, _ in communities_of(slug):
        for given, family in (
            (community.given["female"], community.family["female"]),
            (community.given["male"], community.family["male"]),
        ):
            assert all(fits(slug, name, next(iter(family))) for name in given)
            assert all(fits(slug, [*given][-1], name) for name in family)
