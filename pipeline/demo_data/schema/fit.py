"""Arrow data of whatever type, fitted to a class's schema by what the values mean.

The same text, number, day or moment is the same value in whatever type a writer has stored it: any width, unit, zone
label, way to hold texts or lists. A column whose type cannot mean what the class's does is a *difference*, and null as
a whole; a single value that does not fit without loss is a *misfit*, with null in its place.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from demo_data.common.errors import closest
from demo_data.schema.arrow import nullable
from demo_data.schema.scalar import is_text, plain, way, why

Place = Callable[[int], tuple[int, str]]
"""From a value's place in an array to the row of its record, and to its path with the places in lists."""


@dataclass(frozen=True)
class Difference:
    """A column that is missing, unknown or of a type that cannot mean what the class's does."""

    path: str
    message: str


@dataclass(frozen=True)
class Misfits:
    """Values of the column at `path` (which ends in `[]` for a list's items) that do not fit its type `kind`."""

    path: str
    kind: pa.DataType
    places: NDArray[np.int64]
    values: pa.Array
    where: Place = dataclasses.field(repr=False)

    @property
    def rows(self) -> list[int]:
        """The row of each, in order; a row as often as it has such items."""
        return [self.where(place)[0] for place in self.places.tolist()]

    def __iter__(self) -> Iterator[tuple[int, str, Any]]:
        """Row, path with the places in lists, and value of each."""
        for place, value in zip(self.places.tolist(), self.values, strict=True):
            yield *self.where(place), plain(value)

    def plain(self) -> Iterator[Any]:
        """The values as Python has them."""
        return map(plain, self.values)

    @property
    def why(self) -> str:
        return why(self.kind)


class Fit:
    """The way from a file's schema to a class's. Where it is `exact`, these are the same and nothing is done."""

    def __init__(self, declared: pa.Schema, actual: pa.Schema) -> None:
        self.exact = bool(actual.equals(declared))
        self.differences = () if self.exact else tuple(differences(declared, actual))
        self._declared = declared
        self._kinds = {item.name: nullable(item).type for item in declared}

    def batch(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[Misfits]]:
        """The rows in the class's columns and order, null where one is different or does not fit; and what does not."""
        if self.exact:
            return batch, []
        misfits: list[Misfits] = []
        columns = [self._column(batch, name, kind, misfits) for name, kind in self._kinds.items()]
        return pa.RecordBatch.from_arrays(columns, names=list(self._kinds)), misfits

    def _column(self, batch: pa.RecordBatch, name: str, kind: pa.DataType, misfits: list[Misfits]) -> pa.Array:
        place = batch.schema.get_field_index(name)
        if place < 0:
            return pa.nulls(batch.num_rows, kind)
        column = batch.column(place)
        same = column.type.equals(self._declared.field(name).type)
        return column if same else _fitted(column, kind, name, lambda row: (row, name), misfits)


def projected(schema: pa.Schema, paths: Sequence[str] | None) -> pa.Schema:
    """The schema of some columns, nested ones too, by their dotted paths; of all without paths."""
    return schema if paths is None else pa.schema(_projected(schema, paths))


def _projected(fields: Iterable[pa.Field], paths: Sequence[str]) -> list[pa.Field]:
    wanted: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        wanted.setdefault(name, []).append(rest)
    kept = []
    for field in fields:
        below = wanted.get(field.name, [])
        if below and all(below) and pa.types.is_struct(field.type):
            kept.append(field.with_type(pa.struct(_projected(_children(field.type), below))))
        elif below:
            kept.append(field)
    return kept


