"""Datasets of other shapes than the profiles', and validation that keeps every finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.checks import keys, references, report, run, scan
from pipeline.profile import load_profile


@pytest.fixture(scope="session")
def crowd_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`demo` with 1,000 farmers: enough for shares."""
    out = tmp_path_factory.mktemp("data") / "crowd"
    build(load_profile("demo", changes=["farmers.count=1000"]), out)
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


@pytest.fixture(autouse=True)
def _all_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports keep all findings, not the first few of each rule."""
    for module in (report, run, scan, keys, references):
        for name in ("SHOWN", "KEPT"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, 1_000_000)
