"""Wording that text and Markdown share: each function gives plain text in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from demo_data.common.rendering import counted, few, printable
from demo_data.compare.result import Column, Difference, Distribution, Origin, Setting, Table, bump
from demo_data.compare.values import shown, shown_pair

_SHARES = 5
"""Values whose shares are given: those that moved most."""


def title(difference: Difference) -> str:
    """Both sides, by profile and the start of their identity; by path where there is no manifest."""
    return f"{side(difference.old)} -> {side(difference.new)}"


def side(origin: Origin) -> str:
    """One side: profile and the start of the identity; its path where there is no manifest."""
    name = f"{origin.profile or origin.path} {origin.identity[:12]}" if origin.identity else origin.path
    return printable(name)


def generator(difference: Difference) -> str:
    """The generator's versions; empty where they are the same, or not known."""
    old, new = difference.old.generator, difference.new.generator
    return f"{old} -> {new}" if old and new and old != new else ""


def version(difference: Difference) -> str:
    """Which part of the version must grow, and why."""
    part = bump(difference)
    why = _schema(difference) if part == "major" else "rows, values or their order changed, the schema did not"
    return f"Next version: {part} ({why})"


def _schema(difference: Difference) -> str:
    """What of the schema changed: tables that came or went, and those whose columns are others."""
    words = {"added": "came", "removed": "went"}
    reasons = [f"{name} {words[each.status]}" for name, each in difference.tables.items() if each.status in words]
    changed = [name for name, each in difference.tables.items() if each.columns]
    return ", ".join(map(printable, [*reasons, f"the schema of {few(changed)} changed"] if changed else reasons))


def unchanged(difference: Difference) -> str:
    """The one line where nothing changed."""
    tables = [table for table in difference.tables.values() if table.new_rows is not None]
    rows = sum(table.new_rows or 0 for table in tables)
    return f"Nothing changed: {counted(len(tables), 'table')}, {counted(rows, 'row')}."


def setting(changed: Setting) -> str:
    old, new = (
        int(value) if isinstance(value, float) and value.is_integer() else value for value in (changed.old, changed.new)
    )
    return f"{printable(changed.path)}: {shown_pair(old, new)}"


def rows(table: Table) -> str:
    """`405 -> 349`, or one number where it is the same."""
    if table.old_rows is None or table.new_rows is None:
        return f"{table.old_rows or table.new_rows or 0:,}"
    return f"{table.new_rows:,}" if table.old_rows == table.new_rows else f"{table.old_rows:,} -> {table.new_rows:,}"


def verdict(table: Table) -> str:
    """What is said of a table beside its counts."""
    if table.status in ("added", "removed"):
        return f"table {table.status}"
    if table.status == "same":
        return "same"
    parts = []
    for word, changes in (("added", ["added"]), ("removed", ["removed"]), ("changed", ["type", "nullability"])):
        if number := sum(column.change in changes for column in table.columns):
            parts.append(f"{counted(number, 'column')} {word}")
    if table.changed is None:
        parts.append("rows not compared")
    if table.reordered:
        only = not (table.added or table.removed or table.changed or table.columns)
        parts.append("only the order of rows" if only else "reordered")
    return ", ".join(parts)


def column(changed: Column) -> str:
    """`+ path type`, `- path type`, or `~ path: type -> type`."""
    path = printable(changed.path)
    if changed.change == "added":
        return f"+ {path} {changed.new}"
    if changed.change == "removed":
        return f"- {path} {changed.old}"
    nullable = " (may be null now)" if str(changed.new).endswith("?") else " (may not be null any more)"
    return f"~ {path}: {changed.old} -> {changed.new}{nullable if changed.change == 'nullability' else ''}"


def keys(first: tuple[dict[str, Any], ...], total: int | None) -> str:
    """The first keys, and that there are more."""
    return ", ".join(map(_key, first)) + (", ..." if (total or 0) > len(first) else "")


def examples(table: Table, path: str) -> str:
    """The changed values that are kept of a field."""
    return "; ".join(
        f"{_key(example.key)}: {shown_pair(example.old, example.new)}"
        for example in table.examples
        if example.field == path
    )


def paired(table: Table) -> str:
    """How many rows could be compared."""
    return f"{counted((table.changed or 0) + (table.same or 0), 'row')} on both sides"


def moved(distribution: Distribution, *, whole: bool = False) -> str:
    """How one field's distribution moved: the figures that differ. `whole`: all figures of numbers, the range too."""
    old, new = distribution.old, distribution.new
    sides = [side for side in (old, new) if side is not None]
    parts = []
    if distribution.kind in ("number", "time"):
        if any("mean" not in side for side in sides):
            parts.append("values " + _arrow(f"{side['count']:,}" for side in sides))
        else:
            parts += [_figures("mean", sides, "mean"), _figures("median", sides, "median")]
            parts += [_figures("5 to 95 %", sides, "p5", "p95")]
            parts += [_figures("range", sides, "min", "max")] if whole else []
            parts = parts if whole or old is None else [part for part in parts if " -> " in part]
    elif distribution.kind == "shares":
        parts += _shares(old, new)
    elif distribution.kind == "list":
        parts.append(_figures("mean length", sides, "mean_length"))
    if any(side["nulls"] for side in sides):
        totals = ((side["nulls"], side["count"] + side["nulls"]) for side in sides)
        parts.append("null in " + _arrow(_percent(nulls / total if total else 0.0) for nulls, total in totals))
    return ", ".join(parts) or f"{counted(new['count'], 'value')}, no nulls"


def first(lines: Sequence[str], most: int, noun: str) -> list[str]:
    """The first lines, and one that says how many more there are."""
    more = [f"... and {len(lines) - most:,} more {noun}"] if len(lines) > most else []
    return [*lines[:most], *more]


def _figures(label: str, sides: Sequence[dict[str, Any]], *names: str) -> str:
    """`mean 1 -> 2`, or `range 1 .. 2 -> 1 .. 3`; moments by the day, or to the minute where that tells them apart."""
    values = [[side[name] for name in names] for side in sides]
    if isinstance(values[0][0], str):
        days = [[value[:10] for value in side] for side in values]
        minutes = [[value[:16].replace("T", " ") for value in side] for side in values]
        values = days if len(sides) == 1 or days[0] != days[1] else minutes
    return f"{label} " + _arrow(" .. ".join(map(_number, side)) for side in values)


def _arrow(texts: Iterable[str]) -> str:
    """`old -> new`, or one of them where they are the same."""
    return " -> ".join(dict.fromkeys(texts))


def _shares(old: dict[str, Any] | None, new: dict[str, Any]) -> list[str]:
    before, after = old["shares"] if old else {}, new["shares"]
    values = sorted(before | after, key=lambda value: -abs(after.get(value, 0) - before.get(value, 0)))
    if {"true"} < set(values) <= {"true", "false"}:
        values = ["true"]
    sides = (before, after) if old else (after,)
    parts = [
        f"{value if value in ('true', 'false') else shown(value)} {shares}"
        for value in values
        if " -> " in (shares := _arrow(_percent(side.get(value, 0)) for side in sides)) or not old
    ]
    return [*parts[:_SHARES], f"and {len(parts) - _SHARES} more"] if len(parts) > _SHARES + 1 else parts


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _number(value: Any) -> str:
    """A figure of a distribution with some six digits."""
    if isinstance(value, str):
        return value
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) >= 1000 else f"{value:.5g}"


def _key(values: dict[str, Any]) -> str:
    if set(values) == {"row"}:
        return f"row {values['row']}"
    return " ".join(map(shown, values.values()))
