"""Faults in what tells one county's farmers from another's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from demo_data.faults import Cannot, Change, Data, Draw, Fault, Record, planter
from demo_data.tea.farmers.rules.counties import DEVIATIONS, NATION, SAMPLE, UNSURE, expected_women, needed, others
from demo_data.tea.kenya.people import GENDERS, communities_of, in_county

WHERE = "there are too few farmers of one county whose names may change"


@planter("women-share", "farmers", whole=True)
def one_gender(data: Data, draw: Draw) -> Fault:
    """All farmers of a county bear the names of one gender: of that which fewer are."""
    for slug in draw.shuffled(list(_by_county(data))):
        rows, due = _by_county(data)[slug], expected_women(slug, _nation(data))
        gender = "female" if due < 50 else "male"
        away = (100 - due if gender == "female" else due) / 100
        people = {row: _person(data["farmers"][row], slug) for row in rows if data.free("farmers", row)}
        turned = {row: who[0] for row, who in people.items() if who and who[1] != gender}
        of = len(rows)
        if of < 1.2 * SAMPLE or len(turned) < 0.85 * away * of:
            continue
        if len(turned) <= DEVIATIONS * (away * (1 - away) * of) ** 0.5 + UNSURE * of + 0.2 * away * of:
            continue
        changes: list[Change] = []
        for community in dict.fromkeys(turned.values()):
            own = [row for row, name in turned.items() if name == community]
            here = in_county(community, slug)
            for path, names in (("first_name", here.given[gender]), ("last_name", here.family[gender])):
                changes += _renamed(data, path, own, names)
        return Fault.of_table("farmers", "first_name", f"All farmers of {slug} are {gender} by their names.", changes)
    raise Cannot(WHERE)


@planter("family-names", "farmers", whole=True)
def names_of_another_county(data: Data, draw: Draw) -> Fault:
    """The farmers of a county bear family names as in another one of the same community."""
    share = _nation(data)
    for slug in draw.shuffled(list(_by_county(data))):
        rows = _by_county(data)[slug]
        people = {row: _person(data["farmers"][row], slug) for row in rows if data.free("farmers", row)}
        for other in draw.shuffled(others(slug)):
            if len(rows) < 1.3 * needed(slug, other, share) or len(people) < 0.85 * len(rows):
                continue
            changes: list[Change] = []
            for who in dict.fromkeys(who for who in people.values() if who):
                own = [row for row, person in people.items() if person == who]
                changes += _renamed(data, "last_name", own, in_county(who[0], other).family[who[1]])
            sentence = f"The family names of {slug} are as frequent as in {other}."
            return Fault.of_table("farmers", "last_name", sentence, changes)
    raise Cannot(WHERE)


def _by_county(data: Data) -> Mapping[str, list[int]]:
    def found() -> dict[str, list[int]]:
        rows: dict[str, list[int]] = {}
        for row, farmer in enumerate(data["farmers"][: data.sizes["farmers"]]):
            rows.setdefault(farmer["region_id"].split("-")[0], []).append(row)
        return rows

    return data.once("farmers by county", found)


def _nation(data: Data) -> float:
    """The share of women that the recipe states, in percent. Raises Cannot without a recipe."""
    if not data.recipe:
        raise Cannot("there is no recipe.json")
    weights = data.recipe.get("settings", {}).get("farmers", {}).get("gender")
    return float(weights.get("female", 0.0)) if isinstance(weights, Mapping) else NATION


def _person(farmer: Record, slug: str) -> tuple[str, str] | None:
    """The community and gender that the names fit, where it is one."""
    try:
        known = communities_of(slug)
    except ValueError:
        return None
    first, last = farmer["first_name"], farmer["last_name"]
    fits = [
        (community.name, gender)
        for community, _ in known
        for gender in GENDERS
        if first in community.given[gender] and last in community.family[gender]
    ]
    return fits[0] if fits else None


def _renamed(data: Data, path: str, rows: Sequence[int], names: Mapping[str, float]) -> Iterator[Change]:
    """Give the names to farmers, each as often as its weight says."""
    total, texts = sum(names.values()), list(names)
    borders, reached = [], 0.0
    for weight in names.values():
        reached += weight / total
        borders.append(reached)
    for place, row in enumerate(rows):
        due = (place * 0.618034 + 0.31) % 1
        name = next((text for text, border in zip(texts, borders, strict=True) if due < border), texts[-1])
        if name != data["farmers"][row][path]:
            yield data.put("farmers", row, path, name)
