"""A Data Package descriptor, read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.versions.oracle import Rows, rows_of


def read_json(folder: Path, name: str = "datapackage.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / name).read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def descriptor(demo_dir: Path) -> dict[str, Any]:
    return read_json(demo_dir)


@pytest.fixture(scope="module")
def rows(demo_dir: Path) -> Rows:
    return rows_of(demo_dir)


@pytest.fixture(scope="module")
def schemas(descriptor: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {resource["name"]: resource["schema"] for resource in descriptor["resources"]}
