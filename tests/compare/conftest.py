"""A dataset to compare `demo` with."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile


@pytest.fixture(scope="session")
def other_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`demo` of another seed: Parquet and recipe, with neither manifest nor JSON."""
    out = tmp_path_factory.mktemp("data") / "other"
    build(load_profile("demo", seed=2), out, json_form=False)
    return out
