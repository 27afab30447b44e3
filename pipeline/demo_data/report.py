"""What a person reads: progress, a line per table, what a dataset holds, and the data that DVC's plots draw."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo_data.build import Built, Progress
from demo_data.common.errors import UsageError
from demo_data.dataset import layout, store
from demo_data.dataset.manifest import read_manifest
from demo_data.dataset.recipe_file import whole_recipe
from demo_data.tea.tables import MODELS, NOTICE, RECIPES

if TYPE_CHECKING:
    import polars as pl

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

        def told(table: str, done: int, parts: int) -> None:
            if table not in tasks:
                tasks[table] = bars.add_task(table, total=parts)
            bars.update(tasks[table], completed=done)

        yield told


def print_built(profile: str, built: Sequence[Built]) -> None:
    """A line per table: profile, table, rows, size, time."""
    for table in built:
        rows = f"{table.rows:,} row{'' if table.rows == 1 else 's'}"
        print(f"  {profile:12}{table.table:22}{rows:>16}{size_text(table.size):>12}{table.seconds:>9.2f} s", flush=True)


def print_next(out: Path) -> None:
    """Where the dataset is and what one does with it."""
    us = command()
    print(f"{out}: complete. Next: `{us} show {out}` tells what is in it, `{us} validate {out}` checks it.")


def command() -> str:
    """How this program was called, as a person would type it from here."""
    called, here = Path(sys.argv[0]).absolute(), Path.cwd()
    if called.name == "demo-data" and called.is_relative_to(here):
        return str(called.relative_to(here))
    return "demo-data"


def size_text(size: float) -> str:
    """Bytes as people say them."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def print_dataset(folder: Path) -> None:
    """Tables, sizes, date range, and which farmers show which scenario. Raises `UsageError` where no dataset lies."""
    print("\n".join(_dataset(folder)))


