"""Faults in how leaf grows: bags that know nothing of the days since the last round, or of the land."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from demo_data.faults import Cannot, Change, Data, Draw, Fault, at, planter
from demo_data.tea.documents.faults.bags import DOCUMENTS, WEIGHT, Bags, blocks, shared, windows
from demo_data.tea.documents.rules.growth import HEAVIEST_KG, MONTHS
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.planting import RECEIVED, histories, local_day, sums

FARMERS, PERFORMANCE = "farmers", "farmer_performance"
HECTARES = "farm_size_hectares"
TON = HEAVIEST_KG + 50.0


@planter("plucking-growth", DOCUMENTS, "farmers", "collection_points", "regions", "weather_observations", whole=True)
def week_like_two(data: Data, draw: Draw) -> Fault:
    """From October to December a bag of seven days holds as much as one of fourteen."""
    bags = Bags(data)
    new: dict[int, float] = {}
    for rows in bags.groups(lambda bag: (bag["blocks"] == 1 and bag["day"].month in MONTHS) or None):
        new |= bags.shared(rows, [bags.by_row[row]["tenths"] / bags.by_row[row]["gap"] for row in rows])
    return bags.fault("plucking-growth", [new], "A week's leaf weighs as much as that of two weeks.")


@planter("bag-weight", DOCUMENTS, FARMERS)
def sack_of_a_ton(data: Data, draw: Draw) -> Fault:
    """A bag of a large farm holds most of what was brought there in a window of performance."""
    for who in draw.shuffled(list(histories(data))):
        if who not in data.index(FARMERS) or blocks(data, who) == 1 or not data.unlocked(*sums(data, who)):
            continue
        for rows in _together(data, who):
            weights = [at(data[DOCUMENTS][row], WEIGHT) for row in rows]
            others = sum(weights) - TON
            if others < len(rows):
                continue
            row, *rest = draw.shuffled(rows)
            lighter = shared(others, [at(data[DOCUMENTS][other], WEIGHT) for other in rest])
            changes = [data.put(DOCUMENTS, other, WEIGHT, kg) for other, kg in zip(rest, lighter, strict=True)]
            sentence = "No block gives so much leaf in a round."
            return data.fault(DOCUMENTS, row, WEIGHT, TON, sentence, *changes, requires=[sums(data, who)])
    raise Cannot("no large farm is left that brings so much in any window of performance")


def _together(data: Data, who: str) -> list[list[int]]:
    """The farmer's documents that performance adds up together, of which all are free; not today's."""
    groups: dict[tuple[bool, ...], list[int]] = {}
    for row in histories(data)[who]:
        groups.setdefault(windows(data, local_day(at(data[DOCUMENTS][row], RECEIVED))), []).append(row)
    return [rows for of, rows in groups.items() if of and all(data.free(DOCUMENTS, row) for row in rows)]


@planter("bag-area", DOCUMENTS, FARMERS, "collection_points", "regions", "weather_observations", whole=True)
def land_that_tells_nothing(data: Data, draw: Draw) -> Fault:
    """Small farms are much more alike in hectares than in what they bring."""
    rows = [row for row in range(data.sizes[FARMERS]) if data.free(FARMERS, row) and _known(data, row)]
    sizes = [data[FARMERS][row][HECTARES] for row in rows]
    if not sizes:
        raise Cannot("no small farm is left")
    middle = median(sizes)
    new = {row: round(middle * (size / middle) ** 0.5, 2) for row, size in zip(rows, sizes, strict=True)}
    changes = [change for row, size in new.items() for change in _resized(data, row, size)]
    Bags(data).broken("bag-area", hectares={data[FARMERS][row]["id"]: size for row, size in new.items()})
    return Fault.of_table(DOCUMENTS, WEIGHT, "Twice the land brings four times the leaf.", changes)


def _known(data: Data, row: int) -> bool:
    """Whether a farmer is a smallholder of whom the performance, where there is such a table, is free."""
    farmer = data[FARMERS][row]
    there = data.index(PERFORMANCE).get(farmer["id"], -1) if data[PERFORMANCE] else 0
    free = not data[PERFORMANCE] or (there >= 0 and data.free(PERFORMANCE, there))
    return farmer["farm_scale"] == "smallholder" and 0.02 < farmer[HECTARES] < 1 and free


def _resized(data: Data, row: int, size: float) -> Iterator[Change]:
    """A farm of other hectares, and what performance says of it."""
    yield data.put(FARMERS, row, HECTARES, size)
    if not data[PERFORMANCE]:
        return
    there = data.index(PERFORMANCE)[data[FARMERS][row]["id"]]
    yield data.put(PERFORMANCE, there, HECTARES, size)
    for window in WINDOWS:
        total = at(data[PERFORMANCE][there], f"historical.total_kg_{window}")
        rate = f"historical.yield_kg_per_hectare_{window}"
        yield data.put(PERFORMANCE, there, rate, round(total / size, 1))
