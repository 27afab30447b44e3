"""What a user of a second repository does: pin a snapshot, fetch it from a served remote, test, upgrade, read the diff.

The commands are those of the example's README, in its order; its repository's address is that of a local upstream.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.versions.write import finish
from tests.running import ROOT
from tests.versions import serving, upstream
from tests.versions.serving import Remote
from tests.versions.upstream import Tree

EXAMPLE = ROOT / "examples" / "consumer"
ADDRESS = "https://git.example.com/tea/demo-data"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```(\S[^\n]*)\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)
COMMANDS = [line for info, text in FENCES if info == "sh" for line in text.splitlines()]
INSTALLING = ["python3 -m venv .venv", ". .venv/bin/activate", "pip install --group dev"]
"""What is not run here: it needs the network."""


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """An S3 server of this journey alone."""
    with serving.s3(tmp_path_factory.mktemp("s3")) as found:
        yield found


@pytest.fixture(scope="module")
def published(s3: Remote, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """This repository with demo@v1.0.0 and, with two farmers more, demo@v1.1.0, published and pushed to the server."""
    tree = Tree(tmp_path_factory.mktemp("upstream") / "demo-data", **s3.environment)
    upstream.copy_package(tree.folder)
    upstream.edit(tree.folder / "params.yaml", r"profiles: .*", "profiles: [demo]")
    upstream.edit(tree.folder / "dvc.yaml", r"\n +data/demo-large/plots/.*", "")
    tree.config(s3)
    tree.run("git", "init", "-q")
    data = tree.folder / "data" / "demo"
    for version, farmers in (("v1.0.0", 50), ("v1.1.0", 52)):
        profile = tree.folder / "pipeline" / "demo_data" / "tea" / "profiles" / "demo.yaml"
        if farmers != 50:
            upstream.edit(profile, r"(?m)^( +count: )50\b", rf"\g<1>{farmers}")
        build(load_profile(str(profile)), data, finish=finish)
        upstream.report(data)
        tree.run("dvc", "commit", "--force")
        tree.commit(f"Build demo {version}")
        done = tree.demo_data("snapshot", "publish", "demo", version)
        assert done.returncode == 0, done.stderr
    return tree


class Consumer:
    """A second repository, of somebody who has demo-data installed, and empty caches."""

    def __init__(self, folder: Path, tree: Tree, s3: Remote) -> None:
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        self.folder, self.address = folder, f"file://{tree.folder}"
        for name in ("pyproject.toml", "README.md"):
            text = (folder / name).read_text(encoding="utf-8")
            (folder / name).write_text(text.replace(ADDRESS, self.address), encoding="utf-8")
        (folder / ".gitignore").write_text("__pycache__/\n.pytest_cache/\n")
        home = Tree(folder)
        plugin = "" if entry_points(group="pytest11", name="demo-data") else "-p demo_data.testing"
        commands = f"{home.home / 'bin'}{os.pathsep}{home.env['PATH']}"
        self.env = home.env | s3.environment | {"PATH": commands, "PYTEST_ADDOPTS": f"{plugin} -p no:randomly"}
        _write_command(home.home / "bin" / "demo-data")
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Rank farmers"]):
            subprocess.run(["git", *arguments], cwd=folder, env=self.env, check=True)

    def types(self, command: str) -> subprocess.CompletedProcess[str]:
        """A line of the README, as a shell runs it."""
        line = command.replace(ADDRESS, self.address)
        return subprocess.run(
            ["sh", "-c", line], cwd=self.folder, env=self.env, capture_output=True, text=True, check=False, timeout=300
        )


def _write_command(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m demo_data "$@"\n')
    path.chmod(0o755)


def test_installing_is_told() -> None:
    """No command of the README escapes this journey but those that install."""
    assert [line for info, text in FENCES if info == "sh not-run" for line in text.splitlines()] == INSTALLING
    assert {info for info, _ in FENCES} == {"sh", "sh not-run", "toml"}
    shown = next(text for info, text in FENCES if info == "toml")
    assert shown in (EXAMPLE / "pyproject.toml").read_text(encoding="utf-8")


def test_the_readme(published: Tree, s3: Remote, tmp_path: Path) -> None:
    """Each command does what the README says, from an empty cache to the pin of the next version."""
    consumer = Consumer(tmp_path / "consumer", published, s3)
    said: dict[str, list[str]] = {}
    for command in COMMANDS:
        expected = int(found[1]) if (found := re.search(r"# exit code (\d)$", command)) else 0
        done = consumer.types(command)
        assert (command, done.returncode) == (command, expected), f"{done.stdout}\n{done.stderr}"
        said.setdefault(command.partition("  #")[0], []).append(done.stdout)

    first, *later = said["pytest"]
    assert f"demo-data snapshot fetch demo@v1.0.0 --repo {consumer.address}" in first
    assert "1 passed, 4 errors" in first  # one test needs no snapshot
    assert ["5 passed" in run for run in later] == [True, True]
    (difference,) = (text for command, (text, *_) in said.items() if command.startswith("demo-data snapshot diff"))
    assert re.search(r"farmers.*\b50\b.*\b52\b", difference), difference
    tracked = consumer.types("git ls-files && git status --porcelain").stdout.split()
    assert tracked == [".gitignore", "README.md", "pyproject.toml", "ranking.py", "test_ranking.py"]
    assert 'demo_data_snapshot = "demo@v1.1.0"' in (consumer.folder / "pyproject.toml").read_text()


@pytest.mark.full
def test_in_one_command(published: Tree, s3: Remote, tmp_path: Path) -> None:
    """With --demo-data-fetch the first run fetches, on two workers at once too; then neither repository is needed."""
    gone = Tree(Path(shutil.copytree(published.folder, tmp_path / "upstream", symlinks=True)))
    consumer = Consumer(tmp_path / "consumer", gone, s3)
    assert "`pytest --demo-data-fetch`" in README
    done = consumer.types("pytest --demo-data-fetch -n 2 --dist each")

    assert (done.returncode, "10 passed" in done.stdout) == (0, True), done.stdout
    assert len(list((Path(consumer.env["DEMO_DATA_CACHE"]) / "snapshots").iterdir())) == 1
    shutil.rmtree(gone.folder)
    assert "5 passed" in consumer.types("env -u AWS_SECRET_ACCESS_KEY pytest").stdout
