"""Faults in people."""

from __future__ import annotations

from demo_data.faults.changes import put, sets
from demo_data.faults.data import Cannot, Data, Record, at
from demo_data.faults.draw import Draw
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Fault
from demo_data.tea.kenya.people import communities, communities_of

PHONES = (("farmers", "contact.phone"), ("factories", "contact.phone"), ("collection_points", "clerk_phone"))
OWN_LANGUAGES = ("ki", "luo")


@plants("farm-scale", "farmers")
def strange_scale(data: Data, draw: Draw) -> Fault:
    """The performance, which repeats the scale, goes along."""
    row = data.row(draw, "farmers", lambda each: _performance_is_free(data, each))
    scale = "medium" if data["farmers"][row]["farm_scale"] == "estate" else "estate"
    performance = data.performance_rows.get(data["farmers"][row]["id"])
    more = [] if performance is None else [put(data, "farmer_performance", performance, "farm_scale", scale)]
    return sets(data, "farmers", row, "farm_scale", scale, "The scale does not follow from the hectares.", *more)


def _performance_is_free(data: Data, farmer: Record) -> bool:
    row = data.performance_rows.get(farmer["id"])
    return row is None or data.free("farmer_performance", row)


@plants("phone")
def strange_phone(data: Data, draw: Draw) -> Fault:
    for table, path in draw.shuffled([each for each in PHONES if data.sizes.get(each[0])]):
        for row in draw.order(data.sizes[table]):
            if data.free(table, row) and at(data[table][row], path):
                value = f"+2549{PHONES.index((table, path))}{row:07}"
                return sets(data, table, row, path, value, "No Kenyan mobile number begins like this.")
    raise Cannot("there is no phone left")


@plants("phone-unique", "farmers")
def shared_phone(data: Data, draw: Draw) -> Fault:
    return _shared(data, draw, "contact.phone")


@plants("national-id", "farmers")
def strange_national_id(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers")
    value = f"X{data['farmers'][row]['national_id']}"
    return sets(data, "farmers", row, "national_id", value, "A national ID is eight digits.")


@plants("national-id-unique", "farmers")
def shared_national_id(data: Data, draw: Draw) -> Fault:
    return _shared(data, draw, "national_id")


@plants("grower-number", "farmers")
def strange_grower_number(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers", lambda each: each.get("grower_number"))
    value = data["farmers"][row]["grower_number"].replace("GN-", "GN/")
    return sets(data, "farmers", row, "grower_number", value, "A grower number is GN- and digits.")


@plants("grower-number-unique", "farmers")
def shared_grower_number(data: Data, draw: Draw) -> Fault:
    return _shared(data, draw, "grower_number")


def _shared(data: Data, draw: Draw, path: str) -> Fault:
    """Two farmers have one number; the one who comes later is at fault."""
    rows = data.rows(draw, "farmers", lambda each: at(each, path))
    first, second = sorted((next(rows), next(rows)))
    value = at(data["farmers"][first], path)
    sentence = f"It is that of record {first} already."
    return sets(data, "farmers", second, path, value, sentence, takes=[("farmers", first)])


@plants("email")
def strange_email(data: Data, draw: Draw) -> Fault:
    tables = [table for table in ("farmers", "factories") if data.sizes.get(table)]
    for table in draw.shuffled(tables):
        try:
            row = data.row(draw, table)
        except Cannot:
            continue
        return sets(data, table, row, "contact.email", "nobody at example.com", "That is no email address.")
    raise Cannot("there is no email address left")


@plants("names", "farmers")
def strange_names(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers", lambda each: each["pref_lang"] not in OWN_LANGUAGES and _peopled(each))
    return sets(data, "farmers", row, "first_name", "Xochitl", "No community of the county bears this name.")


@plants("language", "farmers")
def strange_language(data: Data, draw: Draw) -> Fault:
    row = data.row(draw, "farmers", _strange_languages)
    language = draw.shuffled(_strange_languages(data["farmers"][row]))[0]
    sentence = "The language of another community than the one that bears these names."
    return sets(data, "farmers", row, "pref_lang", language, sentence)


def _peopled(farmer: Record) -> bool:
    try:
        return bool(communities_of(farmer["region_id"].split("-")[0]))
    except ValueError:
        return False


def _strange_languages(farmer: Record) -> list[str]:
    """The languages of communities that do not bear the farmer's names, where the county's are known."""
    if not _peopled(farmer):
        return []
    bearers = {each.language for each in communities().values() if _bears(each, farmer)}
    return [language for language in OWN_LANGUAGES if language not in bearers]


def _bears(community: object, farmer: Record) -> bool:
    names = (farmer["first_name"], farmer["last_name"])
    for gender in ("female", "male"):
        given = {name.text for name in getattr(community, f"given_{gender}")}
        family = {name.text for name in getattr(community, f"family_{gender}")}
        if names[0] in given and names[1] in family:
            return True
    return False
