"""A dataset to compare `demo` with."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from demo_data.build import build
from demo_data.compare import Difference, diff
from demo_data.profile import load_profile
from tests.compare.edits import read, write


@pytest.fixture(scope="session")
def other_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`demo` of another seed: Parquet and recipe, with neither manifest nor JSON."""
    out = tmp_path_factory.mktemp("data") / "other"
    build(load_profile("demo", seed=2), out, json_form=False)
    return out


@pytest.fixture(scope="session")
def seeds(demo_dir: Path, other_dir: Path) -> Difference:
    """`demo` with two seeds."""
    return diff(demo_dir, other_dir)


@pytest.fixture
def edited_dir(demo_dir: Path, tmp_path: Path) -> Path:
    """`demo`'s farmers and factories: one value changed, one row gone, one column added."""
    _, records = read(demo_dir, "farmers")
    schema = pq.read_schema(demo_dir / "farmers.parquet")
    write(
        tmp_path / "edited", "farmers", schema, [*records[:4], records[4] | {"pref_lang": "x|y\n`<b>`"}, *records[6:]]
    )
    table = pq.read_table(demo_dir / "factories.parquet")
    pq.write_table(
        table.append_column("tall", pa.array([True] * table.num_rows)), tmp_path / "edited" / "factories.parquet"
    )
    return tmp_path / "edited"
