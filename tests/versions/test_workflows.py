"""The workflows' own commands, run as GitHub runs them, as far as that goes without GitHub."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.running import ROOT, contents
from tests.versions.upstream import SECOND, Tree

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BUILD = """#!/bin/sh
# `make data` without setting up an environment.
[ "$1" != -C ] || cd "$2"
mkdir -p .venv/bin
printf '#!/bin/sh\\nexec {python} -m demo_data "$@"\\n' > .venv/bin/demo-data
printf '#!/bin/sh\\nexec {python} -m pytest "$@"\\n' > .venv/bin/pytest
chmod +x .venv/bin/*
[ -e data/minimal/farmers.parquet ] || exec {python} pipeline build minimal --quiet
"""


def steps(workflow: str, job: str) -> list[dict[str, Any]]:
    """The steps of a job that are commands."""
    found = yaml.safe_load((ROOT / ".github" / "workflows" / f"{workflow}.yml").read_text(encoding="utf-8"))
    return [step for step in found["jobs"][job]["steps"] if "run" in step]


def run(tree: Tree, commands: list[dict[str, Any]], **environment: str) -> None:
    """The steps one after the other, each as `bash -e`, with a summary and a place for temporary files."""
    place = tree.folder.parent / "runner"
    place.mkdir(exist_ok=True)
    said = {"GITHUB_STEP_SUMMARY": str(place / "summary.md"), "RUNNER_TEMP": str(place), "PYTHONPATH": ""}
    for step in commands:
        (place / "step.sh").write_text(step["run"], encoding="utf-8")
        command = ["bash", "--noprofile", "--norc", "-e", str(place / "step.sh")]
        below, env = tree.folder / step.get("working-directory", "."), tree.env | said | environment
        done = subprocess.run(command, cwd=below, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{step['run']}\n{done.stdout}\n{done.stderr}"


def fake_make(tree: Tree) -> str:
    """A PATH on which `make data` builds `minimal` with the packages at hand."""
    place = tree.folder.parent / "bin"
    place.mkdir()
    (place / "make").write_text(BUILD.format(python=sys.executable))
    (place / "make").chmod(0o755)
    return f"{place}:{tree.env['PATH']}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_least_privilege(path: Path) -> None:
    """A workflow may do nothing, each of its jobs what it names; actions are pinned by commit, with their version."""
    text = path.read_text(encoding="utf-8")
    found = yaml.safe_load(text)

    assert found["permissions"] == {}
    for job in found["jobs"].values():
        writes = {key for key, value in job["permissions"].items() if value == "write"}
        assert not writes or (path.stem == "release" and not any("demo-data" in str(step) for step in job["steps"][:2]))
        assert job["timeout-minutes"] <= 45
    for line in re.findall(r"uses: .*", text):
        assert re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)


def test_same_actions() -> None:
    """Every workflow uses the same commit of an action."""
    used = {line for path in WORKFLOWS for line in re.findall(r"uses: (\S+@\S+)", path.read_text(encoding="utf-8"))}

    assert len({name.partition("@")[0] for name in used}) == len(used)


def wheels() -> str:
    """Where uv keeps what it has installed before."""
    command = [str(Path(sys.executable).parent / "uv"), "cache", "dir"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def pull_request(versions: Tree, tmp_path: Path) -> Tree:
    """A pull request, which changes the seed of `minimal`, merged into its base, HEAD^1; nothing is built."""
    tree = versions.clone(tmp_path / "repository")
    tree.run("git", "checkout", "-q", "-b", "base", "HEAD^1")
    tree.run("git", "merge", "-q", "--no-ff", "-m", "Merge", "main")
    return tree


@pytest.mark.full
def test_data_diff(pull_request: Tree) -> None:
    """A pull request's summary tells what it changes in each dataset."""
    run(pull_request, steps("data-diff", "diff"), PATH=fake_make(pull_request))

    place = pull_request.folder.parent / "runner"
    said = (place / "summary.md").read_text(encoding="utf-8")
    assert said == (place / "data-diff.md").read_text(encoding="utf-8")
    assert said.startswith("# What changes in the data\n\n## minimal\n\n")
    assert "farmers" in said
    assert pull_request.run("git", "status", "--short") == ""


@pytest.mark.soak
def test_data_diff_for_real(pull_request: Tree) -> None:
    """The same with `make` as it is: both sides in environments of their own, built by DVC."""
    run(pull_request, steps("data-diff", "diff"), UV_CACHE_DIR=wheels())

    said = (pull_request.folder.parent / "runner" / "summary.md").read_text(encoding="utf-8")
    assert said.startswith("# What changes in the data\n\n## minimal\n\n")
    assert "farmers" in said


@pytest.mark.soak
def test_pinned(tmp_path: Path, demo_dir: Path) -> None:
    """Without any remote, the snapshot that the consumer pins is made again, and the consumer's tests pass on it."""
    tree = Tree(tmp_path / "repository")
    names = ["pipeline", "examples", "pyproject.toml", "requirements.lock"]
    listed = ["git", "ls-files", "-co", "--exclude-standard", "-z", *names]
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, [*found]):
        (tree.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tree.folder / name)
    (tree.folder / "data" / "demo").mkdir(parents=True)
    shutil.copy2(demo_dir / "snapshot.json", tree.folder / "data" / "demo")
    tree.run("git", "init", "-q")
    tree.commit("Build demo")
    tree.tag("demo@v1.0.0")
    commands = steps("pinned", "consumer")
    plugin = "" if entry_points(group="pytest11", name="demo-data") else "-p demo_data.testing"

    run(
        tree,
        commands,
        PATH=fake_make(tree),
        UV_CACHE_DIR=wheels(),
        PYTHONPATH=str(ROOT / "pipeline"),
        PYTEST_ADDOPTS=plugin,
        GITHUB_WORKSPACE=str(tree.folder),
    )

    assert [step["run"].split()[0] for step in commands] == ["make", "pin=$(sed", "../../.venv/bin/pytest"]


@pytest.mark.full
def test_datasets_that_come_and_go(tmp_path: Path, minimal_dir: Path) -> None:
    """A dataset that is new, and one that is gone, are told; the same one has no changes."""
    for side, names in (("old", ("same", "gone")), ("new", ("same", "fresh"))):
        for name in names:
            shutil.copytree(minimal_dir, tmp_path / side / "data" / name)
    (tmp_path / "demo-data").write_text(f'#!/bin/sh\nexec {sys.executable} -m demo_data "$@"\n')
    (tmp_path / "demo-data").chmod(0o755)

    tree = Tree(tmp_path)
    said = tree.run(str(ROOT / ".ci" / "data-diff"), "old", "new", DEMO_DATA=str(tmp_path / "demo-data"))

    assert re.findall(r"^## .*", said, re.MULTILINE) == ["## fresh", "## gone", "## same"]
    assert "## fresh\n\nThis dataset is new.\n" in said
    assert "## gone\n\nThis dataset is gone.\n" in said


def test_data_diff_fails(tmp_path: Path, minimal_dir: Path) -> None:
    """Data that cannot be compared fails the job."""
    for side in ("old", "new"):
        shutil.copytree(minimal_dir, tmp_path / side / "data" / "minimal")
    (tmp_path / "new" / "data" / "minimal" / "farmers.parquet").write_bytes(b"no Parquet")
    (tmp_path / "demo-data").write_text(f'#!/bin/sh\nexec {sys.executable} -m demo_data "$@"\n')
    (tmp_path / "demo-data").chmod(0o755)

    done = Tree(tmp_path).tried(str(ROOT / ".ci" / "data-diff"), "old", "new", DEMO_DATA=str(tmp_path / "demo-data"))

    assert done.returncode == 1
    assert "farmers.parquet" in done.stderr


def test_release(versions: Tree, tmp_path: Path) -> None:
    """A release is checked, and its archive has the same bytes each time: the dataset, whole."""
    tree = versions.copy(tmp_path / "repository")
    commands = [step for step in steps("release", "dataset") if "GH_TOKEN" not in step.get("env", {})]
    assert len(commands) == 3
    archive = tree.folder / "minimal-v1.1.0.tar.gz"
    said = {"GITHUB_REF_NAME": SECOND, "PATH": fake_make(tree)}
    (tree.folder / ".git" / "info" / "exclude").write_text(".venv/\n*.tar.gz\n")

    run(tree, commands, **said)
    first = archive.read_bytes()
    archive.unlink()
    for path in (tree.folder / "data" / "minimal").rglob("*"):
        path.touch()
        path.chmod(0o700 if path.is_dir() else 0o600)
    run(tree, commands[-1:], **said)

    assert archive.read_bytes() == first
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    assert contents(tmp_path / "unpacked" / "minimal") == contents(tree.folder / "data" / "minimal")


@pytest.mark.full
def test_release_of_another_commit(versions: Tree, tmp_path: Path) -> None:
    """What is not the version that the tag's name says is not released."""
    tree = versions.copy(tmp_path / "repository")
    tree.run("git", "tag", "-d", SECOND)
    tree.run("git", "tag", SECOND)
    (check,) = [step for step in steps("release", "dataset") if "--check" in step["run"]]
    run_make = fake_make(tree)
    (tree.folder / ".git" / "info" / "exclude").write_text(".venv/\n")
    subprocess.run([tmp_path / "bin" / "make"], cwd=tree.folder, check=True)

    with pytest.raises(AssertionError, match="is a lightweight tag"):
        run(tree, [check], GITHUB_REF_NAME=SECOND, PATH=run_make)
