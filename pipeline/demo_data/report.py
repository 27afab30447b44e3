"""What a person reads: progress, a line per table, what a dataset holds, and what a validation found."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.common.errors import UsageError
from demo_data.common.program import program
from demo_data.common.rendering import counted
from demo_data.dataset import layout, store
from demo_data.dataset.manifest import TableEntry, read_manifest
from demo_data.dataset.recipe_file import Season, whole_recipe
from demo_data.domain import Domain

if TYPE_CHECKING:
    from demo_data.build import Progress
    from demo_data.dataset.made import Built
    from demo_data.validation.report import Report

_EXAMPLES = 8


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


def print_dataset(folder: Path, domain: Domain, *, at: str | None = None) -> None:
    """Tables, sizes, spans of time, and which rows show which scenario. Raises `UsageError` where no dataset lies.

    `at`: the URL of a dataset of which only some files lie in `folder`; its manifest tells of the others.
    """
    print("\n".join(_dataset(folder, domain, at)))


def _dataset(folder: Path, domain: Domain, at: str | None) -> Iterator[str]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: {'is a file; name its directory' if folder.exists() else 'no such directory'}")
    manifest = read_manifest(folder) if os.path.lexists(folder / layout.MANIFEST) else None
    near = [table for table in domain.models if layout.parts(folder, table)]
    listed = manifest.by_table if at and manifest else {}
    tables = [table for table in domain.models if table in near or table in listed]
    if not tables:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    recipe = whole_recipe(path) if os.path.lexists(path := folder / layout.RECIPE) else None
    yield f"{at or folder}: {recipe.profile if recipe else 'a dataset without a recipe'}"
    if recipe:
        moved = f"born on {recipe.birth}, days from {recipe.first_day} to {recipe.as_of}"
        time = f"{recipe.days} days up to {recipe.as_of}" if recipe.birth == recipe.as_of else moved
        yield f"  seed {recipe.seed}, {time}"
    yield f"  identity {manifest.identity[:16]}" if manifest else "  no manifest: unfinished, or only some tables"
    yield f"\n  {'table':22}{'rows':>12}{'size':>12}   {'key':20}  what"
    for table in tables:
        rows, total = _extent(folder, table, listed.get(table))
        key = ", ".join(domain.key_fields(table))
        about = (domain.models[table].__doc__ or "").split("\n")[0]
        yield f"  {table:22}{rows:>12,}{size_text(total):>12}   {key:20}  {about}"
    summary = domain.module("summary")
    if summary and (spans := list(summary.spans(folder, near))):
        yield ""
        yield from (f"  {line}" for line in spans)
    if far := [entry for table, entry in listed.items() if table not in near and entry.months]:
        yield ""
        yield from (f"  {entry.table} from {min(entry.months)} to {max(entry.months)}" for entry in far if entry.months)
    for table, seasons in (recipe.seasons if recipe else {}).items():
        yield from _stories(folder, domain, table, seasons, summary.names if summary else None)
    yield f"\n{domain.notice}"


def _extent(folder: Path, table: str, listed: TableEntry | None) -> tuple[int, int]:
    """A table's rows and bytes, as the manifest lists them, or as its files have them."""
    if listed:
        return listed.rows, sum(file.bytes for file in listed.parquet)
    files = layout.parts(folder, table)
    return store.rows_of(files), sum(path.stat().st_size for path in files)


def _stories(
    folder: Path,
    domain: Domain,
    table: str,
    seasons: Sequence[Season],
    names_of: Callable[[Path, str], Mapping[str, str]] | None,
) -> Iterator[str]:
    """Who shows which story in the last season; a recipe of format 1 does not tell of which table."""
    season = seasons[-1]
    known = table or next((name for name, stated in domain.recipes.items() if stated.scenarios), "rows")
    when = f", {season.first} to {season.last}" if len(seasons) > 1 else ""
    yield f"\n  {known} by scenario{when}"
    names = names_of(folder, known) if names_of and layout.parts(folder, known) else {}
    for name, keys in season.stories.items():
        some = ", ".join(f"{key} {names.get(key, '')}".strip() for key in keys[:_EXAMPLES])
        more = f", and {len(keys) - _EXAMPLES:,} more" if len(keys) > _EXAMPLES else ""
        yield f"    {name} ({len(keys):,}): {some}{more}"


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
