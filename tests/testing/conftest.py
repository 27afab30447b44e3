"""Somebody else's tests, and the repository that their snapshot comes from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.running import ROOT
from tests.testing.runs import git


@pytest.fixture(scope="module")
def repository(demo_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the version demo@v1.0.0, whose data lies in its working tree. Read only."""
    root = tmp_path_factory.mktemp("upstream")
    shutil.copytree(demo_dir, root / "data" / "demo")
    (root / ".gitignore").write_text("/data/demo/*\n!/data/demo/snapshot.json\n")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "Data")
    git(root, "tag", "-a", "demo@v1.0.0", "-m", "First")
    return root


@pytest.fixture
def there(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A directory of somebody else's tests, with an empty cache."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("DEMO_DATA_CACHE", str(pytester.path / "cache"))
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return pytester
