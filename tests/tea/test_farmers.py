from __future__ import annotations

import datetime
import re
from collections import Counter
from typing import Any

import numpy as np
import phonenumbers
import pytest

from demo_data.tea.kenya.people import communities, communities_of, women
from tests.tea.kenya.fitting import fits
from tests.worlds import SCENARIO_SHARES, crowd, near, rows_of

FARMERS = 20_000


def farmers() -> list[dict[str, Any]]:
    return rows_of(crowd(), "farmers")


def latent(name: str) -> Any:
    return crowd().rows("farmers", 0, FARMERS)[name]


@pytest.mark.parametrize(
    ("column", "weights"),
    [
        ("farm_scale", {"smallholder": 60, "medium": 35, "estate": 5}),
        ("notification_channel", {"sms": 70, "whatsapp": 30}),
        ("interaction_pref", {"text": 80, "voice": 20}),
    ],
)
def test_shares(column: str, weights: dict[str, float]) -> None:
    """Words come by their weights, within six deviations."""
    counts = Counter(farmer[column] for farmer in farmers())

    assert set(weights) == set(counts)
    for word, percent in weights.items():
        assert near(counts[word], FARMERS, percent), word


def test_languages() -> None:
    """Languages come by weight among those that fit: Kikuyu and Luo are for their own people only."""
    weights = {"sw": 50, "en": 30, "ki": 15, "luo": 5}
    people = list(communities().values())
    pairs = Counter(zip(latent("community").tolist(), (farmer["pref_lang"] for farmer in farmers()), strict=True))

    for number, community in enumerate(people):
        fitting = {code: w for code, w in weights.items() if code in ("sw", "en", community.language)}
        members = sum(count for (member, _), count in pairs.items() if member == number)
        assert {code for member, code in pairs if member == number} <= set(fitting)
        for code, weight in fitting.items():
            assert near(pairs[number, code], members, 100 * weight / sum(fitting.values()))
    assert len({number for number, _ in pairs}) > 3


def test_scenarios_are_exact() -> None:
    """Each scenario has exactly the farmers that the profile gives it, spread over the rows."""
    scenario = latent("scenario")

    assert [*SCENARIO_SHARES.values()] == np.bincount(scenario[scenario >= 0]).tolist()
    for part in np.split(scenario >= 0, 10):
        assert near(int(part.sum()), len(part), 36)


def test_active() -> None:
    """Scenario farmers are active, but for the inactive; 95 % of the others are."""
    active = np.array([farmer["is_active"] for farmer in farmers()])
    scenario = latent("scenario")[:, 0]
    inactive = list(SCENARIO_SHARES).index("inactive")

    assert not active[scenario == inactive].any()
    assert active[(scenario >= 0) & (scenario != inactive)].all()
    assert near(int(active[scenario < 0].sum()), int((scenario < 0).sum()), 95)


def test_sizes() -> None:
    """Hectares lie in their scale; small farms are the most common of each."""
    bounds = {"smallholder": (0.1, 0.99), "medium": (1.0, 5.0), "estate": (5.01, 50.0)}
    means = {"smallholder": (0.4, 0.5), "medium": (2.1, 2.6), "estate": (7, 20)}
    for scale, (low, high) in bounds.items():
        sizes = np.array([farmer["farm_size_hectares"] for farmer in farmers() if farmer["farm_scale"] == scale])
        assert low <= sizes.min() <= sizes.max() <= high
        assert means[scale][0] < sizes.mean() < means[scale][1]
        assert np.median(sizes) < sizes.mean()


def test_names_fit() -> None:
    """Given and family name fit one community of the county and one gender, and differ."""
    county = {region["region_id"]: region["region_id"].split("-")[0] for region in rows_of(crowd(), "regions")}
    seen = Counter((county[row["region_id"]], row["first_name"], row["last_name"]) for row in farmers())

    assert [names for names in seen if not fits(*names)] == []
    assert [names for names in seen if names[1] == names[2]] == []
    assert len(seen) > FARMERS / 5


def test_women() -> None:
    """In every county as many of the farmers are women as its share says; a profile's weights move all of them."""
    regions = [region["region_id"].split("-")[0] for region in rows_of(crowd(), "regions")]
    region, women_ = latent("region"), latent("gender").equals("female")

    for number, slug in enumerate(regions):
        assert near(int(women_[region == number].sum()), int((region == number).sum()), women(slug))
    for share in (0, 100):
        world = crowd().but({"farmers.gender": {"female": share, "male": 100 - share}})
        assert world.rows("farmers", 0, 100)["gender"].equals("female").mean() == share / 100


def test_family_names_of_a_county() -> None:
    """Nyeri is not Kirinyaga: farmers bear family names as often as their county's people do."""
    region = latent("region")
    slugs = [row["region_id"].split("-")[0] for row in rows_of(crowd(), "regions")]
    for slug in ("nyeri", "kirinyaga"):
        here = [farmers()[row]["last_name"] for row in np.flatnonzero(region == slugs.index(slug))]
        due: dict[str, float] = {}
        for community, percent in communities_of(slug):
            for gender, share in (("female", women(slug)), ("male", 100 - women(slug))):
                names = community.family[gender]
                for name, weight in names.items():
                    borne = percent / 100 * share / 100 * weight / sum(names.values())
                    due[name] = due.get(name, 0.0) + borne * len(here)
        found = Counter(here)
        assert set(found) <= set(due)
        assert [name for name, many in due.items() if abs(found[name] - many) > 6 * many**0.5 + 3] == []


