from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

import pyarrow as pa
import pytest
from pydantic import Field

from demo_data.schema.arrow import arrow_schema
from demo_data.schema.marks import Keys, Shape
from demo_data.schema.record import Entity, Record
from demo_data.schema.tree import Node, tree
from demo_data.tea import DOMAIN


class Flag(StrEnum):
    UP = "up"


class Inner(Record):
    n: int
    text: str | None = None


class Everything(Entity):
    table: ClassVar[str] = "everything"

    text: str
    flag: Flag
    word: Literal["a", "b"]
    yes: bool
    number: float
    bounded: Annotated[int, Field(ge=0, le=200)]
    unbounded: Annotated[int, Field(ge=0)]
    moment: datetime.datetime
    day: datetime.date
    inner: Inner
    maybe: Inner | None = None
    texts: list[str]
    inners: list[Inner]
    maybe_texts: list[str] | None = None
    counts: Annotated[dict[str, dict[str, Annotated[int, Field(le=200)]]], Keys({"a": Keys.of("x")})]
    shaped: Annotated[dict[str, Any], Shape(Inner)]
    loose: Annotated[dict[str, Any], Keys.of("p", "q")]


INNER = pa.struct([pa.field("n", pa.int64(), nullable=False), pa.field("text", pa.string())])


def needed(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


def listed(kind: pa.DataType) -> pa.DataType:
    return pa.list_(needed("element", kind))


def test_schema() -> None:
    """Every kind of field has its Arrow type; only optional fields and keys of dicts may be null."""
    expected = pa.schema(
        [
            needed("text", pa.string()),
            needed("flag", pa.string()),
            needed("word", pa.string()),
            needed("yes", pa.bool_()),
            needed("number", pa.float64()),
            needed("bounded", pa.int32()),
            needed("unbounded", pa.int64()),
            needed("moment", pa.timestamp("us", tz="UTC")),
            needed("day", pa.date32()),
            needed("inner", INNER),
            pa.field("maybe", INNER),
            needed("texts", listed(pa.string())),
            needed("inners", listed(INNER)),
            pa.field("maybe_texts", listed(pa.string())),
            needed("counts", pa.struct([pa.field("a", pa.struct([pa.field("x", pa.int32())]))])),
            needed("shaped", INNER),
            needed("loose", pa.struct([pa.field("p", pa.string()), pa.field("q", pa.string())])),
        ]
    )

    assert expected == arrow_schema(Everything)


@pytest.mark.parametrize("table", DOMAIN.models)
def test_columns_are_the_fields(table: str) -> None:
    """A table's columns are its model's fields, in order."""
    assert list(DOMAIN.models[table].model_fields) == arrow_schema(DOMAIN.models[table]).names


@pytest.mark.parametrize("table", DOMAIN.models)
def test_nullable_iff_optional(table: str) -> None:
    """Down to the last struct, a column may be null exactly where the class says so."""

    def agree(node: Node, field: pa.Field) -> None:
        assert node.optional == field.nullable, node.path
        if node.kind == "list":
            agree(node.children[0], field.type.value_field)
        else:
            assert len(node.children) == field.type.num_fields
            for child in node.children:
                agree(child, field.type.field(child.name))

    for node in tree(DOMAIN.models[table]).children:
        agree(node, arrow_schema(DOMAIN.models[table]).field(node.name))


def test_documents_hold_every_class_of_leaf() -> None:
    """A document's open dicts are structs of all classes that any grading model counts."""
    fields = arrow_schema(DOMAIN.models["documents"]).field("extracted_fields").type
    bag = fields.field("bag_summary").type
    types = bag.field("leaf_type_distribution").type
    analysis = fields.field("leaf_analysis").type

    assert [types.field(i).name for i in range(types.num_fields)] == [
        "bud",
        "one_leaf_bud",
        "two_leaves_bud",
        "three_plus_leaves_bud",
        "banji",
        "coarse_leaf",
        "other",
        "fine",
        "medium",
        "coarse",
        "stalks",
    ]
    assert {types.field(i).type for i in range(types.num_fields)} == {pa.int32()}
    assert {
        group.name: [group.type.field(i).name for i in range(group.type.num_fields)]
        for group in (analysis.field(i) for i in range(analysis.num_fields))
    } == {
        "coarse_subtype": ["none", "double_luck", "triple_luck", "super_coarse"],
        "banji_hardness": ["soft", "hard"],
        "moisture_level": ["optimal", "wet", "dry"],
    }
