"""One record's card: its fields, what it refers to, what refers to it, and its story."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from demo_data.common.errors import UsageError
from demo_data.common.rendering import printable
from demo_data.common.terminal import cut, width, wrapped
from demo_data.dataset import layout
from demo_data.dataset.recipe_file import read_recipe
from demo_data.domain import Domain
from demo_data.report.links import Referring, record_of, referred_by, refers_to
from demo_data.report.story import TimeSeries, drawable, sparkline

_SHOWN = 4
"""Keys of the rows that refer to a record which are told."""


def card(folder: Path, domain: Domain, table: str, key: Sequence[str], at: str = "") -> dict[str, Any]:
    """A record and what is known of it, in plain values. Raises `UsageError` where there is none of that key.

    `at`: where the dataset lies, as people know it (default: `folder`).
    """
    record = record_of(folder, domain, table, key, at)
    referring = [each for each in referred_by(folder, domain, table, record) if each.rows]
    return {
        "table": table,
        "key": dict(zip(domain.key_fields(table), key, strict=True)),
        "about": (domain.models[table].__doc__ or "").split("\n")[0],
        "record": record,
        "refers_to": [
            {"path": reference.path, "target": reference.key.target, "values": values}
            for reference, values in refers_to(domain, table, record)
        ],
        "referred_to_by": [
            {
                "table": each.reference.table,
                "path": each.reference.path,
                "rows": each.rows,
                "keys": each.ends(domain.key_fields(each.reference.table), _SHOWN),
            }
            for each in referring
        ],
        "scenarios": list(_scenarios(folder, table, key)),
        "story": [_plain(each) for each in drawable(_story(domain, table, record, referring))],
        "notice": domain.notice,
    }


def _scenarios(folder: Path, table: str, key: Sequence[str]) -> Iterator[dict[str, str]]:
    """Which scenario the record shows in which season, as the recipe tells."""
    recipe = read_recipe(folder / layout.RECIPE)
    for season in recipe.seasons.get(table, []) if recipe else []:
        for name, keys in season.stories.items():
            if key[0] in keys:
                yield {"scenario": name, "first": season.first.isoformat(), "last": season.last.isoformat()}


def _story(
    domain: Domain, table: str, record: Mapping[str, Any], referring: Sequence[Referring]
) -> Iterator[TimeSeries]:
    summary = domain.module("summary")
    if summary is None or not hasattr(summary, "story"):
        return

    def rows(other: str, path: str, *columns: str) -> list[dict[str, Any]]:
        """Columns of the rows of another table that refer to the record by this path."""
        named = (each for each in referring if (each.reference.table, each.reference.path) == (other, path))
        return [row for each in named for row in each.columns(*columns)]

    yield from summary.story(table, record, rows)


def _plain(series: TimeSeries) -> dict[str, Any]:
    points = [[moment.isoformat(), value] for moment, value in zip(series.moments, series.values, strict=True)]
    return {"title": series.title, "unit": series.unit, "points": points, "line": sparkline(series)}


def text(told: Mapping[str, Any], longest: int | None = None) -> str:
    """Lines for people, none longer than that."""
    lines = [line for each, indent in _lines(told) for line in wrapped(each, longest, indent)]
    for each in told["story"]:
        lines += ["", *wrapped(_heading(each), longest, "    "), _drawn(each, longest)]
    lines += ["", *wrapped(told["notice"], longest)]
    return "\n".join(cut(line, longest) for line in lines)


def _heading(story: Mapping[str, Any]) -> str:
    (first, _), (last, _) = story["points"][0], story["points"][-1]
    return f"  {story['title']}, {first[:10]} to {last[:10]}"


def _drawn(story: Mapping[str, Any], longest: int | None) -> str:
    """A series as one line, from its first value to its last one."""
    (_, least), (_, most) = story["points"][0], story["points"][-1]
    before, after = f"    {least:g} ", f" {most:g} {story['unit']}"
    if longest is None:
        return f"{before}{story['line']}{after}"
    moments = [datetime.fromisoformat(moment) for moment, _ in story["points"]]
    series = TimeSeries(story["title"], story["unit"], moments, [value for _, value in story["points"]])
    return f"{before}{sparkline(series, longest - len(before) - len(after))}{after}"


def _lines(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each line before the story, and what those begin with that it goes on in."""
    yield f"{told['dataset']}: {told['table']} {' '.join(told['key'].values())}", "  "
    yield f"  {told['about']}", "  "
    yield "", ""
    yield from _fields(told["record"], "  ")
    if told["refers_to"]:
        yield "", ""
        yield "  refers to", ""
        for each in told["refers_to"]:
            some = ", ".join(each["values"][:_SHOWN])
            more = f" and {len(each['values']) - _SHOWN:,} more" if len(each["values"]) > _SHOWN else ""
            yield f"    {each['target']} {some}{more}  (by {each['path']})", "      "
    if told["referred_to_by"]:
        yield "", ""
        yield "  referred to by", ""
        for each in told["referred_to_by"]:
            keys, joint = each["keys"], " ... " if each["rows"] > _SHOWN else ", "
            some = f"{', '.join(keys[:-1])}{joint}{keys[-1]}" if keys[1:] else keys[0]
            yield f"    {each['table']}: {each['rows']:,}, {some}  (by {each['path']})", "      "
    for each in told["scenarios"]:
        yield "", ""
        yield f"  {each['scenario']} from {each['first']} to {each['last']}", "    "


def _fields(record: Mapping[str, Any], indent: str) -> Iterator[tuple[str, str]]:
    """Fields by name in order, those of a record within below its name."""
    size = max((len(name) for name, value in record.items() if not isinstance(value, dict)), default=0)
    for name, value in record.items():
        if isinstance(value, dict):
            yield f"{indent}{name}", indent
            yield from _fields(value, f"{indent}  ")
        else:
            yield f"{indent}{name:{size}}  {_value(value)}".rstrip(), f"{indent}    "


def _value(value: Any) -> str:
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return printable(", ".join(map(str, value))) or "-"
    if value is None or value == "":
        return "-"
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def print_card(folder: Path, domain: Domain, table: str, key: Sequence[str], form: str, at: str) -> None:
    """Print a record's card, of a dataset that is `at` a path or URL. Raises `UsageError` where there is none."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such directory")
    told = {"dataset": at, **card(folder, domain, table, key, at)}
    print(json.dumps(told, indent=2, allow_nan=False) if form == "json" else text(told, width()))
