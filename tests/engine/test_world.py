from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo_data.engine.assemble import assemble
from demo_data.engine.world import World
from demo_data.profile import load_profile
from demo_data.schema.arrow import arrow_schema
from demo_data.tea import DOMAIN
from tests.worlds import TABLES, make, published


@cache
def small() -> World:
    """Kept over all examples: whole parent tables are made once."""
    return make()


@cache
def whole(name: str) -> pa.Table:
    return published(make(), name)


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=15)
@given(data=st.data())
def test_any_cut(name: str, data: st.DataObject) -> None:
    """Rows [0, n) are rows [0, k) and [k, n) for any k: a range can be made alone."""
    n = small().count(name)
    k = data.draw(st.integers(1, n - 1))
    parts = [published(small(), name, 0, k), published(small(), name, k, n)]

    assert whole(name) == pa.concat_tables(parts)


@pytest.mark.parametrize("name", TABLES)
def test_row_by_row(name: str) -> None:
    """Rows made one by one, last first, each in a world of its own kind, are the table."""
    n = min(small().count(name), 12)
    parts = [published(small(), name, row, row + 1) for row in reversed(range(n))]

    assert published(small(), name, 0, n) == pa.concat_tables(parts[::-1])


@pytest.mark.parametrize("name", TABLES)
def test_empty_range(name: str) -> None:
    """A range of no rows has none, wherever it lies."""
    assert published(make(), name, 0, 0).num_rows == 0
    assert published(make(), name, 1, 1).num_rows == 0


@pytest.mark.parametrize("name", TABLES)
@settings(deadline=None, max_examples=5)
@given(data=st.data())
def test_order_of_asking(name: str, data: st.DataObject) -> None:
    """The order in which columns are asked for changes none of them."""
    world = make()
    block = world.rows(name, 0, world.count(name))
    for column in data.draw(st.permutations(list(DOMAIN.recipes[name].columns))):
        block[column]

    assert whole(name) == assemble(block).cast(arrow_schema(DOMAIN.recipes[name].model))


@pytest.mark.parametrize("seed", [0, 1, 2**63 - 1])
def test_seed(seed: int) -> None:
    """The seed decides the farmers; the same seed gives the same ones."""
    ours = published(make(seed=seed), "farmers")

    assert ours == published(make(seed=seed), "farmers")
    assert ours != published(make(seed=seed ^ 6), "farmers")


@pytest.mark.parametrize("name", TABLES)
def test_published_columns_have_a_source(name: str) -> None:
    """Every published column is drawn, derived or read from reference rows."""
    recipe = DOMAIN.recipes[name]
    assert recipe.reference is not None or {node.path for node in recipe.published} <= set(recipe.columns)


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", TABLES)
def test_every_column_can_be_made(name: str) -> None:
    """Each column that a recipe states, latent ones too, can be asked for alone."""
    n = make().count(name)
    for column in DOMAIN.recipes[name].columns:
        block = make().rows(name, 0, n)
        made: Any = block[column]
        values = getattr(made, "codes", getattr(made, "valid", made))
        rows = len(values.offsets) - 1 if hasattr(values, "offsets") and hasattr(values, "items") else len(values)
        assert len(block) == rows, column


def test_unknown_setting() -> None:
    """A setting that is not there is told with the one that was meant, also where others are changed."""
    world = World(DOMAIN, load_profile("demo")).but({"farmers.count": 3})
    assert world.count("farmers") == 3
    with pytest.raises(KeyError, match=r"no setting is called 'farmers.cuont'; did you mean 'farmers.count'"):
        _ = world.settings["farmers.cuont"]


def test_unknown_column() -> None:
    """Asking for a column that nobody states is an error that names table and column."""
    with pytest.raises(KeyError, match=r"farmers.*shoe_size"):
        make().rows("farmers", 0, 1)["shoe_size"]
