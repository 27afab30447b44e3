"""Faults that a record's own class finds, or its keys: missing, unknown, of another type, out of bounds, badly formed,
keys that come twice, and references that lead nowhere.

They are planted in any domain, out of its models alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from typing import Any, Literal, TypeVar, get_origin

import annotated_types
from pydantic import BaseModel

from demo_data.faults.data import Cannot, Data, first
from demo_data.faults.draw import Draw
from demo_data.faults.ledger import Change, Fault
from demo_data.faults.paths import at
from demo_data.faults.planters import Planter, first_way, planter
from demo_data.faults.spots import GONE, spots, unsure
from demo_data.schema.marks import PrimaryKey
from demo_data.schema.tree import Node, Reference, references, tree

NOWHERE = "NO-SUCH-ONE"

Option = TypeVar("Option")
Values = Callable[[Node, Node], Iterator[Any]]
"""From the parent of a field and the field to values that it does not take."""


def _somewhere(
    data: Data, draw: Draw, options: Callable[[Node], Iterable[Option]], broken: Callable[[str, Option], Fault]
) -> Fault:
    """The fault by the first option that has room, of every table that is there: in a random order, table by table."""
    ways = (
        (table, option)
        for table in draw.shuffled([name for name in data.domain.models if data.sizes.get(name)])
        for option in draw.shuffled(list(options(tree(data.domain.models[table]))))
    )
    return first_way(ways, lambda way: data.fitting(broken(*way)))


def _fields(node: Node, owner: Node | None = None) -> Iterator[tuple[Node, Node]]:
    """Every field outside lists but keys, with what asks for it: its record, or an open dict above, which does not."""
    owner = owner or (node if node.kind == "dict" else None)
    for child in node.children if node.kind in ("record", "dict") else ():
        if not child.mark(PrimaryKey):
            yield owner or node, child
            yield from _fields(child, owner)


def _wrong_value(rule: str, sentence: str) -> Callable[[Values], Planter]:
    """Make a planter of a function from fields to values that they do not take."""

    def made(values: Values) -> Planter:
        def options(root: Node) -> Iterator[tuple[str, Any]]:
            return ((node.path, value) for parent, node in _fields(root) for value in values(parent, node))

        def plant(data: Data, draw: Draw) -> Fault:
            def broken(table: str, option: tuple[str, Any]) -> Fault:
                path, value = option
                spot = first(spot for spot in spots(data, draw, table, path) if spot.holds(path))
                return spot.broken(path, value, sentence)

            return _somewhere(data, draw, options, broken)

        return planter(rule)(plant)

    return made


@_wrong_value("required", "A required field is missing or null.")
def missing(parent: Node, node: Node) -> Iterator[Any]:
    """Null is no word of a list, and told as such."""
    fields = parent.type.model_fields if isinstance(parent.type, type) and issubclass(parent.type, BaseModel) else {}
    if node.name in fields and fields[node.name].is_required() and not node.optional:
        yield from (GONE,) if _has_words(node) else (GONE, None)


@_wrong_value("type", "A value of another type than its field's.")
def mistyped(_: Node, node: Node) -> Iterator[Any]:
    others = {str: 17, int: 0.5, float: "much", bool: "yes", date: "last year", datetime: "last year", list: "one"}
    if node.type in others:
        yield others[node.type]


@_wrong_value("enum", "A word that is not on its field's list.")
def misnamed(_: Node, node: Node) -> Iterator[Any]:
    if _has_words(node):
        yield "no-such-word"


def _has_words(node: Node) -> bool:
    return get_origin(node.type) is Literal or (isinstance(node.type, type) and issubclass(node.type, Enum))


@_wrong_value("bounds", "A number beyond its field's bounds.")
def outside(_: Node, node: Node) -> Iterator[Any]:
    limits = {"ge": -1, "gt": 0, "le": 1, "lt": 0}
    bounds = [(getattr(mark, name, None), more) for mark in node.marks for name, more in limits.items()]
    yield from (node.type(limit + more) for limit, more in bounds if limit is not None and node.type in (int, float))


@_wrong_value("length", "A text that is too short or too long.")
def too_short_or_long(_: Node, node: Node) -> Iterator[Any]:
    for mark in node.marks if node.type is str and not _pattern(node) else ():
        if isinstance(mark, annotated_types.MinLen) and mark.min_length:
            yield "x" * (mark.min_length - 1)
        if isinstance(mark, annotated_types.MaxLen):
            yield "x" * (mark.max_length + 1)


@_wrong_value("pattern", "A text of another form than its field's.")
def misspelt(_: Node, node: Node) -> Iterator[Any]:
    """A text, or a list with one."""
    item = node.children[0] if node.kind == "list" else node
    if item.kind == "scalar" and (pattern := _pattern(item)) and not re.search(pattern, "?"):
        yield "?" if item is node else ["?"]


def _pattern(node: Node) -> str | None:
    patterns = (getattr(mark, "pattern", None) for mark in node.marks)
    return next((each for each in patterns if isinstance(each, str)), None)


@planter("unknown-field")
def unknown(data: Data, draw: Draw) -> Fault:
    """A field that the class does not have, in the record or below."""

    def broken(table: str, path: str) -> Fault:
        spot = first(spot for spot in spots(data, draw, table, path) if spot.parent(path))
        return spot.broken(path, 42, "A field that the table does not have.")

    return _somewhere(data, draw, _unknown_fields, broken)


def _unknown_fields(node: Node, above: str = "") -> Iterator[str]:
    """A path in each record that takes no other fields: open dicts do."""
    yield f"{above}no_such_field"
    for child in node.children:
        if child.kind == "record":
            yield from _unknown_fields(child, f"{child.path}.")


@planter("duplicate-field")
def repeated(data: Data, draw: Draw) -> Fault:
    """A field that stands twice in the text of a record, which is added: all of it is unsure."""

    def broken(table: str, path: str) -> Fault:
        sentence = "A field stands twice in one object."
        spot = first(spots(data, draw, table, None))
        value = at(spot.record, path)
        again = Change("repeat", table, spot.row, path, value, value)
        return Fault(table, spot.row, path, value, value, sentence, (*spot.added, again), locks=spot.locks)

    def scalars(root: Node) -> Iterator[str]:
        return (node.path for node in root.children if node.kind == "scalar" and not node.mark(PrimaryKey))

    return _somewhere(data, draw, scalars, broken)


@planter("primary-key")
def key_again(data: Data, draw: Draw) -> Fault:
    """A second record with the key of another: single keys and composite ones."""
    for table in draw.shuffled([name for name in data.domain.models if data.sizes.get(name)]):
        for row in draw.order(data.sizes[table]):
            record = data.pristine(table, row)
            locks = unsure(data, table, record, None)
            moved = any(data.touched(table, row, name) for name in data.domain.key_fields(table))
            if locks is not None and data.unlocked(table, row) and not moved:
                sentence = f"The key {data.key(table, row)!r} is that of record {data.number(table, row)} already."
                return Fault.added(data.add(table, record), sentence, requires=[(table, row)], locks=locks)
    raise Cannot("there is no record that could come twice without breaking other rules")


@planter("foreign-key")
def dangling(data: Data, draw: Draw) -> Fault:
    """A reference to nothing: in a field, a nested field or a list."""

    def options(root: Node) -> list[Reference]:
        here = [reference for reference in references(root.type) if data.sizes.get(reference.key.table)]
        return [reference for reference in here if reference.path not in data.domain.key_fields(reference.table)]

    def broken(table: str, reference: Reference) -> Fault:
        path, sentence = reference.path, f"{NOWHERE!r} is not in {reference.key.table}."
        spot = first(spot for spot in spots(data, draw, table, path) if spot.holds(path))
        item = f"[{len(at(spot.record, path) or ())}]" if reference.in_list else ""
        return spot.broken(f"{path}{item}", NOWHERE, sentence)

    return _somewhere(data, draw, options, broken)
