"""What a change of recipe or profile leaves as it was."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from demo_data.engine.assemble import assemble
from demo_data.recipes.calendar import first_day
from demo_data.recipes.columns import Array, Noise
from demo_data.recipes.distributions import Chance, Normal, Uniform, Unit, Weighted
from demo_data.recipes.recipe import Recipe
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN
from tests.worlds import RECIPES, TABLES, changed, make, published


def flat(table: pa.Table) -> pa.Table:
    """Structs taken apart: a column for every leaf."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def with_more_columns() -> dict[str, Recipe]:
    """All recipes, each with more columns of every kind, some before and some after the ones that it had."""

    def noisy(rows: Array, noise: Noise) -> Array:
        return noise.normal("noisy", rows) + noise.bits("another", rows)

    found = {}
    for name, recipe in RECIPES.items():
        twin = copy.copy(recipe)
        twin.columns, twin.drawn = {}, dict(recipe.drawn)
        twin.draw("new_before", Unit())
        twin.columns |= recipe.columns
        twin.draw("new_uniform", Uniform(0, 9))
        twin.draw("new_normal", Normal())
        twin.derive("noisy")(noisy)
        found[name] = twin
    return found


def test_more_columns_change_no_other() -> None:
    """New columns in every table, asked for first, leave every published column as it was."""
    domain = replace(DOMAIN)
    vars(domain)["recipes"] = with_more_columns()
    world = make(domain)
    for name in TABLES:
        block = world.rows(name, 0, world.count(name))
        for column in ("new_before", "new_uniform", "new_normal", "noisy"):
            assert len(block) == len(block[column])
        table = assemble(block).cast(arrow_schema(RECIPES[name].model))
        assert published(make(), name) == table, name


def settable(name: str) -> Iterator[tuple[str, dict[str, float] | float]]:
    """A table's settings, each with a value that is not its own."""
    for column, distribution in RECIPES[name].drawn.items():
        if isinstance(distribution, Weighted):
            yield column, {word: 100.0 * (word == list(distribution.weights)[-1]) for word in distribution.weights}
        elif isinstance(distribution, Chance):
            yield column, 100.0 - distribution.percent


@pytest.mark.parametrize(
    ("column", "value", "moved"),
    [
        ("notification_channel", {"whatsapp": 100}, {"notification_channel", "updated_at"}),
        ("interaction_pref", {"voice": 100}, {"interaction_pref", "updated_at"}),
        ("pref_lang", {"en": 100}, {"pref_lang"}),
        ("grower", 0, {"grower_number"}),
        ("has_email", 100, {"contact.email"}),
        ("farm_scale", {"estate": 100}, {"farm_scale", "farm_size_hectares"}),
        ("gender", {"male": 100}, {"first_name", "last_name", "contact.email"}),
        ("quality", {"reject": 100}, set()),
        ("two_points", 100, set()),
    ],
)
def test_a_setting_moves_only_its_own(column: str, value: object, moved: set[str]) -> None:
    """Another distribution of one column changes what follows from it, and no other column of the farmers."""
    before, after = (
        flat(published(world, "farmers")) for world in (make(), make(**changed(f"farmers.{column}", value)))
    )

    assert moved == {name for name in before.column_names if before[name] != after[name]}


@pytest.mark.parametrize("table", ["factories", "collection_points", "farmers", "documents"])
def test_every_setting_is_heard(table: str) -> None:
    """Each distribution that a profile may set changes something when it is set."""
    whole = {name: published(make(), name) for name in TABLES}
    heard = dict(settable(table))
    for column, value in heard.items():
        world = make(**changed(f"{table}.{column}", value))
        assert any(published(world, name) != whole[name] for name in TABLES[::-1]), column
    assert heard or table == "regions"


@pytest.mark.parametrize(("days", "longer"), [(90, 180), (30, 31), (365, 800)])
def test_longer_history_keeps_the_weather(days: int, longer: int) -> None:
    """A longer history only adds older days: those already there are as they were."""
    short, long = make(days=days), make(days=longer)
    first = first_day(short.settings)
    block = long.rows("weather_observations", 0, long.count("weather_observations"))
    kept = pa.array(np.flatnonzero(block["day"] >= first))

    assert published(short, "weather_observations") == published(long, "weather_observations").take(kept)


@pytest.mark.parametrize(("days", "longer"), [(90, 180), (30, 31), (365, 800)])
def test_longer_history_keeps_the_deliveries(days: int, longer: int) -> None:
    """A longer history changes nothing of a delivery already there but its number, and the ids that hold it."""
    short, long = make(days=days), make(days=longer)
    first = first_day(short.settings)
    block = long.rows("documents", 0, long.count("documents"))
    kept = pa.array(np.flatnonzero(block["day"] >= first))
    numbered = ["document_id", "raw_document.blob_path"]
    before = flat(published(short, "documents")).drop_columns(numbered)
    after = flat(published(long, "documents")).drop_columns(numbered)

    assert before == after.take(kept)
    assert before.num_rows < after.num_rows


@pytest.mark.parametrize("name", ["grading_models", "source_configs", "regions", "factories", "farmers"])
def test_longer_history_keeps_the_people(name: str) -> None:
    """Within a year, the length of the history changes nothing but weather, documents and performance."""
    assert published(make(days=90), name) == published(make(days=300), name)


def test_more_farmers_keep_the_first_ones() -> None:
    """With more farmers, a farmer keeps all that does not come from the point, and the names in the same region."""
    few, many = (
        flat(published(make(regions__count=1, farmers__count=count, farmers__scenarios={}), "farmers", 0, 50))
        for count in (50, 900)
    )
    by_point = {f"farm_location.{part}" for part in ("latitude", "longitude", "altitude_meters")} | {"contact.address"}
    by_point |= {"registration_date", "created_at", "updated_at", "national_id", "grower_number"}  # the turn there

    assert by_point == {name for name in few.column_names if few[name] != many[name]}


def test_more_regions_keep_the_first_ones() -> None:
    """A profile with more regions has the same first ones, with the same weather."""
    one, three = make(regions__count=1), make(regions__count=3)
    weather = published(three, "weather_observations")

    assert published(one, "regions") == published(three, "regions", 0, 1)
    assert published(one, "weather_observations") == weather.take(list(range(0, 270, 3)))
