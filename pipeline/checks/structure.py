"""Columns and types of a Parquet file against the Arrow schema of its class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from pipeline.checks.errors import nearest


@dataclass(frozen=True)
class Difference:
    """A column that is missing, unknown or of the wrong type."""

    path: str
    message: str


def differences(expected: pa.Schema, actual: pa.Schema) -> list[Difference]:
    """What differs. The columns' order, nullability and ways to store text do not count."""
    return list(_fields({field.name: field for field in expected}, {field.name: field for field in actual}, ""))


def _fields(expected: dict[str, pa.Field], actual: dict[str, pa.Field], prefix: str) -> Iterator[Difference]:
    for name, wanted in expected.items():
        if name in actual:
            yield from _types(wanted.type, actual[name].type, prefix + name)
        else:
            yield Difference(prefix + name, f"column {prefix + name} is missing{nearest(name, actual)}")
    for name in actual:
        if name not in expected:
            yield Difference(prefix + name, f"column {prefix + name} is unknown{nearest(name, expected)}")


def _types(expected: pa.DataType, actual: pa.DataType, path: str) -> Iterator[Difference]:
    actual = plain(actual)
    if pa.types.is_struct(expected) and pa.types.is_struct(actual):
        yield from _fields(_children(expected), _children(actual), f"{path}.")
    elif pa.types.is_list(expected) and pa.types.is_list(actual):
        yield from _types(expected.value_type, actual.value_type, f"{path}[]")
    elif not expected.equals(actual):
        yield Difference(path, f"column {path} is of type {actual}, not {expected}")


def plain(kind: pa.DataType) -> pa.DataType:
    """The type without its way of storage: text is text, a list is a list."""
    if pa.types.is_dictionary(kind):
        return plain(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return pa.list_(kind.value_field)
    return kind


def _children(kind: pa.DataType) -> dict[str, pa.Field]:
    return {kind.field(number).name: kind.field(number) for number in range(kind.num_fields)}
