"""Records that can be added to a dataset without breaking anything: faults that need a place of their own use them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from demo_data.faults.changes import add, enlist
from demo_data.faults.data import Cannot, Data, Record
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Change

LISTS = "lists of regions"
"""What faults in who is listed lean on, by region: an entry that dangles may stand for anybody of the region."""

OWNERS = ("factories of points", 0)
"""What a factory without points leans on: a point of a factory that is not there may be its own."""

_WINDOWS = ("30d", "90d", "year")
_SUMS = ("primary_percentage", "total_kg", "yield_kg_per_hectare")


@dataclass(frozen=True)
class Newcomer:
    """A farmer without documents, and the row of performance that says so (none where there is no such table)."""

    farmer: Change
    performance: tuple[Change, ...]

    @property
    def record(self) -> Record:
        record: Record = self.farmer.new
        return record

    @property
    def id(self) -> str:
        return str(self.record["id"])


def fresh(known: Any, pattern: str) -> str:
    """The first of the pattern's texts, `{}` counting down from 9999, that is not known."""
    return next(text for number in range(9999, 0, -1) if (text := pattern.format(number)) not in known)


def newcomer(data: Data, draw: Draw, *, active: bool, region: str | None = None) -> Newcomer:
    """A farmer on no collection point, like one of the region's but without phone and numbers. Raises Cannot."""
    originals = (data.pristine("farmers", row) for row in draw.order(data.sizes.get("farmers", 0)))
    record = next((each for each in originals if region in (None, each["region_id"])), None)
    if record is None:
        raise Cannot("there is no farmer to add one like it")
    record["id"] = fresh({each["id"] for each in data["farmers"]}, "NEW-{:04}")
    record["national_id"] = fresh({each.get("national_id") for each in data["farmers"]}, "9999{:04}")
    record |= {"grower_number": None, "is_active": active, "pref_lang": "en"}
    record["contact"] = {"phone": "", "email": "", "address": ""}
    return Newcomer(add(data, "farmers", record), _nothing_yet(data, record))


def _nothing_yet(data: Data, farmer: Record) -> tuple[Change, ...]:
    """The performance of a farmer without documents, where the dataset has such a table."""
    table = "farmer_performance"
    if not data.sizes.get(table):
        return ()
    record = data.pristine(table, 0)
    record["farmer_id"] = farmer["id"]
    record |= {name: farmer[name] for name in ("farm_size_hectares", "farm_scale")}
    past = record["historical"]
    for window in _WINDOWS:
        past |= {f"{name}_{window}": 0.0 for name in _SUMS}
        past |= {f"grade_distribution_{window}": {}, f"attribute_distributions_{window}": {}}
    past["improvement_trend"] = "stable"
    record["today"] |= {"deliveries": 0, "total_kg": 0.0, "last_delivery": None}
    record["today"] |= {"grade_counts": {}, "attribute_counts": {}}
    return (add(data, table, record),)


def graded_at(data: Data, someone: Newcomer, factory: str) -> None:
    """Give a newcomer's performance the grading model of a factory."""
    for change in someone.performance:
        model = data["grading_models"][data.models[factory]]
        change.new.update(grading_model_id=model["model_id"], grading_model_version=model["model_version"])


def enrolled(data: Data, draw: Draw, *, active: bool) -> tuple[Newcomer, int, Change]:
    """A newcomer on an active collection point: the newcomer, the point's number, the entry in its list."""
    row = open_point(data, draw)
    point = data["collection_points"][row]
    someone = newcomer(data, draw, active=active, region=point["region_id"])
    graded_at(data, someone, point["factory_id"])
    return someone, row, enlist(data, "collection_points", row, "farmer_ids", someone.id)


def open_point(data: Data, draw: Draw, *, free: bool = False) -> int:
    """The number of an active collection point; of one that no fault has changed, if asked so. Raises Cannot."""
    for row in draw.order(data.sizes.get("collection_points", 0)):
        point = data["collection_points"][row]
        if (
            (data.free("collection_points", row) or not free)
            and point["status"] == "active"
            and point["factory_id"] in data.models
        ):
            return row
    raise Cannot("no active collection point is left")


def new_point(data: Data, like: Record, *, region: str | None = None, after: int = 0, **fields: Any) -> Change:
    """A collection point like another one, without farmers and clerk, under the next number of its region."""
    record = deepcopy(like) | {"clerk_id": None, "clerk_phone": None, "farmer_ids": [], "status": "inactive"}
    region = region or record["region_id"]
    record["region_id"] = region
    record["id"] = fresh({each["id"] for each in data["collection_points"]}, f"{region}-cp-{{:04}}")
    return add(data, "collection_points", record | fields, after=after)


def new_factory(
    data: Data, draw: Draw, *, graded: bool = True, opened: bool = True
) -> tuple[Change, tuple[Change, ...]]:
    """A factory like another one, and what it needs: a place at a grading model, an active collection point."""
    row = next(draw.order(data.sizes.get("factories", 0)), None)
    if row is None:
        raise Cannot("there is no factory to add one like it")
    like = data.pristine("factories", row)
    record = deepcopy(like)
    record["id"] = fresh({each["id"] for each in data["factories"]}, "NEW-FAC-{:03}")
    record["contact"] = {"phone": "", "email": "", "address": ""}
    more: tuple[Change, ...] = ()
    if graded and data["grading_models"]:
        more += (enlist(data, "grading_models", data.models[like["id"]], "active_at_factory", record["id"]),)
    if opened and data["collection_points"]:
        originals = (data.pristine("collection_points", row) for row in range(data.sizes["collection_points"]))
        point = next(each for each in originals if each["factory_id"] == like["id"])
        more += (new_point(data, point, factory_id=record["id"], status="active"),)
    return add(data, "factories", record), more
