"""Datasets that many tests read, each built once per session. Read only: copy before changing anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.profile import load_profile
from pipeline.snapshot import finish


def _built(profile: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("data") / profile
    build(load_profile(profile), out, finish=finish)
    return out


@pytest.fixture(scope="session")
def minimal_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `minimal` dataset: Parquet, JSON, recipe, manifest."""
    return _built("minimal", tmp_path_factory)


@pytest.fixture(scope="session")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `demo` dataset: Parquet, JSON, recipe, manifest."""
    return _built("demo", tmp_path_factory)


@pytest.fixture(scope="session")
def demo_large_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `demo-large` dataset: Parquet, JSON, recipe, manifest."""
    return _built("demo-large", tmp_path_factory)
