"""Datasets that many tests read, each built once per session. Read only: copy before changing anything."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.versions.write import finish

pytest_plugins = ["pytester", "tests.tiers"]

#: What makes programs print otherwise (pytest shortens no line where `CI` stands): no business of what a test starts.
_MANNERS = (
    *("BUILD_NUMBER", "CI", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LINES"),
    *("NO_COLOR", "PYTEST_ADDOPTS", "PY_COLORS"),
)


def pytest_configure() -> None:
    """Every test, and whatever it starts, runs under the same manners on every machine."""
    for name in _MANNERS:
        os.environ.pop(name, None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so shells start what runs in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def crowd_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`demo` with 1,000 farmers: enough for the rules on shares; Parquet alone."""
    out = tmp_path_factory.mktemp("data") / "crowd"
    build(load_profile("demo", changes=["farmers.count=1000"]), out, json_form=False)
    return out


@pytest.fixture(scope="session")
def year_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five regions over more than a year, another last day, other ids, many farmers idle; Parquet alone."""
    changes = [
        "days=400",
        "regions.count=5",
        "farmers.count=120",
        "farmers.id_prefix=TEA-",
        "farmers.is_active=80",
        "farmers.scenarios={top_performer: 9, inactive: 4, improving_trend: 6, declining_trend: 5}",
    ]
    out = tmp_path_factory.mktemp("data") / "year"
    build(load_profile("demo-large", seed=99, changes=changes), out, json_form=False)
    return out
