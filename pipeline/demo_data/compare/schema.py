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
    changed = []
    for path in dict.fromkeys((*after, *before)):
        was, now = before.get(path), after.get(path)
        if was and now:
            if was != now:
                same = was.removesuffix("?") == now.removesuffix("?")
                changed.append(Column(path, "nullability" if same else "type", was, now))
            continue
        here, there = (after, before) if now else (before, after)
        lists = (path[:place] for place in range(len(path)) if path.startswith("[]", place))
        in_one = any(above in here and above not in there for above in lists)
        if not here[path].startswith("record") and not in_one:
            changed.append(Column(path, "added" if now else "removed", was, now))
    return tuple(changed)


def _columns(schema: pa.Schema) -> Iterator[tuple[str, str]]:
    for field in schema:
        yield from _below(field.name, field.type, field.nullable)


def _below(path: str, kind: pa.DataType, nullable: bool) -> Iterator[tuple[str, str]]:
    yield path, _type_text(kind) + "?" * nullable
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _below(f"{path}.{field.name}", field.type, field.nullable)
    elif _is_list(kind):
        yield from _below(f"{path}[]", kind.value_type, kind.value_field.nullable)


def _type_text(kind: pa.DataType) -> str:
    """A type as docs/tables.md names it; which of Arrow's layouts holds text or lists does not show."""
    if pa.types.is_dictionary(kind):
        return _type_text(kind.value_type)
    if pa.types.is_struct(kind):
        return "record"
    if _is_list(kind):
        return f"list of {_type_text(kind.value_type)}"
    if pa.types.is_date(kind):
        return "date"
    if pa.types.is_timestamp(kind):
        unit = "" if kind.unit == "us" else f"{kind.unit}, "
        return f"timestamp ({unit}{kind.tz or 'no zone'})"
    return str(kind).removeprefix("large_").removesuffix("_view")


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))
