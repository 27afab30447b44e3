"""Farms and their bags as the rules on leaf see them, and how weights change places so that every sum stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import ceil, exp
from typing import Any

import polars as pl

from demo_data.faults import Also, Cannot, Data, Fault, Record, at, moment
from demo_data.tea.documents.crop import crop as crop_view
from demo_data.tea.documents.crop import monthly
from demo_data.tea.documents.rounds import by_round, of_one_block, single
from demo_data.tea.documents.rules.growth import HEAVIEST_KG, bag_area, plucking_growth
from demo_data.tea.documents.rules.seasons import crop_months, delivery_rain, delivery_season, usual
from demo_data.tea.documents.rules.years import crop_years
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.planting import BAG, RECEIVED, as_of, farmer_of, first_day, local_day, point_row
from demo_data.tea.points.rules.capacity import CAPACITY as POINT_CAPACITY
from demo_data.tea.points.rules.capacity import point_capacity
from demo_data.tea.weather.views import anomalies
from demo_data.validation import Skip
from demo_data.validation.rules import Rule, Source, said

DOCUMENTS = "documents"
WEIGHT = f"{BAG}.total_weight_kg"
LINK = "linkage_fields.collection_point_id"


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
    """The documents, and those of farmers of whom all are free by row, with what the rules measure them by.

    Raises Cannot where there are none.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self._farmers = self._members()
        self._visits = self._deliveries()
        if not self._visits["sure"].any():
            raise Cannot("there is no document that all others of the farmer's go with")
        self.rounds = by_round(self._visits.filter("sure"), self._farmers)
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
        data, found = self.data, []
        for row, record in enumerate(_sound(data, DOCUMENTS)):
            point = point_row(data, record)
            if point is not None:
                where = data.pristine("collection_points", point)["region_id"], at(record, LINK)
                day, tenths = local_day(at(record, RECEIVED)), round(at(record, WEIGHT) * 10)
                found.append((row, farmer_of(record), *where, day, tenths, data.free(DOCUMENTS, row)))
        names = {"row": pl.Int64, "farmer": pl.String, "region": pl.Categorical, "point": pl.String}
        names |= {"day": pl.Date, "tenths": pl.Int64, "sure": pl.Boolean}
        visits = pl.DataFrame(found, schema=names, orient="row")
        return visits.with_columns(pl.col("sure").all().over("farmer"))

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

    def tilted(self, groups: Iterable[list[int]], times: Callable[[int], float]) -> dict[int, float]:
        """The weights if each bag of a group held so many times its leaf, and the group as much as ever.

        Groups stay as they are in which a bag would then be too heavy, or empty, and those of farmers who go to a point
        where more would come on a day than it can take.
        """
        new: dict[int, float] = {}
        for rows in groups:
            made = self.shared(rows, [self.by_row[row]["tenths"] * times(row) for row in rows])
            if min(made.values()) > 0 and max(made.values()) < HEAVIEST_KG:
                new |= made
        most = pl.col("most") * 10
        days = self._weighing(new).group_by("point", "day").agg(pl.col("tenths").sum())
        full = days.join(self._points.filter(pl.col("most") > 0), on="point").filter(pl.col("tenths") > most)
        busy = set(self._visits.join(full, on="point", how="semi")["farmer"])
        return {row: kg for row, kg in new.items() if self.by_row[row]["farmer"] not in busy}

    def season(self) -> dict[int, tuple[float, float]]:
        """The crop index and how much wetter than normal it had been, on the day of each bag where both are known."""
        known = {
            (region, day): (exp(crop), wet) for region, day, crop, wet in usual(self._days).drop_nulls().iter_rows()
        }
        places = {row: (bag["region"], bag["day"]) for row, bag in self.by_row.items()}
        return {row: known[place] for row, place in places.items() if place in known}

    def fault(self, rule: str, ways: Iterable[Mapping[int, float]], sentence: str, *may_break: str) -> Fault:
        """The fault of the first weights (kg by row) that break the rule and, but for those that they may break, no
        other rule on leaf. Raises Cannot where none do.
        """
        reason = "nothing can be changed"
        for new in ways:
            try:
                also = [Also(other, DOCUMENTS, None) for other in self.broken(rule, *may_break, kg=new)]
            except Cannot as cannot:
                reason = str(cannot)
                continue
            changes = [
                self.data.put(DOCUMENTS, row, WEIGHT, kg)
                for row, kg in sorted(new.items())
                if kg != at(self.data[DOCUMENTS][row], WEIGHT)
            ]
            return replace(Fault.of_table(DOCUMENTS, WEIGHT, sentence, changes), also=also)
        raise Cannot(reason)

    def broken(
        self,
        rule: str,
        *may_break: str,
        kg: Mapping[int, float] | None = None,
        hectares: Mapping[str, float] | None = None,
    ) -> list[str]:
        """What other weights, by row, or hectares, by farmer, break beside the rule. Raises Cannot as `fault` does.

        The rules leave out some of the farmers that other faults lie in; so it must be with and without all of these.
        """
        visits = self._weighing(kg or {})
        sizes = pl.col("farmer").replace_strict(hectares or {}, default=pl.col("hectares"), return_dtype=pl.Float64)
        farmers = self._farmers.with_columns(hectares=sizes)
        crop = self._monthly(visits, farmers)
        whole = {
            crop_months: (crop,),
            crop_years: (crop, self._regions),
            point_capacity: (visits.with_columns(kg=pl.col("tenths") / 10), self._points),
        }
        ways = [_broken(whole) | self._broken(known, farmers, crop) for known in (visits.filter("sure"), visits)]
        broken = set.union(*ways)
        if rule not in set.intersection(*ways) or broken - {rule, *may_break}:
            others = " and ".join(sorted(broken)) or "no rule"
            raise Cannot(f"the bags cannot be changed so far that they break {rule} alone: {others} is broken")
        return sorted(broken - {rule})

    def _weighing(self, kg: Mapping[int, float]) -> pl.DataFrame:
        """All deliveries, if those of these rows had these weights."""
        weights = {"row": list(kg), "new": [round(weight * 10) for weight in kg.values()]}
        new = pl.DataFrame(weights, schema={"row": pl.Int64, "new": pl.Int64})
        return self._visits.join(new, on="row", how="left").with_columns(tenths=pl.coalesce("new", "tenths"))

    def _broken(self, known: pl.DataFrame, farmers: pl.DataFrame, crop: pl.DataFrame) -> set[str]:
        """The rules on rounds that do not hold if these deliveries are known."""
        bags = of_one_block(by_round(known, farmers))
        views: dict[Source[Any], pl.DataFrame] = {single: bags, crop_view: crop, anomalies: self._days}
        broken = set()
        for rule in (plucking_growth, bag_area, delivery_season, delivery_rain):
            with suppress(Skip):
                if any(each.rows.height for each in said(rule, self.data.domain, views)):
                    broken.add(rule.name)
        return broken

    @property
    def crop(self) -> pl.DataFrame:
        """The crop by month; see `monthly`. Raises Cannot without a recipe."""
        return self._monthly(self._visits, self._farmers)

    def _monthly(self, visits: pl.DataFrame, farmers: pl.DataFrame) -> pl.DataFrame:
        return monthly(visits, farmers, first_day(self.data), as_of(self.data))

    @cached_property
    def _regions(self) -> pl.DataFrame:
        paths = {"lat": "center_gps.lat", "lng": "center_gps.lng"}
        paths |= {"low": "altitude_band.min_meters", "high": "altitude_band.max_meters"}
        found = [
            (region["region_id"], *(float(at(region, f"geography.{path}")) for path in paths.values()))
            for region in _sound(self.data, "regions")
        ]
        return pl.DataFrame(found, schema={"region_id": pl.String} | dict.fromkeys(paths, pl.Float64), orient="row")

    @cached_property
    def _points(self) -> pl.DataFrame:
        found = [(point["id"], at(point, POINT_CAPACITY)) for point in _sound(self.data, "collection_points")]
        return pl.DataFrame(found, schema={"point": pl.String, "most": pl.Float64}, orient="row")

    @cached_property
    def _days(self) -> pl.DataFrame:
        """The weather as `anomalies` has it."""
        names = ("temp_min", "temp_max", "humidity_avg", "precipitation_mm")
        found = [
            (day["region_id"], date.fromisoformat(day["date"]), *(float(day[name]) for name in names))
            for day in _sound(self.data, "weather_observations")
        ]
        schema = {"region_id": pl.String, "date": pl.Date} | dict.fromkeys(names, pl.Float64)
        frame: pl.DataFrame = anomalies.function(None, self._regions, pl.DataFrame(found, schema=schema, orient="row"))
        return frame


def _broken(measured: Mapping[Rule, tuple[pl.DataFrame, ...]]) -> set[str]:
    """The rules that do not hold of what they read."""
    broken = set()
    for rule, frames in measured.items():
        with suppress(Skip):
            if any(each.rows.height for each in rule.function(None, *frames)):
                broken.add(rule.name)
    return broken


def _sound(data: Data, table: str) -> Iterator[Record]:
    """The records of a table, those of which something is at fault as they came."""
    for row in range(data.sizes.get(table, 0)):
        yield data[table][row] if data.free(table, row) else data.pristine(table, row)
