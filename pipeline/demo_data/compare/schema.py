"""Columns that were added, removed or changed, as the Parquet files themselves state them."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from demo_data.compare.result import Column


def changes(old: pa.Schema, new: pa.Schema) -> tuple[Column, ...]:
    """How the columns differ, nested ones too; their order does not count.

    A nested record that comes or goes is told by its columns; a list by itself alone, whatever its items are.
    """
    before, after = dict(_columns(old)), dict(_columns(new))
    found = []
    for path in dict.fromkeys((*after, *before)):
        was, now = before.get(path), after.get(path)
        if was == now:
            continue
        if was is None and now is not None and not _told_elsewhere(path, now, after, before):
            found.append(Column(path, "added", None, now))
        elif now is None and was is not None and not _told_elsewhere(path, was, before, after):
            found.append(Column(path, "removed", was, None))
        elif was and now:
            same = was.removesuffix("?") == now.removesuffix("?")
            found.append(Column(path, "nullability" if same else "type", was, now))
    return tuple(found)


def _told_elsewhere(path: str, kind: str, here: dict[str, str], there: dict[str, str]) -> bool:
    """Whether a column that is only here needs no line: a record, or what lies in a list that is only here."""
    lists = (path[:place] for place in range(len(path)) if path.startswith("[]", place))
    return kind.startswith("record") or any(above in here and above not in there for above in lists)


def _columns(schema: pa.Schema) -> Iterator[tuple[str, str]]:
    for field in schema:
        yield from _below(field.name, field.type, field.nullable)


def _below(path: str, kind: pa.DataType, nullable: bool) -> Iterator[tuple[str, str]]:
    yield path, type_text(kind) + "?" * nullable
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _below(f"{path}.{field.name}", field.type, field.nullable)
    elif _is_list(kind):
        yield from _below(f"{path}[]", kind.value_type, kind.value_field.nullable)


def type_text(kind: pa.DataType) -> str:
    """A type as docs/tables.md names it; which of Arrow's layouts holds text or lists does not show."""
    if pa.types.is_dictionary(kind):
        return type_text(kind.value_type)
    if pa.types.is_struct(kind):
        return "record"
    if _is_list(kind):
        return f"list of {type_text(kind.value_type)}"
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return "string"
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return "binary"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_timestamp(kind):
        unit = "" if kind.unit == "us" else f"{kind.unit}, "
        return f"timestamp ({unit}{kind.tz or 'no zone'})"
    return str(kind)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))
