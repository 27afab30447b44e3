"""What a person reads: progress, a line per table, what a dataset holds, and the data that DVC's plots draw."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import publish, store
from pipeline.build import NOTICE, Built, Progress
from pipeline.entities.tables import MODELS, RECIPES
from pipeline.errors import DataError, UsageError, first_line

if TYPE_CHECKING:
    import polars as pl

    from pipeline.checks.report import Report

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
    with reading(folder):
        _print_dataset(folder)


def _print_dataset(folder: Path) -> None:
    import polars as pl

    if not folder.is_dir():
        raise UsageError(f"{folder}: {'is a file; name its directory' if folder.exists() else 'no such directory'}")
    found = [table for table in MODELS if store.parts(folder, table)]
    if not found:
        raise UsageError(f"{folder}: no tables lie here (nothing called <table>.parquet)")
    recipe = _recipe(folder)
    manifest = _json(folder / publish.MANIFEST, "identity")
    print(f"{folder}: {recipe.get('profile', 'a dataset without a recipe')}")
    if recipe:
        print(f"  seed {recipe['seed']}, {recipe['days']} days up to {recipe['as_of']}")
    print(f"  identity {manifest['identity'][:16]}" if manifest else "  no manifest: unfinished, or only some tables")
    print(f"\n  {'table':22}{'rows':>12}{'size':>12}   {'key':20}  what")
    for table in found:
        files = store.parts(folder, table)
        rows = store.scan(folder, table).select(pl.len()).collect().item()
        key = ", ".join(node.name for node in RECIPES[table].key)
        about = (MODELS[table].__doc__ or "").split("\n")[0]
        size = size_text(sum(path.stat().st_size for path in files))
        print(f"  {table:22}{rows:>12,}{size:>12}   {key:20}  {about}")
    if "weather_observations" in found:
        days = store.scan(folder, "weather_observations").select(first=pl.col("date").min(), last=pl.col("date").max())
        first, last = days.collect().row(0)
        print(f"\n  weather from {first} to {last}")
    if "documents" in found:
        moment = pl.col("ingestion").struct.field("received_at")
        first, last = store.scan(folder, "documents").select(first=moment.min(), last=moment.max()).collect().row(0)
        print(f"  deliveries from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC" if first else "  no deliveries")
    if recipe.get("scenarios"):
        print("\n  farmers by scenario")
        names = _names(folder) if "farmers" in found else {}
        for scenario, ids in recipe["scenarios"].items():
            shown = ", ".join(f"{farmer} {names.get(farmer, '')}".strip() for farmer in ids[:_EXAMPLES])
            more = f", and {len(ids) - _EXAMPLES:,} more" if len(ids) > _EXAMPLES else ""
            print(f"    {scenario} ({len(ids):,}): {shown}{more}")
    print(f"\n{NOTICE}")


def _names(folder: Path) -> dict[str, str]:
    import polars as pl

    frame = store.scan(folder, "farmers").select("id", pl.concat_str("first_name", "last_name", separator=" "))
    return dict(frame.collect().iter_rows())


def _json(path: Path, *keys: str) -> dict[str, Any]:
    """An object that has these keys, or an empty one where there is no file. Raises `DataError`."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DataError(f"{path}: not valid JSON: {error}") from None
    if not isinstance(found, dict):
        raise DataError(f"{path}: an object is expected, not {type(found).__name__}")
    missing = [key for key in keys if key not in found]
    if missing:
        raise DataError(f"{path}: lacks {', '.join(missing)}")
    return found


def _recipe(folder: Path) -> dict[str, Any]:
    return _json(folder / publish.RECIPE, "profile", "seed", "as_of", "days", "scenarios")


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Tell damage that Polars meets by the file's name. Raises `DataError`."""
    import polars as pl

    try:
        yield
    except pl.exceptions.PolarsError as error:
        for table in MODELS:
            for _ in store.batches(store.parts(folder, table), 65_536):
                pass
        raise DataError(f"{folder}: cannot be read: {first_line(error)}") from None


def write_plots(folder: Path, into: Path) -> None:
    """The data of DVC's plots, as CSV in `plots/` of the directory `into`.

    Rows per table, primary percentage by scenario, rain by month.
    """
    target = into / publish.PLOTS_FOLDER
    target.mkdir(exist_ok=True)
    with reading(folder):
        frames = (_rows(folder), _quality(folder), _rain(folder))
    for name, frame in zip(publish.PLOTS, frames, strict=True):
        frame.write_csv(target / f"{name}.csv")


def _rows(folder: Path) -> pl.DataFrame:
    import polars as pl

    counts = [store.scan(folder, table).select(rows=pl.len()) for table in MODELS]
    return pl.DataFrame({"table": list(MODELS)}).hstack(pl.concat(pl.collect_all(counts)))


def _quality(folder: Path) -> pl.DataFrame:
    """Mean primary percentage of the deliveries of every fortnight, by scenario."""
    import polars as pl

    scenarios = _recipe(folder)["scenarios"]
    who = pl.LazyFrame(
        [(farmer, scenario) for scenario, ids in scenarios.items() for farmer in ids],
        schema={"farmer_id": pl.String, "scenario": pl.String},
        orient="row",
    )
    return (
        store.scan(folder, "documents")
        .select(
            pl.col("linkage_fields").struct.field("farmer_id"),
            date=(pl.col("ingestion").struct.field("received_at") + pl.duration(hours=3)).dt.date(),
            primary=pl.col("extracted_fields").struct.field("bag_summary").struct.field("primary_percentage"),
        )
        .join(who, on="farmer_id", how="left")
        .group_by(pl.col("date").dt.truncate("2w"), pl.col("scenario").fill_null("others"))
        .agg(primary_percentage=(pl.col("primary") * 10).round().cast(pl.Int64).mean() / 10)
        .with_columns(pl.col("primary_percentage").round(1))
        .sort("date", "scenario")
        .collect()
    )


def _rain(folder: Path) -> pl.DataFrame:
    """Millimetres per month and region."""
    import polars as pl

    return (
        store.scan(folder, "weather_observations")
        .group_by(pl.col("date").dt.strftime("%Y-%m").alias("month"), "region_id")
        .agg(
            rain_mm=((pl.col("precipitation_mm") * 10).round().cast(pl.Int64).sum() / 10).round(1),
            days=pl.len(),
        )
        .sort("month", "region_id")
        .collect()
    )


def validation_text(found: Report) -> str:
    """What a validation found, as JSON: rows per table, violations per rule, and the rules that were skipped."""
    told = {
        "ok": found.ok,
        "rows": found.rows,
        "violations": {rule: result.count for rule, result in found.results.items() if not result.skipped},
        "skipped": found.skipped,
    }
    return json.dumps(told, indent=2) + "\n"