def test_phones() -> None:
    """Phones of farmers, factories and clerks are E.164, valid Kenyan mobile numbers, each given out once."""
    phones = [
        *(farmer["contact"]["phone"] for farmer in farmers()),
        *(factory["contact"]["phone"] for factory in rows_of(crowd(), "factories")),
        *(point["clerk_phone"] for point in rows_of(crowd(), "collection_points") if point["clerk_phone"]),
    ]

    assert len(phones) == len(set(phones)) > FARMERS + 20 + 300
    assert all(re.fullmatch(r"\+254[17]\d{8}", phone) for phone in phones)
    for phone in phones[::7] + phones[-420:]:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number_for_region(number, "KE")
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_national_ids() -> None:
    """National IDs are eight digits, seven for the old, each given out once; the older somebody, the lower."""
    ids = [farmer["national_id"] for farmer in farmers()]
    born = latent("birth_day")
    years = 1970 + born / 365.25
    of_seven = np.array([len(one) == 7 for one in ids])

    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[1-9]\d{6,7}", one) for one in ids)
    assert of_seven[years < 1965].all()
    assert not of_seven[years > 1977].any()
    assert 0.3 < of_seven.mean() < 0.6
    order = np.argsort(born)
    numbers = np.array([int(one) for one in ids])[order]
    assert np.corrcoef(np.arange(FARMERS), np.argsort(np.argsort(numbers)))[0, 1] > 0.98


def test_ages() -> None:
    """Growers are 50 to 55 years old on average, and were of age when they registered."""
    ages = (np.datetime64("2026-01-31").astype(int) - latent("birth_day")) / 365.25

    assert 50 < ages.mean() < 55
    assert ages.max() < 90
    assert (latent("registered_day") - latent("birth_day")).min() > 18 * 365.25


def test_registrations() -> None:
    """On working days, 7:00 to 16:00; after the point opened, many with it; in order of the rows at each point."""
    points = crowd().whole("collection_points")
    day, point = latent("registered_day"), latent("point")
    since = day - points["opened_day"][point]

    assert ((day + 3) % 7 < 5).all()
    assert since.min() >= 0
    assert 0.35 < (since < 3 * 365).mean() < 0.8
    hours = np.array(
        [(farmer["registration_date"].hour + 3, farmer["registration_date"].minute) for farmer in farmers()]
    )
    assert 7 <= hours[:, 0].min() <= hours[:, 0].max() <= 16
    assert (hours[hours[:, 0] == 16, 1] == 0).all()
    same = point[1:] == point[:-1]
    assert (np.diff(day)[same] >= 0).all()


def test_grower_numbers() -> None:
    """About 70 % have a number: their factory's digits, then one of its register in order of registration."""
    numbers = [farmer["grower_number"] for farmer in farmers() if farmer["grower_number"]]
    factory = crowd().whole("collection_points")["factory"][latent("point")]

    assert near(len(numbers), FARMERS, 70)
    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch(r"GN-[1-9]\d{7}", number) for number in numbers)
    for row, farmer in enumerate(farmers()):
        if farmer["grower_number"]:
            assert int(farmer["grower_number"][3:5]) == 10 + factory[row]
    registers = [int(number[5:]) for number in numbers]
    assert sorted(registers) == registers


def test_who_joins_gets_a_number() -> None:
    """Room is left: who joins has a number after those of the farmers who were there, and an identity card."""
    world = crowd().but({"as_of": datetime.date(2027, 1, 31)})
    joined = world.rows("farmers", FARMERS, world.count("farmers"))
    theirs = [number for number in joined["grower_number"].values.to_pylist() if number]
    known = {farmer["national_id"] for farmer in farmers()}

    assert len(theirs) > 300
    assert min(int(number[5:]) for number in theirs) > FARMERS
    assert {len(number) for number in theirs} == {11}
    assert known.isdisjoint(joined["national_id"].to_pylist())


def test_emails() -> None:
    """Some have an email of their name and number at a domain that nobody owns; the others have none."""
    emails = [farmer["contact"]["email"] for farmer in farmers()]
    written = [email for email in emails if email]

    assert near(len(written), FARMERS, 12)
    assert len(written) == len(set(written))
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.com", email) for email in written)
    for number, (farmer, email) in enumerate(zip(farmers(), emails, strict=True), start=1):
        letters = [re.sub("[^a-z]", "", farmer[name].lower()) for name in ("first_name", "last_name")]
        assert email in ("", f"{letters[0]}.{letters[1]}{number}@example.com")


def test_second_points() -> None:
    """About 8 % of active farmers have a second point; it is another one of the same factory that is not inactive."""
    points = rows_of(crowd(), "collection_points")
    main, second = latent("point"), latent("second")
    active = np.array([farmer["is_active"] for farmer in farmers()])
    several = {factory for factory, count in Counter(p["factory_id"] for p in points).items() if count > 3}
    could = active & np.array([points[point]["factory_id"] in several for point in main])

    assert near(int((second[could] >= 0).sum()), int(could.sum()), 8)
    assert not (second[~active] >= 0).any()
    for own, other in zip(main[second >= 0], second[second >= 0], strict=True):
        assert own != other
        assert points[own]["factory_id"] == points[other]["factory_id"]
        assert points[other]["status"] != "inactive"


def test_times() -> None:
    """Registered before the history; changed between registration and the world's end, about once in three years."""
    first = datetime.datetime(2025, 11, 3, tzinfo=datetime.UTC)
    end = datetime.datetime(2026, 1, 31, 18, tzinfo=datetime.UTC)

    assert all(
        farmer["registration_date"] == farmer["created_at"] <= farmer["updated_at"] <= end for farmer in farmers()
    )
    assert max(farmer["registration_date"] for farmer in farmers()) < first
    active = [farmer for farmer in farmers() if farmer["is_active"]]
    of_a_year = sum(end - farmer["updated_at"] < datetime.timedelta(365) for farmer in active)
    assert 0.22 < of_a_year / len(active) < 0.34
