"""A dataset as the rules see it: its tables, its calendar, and frames that several rules share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from demo_data.common.files import FileError
from demo_data.dataset import recipe_file
from demo_data.validation.errors import Absent, Skip, Unreadable
from demo_data.validation.models import key_fields
from demo_data.validation.report import Finding
from demo_data.validation.tables import Table

KENYA = timedelta(hours=3)
"""Kenya's clocks are this much ahead of UTC, all year."""

DAY_ENDS = timedelta(hours=21)
"""The world ends on its last day at this hour, Kenya's time."""

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LINKS = {
    "farmer": ("farmers", "linkage_fields.farmer_id"),
    "point": ("collection_points", "linkage_fields.collection_point_id"),
    "factory": ("factories", "linkage_fields.factory_id"),
    "model": ("grading_models", "linkage_fields.grading_model_id"),
}
"""What a document is linked to: the table, and where the document names it."""


@dataclass(frozen=True)
class Recipe:
    """What the rules may know of a dataset's making: its last day, its length, how many active farmers were to have
    a second collection point (percent), and who has which scenario.
    """

    as_of: date
    days: int
    two_points: float = 8.0
    scenarios: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_recipe(path: Path) -> Recipe | None:
    """The recipe that lies in a directory, if any. Raises Unreadable."""
    try:
        found = recipe_file.read_recipe(path / "recipe.json")
    except FileError as error:
        raise Unreadable(error.reason) from None
    if found is None:
        return None
    two_points = found.settings.get("farmers", {}).get("two_points", Recipe.two_points)
    if isinstance(two_points, bool) or not (isinstance(two_points, int | float) and 0 <= two_points <= 100):
        raise Unreadable("is no recipe: settings.farmers.two_points: a percentage is expected")
    scenarios = {name: tuple(who) for name, who in found.scenarios.items()}
    return Recipe(found.as_of, found.days, float(two_points), scenarios)


