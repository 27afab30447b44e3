"""Farms and their bags as the rules on leaf see them, and how weights change places so that every sum stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

import polars as pl

from demo_data.faults import Cannot, Data, Fault, Record, at, moment
from demo_data.tea.documents.crop import monthly
from demo_data.tea.documents.rounds import by_round, of_one_block
from demo_data.tea.documents.rules.growth import HEAVIEST_KG, bag_area, plucking_growth
from demo_data.tea.documents.rules.seasons import crop_months, delivery_rain, delivery_season
from demo_data.tea.documents.rules.years import crop_years
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.planting import BAG, RECEIVED, as_of, farmer_of, first_day, local_day, point_row
from demo_data.validation import Skip

DOCUMENTS = "documents"
WEIGHT = f"{BAG}.total_weight_kg"


def blocks(data: Data, who: str) -> int:
    """In how many blocks a farmer's bushes are plucked: one per hectare, a begun one too. Raises KeyError."""
    return max(1, ceil(data.pristine("farmers", data.index("farmers")[who])["farm_size_hectares"]))


def windows(data: Data, day: date) -> tuple[bool, ...]:
    """In which windows of performance a day lies; empty for the last one, which is counted on its own too."""
    age = (as_of(data) - day).days
    return tuple(age < days for days in WINDOWS.values()) if age else ()


def shared(kg: float, shares: Sequence[float]) -> list[float]:
    """Kilograms, to 0.1, shared out in proportion to the shares: they add up to the same."""
    tenths, every = round(kg * 10), sum(shares)
    bounds = [0, *(round(tenths * sum(shares[: place + 1]) / every) for place in range(len(shares)))]
    return [(after - before) / 10 for before, after in pairwise(bounds)]


