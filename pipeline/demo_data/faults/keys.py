"""Keys that come twice, and references that lead nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from demo_data.faults.changes import add, adds, lists, put, sets
from demo_data.faults.data import Cannot, Data
from demo_data.faults.draw import Draw
from demo_data.faults.fresh_records import LISTS, OWNERS, new_point, newcomer, open_point
from demo_data.faults.kinds import plants
from demo_data.faults.ledger import Fault


@plants("primary-key")
def key_again(data: Data, draw: Draw) -> Fault:
    """A second record with the key of another: single keys and composite ones."""
    tables = ("weather_observations", "farmers", "factories", "source_configs")
    for table in draw.shuffled([table for table in tables if data.sizes.get(table)]):
        row = next((row for row in draw.order(data.sizes[table]) if _may_come_again(data, table, row)), None)
        if row is None:
            continue
        record = data.pristine(table, row)
        if "contact" in record:
            record["contact"] = {"phone": "", "email": "", "address": ""}
        if table == "farmers":
            record |= {"national_id": newcomer(data, draw, active=False).record["national_id"], "grower_number": None}
        sentence = f"The key {data.key(table, row)!r} is that of record {row} already."
        return adds(data, add(data, table, record), sentence, leans=[(table, row)])
    raise Cannot("there is no record that could come twice without breaking other rules")


def _may_come_again(data: Data, table: str, row: int) -> bool:
    return data.firm(table, row) and (table != "farmers" or data[table][row]["id"] not in data.scenarios)


@plants("foreign-key")
def dangling(data: Data, draw: Draw) -> Fault:
    """A reference to nothing: in a field, a nested field, a list, a composite key."""
    for plant in draw.shuffled(_DANGLING):
        try:
            return plant(data, draw)
        except Cannot:
            continue
    raise Cannot("there is no reference that could dangle without breaking other rules")


def _said(value: str, table: str) -> str:
    return f"{value!r} is not in {table}."


def _any(data: Data, draw: Draw, table: str) -> int:
    """The number of any record. Raises Cannot."""
    for row in draw.order(data.sizes.get(table, 0)):
        return row
    raise Cannot(f"there are no {table}")


def _source(data: Data, draw: Draw) -> Fault:
    row = next(row for row in data.rows(draw, "documents") if data.free(*data.sums(row)))
    return sets(
        data,
        "documents",
        row,
        "ingestion.source_id",
        "qc-analyser-2",
        _said("qc-analyser-2", "source_configs"),
        takes=[data.sums(row)],
    )


def _linked(name: str, table: str) -> Callable[[Data, Draw], Fault]:
    def plant(data: Data, draw: Draw) -> Fault:
        value = "NO-SUCH-ONE"
        rows = data.rows(draw, "documents", lambda each: name in each["extracted_fields"])
        row = next(row for row in rows if data.free(*data.sums(row)))
        repeated = put(data, "documents", row, f"extracted_fields.{name}", value)
        return sets(
            data,
            "documents",
            row,
            f"linkage_fields.{name}",
            value,
            _said(value, table),
            repeated,
            takes=[data.sums(row)],
        )

    return plant


def _farmer_on_list(data: Data, draw: Draw) -> Fault:
    who = f"GONE-{len(data['farmers']):04}"
    row = open_point(data, draw, free=True)
    place = (LISTS, data.region_rows.get(data["collection_points"][row]["region_id"], -1))
    if not data.free(*place):
        raise Cannot("other faults lean on the lists of the region")
    return replace(lists(data, "collection_points", row, "farmer_ids", who, _said(who, "farmers")), takes=[place])


def _factory_of_point(data: Data, draw: Draw) -> Fault:
    like = data.pristine("collection_points", _any(data, draw, "collection_points"))
    if not data.free(*OWNERS):
        raise Cannot("other faults lean on the factories of collection points")
    change = new_point(data, like, factory_id="GONE-FAC-002")
    sentence = f"A collection point of a factory that is not there: {_said('GONE-FAC-002', 'factories')}"
    return replace(adds(data, change, sentence), takes=[OWNERS])


def _region_of_farmer(data: Data, draw: Draw) -> Fault:
    someone = newcomer(data, draw, active=False)
    someone.record["region_id"] = "atlantis-highland"
    sentence = f"A farmer of a region that is not there: {_said('atlantis-highland', 'regions')}"
    return adds(data, someone.farmer, sentence, *someone.performance)


def _region_of_day(data: Data, draw: Draw) -> Fault:
    like = data.pristine("weather_observations", _any(data, draw, "weather_observations"))
    known = {(each["region_id"], each["date"]) for each in data["weather_observations"]}
    if ("atlantis-highland", like["date"]) in known:
        raise Cannot("that day is taken")
    change = add(data, "weather_observations", like | {"region_id": "atlantis-highland"})
    sentence = f"Weather of a region that is not there: {_said('atlantis-highland', 'regions')}"
    return adds(data, change, sentence)


_DANGLING: list[Callable[[Data, Draw], Fault]] = [
    _source,
    _linked("factory_id", "factories"),
    _linked("grading_model_id", "grading_models"),
    _farmer_on_list,
    _factory_of_point,
    _region_of_farmer,
    _region_of_day,
]
