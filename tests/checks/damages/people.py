"""Faults in people."""

from __future__ import annotations

from tests.checks.damaged import Damaged, at, put
from tests.checks.damages.plant import Place, plants, sets

sets("farm-scale", "farmers", "farm_scale", lambda old: "medium" if old == "estate" else "estate", "performance-farm")
sets("phone", "farmers", "contact.phone", "+254999000000")
sets("national-id", "farmers", "national_id", "1234567")
sets("email", "farmers", "contact.email", "nobody at example.com")
sets("names", "farmers", "first_name", "Kipchoge Wanjiru")


@plants("phone-unique")
def shared_phone(data: Damaged) -> Place:
    put(data["factories"][0], "contact.phone", at(data["farmers"][3], "contact.phone"))
    return "factories", 0


@plants("national-id-unique")
def shared_national_id(data: Damaged) -> Place:
    data["farmers"][7]["national_id"] = data["farmers"][2]["national_id"]
    return "farmers", 7


@plants("grower-number")
def short_grower_number(data: Damaged) -> Place:
    data["farmers"][4]["grower_number"] = "GN-123"
    return "farmers", 4


@plants("grower-number-unique")
def shared_grower_number(data: Damaged) -> Place:
    for row in (5, 9):
        data["farmers"][row]["grower_number"] = "GN-00000"
    return "farmers", 9


@plants("language")
def strange_language(data: Damaged) -> Place:
    row = next(n for n, each in enumerate(data["farmers"]) if each["region_id"].startswith("nyeri"))
    data["farmers"][row]["pref_lang"] = "luo"
    return "farmers", row