class Bags:
    """The documents of farmers of whom all are free, by farmer and day, with what the rules measure them by.

    Raises Cannot where there is none.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self._farmers = self._members()
        self._visits = self._deliveries()
        if self._visits.is_empty():
            raise Cannot("there is no document that all others of the farmer's go with")
        self.rounds = by_round(self._visits, self._farmers)
        gap = (pl.col("day") - pl.col("before")).dt.total_days()
        self.by_row: dict[int, dict[str, Any]] = {
            row["row"]: row for row in self.rounds.with_columns(gap=gap).iter_rows(named=True)
        }

    def _members(self) -> pl.DataFrame:
        known = list(_sound(self.data, "farmers"))
        return pl.DataFrame(
            {
                "farmer": [farmer["id"] for farmer in known],
                "region": [farmer["region_id"] for farmer in known],
                "hectares": [float(farmer["farm_size_hectares"]) for farmer in known],
                "registration_date": [moment(farmer["registration_date"]) for farmer in known],
                "is_active": [farmer["is_active"] for farmer in known],
                "updated_at": [moment(farmer["updated_at"]) for farmer in known],
            },
            schema_overrides=dict.fromkeys(("registration_date", "updated_at"), pl.Datetime("us", "UTC")),
        )

    def _deliveries(self) -> pl.DataFrame:
        data, rows = self.data, range(self.data.sizes[DOCUMENTS])
        unsure = {farmer_of(data.pristine(DOCUMENTS, row)) for row in rows if not data.free(DOCUMENTS, row)}
        found = []
        for row in rows:
            record = data[DOCUMENTS][row]
            point = point_row(data, record)
            if farmer_of(record) not in unsure and point is not None:
                region, tenths = data["collection_points"][point]["region_id"], round(at(record, WEIGHT) * 10)
                found.append((row, farmer_of(record), region, local_day(at(record, RECEIVED)), tenths))
        names = {"row": pl.Int64, "farmer": pl.String, "region": pl.Categorical, "day": pl.Date, "tenths": pl.Int64}
        return pl.DataFrame(found, schema=names, orient="row")

    def groups(self, by: Callable[[Mapping[str, Any]], object]) -> Iterator[list[int]]:
        """Bags with a round before them whose weights may change places: of one farmer, in the same windows of
        performance and in what `by` says of a round, not today's.
        """
        groups: dict[object, list[int]] = {}
        for row, bag in self.by_row.items():
            together = windows(self.data, bag["day"])
            free = together and bag["gap"] and bag["tenths"] and not self.data.touched(DOCUMENTS, row, WEIGHT)
            if free and (key := by(bag)) is not None:
                groups.setdefault((bag["farmer"], together, key), []).append(row)
        return (rows for rows in groups.values() if len(rows) > 1)

    def shared(self, rows: Sequence[int], shares: Sequence[float]) -> dict[int, float]:
        """The weights that the bags have if their sum is shared out anew, in proportion to the shares."""
        return dict(zip(rows, shared(sum(self.by_row[row]["tenths"] for row in rows) / 10, shares), strict=True))

    def turned(self, groups: Iterator[list[int]], order: Callable[[int], tuple[float, ...]]) -> dict[int, float]:
        """The weights if in each group the first in order grew most in a day, and so on."""
        new: dict[int, float] = {}
        for rows in groups:
            rows.sort(key=order)
            gaps = [self.by_row[row]["gap"] for row in rows]
            daily = sorted(
                (self.by_row[row]["tenths"] / gap for row, gap in zip(rows, gaps, strict=True)), reverse=True
            )
            new |= self.shared(rows, [gap * rate for gap, rate in zip(gaps, daily, strict=True)])
        return new

    def rain(self, days: int) -> Callable[[int], float]:
        """The rain of so many days, each bag's own the last one."""
        fallen = {(region, day): rain for region, day, rain in self._weather.iter_rows()}

        def of(row: int) -> float:
            bag = self.by_row[row]
            return sum(fallen.get((bag["region"], bag["day"] - timedelta(days=ago)), 0.0) for ago in range(days))

        return {row: of(row) for row in self.by_row}.__getitem__

    def fault(self, rule: str, new: Mapping[int, float], sentence: str) -> Fault:
        """The fault of these weights. Raises Cannot where they do not break the rule, and no other one on leaf."""
        self.require(rule, kg=new)
        changes = [
            self.data.put(DOCUMENTS, row, WEIGHT, kg)
            for row, kg in sorted(new.items())
            if kg != at(self.data[DOCUMENTS][row], WEIGHT)
        ]
        return Fault.of_table(DOCUMENTS, WEIGHT, sentence, changes)

    def require(
        self, rule: str, *, kg: Mapping[int, float] | None = None, hectares: Mapping[str, float] | None = None
    ) -> None:
        """Raise Cannot if other weights, by row, or hectares, by farmer, do not break the rule alone."""
        kg = kg or {}
        if not all(0 < weight < HEAVIEST_KG for weight in kg.values()):
            raise Cannot("bags would be too heavy, or empty")
        weights = {"row": list(kg), "new": [round(weight * 10) for weight in kg.values()]}
        visits = self._visits.join(
            pl.DataFrame(weights, schema={"row": pl.Int64, "new": pl.Int64}), on="row", how="left"
        ).with_columns(tenths=pl.coalesce("new", "tenths"))
        sizes = pl.col("farmer").replace_strict(hectares or {}, default=pl.col("hectares"), return_dtype=pl.Float64)
        broken = self._broken(visits, self._farmers.with_columns(hectares=sizes))
        if broken != {rule}:
            others = " and ".join(sorted(broken - {rule})) or "no rule"
            raise Cannot(f"the bags cannot be changed so far that they break {rule} alone: {others} is broken")

    def _broken(self, visits: pl.DataFrame, farmers: pl.DataFrame) -> set[str]:
        """The rules on leaf that do not hold of these deliveries and farmers."""
        bags = of_one_block(by_round(visits, farmers))
        crop = self._monthly(visits, farmers)
        measured = {
            plucking_growth: (bags,),
            bag_area: (bags,),
            crop_months: (crop,),
            crop_years: (crop, self._regions),
            delivery_season: (bags, crop, self._regions),
            delivery_rain: (bags, self._weather),
        }
        broken = set()
        for rule, frames in measured.items():
            try:
                if any(each.rows.height for each in rule.function(None, *frames)):
                    broken.add(rule.name)
            except Skip:
                continue
        return broken

    @property
    def crop(self) -> pl.DataFrame:
        """The crop by month; see `monthly`. Raises Cannot without a recipe."""
        return self._monthly(self._visits, self._farmers)

    def _monthly(self, visits: pl.DataFrame, farmers: pl.DataFrame) -> pl.DataFrame:
        return monthly(visits, farmers, first_day(self.data), as_of(self.data))

    @property
    def _regions(self) -> pl.DataFrame:
        found = [
            (region["region_id"], *(at(region, f"geography.center_gps.{axis}") for axis in ("lat", "lng")))
            for region in _sound(self.data, "regions")
        ]
        return pl.DataFrame(found, schema={"region_id": pl.String, "lat": pl.Float64, "lng": pl.Float64}, orient="row")

    @property
    def _weather(self) -> pl.DataFrame:
        found = [
            (day["region_id"], date.fromisoformat(day["date"]), day["precipitation_mm"])
            for day in _sound(self.data, "weather_observations")
        ]
        return pl.DataFrame(found, schema={"region": pl.String, "day": pl.Date, "rain": pl.Float64}, orient="row")


def _sound(data: Data, table: str) -> Iterator[Record]:
    """The records of a table, those of which something is at fault as they came."""
    for row in range(data.sizes.get(table, 0)):
        yield data[table][row] if data.free(table, row) else data.pristine(table, row)
