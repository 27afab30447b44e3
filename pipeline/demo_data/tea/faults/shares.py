"""Faults in shares of many farmers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from demo_data.faults.changes import whole
from demo_data.faults.data import KENYA, Cannot, Data, at, moment
from demo_data.faults.draw import Draw
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import RECIPE, Change, Fault
from demo_data.tea.faults.deliveries import DOCUMENTS
from demo_data.tea.faults.rhythm import WEEK

POINTS = "collection_points"
SAMPLE = 520
"""A little more than the rules ask for: other faults take some away."""


@plants("second-point-share", POINTS, "farmers", whole=True)
def another_share_asked(data: Data, draw: Draw) -> Fault:
    """The recipe asks for another share of farmers on two points than there are."""
    open_points = Counter(each["factory_id"] for each in data[POINTS] if each["status"] != "inactive")
    choosing = {
        who
        for each in data[POINTS]
        if each["status"] != "inactive" and open_points[each["factory_id"]] > 1
        for who in each["farmer_ids"]
    }
    active = sum(1 for each in data["farmers"] if each["is_active"] and each["id"] in choosing)
    if active < SAMPLE:
        raise Cannot(f"there are fewer than {SAMPLE} active farmers with a choice of points")
    path = "settings.farmers.two_points"
    old = at(data.recipe, path)
    if old is None:
        raise Cannot("no recipe.json tells how many farmers should be on two points")
    change = Change("set", RECIPE, None, path, old, 60 if old < 50 else 5)
    sentence = f"recipe.json asks for {change.new} % of farmers on two points, not {old} %."
    return whole(data, POINTS, "farmer_ids", sentence, [change])


@plants("main-point-share", DOCUMENTS, POINTS, whole=True)
def main_point_only(data: Data, draw: Draw) -> Fault:
    """Farmers on two points bring nearly all of their bags to the one that they use most."""
    two = {who for who, points in data.enrolled.items() if len(points) == 2}
    histories = {who: rows for who, rows in data.histories.items() if who in two}
    total = sum(map(len, histories.values()))
    if total < SAMPLE:
        raise Cannot(f"there are fewer than {SAMPLE} documents of farmers on two points")
    link = "collection_point_id"
    changes, most = [], 0
    movable = []
    for rows in histories.values():
        used = Counter(at(data[DOCUMENTS][row], f"linkage_fields.{link}") for row in rows)
        main, count = used.most_common(1)[0]
        most += count
        movable += [(row, main) for row in rows if _could_go(data, row, main)]
    for row, main in draw.shuffled(movable):
        if most > 0.94 * total:
            break
        most += 1
        for group in ("linkage_fields", "extracted_fields"):
            path = f"{group}.{link}"
            changes.append(Change("set", DOCUMENTS, row, path, at(data[DOCUMENTS][row], path), main))
    if most <= 0.94 * total:
        raise Cannot("too few documents could go to the main point")
    return whole(data, DOCUMENTS, f"linkage_fields.{link}", "Nearly all bags go to the point used most.", changes)


def _could_go(data: Data, row: int, where: str) -> bool:
    """Whether the document could be of that point, which is active and open at its moment."""
    document = data[DOCUMENTS][row]
    point = data[POINTS][data.point_rows[where]]
    local = moment(document["ingestion"]["received_at"]) + KENYA
    hours = point["operating_hours"]["weekends" if local.weekday() >= 5 else "weekdays"]
    opening, closing = (timedelta(hours=int(part[:2]), minutes=int(part[3:])) for part in hours.split("-"))
    inside = opening <= timedelta(hours=local.hour, minutes=local.minute, seconds=local.second) <= closing
    elsewhere = at(document, "linkage_fields.collection_point_id") != where
    return (
        elsewhere
        and inside
        and data.free(DOCUMENTS, row)
        and WEEK[local.weekday()] in point["collection_days"]
        and point["status"] == "active"
    )
