from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import annotated_types
import pytest
from pydantic import Field

from demo_data.schema.marks import Decimals, EventTime, ForeignKey, Keys, PrimaryKey, Shape
from demo_data.schema.record import Entity, Record
from demo_data.schema.tree import Reference, event_time, primary_key, references, tree
from demo_data.tea import DOMAIN


class Colour(StrEnum):
    RED = "red"


class Wheel(Record):
    size: Annotated[float, Field(ge=0), Decimals(1)]
    maker: Annotated[str | None, ForeignKey("makers.code", if_present=True)] = None


class Loose(Record):
    owner: Annotated[str, ForeignKey("people")]
    note: str = ""


class Car(Entity):
    table: ClassVar[str] = "cars"

    plate: Annotated[str, PrimaryKey()]
    year: Annotated[int, PrimaryKey(), ForeignKey("years")]
    colour: Colour
    size: Literal["big", "small"] = "big"
    front: Wheel
    spare: Wheel | None = None
    drivers: list[Annotated[str, ForeignKey("people", deferred=True)]] = []  # noqa: RUF012
    wheels: list[Wheel] = []  # noqa: RUF012
    tags: list[str] | None = None
    counts: Annotated[dict[str, dict[str, int]], Keys({"a": Keys.of("x", "y"), "b": Keys.of("z")})] = {}  # noqa: RUF012
    extra: Annotated[dict[str, Any], Shape(Loose)] = {}  # noqa: RUF012


class Arrival(Record):
    at: Annotated[datetime.datetime, EventTime(hours=3)]


class Delivery(Entity):
    table: ClassVar[str] = "deliveries"

    number: Annotated[int, PrimaryKey()]
    made: datetime.datetime
    arrival: Arrival


def test_event_time() -> None:
    """The marked column, in a nested record too; a table of no events has none."""
    node = event_time(Delivery)
    assert node is not None
    assert (node.path, node.mark(EventTime)) == ("arrival.at", EventTime(3))
    assert event_time(Car) is None


def test_leaves() -> None:
    """Leaves are dotted paths in the order of the fields: nested records, keys of dicts, and lists whole."""
    assert [node.path for node in tree(Car).leaves()] == [
        "plate",
        "year",
        "colour",
        "size",
        "front.size",
        "front.maker",
        "spare.size",
        "spare.maker",
        "drivers",
        "wheels",
        "tags",
        "counts.a.x",
        "counts.a.y",
        "counts.b.z",
        "extra.owner",
        "extra.note",
    ]


def test_optional() -> None:
    """Optional are fields that may be null and the keys of dicts, nothing else."""
    optional = {node.path for node in tree(Car).walk() if node.optional}

    assert optional == {
        "front.maker",
        "spare",
        "spare.maker",
        "wheels[].maker",
        "tags",
        "counts.a",
        "counts.b",
        "counts.a.x",
        "counts.a.y",
        "counts.b.z",
    }


def test_kinds() -> None:
    """Records, dicts, lists and scalars are told apart."""
    kinds = {node.path: node.kind for node in tree(Car).children}

    assert {"front", "spare"} == {path for path, kind in kinds.items() if kind == "record"}
    assert {"counts", "extra"} == {path for path, kind in kinds.items() if kind == "dict"}
    assert {"drivers", "wheels", "tags"} == {path for path, kind in kinds.items() if kind == "list"}


def test_parents_first() -> None:
    """A walk gives a node before what is below it."""
    seen: set[str] = set()
    for node in tree(Car).walk():
        parent = node.path.removesuffix(f".{node.name}").removesuffix("[]")
        assert parent in seen | {node.path, ""}
        seen.add(node.path)


def test_composite_primary_key() -> None:
    """A composite key is the marked fields in order."""
    assert primary_key(Car) == ("plate", "year")


