"""The farmers of a dataset as its page shows them, and which of them it shows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa

from demo_data.dataset import layout, store
from demo_data.export.page.views import Dataset
from demo_data.schema.arrow import arrow_schema
from demo_data.schema.record import Entity
from demo_data.tea.farmers.model import Farmer
from demo_data.tea.performance.model import FarmerPerformance
from demo_data.tea.points.model import CollectionPoint

MOST = 2_000
"""Of more farmers than that the page shows a sample."""

PER_STORY = 100
"""So many of each story are in the sample, where as many show it."""

NO_STORY = "none"

_FARMER = {
    "key": "id",
    "region": "region_id",
    "lat": "farm_location.latitude",
    "lng": "farm_location.longitude",
    "hectares": "farm_size_hectares",
    "scale": "farm_scale",
}
_PERFORMANCE = {
    "key": "farmer_id",
    "kg": "historical.total_kg_year",
    "yield": "historical.yield_kg_per_hectare_year",
    "quality": "historical.primary_percentage_year",
    "trend": "historical.improvement_trend",
}


def columns(folder: Path, model: type[Entity], paths: dict[str, str], among: pl.Series | None = None) -> pl.DataFrame:
    """Columns of a table by the names that they get here: all rows, or those with a `key` among some."""
    named = {old: new for new, old in paths.items()}
    frames = (frame.rename(named) for frame in store.columns(folder, model, *paths.values()))
    chosen = [frame.filter(pl.col("key").is_in(among.implode())) if among is not None else frame for frame in frames]
    return pl.concat(chosen, rechunk=True) if chosen else _empty(model).select(*paths.values()).rename(named)


def _empty(model: type[Entity]) -> pl.DataFrame:
    """No rows, in the columns of a table by their paths."""
    flat = arrow_schema(model).empty_table()
    while any(pa.types.is_struct(kind) for kind in flat.schema.types):
        flat = flat.flatten()
    return pl.DataFrame(pl.from_arrow(flat)).with_columns(pl.col(pl.Categorical).cast(pl.String))


def farms(dataset: Dataset) -> pl.DataFrame:
    """A row a farmer's key, in the table's order: who, where, the story of the last season, and how the last year went.

    `yield` is in kilograms per hectare, `quality` in percent of primary leaves; null for who has delivered nothing.
    """
    told = [(key, name) for name, keys in _stories(dataset).items() for key in keys]
    story = pl.DataFrame(told, schema={"key": pl.String, "story": pl.String}, orient="row")
    done = columns(dataset.folder, FarmerPerformance, _PERFORMANCE).with_columns(
        pl.when(pl.col("kg") > 0).then(pl.col("yield", "quality"))
    )
    every = first(columns(dataset.folder, Farmer, _FARMER))
    return joined(joined(every, done), story).with_columns(pl.col("story").fill_null(NO_STORY))


def first(rows: pl.DataFrame, on: str = "key") -> pl.DataFrame:
    """The first row of each key, in their order: data that is at fault may have others."""
    return rows.unique(on, keep="first", maintain_order=True)


def joined(rows: pl.DataFrame, more: pl.DataFrame, on: str = "key") -> pl.DataFrame:
    """Rows, as many and in their order, with what the first row of their key in another table tells."""
    return rows.join(first(more, on), on=on, how="left", maintain_order="left")


def shown(every: pl.DataFrame) -> pl.DataFrame:
    """The farmers that the page shows, in the table's order: all, or some of each story and every so-many-th other."""
    if every.height <= MOST:
        return every
    numbered = every.with_row_index("row")
    some = [
        group.gather_every(max(1, group.height // PER_STORY)).head(PER_STORY)
        for (story,), group in numbered.group_by("story", maintain_order=True)
        if story != NO_STORY
    ]
    others = numbered.filter(pl.col("story") == NO_STORY)
    room = MOST - sum(group.height for group in some)
    some.append(others.gather_every(max(1, -(-others.height // room))))
    return pl.concat(some).sort("row").drop("row")


def note(rows: int, total: int) -> str:
    """What is told of a sample; nothing where all farmers are shown."""
    if rows == total:
        return ""
    return (
        f"{rows:,} of {total:,} farmers are shown: up to {PER_STORY} of each scenario, and evenly chosen others. "
        "The figures of regions, factories and collection points count them all."
    )


def enrolled(folder: Path) -> pl.DataFrame:
    """`point` and `key` for each farmer of each collection point, in the table's order."""
    pairs: list[pl.DataFrame] = []
    for batch in store.batches(
        [*layout.parts(folder, CollectionPoint.table)], 8192, CollectionPoint, ("id", "farmer_ids")
    ):
        frame = pl.DataFrame(pl.from_arrow(batch)).rename({"id": "point", "farmer_ids": "key"})
        pairs.append(frame.explode("key").drop_nulls())
    return pl.concat(pairs) if pairs else pl.DataFrame(schema={"point": pl.String, "key": pl.String})


def labels(folder: Path, shown: pl.DataFrame) -> pl.DataFrame:
    """The farmers with their names, as `label`."""
    names = columns(folder, Farmer, {"key": "id", "first": "first_name", "last": "last_name"}, shown["key"])
    label = names.select("key", label=pl.concat_str("first", "last", separator=" "))
    return joined(shown, label)


def _stories(dataset: Dataset) -> dict[str, list[str]]:
    seasons = dataset.recipe.seasons.get(Farmer.table)
    return seasons[-1].stories if seasons else {}


def stories(dataset: Dataset) -> tuple[str, ...]:
    """The names of the stories that farmers show in the last season, that of those who show none at the end."""
    return (*_stories(dataset), NO_STORY)


def places(keys: pl.Series, among: pl.Series) -> list[int | None]:
    """Where each key first stands among others; None where it does not."""
    at = {key: place for place, key in reversed([*enumerate(among)])}
    return [at.get(key) for key in keys]
