"""A second domain, by public API alone: its size, what it imports, its commands, its own tests and its stages."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.running import ROOT, environment

EXAMPLE = ROOT / "examples" / "dairy"
FACES = {"demo_data", *(f"demo_data.{name}" for name in ("faults", "objects", "recipes", "schema", "validation"))}
MOST_LINES = 300
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as somebody else's project."""
    folder = tmp_path_factory.mktemp("project") / "dairy"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*", "data"))
    shutil.copy(EXAMPLE / ".gitignore", folder)
    return folder


def done(project: Path, *arguments: str) -> str:
    """What a command of the project prints. It finds this Python's commands."""
    env = environment(PATH=f"{BIN}:/usr/bin:/bin", DVC_NO_ANALYTICS="1", DVC_SITE_CACHE_DIR=str(project / ".site"))
    result = subprocess.run(arguments, cwd=project, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_size() -> None:
    """A domain of five tables is small."""
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (EXAMPLE / "dairy").rglob("*.py"))
    assert lines <= MOST_LINES


def test_public_api() -> None:
    """It imports nothing but faces of the package."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (EXAMPLE / "dairy").rglob("*.py")]
    modules = {node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in modules if name and name.startswith("demo_data")} <= FACES


def test_commands(project: Path) -> None:
    """The README's commands do what it says, in its order."""
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```sh\n(.*?)^```$", readme, flags=re.DOTALL | re.MULTILINE)
    env = environment(PATH=f"{BIN}:/usr/bin:/bin")
    run = partial(subprocess.run, cwd=project, env=env, shell=True, capture_output=True, text=True, check=False)
    said = [run(line) for line in block.splitlines()]
    assert [result.returncode for result in said] == [0] * 7, [result.stderr for result in said]
    assert "0 broken, 0 skipped" in said[1].stdout
    assert "4 passed" in said[-1].stdout


@pytest.mark.full
def test_stages(project: Path) -> None:
    """Its dvc.yaml is the generator's, and `dvc repro` builds a whole dataset with it."""
    assert done(project, "demo-data", "dvc", "--print") == (EXAMPLE / "dvc.yaml").read_text(encoding="utf-8")
    done(project, "git", "init", "-q")
    done(project, "dvc", "init", "-q")
    done(project, "dvc", "repro", "-q")
    assert "0 broken, 0 skipped" in done(project, "demo-data", "validate", "data/small")
    assert done(project, "dvc", "status") == "Data and pipelines are up to date.\n"
