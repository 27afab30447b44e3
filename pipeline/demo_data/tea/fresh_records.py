"""Farmers, collection points, factories and documents that can be added to a dataset without breaking anything."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

from demo_data.faults import Cannot, Change, Data, Draw, Fresh, Record, at, first, moment, unused, unused_in, written
from demo_data.tea.documents.views import WINDOWS
from demo_data.tea.planting import RECEIVED, as_of, days, models, visited

NOBODY = {"phone": "", "email": "", "address": ""}
_SUMS = ("primary_percentage", "total_kg", "yield_kg_per_hectare")


class FreshFarmer(Fresh):
    """A farmer without documents, and the row of performance that says so (none where there is no such table)."""

    @property
    def id(self) -> str:
        return str(self.record["id"])


def fresh_farmer(data: Data, draw: Draw, *, active: bool = False, region: str | None = None) -> FreshFarmer:
    """A farmer on no collection point, like one of the region's but without phone and numbers. Raises Cannot.

    One who is active has just registered, so that no delivery is due; another one has left at once.
    """
    record = data.any_pristine(draw, "farmers", lambda farmer: region in (None, farmer["region_id"]))
    record["id"] = unused_in(data, "farmers", "id", "NEW-{:04}")
    record["national_id"] = unused_in(data, "farmers", "national_id", "1000{:04}")
    record |= {"grower_number": None, "is_active": active, "pref_lang": "en", "contact": dict(NOBODY)}
    registered = lately(data) if active and "as_of" in data.recipe else record["registration_date"]
    _register(record, registered)
    return FreshFarmer(data.add("farmers", record), _nothing_yet(data, record))


def lately(data: Data) -> str:
    """An office hour of the last working day, in Kenya 8:00. Raises Cannot where nothing tells the last day."""
    day = as_of(data)
    return f"{day - timedelta(days=max(0, day.weekday() - 4))}T05:00:00Z"


def _register(farmer: Record, moment: str) -> None:
    """Put the farmer on record at a moment, since which nothing has happened."""
    farmer.update(registration_date=moment, created_at=moment, updated_at=moment)


def _nothing_yet(data: Data, farmer: Record) -> tuple[Change, ...]:
    """The performance of a farmer without documents, where the dataset has such a table."""
    if not data.sizes.get("farmer_performance"):
        return ()
    record = data.pristine("farmer_performance", 0)
    record["farmer_id"] = farmer["id"]
    record |= {name: farmer[name] for name in ("farm_size_hectares", "farm_scale")}
    for window in WINDOWS:
        record["historical"] |= {f"{name}_{window}": 0.0 for name in _SUMS}
        record["historical"] |= {f"{name}_{window}": {} for name in ("grade_distribution", "attribute_distributions")}
    record["historical"]["improvement_trend"] = "stable"
    record["today"] |= {"deliveries": 0, "total_kg": 0.0, "last_delivery": None}
    record["today"] |= {"grade_counts": {}, "attribute_counts": {}}
    return (data.add("farmer_performance", record),)


def fresh_farmer_at(
    data: Data, draw: Draw, point: Record, *, active: bool = False, region: str | None = None
) -> FreshFarmer:
    """One who could be on a collection point: of its region, if no other one is asked for, and of its grading model.

    On record since the point is, which no new member has updated then. One of its region lives beside it.
    """
    someone = fresh_farmer(data, draw, active=active, region=region or point["region_id"])
    _register(someone.record, point["created_at"])
    if someone.record["region_id"] == point["region_id"]:
        someone.record["farm_location"] = dict(point["location"])
    for change in someone.more:
        model = data["grading_models"][models(data)[point["factory_id"]]]
        change.new.update(grading_model_id=model["model_id"], grading_model_version=model["model_version"])
    return someone


def enrolled(data: Data, draw: Draw, *, active: bool = False) -> tuple[FreshFarmer, int, Change]:
    """A fresh farmer on an active collection point: the fresh_farmer, the point's number, the entry in its list."""
    row = open_point(data, draw)
    someone = fresh_farmer_at(data, draw, data.pristine("collection_points", row), active=active)
    return someone, row, data.append("collection_points", row, "farmer_ids", someone.id)


def open_point(data: Data, draw: Draw, *, free: bool = False) -> int:
    """The number of an active collection point; of one that no fault has changed, if asked so. Raises Cannot.

    Where a sample of documents is held, one that some of these came to.
    """
    somewhere = visited(data) if "documents" in data.partial else range(data.sizes.get("collection_points", 0))
    for row in draw.order(data.sizes.get("collection_points", 0)):
        point = data["collection_points"][row]
        if (
            row in somewhere
            and (data.free("collection_points", row) or not free)
            and point["status"] == "active"
            and point["factory_id"] in models(data)
        ):
            return row
    raise Cannot("no active collection point is left")


def new_point(data: Data, like: Record, *, after: int = 0, **fields: Any) -> Change:
    """A collection point like another one, inactive, without farmers and clerk, under the next number of its region."""
    record = deepcopy(like) | {"clerk_id": None, "clerk_phone": None, "farmer_ids": [], "status": "inactive"}
    record["id"] = unused({point["id"] for point in data["collection_points"]}, f"{like['region_id']}-cp-{{:04}}")
    return data.add("collection_points", record | fields, after=after)


def new_factory(data: Data, draw: Draw, *, graded: bool = True, opened: bool = True) -> Fresh:
    """A factory like another one, and what it needs: a place at a grading model, an active collection point."""
    record = data.any_pristine(draw, "factories")
    like = record["id"]
    record["id"] = unused({factory["id"] for factory in data["factories"]}, "NEW-FAC-{:03}")
    record["contact"] = dict(NOBODY)
    more: tuple[Change, ...] = ()
    if graded and data["grading_models"]:
        more += (data.append("grading_models", models(data)[like], "active_at_factory", record["id"]),)
    if opened and data["collection_points"]:
        originals = (data.pristine("collection_points", row) for row in range(data.sizes["collection_points"]))
        point = first(point for point in originals if point["factory_id"] == like)
        more += (new_point(data, point, factory_id=record["id"], status="active"),)
    return Fresh(data.add("factories", record), more)


def old_document(data: Data, draw: Draw, *, member: bool) -> tuple[FreshFarmer, Change, tuple[Change, ...]]:
    """A fresh farmer's only document, from before the history and from before what performance adds up.

    The farmer leaves a day after it, or, if no `member`, years before. Returns the fresh_farmer, the document, and
    what comes with it. Raises Cannot.
    """
    someone, point, entry = enrolled(data, draw)
    where, link = data["collection_points"][point]["id"], "linkage_fields.collection_point_id"
    record = data.any_pristine(draw, "documents", lambda document: at(document, link) == where)
    weeks = timedelta(weeks=max(days(data), WINDOWS["year"]) // 7 + 2)
    for group in (record, record["raw_document"], record["extraction"], record["ingestion"]):
        moments = [name for name in group if name.endswith(("_at", "_timestamp"))]
        group |= {name: written(moment(group[name]) - weeks) for name in moments}
    record["document_id"] = f"DOC-{someone.id}-0001"
    record["raw_document"]["blob_path"] = record["raw_document"]["blob_path"].replace("/DOC-", f"/DOC-{someone.id}-")
    for group in (record["extracted_fields"], record["linkage_fields"]):
        group["farmer_id"] = someone.id
    if member:
        someone.record["updated_at"] = written(moment(at(record, RECEIVED)) + timedelta(days=1))
    return someone, data.add("documents", record), (*someone.changes, entry)
