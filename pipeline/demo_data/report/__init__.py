"""What a person reads: progress, a line per table, what a dataset holds, and what a validation found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.common.program import program
from demo_data.common.rendering import counted
from demo_data.common.terminal import width
from demo_data.domain import Domain

if TYPE_CHECKING:
    from demo_data.build import Progress
    from demo_data.dataset.made import Built
    from demo_data.validation.report import Report


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """A bar per table on a terminal; nothing elsewhere, where a line per table follows."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def advance(table: str, done: int, parts: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=parts)
            bars.update(tasks[table], completed=done)

        yield advance


def print_built(profile: str, built: Sequence[Built]) -> None:
    """A line per table: profile, table, rows, size, time."""
    for table in built:
        rows = counted(table.rows, "row")
        print(f"  {profile:12}{table.table:22}{rows:>16}{size_text(table.size):>12}{table.seconds:>9.2f} s", flush=True)


def built_json(built: Sequence[Built]) -> list[dict[str, Any]]:
    """The same of each table, in plain values; `seconds` are of CPU."""
    return [
        {"table": each.table, "rows": each.rows, "bytes": each.size, "seconds": round(each.seconds, 3)}
        for each in built
    ]


def print_next(out: Path | str) -> None:
    """Where the dataset is and what one does with it."""
    called, here = Path(sys.argv[0]).absolute(), Path.cwd()
    own = called.name == "demo-data" and called.is_relative_to(here)  # as a person would type it from here
    us = program(str(called.relative_to(here))) if own else program()
    print(f"{out}: complete. Next: `{us} show {out}` tells what is in it, `{us} validate {out}` checks it.")


def size_text(size: float) -> str:
    """Bytes as people say them."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def print_dataset(folder: Path, domain: Domain, form: str = "text", at: str | None = None) -> None:
    """Tables, sizes, spans of time, and which rows show which scenario. Raises `UsageError` where no dataset lies.

    `at`: the URL of a dataset of which only some files lie in `folder`; its manifest tells of the others.
    """
    from demo_data.report.outline import outline, text

    told = outline(folder, domain, at)
    print(json.dumps(told, indent=2) if form == "json" else text(told, width()))


def validation_text(report: Report) -> str:
    """What a validation found, as JSON: rows per table, violations per rule, and the rules that were skipped."""
    results = report.results.items()
    summary = {
        "ok": report.ok,
        "rows": report.rows,
        "violations": {rule: result.count for rule, result in results if not (result.skipped or result.fault)},
        "skipped": report.skipped,
    } | ({"faulty": report.faulty} if report.faulty else {})
    return json.dumps(summary, indent=2) + "\n"
