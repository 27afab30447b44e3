from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from demo_data.build import generator_version
from demo_data.tea import DOMAIN
from tests.golden.refresh import COMMAND, GOLDEN, pinned, version

PINNED = json.loads(GOLDEN.read_text(encoding="utf-8"))
CHANGED = (
    "Published values have changed. If so meant: raise the version in pyproject.toml, name it in CHANGELOG.md, "
    f"then `{COMMAND}`."
)


@pytest.mark.parametrize("table", DOMAIN.models)
def test_content(table: str, minimal_dir: Path) -> None:
    """`minimal`'s values are those of the pinned version, table by table."""
    found = pinned(json.loads((minimal_dir / "snapshot.json").read_text()))

    assert found["tables"][table] == PINNED["tables"].get(table), CHANGED


@pytest.mark.parametrize("table", DOMAIN.models)
def test_schema(table: str, minimal_dir: Path) -> None:
    """A table's schema is that of the pinned schema version."""
    found = pinned(json.loads((minimal_dir / "snapshot.json").read_text()))
    told = f"The schema has changed: raise the domain's schema_version, name it in CHANGELOG.md, then `{COMMAND}`."

    assert found["schema"] == PINNED["schema"], f"The schema version has changed: `{COMMAND}`"
    assert found["tables"][table]["schema"] == PINNED["tables"].get(table, {}).get("schema"), told


def test_identity(minimal_dir: Path) -> None:
    """`minimal`'s identity is that of the pinned version."""
    assert json.loads((minimal_dir / "snapshot.json").read_text())["identity"] == PINNED["identity"], CHANGED


def test_version() -> None:
    """The pinned hashes are those of the version in pyproject.toml, which is the installed one."""
    assert PINNED["version"] == version(), f"The version has changed: `{COMMAND}`"
    assert generator_version() == version()


def test_all_tables_are_pinned() -> None:
    """Every table is pinned, by a SHA-256."""
    assert list(PINNED["tables"]) == list(DOMAIN.models)
    assert all(re.fullmatch("[0-9a-f]{64}", table["content"]) for table in PINNED["tables"].values())
