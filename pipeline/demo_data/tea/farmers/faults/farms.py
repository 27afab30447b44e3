"""Farms as the rules on husbandry see them, and how their yields and their quality are changed as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl

from demo_data.faults import Also, Cannot, Change, Data, Fault, at
from demo_data.tea import planting
from demo_data.tea.documents.rules.growth import HEAVIEST_KG
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.farmers.yields import HISTORY, means, per_hectare
from demo_data.tea.planting import BAG, RECEIVED, as_of, first_day, histories, local_day, story
from demo_data.validation import Skip
from demo_data.validation.rules import Rule

Frames = tuple[pl.DataFrame, ...]

DOCUMENTS, PERFORMANCE, NOW = "documents", "farmer_performance", "today"
WEIGHT = f"{BAG}.total_weight_kg"
PRIMARY = f"{BAG}.primary_percentage"


class Farms:
    """Farmers of whom all documents are free, with these. Raises Cannot where there is none."""

    def __init__(self, data: Data) -> None:
        self.data = data
        index = data.index("farmers")
        whose = [who for who, rows in histories(data).items() if who in index and self._free(who, rows)]
        found = [self._bag(who, row) for who in whose for row in histories(data)[who]]
        if not found:
            raise Cannot("there is no farmer left whose documents are all free")
        names = ("row", "farmer", "factory", "day", "tenths", "primary", "free")
        self.bags = pl.DataFrame(found, schema=names, orient="row")
        self.farmers = pl.DataFrame(
            [self._farmer(index[who]) for who in whose],
            schema=("row", "farmer", "hectares", "altitude", "is_active", "registered"),
            orient="row",
        )

    def _free(self, who: str, rows: list[int]) -> bool:
        data = self.data
        there = data.index(PERFORMANCE).get(who, -1) if data[PERFORMANCE] else 0
        free = there >= 0 and (not data[PERFORMANCE] or data.free(PERFORMANCE, there))
        return (
            free and data.free("farmers", data.index("farmers")[who]) and all(data.free(DOCUMENTS, row) for row in rows)
        )

    def _bag(self, who: str, row: int) -> tuple[Any, ...]:
        record = self.data[DOCUMENTS][row]
        day = local_day(at(record, RECEIVED))
        free = story(self.data, who, day) is None
        tenths = round(at(record, WEIGHT) * 10)
        return row, who, at(record, "linkage_fields.factory_id"), day, tenths, at(record, PRIMARY), free

    def _farmer(self, row: int) -> tuple[Any, ...]:
        record = self.data["farmers"][row]
        return (
            row,
            record["id"],
            float(record["farm_size_hectares"]),
            float(at(record, "farm_location.altitude_meters")),
            record["is_active"],
            local_day(record["registration_date"]),
        )

    def yields(self, bags: pl.DataFrame | None = None) -> pl.DataFrame:
        """See `demo_data.tea.farmers.yields.yields`. Raises Cannot where the history is too short."""
        if planting.days(self.data) < HISTORY:
            raise Cannot(f"the history is shorter than {HISTORY} days")
        first = first_day(self.data)
        members = self.farmers.filter(pl.col("is_active") & (pl.col("registered") < first))
        return per_hectare(members, self.bags if bags is None else bags, planting.days(self.data))

    def leaf(self, bags: pl.DataFrame | None = None) -> pl.DataFrame:
        """See `demo_data.tea.farmers.yields.leaf`."""
        return means((self.bags if bags is None else bags).filter("free"))

    def shifted(
        self, table: str, rule: Rule, frames: Callable[[pl.DataFrame], Frames], points: Mapping[str, float], why: str
    ) -> Fault:
        """The fault of a table that farmers' bags without a scenario are better by so many points, by farmer.

        The leaves, which performance adds up, stay as they are; so do bags of the last day. `frames`: what the rule
        reads, of such bags. Raises Cannot where that does not break it.
        """
        changes: list[Change] = []
        also: list[Also] = []
        new: dict[int, float] = {}
        for row, who, primary in self.bags.filter("free").select("row", "farmer", "primary").iter_rows():
            value = round(min(max(primary + points.get(who, 0.0), 0.0), 100.0), 1)
            if abs(value - primary) > 0.1 and planting.bag_may_change(self.data, row):
                new[row] = value
                changes += planting.another_percentage(self.data, row, value)
                also.append(Also("percentages", DOCUMENTS, row))
        _require(rule, frames(self._with("primary", new)))
        return replace(Fault.of_table(table, None, why, changes), also=also)

    def scaled(self, table: str, rule: Rule, factors: Mapping[str, float], why: str) -> Fault:
        """The fault of a table that farmers bring so many times as much, by farmer, also as performance adds it up.

        Raises Cannot where that does not break the rule on yields, or makes bags too heavy.
        """
        new = {
            row: max(round(tenths * factors[who]), 1)
            for row, who, tenths in self.bags.select("row", "farmer", "tenths").iter_rows()
            if who in factors
        }
        if max(new.values(), default=0) >= HEAVIEST_KG * 10:
            raise Cannot("bags would be too heavy")
        bags = self._with("tenths", new)
        _require(rule, (self.yields(bags),))
        changes = [self.data.put(DOCUMENTS, row, WEIGHT, tenths / 10) for row, tenths in new.items()]
        changes += self._added_up(bags) if self.data[PERFORMANCE] else []
        return Fault.of_table(table, None, why, changes)

    def _with(self, column: str, new: Mapping[int, float]) -> pl.DataFrame:
        """The bags with other values in a column, by row."""
        kind = self.bags.schema[column]
        told = pl.DataFrame({"row": list(new), "new": list(new.values())}, schema={"row": pl.Int64, "new": kind})
        joined = self.bags.join(told, on="row", how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce("new", column).alias(column)).drop("new")

    def _added_up(self, bags: pl.DataFrame) -> Iterator[Change]:
        """What performance says of farmers with these bags."""
        last = as_of(self.data)
        within = {window: pl.col("day") > last - timedelta(days=days) for window, days in (WINDOWS | {NOW: 1}).items()}
        sums = bags.group_by("farmer").agg(pl.col("tenths").filter(days).sum().alias(to) for to, days in within.items())
        for whole in self.farmers.join(sums, on="farmer", maintain_order="left").iter_rows(named=True):
            there = self.data.index(PERFORMANCE)[whole["farmer"]]
            yield self.data.put(PERFORMANCE, there, f"{NOW}.total_kg", whole[NOW] / 10)
            for window in WINDOWS:
                kilograms = whole[window] / 10
                yield self.data.put(PERFORMANCE, there, f"historical.total_kg_{window}", kilograms)
                rate = f"historical.yield_kg_per_hectare_{window}"
                yield self.data.put(PERFORMANCE, there, rate, round(kilograms / whole["hectares"], 1))


def _require(rule: Rule, frames: Frames) -> None:
    try:
        broken = any(each.rows.height for each in rule.function(None, *frames))
    except Skip as reason:
        raise Cannot(str(reason)) from None
    if not broken:
        raise Cannot("farms cannot be changed so far that they break the rule")