def _dataset(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        raise UsageError(f"{folder}: {'is a file; name its directory' if folder.exists() else 'no such directory'}")
    found = [table for table in MODELS if store.parts(folder, table)]
    if not found:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    recipe = whole_recipe(path) if os.path.lexists(path := folder / layout.RECIPE) else None
    manifest = read_manifest(folder) if os.path.lexists(folder / layout.MANIFEST) else None
    yield f"{folder}: {recipe.profile if recipe else 'a dataset without a recipe'}"
    if recipe:
        yield f"  seed {recipe.seed}, {recipe.days} days up to {recipe.as_of}"
    yield f"  identity {manifest.identity[:16]}" if manifest else "  no manifest: unfinished, or only some tables"
    yield f"\n  {'table':22}{'rows':>12}{'size':>12}   {'key':20}  what"
    for table in found:
        files = store.parts(folder, table)
        rows = store.rows_of(files)
        key = ", ".join(node.name for node in RECIPES[table].key)
        about = (MODELS[table].__doc__ or "").split("\n")[0]
        size = size_text(sum(path.stat().st_size for path in files))
        yield f"  {table:22}{rows:>12,}{size:>12}   {key:20}  {about}"
    if "weather_observations" in found:
        first, last = _span(folder, "weather_observations", "date")
        yield f"\n  weather from {first} to {last}" if first else "\n  no weather"
    if "documents" in found:
        first, last = _span(folder, "documents", "ingestion.received_at")
        yield f"  deliveries from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC" if first else "  no deliveries"
    if recipe and recipe.scenarios:
        yield "\n  farmers by scenario"
        names = _names(folder) if "farmers" in found else {}
        for scenario, ids in recipe.scenarios.items():
            shown = ", ".join(f"{farmer} {names.get(farmer, '')}".strip() for farmer in ids[:_EXAMPLES])
            more = f", and {len(ids) - _EXAMPLES:,} more" if len(ids) > _EXAMPLES else ""
            yield f"    {scenario} ({len(ids):,}): {shown}{more}"
    yield f"\n{NOTICE}"


def _span(folder: Path, table: str, path: str) -> tuple[Any, Any]:
    """The least and the greatest value of a column; None where it has none."""
    ends = [(frame[path].min(), frame[path].max()) for frame in store.columns(folder, MODELS[table], path)]
    known: list[Any] = [end for pair in ends for end in pair if end is not None]
    return (min(known), max(known)) if known else (None, None)


def _names(folder: Path) -> dict[str, str]:
    import polars as pl

    name = pl.concat_str("first_name", "last_name", separator=" ", ignore_nulls=True)
    found: dict[str, str] = {}
    for frame in store.columns(folder, MODELS["farmers"], "id", "first_name", "last_name"):
        found.update(frame.select("id", name).iter_rows())
    return found


def write_plots(folder: Path, into: Path) -> None:
    """The data of DVC's plots, as CSV in `plots/` of the directory `into`.

    Rows per table, primary percentage by scenario, rain by month.
    """
    frames = (_rows(folder), _quality(folder), _rain(folder))
    target = into / layout.PLOTS_FOLDER
    target.mkdir(exist_ok=True)
    for name, frame in zip(("rows", "quality", "rain"), frames, strict=True):
        frame.write_csv(target / f"{name}.csv")


def _rows(folder: Path) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame({"table": table, "rows": store.rows_of(store.parts(folder, table))} for table in MODELS)


def _quality(folder: Path) -> pl.DataFrame:
    """Mean primary percentage of the deliveries of every fortnight, by scenario."""
    import polars as pl

    scenarios = whole_recipe(folder / layout.RECIPE).scenarios
    who = pl.DataFrame(
        [(farmer, scenario) for scenario, ids in scenarios.items() for farmer in ids],
        schema={"farmer_id": pl.String, "scenario": pl.String},
        orient="row",
    )
    farmer, at = "linkage_fields.farmer_id", "ingestion.received_at"
    primary = "extracted_fields.bag_summary.primary_percentage"
    tenths = (pl.col(primary) * 10).round().cast(pl.Int64)
    groups = (
        frame.join(who, left_on=farmer, right_on="farmer_id", how="left")
        .group_by(
            (pl.col(at) + pl.duration(hours=3)).dt.date().dt.truncate("2w").alias("date"),
            pl.col("scenario").fill_null("others"),
        )
        .agg(tenths=tenths.sum(), known=tenths.count())
        for frame in store.columns(folder, MODELS["documents"], farmer, at, primary)
    )
    return (
        _concat(groups, {"date": pl.Date, "scenario": pl.String, "tenths": pl.Int64, "known": pl.UInt32})
        .group_by("date", "scenario")
        .agg(pl.col("tenths", "known").sum())
        .with_columns(primary_percentage=pl.when(pl.col("known") > 0).then(pl.col("tenths") / pl.col("known") / 10))
        .select("date", "scenario", pl.col("primary_percentage").round(1))
        .sort("date", "scenario")
    )


def _rain(folder: Path) -> pl.DataFrame:
    """Millimetres per month and region."""
    import polars as pl

    tenths = (pl.col("precipitation_mm") * 10).round().cast(pl.Int64)
    groups = (
        frame.group_by(pl.col("date").dt.strftime("%Y-%m").alias("month"), "region_id").agg(
            tenths=tenths.sum(), days=pl.len()
        )
        for frame in store.columns(folder, MODELS["weather_observations"], "date", "region_id", "precipitation_mm")
    )
    return (
        _concat(groups, {"month": pl.String, "region_id": pl.String, "tenths": pl.Int64, "days": pl.UInt32})
        .group_by("month", "region_id")
        .agg(rain_mm=(pl.col("tenths").sum() / 10).round(1), days=pl.col("days").sum())
        .sort("month", "region_id")
    )


def _concat(frames: Iterable[pl.DataFrame], schema: dict[str, Any]) -> pl.DataFrame:
    """The frames below each other; of this schema where there are none."""
    import polars as pl

    return pl.concat([pl.DataFrame(schema=schema), *frames])


def validation_text(found: Report) -> str:
    """What a validation found, as JSON: rows per table, violations per rule, and the rules that were skipped."""
    told = {
        "ok": found.ok,
        "rows": found.rows,
        "violations": {rule: result.count for rule, result in found.results.items() if not result.skipped},
        "skipped": found.skipped,
    }
    return json.dumps(told, indent=2) + "\n"
