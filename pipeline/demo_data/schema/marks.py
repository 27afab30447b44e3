"""Marks that a field's annotation may carry beside Pydantic's own bounds and patterns.

Everything that reads an entity (schema, engine, checks, docs, stage graph) finds these by walking the class;
see `demo_data.schema.tree`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from demo_data.schema.iso import Text

if TYPE_CHECKING:
    from pydantic import GetJsonSchemaHandler
    from pydantic_core import CoreSchema

    from demo_data.schema.record import Record


_SIGN = r"[^\x00-\x1f\x7f]"


@dataclass(frozen=True)
class PrimaryKey(Text):
    """The field identifies its record; several marked fields of one class form a composite key."""

    written = rf"^{_SIGN}*[^\s\x00-\x1f\x7f]{_SIGN}*$"
    message = "a key is a text of at most 1,000 characters, not blank, and without control characters"
    longest = 1000


@dataclass(frozen=True)
class ForeignKey:
    """The value names a record of another table.

    `target` is a table, or `table.field` where the reference is not to the table's primary key.
    `deferred`: the target belongs to a later level, so the column is filled by key arithmetic.
    `if_present`: checked only where the target table lies in the dataset.
    """

    target: str
    deferred: bool = False
    if_present: bool = False

    @property
    def table(self) -> str:
        return self.target.partition(".")[0]

    @property
    def field(self) -> str | None:
        return self.target.partition(".")[2] or None


@dataclass(frozen=True)
class Decimals:
    """A float is published rounded to this many decimals."""

    places: int


@dataclass(frozen=True)
class EventTime:
    """The record is an event, and this field, a date or a moment in UTC, tells when it happened.

    `hours`: how far the calendar by whose days and months events are told apart is ahead of UTC.
    """

    hours: int = 0


@dataclass(frozen=True)
class Line(Text):
    """The text has no line breaks, nor other control characters."""

    written = f"^{_SIGN}*$"
    message = "holds a line break or another control character"


@dataclass(frozen=True)
class Plain(Text):
    """A number of some register: the text has no line breaks, and no digits of other scripts."""

    written = "^[ -~]*$"
    message = "holds other than ASCII's printable characters"


@dataclass(frozen=True)
class Keys:
    """The keys that an open dict holds in what we publish; each may carry the keys of the dict below it.

    In Parquet such a dict is a struct; a key that does not apply is null there and absent from the JSON form.
    """

    names: Mapping[str, Keys | None] = field(hash=False)

    @classmethod
    def of(cls, *names: str) -> Keys:
        return cls(dict.fromkeys(names))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self._named(handler(core))

    def _named(self, schema: dict[str, Any]) -> dict[str, Any]:
        if options := schema.get("anyOf"):
            return schema | {"anyOf": [self._named(option) for option in options]}
        value = schema.get("additionalProperties")
        if value is None:
            return schema  # null
        named = {name: below._named(value) if below else value for name, below in self.names.items()}
        return schema | {"properties": named}


@dataclass(frozen=True)
class Shape:
    """An open dict (`dict[str, Any]`) that holds, in what we publish, the fields of `record`."""

    record: type[Record]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        self.record.model_rebuild()
        fields = handler.resolve_ref_schema(handler(self.record.__pydantic_core_schema__))["properties"]
        return handler(core) | {"properties": fields}
