"""The packages that a version was made with, as its lock file and this environment have them."""

from __future__ import annotations

from importlib.metadata import distributions, metadata, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from demo_data.versions import environment
from tests.running import ROOT


def test_core_packages() -> None:
    """The locked packages that are needed are those that the installed ones require of each other, extras aside."""
    here = {"extra": ""}
    needed: set[str] = set()
    left = [Requirement(line) for line in requires("demo-data") or ()]
    while left:
        one = left.pop()
        name = one.name.lower().replace("_", "-")
        if name not in needed and (one.marker is None or one.marker.evaluate(here)):
            needed.add(name)
            left += [Requirement(line) for line in requires(name) or ()]
    found = {each.name: each for each in environment.core_packages(ROOT)}

    assert needed <= set(found)
    assert set(found) - needed <= {"tzdata", "colorama", "exceptiongroup"}, "for other systems"
    assert {version(name) for name in needed} <= {each.version for each in environment.core_packages(ROOT)}
    assert all("--hash=sha256:" in each.lines and "#" not in each.lines for each in found.values())


def test_differing() -> None:
    """A package in another version than the locked one is told; one that is not installed is for another system."""
    packages = [
        environment.Package("polars", version("polars"), "", frozenset()),
        environment.Package("numpy", "1.0", "", frozenset()),
        environment.Package("numpy", "1.1", "", frozenset()),
        environment.Package("pywin32", "3", "", frozenset()),
    ]

    assert environment.differing(packages) == [f"numpy {version('numpy')} instead of 1.0 or 1.1"]


def test_metadata(tmp_path: Path) -> None:
    """What is written for a project that is not installed is what its installation tells."""
    environment.write_metadata(ROOT, tmp_path)

    (found,) = distributions(path=[str(tmp_path)])
    for key in ("Name", "Version", "Summary", "License-Expression", "Keywords"):
        assert found.metadata[key] == metadata("demo-data")[key]
