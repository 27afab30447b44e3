"""The JSON Schema of nested columns, held against the data by jsonschema."""

from __future__ import annotations

import copy
from typing import Any

import jsonschema
import pytest

from demo_data.schema.tree import tree
from demo_data.tea import DOMAIN
from tests.versions.oracle import Rows, put


def nested(schemas: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (table, field["name"]): field["jsonSchema"]
        for table, schema in schemas.items()
        for field in schema["fields"]
        if "jsonSchema" in field
    }


def test_nested_values(schemas: dict[str, Any], rows: Rows) -> None:
    """Every record and list has a JSON Schema, and its values keep to it."""
    found = nested(schemas)
    columns = {
        (table, field["name"])
        for table, schema in schemas.items()
        for field in schema["fields"]
        if field["type"] in ("object", "array")
    }
    assert found.keys() == columns
    for (table, name), schema in found.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        for row in rows[table]:
            jsonschema.Draft202012Validator(schema).validate(row[name])


NESTED_FAULTS = [
    ("farmers", "farm_location", "latitude", 90.5),
    ("farmers", "farm_location", "latitude", "1.5"),
    ("farmers", "farm_location", "depth", 3),
    ("factories", "quality_thresholds", "tier_1", None),
    ("factories", "payment_policy", "policy_type", "never"),
    ("documents", "linkage_fields", "farmer_id", 7),
    ("documents", "extracted_fields", "bag_summary.grade", "superb"),
    ("documents", "extracted_fields", "bag_summary.leaf_type_distribution.bud", 201),
    ("collection_points", "collection_days", "", ["monday"]),
    ("regions", "geography", "radius_km", 0),
    ("regions", "geography", "altitude_band.label", "lunar"),
    ("regions", "geography", "boundary", {"type": "Polygon", "rings": []}),
]


@pytest.mark.parametrize(("table", "field", "path", "value"), NESTED_FAULTS)
def test_a_nested_fault(table: str, field: str, path: str, value: Any, schemas: dict[str, Any], rows: Rows) -> None:
    """A nested value of another type, out of bounds, unknown or null does not keep to it."""
    row = copy.deepcopy(rows[table][0])
    put(row, f"{field}.{path}".rstrip("."), value)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(row[field], nested(schemas)[table, field])


@pytest.mark.parametrize("table", DOMAIN.tables)
def test_a_table_tells_its_open_dicts(table: str) -> None:
    """Pydantic's JSON Schema of a class, as anybody asks for it, names what its open dicts hold."""
    model = DOMAIN.models[table]
    found = model.model_json_schema(mode="serialization")
    jsonschema.Draft202012Validator.check_schema(found)

    dicts = {node.name for node in tree(model).children if node.kind == "dict"}
    assert {name for name in dicts if "properties" not in found["properties"][name]} == set()