def fitted(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """One array in a type, null where it does not fit."""
    return _fitted(array, kind, "", lambda row: (row, ""), [])


def differences(declared: Sequence[pa.Field], actual: pa.Schema) -> Iterator[Difference]:
    """What differs. Order, nullability and storage do not count, nor do columns left out that may be null."""
    labels = row_labels(actual)
    yield from _fields(declared, [item for item in actual if item.name not in labels], "")


def row_labels(schema: pa.Schema) -> set[str]:
    """The columns where pandas keeps labels of rows that have no name: its own storage, by the file's own word."""
    try:
        labels = json.loads((schema.metadata or {})[b"pandas"])["index_columns"]
        return {label for label in labels if isinstance(label, str) and re.fullmatch(r"__index_level_\d+__", label)}
    except (KeyError, ValueError, TypeError, RecursionError):
        return set()


def _fields(declared: Iterable[pa.Field], actual: Iterable[pa.Field], above: str) -> Iterator[Difference]:
    wanted, stored = ({item.name: item for item in fields} for fields in (declared, actual))
    often = Counter(item.name for item in actual)
    for name, item in wanted.items():
        path = above + name
        if often[name] > 1:
            yield Difference(path, f"column {path} stands {often[name]} times")
        elif name in stored:
            yield from _types(item.type, stored[name].type, path)
        elif not item.nullable:
            yield Difference(path, f"column {path} is missing{closest(name, stored)}")
    for name in stored:
        if name not in wanted:
            yield Difference(above + name, f"column {above}{name} is unknown{closest(name, wanted)}")


def _types(kind: pa.DataType, actual: pa.DataType, path: str) -> Iterator[Difference]:
    actual = _stored_as(actual)
    if pa.types.is_null(actual):
        return
    if pa.types.is_struct(kind) and pa.types.is_struct(actual):
        yield from _fields(_children(kind), _children(actual), f"{path}.")
    elif pa.types.is_list(kind) and is_list(actual):
        yield from _types(kind.value_type, actual.value_type, f"{path}[]")
    elif pa.types.is_nested(kind) or way(kind, actual) is None:
        yield Difference(path, f"column {path} is of type {_type_name(actual)}, not {kind}")


def _type_name(kind: pa.DataType) -> str:
    """The type in a message; which of Arrow's layouts holds text or lists does not show."""
    if is_text(kind):
        return "string"
    return f"list<{_type_name(kind.value_type)}>" if is_list(kind) else str(kind)


def is_list(kind: pa.DataType) -> bool:
    """Whether it is a list of any layout."""
    types = pa.types
    plain = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(plain or types.is_list_view(kind) or types.is_large_list_view(kind))


def _children(kind: pa.DataType) -> list[pa.Field]:
    return [kind.field(number) for number in range(kind.num_fields)]


def _stored_as(kind: pa.DataType) -> pa.DataType:
    """The type without a dictionary or an extension's name around it."""
    while isinstance(kind, pa.BaseExtensionType) or pa.types.is_dictionary(kind):
        kind = kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind.value_type
    return kind


def _fitted(array: Any, kind: pa.DataType, path: str, where: Place, misfits: list[Misfits]) -> Any:
    while isinstance(array.type, pa.BaseExtensionType) or pa.types.is_dictionary(array.type):
        array = array.storage if isinstance(array.type, pa.BaseExtensionType) else array.dictionary_decode()
    actual = array.type
    if actual.equals(kind):
        return array
    if pa.types.is_struct(kind) and pa.types.is_struct(actual):
        return _record(array, kind, path, where, misfits)
    if pa.types.is_list(kind) and is_list(actual):
        return _list(array, kind, path, where, misfits)
    convert = None if pa.types.is_nested(kind) or pa.types.is_nested(actual) else way(kind, actual)
    if convert is None:
        return pa.nulls(len(array), kind)
    made, bad = convert(array, kind)
    if bad is not None:
        places = np.flatnonzero(bad)
        misfits.append(Misfits(path, kind, places, array.take(pa.array(places)), where))
    return made


def _record(array: Any, kind: pa.DataType, path: str, where: Place, misfits: list[Misfits]) -> Any:
    below = array.flatten()  # null where the record is
    columns = []
    for child in _children(kind):
        place = array.type.get_field_index(child.name)
        if place < 0:
            columns.append(pa.nulls(len(array), child.type))
        else:
            inside = _field(where, child.name)
            columns.append(_fitted(below[place], child.type, f"{path}.{child.name}", inside, misfits))
    mask = array.is_null() if array.null_count else None
    return pa.StructArray.from_arrays(columns, fields=_children(kind), mask=mask)


def _list(array: Any, kind: pa.DataType, path: str, where: Place, misfits: list[Misfits]) -> Any:
    lengths = np.asarray(pc.if_else(array.is_valid(), pc.list_value_length(array), 0))
    begins = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    if begins[-1] > np.iinfo(np.int32).max:
        raise pa.ArrowInvalid(f"column {path} has more than two thousand million items in one batch")
    items = _fitted(array.flatten(), kind.value_type, f"{path}[]", _item(where, begins), misfits)
    mask = array.is_null() if array.null_count else None
    offsets = pa.array(begins.astype(np.int32))
    return pa.ListArray.from_arrays(offsets, items, type=kind, mask=mask)


def _field(where: Place, name: str) -> Place:
    def place(number: int) -> tuple[int, str]:
        row, path = where(number)
        return row, f"{path}.{name}"

    return place


def _item(where: Place, begins: NDArray[np.int64]) -> Place:
    def place(number: int) -> tuple[int, str]:
        parent = int(np.searchsorted(begins, number, side="right")) - 1
        row, path = where(parent)
        return row, f"{path}[{number - int(begins[parent])}]"

    return place
