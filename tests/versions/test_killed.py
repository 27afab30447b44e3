"""Commands that are killed at random moments: the old snapshot or the new one is there, whole; the next run works."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo_data.build import build
from demo_data.profile import load_profile
from demo_data.tea import DOMAIN
from demo_data.versions.verify import verify
from demo_data.versions.write import finish
from tests.killing import MOMENTS, command, ended, killed, lasts, moments
from tests.running import contents, names
from tests.versions import serving
from tests.versions.upstream import FIRST, SECOND, Tree

SEEDS = ("20260131", "99")


@pytest.mark.parametrize("number", MOMENTS)
def test_build(number: int, tmp_path: Path) -> None:
    """A build over an old snapshot, killed at any moment, leaves the old or the new one; run again, the new one."""
    worlds = {}
    for seed in SEEDS:
        build(load_profile("minimal", seed=int(seed)), tmp_path / seed, finish=finish)
        worlds[seed] = contents(tmp_path / seed)
    out = Path(shutil.copytree(tmp_path / SEEDS[0], tmp_path / "place" / "set"))

    def call(seed: str) -> tuple[str, ...]:
        return ("build", "minimal", "--seed", seed, "--out", str(out))

    seconds = lasts(command, *call(SEEDS[0]))
    deaths = 0
    for turn, moment in enumerate(moments(number, seconds)):
        old, new = SEEDS[turn % 2], SEEDS[1 - turn % 2]
        deaths += killed(moment, command, *call(new))
        left = {path: hash_ for path, hash_ in contents(out).items() if ".building-" not in path}
        assert left in (worlds[old], worlds[new])
        ended(command, *call(new))
        assert contents(out) == worlds[new]
        assert names(out.parent) == ["set"]

    assert deaths > number / 2


@pytest.mark.full
@pytest.mark.parametrize("number", MOMENTS)
def test_verify(number: int, minimal_dir: Path, tmp_path: Path) -> None:
    """Verifying, killed at any moment, leaves the snapshot as it was, and leaves nothing beside it."""
    folder = Path(shutil.copytree(minimal_dir, tmp_path / "place" / "set"))
    before = contents(folder)
    seconds = lasts(command, "snapshot", "verify", str(folder))
    deaths = 0
    for moment in moments(number, seconds):
        deaths += killed(moment, command, "snapshot", "verify", str(folder))
        assert contents(folder) == before
        assert names(folder.parent) == ["set"]

    assert verify(folder, DOMAIN).ok
    assert deaths > number / 2


@pytest.mark.full
@pytest.mark.parametrize("number", MOMENTS)
def test_publish(number: int, versions: Tree, tmp_path: Path) -> None:
    """A publication that is killed, with DVC and git under it, has made no tag, or a tag whose data all can get."""
    tree = versions.copy(tmp_path / "repository")
    remote = serving.plain(tmp_path / "remote")
    tree.config(remote)
    tree.commit("Name the remote")
    tree.run("git", "tag", "-d", SECOND)
    data = tree.folder / "data" / "minimal"
    before = contents(data)
    began = time.monotonic()
    assert tree.demo_data(*PUBLISH).returncode == 0
    seconds = time.monotonic() - began
    deaths = 0
    for turn, moment in enumerate(moments(number, seconds)):
        if SECOND in tree.run("git", "tag").split():
            tree.run("git", "tag", "-d", SECOND)
        remote = serving.plain(tmp_path / f"remote-{turn}")
        tree.config_local({"url": remote.url})
        deaths += dies(moment, tree)
        assert contents(data) == before
        assert tree.run("git", "status", "--short") == ""
        found = tree.run("git", "tag").split()
        if SECOND in found:
            assert_published(tree, remote)
        if turn % 4 == 0 or turn == number - 1:
            again = tree.demo_data(*PUBLISH)
            assert (again.stderr, again.returncode) == ("", 0)
            assert_published(tree, remote)

    assert tree.run("git", "tag").split() == [FIRST, SECOND]
    assert deaths > number / 3


PUBLISH = ("snapshot", "publish", "minimal", "v1.1.0")


def dies(after: float, tree: Tree) -> bool:
    """Whether a publication was killed after so many seconds, with all that it had started, before it could end."""
    program = [sys.executable, "-m", "demo_data", *PUBLISH]
    quiet = subprocess.DEVNULL
    running = subprocess.Popen(
        program, cwd=tree.folder, env=tree.env, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        running.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
    return running.wait() == -signal.SIGKILL


def assert_published(tree: Tree, remote: serving.Remote) -> None:
    """The tag is annotated, of the commit at hand, and the remote has every file that DVC keeps of it."""
    assert tree.run("git", "cat-file", "-t", SECOND) == "tag\n"
    assert tree.run("git", "rev-parse", f"{SECOND}^{{commit}}") == tree.run("git", "rev-parse", "HEAD")
    for path in ("recipe.json", "farmers.parquet", "documents.parquet", "datapackage.json"):
        assert remote.object_of(tree.md5_of(f"data/minimal/{path}", SECOND)).is_file()