class Dataset:
    """Tables that could be read, and the recipe where there is one."""

    def __init__(self, tables: Mapping[str, Table], recipe: Recipe | None) -> None:
        self.tables = tables
        self.recipe = recipe
        self.sums: dict[int, pl.DataFrame] | None = None
        """What `demo_data.validation.aggregate` has added up, kept for its next caller."""
        self._keys: dict[str, pl.DataFrame] = {}

    def has(self, table: str) -> bool:
        return table in self.tables

    def table(self, name: str) -> Table:
        """The table. Raises Absent."""
        if name not in self.tables:
            raise Absent(f"there is no table {name}")
        return self.tables[name]

    def frame(self, table: str, *paths: str) -> pl.DataFrame:
        """Columns of a table by their paths, with the record's number in `row`; null where a field is at fault.

        Raises Absent.
        """
        found = self.table(table)
        return found.spoilt.masked(found.frame(*paths))

    def columns(self, table: str, prefix: str = "") -> list[str]:
        """The paths of a table's columns that begin with `prefix`.

        Those that cannot be used are among them: what they hold is unknown, not nothing, so reading them raises Absent.
        """
        found = self.table(table)
        return [path for path in (*found.columns, *found.unusable) if path.startswith(prefix)]

    def faulty(self, table: str, *paths: str) -> pl.Series:
        """The numbers of a table's records in which one of the columns is at fault, or an item of a list in it."""
        return self.table(table).spoilt.any_of(paths)

    @cached_property
    def unsure(self) -> list[str]:
        """The farmers of whom a document is at fault: what their documents add up to cannot be told."""
        table = self.tables.get("documents")
        if table is None or not table.spoilt:
            return []
        paths = [path for path in ("linkage_fields.farmer_id", "extracted_fields.farmer_id") if path in table.columns]
        faulty = table.spoilt.any_of(table.columns)
        rows = table.frame(*paths).filter(pl.col("row").is_in(faulty.implode()))
        return [who for path in paths for who in rows[path].drop_nulls().unique(maintain_order=True)]

    @cached_property
    def as_of(self) -> date:
        """The last day: the recipe's, else that of the latest `computed_at`. Raises Skip where neither is there."""
        if self.recipe:
            return self.recipe.as_of
        if self.has("farmer_performance"):
            path = "historical.computed_at"
            latest = self.frame("farmer_performance", path)[path].max()
            if isinstance(latest, datetime):
                return (latest + KENYA).date()
        raise Skip("neither recipe.json nor farmer_performance tells the dataset's last day")

    @cached_property
    def end(self) -> datetime:
        """The moment that nothing is later than, in UTC without a zone."""
        return datetime.combine(self.as_of, datetime.min.time()) + DAY_ENDS - KENYA

    @cached_property
    def days(self) -> int:
        """Days of history, the last one included. Raises Skip without a recipe."""
        if self.recipe is None:
            raise Skip("there is no recipe.json")
        return self.recipe.days

    @cached_property
    def scenarios(self) -> pl.DataFrame:
        """Who has which scenario: farmer, scenario. Raises Skip without a recipe."""
        if self.recipe is None:
            raise Skip("there is no recipe.json")
        pairs = [(who, name) for name, farmers in self.recipe.scenarios.items() for who in farmers]
        return pl.DataFrame(pairs, schema={"farmer": pl.String, "scenario": pl.String}, orient="row")

    @cached_property
    def enrolments(self) -> pl.DataFrame:
        """Who is listed where: row and item of the list, point, factory_id, region_id, status, farmer."""
        points = self.frame("collection_points", "id", "factory_id", "region_id", "status", "farmer_ids")
        return (
            points.rename({"id": "point", "farmer_ids": "farmer"})
            .filter(pl.col("farmer").list.len() > 0)
            .with_columns(item=pl.int_ranges(pl.col("farmer").list.len()))
            .explode("farmer", "item")
            .filter(pl.col("farmer").is_not_null())
        )

    @cached_property
    def ids(self) -> dict[str, pl.Enum]:
        """The ids of farmers, points, factories and models as Polars enumerations, for cheap joins."""
        found = {}
        for name, (table, path) in LINKS.items():
            key = key_fields(table)[0]
            ids = self.frame(table, key)[key] if self.has(table) else self.frame("documents", path)[path]
            found[name] = pl.Enum(ids.drop_nulls().unique(maintain_order=True))
        return found

    @cached_property
    def deliveries(self) -> pl.DataFrame:
        """One row per document: row, farmer, point, factory, model (enumerations; null where unknown), at and
        day (Kenya's time), tenths (of a kilogram), primary, grade.
        """
        bag = "extracted_fields.bag_summary."
        columns = {
            "at": "ingestion.received_at",
            "tenths": f"{bag}total_weight_kg",
            "primary": f"{bag}primary_percentage",
            "grade": f"{bag}grade",
        }
        found = self.frame("documents", *columns.values()).rename({path: name for name, path in columns.items()})
        local = (pl.col("at").dt.replace_time_zone(None) + KENYA).alias("at")
        return found.with_columns(
            local,
            day=local.dt.date(),
            tenths=(pl.col("tenths") * 10).round().cast(pl.Int64, strict=False),
            grade=pl.col("grade").cast(pl.Enum(["primary", "secondary", "reject"]), strict=False),
            **{
                name: self.frame("documents", path)[path].cast(self.ids[name], strict=False)
                for name, (_, path) in LINKS.items()
            },
        )

    @cached_property
    def visits(self) -> pl.DataFrame:
        """The deliveries with what their collection point is: weekday (1 is Monday), point_factory, region, status,
        open_days (a bit per weekday), weekday_opens, weekday_closes, weekend_opens, weekend_closes (seconds).
        """
        hours = {"weekday": "operating_hours.weekdays", "weekend": "operating_hours.weekends"}
        points = self.frame(
            "collection_points", "id", "factory_id", "region_id", "status", "collection_days", *hours.values()
        )
        points = points.select(
            point=pl.col("id").cast(self.ids["point"], strict=False),
            point_factory=pl.col("factory_id").cast(self.ids["factory"], strict=False),
            region=pl.col("region_id").cast(pl.Categorical),
            status=pl.col("status").cast(pl.Categorical),
            open_days=pl.sum_horizontal(
                pl.col("collection_days").list.contains(day).cast(pl.UInt8) * 2**bit for bit, day in enumerate(WEEK)
            )
            .cast(pl.UInt8)
            .pipe(lambda bits: pl.when(pl.col("collection_days").is_not_null()).then(bits)),
            **{
                f"{name}_{side}": _seconds(pl.col(path).str.split("-").list.get(place, null_on_oob=True))
                for name, path in hours.items()
                for place, side in enumerate(("opens", "closes"))
            },
        )
        joined = self.deliveries.join(points.unique("point"), on="point", how="left", maintain_order="left")
        return joined.with_columns(weekday=pl.col("day").dt.weekday())

    def key(self, table: str, row: int) -> str | None:
        """How the record `row` of a table is called."""
        fields = key_fields(table)
        if not set(fields) <= set(self.table(table).columns):
            return None
        if table not in self._keys:
            self._keys[table] = self.table(table).frame(*fields)
        found = self._keys[table]
        position = found["row"].search_sorted(row)
        if position >= found.height:
            return None
        parts = found.row(position)[1:]
        return " ".join(str(part) for part in parts) if None not in parts else None

    def finding(
        self,
        rule: str,
        table: Table,
        row: int | None,
        path: str | None,
        value: Any,
        message: str,
        nearest: str | None = None,
    ) -> Finding:
        """A finding on a table of this dataset."""
        name = table.model.table
        key = None if row is None else self.key(name, row)
        return Finding(table.shown, name, row, key, path, rule, value, message, nearest)


def _seconds(time: pl.Expr) -> pl.Expr:
    """Seconds since midnight of HH:MM."""
    hours, minutes = time.str.slice(0, 2), time.str.slice(3, 2)
    return hours.cast(pl.Int32, strict=False) * 3600 + minutes.cast(pl.Int32, strict=False) * 60