def test_references() -> None:
    """Foreign keys are found on fields, in nested records, inside lists, in records of lists and in open dicts."""
    maker = ForeignKey("makers.code", if_present=True)

    assert references(Car) == (
        Reference("cars", "year", ForeignKey("years"), in_list=False, optional=False),
        Reference("cars", "front.maker", maker, in_list=False, optional=True),
        Reference("cars", "spare.maker", maker, in_list=False, optional=True),
        Reference("cars", "drivers", ForeignKey("people", deferred=True), in_list=True, optional=False),
        Reference("cars", "wheels[].maker", maker, in_list=False, optional=True),
        Reference("cars", "extra.owner", ForeignKey("people"), in_list=False, optional=False),
    )


def test_marks_of_lists_and_items() -> None:
    """A bound on a list's items is the item's, not the list's."""
    drivers = next(node for node in tree(Car).children if node.name == "drivers")

    assert drivers.mark(ForeignKey) is None
    assert drivers.children[0].mark(ForeignKey) == ForeignKey("people", deferred=True)


def test_marks_add_up() -> None:
    """Marks are collected through aliases: those of the field, of what may be null, and of what that is made of."""
    tenths = Annotated[float, Decimals(1)]
    bounded = Annotated[tenths, Field(ge=0)]

    class Gauge(Record):
        plain: bounded
        keyed: Annotated[bounded | None, PrimaryKey()] = None

    for node in tree(Gauge).children:
        assert node.mark(Decimals) == Decimals(1)
        assert [mark.ge for mark in node.marks if isinstance(mark, annotated_types.Ge)] == [0]
    assert [node.mark(PrimaryKey) for node in tree(Gauge).children] == [None, PrimaryKey()]


def test_targets() -> None:
    """A reference names a table and, where it is not the primary key, a field."""
    assert (ForeignKey("people").table, ForeignKey("people").field) == ("people", None)
    assert (ForeignKey("makers.code").table, ForeignKey("makers.code").field) == ("makers", "code")


def test_a_dict_must_say_its_keys() -> None:
    """A dict without known keys has no columns: an error that names it."""

    class Vague(Record):
        inner: dict[str, int]

    with pytest.raises(TypeError, match="inner"):
        tree(Vague)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("grading_models", ("model_id",)),
        ("source_configs", ("source_id",)),
        ("regions", ("region_id",)),
        ("factories", ("id",)),
        ("weather_observations", ("region_id", "date")),
        ("collection_points", ("id",)),
        ("farmers", ("id",)),
        ("documents", ("document_id",)),
        ("farmer_performance", ("farmer_id",)),
    ],
)
def test_primary_keys_of_the_tables(table: str, key: tuple[str, ...]) -> None:
    """Every table has the contract's primary key."""
    assert key == primary_key(DOMAIN.models[table])


FOREIGN_KEYS = {
    ("grading_models", "active_at_factory[]", "factories", "deferred"),
    ("source_configs", "transformation.ai_agent_id", "agent_configs.agent_id", "if present"),
    ("factories", "region_id", "regions", ""),
    ("weather_observations", "region_id", "regions", ""),
    ("collection_points", "factory_id", "factories", ""),
    ("collection_points", "region_id", "regions", ""),
    ("collection_points", "farmer_ids[]", "farmers", "deferred"),
    ("farmers", "region_id", "regions", ""),
    ("documents", "ingestion.source_id", "source_configs", ""),
    ("documents", "linkage_fields.farmer_id", "farmers", ""),
    ("documents", "linkage_fields.factory_id", "factories", ""),
    ("documents", "linkage_fields.grading_model_id", "grading_models", ""),
    ("documents", "linkage_fields.collection_point_id", "collection_points", ""),
    ("farmer_performance", "farmer_id", "farmers", ""),
    ("farmer_performance", "grading_model_id", "grading_models", ""),
}


def test_foreign_keys_of_the_tables() -> None:
    """The tables have the contract's foreign keys, and no other."""
    found = {
        (
            reference.table,
            reference.path + "[]" * reference.in_list,
            reference.key.target,
            "deferred" if reference.key.deferred else "if present" if reference.key.if_present else "",
        )
        for model in DOMAIN.models.values()
        for reference in references(model)
    }

    assert found == FOREIGN_KEYS
