"""What a column's values may be: Pydantic's JSON Schema of it, and what of that Table Schema calls constraints."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

_SAME = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "minLength", "maxLength", "pattern", "enum")
_CONSTRAINTS = {name: name for name in _SAME} | {"minItems": "minLength", "maxItems": "maxLength"}


class _Written(GenerateJsonSchema):
    """As the JSON form is: every field of a record is there."""

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema(field: FieldInfo) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a field's values in the JSON form.

    Open dicts may hold other keys, and miss any of theirs.
    """
    kind: Any = Annotated[field.annotation, field]
    return TypeAdapter(kind).json_schema(mode="serialization", schema_generator=_Written)


def constraints(schema: dict[str, Any]) -> dict[str, Any]:
    """Bounds, lengths, pattern and permitted values of a field, by its JSON Schema, as Table Schema names them."""
    found = next(option for option in schema.get("anyOf", [schema]) if option != {"type": "null"})
    if name := found.get("$ref"):
        found = schema["$defs"][name.rpartition("/")[2]]
    dated = found.get("format") in ("date", "date-time")  # a type of Table Schema's, which settles how it is written
    return {_CONSTRAINTS[name]: found[name] for name in found if name in _CONSTRAINTS and not dated}
