"""Faults that a record's own class finds: missing, unknown, of another type, out of bounds, badly formed.

They are planted in any domain, out of its models alone: in records that are added and nothing refers to, and in
fields that no rule measures against others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from demo_data.faults import wrong_values
from demo_data.faults.data import Cannot, Data, at, first
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Change, Fault
from demo_data.faults.planter import Planter, planter
from demo_data.faults.spots import Spot, spots
from demo_data.schema.tree import Node, tree

Option = tuple[str, Any]
"""A path of a table, and the value that goes there."""


def fields(node: Node) -> Iterator[tuple[Node, Node]]:
    """Every field outside lists, with what it is a field of."""
    for child in node.children if node.kind in ("record", "dict") else ():
        yield node, child
        yield from fields(child)


def somewhere(
    data: Data, draw: Draw, options: Callable[[str], list[Option]], fits: Callable[[Spot, str], bool]
) -> tuple[Spot, str, Any]:
    """A spot for the first option of some table that has room, in a random order. Raises Cannot."""
    reason = Cannot("no table that is there has such a field")
    for table in draw.shuffled([name for name in data.domain.models if data.sizes.get(name)]):
        for path, value in draw.shuffled(options(table)):
            try:
                return first(spot for spot in spots(data, draw, table, path) if fits(spot, path)), path, value
            except Cannot as cannot:
                reason = cannot
    raise reason


def _wrong_value(rule: str, values: wrong_values.Values, sentence: str) -> Planter:
    """A planter of values that a field does not take."""

    def plant(data: Data, draw: Draw) -> Fault:
        def options(table: str) -> list[Option]:
            own = data.domain.key_fields(table)
            pairs = [(parent, node) for parent, node in fields(tree(data.domain.models[table])) if node.path not in own]
            return [(node.path, value) for parent, node in pairs for value in values(parent, node)]

        spot, path, value = somewhere(data, draw, options, Spot.holds)
        return spot.broken(path, value, sentence)

    return planter(rule)(plant)


missing = _wrong_value("required", wrong_values.missing, "A required field is missing or null.")
mistyped = _wrong_value("type", wrong_values.mistyped, "A value of another type than its field's.")
misnamed = _wrong_value("enum", wrong_values.misnamed, "A word that is not on its field's list.")
outside = _wrong_value("bounds", wrong_values.outside, "A number beyond its field's bounds.")
uneven = _wrong_value("length", wrong_values.too_short_or_long, "A text that is too short or too long.")
misspelt = _wrong_value("pattern", wrong_values.misspelt, "A text of another form than its field's.")


@planter("unknown-field")
def unknown(data: Data, draw: Draw) -> Fault:
    """A field that the class does not have, in the record or below."""

    def options(table: str) -> list[Option]:
        root = tree(data.domain.models[table])
        records = ["", *(f"{node.path}." for _, node in fields(root) if node.kind == "record")]
        return [(f"{path}no_such_field", 42) for path in records]

    spot, path, value = somewhere(data, draw, options, lambda spot, path: spot.takes(path) and not spot.holds(path))
    return spot.broken(path, value, "A field that the table does not have.")


@planter("duplicate-field")
def repeated(data: Data, draw: Draw) -> Fault:
    """A field that stands twice in its record's text."""

    def options(table: str) -> list[Option]:
        nodes = [node for node in tree(data.domain.models[table]).children if node.kind == "scalar"]
        return [(node.path, None) for node in nodes if node.name not in data.domain.key_fields(table)]

    spot, path, _ = somewhere(data, draw, options, Spot.holds)
    value = at(spot.record, path)
    again = Change("repeat", spot.table, spot.row, path, value, value)
    fault = spot.broken(path, value, "A field stands twice in one object.")
    return replace(fault, changes=(*spot.added, again))
