"""Runs of pytest with the plugin, in processes of their own, from directories of their own."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

LOADED = () if entry_points(group="pytest11", name="demo-data") else ("-p", "demo_data.testing")
"""How a run finds the plugin where the installed package does not tell of it yet."""

LEFT_OUT = ("-p", "no:cacheprovider", "-p", "no:hydra_pytest", "-p", "no:hypothesispytest")
"""Plugins that no run here needs; the last two take their time to load."""

COUNT = """
    def test_farmers(demo_snapshot):
        assert demo_snapshot.rows["farmers"] == 50
"""


def git(folder: Path, *arguments: str) -> None:
    told = ("-c", "user.name=Tea", "-c", "user.email=tea@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *told, *arguments], check=True, capture_output=True)


def configured(there: pytest.Pytester, **options: object) -> None:
    lines = "".join(f"{name} = {str(value).lower() if value is True else value}\n" for name, value in options.items())
    there.makeini(f"[pytest]\naddopts = --strict-markers --strict-config\nfilterwarnings = error\n{lines}")


def ran(there: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return there.runpytest_subprocess(*LOADED, *LEFT_OUT, *arguments)


def failures(result: pytest.RunResult) -> dict[str, str]:
    """What a run says of its tests, none of which could be set up: no line of any program among it."""
    text = result.stdout.str()
    found = dict(
        re.findall(
            r"^_+ ERROR at setup of (\w+) _+$\n(.*?)(?=^_+ ERROR at|^=+ short test summary)",
            text,
            re.DOTALL | re.MULTILINE,
        )
    )
    result.assert_outcomes(errors=len(found))
    for told in found.values():
        assert "Traceback" not in told
        assert ".py:" not in told
    return found


def failure(result: pytest.RunResult) -> str:
    """What a run says of its only test, which could not be set up."""
    (told,) = failures(result).values()
    return told
