"""A dataset with enough farmers for the rules on shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.profile import load_profile


@pytest.fixture(scope="session")
def crowd_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`demo` with 1,000 farmers."""
    out = tmp_path_factory.mktemp("data") / "crowd"
    build(load_profile("demo", changes=["farmers.count=1000"]), out, json_form=False)
    return out
