"""What a test is told that cannot have its snapshot."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.testing.runs import COUNT, configured, failure, git, ran
from tests.versions.changing import flip


def test_missing(there: pytest.Pytester, repository: Path) -> None:
    """Where the data is not on this machine, the test fails with the commands that bring it."""
    bare = there.path / "bare"
    git(there.path, "clone", "--quiet", str(repository), str(bare))
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.0.0", demo_data_repo="bare")
    told = failure(ran(there))

    assert f"demo-data snapshot fetch demo@v1.0.0 --repo {bare}" in told
    assert "--demo-data-fetch" in told


def test_unknown_version(there: pytest.Pytester, repository: Path) -> None:
    """A version that does not exist is told with the nearest."""
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.9.0", demo_data_repo=repository)
    told = failure(ran(there))

    assert "no tag demo@v1.9.0; nearest: demo@v1.0.0" in told
    assert "demo_data_repo" not in told


def test_no_repository(there: pytest.Pytester) -> None:
    """Where no repository is named and there is none, the test says how to name one."""
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="demo@v1.0.0")
    told = failure(ran(there))

    assert f"{there.path}: not a git repository" in told
    assert "demo_data_repo =" in told


def test_damaged(there: pytest.Pytester, demo_dir: Path) -> None:
    """Damaged files are named, in every test that asks for them."""
    own = shutil.copytree(demo_dir, there.path / "data")
    flip(own / "farmers.parquet")
    there.makepyfile(COUNT)
    configured(there, demo_data_snapshot="data")

    assert failure(ran(there)).startswith(f"{own}/farmers.parquet: damaged: its SHA-256 is not the manifest's\n")


def test_nothing_named(there: pytest.Pytester) -> None:
    """Where no snapshot is named, the test says how to name one."""
    there.makepyfile(COUNT)

    assert '@pytest.mark.demo_snapshot("demo@v1.0.0") at the test, or demo_data_snapshot = ' in failure(ran(there))


@pytest.mark.sample(1)
@pytest.mark.parametrize("given", ["", "1", "'a', 'b'", "'a', rev='b'"])
def test_odd_marks(given: str, there: pytest.Pytester) -> None:
    """A mark that names no snapshot, or something else besides, is told."""
    there.makepyfile(f"import pytest\n\n@pytest.mark.demo_snapshot({given})\ndef test_it(demo_snapshot): pass\n")

    assert "@pytest.mark.demo_snapshot takes a version or a directory, and repo=...: not" in failure(ran(there))
