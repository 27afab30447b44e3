"""Faults in how quality goes from bag to bag: what is in a farmer's bags changes places, so that every sum stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import polars as pl

from demo_data.faults import Cannot, Change, Data, Draw, Fault, at, planter
from demo_data.tea.documents.faults.bags import DOCUMENTS, windows
from demo_data.tea.documents.rounds import off_usual
from demo_data.tea.documents.rules.quality import GAP_SAMPLE, GAPS, WET_MONTHS, WET_SAMPLE
from demo_data.tea.planting import BAG, RECEIVED, farmer_of, histories, local_day, point_row, story
from demo_data.tea.weather.views import WET_MM

PRIMARY = f"{BAG}.primary_percentage"
MORE = 1.1
"""Bags for each that a rule asks for: other faults take some away."""

_MOVED = (
    PRIMARY,
    f"{BAG}.secondary_percentage",
    f"{BAG}.grade",
    f"{BAG}.leaf_type_distribution",
    "extracted_fields.leaf_analysis",
)
"""What follows from the leaves of a bag, and goes with them; its weight stays."""


class _Bags:
    """Free bags of farmers without a scenario on the day, by their document's number."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.rows = [row for row in range(data.sizes[DOCUMENTS]) if self._usable(row)]
        self.day = {row: local_day(at(data[DOCUMENTS][row], RECEIVED)) for row in self.rows}
        self.farmer = {row: farmer_of(data[DOCUMENTS][row]) for row in self.rows}

    def _usable(self, row: int) -> bool:
        data, record = self.data, self.data[DOCUMENTS][row]
        who, day = farmer_of(record), local_day(at(record, RECEIVED))
        return bool(
            who in data.index("farmers")
            and data.free(DOCUMENTS, row)
            and point_row(data, record) is not None
            and story(data, who, day) is None
            and all(at(record, path) is not None for path in _MOVED)
        )

    def region(self, row: int) -> str:
        """The region of the bag's point."""
        return str(self.data["collection_points"][point_row(self.data, self.data[DOCUMENTS][row]) or 0]["region_id"])

    def gaps(self) -> dict[int, int]:
        """Days since the round before, of farms of one block."""
        found = {}
        for who, history in histories(self.data).items():
            farmer = self.data.index("farmers").get(who)
            if farmer is None or self.data.pristine("farmers", farmer)["farm_size_hectares"] > 1:
                continue
            days = [local_day(at(self.data[DOCUMENTS][row], RECEIVED)) for row in history]
            found.update(
                {row: (day - before).days for row, day, before in zip(history[1:], days[1:], days, strict=False)}
            )
        return {row: found[row] for row in self.rows if row in found}

    def wet(self) -> dict[int, int]:
        """Wet days among the last seven of the bag's region."""
        rain: dict[tuple[str, date], float] = {
            (day["region_id"], date.fromisoformat(day["date"])): day["precipitation_mm"]
            for day in self.data["weather_observations"][: self.data.sizes["weather_observations"]]
        }

        def days(row: int) -> Iterator[float | None]:
            return (rain.get((self.region(row), self.day[row] - timedelta(days=ago))) for ago in range(7))

        fallen = {row: list(days(row)) for row in self.rows}
        return {
            row: sum(millimetres >= WET_MM for millimetres in days if millimetres is not None)
            for row, days in fallen.items()
            if None not in days
        }

    def turned(self, by: Callable[[int], object], order: Callable[[int], int]) -> dict[int, int]:
        """Which bag's leaves each has, if among those alike in `by` the best go to the last in order, and so on.

        Only bags of one farmer, of the same grading model and factory, and in the same windows of performance change
        places; not today's.
        """
        groups: dict[object, list[int]] = {}
        for row in self.rows:
            together, record = windows(self.data, self.day[row]), self.data[DOCUMENTS][row]
            if together and not self.data.touched(DOCUMENTS, row, PRIMARY):
                of = at(record, "linkage_fields.factory_id"), at(record, "extracted_fields.grading_model_id")
                groups.setdefault((self.farmer[row], together, *of, by(row)), []).append(row)
        new: dict[int, int] = {}
        for rows in groups.values():
            ranked = sorted(rows, key=lambda row: (self._primary(row), row))
            new.update(zip(sorted(rows, key=lambda row: (order(row), row)), ranked, strict=True))
        return new

    def _primary(self, row: int) -> float:
        return float(at(self.data[DOCUMENTS][row], PRIMARY))

    def rises(self, new: dict[int, int], measure: dict[int, int]) -> bool:
        """Whether percentages would rise with a measure, as the rules measure it, by more than chance."""
        rows = [row for row in self.rows if row in measure]
        bags = pl.DataFrame(
            {
                "farmer": [self.farmer[row] for row in rows],
                "region": [self.region(row) for row in rows],
                "month": [self.day[row].replace(day=1) for row in rows],
                "primary": [self._primary(new.get(row, row)) for row in rows],
                "measure": [float(measure[row]) for row in rows],
            }
        )
        correlation = off_usual([bags], "primary", "measure")["correlation"].item()
        return correlation is not None and correlation > 0.05

    def fault(self, new: dict[int, int], sentence: str) -> Fault:
        documents = self.data[DOCUMENTS]
        changes: list[Change] = [
            self.data.put(DOCUMENTS, row, path, at(documents[other], path))
            for row, other in sorted(new.items())
            for path in _MOVED
            if at(documents[row], path) != at(documents[other], path)
        ]
        return Fault.of_table(DOCUMENTS, PRIMARY, sentence, changes)


@planter("quality-gap", DOCUMENTS, "farmers", "collection_points", "weather_observations", whole=True)
def old_leaf_best(data: Data, draw: Draw) -> Fault:
    """Farms of one block bring their best leaf after the longest rounds; with wet weeks it falls as before."""
    bags = _Bags(data)
    gaps, wet = bags.gaps(), bags.wet()
    measured = {row: gap for row, gap in gaps.items() if GAPS[0] <= gap <= GAPS[1]}
    if len(measured) < MORE * GAP_SAMPLE:
        raise Cannot(f"there are fewer than {GAP_SAMPLE} bags of farms of one block without a scenario")
    bags.rows = [row for row in bags.rows if row in gaps]
    new = bags.turned(lambda row: wet.get(row, 0) // 3, lambda row: gaps[row])
    if not bags.rises(new, measured):
        raise Cannot("the bags cannot be changed so far that old leaf is better")
    return bags.fault(new, "The oldest leaf is the best.")


@planter("quality-wet-weeks", DOCUMENTS, "farmers", "collection_points", "weather_observations", whole=True)
def wet_leaf_best(data: Data, draw: Draw) -> Fault:
    """Farmers bring their best leaf in the wettest weeks; with the days since the last round it falls as before."""
    bags = _Bags(data)
    gaps, wet = bags.gaps(), bags.wet()
    months = {(bags.region(row), f"{bags.day[row]:%Y-%m}") for row in wet}
    if len(wet) < MORE * WET_SAMPLE or len(months) < WET_MONTHS:
        raise Cannot(f"there are fewer than {WET_SAMPLE} bags without a scenario, or {WET_MONTHS} months")
    new = bags.turned(lambda row: gaps.get(row, 0), lambda row: wet.get(row, 0))
    if not bags.rises(new, wet):
        raise Cannot("the bags cannot be changed so far that wet leaf is better")
    return bags.fault(new, "The leaf of the wettest weeks is the best.")
