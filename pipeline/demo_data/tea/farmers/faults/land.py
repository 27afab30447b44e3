"""Faults in where farms lie."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from math import hypot

from demo_data.faults import Cannot, Change, Data, Draw, Fault, Record, derived, planter
from demo_data.tea.farmers.rules.land import CELL_KM, FULL, NEAR_KM, SAMPLE
from demo_data.tea.fresh_records import lately
from demo_data.tea.misplacing import apart
from demo_data.tea.planting import GEOGRAPHY, enrolments

POINTS = "collection_points"
PLACE = "farm_location"
LAND = CELL_KM**2 * 100


def away(one: Record, other: Record) -> float:
    """Kilometres between two locations."""
    return apart((one["latitude"], one["longitude"]), (other["latitude"], other["longitude"]))


@derived
def own_points(data: Data) -> Mapping[int, list[Record]]:
    """The collection points of each farmer (by number) that has any, as they came."""
    farmers = data.index("farmers")
    points = data[POINTS]
    return {
        farmers[who]: [data.pristine(POINTS, row) for row in rows if row < len(points)]
        for who, rows in enrolments(data).items()
        if who in farmers
    }


def _sound(data: Data, region: str) -> bool:
    """Whether it is known where a region lies."""
    return data.unlocked(GEOGRAPHY, data.index("regions").get(region, -1))


@planter("farm-near-point", "farmers", POINTS, "regions")
def far_from_points(data: Data, draw: Draw) -> Fault:
    """The farm is moved to where another farm of its region lies, far from all points of its farmer."""
    farmers = data["farmers"]
    homes = defaultdict(list)
    for row in range(data.sizes["farmers"]):
        homes[farmers[row]["region_id"]].append(row)
    for row in data.rows(draw, "farmers", lambda farmer: _sound(data, farmer["region_id"])):
        points = own_points(data).get(row)
        if not points or any(point["region_id"] != farmers[row]["region_id"] for point in points):
            continue
        if not all(data.unlocked(POINTS, data.index(POINTS)[point["id"]]) for point in points):
            continue
        for other in draw.shuffled(homes[farmers[row]["region_id"]])[:200]:
            place = data.pristine("farmers", other)[PLACE]
            if min(away(place, point["location"]) for point in points) > NEAR_KM + 0.1:
                requires = [(POINTS, data.index(POINTS)[point["id"]]) for point in points]
                requires.append((GEOGRAPHY, data.index("regions")[farmers[row]["region_id"]]))
                sentence = "The farm is far from every collection point of its farmer."
                return data.fault("farmers", row, PLACE, place, sentence, requires=requires)
    raise Cannot("no region reaches far enough")


@planter("nearest-point", "farmers", POINTS, "factories", whole=True)
def points_of_others(data: Data, draw: Draw) -> Fault:
    """On both sides of every collection point lies one of another factory of the region, to which nobody goes."""
    points = [data.pristine(POINTS, row) for row in range(data.sizes[POINTS])]
    by_region = defaultdict(set)
    for factory in data["factories"][: data.sizes["factories"]]:
        by_region[factory["region_id"]].add(factory["id"])
    members: Counter[str] = Counter()
    for point in points:
        members[point["region_id"]] += len(point["farmer_ids"])
    mixed = sum(count for region, count in members.items() if len(by_region[region]) > 1)
    if data.sizes["farmers"] < SAMPLE or mixed < 0.8 * members.total():
        raise Cannot(f"there are fewer than {SAMPLE} farmers, or too few regions with several factories")
    changes: list[Change] = []
    several = Counter(point["factory_id"] for point in points if point["status"] != "inactive")
    numbers = _free_numbers(data)
    today = lately(data)
    surrounded = 0
    for point in points:
        others = [each for each in sorted(by_region[point["region_id"]]) if several[each] > 1]
        others = [each for each in others if each != point["factory_id"]]
        if point["status"] == "inactive" or not others:
            continue
        surrounded += len(point["farmer_ids"])
        for side in (-1, 1):
            place = point["location"] | {"latitude": round(point["location"]["latitude"] + side * 1e-4, 6)}
            record = point | {"clerk_id": None, "clerk_phone": None, "farmer_ids": [], "status": "active"}
            record |= {"id": f"{point['region_id']}-cp-{next(numbers):04}", "location": place}
            record |= {"factory_id": draw.shuffled(others)[0], "created_at": today, "updated_at": today}
            changes.append(data.add(POINTS, record, after=len(changes)))
    if surrounded < 0.5 * members.total():
        raise Cannot("too few factories have several collection points")
    sentence = "Every collection point has others of another factory beside it."
    return Fault.of_table("farmers", PLACE, sentence, changes)


def _free_numbers(data: Data) -> Iterator[int]:
    """Numbers that no point of any region has, and hardly any other fault gives."""
    known = {int(point["id"].rpartition("-")[2]) for point in data[POINTS] if point["id"][-1].isdigit()}
    return (number for number in range(9_000, 0, -1) if number not in known)


@planter("farm-land", "farmers", POINTS, "regions", whole=True)
def on_one_spot(data: Data, draw: Draw) -> Fault:
    """All farms whose points, of one factory, lie around one of these are moved to it."""
    farmers, points = data["farmers"], [data.pristine(POINTS, row) for row in range(data.sizes[POINTS])]
    for point in draw.shuffled([point for point in points if point["farmer_ids"]]):
        region, centre = point["region_id"], point["location"]
        if not _sound(data, region):
            continue
        rows = [
            row
            for row, own in own_points(data).items()
            if data.free("farmers", row)
            and farmers[row]["region_id"] == region
            and all(each["factory_id"] == point["factory_id"] for each in own)
            and any(away(centre, each["location"]) < NEAR_KM - 1 for each in own)
        ]
        sizes = [farmers[row]["farm_size_hectares"] for row in rows]
        if sum(sizes) - 5.5 * hypot(*sizes) > FULL * LAND:
            changes = [data.put("farmers", row, PLACE, dict(centre)) for row in rows]
            return Fault.of_table("farmers", PLACE, "Many farms lie on one spot.", changes)
    raise Cannot("there are too few farms around any collection point")
