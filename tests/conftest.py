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


def _bare(name: str, tmp_path_factory: pytest.TempPathFactory, *changes: str, seed: int | None = None) -> Path:
    """`demo-large` without scenarios, otherwise; Parquet alone."""
    out = tmp_path_factory.mktemp("data") / name
    build(load_profile("demo-large", seed=seed, changes=["farmers.scenarios={}", *changes]), out, json_form=False)
    return out


def _counts(regions: int, factories: int, points: int, farmers: int) -> list[str]:
    tables = {"regions": regions, "factories": factories, "collection_points": points, "farmers": farmers}
    return [f"{table}.count={count}" for table, count in tables.items()]


@pytest.fixture(scope="session")
def country_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight factories with 200 farmers and more each, for a quarter: enough for the rules on how factories differ."""
    return _bare("country", tmp_path_factory, "days=100", *_counts(4, 8, 40, 1800))


@pytest.fixture(scope="session")
def hillside_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One factory whose farmers are enough for the rule on altitude."""
    return _bare("hillside", tmp_path_factory, "days=45", *_counts(1, 1, 12, 7400), seed=14)


@pytest.fixture(scope="session")
def factory_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One factory of 230 farmers over more than a year."""
    return _bare("factory", tmp_path_factory, "days=370", *_counts(1, 1, 4, 230))


@pytest.fixture(scope="session")
def season_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four regions over eleven months: long enough to show the season, too short for the crop by month."""
    return _bare("season", tmp_path_factory, "days=330", "farmers.count=120")


@pytest.fixture(scope="session")
def years_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen farmers in four regions over sixteen years."""
    return _bare("years", tmp_path_factory, "days=5900", *_counts(4, 4, 8, 12))
