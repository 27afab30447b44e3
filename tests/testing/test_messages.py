"""What a test is told that cannot have its snapshot."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.testing.runs import COUNT, configured, failure, failures, git, ran
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


CANNOT = {  # the mark, what is told of it; {0} is a repository, {1} a damaged dataset, {2} where the tests lie
    "unknown": ('"demo@v1.9.0", repo={0!r}', "no tag demo@v1.9.0; nearest: demo@v1.0.0"),
    "no_repository": ('"demo@v1.0.0"', "{2}: not a git repository"),
    "how_to_name_one": ('"demo@v1.0.0"', "demo_data_repo ="),
    "damaged": ("{1!r}", "{1}/farmers.parquet: damaged: its SHA-256 is not the manifest's\n"),
    **{
        f"odd_{number}": (given, "@pytest.mark.demo_snapshot takes a version or a directory, and repo=...: not")
        for number, given in enumerate(("", "1", "'a', 'b'", "'a', rev='b'"))
    },
}


def test_marks(there: pytest.Pytester, repository: Path, demo_dir: Path) -> None:
    """A mark whose snapshot cannot be had, one that is none, and a test without: each is told with the remedy."""
    own = shutil.copytree(demo_dir, there.path / "data")
    flip(own / "farmers.parquet")
    names = (str(repository), str(own), str(there.path))
    tests = (
        f"@pytest.mark.demo_snapshot({mark.format(*names)})\ndef test_{name}(demo_snapshot): pass\n"
        for name, (mark, _) in CANNOT.items()
    )
    there.makepyfile("\n".join(["import pytest\n", *tests, "def test_nothing_named(demo_snapshot): pass\n"]))
    told = failures(ran(there))

    for name, (_, expected) in CANNOT.items():
        assert expected.format(*names) in told[f"test_{name}"]
    assert "demo_data_repo" not in told["test_unknown"]
    assert (
        '@pytest.mark.demo_snapshot("demo@v1.0.0") at the test, or demo_data_snapshot = ' in told["test_nothing_named"]
    )
    assert len(told) == len(CANNOT) + 1
