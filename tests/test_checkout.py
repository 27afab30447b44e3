"""A checkout's data is made by its own code alone: another's is refused in it, in one line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.running import ROOT, called, environment, names, run

Call = Callable[..., tuple[int, str, str]]
WRITING = [
    ("build", "minimal", "--out"),
    ("json",),
    ("snapshot", "write"),
    ("validate", "data", "--report"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Another checkout of this project, as far as one can be seen to be one."""
    folder = tmp_path / "checkout"
    (folder / "pipeline").mkdir(parents=True)
    (folder / "pipeline" / "__main__.py").touch()
    (folder / "pyproject.toml").write_text('[project]\nname = "demo-data"\n')
    (folder / "data" / "demo").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
@pytest.mark.parametrize("here", ["", "data/demo"])
def test_refused(
    words: tuple[str, ...],
    here: str,
    checkout: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What would write is refused where one is in the checkout, at any depth, and where the place lies in it."""
    told = f"demo-data: {checkout} is a checkout of demo-data, and the code that runs is that of {ROOT / 'pipeline'}: "
    for place, target in ((checkout / here, checkout.parent / "out"), (checkout.parent, checkout / "data" / "new")):
        monkeypatch.chdir(place)
        code, out, err = called(capsys, *words, target)

        assert (code, out, err.count("\n")) == (2, "", 1)
        assert err.startswith(told)
        assert f"call `python pipeline ...` in {checkout}, or work outside of it" in err
    assert names(checkout / "data") == ["demo"]


@pytest.mark.parametrize("text", ['[project]\nname = "tea"\n', "no TOML = [", "", "[project]\n"])
def test_projects_of_others(
    text: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A project with a `pipeline` of its own is no checkout of ours."""
    (checkout / "pyproject.toml").write_text(text)
    monkeypatch.chdir(checkout)

    assert called(capsys, "build", "minimal", "--quiet", "--no-json")[0] == 0


def test_reading(checkout: Path, minimal_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: object) -> None:
    """What only reads is let be: a released version may look at a checkout's data."""
    monkeypatch.chdir(checkout)
    assert called(capsys, "validate", minimal_dir, "--quiet")[0] == 0  # type: ignore[arg-type]


def test_own(tmp_path: Path) -> None:
    """By a link to it, and from anywhere, this checkout's code works in it."""
    (tmp_path / "link").symlink_to(ROOT)
    program = "from demo_data.commands.checkout import require_own_code as check; from pathlib import Path; "
    program += f"check(Path({str(tmp_path / 'link' / 'data' / 'new')!r})); check(None)"
    for place in (ROOT / "tests", tmp_path / "link" / "docs", tmp_path):
        subprocess.run([sys.executable, "-c", program], cwd=place, env=environment(), check=True)


def test_worktrees_that_share_an_environment(tmp_path: Path) -> None:
    """In a worktree whose environment has another one's code, `python pipeline` runs the worktree's own, and writes."""
    tree = tmp_path / "worktree"
    shutil.copytree(ROOT / "pipeline", tree / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(ROOT / "pyproject.toml", tree)
    arguments = ["build", "minimal", "--table", "regions", "--out", str(tmp_path / "worktree" / "data" / "new")]
    refused = run(arguments, cwd=tree)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)

    for options, place in ([], tree), (["-P"], tmp_path):
        command = [sys.executable, *options, str(tree / "pipeline"), *arguments]
        subprocess.run(command, cwd=place, env=environment(), check=True)
    assert "regions.parquet" in names(tree / "data" / "new")


def test_packages_missing(tmp_path: Path) -> None:
    """By a Python without the packages, which `python` may be where no environment is active, the stages say so."""
    command = [sys.executable, "-S", "pipeline", "build", "minimal", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    what = "has none of demo-data's packages: activate the environment that has them"
    assert done.stderr == f"demo-data: {sys.executable} {what}\n"
