"""Projects that do not use the plugin, or have names like ours: it stays out of their way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import demo_data.testing
from tests.running import ROOT
from tests.testing.runs import configured, ran

# Projects that do not use it


@pytest.mark.sample(1)
@pytest.mark.parametrize("name", ["pipeline/__init__.py", "pipeline.py"])
@pytest.mark.parametrize("options", [{}, {"demo_data_factories": True}])
def test_own_package_called_pipeline(name: str, options: dict[str, bool], there: pytest.Pytester) -> None:
    """A project whose own package is called `pipeline`, as our source root is, has that and our fixtures too."""
    (there.path / name).parent.mkdir(exist_ok=True)
    (there.path / name).write_text("VALUE = 7\n")
    there.makepyfile(
        """
        import pipeline

        def test_own(): assert pipeline.VALUE == 7
        def test_ours(demo_registry, region_factory): assert region_factory.build().region_id
        """
    )
    configured(there, pythonpath=".", **options)

    ran(there).assert_outcomes(passed=2)


def test_parts_that_do_not_load(there: pytest.Pytester) -> None:
    """Where a library that it needs is broken, tests that need none run, and the others say so."""
    there.makeconftest("import sys\n\nsys.modules['pydantic'] = None")
    there.makepyfile("def test_own(): pass\ndef test_ours(demo_registry): pass\n")
    result = ran(there)

    result.assert_outcomes(passed=1, errors=1)
    assert "\ndemo-data's fixtures cannot be had: ModuleNotFoundError: import of pydantic" in result.stdout.str()


def test_names_of_others(there: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody asks for more, all that it brings is named after it: other plugins' fixtures stay theirs."""
    there.makepyfile(
        other="""
        import pytest

        @pytest.fixture
        def snapshot(): return "other"

        @pytest.fixture
        def farmer_factory(): return "other"
        """,
        test_it="def test_it(snapshot, farmer_factory): assert snapshot == farmer_factory == 'other'\n",
    )
    configured(there)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{there.path}")
    ran(there, "-p", "other").assert_outcomes(passed=1)
    told = ran(there, "--fixtures").stdout.str()

    own = re.findall(r"^(\w+)(?: \[.*\])? -- .*demo_data.testing\.py", told, re.MULTILINE)
    assert sorted(own) == ["demo_registry", "demo_snapshot", "demo_snapshots", "demo_world"]


@pytest.mark.soak  # it is downloaded
def test_beside_syrupy(there: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Syrupy's `snapshot` works beside it."""
    uv, place = Path(sys.executable).parent / "uv", there.path / "site"
    subprocess.run([uv, "pip", "install", "--quiet", "--no-deps", "--target", place, "syrupy"], check=True)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{place}")
    there.makepyfile("def test_it(snapshot): assert {'a': 1} == snapshot\n")

    ran(there, "--snapshot-update").assert_outcomes(passed=1)
    ran(there).assert_outcomes(passed=1)


def test_cost_where_unused(there: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that uses none of it loads nothing for it: no library, and nothing of the package."""
    there.makepyfile(
        """
        import sys

        def test_it():
            assert "demo_data.testing" in sys.modules
            assert not [name for name in sys.modules if name.startswith("demo_data.")
                        and name not in {"demo_data.testing", "demo_data.common", "demo_data.common.lazy",
                                         "demo_data.common.faker_locale"}]
            heavy = {"polars", "pyarrow", "numpy", "pydantic", "faker", "polyfactory", "dvc", "yaml"}
            assert not heavy & set(sys.modules)
        """
    )

    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    there.runpytest_subprocess("-p", "demo_data.testing").assert_outcomes(passed=1)


def test_entry_point() -> None:
    """The package tells pytest where the plugin is."""
    told = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert f'[project.entry-points.pytest11]\ndemo-data = "{demo_data.testing.__name__}"\n' in told
