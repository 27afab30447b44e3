"""Faults in what farmers bring over the year: weights that go against the season, or against the rain.

A farmer's weights change places among bags that performance adds up together, so that every sum stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import log

from demo_data.faults import Cannot, Data, Draw, Fault, at, planter
from demo_data.tea.documents.rules.seasons import MONTHS, RAIN_DAYS
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.kenya.places import county, crop_index
from demo_data.tea.planting import BAG, RECEIVED, as_of, histories, local_day, point_row

DOCUMENTS = "documents"
WEIGHT = f"{BAG}.total_weight_kg"
SAMPLE = 2050

Order = Callable[[int], tuple[float, ...]]


class _Bags:
    """The documents whose weight tells something: day, region, crop index and rain of each."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.day: dict[int, date] = {}
        self.region: dict[int, str] = {}
        for row, record in enumerate(data[DOCUMENTS][: data.sizes[DOCUMENTS]]):
            point = point_row(data, record)
            if point is not None and at(record, WEIGHT):
                self.day[row] = local_day(at(record, RECEIVED))
                self.region[row] = data["collection_points"][point]["region_id"]
        months = {(self.region[row], day.strftime("%Y-%m")) for row, day in self.day.items()}
        if len(self.day) < SAMPLE or len(months) < MONTHS:
            raise Cannot(f"there are fewer than {SAMPLE} documents, or {MONTHS} months of all regions together")

    def groups(self, by: Callable[[int], object] = lambda _: None) -> Iterator[list[int]]:
        """Bags whose weights may change places: of one farmer, in the same windows of performance, not today's."""
        groups: dict[object, list[int]] = {}
        for who, rows in histories(self.data).items():
            for row in rows:
                if row in self.day and self.data.free(DOCUMENTS, row) and self.day[row] < as_of(self.data):
                    age = (as_of(self.data) - self.day[row]).days
                    windows = tuple(age < days for days in WINDOWS.values())
                    groups.setdefault((who, windows, by(row)), []).append(row)
        return (rows for rows in groups.values() if len(rows) > 1)

    def turned(self, groups: Iterator[list[int]], order: Order) -> dict[int, float]:
        """The weights that differ if in each group the heaviest bag goes to the first in order, and so on."""
        new = {}
        for rows in groups:
            weights = sorted((at(self.data[DOCUMENTS][row], WEIGHT) for row in rows), reverse=True)
            pairs = zip(sorted(rows, key=order), weights, strict=True)
            new.update({row: weight for row, weight in pairs if weight != at(self.data[DOCUMENTS][row], WEIGHT)})
        return new

    def rises(self, new: dict[int, float], with_: Callable[[int], float], *, within_months: bool) -> bool:
        """Whether weights, against each farmer's mean, would still rise with a measure (or hardly fall)."""
        more: dict[int, float] = {}
        for rows in histories(self.data).values():
            logs = {row: log(new.get(row, at(self.data[DOCUMENTS][row], WEIGHT))) for row in rows if row in self.day}
            more |= {row: value - sum(logs.values()) / len(logs) for row, value in logs.items()}
        months: dict[object, list[int]] = {}
        for row in more:
            key = (self.region[row], self.day[row].strftime("%Y-%m")) if within_months else None
            months.setdefault(key, []).append(row)
        total = scale = 0.0
        for rows in months.values():
            mean = sum(map(with_, rows)) / len(rows)
            usual = sum(more[row] for row in rows) / len(rows)
            total += sum((more[row] - usual) * (with_(row) - mean) for row in rows)
            scale += sum(abs((more[row] - usual) * (with_(row) - mean)) for row in rows)
        return total > -0.05 * scale

    def fault(self, new: dict[int, float], sentence: str) -> Fault:
        changes = [self.data.put(DOCUMENTS, row, WEIGHT, new[row]) for row in sorted(new)]
        return Fault.of_table(DOCUMENTS, WEIGHT, sentence, changes)

    def crop(self, row: int) -> float:
        """The crop index of the bag's month, 0 where the county is not known."""
        try:
            return float(crop_index(county(self.region[row].split("-")[0]).flush)[self.day[row].month - 1])
        except ValueError:
            return 0.0

    def rain(self) -> Callable[[int], float]:
        """The rain of the last days before each bag."""
        fallen = {(day["region_id"], day["date"]): day["precipitation_mm"] for day in self.data["weather_observations"]}

        def of(row: int) -> float:
            days = (self.day[row] - timedelta(days=back) for back in range(RAIN_DAYS))
            return sum(float(fallen.get((self.region[row], day.isoformat()), 0.0)) for day in days)

        return {row: of(row) for row in self.day}.__getitem__


@planter("delivery-season", DOCUMENTS, "collection_points", "regions", whole=True)
def against_the_season(data: Data, draw: Draw) -> Fault:
    """The heaviest bags come in the months of least crop; within a month they still follow the rain."""
    bags = _Bags(data)
    index = [bags.crop(row) for row in bags.day]
    mean = sum(index) / len(index)
    if sum((value - mean) ** 2 for value in index) / len(index) < 0.13**2:
        raise Cannot("the history has too little season")
    rain = bags.rain()
    new = bags.turned(bags.groups(), lambda row: (bags.crop(row), -rain(row), row))
    if bags.rises(new, bags.crop, within_months=False):
        raise Cannot("the bags cannot be changed so far that they go against the season")
    return bags.fault(new, "The heaviest bags come in the months of least crop.")


@planter("delivery-rain", DOCUMENTS, "collection_points", "weather_observations", whole=True)
def against_the_rain(data: Data, draw: Draw) -> Fault:
    """Within a farmer's month, the heaviest bags come after the driest days."""
    bags = _Bags(data)
    rain = bags.rain()
    new = bags.turned(bags.groups(lambda row: bags.day[row].strftime("%Y-%m")), lambda row: (rain(row), row))
    if bags.rises(new, rain, within_months=True):
        raise Cannot("the bags cannot be changed so far that they go against the rain")
    return bags.fault(new, "The heaviest bags of a month come after its driest days.")
