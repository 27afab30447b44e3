"""No trace of one machine, and every package pinned."""

from __future__ import annotations

import re

import pytest

from tests.running import ROOT, tracked

TEXT = (".py", ".toml", ".yaml", ".yml", ".md", ".lock", ".json", ".csv", ".cfg", ".sh", ".ipynb", ".txt", "Makefile")
REGISTRIES = re.compile(r"py[p]i\.|python[h]osted|artifact[o]ry|/simpl[e]/|index-ur[l]\s*=")
MACHINE = re.compile(r"(?<![\w.])/(?:[r]oot|[h]ome|[U]sers|[w]ork)/\w|[A-Z]:\\\\Users")


@pytest.mark.parametrize("rule", ["registry", "machine"])
def test_no_trace_of_a_machine(rule: str) -> None:
    """No file names the host of a package registry, or an absolute path of somebody's machine."""
    pattern = {"registry": REGISTRIES, "machine": MACHINE}[rule]
    found = [
        f"{name}: {match.group()}"
        for name in tracked()
        if name.endswith(TEXT)
        for match in pattern.finditer((ROOT / name).read_text(encoding="utf-8"))
    ]

    assert found == []


def test_lock_has_hashes() -> None:
    """Every locked package is pinned to a version and carries hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())

    assert len(packages) > 50
    for package in packages:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==", package), package[:60]
        assert "--hash=sha256:" in package, package[:60]
