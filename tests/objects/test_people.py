"""Who a farmer is whose names or language are given."""

from __future__ import annotations

import pytest

from demo_data import (
    FarmerFactory,
)
from demo_data.tea.kenya.people import communities_of


@pytest.mark.parametrize("county", ["nyeri", "kericho", "kisii", "bomet", "meru"])
@pytest.mark.parametrize(
    "given",
    [
        {"first_name": "Wanjiku"},
        {"first_name": "Chebet"},
        {"last_name": "Kiprono"},
        {"pref_lang": "ki"},
        {"pref_lang": "luo"},
    ],
    ids=str,
)
def test_people_follow_names_and_language(county: str, given: dict[str, str]) -> None:
    """Names and language given and made are borne and spoken by people of one community and gender."""
    from demo_data.tea.kenya.people import communities

    for farmer in FarmerFactory.batch(20, region_id=f"{county}-highland", **given):
        bearers = [
            community
            for community in communities().values()
            for names, families in (
                (community.given["female"], community.family["female"]),
                (community.given["male"], community.family["male"]),
            )
            if farmer.first_name in names and farmer.last_name in families
        ]
        assert bearers
        if farmer.pref_lang in ("ki", "luo"):
            assert farmer.pref_lang in {community.language for community in bearers}
        assert {key: str(getattr(farmer, key)) for key in given} == given
        at_home = {community.name for community, _ in communities_of(county)}
        if given.keys() == {"pref_lang"} and {"ki": "kikuyu", "luo": "luo"}[given["pref_lang"]] in at_home:
            assert {community.name for community in bearers} & at_home


def test_nobody_is_called_otieno_otieno() -> None:
    """Given and family name differ, whichever is given."""
    by_family = FarmerFactory.batch(300, region_id="kisumu-highland", last_name="Otieno")
    by_given = FarmerFactory.batch(300, region_id="kisumu-highland", first_name="Otieno")

    assert "Otieno" not in {farmer.first_name for farmer in by_family} | {farmer.last_name for farmer in by_given}


def test_unknown_names_are_taken() -> None:
    """A name that no list knows is taken as it is."""
    farmer = FarmerFactory.build(region_id="nyeri-highland", first_name="Zaphod")

    assert farmer.first_name == "Zaphod"
    assert farmer.last_name
