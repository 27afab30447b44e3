"""What a profile will make, for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from demo_data.common.rendering import counted
from demo_data.common.terminal import table_lines, wrapped
from demo_data.explain.expected import Expected, TableExpected
from demo_data.explain.rows import Rows
from demo_data.report import size_text


def text(told: Expected, longest: int | None = None) -> str:
    """Lines for people, none longer than that."""
    return "\n".join(_lines(told, longest))


def _lines(told: Expected, longest: int | None) -> Iterator[str]:
    settings = told.settings
    yield f"{settings.name}: what a build will make"
    moved = f", as of {settings['as_of']}" if settings["as_of"] != settings["born"] else ""
    yield from wrapped(
        f"  seed {settings['seed']}, {settings['days']} days up to {settings['born']}{moved}", longest, "  "
    )
    yield ""
    yield from table_lines(list(_rows(told)), right=(1, 2, 3), keep=3, longest=longest)
    for table in told.tables:
        if table.rows.asked:
            line = (
                f"  {table.table}: an estimate, {_error(table.rows)} in 19 of 20 cases: "
                f"of the rows that it hangs on, {table.rows.asked:,} were asked how many each has"
            )
            yield from wrapped(line, longest, "    ")
    yield ""
    yield from (line for each in _effort(told) for line in wrapped(f"  {each}", longest, "    "))
    if told.differing:
        yield ""
        yield from wrapped("  settings that differ from where a profile says nothing", longest, "  ")
        for path, (value, usual) in told.differing.items():
            yield from wrapped(f"    {path}: {_value(value)} (not {_value(usual)})", longest, "      ")


def _rows(told: Expected) -> Iterator[tuple[str, ...]]:
    sizes = told.costs is not None
    yield ("table", "rows", "Parquet", "JSON") if sizes else ("table", "rows")
    for table in told.tables:
        about = f"~{table.rows.count:,}" if table.rows.error else f"{table.rows.count:,}"
        yield (table.table, about, *map(_size, (table.parquet, table.json))) if sizes else (table.table, about)
    if sizes:
        rows, parquet, json = _sums(told)
        about = "~" if any(table.rows.error for table in told.tables) else ""
        yield "all", f"{about}{rows:,}", _size(parquet), _size(json)


def _effort(told: Expected) -> Iterator[str]:
    if told.costs is None or told.seconds is None or told.wall is None or told.memory is None:
        yield "sizes, time and memory are not known: the domain has measured no costs"
        return
    several = f", {_seconds(told.wall)} with `--workers {told.cores}`" if told.cores > 1 else ""
    yield f"time: about {_seconds(told.seconds)} in one process{several} ({counted(told.cores, 'core')} here)"
    yield f"memory: about {size_text(told.memory)} in the largest process"
    yield f"as measured: {told.costs.source}; {told.costs.off}"


def _sums(told: Expected) -> tuple[int, float, float]:
    return (
        sum(table.rows.count for table in told.tables),
        sum(table.parquet or 0 for table in told.tables),
        sum(table.json or 0 for table in told.tables),
    )


def _size(size: float | None) -> str:
    return "-" if not size else f"~{size_text(size)}"


def _error(rows: Rows) -> str:
    return f"at most {100 * rows.error:.1f} % off"


def _seconds(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _value(value: Any) -> str:
    """A setting as YAML has it in a line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(below)}" for key, below in value.items()) + "}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def json_text(told: Expected) -> str:
    """One JSON object."""
    settings, (rows, parquet, json_size) = told.settings, _sums(told)
    measured = told.costs is not None
    return json.dumps(
        {
            "profile": settings.name,
            "domain": str(settings.domain),
            "seed": settings["seed"],
            "born": settings["born"].isoformat(),
            "as_of": settings["as_of"].isoformat(),
            "days": settings["days"],
            "tables": [_table(table) for table in told.tables],
            "rows": rows,
            "parquet_bytes": round(parquet) if measured else None,
            "json_bytes": round(json_size) if measured else None,
            "cores": told.cores,
            "seconds_in_one_process": told.seconds and round(told.seconds, 2),
            "seconds_on_all_cores": told.wall and round(told.wall, 2),
            "memory_bytes": told.memory and round(told.memory),
            "costs": {"source": told.costs.source, "off": told.costs.off} if told.costs else None,
            "differing": {path: {"value": value, "default": usual} for path, (value, usual) in told.differing.items()},
        },
        indent=2,
        default=str,
    )


def _table(table: TableExpected) -> dict[str, Any]:
    return {
        "table": table.table,
        "rows": table.rows.count,
        "exact": not table.rows.error,
        "error": round(table.rows.error, 4),
        "files": table.files,
        "parquet_bytes": table.parquet and round(table.parquet),
        "json_bytes": None if table.json is None else round(table.json),
    }
