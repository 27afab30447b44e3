"""A class as a tree of columns: the one walk over annotations that schema, engine, checks and docs share."""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from demo_data.schema.marks import EventTime, ForeignKey, Keys, PrimaryKey, Shape
from demo_data.schema.record import Entity, Record

Mark = TypeVar("Mark")


@dataclass(frozen=True)
class Node:
    """A column or a group of columns.

    `kind` is `record` (a nested model), `dict` (an open dict whose keys we know), `list` or `scalar`.
    `children` are a record's fields or a dict's keys in order; a list has one child, its item.
    """

    name: str
    path: str
    kind: Literal["record", "dict", "list", "scalar"]
    type: Any
    optional: bool = False
    marks: tuple[Any, ...] = ()
    children: tuple[Node, ...] = ()

    def mark(self, kind: builtins.type[Mark]) -> Mark | None:
        """The first mark of that kind, if any."""
        for mark in self.marks:
            if isinstance(mark, kind):
                return mark
        return None

    def leaves(self) -> Iterator[Node]:
        """Every scalar and list below (or at) this node, in order."""
        if self.kind in ("scalar", "list"):
            yield self
        else:
            for child in self.children:
                yield from child.leaves()

    def walk(self) -> Iterator[Node]:
        """This node and everything below, list items included, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Reference:
    """A foreign key of `table`: the value at `path` (of each item, where `in_list`) names a row of the target."""

    table: str
    path: str
    key: ForeignKey
    in_list: bool
    optional: bool


@cache
def tree(model: type[BaseModel]) -> Node:
    """The tree of a model's fields."""
    return Node(name="", path="", kind="record", type=model, children=_below("", model))


@cache
def column_paths(model: type[BaseModel]) -> frozenset[str]:
    """The paths of a model's columns: scalars and lists."""
    return frozenset(leaf.path for leaf in tree(model).leaves())


def primary_key(model: type[Entity]) -> tuple[str, ...]:
    """The names of the key's fields, in order."""
    return tuple(node.name for node in tree(model).children if node.mark(PrimaryKey))


@cache
def event_time(model: type[BaseModel]) -> Node | None:
    """The column that tells when the events of a table happened; None where its records are no events."""
    return next((leaf for leaf in tree(model).leaves() if leaf.mark(EventTime)), None)


@cache
def references(model: type[Entity]) -> tuple[Reference, ...]:
    """The foreign keys of a table, inside lists, nested records and open dicts too."""
    keys = []
    for node in tree(model).walk():
        key = node.mark(ForeignKey)
        if key:
            in_list = node.name == "[]"
            path = node.path.removesuffix("[]")
            keys.append(Reference(model.table, path, key, in_list, node.optional))
    return tuple(keys)


def _node(name: str, path: str, annotation: Any, marks: tuple[Any, ...]) -> Node:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _node(name, path, args[0], marks + tuple(_unpacked(args[1:])))
    if origin in (Union, types.UnionType):
        inner = next(arg for arg in args if arg is not type(None))
        return replace(_node(name, path, inner, marks), optional=True)
    if origin is list:
        item = _node("[]", f"{path}[]", args[0], ())
        return Node(name, path, "list", list, marks=marks, children=(item,))
    if origin is dict:
        return _dict(name, path, args[1], marks)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return Node(name, path, "record", annotation, marks=marks, children=_below(path, annotation))
    return Node(name, path, "scalar", annotation, marks=marks)


def _dict(name: str, path: str, value: Any, marks: tuple[Any, ...]) -> Node:
    shape = next((mark for mark in marks if isinstance(mark, Shape)), None)
    if shape:
        return Node(name, path, "dict", dict, marks=marks, children=_below(path, shape.record))
    keys = next((mark for mark in marks if isinstance(mark, Keys)), None)
    if keys is None:
        raise TypeError(f"{path}: a dict must carry Keys or Shape, so that its columns are known")
    children = tuple(
        replace(_node(key, f"{path}.{key}", value, (below,) if below else ()), optional=True)
        for key, below in keys.names.items()
    )
    return Node(name, path, "dict", dict, marks=marks, children=children)


def _below(path: str, model: type[BaseModel]) -> tuple[Node, ...]:
    prefix, fields = f"{path}." if path else "", model.model_fields.items()
    return tuple(_node(name, prefix + name, field.annotation, tuple(field.metadata)) for name, field in fields)


def _unpacked(marks: tuple[Any, ...]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, FieldInfo):
            yield from mark.metadata
        else:
            yield mark
